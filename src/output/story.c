// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A kill as a few lines for people: the verdict, then what supports it. 80
 * columns for a serial console or a file; a terminal's own width, and colour for
 * the verdict and the limit that was hit. What is unknown is left out.
 */
#include "output/render.h"

#include <string.h>

#include "explain/describe.h"

enum {
	WIDTH = 80, NARROWEST = 40, LABEL = 12,
	TIME = 35,		/* of the widest exact time */
	ID = 12,		/* how much of an id is shown, as docker ps does */
	HEX_RUN = 32,		/* so many hexadecimal digits are an id */
};

#define BOLD_RED	"\x1b[1;31m"
#define PLAIN		"\x1b[0m"

struct story {
	struct render *r;
	const struct oom_event *e;
	size_t width;			/* of a line */
	bool colour;
	size_t start;			/* of the line that is being written */
	bool any;			/* of its parts was written */
};

/* ---- lines ---------------------------------------------------------------- */

/* Puts a line break for the space at @at, and @indent spaces behind it. */
static void break_at(struct text *t, size_t at, size_t indent)
{
	if (t->size - t->used < indent) {
		t->cut = true;
		return;
	}
	memmove(t->data + at + 1 + indent, t->data + at + 1, t->used - at - 1);
	t->data[at] = '\n';
	memset(t->data + at + 1, ' ', indent);
	t->used += indent;
}

/* A line is not broken behind a number: "2 ms", "512 MiB" stay together. */
static bool may_break(const char *line, size_t at)
{
	return line[at] == ' ' && !(line[at - 1] >= '0' && line[at - 1] <= '9');
}

/* The last place to break in the first @fit bytes, or else the first; 0: none. */
static size_t find_break(const char *line, size_t len, size_t indent, size_t fit)
{
	for (size_t i = fit; i > indent; i--)
		if (i < len && may_break(line, i))
			return i;
	for (size_t i = fit > indent ? fit : indent + 1; i < len; i++)
		if (may_break(line, i))
			return i;
	return 0;
}

/*
 * Breaks the line that starts at @start, but not in its first @own bytes;
 * what follows is @indent deep.
 */
static void wrap(struct text *t, size_t start, size_t width, size_t own,
		 size_t indent)
{
	while (!t->cut) {
		const char *line = t->data + start;
		size_t len = t->used - start;
		size_t fit = text_fit(line, len, width), at;

		if (fit == len)
			return;
		at = find_break(line, len, own, fit);
		if (!at)
			return;
		break_at(t, start + at, indent);
		start += at + 1;
		own = indent;
	}
}

static void begin(struct story *s, const char *label)
{
	s->start = s->r->t->used;
	s->any = false;
	text_string(s->r->t, "  ");
	text_string(s->r->t, label);
	text_repeat(s->r->t, ' ', LABEL - 2 - strlen(label));
}

/* Ends the line, or removes it if it has no part. */
static void end(struct story *s)
{
	struct text *t = s->r->t;

	if (!s->any) {
		if (!t->cut)
			t->used = s->start;
		return;
	}
	wrap(t, s->start, s->width, LABEL, LABEL + 2);
	text_char(t, '\n');
}

/* Colours what follows the label of the line that starts at @start. */
static void colour_line(struct story *s, size_t start)
{
	struct text *t = s->r->t;
	size_t at = start + LABEL, len = strlen(BOLD_RED);

	if (t->cut || t->size - t->used < len + strlen(PLAIN)) {
		t->cut = true;
		return;
	}
	memmove(t->data + at + len, t->data + at, t->used - at);
	memcpy(t->data + at, BOLD_RED, len);
	t->used += len - 1;			/* before the newline */
	text_string(t, PLAIN "\n");
}

/* Adds the separator between two parts of a line. */
static void next(struct story *s)
{
	if (s->any)
		text_string(s->r->t, ", ");
	s->any = true;
}

static void put_size(struct story *s, int64_t bytes, const char *what)
{
	if (bytes < 0)
		return;
	next(s);
	describe_size(s->r->t, bytes);
	text_string(s->r->t, what);
}

static void put_number(struct story *s, const char *what, int64_t value,
		       const char *after)
{
	if (value == EVENT_UNKNOWN)
		return;
	next(s);
	text_string(s->r->t, what);
	text_number(s->r->t, value);
	text_string(s->r->t, after);
}

static void put_string(struct story *s, const char *what, const char *value)
{
	if (!value || !*value)
		return;
	next(s);
	text_string(s->r->t, what);
	render_clean(s->r, value);
}

/* "(read 2 ms after the kill)" */
static void put_delay(struct story *s, const char *what, int64_t ns)
{
	if (!s->any || ns == EVENT_UNKNOWN)
		return;
	text_string(s->r->t, what);
	describe_time(s->r->t, ns);
	text_string(s->r->t, " after the kill)");
}

/* ---- content -------------------------------------------------------------- */

/*
 * Adds @s for people, with each id of many hexadecimal digits cut to 12. The
 * JSON has all of it.
 */
static void put_words(struct story *s, const char *words)
{
	size_t start = s->r->t->used, to = start, run = 0;
	struct text *t = s->r->t;

	render_clean(s->r, words);
	if (t->cut)
		return;
	for (size_t i = start; i < t->used; i++) {
		char c = t->data[i];
		bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		run = hex ? run + 1 : 0;
		t->data[to++] = c;
		/* Shortens the id to its beginning and skips the rest. */
		if (run == HEX_RUN) {
			to -= HEX_RUN - ID;
			while (i + 1 < t->used && ((t->data[i + 1] >= '0' && t->data[i + 1] <= '9') ||
						   (t->data[i + 1] >= 'a' && t->data[i + 1] <= 'f')))
				i++;
			run = 0;
		}
	}
	t->used = to;
}

static void put_verdict(struct story *s)
{
	struct text *t = s->r->t;
	size_t start;

	if (s->colour)
		text_string(t, BOLD_RED);
	start = t->used;
	put_words(s, s->e->oom.verdict_text ? s->e->oom.verdict_text :
		  "A process was killed.");
	wrap(t, start, s->width, 0, 4);
	text_string(t, s->colour ? PLAIN "\n" : "\n");
}

static void put_victim(struct story *s)
{
	const struct event_victim *v = &s->e->victim;

	begin(s, "when");
	if (s->e->time_unix_ns != EVENT_UNKNOWN) {
		next(s);
		if (LABEL + TIME <= s->width)
			render_time(s->r, s->e->time_unix_ns);
		else
			render_short_time(s->r, s->e->time_unix_ns);
	}
	end(s);
	begin(s, "victim");
	if (v->uptime_ns != EVENT_UNKNOWN) {
		next(s);
		describe_time(s->r->t, v->uptime_ns);
		text_string(s->r->t, " old");
	}
	put_number(s, "", v->threads, v->threads == 1 ? " thread" : " threads");
	put_string(s, "user ", s->e->target.user);
	put_number(s, "oom_score_adj ", v->oom_score_adj, "");
	put_size(s, v->pgtables_bytes, " page tables");
	put_size(s, v->total_vm_bytes, " address space");
	end(s);
	begin(s, "command");
	put_string(s, "", v->cmdline);
	end(s);
}

static void put_process(struct story *s, const struct event_process *p)
{
	put_string(s, "", p->comm && *p->comm ? p->comm : "?");
	if (p->tgid == EVENT_UNKNOWN)
		return;
	text_string(s->r->t, " (");
	text_number(s->r->t, p->tgid);
	text_char(s->r->t, ')');
}

static void put_parents(struct story *s)
{
	begin(s, "parents");
	for (int64_t i = 0; i < s->e->victim.ancestor_count; i++)
		put_process(s, &s->e->victim.ancestors[i]);
	end(s);
}

/* "44 MiB of 64 MiB", "44 MiB, no limit", "limit 64 MiB": unknown parts are left out. */
static void put_use(struct story *s, const char *what, int64_t usage, int64_t max)
{
	struct text *t = s->r->t;

	if (usage < 0 && max < 0)
		return;
	text_string(t, what);
	if (usage >= 0)
		describe_size(t, usage);
	if (max < 0)
		return;
	if (max == EVENT_UNLIMITED) {
		text_string(t, usage < 0 ? "no limit" : ", no limit");
		return;
	}
	text_string(t, usage < 0 ? "limit " : " of ");
	describe_size(t, max);
}

/* Unlimited swap is left out if it is unused. */
static bool is_swap_told(const struct story *s, const struct event_level *l)
{
	int64_t none = s->e->oom.memcg_version == 1 ? l->usage_bytes : 0;

	return l->swap_max_bytes != EVENT_UNLIMITED || l->swap_usage_bytes != none;
}

/* The readable names among Kubernetes' own cgroups. */
static const char *find_class(const struct story *s, const char *name)
{
	static const struct {
		const char *name, *shown;
	} classes[] = {
		{ "kubepods", "kubepods" }, { "kubepods.slice", "kubepods" },
		{ "burstable", "burstable" }, { "besteffort", "besteffort" },
		{ "kubepods-burstable.slice", "burstable" },
		{ "kubepods-besteffort.slice", "besteffort" },
	};

	if (!s->e->k8s.pod_uid || !*s->e->k8s.pod_uid)
		return NULL;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strcmp(classes[i].name, name))
			return classes[i].shown;
	return NULL;
}

/*
 * Names a level: "container web", "pod shop/web-7f9", "burstable", "host", or the name of
 * its cgroup. If cgroup files supplied the levels, the topmost may be the root of a cgroup
 * namespace and not the host.
 */
static void put_level_name(struct story *s, int64_t level)
{
	const struct oom_event *e = s->e;
	const char *name = e->oom.levels[level].name, *class;
	char bytes[600];
	struct text t = text_on(bytes, sizeof(bytes) - 1);

	switch (describe_level(e, level)) {
	case DESCRIBE_CONTAINER:
		describe_container(&t, e);
		break;
	case DESCRIBE_POD:
		describe_pod(&t, e);
		break;
	case DESCRIBE_ROOT:
		text_string(&t, e->oom.levels_source == LEVELS_FILES ? "/" : "host");
		break;
	default:
		class = name ? find_class(s, name) : "?";
		text_string(&t, class ? class : name);
	}
	bytes[t.used] = '\0';
	put_words(s, bytes);
}

static void put_level(struct story *s, int64_t level)
{
	const struct event_level *l = &s->e->oom.levels[level];
	bool hit = level == s->e->oom.limiting_level;
	struct text *t = s->r->t;

	begin(s, !level ? "limits" : "");
	s->any = true;
	text_string(t, hit ? "* " : "  ");
	put_level_name(s, level);
	put_use(s, ": ", l->usage_bytes, l->max_bytes);
	if (is_swap_told(s, l))
		put_use(s, s->e->oom.memcg_version == 1 ? "; with swap " : "; swap ",
			l->swap_usage_bytes, l->swap_max_bytes);
	if (l->high_bytes >= 0 && l->high_bytes != EVENT_UNLIMITED) {
		text_string(t, "; throttled from ");
		describe_size(t, l->high_bytes);
	}
	end(s);
	if (hit && s->colour)
		colour_line(s, s->start);
}

static void put_levels(struct story *s)
{
	const struct event_oom *o = &s->e->oom;

	for (int64_t i = 0; i < o->level_count; i++)
		put_level(s, i);
}

static void put_filling(struct story *s)
{
	const struct event_stat *f = &s->e->stat;
	const struct event_top *top = &s->e->top;

	begin(s, "filled by");
	put_size(s, f->anon_bytes, " anon");
	put_size(s, f->file_bytes, " file");
	put_size(s, f->shmem_bytes, " shmem and tmpfs");
	put_size(s, f->slab_bytes, " slab");
	put_size(s, f->sock_bytes, " sock");
	put_delay(s, " (read ", f->delay_ns);
	end(s);
	begin(s, "largest");
	for (int64_t i = 0; i < top->count; i++) {
		put_process(s, &top->processes[i]);
		text_char(s->r->t, ' ');
		describe_size(s->r->t, top->processes[i].rss_bytes);
	}
	if (s->any && top->complete == 0)
		put_number(s, "of the first ", top->scanned, " looked at");
	put_delay(s, " (read ", top->delay_ns);
	end(s);
}

static void put_request(struct story *s)
{
	const struct event_oom *o = &s->e->oom;

	begin(s, "request");
	put_string(s, "", o->gfp_flags);
	put_number(s, "order ", o->order, "");
	put_number(s, "on CPU ", o->cpu, "");
	put_number(s, "", o->totalpages, " pages to be had");
	end(s);
	if (o->group != 1)
		return;
	begin(s, "incident");
	put_number(s, "", o->incident, "; its other victims follow");
	end(s);
}

static void put_source(struct story *s, const char *what, const char *name,
		       int64_t value)
{
	put_string(s, what, field_value(field_find(name), value));
}

static void put_sources(struct story *s)
{
	begin(s, "facts");
	put_source(s, "kill: ", "source", s->e->source);
	if (s->e->oom.level_count)
		put_source(s, "limits: ", "oom.levels_source", s->e->oom.levels_source);
	put_source(s, "pages: ", "pages_source", s->e->oom.totalpages_source);
	put_source(s, "command: ", "tprocess.cmdline_source", s->e->victim.cmdline_source);
	end(s);
}

/* A line for a further victim of the same OOM. The first victim's story has the rest. */
static void put_member(struct story *s)
{
	char bytes[160];
	struct text memory = text_on(bytes, sizeof(bytes));

	begin(s, "and");
	put_string(s, "", s->e->target.comm ? s->e->target.comm : "a process");
	put_number(s, "pid ", s->e->target.tgid, "");
	describe_memory(&memory, &s->e->victim);
	if (memory.used)
		next(s);
	text_bytes(s->r->t, memory.data, memory.used);
	put_number(s, "victim ", s->e->oom.incident_member, "");
	put_number(s, "of incident ", s->e->oom.incident, "");
	end(s);
}

void render_story(struct render *r, const struct output *o,
		  const struct oom_event *e)
{
	struct story s = {
		.r = r, .e = e, .width = o->width ? o->width : WIDTH, .colour = o->colour,
	};

	if (s.width < NARROWEST)
		s.width = NARROWEST;
	if (e->oom.incident_member > 1) {
		put_member(&s);
		return;
	}
	put_verdict(&s);
	put_victim(&s);
	put_parents(&s);
	put_levels(&s);
	put_filling(&s);
	put_request(&s);
	put_sources(&s);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A kill as a few lines for people: the verdict, then what supports it. Made
 * for a serial console: 80 columns, no colours, what is unknown left out.
 */
#include "output/render.h"

#include <string.h>

#include "explain/describe.h"

enum { WIDTH = 80, NARROWEST = 40, LABEL = 12 };

struct story {
	struct render *r;
	const struct oom_event *e;
	size_t width;			/* of a line */
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

/* The last space of the first @fit bytes, or else the first one; 0: none. */
static size_t find_break(const char *line, size_t len, size_t indent, size_t fit)
{
	for (size_t i = fit; i > indent; i--)
		if (i < len && line[i] == ' ')
			return i;
	for (size_t i = fit > indent ? fit : indent; i < len; i++)
		if (line[i] == ' ')
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

/* Ends the line; without any part it is taken back. */
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

/* What stands between two parts of a line. */
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

/* ---- what is told --------------------------------------------------------- */

static void put_verdict(struct story *s)
{
	struct text *t = s->r->t;
	size_t start = t->used;

	render_clean(s->r, s->e->oom.verdict_text ? s->e->oom.verdict_text :
		     "A process was killed.");
	wrap(t, start, s->width, 0, 4);
	text_char(t, '\n');
}

static void put_victim(struct story *s)
{
	const struct event_victim *v = &s->e->victim;

	begin(s, "when");
	if (s->e->time_unix_ns != EVENT_UNKNOWN) {
		next(s);
		render_time(s->r, s->e->time_unix_ns);
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

/* "512 MiB of max": nothing when neither is known. */
static void put_use(struct story *s, const char *what, int64_t usage, int64_t max)
{
	if (usage < 0 && max < 0)
		return;
	text_string(s->r->t, what);
	describe_size(s->r->t, usage);
	text_string(s->r->t, " of ");
	describe_size(s->r->t, max);
}

static void put_level(struct story *s, const struct event_level *l, bool hit, bool first)
{
	begin(s, first ? "limits" : "");
	s->any = true;
	text_string(s->r->t, hit ? "* " : "  ");
	render_clean(s->r, !l->name ? "?" : *l->name ? l->name : "/");
	put_use(s, ": ", l->usage_bytes, l->max_bytes);
	put_use(s, s->e->oom.memcg_version == 1 ? ", with swap " : ", swap ",
		l->swap_usage_bytes, l->swap_max_bytes);
	if (l->high_bytes >= 0 && l->high_bytes != EVENT_UNLIMITED) {
		text_string(s->r->t, ", throttled from ");
		describe_size(s->r->t, l->high_bytes);
	}
	end(s);
}

static void put_levels(struct story *s)
{
	const struct event_oom *o = &s->e->oom;

	for (int64_t i = 0; i < o->level_count; i++)
		put_level(s, &o->levels[i], i == o->limiting_level, !i);
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

/* A further victim of the same OOM: all else has been told. */
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
	struct story s = { .r = r, .e = e, .width = o->width ? o->width : WIDTH };

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

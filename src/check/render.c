// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "check/check.h"

#include <string.h>

#include "event/fields.h"
#include "output/json.h"

/* One column less than a terminal has: some break a line that fills it. */
enum { WIDTH = 79, MARK = 5, INDENT = MARK + 21 };

static const char *const items[CHECK_ITEMS] = {
	[CHECK_KERNEL] = "kernel",
	[CHECK_ARCHITECTURE] = "architecture",
	[CHECK_NAMESPACES] = "namespaces",
	[CHECK_BPF] = "bpf",
	[CHECK_JIT] = "jit",
	[CHECK_LOCKDOWN] = "lockdown",
	[CHECK_BTF] = "btf",
	[CHECK_TRACEFS] = "tracefs",
	[CHECK_TRACEPOINT] = "tracepoint",
	[CHECK_PERF] = "perf",
	[CHECK_KMSG] = "kmsg",
	[CHECK_PROC] = "proc",
	[CHECK_CGROUP] = "cgroup",
	[CHECK_MEMLOCK] = "memlock",
	[CHECK_EXEMPT] = "oom_score_adj",
	[CHECK_HARMLESS] = "allocations",
};

enum check_known check_known(const struct check *c, enum capability_from from)
{
	if (!c->possible || from == FROM_NOTHING || (from == FROM_PROC && c->no_proc) ||
	    (from == FROM_CGROUP && c->no_cgroup) ||
	    (from == FROM_REPORT && c->facts[CHECK_KMSG].state != CHECK_YES))
		return KNOWN_NEVER;
	return from == FROM_BACKEND ? KNOWN_ALWAYS : KNOWN_IN_TIME;
}

/* ---- the screen ----------------------------------------------------------- */

struct line {
	struct text *t;
	size_t column;
};

static void new_line(struct line *l)
{
	text_char(l->t, '\n');
	text_repeat(l->t, ' ', INDENT);
	l->column = INDENT;
}

static void put(struct line *l, const char *s, size_t len)
{
	text_bytes(l->t, s, len);
	l->column += text_width(s, len);
}

/* Clean text without a space in it; what is wider than a line is broken. */
static void put_piece(struct line *l, const char *s, size_t len)
{
	if (l->column > INDENT && l->column + text_width(s, len) + 1 > WIDTH)
		new_line(l);
	else if (l->column > INDENT)
		put(l, " ", 1);
	for (;;) {
		size_t fit = text_fit(s, len, WIDTH - INDENT);

		put(l, s, fit);
		if (fit == len)
			return;
		new_line(l);
		s += fit;
		len -= fit;
	}
}

static void put_word(struct line *l, const char *s)
{
	put_piece(l, s, strlen(s));
}

static void put_text(struct line *l, const char *s)
{
	char clean[8 * sizeof(((struct check_fact *)0)->text)];
	struct text t = text_on(clean, sizeof(clean));

	text_clean(&t, s, strlen(s));
	for (size_t at = 0, end; at < t.used; at = end + 1) {
		const char *space = memchr(clean + at, ' ', t.used - at);

		end = space ? (size_t)(space - clean) : t.used;
		if (end > at)
			put_piece(l, clean + at, end - at);
	}
}

static void begin_line(struct line *l, const char *mark, const char *label)
{
	l->column = 0;
	put(l, "  ", 2);
	put(l, mark, strlen(mark));
	text_repeat(l->t, ' ', MARK - l->column);
	l->column = MARK;
	put(l, label, strlen(label));
	text_repeat(l->t, ' ', INDENT - l->column);
	l->column = INDENT;
}

static void end_line(struct line *l)
{
	text_char(l->t, '\n');
}

static void put_fact(struct line *l, const char *label, const struct check_fact *fact)
{
	static const char *const marks[] = {
		[CHECK_UNKNOWN] = "?", [CHECK_NO] = "no", [CHECK_YES] = "ok",
	};

	begin_line(l, marks[fact->state], label);
	put_text(l, fact->text);
	if (fact->hint[0]) {
		put_word(l, "->");
		put_text(l, fact->hint);
	}
	end_line(l);
}

static void put_capabilities(struct line *l, const struct check *c)
{
	for (int i = 0; i < CHECK_CAPABILITIES; i++) {
		const struct check_capability *cap = &check_capabilities[i];

		begin_line(l, c->held[i] ? "ok" : "no", cap->name);
		put_text(l, cap->use);
		end_line(l);
	}
}

static void put_fields(struct line *l, const struct check *c, enum check_known known,
		       const char *label)
{
	size_t start = l->t->used, count = 0;

	begin_line(l, "", label);
	for (size_t i = 0; i < capability_count; i++) {
		enum capability_from from = (enum capability_from)capabilities[i].from[c->backend];

		if (check_known(c, from) == known) {
			put_word(l, capabilities[i].name);
			count++;
		}
	}
	end_line(l);
	if (!count && !l->t->cut)
		l->t->used = start;
}

static void render_screen(const struct check *c, struct text *t)
{
	struct line l = { .t = t };

	text_string(t, "trace_oomkill " VERSION ": ");
	text_string(t, c->possible ? "OOM kills can be traced here, with source " :
		    "OOM kills cannot be traced here");
	if (c->possible)
		text_string(t, c->sources[c->tried - 1].name);
	text_char(t, '\n');
	for (int i = 0; i < CHECK_ITEMS; i++) {
		put_fact(&l, items[i], &c->facts[i]);
		if (i == CHECK_ARCHITECTURE)
			put_capabilities(&l, c);
	}
	text_string(t, "Sources, the best first:\n");
	for (size_t i = 0; i < c->tried; i++)
		put_fact(&l, c->sources[i].name, &c->sources[i].fact);
	if (!c->possible)
		return;
	text_string(t, "Fields:\n");
	put_fields(&l, c, KNOWN_NEVER, "never known");
	put_fields(&l, c, KNOWN_IN_TIME, "if in time");
	begin_line(&l, "", "known");
	put_text(&l, "all others");
	end_line(&l);
}

/* ---- JSON and YAML -------------------------------------------------------- */

static void put_string(struct json_writer *d, const char *key, const char *s)
{
	json_writer_key(d, key);
	if (s && *s)
		json_writer_string(d, s, strlen(s));
	else
		text_string(d->t, "null");
}

static void put_bool(struct json_writer *d, const char *key, bool value)
{
	json_writer_key(d, key);
	text_string(d->t, value ? "true" : "false");
}

/* The members of an object that is open. */
static void put_members(struct json_writer *d, const struct check_fact *fact)
{
	put_string(d, "hint", fact->hint);
	if (fact->state == CHECK_UNKNOWN)
		put_string(d, "ok", NULL);
	else
		put_bool(d, "ok", fact->state == CHECK_YES);
	put_string(d, "text", fact->text);
}

static void put_host(struct json_writer *d, const struct check *c)
{
	json_writer_open(d, '{', "host", 4);
	for (int i = 0; i < CHECK_ITEMS; i++) {
		json_writer_open(d, '{', items[i], strlen(items[i]));
		put_members(d, &c->facts[i]);
		json_writer_close(d, '}');
	}
	json_writer_close(d, '}');
}

static void put_held(struct json_writer *d, const struct check *c)
{
	json_writer_open(d, '[', "capabilities", 12);
	for (int i = 0; i < CHECK_CAPABILITIES; i++) {
		json_writer_open(d, '{', NULL, 0);
		put_bool(d, "held", c->held[i]);
		put_string(d, "name", check_capabilities[i].name);
		put_string(d, "use", check_capabilities[i].use);
		json_writer_close(d, '}');
	}
	json_writer_close(d, ']');
}

static void put_known(struct json_writer *d, const struct check *c)
{
	json_writer_open(d, '[', "fields", 6);
	for (size_t i = 0; i < field_count; i++) {
		enum check_known known = check_known(c, capability_find(fields[i].name, c->backend));

		json_writer_open(d, '{', NULL, 0);
		put_string(d, "known", known == KNOWN_ALWAYS ? "yes" :
			   known == KNOWN_IN_TIME ? "late" : "no");
		put_string(d, "name", fields[i].name);
		json_writer_close(d, '}');
	}
	json_writer_close(d, ']');
}

static void put_sources(struct json_writer *d, const struct check *c)
{
	if (!c->tried) {
		json_writer_key(d, "sources");
		text_string(d->t, "[]");
		return;
	}
	json_writer_open(d, '[', "sources", 7);
	for (size_t i = 0; i < c->tried; i++) {
		json_writer_open(d, '{', NULL, 0);
		put_members(d, &c->sources[i].fact);
		put_string(d, "name", c->sources[i].name);
		json_writer_close(d, '}');
	}
	json_writer_close(d, ']');
}

static void render_document(const struct check *c, enum output_mode mode,
			    struct text *t)
{
	struct json_writer d = { .t = t, .mode = mode };

	json_writer_open(&d, '{', NULL, 0);
	put_held(&d, c);
	put_known(&d, c);
	put_host(&d, c);
	put_bool(&d, "possible", c->possible);
	put_string(&d, "source", c->possible ? c->sources[c->tried - 1].name : NULL);
	put_sources(&d, c);
	put_string(&d, "version", VERSION);
	json_writer_close(&d, '}');
}

void check_render(const struct check *c, enum output_mode mode, struct text *t)
{
	if (mode == OUTPUT_COLUMNS || mode == OUTPUT_STORY)
		render_screen(c, t);
	else if (mode != OUTPUT_NONE)
		render_document(c, mode, t);
}

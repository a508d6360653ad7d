// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "kmsg/envelope.h"
#include "kmsg/infer.h"
#include "kmsg/lines.h"
#include "kmsg/phrases.h"
#include "kmsg/prefix.h"

enum { LEVELS = 2 };		/* a message in a message: Docker's in CloudWatch's */

/* The clocks of two CPUs differ by less. */
static const int64_t CLOCK_SLACK_NS = 100000000;

/* Bits above those that kmsg/prefix uses. */
static const uint64_t KIND_ENVELOPE = UINT64_C(1) << 63, KIND_FIELDS = UINT64_C(1) << 62;

enum format { FORMAT_LINES, FORMAT_EXPORT, FORMAT_VERBOSE };

struct transport {
	struct lines lines;
	struct log_clock clock;
	struct transport_counts counts;

	/* from lines to units */
	bool is_ended;
	enum format format;
	uint64_t binary;		/* size of the next field of the export format; ~0: */
	bool has_binary;		/* the size itself comes first */
	char field[32];			/* its name; empty: the rest of a long field */
	bool is_message;		/* that field is a message */
	struct envelope envelopes[LEVELS];
	struct span inputs[LEVELS];	/* JSON that is not read yet */
	struct span texts[LEVELS];	/* a message of many lines */
	uint64_t cut_number;		/* of the last line that was counted as cut */
	size_t tail_used;
	char tail[64];			/* the end of the last line or field */
	uint32_t origins[LEVELS];	/* of the prefix before the JSON */

	/* what follows from the line before */
	size_t prefix;			/* how long its prefix was */
	uint32_t origin;
	int64_t sequence, time_ns;
	bool gap;			/* before the next line */

	struct inference inference;
};

struct transport *transport_open(void)
{
	struct transport *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->sequence = t->time_ns = EVENT_UNKNOWN;
	t->inference.counts = &t->counts;
	for (int i = 0; i < LEVELS; i++)
		envelope_init(&t->envelopes[i], &t->clock);
	return t;
}

void transport_close(struct transport *t)
{
	free(t);
}

void transport_set_end(struct transport *t, int64_t end_unix_ns)
{
	t->clock.now_unix_ns = end_unix_ns;
}

uint8_t *transport_room(struct transport *t, size_t *size)
{
	return lines_room(&t->lines, size);
}

void transport_add(struct transport *t, size_t size)
{
	lines_add(&t->lines, size);
}

const char *transport_foreign(const struct transport *t)
{
	if (t->lines.foreign)
		return t->lines.foreign;
	if (!t->lines.end || t->counts.known || !t->lines.number)
		return NULL;
	return t->lines.strange > t->lines.number ? "binary data" :
		"no line of a kernel's log is in it";
}

const struct transport_counts *transport_counts(const struct transport *t)
{
	return &t->counts;
}

void transport_reject(struct transport *t, const struct log_line *l)
{
	infer_count_unread(&t->counts, l->text, t->lines.number);
}

/* ---- from lines to messages -------------------------------------------------- */

static void unit_init(struct transport *t, struct unit *u, struct span text)
{
	log_line_init(&u->line);
	u->line.text = text;
	u->kinds = 0;
	u->number = t->lines.number;
}

/* May the line continue after a newline in a name? */
static bool is_open(struct span s)
{
	int64_t uid;

	if (scan_begins(s, "oom-kill:")) {
		ptrdiff_t at = scan_find_last(s, ",uid=");
		struct span rest = scan_behind(s, at < 0 ? s.size : (size_t)at + strlen(",uid="));

		return !scan_number(&rest, &uid) || rest.size;
	}
	if (scan_find(s, "Kill") >= 0)
		return scan_find(s, ") total-vm:") < 0 && scan_find(s, ") score ") < 0;
	if (scan_begins(s, "Memory cgroup stats for "))
		return !scan_ends(s, ":");
	return scan_begins(s, "Task");
}

/* Editors and terminals pad lines with blanks. */
static void strip_blanks(struct span *s)
{
	struct span result = *s;

	while (result.size && (result.data[result.size - 1] == ' ' ||
			       result.data[result.size - 1] == '\t'))
		result.size--;
	if (result.size < s->size && !is_open(result))
		*s = result;
}

/* dmesg aligns text after a newline with the previous line's text. */
static void take_padding(struct transport *t, struct log_line *l)
{
	for (size_t i = 0; i < t->prefix && scan_word(&l->text, " "); i++)
		;
	l->torn = true;
}

static void take_prefix(struct transport *t, struct unit *u, uint32_t origin)
{
	struct log_line *l = &u->line;
	size_t size = l->text.size;
	struct prefix p;

	prefix_take(&p, l, &t->clock);
	u->kinds = p.kinds;
	if (p.origin)
		origin = prefix_hash(origin, span_of(&p.origin, sizeof(p.origin)));
	u->origin = origin;
	if (p.kinds)
		t->prefix = size - l->text.size;
}

/* Fills @u from the object around the message. Values in the message come first. */
static void take_entry(struct unit *u, const struct entry *e)
{
	struct log_line *l = &u->line;

	if (l->writer == LOG_WRITER_UNKNOWN || e->writer == LOG_WRITER_OTHER)
		l->writer = e->writer;
	if (e->writer == LOG_WRITER_KERNEL || e->is_verbatim)
		u->kinds |= KIND_FIELDS;
	u->kinds |= KIND_ENVELOPE;
	if (!(u->kinds & KIND_FIELDS))
		return;		/* a collector's, which may have been given an old log */
	if (l->time_ns == EVENT_UNKNOWN)
		l->time_ns = e->time_ns;
	if (l->time_unix_ns == EVENT_UNKNOWN) {
		l->time_unix_ns = e->time_unix_ns;
		l->year_guessed = e->year_guessed;
	}
}

/* Counts a line once, however many parts of reports did not fit. */
static void count_cut(struct transport *t, struct span text)
{
	if (t->cut_number == t->lines.number)
		return;
	t->cut_number = t->lines.number;
	infer_count_unread(&t->counts, text, t->lines.number);
}

static void count_lost(struct transport *t, int level, bool is_ended)
{
	struct span text;

	if (envelope_take_lost(&t->envelopes[level], is_ended, &text))
		count_cut(t, text);
}

/* The rest of an overlong line: only whether part of a report is in it. */
static void read_rest(struct transport *t, struct span s)
{
	size_t size = s.size < sizeof(t->tail) ? s.size : sizeof(t->tail), at;
	char joint[2 * sizeof(t->tail)];
	struct span words = span_of(joint, t->tail_used + size);

	memcpy(joint, t->tail, t->tail_used);
	memcpy(joint + t->tail_used, s.data, size);
	if (phrase_find(words, false, &at))
		count_cut(t, scan_behind(words, at));
	else if (phrase_find(s, false, &at))
		count_cut(t, scan_behind(s, at));
}

static void keep_tail(struct transport *t, struct span s)
{
	t->tail_used = s.size < sizeof(t->tail) ? s.size : sizeof(t->tail);
	memcpy(t->tail, s.data + s.size - t->tail_used, t->tail_used);
}

static void begin_json(struct transport *t, int level, const struct unit *u)
{
	envelope_init(&t->envelopes[level], &t->clock);
	t->inputs[level] = u->line.text;
	t->origins[level] = u->origin;
}

/*
 * Continues in JSON. 1: there is a message; 0: not yet; -EBADMSG: it is no JSON, and the
 * open object is dropped.
 */
static int read_json(struct transport *t, int level)
{
	struct envelope *e = &t->envelopes[level];
	int result = envelope_json(e, &t->inputs[level]);

	/* A JSON string cannot continue in the next line. */
	if (!result && !level && envelope_is_in_string(e) && !t->lines.is_cut)
		result = -EBADMSG;
	count_lost(t, level, result < 0);
	if (result < 0) {
		envelope_init(e, &t->clock);
		t->inputs[level] = (struct span){ 0 };
	}
	if (result > 0 && e->entry.depth)
		t->texts[level] = envelope_message(e);
	if (result > 0 && e->entry.is_ours && !t->lines.foreign)
		t->lines.foreign = "events, as the tracer writes them with -o json";
	return result;
}

/* The next line of the message that was read from JSON at @level. False: there is none. */
static bool next_of_message(struct transport *t, int level, struct unit *u)
{
	const struct entry *e = &t->envelopes[level].entry;
	struct span *rest = &t->texts[level], text;

	for (;;) {
		if (!rest->size)
			return false;
		if (e->is_verbatim || !scan_up_to(rest, "\n", &text)) {
			text = *rest;
			*rest = (struct span){ 0 };
		}
		while (text.size && (text.data[text.size - 1] == '\r' ||
				     (e->is_verbatim && text.data[text.size - 1] == '\n')))
			text.size--;
		if (!text.size)
			continue;
		unit_init(t, u, text);
		take_prefix(t, u, e->origin ? e->origin : t->origins[level]);
		if (level + 1 < LEVELS && envelope_begins(u->line.text)) {
			begin_json(t, level + 1, u);
			if (read_json(t, level + 1) >= 0)
				return false;
		}
		take_entry(u, e);
		return true;
	}
}

/* The next message of open objects, the innermost first. */
static bool next_of_envelopes(struct transport *t, struct unit *u)
{
	for (int level = LEVELS - 1; level >= 0; ) {
		if (t->texts[level].size) {
			if (next_of_message(t, level, u))
				return true;
			level = LEVELS - 1;
		} else if (t->inputs[level].size) {
			struct span rest = t->inputs[level];
			size_t at;

			if (read_json(t, level) < 0 && phrase_find(rest, false, &at))
				infer_count_unread(&t->counts, rest, t->lines.number);
			level = LEVELS - 1;
		} else {
			level--;
		}
	}
	return false;
}

/* ---- journalctl -o export, -o verbose ------------------------------------------ */

static bool is_field_name(struct span s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] != '_' && (s.data[i] < 'A' || s.data[i] > 'Z') &&
		    (s.data[i] < '0' || s.data[i] > '9'))
			return false;
	return s.size > 0 && s.size < sizeof(((struct transport *)0)->field);
}

/* The fields of an entry have ended. True: @u is its message. */
static bool end_fields(struct transport *t, struct unit *u)
{
	struct envelope *e = &t->envelopes[0];
	bool result = envelope_end(e);

	if (result) {
		e->entry.is_verbatim = e->entry.is_verbatim || t->format != FORMAT_LINES;
		t->texts[0] = envelope_message(e);
		result = next_of_message(t, 0, u);
	}
	return result;
}

static void begin_fields(struct transport *t, enum format format)
{
	t->format = format;
	t->origins[0] = 0;
	envelope_init(&t->envelopes[0], &t->clock);
}

/* "MESSAGE=text"; "MESSAGE", its size in 8 bytes and then it, if it is no text. */
static bool take_export(struct transport *t, struct span s, struct unit *u)
{
	struct span name, value = s;
	bool result = false;

	if (!s.size) {
		result = end_fields(t, u);
		begin_fields(t, FORMAT_EXPORT);
	} else if (scan_up_to(&value, "=", &name) && is_field_name(name)) {
		envelope_field(&t->envelopes[0], name, value);
		count_lost(t, 0, true);
	} else if (is_field_name(s)) {
		memset(t->field, 0, sizeof(t->field));
		memcpy(t->field, s.data, s.size);
		t->has_binary = true;
		t->binary = UINT64_MAX;
	} else {
		t->format = FORMAT_LINES;
	}
	return result;
}

/* 1: a binary field is read; 0 or -EAGAIN as lines_next(). */
static int take_binary(struct transport *t)
{
	size_t size;
	char *bytes;
	int result;

	if (t->binary == UINT64_MAX) {
		result = lines_take(&t->lines, 8, &bytes);
		if (result <= 0)
			return result;
		t->binary = 0;
		for (int i = 7; i >= 0; i--)
			t->binary = t->binary << 8 | (uint8_t)bytes[i];
	}
	/* A newline follows the field. A field larger than a message is skipped. */
	size = t->binary < ENVELOPE_TEXT ? (size_t)t->binary : ENVELOPE_TEXT;
	result = lines_take(&t->lines, size, &bytes);
	if (result <= 0)
		return result;
	if (t->field[0])
		t->is_message = !strcmp(t->field, "MESSAGE");
	if (t->binary <= ENVELOPE_TEXT && t->field[0])
		envelope_field(&t->envelopes[0], span_of(t->field, strlen(t->field)),
			       span_of(bytes, size));
	else if (t->is_message)
		read_rest(t, span_of(bytes, size));
	keep_tail(t, span_of(bytes, size));
	t->binary -= size;
	t->has_binary = t->binary > 0;
	if (t->has_binary)
		t->field[0] = '\0';
	return 1;
}

/* "Tue 2026-11-24 00:08:56.816823 UTC [s=55;i=4f;b=..]" */
static bool is_verbose_head(struct transport *t, struct span s, struct log_date *date)
{
	return scan_ends(s, "]") && scan_find(s, " [s=") > 0 && log_date_take(&s, &t->clock, date) &&
		scan_begins(s, " [s=");
}

static void begin_verbose(struct transport *t, const struct log_date *date)
{
	begin_fields(t, FORMAT_VERBOSE);
	t->envelopes[0].entry.time_unix_ns = date->unix_ns;
}

/* "    MESSAGE=text" */
static bool take_verbose(struct transport *t, struct span s, struct unit *u)
{
	struct span name, value = s;
	struct log_date date;
	bool result;

	if (scan_word(&value, "    ") && scan_up_to(&value, "=", &name) && is_field_name(name)) {
		envelope_field(&t->envelopes[0], name, value);
		count_lost(t, 0, true);
		return false;
	}
	if (scan_begins(s, "    ") || !s.size)
		return false;
	result = end_fields(t, u);
	if (is_verbose_head(t, s, &date))
		begin_verbose(t, &date);
	else
		t->format = FORMAT_LINES;
	return result;
}

/* ---- lines ---------------------------------------------------------------------- */

/* Lines that people and programs put between log lines. */
static bool is_separator(struct transport *t, struct span s)
{
	/* The name of a language may follow a code fence. */
	if (!s.size || (scan_begins(s, "```") && s.size < 24 && scan_find(s, " ") < 0) ||
	    scan_is(s, "--")) {
		t->prefix = 0;
		t->gap = t->gap || scan_is(s, "--");
		return true;
	}
	/* journalctl */
	if (!scan_begins(s, "-- "))
		return false;
	t->gap = true;
	return true;
}

static bool begins_export(struct span s)
{
	return scan_begins(s, "__CURSOR=") || scan_begins(s, "__REALTIME_TIMESTAMP=");
}

/* True: @u is a message; false: the line has none, or none yet. */
static bool take_plain(struct transport *t, struct span s, struct unit *u)
{
	struct log_date date;

	if (is_separator(t, s))
		return false;
	if (begins_export(s)) {
		begin_fields(t, FORMAT_EXPORT);
		return take_export(t, s, u);
	}
	if (is_verbose_head(t, s, &date)) {
		begin_verbose(t, &date);
		return false;
	}
	unit_init(t, u, s);
	take_prefix(t, u, 0);
	/* A list of objects may begin with "[". Behind a prefix "[" begins a message. */
	if (envelope_begins(u->line.text) && (!u->kinds || *u->line.text.data == '{')) {
		begin_json(t, 0, u);
		if (read_json(t, 0) >= 0)
			return next_of_envelopes(t, u);
	}
	if (!u->kinds && t->prefix)
		take_padding(t, &u->line);
	else
		strip_blanks(&u->line.text);
	return true;
}

/* True: @u is a message. */
static bool take_line(struct transport *t, struct span s, struct unit *u)
{
	if (envelope_is_open(&t->envelopes[0]) && t->format == FORMAT_LINES) {
		t->inputs[0] = s;
		if (read_json(t, 0) >= 0)
			return next_of_envelopes(t, u);
	}
	if (t->lines.is_rest) {
		read_rest(t, s);
		return false;
	}
	switch (t->format) {
	case FORMAT_EXPORT:
		return take_export(t, s, u);
	case FORMAT_VERBOSE:
		return take_verbose(t, s, u);
	default:
		return take_plain(t, s, u);
	}
}

/* 1: @u is the next message; 0, -EAGAIN as lines_next(). */
static int next_unit(struct transport *t, struct unit *u)
{
	size_t size = 0;
	char *line = NULL;
	int result;

	if (next_of_envelopes(t, u))
		return 1;
	for (;;) {
		result = t->has_binary ? take_binary(t) : lines_next(&t->lines, &line, &size);
		if (!result && !t->is_ended) {
			/* An object that the end of the log cuts off may have a message already. */
			t->is_ended = true;
			count_lost(t, 0, true);
			if (t->format != FORMAT_LINES || envelope_is_cut(&t->envelopes[0]))
				result = end_fields(t, u);
			t->format = FORMAT_LINES;
			return result;
		}
		if (result <= 0)
			return result;
		if (line && !t->has_binary) {
			bool has_message = take_line(t, span_of(line, size), u);

			keep_tail(t, span_of(line, size));
			if (has_message)
				return 1;
		}
		line = NULL;
	}
}

/* ---- gaps ------------------------------------------------------------------------ */

/* "** 23 printk messages dropped **", at times with a message behind it. */
static void take_dropped(struct transport *t, struct log_line *l)
{
	struct span rest = l->text;
	int64_t count;

	if (scan_word(&rest, "Missed ") && scan_number(&rest, &count) &&
	    scan_begins(rest, " kernel messages"))
		l->gap = true;
	rest = l->text;
	if (!scan_word(&rest, "** ") || !scan_number(&rest, &count) ||
	    !scan_word(&rest, " printk message"))
		return;
	scan_word(&rest, "s");
	if (!scan_word(&rest, " dropped **"))
		return;
	l->gap = true;
	scan_blanks(&rest);
	if (rest.size) {
		struct prefix p;

		l->text = rest;
		prefix_take(&p, l, &t->clock);
	}
}

/* Finds gaps by sequence numbers and times, which both restart at 0 with a boot. */
static void find_gap(struct transport *t, struct unit *u)
{
	struct log_line *l = &u->line;

	take_dropped(t, l);
	/* Lines of several hosts or files are interleaved. */
	l->gap = l->gap || (u->origin && t->origin && u->origin != t->origin);
	if (u->origin)
		t->origin = u->origin;
	l->gap = l->gap || t->gap || scan_begins(l->text, "Linux version ") ||
		(l->sequence != EVENT_UNKNOWN && t->sequence != EVENT_UNKNOWN &&
		 l->sequence != t->sequence + 1) ||
		(l->time_ns != EVENT_UNKNOWN && t->time_ns != EVENT_UNKNOWN &&
		 l->time_ns < t->time_ns - CLOCK_SLACK_NS);
	t->gap = false;
	if (l->sequence != EVENT_UNKNOWN)
		t->sequence = l->sequence;
	if (l->time_ns != EVENT_UNKNOWN && (l->gap || l->time_ns > t->time_ns))
		t->time_ns = l->time_ns;
}

/* Is this a kill without a prefix, in a log whose lines have one? Then it follows a
 * newline in a name. */
static bool is_out_of_place(const struct unit *u)
{
	return u->line.torn && phrase_begins(u->line.text) == PHRASE_PART;
}

int transport_next(struct transport *t, struct log_line *l)
{
	struct unit u;
	int result;

	for (;;) {
		if (infer_next(&t->inference, l))
			return 1;
		if (!infer_waiting(&t->inference, &u)) {
			result = t->lines.foreign ? -ENOTSUP : next_unit(t, &u);
			if (result == 0 && t->inference.held_count) {
				infer_end(&t->inference, NULL);
				continue;
			}
			if (result <= 0)
				return result;
			find_gap(t, &u);
			if (is_out_of_place(&u)) {
				infer_count_unread(&t->counts, u.line.text, u.number);
				t->gap = true;
				continue;
			}
			/* Lines after a gap cannot settle lines before it. */
			if (u.line.gap && t->inference.held_count) {
				infer_end(&t->inference, &u);
				continue;
			}
		}
		if (infer_put(&t->inference, &u, l))
			return 1;
	}
}

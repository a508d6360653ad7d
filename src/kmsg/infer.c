// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/infer.h"

#include <string.h>

#include "base/scan.h"

enum { COMM_BYTES = 15 };		/* of a task's name, without its NUL */

void infer_count_unread(struct transport_counts *c, struct span text, uint64_t number)
{
	size_t size = text.size < sizeof(c->first_text) ? text.size : sizeof(c->first_text) - 1;

	if (c->unread++)
		return;
	c->first_unread = number;
	memcpy(c->first_text, text.data, size);
	c->first_text[size] = '\0';
}

/* ---- prefixes --------------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static size_t run(struct span s, size_t from, bool (*is)(uint8_t c))
{
	size_t i = from;

	while (i < s.size && is(s.data[i]))
		i++;
	return i - from;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/*
 * The length of the front of @s that equals @prefix but for the values of numbers and
 * the widths of blanks; 0: none does. The end of the prefix must be equal, too, as it
 * might continue into the message.
 */
static size_t match(struct span prefix, struct span s)
{
	size_t i = 0, j = 0;

	while (i < prefix.size) {
		size_t digits = run(prefix, i, is_digit), spaces = run(prefix, i, is_space);
		size_t len = digits + spaces;
		bool is_last = i + len == prefix.size;

		if (len && !is_last) {
			size_t other = run(s, j, digits ? is_digit : is_space);

			if (!other)
				return 0;
			i += len;
			j += other;
			continue;
		}
		if (j >= s.size || prefix.data[i] != s.data[j])
			return 0;
		i++;
		j++;
	}
	return j;
}

/* "host app: ", "app[77]: ": as a syslog daemon or the journal names a program. */
static bool is_writer(struct span prefix, bool has_prefix)
{
	size_t end, start;

	if (!scan_ends(prefix, ": "))
		return false;
	end = prefix.size - 2;
	if (end && prefix.data[end - 1] == ']') {
		size_t from = end - 1;

		while (from && is_digit(prefix.data[from - 1]))
			from--;
		return from > 1 && from < end - 1 && prefix.data[from - 1] == '[' &&
			!is_space(prefix.data[from - 2]);
	}
	for (start = end; start && !is_space(prefix.data[start - 1]); start--)
		if (prefix.data[start - 1] == ':' || prefix.data[start - 1] == '"')
			return false;
	if (!has_prefix || start == end || scan_is(scan_behind(scan_front(prefix, end), start), "kernel"))
		return false;
	/* one word before it: the host */
	while (start && is_space(prefix.data[start - 1]))
		start--;
	while (start && !is_space(prefix.data[start - 1]))
		start--;
	return !start;
}

static struct span known_prefix(const struct inference *f)
{
	return span_of(f->prefix, f->prefix_size);
}

static void set_prefix(struct inference *f, struct span prefix, bool is_confirmed)
{
	if (prefix.size > sizeof(f->prefix))
		prefix.size = 0;
	memcpy(f->prefix, prefix.data, prefix.size);
	f->prefix_size = prefix.size;
	f->is_confirmed = is_confirmed;
}

/* Removes the closing quote if the prefix ends with an opening one. */
static void strip_quote(struct span prefix, struct span *text)
{
	size_t quotes = 0;

	for (size_t i = 0; i < prefix.size; i++)
		quotes += prefix.data[i] == '"';
	if (quotes % 2 && text->size && text->data[text->size - 1] == '"')
		text->size--;
}

static void strip(struct unit *u, size_t size)
{
	strip_quote(scan_front(u->line.text, size), &u->line.text);
	u->line.text = scan_behind(u->line.text, size);
	u->at -= size < u->at ? size : u->at;
	u->is_stripped = size > 0;
	u->line.torn = u->line.torn && !size;
}

static bool is_part(const struct unit *u)
{
	return u->phrase == PHRASE_PART || u->phrase == PHRASE_HEADER;
}

/* ---- held lines ---------------------------------------------------------------- */

/* False: there is no room. */
static bool hold(struct inference *f, const struct unit *u)
{
	struct unit *held = &f->held[f->held_count];
	size_t size = u->line.text.size;

	if (f->held_count == INFER_LINES || size > INFER_BYTES - f->held_bytes)
		return false;
	*held = *u;
	held->line.text = span_of(f->text + f->held_bytes, size);
	memcpy(f->text + f->held_bytes, u->line.text.data, size);
	f->held_bytes += size;
	f->held_count++;
	return true;
}

/* Releases the held lines in their order, and @u, or NULL, behind them. */
static void release(struct inference *f, const struct unit *u)
{
	f->is_released = true;
	f->held_next = 0;
	f->is_waiting = u;
	if (u)
		f->waiting = *u;
}

static void drop(struct inference *f, struct unit *held, bool is_quoted)
{
	if (is_quoted)
		f->counts->quoted++;
	else
		infer_count_unread(f->counts, held->line.text, held->number);
	held->line.text = (struct span){ 0 };
	held->phrase = PHRASE_NONE;
}

/*
 * @by may name the task, as "CPU: 0 PID: 7 Comm: tail Not tainted" does. If the
 * header's name ends with this task's name, the part before it is a prefix.
 */
static bool has_prefix_alone(struct span name, const struct unit *by)
{
	struct span rest = scan_behind(by->line.text, by->at), before;

	if (!scan_up_to(&rest, " Comm: ", &before) && !scan_up_to(&rest, ", comm: ", &before))
		return false;
	for (size_t i = 1; i < name.size; i++) {
		struct span end = scan_behind(name, i);

		if (end.size < rest.size && rest.data[end.size] == ' ' &&
		    !memcmp(end.data, rest.data, end.size))
			return true;
	}
	return false;
}

/* The header's message begins behind @prefix. */
static void settle_header(struct inference *f, struct unit *held, struct span prefix,
			  const struct unit *by)
{
	size_t size = match(prefix, held->line.text);

	if ((prefix.size && !size) || held->is_stripped != by->is_stripped ||
	    size >= held->at || held->at - size > COMM_BYTES ||
	    has_prefix_alone(scan_behind(scan_front(held->line.text, held->at), size), by)) {
		drop(f, held, false);
		return;
	}
	if (size)
		strip(held, size);
	/* The name itself may look like a known prefix: then the name is unknown. */
	if (held->kinds != by->kinds)
		held->line.torn = held->line.gap = true;
}

/* Settles the held lines: the line @by of their report has the prefix @prefix. */
static void settle(struct inference *f, struct span prefix, const struct unit *by)
{
	for (size_t i = 0; i < f->held_count; i++) {
		struct unit *held = &f->held[i];
		size_t size = match(prefix, held->line.text);

		if (held->phrase == PHRASE_HEADER)
			settle_header(f, held, prefix, by);
		else if (held->phrase == PHRASE_PART && size != held->at)
			drop(f, held, false);
		else if (size)
			strip(held, size);
	}
}

void infer_end(struct inference *f, const struct unit *u)
{
	for (size_t i = 0; i < f->held_count; i++) {
		struct unit *held = &f->held[i];

		/* A known prefix leaves no unknown part. */
		if (held->phrase == PHRASE_PART ||
		    (held->phrase == PHRASE_HEADER &&
		     (!held->kinds || held->at > COMM_BYTES)))
			drop(f, held, false);
	}
	release(f, u);
}

/* Drops lines that begin with @prefix, as it names another program as their writer. */
static void drop_quoted(struct inference *f, struct span prefix)
{
	for (size_t i = 0; i < f->held_count; i++)
		if (is_part(&f->held[i]) && match(prefix, f->held[i].line.text))
			drop(f, &f->held[i], true);
}

static bool is_shown_by_held(const struct inference *f, struct span prefix)
{
	for (size_t i = 0; i < f->held_count; i++) {
		const struct unit *held = &f->held[i];
		size_t size = match(prefix, held->line.text);

		if (size && (held->phrase == PHRASE_HEADER ? size < held->at :
			     held->phrase && size == held->at))
			return true;
	}
	return false;
}

int infer_next(struct inference *f, struct log_line *l)
{
	while (f->is_released && f->held_next < f->held_count) {
		*l = f->held[f->held_next++].line;
		if (l->text.data)
			return 1;
	}
	if (f->is_released)
		f->held_count = f->held_bytes = 0;
	f->is_released = false;
	return 0;
}

int infer_waiting(struct inference *f, struct unit *u)
{
	if (!f->is_waiting)
		return 0;
	f->is_waiting = false;
	*u = f->waiting;
	return 1;
}

/* ---- the next line --------------------------------------------------------------- */

/* Holds a line until its message's offset is known. 1: there is no need to hold it. */
static int keep(struct inference *f, const struct unit *u, struct log_line *l)
{
	if (hold(f, u))
		return 0;
	if (f->held_count) {
		infer_end(f, u);
		return 0;
	}
	if (is_part(u)) {
		infer_count_unread(f->counts, u->line.text, u->number);
		return 0;
	}
	*l = u->line;
	return 1;
}

/*
 * Behind a known prefix stands what the kernel wrote, and a path in that, of a cgroup
 * or a file, is somebody's choice: it may hold a report, as often as he likes.
 */
static bool is_strangers(const struct unit *u, struct span prefix)
{
	return u->kinds && scan_find(prefix, "/") >= 0;
}

/* A line of a report whose message begins at @u->at. */
static int take_phrase(struct inference *f, struct unit *u, struct log_line *l)
{
	struct span prefix = scan_front(u->line.text, u->at);

	if (prefix.size && is_writer(prefix, u->kinds != 0)) {
		drop_quoted(f, prefix);
		f->counts->quoted += u->phrase == PHRASE_PART;
		return 0;
	}
	if (u->phrase == PHRASE_PART && is_strangers(u, prefix)) {
		infer_count_unread(f->counts, u->line.text, u->number);
		return 0;
	}
	if (prefix.size && !is_shown_by_held(f, prefix) &&
	    match(known_prefix(f), u->line.text) != u->at) {
		set_prefix(f, prefix, false);
		return keep(f, u, l);
	}
	if (!u->is_stripped)
		set_prefix(f, prefix, true);
	if (f->held_count) {
		settle(f, prefix, u);
		release(f, u);
		return 0;
	}
	strip(u, u->at);
	*l = u->line;
	return 1;
}

/* Nothing of a header is a part of a report: lines that lost their ends are in one. */
static void count_behind(struct inference *f, const struct unit *u)
{
	struct span rest = scan_behind(u->line.text, u->at + 1);
	size_t at;

	if (phrase_find(rest, false, &at) == PHRASE_PART)
		infer_count_unread(f->counts, scan_behind(rest, at), u->number);
}

int infer_put(struct inference *f, struct unit *u, struct log_line *l)
{
	size_t size = f->is_confirmed ? match(known_prefix(f), u->line.text) : 0;

	u->is_stripped = false;
	if (size)
		strip(u, size);
	u->phrase = phrase_find(u->line.text, f->held_count || f->prefix_size, &u->at);
	f->counts->known += u->kinds || u->phrase;
	if (u->line.writer == LOG_WRITER_OTHER) {
		f->counts->quoted += is_part(u);
		*l = u->line;
		return 1;
	}
	if (u->phrase == PHRASE_HEADER) {
		count_behind(f, u);
		return keep(f, u, l);
	}
	if (u->phrase)
		return take_phrase(f, u, l);
	if (f->held_count)
		return keep(f, u, l);
	*l = u->line;
	return 1;
}

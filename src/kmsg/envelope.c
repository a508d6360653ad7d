// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/envelope.h"

#include <errno.h>
#include <string.h>

#include "base/scan.h"
#include "kmsg/phrases.h"
#include "kmsg/prefix.h"

enum key {
	KEY_OTHER, KEY_MESSAGE, KEY_TRANSPORT, KEY_IDENTIFIER, KEY_FACILITY,
	KEY_PID, KEY_TIME, KEY_JOURNAL_TIME, KEY_MONOTONIC, KEY_ORIGIN, KEY_PAIRS,
	KEY_PRI, KEY_CALLER, KEY_OURS,
};

static const struct {
	const char *name;
	enum key key;
} keys[] = {
	/* the journal */
	{ "MESSAGE", KEY_MESSAGE }, { "_TRANSPORT", KEY_TRANSPORT },
	{ "SYSLOG_IDENTIFIER", KEY_IDENTIFIER }, { "SYSLOG_FACILITY", KEY_FACILITY },
	{ "_PID", KEY_PID }, { "SYSLOG_PID", KEY_PID },
	{ "__REALTIME_TIMESTAMP", KEY_JOURNAL_TIME },
	{ "_SOURCE_MONOTONIC_TIMESTAMP", KEY_MONOTONIC },
	{ "_BOOT_ID", KEY_ORIGIN }, { "_HOSTNAME", KEY_ORIGIN },
	/* dmesg -J */
	{ "msg", KEY_MESSAGE }, { "pri", KEY_PRI }, { "fac", KEY_FACILITY },
	{ "time", KEY_TIME },
	/* syslog daemons and collectors: Docker, Loki, CloudWatch, Splunk, GELF, .. */
	{ "log", KEY_MESSAGE }, { "message", KEY_MESSAGE }, { "line", KEY_MESSAGE },
	{ "@message", KEY_MESSAGE }, { "Message", KEY_MESSAGE }, { "text", KEY_MESSAGE },
	{ "textPayload", KEY_MESSAGE }, { "_raw", KEY_MESSAGE }, { "body", KEY_MESSAGE },
	{ "short_message", KEY_MESSAGE }, { "full_message", KEY_MESSAGE },
	{ "content", KEY_MESSAGE }, { "values", KEY_PAIRS },
	{ "PROGRAM", KEY_IDENTIFIER }, { "programname", KEY_IDENTIFIER },
	{ "syslogtag", KEY_IDENTIFIER }, { "appname", KEY_IDENTIFIER },
	{ "app-name", KEY_IDENTIFIER }, { "ident", KEY_IDENTIFIER },
	{ "facility", KEY_FACILITY }, { "syslogfacility-text", KEY_FACILITY },
	{ "FACILITY", KEY_FACILITY }, { "timestamp", KEY_TIME },
	{ "@timestamp", KEY_TIME }, { "timereported", KEY_TIME }, { "ISODATE", KEY_TIME },
	{ "DATE", KEY_TIME }, { "hostname", KEY_ORIGIN }, { "HOST", KEY_ORIGIN },
	{ "host", KEY_ORIGIN },
	/* the tracer */
	{ "tpid", KEY_OURS },
};

static enum key key_of(struct span name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (scan_is(name, keys[i].name))
			return keys[i].key;
	return KEY_OTHER;
}

static void entry_init(struct entry *e)
{
	*e = (struct entry){
		.time_ns = EVENT_UNKNOWN, .time_unix_ns = EVENT_UNKNOWN,
	};
}

void envelope_init(struct envelope *e, struct log_clock *clock)
{
	e->clock = clock;
	e->state = ENVELOPE_VALUE;
	e->depth = 0;
	e->key = KEY_OTHER;
	e->is_found = false;
	e->surrogate = 0;
	e->token_used = e->text_used = e->lost_used = 0;
	e->has_lost = false;
	entry_init(&e->entry);
}

/* ---- values ------------------------------------------------------------------ */

static void set_writer(struct entry *e, enum log_writer writer)
{
	if (e->writer != LOG_WRITER_OTHER)
		e->writer = writer;
}

/* Seconds, milli-, micro- or nanoseconds since 1970: the magnitude tells which. */
static int64_t unix_of(int64_t number)
{
	int64_t scale = 1;

	for (int64_t end = INT64_C(100000000000000000); end > INT64_C(10000000); end /= 1000) {
		if (number >= end)
			return number <= INT64_MAX / scale ? number * scale : EVENT_UNKNOWN;
		scale *= 1000;
	}
	return EVENT_UNKNOWN;
}

/* "12.345678" of dmesg is the kernel's clock; any other value is a date. */
static void set_time(struct envelope *e, struct span value)
{
	struct span rest = value;
	struct log_date date;
	int64_t number;

	scan_blanks(&rest);
	if (log_date_take_seconds(&rest, &number) && !rest.size) {
		if (number < INT64_C(1000000000000000000))
			e->entry.time_ns = number;
		return;
	}
	rest = value;
	if (scan_number(&rest, &number) && !rest.size) {
		e->entry.time_unix_ns = unix_of(number);
	} else if (rest = value, log_date_take(&rest, e->clock, &date) && !rest.size) {
		e->entry.time_unix_ns = date.unix_ns;
		e->entry.year_guessed = date.year_guessed && date.unix_ns != EVENT_UNKNOWN;
	}
}

static void set_microseconds(int64_t *to_ns, struct span value)
{
	int64_t usec;

	if (scan_number(&value, &usec) && !value.size && usec < INT64_C(1) << 53)
		*to_ns = usec * 1000;
}

static void set_facility(struct entry *e, struct span value)
{
	enum log_writer writer;

	if (scan_is(value, "0"))
		set_writer(e, LOG_WRITER_KERNEL);
	else if (prefix_facility(value, &writer))
		set_writer(e, writer);
	else
		set_writer(e, LOG_WRITER_OTHER);
}

static void set_identifier(struct entry *e, struct span value)
{
	bool is_kernel = scan_is(value, "kernel") || scan_is(value, "kernel:");

	set_writer(e, is_kernel ? LOG_WRITER_KERNEL : LOG_WRITER_OTHER);
}

static void set_value(struct envelope *e, enum key key, struct span value)
{
	struct entry *entry = &e->entry;

	switch (key) {
	case KEY_TRANSPORT:
		set_writer(entry, scan_is(value, "kernel") ? LOG_WRITER_KERNEL : LOG_WRITER_OTHER);
		entry->is_verbatim = true;
		break;
	case KEY_IDENTIFIER:
		set_identifier(entry, value);
		break;
	case KEY_FACILITY:
		set_facility(entry, value);
		break;
	case KEY_PID:
		set_writer(entry, LOG_WRITER_OTHER);
		break;
	case KEY_TIME:
		set_time(e, value);
		break;
	case KEY_JOURNAL_TIME:
		set_microseconds(&entry->time_unix_ns, value);
		break;
	case KEY_MONOTONIC:
		set_microseconds(&entry->time_ns, value);
		break;
	case KEY_ORIGIN:
		entry->origin = prefix_hash(entry->origin, value);
		break;
	case KEY_PRI:
		entry->is_verbatim = true;
		break;
	case KEY_OURS:
		entry->is_ours = true;
		break;
	default:
		break;
	}
}

/* ---- the message -------------------------------------------------------------- */

enum { WORDS_BYTES = 64 };		/* more than the words that begin part of a report */

static void find_lost(struct envelope *e)
{
	e->has_lost = phrase_find(span_of(e->lost, e->lost_used), false, &e->lost_at) !=
		PHRASE_NONE;
}

static void end_lost(struct envelope *e)
{
	if (e->has_lost || !e->lost_used)
		return;
	find_lost(e);
	if (!e->has_lost)
		e->lost_used = 0;
}

static void add_lost(struct envelope *e, char c)
{
	if (e->has_lost)
		return;
	if (!e->lost_used) {
		memcpy(e->lost, e->text + sizeof(e->text) - WORDS_BYTES, WORDS_BYTES);
		e->lost_used = WORDS_BYTES;
	}
	e->lost[e->lost_used++] = c;
	if (e->lost_used < sizeof(e->lost))
		return;
	find_lost(e);
	if (e->has_lost)
		return;
	memmove(e->lost, e->lost + sizeof(e->lost) - WORDS_BYTES, WORDS_BYTES);
	e->lost_used = WORDS_BYTES;
}

bool envelope_take_lost(struct envelope *e, bool is_ended, struct span *text)
{
	if (is_ended)
		end_lost(e);
	if (!e->has_lost)
		return false;
	*text = scan_behind(span_of(e->lost, e->lost_used), e->lost_at);
	e->has_lost = false;
	e->lost_used = 0;
	return true;
}

static void add_text(struct envelope *e, char c)
{
	if (e->text_used < sizeof(e->text))
		e->text[e->text_used++] = c;
	else
		add_lost(e, c);
}

/* If an object has two messages, prefers the one that holds part of a report. */
static void end_message(struct envelope *e, int depth)
{
	struct entry *entry = &e->entry;
	struct span before = span_of(e->text, entry->used);
	struct span now = span_of(e->text + entry->used, e->text_used - entry->used);
	size_t at;

	if (entry->depth && (depth != entry->depth || phrase_find(before, false, &at) ||
			     !phrase_find(now, false, &at))) {
		e->text_used = entry->used;
		return;
	}
	memmove(e->text, now.data, now.size);
	entry->used = e->text_used = now.size;
	entry->depth = depth;
}

void envelope_field(struct envelope *e, struct span name, struct span value)
{
	enum key key = key_of(name);

	if (key != KEY_MESSAGE) {
		set_value(e, key, value);
		return;
	}
	for (size_t i = 0; i < value.size; i++)
		add_text(e, (char)value.data[i]);
	end_lost(e);
	end_message(e, 1);
}

bool envelope_end(struct envelope *e)
{
	return e->entry.depth > 0;
}

/* ---- JSON --------------------------------------------------------------------- */

bool envelope_begins(struct span s)
{
	bool is_list = scan_word(&s, "[");

	scan_blanks(&s);
	if (!s.size)
		return is_list;
	if (!scan_word(&s, "{"))
		return false;
	scan_blanks(&s);
	return !s.size || *s.data == '"' || *s.data == '}';
}

static void add_token(struct envelope *e, char c)
{
	if (e->token_used < sizeof(e->token))
		e->token[e->token_used++] = c;
}

static void add(struct envelope *e, char c)
{
	if (e->is_message)
		add_text(e, c);
	else
		add_token(e, c);
}

/* Adds @c as UTF-8. */
static void add_character(struct envelope *e, uint32_t c)
{
	if (c < 0x80) {
		add(e, (char)c);
		return;
	}
	if (c >= 0x10000) {
		add(e, (char)(0xf0 | c >> 18));
		add(e, (char)(0x80 | (c >> 12 & 0x3f)));
	} else if (c >= 0x800) {
		add(e, (char)(0xe0 | c >> 12));
	}
	if (c >= 0x800)
		add(e, (char)(0x80 | (c >> 6 & 0x3f)));
	else
		add(e, (char)(0xc0 | c >> 6));
	add(e, (char)(0x80 | (c & 0x3f)));
}

/* Keeps the first half of a surrogate pair until the second half follows. */
static void end_unicode(struct envelope *e)
{
	if (e->unicode >> 10 == 0xd800 >> 10) {
		e->surrogate = e->unicode;
		return;
	}
	if (e->unicode >> 10 == 0xdc00 >> 10)
		e->unicode = e->surrogate ?
			0x10000 + ((e->surrogate & 0x3ff) << 10 | (e->unicode & 0x3ff)) : 0xfffd;
	e->surrogate = 0;
	add_character(e, e->unicode);
}

static bool in_object(const struct envelope *e)
{
	return e->depth && e->level[e->depth - 1].is_object;
}

/* Loki: [["1795478936000000000","text"], ..] */
static bool in_pair(const struct envelope *e)
{
	return e->depth > 1 && !in_object(e) && !e->level[e->depth - 2].is_object &&
		e->level[e->depth - 1].key == KEY_PAIRS;
}

static enum key value_key(const struct envelope *e)
{
	const uint32_t index = e->depth ? e->level[e->depth - 1].index : 0;

	if (in_object(e))
		return (enum key)e->key;
	if (in_pair(e))
		return index == 0 ? KEY_TIME : index == 1 ? KEY_MESSAGE : KEY_OTHER;
	return e->depth ? (enum key)e->level[e->depth - 1].key : KEY_OTHER;
}

/* Each object in a list is a message of its own, so the previous fields are cleared. */
static int open_level(struct envelope *e, bool is_object)
{
	enum key key = value_key(e);

	if (e->depth == ENVELOPE_DEPTH)
		return -EBADMSG;
	if (!e->entry.depth && (!in_object(e) || !e->depth)) {
		e->text_used = 0;
		entry_init(&e->entry);
	}
	e->level[e->depth].is_object = is_object;
	e->level[e->depth].key = is_object ? KEY_OTHER : (uint8_t)key;
	e->level[e->depth].index = 0;
	e->depth++;
	e->state = is_object ? ENVELOPE_KEY : ENVELOPE_VALUE;
	return 0;
}

/* 1: its message is complete. */
static int close_level(struct envelope *e, bool is_object)
{
	bool is_bytes = !is_object && e->depth && e->level[e->depth - 1].key == KEY_MESSAGE;

	if (!e->depth || e->level[e->depth - 1].is_object != is_object)
		return -EBADMSG;
	e->depth--;
	e->state = ENVELOPE_NEXT;
	/* journalctl writes a message that is no UTF-8 as a list of its bytes. */
	if (is_bytes && in_object(e)) {
		end_lost(e);
		end_message(e, e->depth);
	}
	return e->entry.depth == e->depth + 1 || (!e->depth && e->entry.is_ours);
}

/*
 * A value under any key is a message if it holds part of a report. From then on other
 * values under that key are messages, too.
 */
static bool is_message(struct envelope *e)
{
	size_t at;

	if (e->is_found)
		return true;
	if (!phrase_find(span_of(e->text + e->entry.used, e->text_used - e->entry.used),
			 false, &at))
		return false;
	/* The token still holds the key, as the value went to the text. */
	e->found_size = in_object(e) ? e->token_used : 0;
	memcpy(e->found, e->token, e->found_size);
	return true;
}

static void end_string(struct envelope *e)
{
	struct span token = span_of(e->token, e->token_used);

	if (e->is_key) {
		e->key = (uint8_t)key_of(token);
		e->is_found = e->found_size && e->found_size == token.size &&
			!memcmp(e->found, token.data, token.size);
		e->state = ENVELOPE_COLON;
		return;
	}
	e->state = ENVELOPE_NEXT;
	end_lost(e);
	if (!e->is_message) {
		set_value(e, value_key(e), token);
	} else if (value_key(e) == KEY_MESSAGE || is_message(e)) {
		end_message(e, e->depth);
	} else {
		e->text_used = e->entry.used;
	}
}

/* A number, true, false or null. */
static void end_scalar(struct envelope *e)
{
	struct span token = span_of(e->token, e->token_used);
	enum key key = value_key(e);
	int64_t byte;

	e->state = ENVELOPE_NEXT;
	if (key != KEY_MESSAGE)
		set_value(e, key, token);
	else if (!in_object(e) && scan_number(&token, &byte) && !token.size && byte < 256)
		add_text(e, (char)byte);
}

static void begin_string(struct envelope *e, bool is_key)
{
	e->is_key = is_key;
	e->is_message = !is_key && (value_key(e) == KEY_MESSAGE || value_key(e) == KEY_OTHER);
	/* A message is not written to the token, which keeps the key. */
	if (!e->is_message)
		e->token_used = 0;
	e->surrogate = 0;
	e->state = ENVELOPE_STRING;
}

static int begin_value(struct envelope *e, char c)
{
	switch (c) {
	case '{':
		return open_level(e, true);
	case '[':
		return open_level(e, false);
	case ']':
		return close_level(e, false);
	case '"':
		begin_string(e, false);
		return 0;
	}
	if (!e->depth || (c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z')))
		return -EBADMSG;
	e->token_used = 0;
	add_token(e, c);
	e->state = ENVELOPE_SCALAR;
	return 0;
}

static int between(struct envelope *e, char c)
{
	switch (c) {
	case ',':
		if (!e->depth)
			return 0;
		e->level[e->depth - 1].index++;
		e->state = in_object(e) ? ENVELOPE_KEY : ENVELOPE_VALUE;
		return 0;
	case '}':
	case ']':
		return close_level(e, c == '}');
	case '{':
		/* another object behind the last, as in dmesg's "},{" or without a comma */
		return e->depth ? -EBADMSG : open_level(e, true);
	}
	return -EBADMSG;
}

static int take_unicode(struct envelope *e, char c)
{
	unsigned int digit = scan_hex_digit((uint8_t)c);

	if (digit > 15)
		return -EBADMSG;
	e->unicode = e->unicode << 4 | digit;
	if (++e->digits < 4)
		return 0;
	e->state = ENVELOPE_STRING;
	end_unicode(e);
	return 0;
}

static int take_escape(struct envelope *e, char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(from, c) : NULL;

	e->state = ENVELOPE_STRING;
	if (c == 'u') {
		e->state = ENVELOPE_UNICODE;
		e->unicode = 0;
		e->digits = 0;
		return 0;
	}
	if (!at)
		return -EBADMSG;
	add(e, to[at - from]);
	return 0;
}

static int take_in_string(struct envelope *e, char c)
{
	if (c == '"')
		end_string(e);
	else if (c == '\\')
		e->state = ENVELOPE_ESCAPE;
	else
		add(e, c);
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int take(struct envelope *e, char c)
{
	switch (e->state) {
	case ENVELOPE_STRING:
		return take_in_string(e, c);
	case ENVELOPE_ESCAPE:
		return take_escape(e, c);
	case ENVELOPE_UNICODE:
		return take_unicode(e, c);
	case ENVELOPE_SCALAR:
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' ||
		    c == '+' || c == '-' || c == 'E') {
			add_token(e, c);
			return 0;
		}
		end_scalar(e);
		break;
	default:
		break;
	}
	if (is_blank(c))
		return 0;
	switch (e->state) {
	case ENVELOPE_VALUE:
		return begin_value(e, c);
	case ENVELOPE_KEY:
		if (c == '"') {
			begin_string(e, true);
			return 0;
		}
		return c == '}' ? close_level(e, true) : -EBADMSG;
	case ENVELOPE_COLON:
		e->state = ENVELOPE_VALUE;
		return c == ':' ? 0 : -EBADMSG;
	default:
		return between(e, c);
	}
}

/* Copies bytes that need no parsing. True: the next byte must be parsed. */
static bool take_plain(struct envelope *e, struct span *input)
{
	char *to = e->is_message ? e->text + e->text_used : e->token + e->token_used;
	size_t room = e->is_message ? sizeof(e->text) - e->text_used :
		sizeof(e->token) - e->token_used;
	size_t i = 0;

	while (i < input->size && input->data[i] != '"' && input->data[i] != '\\')
		i++;
	room = room < i ? room : i;
	memcpy(to, input->data, room);
	*(e->is_message ? &e->text_used : &e->token_used) += room;
	for (; e->is_message && room < i; room++)
		add_lost(e, (char)input->data[room]);
	*input = scan_behind(*input, i);
	return input->size > 0;
}

/* Clears the fields of a message, so that the next message does not inherit them. */
static void forget_message(struct envelope *e)
{
	e->text_used = 0;
	entry_init(&e->entry);
}

int envelope_json(struct envelope *e, struct span *input)
{
	if (e->entry.depth > e->depth || e->entry.is_ours)
		forget_message(e);
	while (input->size) {
		int result;

		if (e->state == ENVELOPE_STRING && !take_plain(e, input))
			break;
		result = take(e, (char)*input->data);

		*input = scan_behind(*input, 1);
		if (result)
			return result;
	}
	return 0;
}

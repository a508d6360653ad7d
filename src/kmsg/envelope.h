/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Log formats in which a message is one field of a record: JSON objects, on one line or
 * several, and journalctl's formats export and verbose. Memory is bounded: a value is
 * cut at the size of its buffer, and fields that no caller needs are skipped.
 */
#ifndef KMSG_ENVELOPE_H
#define KMSG_ENVELOPE_H

#include "kmsg/log_date.h"
#include "kmsg/transport.h"

enum { ENVELOPE_TEXT = 8192, ENVELOPE_LOST = 512, ENVELOPE_TOKEN = 128, ENVELOPE_DEPTH = 32 };

/* A message, with the fields of its object that matter. */
struct entry {
	size_t used;			/* of the text, up to the end of the message */
	int depth;			/* of the object that has the message; 0: none has */
	int64_t time_ns, time_unix_ns;
	bool year_guessed;
	enum log_writer writer;
	bool is_verbatim;		/* the message is what the kernel wrote, newlines and all */
	bool is_ours;			/* an event in the tracer's own JSON, no log */
	uint32_t origin;		/* a hash of host and boot */
};

enum envelope_state {
	ENVELOPE_VALUE, ENVELOPE_KEY, ENVELOPE_COLON, ENVELOPE_NEXT,
	ENVELOPE_STRING, ENVELOPE_ESCAPE, ENVELOPE_UNICODE, ENVELOPE_SCALAR,
};

struct envelope {
	struct entry entry;
	struct log_clock *clock;
	/* the parser of JSON */
	enum envelope_state state;
	int depth;
	struct {
		bool is_object;
		uint8_t key;		/* whose value it is; inherited by lists */
		uint32_t index;
	} level[ENVELOPE_DEPTH];
	uint8_t key;			/* of the value that comes */
	bool is_key;			/* the string is one */
	bool is_message;		/* the string goes to text */
	uint32_t unicode;
	uint32_t surrogate;		/* the first half of a character; 0: none */
	int digits;
	size_t token_used, text_used;
	char token[ENVELOPE_TOKEN];
	size_t found_size;
	char found[ENVELOPE_TOKEN];	/* an unknown key whose value held part of a report */
	bool is_found;			/* the next value is that of this key */
	char text[ENVELOPE_TEXT];
	/* what no longer fits into text; with part of a report at @lost_at it stays */
	bool has_lost;
	size_t lost_at, lost_used;
	char lost[ENVELOPE_LOST];
};

/* Resets @e. @clock, borrowed, converts dates. */
void envelope_init(struct envelope *e, struct log_clock *clock);

/* May @s be the beginning of an object, or of a list of objects? */
bool envelope_begins(struct span s);

/*
 * Parses @input from where the last call stopped; an object may continue in the next
 * line. 1: a message is complete, @e->entry and envelope_message() are valid until the
 * next call; 0: @input is used up; -EBADMSG: it is no JSON.
 */
int envelope_json(struct envelope *e, struct span *input);

/* Is an object begun and not yet ended? */
static inline bool envelope_is_open(const struct envelope *e)
{
	return e->depth > 0;
}

/* Is a string begun and not yet ended? */
static inline bool envelope_is_in_string(const struct envelope *e)
{
	return e->state == ENVELOPE_STRING || e->state == ENVELOPE_ESCAPE ||
		e->state == ENVELOPE_UNICODE;
}

/* Is there a message in an object that has not ended? */
static inline bool envelope_is_cut(const struct envelope *e)
{
	return e->entry.depth > 0 && e->entry.depth <= e->depth;
}

/* Adds a field of an entry of journalctl: "MESSAGE" and its value. */
void envelope_field(struct envelope *e, struct span name, struct span value);

/* Ends the value. True: part of a report did not fit, and is @text, until the next call. */
bool envelope_take_lost(struct envelope *e, bool is_ended, struct span *text);

/* Ends the entry. True: it has a message. */
bool envelope_end(struct envelope *e);

static inline struct span envelope_message(const struct envelope *e)
{
	return span_of(e->text, e->entry.used);
}

#endif

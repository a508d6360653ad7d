/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the members of a raw oom/mark_victim record are on this kernel: its
 * layout follows no version number, but tracefs describes it, in the file
 * events/oom/mark_victim/format. Pure.
 */
#ifndef EVENT_TRACEPOINT_FORMAT_H
#define EVENT_TRACEPOINT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* The members that we read, in the order of tracepoint_format_names. */
enum tracepoint_item {
	TRACEPOINT_COMMON_PID,	/* the trigger's thread id */
	TRACEPOINT_PID,		/* the victim's thread id; the rest is of it too */
	TRACEPOINT_COMM,
	TRACEPOINT_TOTAL_VM,	/* kB, as all memory here */
	TRACEPOINT_ANON_RSS,
	TRACEPOINT_FILE_RSS,
	TRACEPOINT_SHMEM_RSS,
	TRACEPOINT_PGTABLES,
	TRACEPOINT_UID,
	TRACEPOINT_OOM_SCORE_ADJ,
	TRACEPOINT_ITEMS,
};

extern const char *const tracepoint_format_names[TRACEPOINT_ITEMS];

struct tracepoint_field {
	uint16_t offset;	/* bytes, from the begin of the record */
	uint16_t size;		/* 0: this kernel's record does not have it */
	bool is_signed;
	bool data_loc;		/* it says where the value is: __data_loc */
};

struct tracepoint_format {
	uint32_t id;		/* of the tracepoint, for perf_event_open() */
	struct tracepoint_field fields[TRACEPOINT_ITEMS];
};

/*
 * Reads the text of a format file. 0; -EBADMSG: it is not one; -ENOTSUP: it
 * is, but of a record without pid and common_pid.
 */
int tracepoint_format_parse(struct tracepoint_format *f, struct span text);

static inline bool tracepoint_format_has(const struct tracepoint_format *f, enum tracepoint_item item)
{
	return f->fields[item].size;
}

/* Has the record the members that came later, all but pid? */
static inline bool tracepoint_format_is_wide(const struct tracepoint_format *f)
{
	return tracepoint_format_has(f, TRACEPOINT_ANON_RSS);
}

/*
 * The number @item in @record, extended from its own size. -EBADMSG when it
 * is not there.
 */
int tracepoint_format_number(const struct tracepoint_format *f, enum tracepoint_item item,
		  struct span record, int64_t *value);

/*
 * The bytes of the text @item in @record, up to its NUL if it has one.
 * -EBADMSG when they do not lie in it.
 */
int tracepoint_format_text(const struct tracepoint_format *f, enum tracepoint_item item,
		struct span record, struct span *text);

#endif

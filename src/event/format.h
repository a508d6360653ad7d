/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the members of a raw oom/mark_victim record are on this kernel: its
 * layout follows no version number, but tracefs describes it, in the file
 * events/oom/mark_victim/format. Pure.
 */
#ifndef EVENT_FORMAT_H
#define EVENT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* The members that we read, in the order of format_names. */
enum format_item {
	FORMAT_COMMON_PID,	/* the trigger's thread id */
	FORMAT_PID,		/* the victim's thread id; the rest is of it too */
	FORMAT_COMM,
	FORMAT_TOTAL_VM,	/* kB, as all memory here */
	FORMAT_ANON_RSS,
	FORMAT_FILE_RSS,
	FORMAT_SHMEM_RSS,
	FORMAT_PGTABLES,
	FORMAT_UID,
	FORMAT_OOM_SCORE_ADJ,
	FORMAT_ITEMS,
};

extern const char *const format_names[FORMAT_ITEMS];

struct format_field {
	uint16_t offset;	/* bytes, from the begin of the record */
	uint16_t size;		/* 0: this kernel's record does not have it */
	bool is_signed;
	bool data_loc;		/* it says where the value is: __data_loc */
};

struct format {
	uint32_t id;		/* of the tracepoint, for perf_event_open() */
	struct format_field fields[FORMAT_ITEMS];
};

/*
 * Reads the text of a format file. 0; -EBADMSG: it is not one; -ENOTSUP: it
 * is, but of a record without pid and common_pid.
 */
int format_parse(struct format *f, struct span text);

static inline bool format_has(const struct format *f, enum format_item item)
{
	return f->fields[item].size;
}

/* Has the record the members that came later, all but pid? */
static inline bool format_is_wide(const struct format *f)
{
	return format_has(f, FORMAT_ANON_RSS);
}

/*
 * The number @item in @record, extended from its own size. -EBADMSG when it
 * is not there.
 */
int format_number(const struct format *f, enum format_item item,
		  struct span record, int64_t *value);

/*
 * The bytes of the text @item in @record, up to its NUL if it has one.
 * -EBADMSG when they do not lie in it.
 */
int format_text(const struct format *f, enum format_item item,
		struct span record, struct span *text);

#endif

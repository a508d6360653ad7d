/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Parses a record of /dev/kmsg. Pure. */
#ifndef KMSG_RECORD_H
#define KMSG_RECORD_H

#include "kmsg/transport.h"

/*
 * Parses a record. Its text is unescaped in place, so @l->text points into @record. 0,
 * or -EBADMSG.
 */
int log_line_record(struct log_line *l, char *record, size_t size);

/* The caller of "T123", a thread, or "C1", a CPU in an interrupt (log_line.caller). */
int64_t log_line_caller(struct span s);

#endif

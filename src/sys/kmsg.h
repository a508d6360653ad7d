/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* /dev/kmsg: the kernel's log, record by record. */
#ifndef SYS_KMSG_H
#define SYS_KMSG_H

#include <stdbool.h>

#include "base/error.h"

/* Room for the largest record; the kernel refuses a read with less. */
enum { KMSG_RECORD = 8192 };

/*
 * Opens the log at its oldest record if @from_start, else behind its newest. If /dev has no
 * node for it, a detached devtmpfs is used. Returns a non-blocking descriptor that is
 * readable when there is a record, and is closed on exec; or -errno and an error.
 */
int kmsg_open(bool from_start, struct error *f);

/*
 * Reads the next record into @to. Returns its length; 0: there is none yet; -EPIPE: the
 * kernel has overwritten unread records, and the next call returns the oldest remaining
 * one; or -errno.
 */
int kmsg_read(int fd, char to[KMSG_RECORD]);

#endif

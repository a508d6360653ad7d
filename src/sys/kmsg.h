/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* /dev/kmsg: the kernel's log, record by record. */
#ifndef SYS_KMSG_H
#define SYS_KMSG_H

#include <stdbool.h>

#include "base/error.h"

/* Room for the largest record; the kernel refuses a read with less. */
enum { KMSG_RECORD = 8192 };

/*
 * Opens the log, where its node is in the initial devtmpfs or nowhere at all:
 * at its oldest record if @from_start, else behind its newest. A descriptor
 * that never blocks, is readable when there is a record, and is closed on
 * exec; or -errno and an error.
 */
int kmsg_open(bool from_start, struct error *f);

/*
 * Reads the next record into @to. Its length; 0: there is none yet; -EPIPE:
 * records were overwritten before they were read, the next call goes on with
 * the oldest that is left; or -errno.
 */
int kmsg_read(int fd, char to[KMSG_RECORD]);

#endif

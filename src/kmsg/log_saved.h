/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line of the kernel's log as dmesg, journalctl -k, a syslog daemon, a
 * serial console or a copy of /dev/kmsg has saved it.
 */
#ifndef KMSG_LOG_SAVED_H
#define KMSG_LOG_SAVED_H

#include "kmsg/transport.h"

struct log_saved {
	int64_t now_unix_ns;	/* a date without a year is not later than this */
	size_t prefix;		/* how long the last line's prefix was */
};

/*
 * Reads a line, without its newline, whatever prefix it has, or none. Dates
 * without a zone are in local time. Colours are taken out in place, so that
 * @l->text points into @line. 0; -ENOENT: it is another program's.
 */
int log_saved_line(struct log_line *l, struct log_saved *saved, char *line,
		   size_t size);

#endif

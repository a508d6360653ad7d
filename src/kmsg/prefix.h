/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What dmesg, journalctl, syslog daemons, consoles, phones and collectors of
 * logs put before a message of the kernel on a line. docs/saved-logs.md has
 * a table of it.
 */
#ifndef KMSG_PREFIX_H
#define KMSG_PREFIX_H

#include "kmsg/log_date.h"
#include "kmsg/transport.h"

struct prefix {
	uint64_t kinds;		/* of what was taken, in its order; 0: nothing */
	uint32_t origin;	/* a hash of the host's or file's name; 0: none is told */
};

/*
 * Takes what stands before the message from the front of @l->text, which lies
 * in a buffer that may be written to, and fills in what it says.
 *
 * A date is taken over only from those who got the message from the kernel. The
 * date of a collector, which got it from a program's output, may be that of a
 * copy of an old log.
 */
void prefix_take(struct prefix *p, struct log_line *l, struct log_clock *clock);

/* "kern", "user", ..: the kernel's own facility, or another; false: none. */
bool prefix_facility(struct span name, enum log_writer *writer);

/* FNV-1a, never 0 */
uint32_t prefix_hash(uint32_t hash, struct span s);

#endif

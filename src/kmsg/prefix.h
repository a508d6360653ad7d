/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Parses the prefix that dmesg, journalctl, syslog daemons, consoles, phones and log
 * collectors put before a message of the kernel. docs/saved-logs.md has a table.
 */
#ifndef KMSG_PREFIX_H
#define KMSG_PREFIX_H

#include "kmsg/log_date.h"
#include "kmsg/transport.h"

struct prefix {
	uint64_t kinds;		/* of the parts of the prefix, in order; 0: no prefix */
	uint32_t origin;	/* a hash of the host's or file's name; 0: unknown */
};

/*
 * Removes the prefix from @l->text, which lies in a writable buffer, and fills @l from
 * it.
 *
 * A date counts only if its writer got the message from the kernel. A collector reads a
 * program's output, which may be a copy of an old log.
 */
void prefix_take(struct prefix *p, struct log_line *l, struct log_clock *clock);

/* "kern", "user", ..: sets *@writer to the kernel or another. False: no facility. */
bool prefix_facility(struct span name, enum log_writer *writer);

/* FNV-1a, never 0 */
uint32_t prefix_hash(uint32_t hash, struct span s);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record of deliveries: which kills of this boot each destination has
 * already. It is a file mapped into memory, so that it survives a SIGKILL of the
 * agent. After a restart the tracer reads the kernel's log
 * again, and this record keeps a kill from being delivered twice.
 */
#ifndef AGENT_DELIVERED_H
#define AGENT_DELIVERED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct delivered_slot {
	int64_t tid, time_ns;
	uint32_t destinations;		/* one bit each */
	uint32_t reserved;
};

struct delivered {
	struct delivered_file *file;	/* mapped, shared; NULL: nothing is remembered */
	int fd;				/* holds the lock on it */
	bool is_new;			/* it holds nothing of this boot yet */
};

/*
 * Maps the file @path, and makes it anew if it is missing, of another boot or
 * damaged. 0, or -errno and an error: the agent goes on without a record.
 */
int delivered_open(struct delivered *d, const char *path, struct error *e);
void delivered_close(struct delivered *d);

/*
 * The slot of the kill of thread @tid at about @time_ns, if @again, for that kill
 * may be in it already, or a new one.
 * The times of one kill differ between the tracer's backends (the kernel's
 * log has a clock of its own), and a thread id is not used again within
 * minutes: two minutes apart is the same kill. NULL: nothing is remembered.
 * The slot stays valid until 16384 further kills have been added.
 */
struct delivered_slot *delivered_find(struct delivered *d, int64_t tid,
				       int64_t time_ns, bool again);

#endif

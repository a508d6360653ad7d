/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A destination: a bounded queue of kills and the function that delivers the
 * oldest of them. A destination that is slow or gone fills its own queue and
 * nothing else.
 */
#ifndef AGENT_DESTINATION_H
#define AGENT_DESTINATION_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/oom_kill.h"
#include "base/error.h"

enum { DESTINATION_QUEUE = 256 };

struct destination {
	const char *name;		/* in messages and metrics; NULL: not in use */
	/*
	 * Delivers @k. 0: it is delivered; -EAGAIN: not yet, call again when
	 * @wait is ready; -EINPROGRESS: @k is on its way, and
	 * destination_finish() ends it; other -errno with an error: it is lost.
	 * It calls destination_mark() right before the system call that delivers.
	 */
	int (*deliver)(struct destination *d, const struct oom_kill *k, struct error *e);
	struct pollfd wait;		/* .fd -1: nothing to wait for */
	void *context;			/* for @deliver, borrowed */
	unsigned int index;		/* its bit in oom_kill.delivered */
	bool busy;			/* between -EINPROGRESS and its end */
	struct oom_kill *queue[DESTINATION_QUEUE];
	unsigned int first, count;
	uint64_t delivered, dropped;
	uint64_t dropped_said;		/* how many of them the log has already */
	int64_t said_ns;		/* when it said so last, CLOCK_MONOTONIC */
	struct error last;		/* why the last one was dropped */
};

/* Queues @k, unless this destination has it. A full queue drops @k and counts it. */
void destination_add(struct destination *d, struct oom_kill *k);

/* Delivers what can be delivered without waiting. */
void destination_run(struct destination *d);

/*
 * Records that @d has @k. A SIGKILL between this store and the system call behind
 * it loses the kill; one between the call and a store behind it would deliver
 * the kill twice, and is likely: the receiver wakes up and takes the CPU.
 */
static inline void destination_mark(const struct destination *d, const struct oom_kill *k)
{
	*k->delivered |= UINT32_C(1) << d->index;
}

/* Ends a delivery that was in progress: @result 0, or -errno: it is lost. */
void destination_finish(struct destination *d, int result);

/* Drops what is queued and counts it: the end does not wait for ever. */
void destination_clear(struct destination *d);

/*
 * Writes into @line what was dropped since the last call, once a minute at most
 * (@last: now). False: there is nothing to say.
 */
bool destination_report(struct destination *d, int64_t now_ns, bool last,
			char *line, size_t size);

#endif

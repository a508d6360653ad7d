// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/destination.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define MINUTE_NS (INT64_C(60) * 1000000000)

static void drop(struct destination *d, int error, const char *what)
{
	d->dropped++;
	error_clear(&d->last);
	error_set(&d->last, error, "%s", what);
}

void destination_add(struct destination *d, struct oom_kill *k)
{
	if (!d->name || *k->delivered >> d->index & 1)
		return;
	if (d->count == DESTINATION_QUEUE) {
		drop(d, ENOBUFS, "queue a kill");
		error_why(&d->last, "%d kills are waiting already", DESTINATION_QUEUE);
		return;
	}
	d->queue[(d->first + d->count++) % DESTINATION_QUEUE] = oom_kill_hold(k);
}

static void remove_first(struct destination *d, bool delivered)
{
	struct oom_kill *k = d->queue[d->first];

	d->first = (d->first + 1) % DESTINATION_QUEUE;
	d->count--;
	d->delivered += delivered;
	oom_kill_release(k);
}

void destination_run(struct destination *d)
{
	while (d->count && !d->busy) {
		struct error e = { 0 };
		struct oom_kill *k = d->queue[d->first];
		int result = d->deliver(d, k, &e);

		if (result < 0 && result != -EINPROGRESS)
			*k->delivered &= ~(UINT32_C(1) << d->index);
		if (result == -EAGAIN)
			return;
		d->busy = result == -EINPROGRESS;
		if (d->busy)
			return;
		if (result < 0) {
			d->dropped++;
			error_clear(&d->last);
			d->last = e;
		}
		remove_first(d, result == 0);
	}
}

void destination_finish(struct destination *d, int result)
{
	d->busy = false;
	remove_first(d, result == 0);
	if (result < 0)
		d->dropped++;
}

void destination_clear(struct destination *d)
{
	while (d->count) {
		drop(d, ETIMEDOUT, "deliver a kill before the end");
		remove_first(d, false);
	}
	d->busy = false;
}

bool destination_report(struct destination *d, int64_t now_ns, bool last,
			char *line, size_t size)
{
	uint64_t more = d->dropped - d->dropped_said;
	char why[400];

	if (!more || (!last && d->said_ns && now_ns - d->said_ns < MINUTE_NS))
		return false;
	error_format(&d->last, why, sizeof(why));
	snprintf(line, size, "%s: %" PRIu64 " %s dropped: %s", d->name, more,
		 more == 1 ? "kill" : "kills", why);
	d->dropped_said = d->dropped;
	d->said_ns = now_ns;
	return true;
}

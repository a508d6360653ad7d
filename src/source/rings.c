// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/rings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "sys/perf.h"

enum { MIB = 1 << 20 };

size_t rings_default_bytes(int count, uint64_t ram_bytes)
{
	uint64_t budget = 16 * MIB;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = MIB;

	if (ram_bytes / 64 < budget)
		budget = ram_bytes / 64;
	/* Each has a page beside its data. */
	while (bytes > page && (uint64_t)count * (bytes + page) > budget)
		bytes /= 2;
	return bytes;
}

static uint64_t ram_bytes(void)
{
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return UINT64_MAX;
	return (uint64_t)info.totalram * info.mem_unit;
}

static void close_ring(struct rings_ring *ring)
{
	ring_unmap(&ring->ring);
	if (ring->fd >= 0)
		close(ring->fd);
	ring->fd = -1;
}

static int watch_fd(struct rings *r, int fd)
{
	/*
	 * Edge-triggered: the descriptor of a CPU that went offline may hang
	 * up for good, which must wake us once and not for ever.
	 */
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	return epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Adds the final count of an event that is being closed. */
static void settle_count(struct rings *r, const struct rings_ring *ring)
{
	int64_t count = ring->fd < 0 ? 0 : perf_count(ring->fd);

	if (count > 0)
		r->counted += (uint64_t)count;
}

/* Opens a ring, in which nothing is written before its start. */
static int make_ring(struct rings *r, int cpu, struct rings_ring *ring)
{
	int result;

	r->lock_refused = false;
	ring->fd = r->kind.open(r->kind.ctx, cpu);
	if (ring->fd < 0)
		return ring->fd;
	result = ring_map(&ring->ring, ring->fd, r->bytes);
	r->lock_refused = result == -EPERM;
	if (!result)
		result = watch_fd(r, ring->fd);
	if (!result)
		result = r->kind.start(r->kind.ctx, cpu, ring->fd);
	if (result)
		close_ring(ring);
	return result;
}

static int open_online(struct rings *r)
{
	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		int result;

		if (!cpus_online(&r->cpus, cpu) || r->cpu[cpu].now.fd >= 0)
			continue;
		result = make_ring(r, cpu, &r->cpu[cpu].now);
		if (result < 0 && result != -ENODEV)	/* it went offline since */
			return result;
	}
	return 0;
}

static int open_default(struct rings *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int online = 0, result;

	for (int cpu = 0; cpu < r->cpus.possible; cpu++)
		online += cpus_online(&r->cpus, cpu);
	r->bytes = rings_default_bytes(online, ram_bytes());
	/* Without CAP_IPC_LOCK the kernel has a limit of its own. */
	while ((result = open_online(r)) < 0 && r->lock_refused && r->bytes > page) {
		for (int cpu = 0; cpu < r->cpus.possible; cpu++)
			close_ring(&r->cpu[cpu].now);
		r->bytes /= 2;
	}
	return result;
}

static int allocate(struct rings *r)
{
	r->cpu = calloc((size_t)r->cpus.possible, sizeof(*r->cpu));
	if (!r->cpu)
		return -ENOMEM;
	for (int cpu = 0; cpu < r->cpus.possible; cpu++)
		r->cpu[cpu].now.fd = r->cpu[cpu].old.fd = -1;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll < 0)
		return -errno;
	return r->watch < 0 ? 0 : watch_fd(r, r->watch);
}

int rings_prepare(struct rings *r, int sysfs, struct error *f)
{
	int result;

	r->epoll = -1;
	/* Before the CPUs are counted, so that none is missed in between. */
	r->watch = cpus_watch();
	result = cpus_open(&r->cpus, sysfs);
	if (!result)
		result = allocate(r);
	return result < 0 ? error_set(f, result, "count the CPUs") : 0;
}

int rings_open(struct rings *r, const struct rings_kind *kind, size_t bytes,
	       struct error *f)
{
	int result;

	r->kind = *kind;
	r->bytes = ring_round_bytes(bytes);
	result = bytes ? open_online(r) : open_default(r);
	if (!result)
		return 0;
	error_set(f, result, "open a ring on each CPU");
	if (r->lock_refused)
		error_hint(f, "needs CAP_IPC_LOCK, or a smaller --ring-kib");
	else
		perf_explain(f, result);
	return result;
}

void rings_close(struct rings *r)
{
	for (int cpu = 0; r->cpu && cpu < r->cpus.possible; cpu++) {
		close_ring(&r->cpu[cpu].old);
		close_ring(&r->cpu[cpu].now);
	}
	free(r->cpu);
	r->cpu = NULL;
	cpus_close(&r->cpus);
	if (r->watch >= 0)
		close(r->watch);
	if (r->epoll >= 0)
		close(r->epoll);
	r->watch = r->epoll = -1;
}

void rings_stop(struct rings *r)
{
	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		if (r->cpu[cpu].now.fd < 0)
			continue;
		perf_disable(r->cpu[cpu].now.fd);
		settle_count(r, &r->cpu[cpu].now);
	}
}

/* Consumes pending wake-ups. The rings that caused them are read afterwards. */
static void acknowledge(struct rings *r)
{
	struct epoll_event events[16];

	for (int cpu = 0; cpu <= r->cpus.possible; cpu += 16)
		if (epoll_wait(r->epoll, events, 16, 0) < 16)
			return;
}

/* ---- CPUs that come online ------------------------------------------------ */

static void request_ring(struct rings *r, int cpu)
{
	if (cpu >= r->cpus.possible)
		return;
	r->cpu[cpu].renew = true;
	r->pending = true;
}

/* The kernel dropped announcements: any CPU may have been one of them. */
static void request_all(struct rings *r)
{
	cpus_refresh(&r->cpus);
	for (int cpu = 0; cpu < r->cpus.possible; cpu++)
		if (cpus_online(&r->cpus, cpu))
			request_ring(r, cpu);
}

static void read_announcements(struct rings *r)
{
	for (int i = 0; r->watch >= 0 && i < CPUS_MAX; i++) {
		int cpu = cpus_announced(r->watch);

		if (cpu >= 0)
			request_ring(r, cpu);
		else if (cpu == -ENOBUFS)
			request_all(r);
		else if (cpu != -ENOENT && cpu != -EINTR)
			return;
	}
	/* More announcements than CPUs: drop the rest, and check every CPU. */
	if (r->watch >= 0)
		request_all(r);
}

/*
 * Opens a new ring for a CPU whose perf event has ended. The old ring is read to its end,
 * and closed after the new one is open: closing waits for other CPUs, and a kill on this
 * CPU could be missed meanwhile. Returns 1 if a ring was opened or closed.
 */
static int renew_cpu(struct rings *r, int cpu)
{
	struct rings_cpu *c = &r->cpu[cpu];
	bool replaces = c->now.fd >= 0;

	c->renew = false;
	if (replaces && perf_is_running(c->now.fd))
		return 0;
	if (replaces) {
		perf_disable(c->now.fd);
		settle_count(r, &c->now);
		c->old = c->now;
		c->now = (struct rings_ring){ .fd = -1 };
	}
	/* Two rings may exceed the limit of locked memory: retry without the old one. */
	if (make_ring(r, cpu, &c->now) < 0 && r->lock_refused && replaces)
		c->renew = true;
	return replaces || c->now.fd >= 0;
}

/* Call it when all rings are empty. Returns how many CPUs need another look. */
static int renew_cpus(struct rings *r)
{
	int changed = 0;

	read_announcements(r);
	if (!r->pending)
		return 0;
	r->pending = false;
	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		close_ring(&r->cpu[cpu].old);
		if (r->cpu[cpu].renew)
			changed += renew_cpu(r, cpu);
		r->pending |= r->cpu[cpu].renew || r->cpu[cpu].old.fd >= 0;
	}
	return changed;
}

/* ---- reading -------------------------------------------------------------- */

/* struct { u64 id; u64 lost; } behind the header. */
static void count_lost(struct rings *r, const struct ring *ring,
		       const struct ring_record *record)
{
	uint64_t lost;

	if (!ring_copy(ring, record, 8, &lost, sizeof(lost)))
		r->lost += lost;
}

/* Peeks at the next sample of one ring, past everything else in it. */
static int peek_sample(struct rings *r, struct ring *ring,
		       struct ring_record *record)
{
	int result;

	while ((result = ring_peek(ring, record)) > 0) {
		if (record->type == PERF_RECORD_SAMPLE)
			break;
		if (record->type == PERF_RECORD_LOST)
			count_lost(r, ring, record);
		ring_pop(ring, record);
	}
	return result;
}

struct oldest {
	struct ring *ring;	/* NULL: no ring has a sample */
	struct ring_record record;
	uint64_t time;
};

/* Remembers the next sample of @ring if it is the oldest so far. 0, or -EBADMSG. */
static int compare_sample(struct rings *r, struct ring *ring, struct oldest *oldest)
{
	struct ring_record record;
	uint64_t time = 0;
	int result = ring->meta ? peek_sample(r, ring, &record) : 0;

	if (result <= 0)
		return result;
	ring_copy(ring, &record, r->kind.time_offset, &time, sizeof(time));
	if (!oldest->ring || time < oldest->time)
		*oldest = (struct oldest){ ring, record, time };
	return 0;
}

/* 1, 0 if all rings are empty, or -EBADMSG. */
static int find_oldest(struct rings *r, struct oldest *oldest)
{
	int result = 0;

	oldest->ring = NULL;
	for (int cpu = 0; cpu < r->cpus.possible && !result; cpu++) {
		result = compare_sample(r, &r->cpu[cpu].old.ring, oldest);
		if (!result)
			result = compare_sample(r, &r->cpu[cpu].now.ring, oldest);
	}
	if (result < 0)
		r->damaged++;
	return result < 0 ? result : oldest->ring != NULL;
}

int rings_next(struct rings *r, struct span *sample)
{
	struct oldest oldest;
	int result;

	if (r->idle)
		acknowledge(r);
	do
		result = find_oldest(r, &oldest);
	while (!result && renew_cpus(r) > 0);
	r->idle = !result;
	if (result <= 0)
		return result;
	ring_copy(oldest.ring, &oldest.record, 0, r->record, oldest.record.size);
	ring_pop(oldest.ring, &oldest.record);
	*sample = span_of(r->record, oldest.record.size);
	r->samples++;
	return 1;
}

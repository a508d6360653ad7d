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

static void close_cpu(struct rings_cpu *c)
{
	ring_unmap(&c->ring);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
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

/* It will not happen any more. */
static void settle_count(struct rings *r, struct rings_cpu *c)
{
	int64_t count = c->fd < 0 ? 0 : perf_count(c->fd);

	if (count > 0)
		r->counted += (uint64_t)count;
}

static void retire_cpu(struct rings *r, struct rings_cpu *c)
{
	settle_count(r, c);
	close_cpu(c);
}

/* A ring that waits for events, of which there are none before its start. */
static int make_cpu(struct rings *r, int cpu, struct rings_cpu *c)
{
	int result;

	c->fd = r->kind.open(r->kind.ctx, cpu);
	if (c->fd < 0)
		return c->fd;
	result = ring_map(&c->ring, c->fd, r->bytes);
	if (!result)
		result = watch_fd(r, c->fd);
	if (result)
		close_cpu(c);
	return result;
}

/*
 * The ring first, then the events that fill it. The one before it is closed at
 * the very end: that waits for other CPUs, and kills on this one do not.
 */
static int open_cpu(struct rings *r, int cpu)
{
	struct rings_cpu new = { .fd = -1 }, *c = &r->cpu[cpu];
	int result = make_cpu(r, cpu, &new);

	if (result == -EPERM && c->fd >= 0) {	/* two are more than we may lock */
		retire_cpu(r, c);
		result = make_cpu(r, cpu, &new);
	}
	if (result)
		return result;
	if (c->fd >= 0)
		perf_disable(c->fd);	/* or both would count */
	result = r->kind.start(r->kind.ctx, cpu, new.fd);
	if (result) {
		close_cpu(&new);
		return result;
	}
	retire_cpu(r, c);
	*c = new;
	return 0;
}

static int open_online(struct rings *r)
{
	int opened = 0;

	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		int result;

		if (!cpus_online(&r->cpus, cpu) || r->cpu[cpu].fd >= 0)
			continue;
		result = open_cpu(r, cpu);
		if (result == -ENODEV)	/* it went offline since */
			continue;
		if (result < 0)
			return result;
		opened++;
	}
	return opened;
}

static int open_default(struct rings *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int online = 0, result;

	for (int cpu = 0; cpu < r->cpus.possible; cpu++)
		online += cpus_online(&r->cpus, cpu);
	r->bytes = rings_default_bytes(online, ram_bytes());
	/* Without CAP_IPC_LOCK the kernel has a limit of its own. */
	while ((result = open_online(r)) == -EPERM && r->bytes > page) {
		for (int cpu = 0; cpu < r->cpus.possible; cpu++)
			close_cpu(&r->cpu[cpu]);
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
		r->cpu[cpu].fd = -1;
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
	result = cpus_read(&r->cpus, sysfs);
	if (!result)
		result = allocate(r);
	return result < 0 ? error_set(f, result, "count the CPUs") : 0;
}

int rings_open(struct rings *r, const struct rings_kind *kind, size_t bytes,
	       struct error *f)
{
	int result;

	r->kind = *kind;
	r->bytes = bytes;
	result = bytes ? open_online(r) : open_default(r);
	if (result >= 0)
		return 0;
	error_set(f, result, "open a ring on each CPU");
	if (result == -EPERM)
		error_hint(f, "needs CAP_IPC_LOCK, or a smaller --ring-kib");
	return result;
}

void rings_close(struct rings *r)
{
	for (int cpu = 0; r->cpu && cpu < r->cpus.possible; cpu++)
		close_cpu(&r->cpu[cpu]);
	free(r->cpu);
	r->cpu = NULL;
	if (r->watch >= 0)
		close(r->watch);
	if (r->epoll >= 0)
		close(r->epoll);
	r->watch = r->epoll = -1;
}

void rings_stop(struct rings *r)
{
	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		if (r->cpu[cpu].fd < 0)
			continue;
		perf_disable(r->cpu[cpu].fd);
		settle_count(r, &r->cpu[cpu]);
	}
}

/* Takes the wake-ups that are due; what caused them is read afterwards. */
static void acknowledge(struct rings *r)
{
	struct epoll_event events[16];

	while (epoll_wait(r->epoll, events, 16, 0) == 16)
		;
}

/*
 * Gives a ring to each CPU that has come online. One that was offline lost
 * its perf event for good; its ring has been read to the end by now.
 */
static int open_announced(struct rings *r)
{
	int opened = 0, cpu;

	if (r->watch < 0)
		return 0;
	while ((cpu = cpus_announced(r->watch)) != -EAGAIN) {
		if (cpu >= 0 && cpu < r->cpus.possible)
			opened += open_cpu(r, cpu) == 0;
		else if (cpu != -ENOENT && cpu != -EINTR)
			break;
	}
	return opened;
}

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

/* The ring whose next sample is the oldest: 1, 0 for none, or -EBADMSG. */
static int find_oldest(struct rings *r, struct ring **oldest,
		       struct ring_record *found)
{
	uint64_t best = UINT64_MAX;
	int any = 0;

	for (int cpu = 0; cpu < r->cpus.possible; cpu++) {
		struct ring *ring = &r->cpu[cpu].ring;
		struct ring_record record;
		uint64_t time = 0;
		int result;

		if (!ring->meta)
			continue;
		result = peek_sample(r, ring, &record);
		if (result < 0)
			return result;
		if (!result)
			continue;
		ring_copy(ring, &record, r->kind.time_offset, &time, sizeof(time));
		if (any && time >= best)
			continue;
		best = time;
		*oldest = ring;
		*found = record;
		any = 1;
	}
	return any;
}

int rings_next(struct rings *r, uint32_t *size)
{
	struct ring_record record;
	struct ring *ring;
	int result;

	if (r->idle)
		acknowledge(r);
	do {
		result = find_oldest(r, &ring, &record);
	} while (!result && open_announced(r) > 0);
	r->idle = !result;
	if (result <= 0)
		return result;
	result = ring_copy(ring, &record, 0, r->record, record.size);
	ring_pop(ring, &record);
	*size = record.size;
	r->samples++;
	return result < 0 ? result : 1;
}

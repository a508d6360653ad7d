/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One perf ring for each online CPU, including CPUs that come online later. All rings are
 * read as one stream, ordered by time.
 */
#ifndef SOURCE_RINGS_H
#define SOURCE_RINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "sys/cpus.h"
#include "sys/ring.h"

/* The backend's part: how to open and start the perf event of a ring. */
struct rings_kind {
	/* A new perf descriptor for @cpu, or -errno; -ENODEV: it is offline. */
	int (*open)(void *ctx, int cpu);
	/* Its ring is mapped: let events flow. 0, or -errno. */
	int (*start)(void *ctx, int cpu, int fd);
	void *ctx;
	uint32_t time_offset;	/* of the sample's time behind its header */
};

struct rings_ring {
	int fd;			/* -1: there is none */
	struct ring ring;
};

struct rings_cpu {
	struct rings_ring now;
	struct rings_ring old;	/* replaced, and not read to its end yet */
	bool renew;		/* the CPU has come online: a new ring is due */
};

struct rings {
	struct rings_kind kind;
	struct cpus cpus;
	size_t bytes;		/* of each ring */
	bool lock_refused;	/* the last ring failed on the limit of locked memory */
	bool pending;		/* some CPU is to be renewed, or has an old ring */
	int epoll;		/* readable when a ring or a new CPU needs attention */
	int watch;		/* announcements of CPUs; -1: refused */
	bool idle;		/* the last rings_next() found nothing */
	uint64_t lost;		/* by the kernel's own count in the rings */
	uint64_t damaged;	/* times that a ring's content was given up: each
				 * is at least one record that is lost */
	uint64_t samples;	/* that were read */
	uint64_t counted;	/* by the perf events of closed rings */
	struct rings_cpu *cpu;	/* [cpus.possible] */
	uint8_t record[RING_RECORD_SIZE];
};

/* Of a source that reads rings, in source_ops. */
#define RINGS_LOSS \
	"the ring was full (a larger --ring-kib helps) or damaged, or a CPU had just come online"

/*
 * The default size of each of @count rings: 1 MiB, which holds a burst of a thousand
 * kills; but all rings together take at most 16 MiB and at most a 64th of @ram_bytes.
 */
size_t rings_default_bytes(int count, uint64_t ram_bytes);

/*
 * Starts to watch for CPUs and counts them, below the sysfs directory @sysfs:
 * @r->cpus holds then. @r is all zeros before, as calloc() leaves it: to write
 * them would bring its 64 KiB into memory. 0, or -errno and an error; close @r
 * either way.
 */
int rings_prepare(struct rings *r, int sysfs, struct error *f);

/*
 * Opens a ring for each CPU that is online. Each has room for @bytes, rounded up
 * to what a ring can have. With @bytes 0 their size is the default, or less when
 * the kernel does not let us lock that much. 0, or -errno and an error.
 */
int rings_open(struct rings *r, const struct rings_kind *kind, size_t bytes,
	       struct error *f);

/* Half-opened is fine. */
void rings_close(struct rings *r);

/*
 * Disables the perf events of all rings. Their content can still be read. @r->counted then
 * holds the number of samples that the kernel has produced.
 */
void rings_stop(struct rings *r);

/*
 * 1: *@sample is the body of the oldest PERF_RECORD_SAMPLE of all rings, valid
 * until the next call; 0: there is none; -EBADMSG: a ring was damaged, and its content is
 * dropped and counted.
 */
int rings_next(struct rings *r, struct span *sample);

#endif

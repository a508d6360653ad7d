/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The possible and online CPUs, and announcements of CPUs that come online. */
#ifndef SYS_CPUS_H
#define SYS_CPUS_H

#include <stdint.h>

enum { CPUS_MAX = 8192 };	/* the largest NR_CPUS */

struct cpus {
	int file;		/* sysfs' list of online CPUs, kept open */
	int possible;		/* numbers are 0 .. possible - 1 */
	uint8_t online[CPUS_MAX / 8];	/* a bit for each number */
};

/* Reads both below the sysfs directory @sysfs. 0, or -errno; close @c either
 * way. */
int cpus_open(struct cpus *c, int sysfs);

/* Reads the list of online CPUs again. 0, or -errno with @c unchanged. */
int cpus_refresh(struct cpus *c);

void cpus_close(struct cpus *c);

/*
 * Sets the bits in the list @text ("0-3,8"), of at most CPUS_MAX numbers.
 * Returns the highest number + 1, or -EBADMSG.
 */
int cpus_parse(const char *text, uint8_t bits[CPUS_MAX / 8]);

static inline int cpus_online(const struct cpus *c, int cpu)
{
	return c->online[cpu / 8] >> (cpu % 8) & 1;
}

/*
 * A non-blocking socket on which the kernel announces CPUs that have come
 * online, closed on exec, or -errno. A socket filter keeps the events of all
 * other devices from waking the tracer.
 */
int cpus_watch(void);

/*
 * Reads one announcement. Returns the number of a CPU that has come online; -ENOENT: the
 * message was about another event; -EAGAIN: there is none; -ENOBUFS: the kernel dropped
 * some, so check all CPUs; or another -errno.
 */
int cpus_announced(int fd);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The kernel's own count of OOM kills, and of memory that is left. */
#ifndef SYS_VMSTAT_H
#define SYS_VMSTAT_H

#include <stdint.h>

/*
 * How many the OOM killer has killed since the host was booted, by the file
 * vmstat below the procfs @proc: each has a "Killed process" line in the log.
 * Processes that were only marked, as they were exiting anyway, do not count.
 * -errno, as with @proc -1; -ENOENT: this kernel does not count (before 4.13).
 */
int64_t vmstat_oom_kills(int proc);

/*
 * The same by a descriptor that was opened before: it can be read when no other
 * can be opened. @fd -1: -EBADF. vmstat_open() returns a descriptor, or -errno.
 */
int vmstat_open(int proc);
int64_t vmstat_read_oom_kills(int fd);

/* MemAvailable of the file meminfo, in bytes, or -errno. */
int64_t vmstat_available_bytes(int proc);

/* How much of this process is locked into memory, in bytes, or -errno. */
int64_t vmstat_locked_bytes(int proc);

#endif

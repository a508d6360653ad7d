/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The kernel's count of OOM kills, and of available memory. */
#ifndef SYS_VMSTAT_H
#define SYS_VMSTAT_H

#include <stdint.h>

/*
 * The number of OOM kills since boot, from the file vmstat below the procfs @proc. Each
 * counted kill has a "Killed process" line in the log. A process that was exiting, and was
 * only marked, does not count. Or -errno, as with @proc -1; -ENOENT: this kernel does not
 * count (before 4.13).
 */
int64_t vmstat_oom_kills(int proc);

/*
 * The same by a descriptor from vmstat_open(), which can be read when no further descriptor
 * is free. @fd -1: -EBADF. vmstat_open() returns a descriptor, or -errno.
 */
int vmstat_open(int proc);
int64_t vmstat_read_oom_kills(int fd);

/* MemAvailable of the file meminfo, in bytes, or -errno. */
int64_t vmstat_available_bytes(int proc);

/* How much of this process is locked into memory, in bytes, or -errno. */
int64_t vmstat_locked_bytes(int proc);

#endif

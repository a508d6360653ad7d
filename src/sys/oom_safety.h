/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Keeps the tracer working when memory is gone, and out of the OOM killer's way. */
#ifndef SYS_OOM_SAFETY_H
#define SYS_OOM_SAFETY_H

#include <stddef.h>

#include "base/span.h"

/*
 * Touches the program's code and constants except @unneeded, and some stack, then locks
 * all pages that are or will be touched: OOM_SAFETY_ALL. If the limit on locked memory
 * (ulimit -l) is too small, it locks only the program: OOM_SAFETY_PROGRAM. Or -errno:
 * nothing is locked.
 */
enum { OOM_SAFETY_ALL, OOM_SAFETY_PROGRAM };
int oom_safety_lock(struct span unneeded);

/*
 * Maps @size bytes of zeros to read and write. They are not locked if the limit on locked
 * memory does not allow it. NULL, and errno, on failure.
 */
void *oom_safety_map(size_t size);

/* Writes to the first of the @size bytes at @buffer, as many as an ordinary event
 * uses: the kernel allocates a page at the first write to it. */
void oom_safety_prefault(void *buffer, size_t size);

/*
 * Keeps the tracer's allocations from starting an OOM kill on a host without memory.
 * OOM_SAFETY_IO_FLUSHER: allocations wait (Linux 5.6, with CAP_SYS_RESOURCE).
 * OOM_SAFETY_REALTIME: the tracer is a real-time task, for which the kernel reserves some
 * memory (CAP_SYS_NICE). -errno: neither is possible. An allocation that hits a memory
 * cgroup's limit starts a kill in all cases.
 */
enum { OOM_SAFETY_IO_FLUSHER, OOM_SAFETY_REALTIME };
int oom_safety_set_io_flusher(void);

/* Exempts the tracer from the OOM killer. 0, or -errno: needs CAP_SYS_RESOURCE. */
int oom_safety_set_score(void);

#endif

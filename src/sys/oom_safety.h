/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Outliving the shortage: our own memory stays, and we are not the victim. */
#ifndef SYS_OOM_SAFETY_H
#define SYS_OOM_SAFETY_H

#include <stddef.h>

#include "base/span.h"

/*
 * Brings in the program's code and constants, but for @unneeded, and some
 * stack, and locks them together with all that has been touched and will be.
 * 0, or -errno: we go on without.
 */
int oom_safety_lock(struct span unneeded);

/* Makes the first of the @size bytes at @buffer real, as many as an event of
 * ordinary size takes. A page that was never written to is no memory yet. */
void oom_safety_prefault(void *buffer, size_t size);

/*
 * What we allocate from now on may have to wait for memory, but nobody is
 * killed for it. OOM_SAFETY_IO_FLUSHER: that is certain (Linux 5.6 and later, with
 * CAP_SYS_RESOURCE); OOM_SAFETY_REALTIME: instead we are a real-time task, for which
 * the kernel keeps some memory back (CAP_SYS_NICE). -errno: neither.
 */
enum { OOM_SAFETY_IO_FLUSHER, OOM_SAFETY_REALTIME };
int oom_safety_set_io_flusher(void);

/* Asks the OOM killer to pass us by. 0, or -errno: needs CAP_SYS_RESOURCE. */
int oom_safety_set_score(void);

#endif

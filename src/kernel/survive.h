/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Outliving the shortage: our own memory stays, and we are not the victim. */
#ifndef KERNEL_SURVIVE_H
#define KERNEL_SURVIVE_H

#include <stddef.h>

#include "base/span.h"

/*
 * Brings in the program's code and constants, but for @unneeded, and some
 * stack, and locks them together with all that has been touched and will be.
 * 0, or -errno: we go on without.
 */
int survive_lock(struct span unneeded);

/* Makes the first of the @size bytes at @buffer real, as many as an event of
 * ordinary size takes. A page that was never written to is no memory yet. */
void survive_touch(void *buffer, size_t size);

/*
 * What we allocate from now on may have to wait for memory, but nobody is
 * killed for it. SURVIVE_WAITS: that is certain (Linux 5.6 and later, with
 * CAP_SYS_RESOURCE); SURVIVE_URGENT: instead we are a real-time task, for which
 * the kernel keeps some memory back (CAP_SYS_NICE). -errno: neither.
 */
enum { SURVIVE_WAITS, SURVIVE_URGENT };
int survive_harmless(void);

/* Asks the OOM killer to pass us by. 0, or -errno: needs CAP_SYS_RESOURCE. */
int survive_exempt(void);

#endif

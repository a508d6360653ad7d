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
 * Lets us have of the memory that the kernel keeps back for urgent tasks:
 * others have a process killed for a page where we are given one. (To read the
 * victim's command line takes a page, and holds all its memory until there is
 * one.) 0, or -errno: needs CAP_SYS_NICE.
 */
int survive_urgent(void);

/* Asks the OOM killer to pass us by. 0, or -errno: needs CAP_SYS_RESOURCE. */
int survive_exempt(void);

#endif

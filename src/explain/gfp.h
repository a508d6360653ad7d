/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The flags of an allocation by name. */
#ifndef EXPLAIN_GFP_H
#define EXPLAIN_GFP_H

#include "base/text.h"

/*
 * Adds the names of the bits of @mask, joined by '|', in the kernel's way:
 * "GFP_KERNEL|__GFP_ZERO". Bits whose meaning depends on the kernel's version
 * or configuration are shown as one number; nothing for a mask below 0.
 */
void gfp_names(struct text *t, int64_t mask);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the kernels of phones put behind the time, and Android's logcat. */
#ifndef KMSG_VENDOR_H
#define KMSG_VENDOR_H

#include "base/span.h"

/* Takes a CPU, thread, task or module as MediaTek, Samsung and Xiaomi write it. */
bool vendor_take(struct span *s);

/*
 * Takes what logcat has behind the date, or with -v brief in place of it, up to
 * the message. The message is put together in place: @s is in a buffer that may
 * be written to.
 */
bool vendor_take_logcat(struct span *s, bool *is_kernel);

#endif

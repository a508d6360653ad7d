/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Parses the prefixes of phone vendors' kernels, and of Android's logcat. */
#ifndef KMSG_VENDOR_H
#define KMSG_VENDOR_H

#include "base/span.h"

/* Takes a CPU, thread, task or module as MediaTek, Samsung and Xiaomi write it. */
bool vendor_take(struct span *s);

/*
 * Takes logcat's prefix behind the date (with -v brief: without a date). The message is
 * reassembled in place: @s lies in a writable buffer.
 */
bool vendor_take_logcat(struct span *s, bool *is_kernel);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The kernel's clocks, read. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_BOOTTIME: reading them never fails. */
int64_t clock_now_ns(clockid_t clock);

#endif

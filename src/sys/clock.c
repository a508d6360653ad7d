// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/clock.h"

int64_t clock_now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

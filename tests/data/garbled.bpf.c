// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe, cutting the records of every other trigger (those with an even
 * thread id) so short that they cannot be decoded (tests/system/garbled.sh).
 */
#include "helpers.h"

#define perf_event_output(ctx, map, flags, data, size)			\
	(get_current_pid_tgid() & 1 ?					\
	 perf_event_output(ctx, map, flags, data, size) :		\
	 perf_event_output(ctx, map, flags, data, 40))

#include "bpf/trace_oomkill.bpf.c"

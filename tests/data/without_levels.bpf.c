// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe without its output and without the levels of the memory cgroup path:
 * `make bench` shows what the levels add.
 */
#include "helpers.h"
#include "uapi/oom_record.h"

#define perf_event_output(ctx, map, flags, data, size)	((void)(ctx), (long)(size) & 0)
#undef OOM_RECORD_LEVELS
#define OOM_RECORD_LEVELS	0

#include "bpf/trace_oomkill.bpf.c"

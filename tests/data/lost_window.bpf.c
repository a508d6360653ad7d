// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe with both windows below the tracepoint's frame, where there is no
 * oom_control: no search finds anything (tests/system/far_window.sh).
 */
#define FIRST_WINDOW	(-4 * 48 * 8)

#include "bpf/trace_oomkill.bpf.c"

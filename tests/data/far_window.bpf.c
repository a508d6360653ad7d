// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe with its first window below the tracepoint's frame, where there is
 * no oom_control: the second window is where the first one usually is
 * (tests/system/far_window.sh).
 */
#define FIRST_WINDOW	(-48 * 8)

#include "bpf/trace_oomkill.bpf.c"

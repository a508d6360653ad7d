// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe with an error in it: it takes the task before the trigger for the
 * trigger. The kernel's report contradicts it (tests/system/correlate.sh).
 */
#include "helpers.h"

#define get_current_pid_tgid()	(get_current_pid_tgid() - 1)

#include "bpf/trace_oomkill.bpf.c"

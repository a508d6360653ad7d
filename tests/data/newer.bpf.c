// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The probe of a later release, with another version of the record
 * (tests/system/garbled.sh). */
#include "uapi/oom_record.h"

#undef OOM_RECORD_VERSION
#define OOM_RECORD_VERSION	99

#include "bpf/trace_oomkill.bpf.c"

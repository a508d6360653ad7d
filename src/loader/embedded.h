/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The probe inside the program. */
#ifndef LOADER_EMBEDDED_H
#define LOADER_EMBEDDED_H

#include <stdint.h>

extern const uint8_t bpf_object_start[], bpf_object_end[];

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which capabilities this process has in effect. */
#ifndef SYS_CAPABILITIES_H
#define SYS_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>

/* Numbers of <linux/capability.h>; older headers lack the newer two. */
enum {
	CAPS_DAC_OVERRIDE = 1, CAPS_DAC_READ_SEARCH = 2, CAPS_IPC_LOCK = 14,
	CAPS_SYS_PTRACE = 19, CAPS_SYS_ADMIN = 21, CAPS_SYS_NICE = 23,
	CAPS_SYS_RESOURCE = 24,
	CAPS_SYSLOG = 34, CAPS_PERFMON = 38, CAPS_BPF = 39,
};

/* Is @capability (CAPS_*) in effect? False also if that is unknown. */
bool caps_have(int capability);

/*
 * Writes the missing capabilities for loading and attaching a program to the @size bytes
 * at @to: "CAP_BPF and CAP_PERFMON", or "" if none is missing. 40 bytes hold any answer.
 */
void caps_missing_for_bpf(char *to, size_t size);

#endif

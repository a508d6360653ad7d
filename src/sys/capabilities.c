// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/capabilities.h"

#include <stdio.h>
#include <sys/capability.h>

bool caps_have(int capability)
{
	cap_flag_value_t value = CAP_CLEAR;
	cap_t set = cap_get_proc();

	if (!set)
		return false;
	/* A capability that the kernel does not know fails: not in effect. */
	if (cap_get_flag(set, capability, CAP_EFFECTIVE, &value) < 0)
		value = CAP_CLEAR;
	cap_free(set);
	return value == CAP_SET;
}

void caps_missing_for_bpf(char *to, size_t size)
{
	/* CAP_SYS_ADMIN still stands for the two that were split off in 5.8. */
	bool admin = caps_have(CAPS_SYS_ADMIN);
	bool bpf = admin || caps_have(CAPS_BPF);
	bool perfmon = admin || caps_have(CAPS_PERFMON);

	snprintf(to, size, "%s%s%s", bpf ? "" : "CAP_BPF",
		 bpf || perfmon ? "" : " and ", perfmon ? "" : "CAP_PERFMON");
}

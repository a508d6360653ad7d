// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kernel/vmstat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/mounts.h"

int64_t vmstat_oom_kills(int proc)
{
	static const char key[] = "\noom_kill ";
	static char text[16384];	/* 6.18: 4 KB */
	int result = proc < 0 ? -EBADF : mounts_read(proc, "vmstat", text, sizeof(text));
	const char *line;

	if (result < 0)
		return result;
	line = strstr(text, key);
	return line ? strtoll(line + sizeof(key) - 1, NULL, 10) : -ENOENT;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/vmstat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys/pseudofs.h"

/* The number behind @key, which begins with the end of the line before. */
static int64_t read_number(int proc, const char *file, const char *key)
{
	static char text[16384];	/* 6.18: 4 KB */
	int result = proc < 0 ? -EBADF : pseudofs_read(proc, file, text, sizeof(text));
	const char *line;

	if (result < 0)
		return result;
	line = strstr(text, key);
	return line ? strtoll(line + strlen(key), NULL, 10) : -ENOENT;
}

int64_t vmstat_oom_kills(int proc)
{
	return read_number(proc, "vmstat", "\noom_kill ");
}

int64_t vmstat_available_bytes(int proc)
{
	int64_t kib = read_number(proc, "meminfo", "\nMemAvailable:");

	return kib < 0 ? kib : kib << 10;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/vmstat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/hostfs.h"

enum { PIECE = 2048 };		/* 6.18: vmstat has 4 KB, its longest line 40 bytes */

/* Finds the number behind @key at the start of a line of @text. -ENOENT: none. */
static int64_t find_number(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text; text = (text = strchr(text, '\n')) ? text + 1 : NULL)
		if (!strncmp(text, key, len))
			return strtoll(text + len, NULL, 10);
	return -ENOENT;
}

/* Reads @fd piece by piece; a line that is not whole yet waits for its rest. */
static int64_t read_number(int fd, const char *key)
{
	char text[PIECE + 1];
	size_t used = 0;
	ssize_t n;

	while ((n = hostfs_read(fd, text + used, PIECE - used)) > 0) {
		int64_t number;
		char *end;

		used += (size_t)n;
		text[used] = '\0';
		end = strrchr(text, '\n');
		if (!end)
			return -EBADMSG;
		*end++ = '\0';
		number = find_number(text, key);
		if (number != -ENOENT)
			return number;
		used -= (size_t)(end - text);
		memmove(text, end, used);
	}
	return n < 0 ? n : -ENOENT;
}

static int64_t open_and_read(int proc, const char *file, const char *key)
{
	int fd = proc < 0 ? -1 : openat(proc, file, O_RDONLY | O_CLOEXEC);
	int64_t number;

	if (fd < 0)
		return proc < 0 ? -EBADF : -errno;
	number = read_number(fd, key);
	close(fd);
	return number;
}

int vmstat_open(int proc)
{
	int fd = proc < 0 ? -1 : openat(proc, "vmstat", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? (proc < 0 ? -EBADF : -errno) : fd;
}

int64_t vmstat_read_oom_kills(int fd)
{
	return fd < 0 || lseek(fd, 0, SEEK_SET) < 0 ? -EBADF : read_number(fd, "oom_kill ");
}

int64_t vmstat_oom_kills(int proc)
{
	return open_and_read(proc, "vmstat", "oom_kill ");
}

int64_t vmstat_available_bytes(int proc)
{
	int64_t kib = open_and_read(proc, "meminfo", "MemAvailable:");

	return kib < 0 ? kib : kib << 10;
}

int64_t vmstat_locked_bytes(int proc)
{
	int64_t kib = open_and_read(proc, "self/status", "VmLck:");

	return kib < 0 ? kib : kib << 10;
}

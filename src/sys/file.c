// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20 };

static int read_all(int fd, uint8_t *to, size_t size, size_t *used)
{
	ssize_t n;

	for (*used = 0; *used < size; *used += (size_t)n) {
		n = read(fd, to + *used, size - *used);
		if (n < 0)
			return -errno;
		if (!n)
			break;
	}
	return 0;
}

static int read_open(int fd, struct span *file)
{
	struct stat st;
	uint8_t *bytes;
	size_t used;
	int result;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > FILE_MAX)
		return -EFBIG;
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	result = read_all(fd, bytes, (size_t)st.st_size, &used);
	*file = span_of(bytes, used);
	if (result < 0)
		file_free(file);
	return result;
}

int file_read(const char *path, struct span *file)
{
	/* A fifo must not block us before we know that it is one. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int result;

	*file = (struct span){ NULL, 0 };
	if (fd < 0)
		return -errno;
	result = read_open(fd, file);
	close(fd);
	return result;
}

void file_free(struct span *file)
{
	free((void *)(uintptr_t)file->data);
	*file = (struct span){ NULL, 0 };
}

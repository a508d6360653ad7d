// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20 };

static int read_whole(int fd, uint8_t *to, size_t size, size_t *used)
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
	result = read_whole(fd, bytes, (size_t)st.st_size, &used);
	*file = span_of(bytes, used);
	if (result < 0)
		file_free(file);
	return result;
}

int file_read(const char *path, struct span *file)
{
	/* A fifo must not block before its type is known. */
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

/* ---- BTF ------------------------------------------------------------------ */

int btf_file_open(struct btf_file *b, int dir, const char *path)
{
	struct stat st;
	void *memory;
	int error;

	*b = (struct btf_file){ .fd = openat(dir, path, O_RDONLY | O_CLOEXEC) };
	if (b->fd < 0)
		return -errno;
	if (fstat(b->fd, &st) < 0) {
		error = errno;
		btf_file_close(b);
		return -error;
	}
	b->size = (uint64_t)st.st_size;
	memory = mmap(NULL, (size_t)b->size, PROT_READ, MAP_PRIVATE, b->fd, 0);
	if (memory != MAP_FAILED)
		b->mapped = span_of(memory, (size_t)b->size);
	return 0;
}

int btf_file_read(void *ctx, uint64_t off, void *to, size_t len)
{
	struct btf_file *b = ctx;
	uint8_t *at = to;

	/* sysfs returns a page at a time. */
	while (len) {
		ssize_t n = pread(b->fd, at, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

void btf_file_close(struct btf_file *b)
{
	if (b->mapped.data)
		munmap((void *)(uintptr_t)b->mapped.data, b->mapped.size);
	if (b->fd >= 0)
		close(b->fd);
	*b = (struct btf_file){ .fd = -1 };
}

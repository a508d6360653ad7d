// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/btf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Files as bytes: those that the user names, and the kernel's BTF. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "base/span.h"

/*
 * Reads the regular file @path, of at most 64 MiB, whole. 0 and malloc'd
 * bytes in @file, or -errno: -EINVAL when it is not a regular file.
 */
int file_read(const char *path, struct span *file);

/* Frees what file_read() made. */
void file_free(struct span *file);

/* BTF: mapped where the kernel allows it, else read piece by piece. */
struct btf_file {
	int fd;			/* -1: not open */
	uint64_t size;		/* bytes */
	struct span mapped;	/* NULL: it must be read piece by piece */
};

/*
 * Opens @path below directory @dir (AT_FDCWD: the working directory).
 * /sys/kernel/btf/vmlinux can be mapped from 6.16 on. 0, or -errno.
 */
int btf_file_open(struct btf_file *b, int dir, const char *path);

/* Reads exactly @len bytes at @off. 0, or -errno; @ctx is the btf_file. */
int btf_file_read(void *ctx, uint64_t off, void *to, size_t len);

/* Half-opened is fine. */
void btf_file_close(struct btf_file *b);

#endif

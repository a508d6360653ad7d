/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Files that the user named, as bytes. */
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

#endif

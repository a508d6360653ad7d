/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The host's file system, by a descriptor of its root directory. Paths are resolved below
 * this directory and cannot leave it, and opening never blocks.
 */
#ifndef SYS_HOSTFS_H
#define SYS_HOSTFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sys/slow_mounts.h"

/* The directory @path, NULL for "/". A descriptor, or -errno. */
int hostfs_root(const char *path);

/*
 * Opens @path for reading as if @root were "/": links are followed as the
 * host itself would follow them. @flags are those of open(), O_DIRECTORY for
 * a directory; anything else must be a regular file.
 * A descriptor, or -errno: -ENOENT, -EINVAL for a fifo or a device.
 */
int hostfs_open(int root, const char *path, int flags);

/*
 * The same for a path below @dir whose names another user may have chosen: a symbolic
 * link or ".." in @path is -ELOOP.
 */
int hostfs_open_below(int dir, const char *path, int flags);

/*
 * The same, but never through a mount point in @mounts, which must be current:
 * -EXDEV, or -EAGAIN: the mounts have changed. NULL: through any. @follow:
 * links are followed as by hostfs_open().
 */
int hostfs_open_local(const struct slow_mounts *mounts, int dir, const char *path,
		      int flags, bool follow);

/*
 * Calls @each with the names in the directory @dir that do not begin with a dot, until
 * @each returns something other than 0. Returns that value, 0 at the end, or -errno;
 * -E2BIG: too many names. A further call continues behind the last name.
 */
int hostfs_each(int dir, int (*each)(void *ctx, const char *name), void *ctx);

/* read() that is not interrupted: bytes, 0 at the end, or -errno. */
ssize_t hostfs_read(int fd, void *to, size_t size);

/* The same for bytes from @at on, wherever the descriptor is. */
ssize_t hostfs_read_at(int fd, void *to, size_t size, off_t at);

#endif

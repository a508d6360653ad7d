// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/hostfs.h"

static int stamp_of(int fd, struct table_stamp *stamp)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	stamp->inode = st.st_ino;
	stamp->mtime_ns = (uint64_t)st.st_mtim.tv_sec * 1000000000u +
			  (uint64_t)st.st_mtim.tv_nsec;
	stamp->size = (uint64_t)st.st_size;
	return 0;
}

/* The way to the place may have links of the administrator's. */
static int open_file(const struct place *p, int root, const char *file)
{
	int dir = hostfs_open(root, p->path, O_PATH | O_DIRECTORY);
	int fd;

	if (dir < 0)
		return dir;
	fd = hostfs_open_below(dir, file, 0);
	close(dir);
	return fd;
}

int place_open(const struct place *p, int root, const char *id,
	       struct table_stamp *stamp)
{
	char file[PLACE_PATH_SIZE + 64];
	int fd, result;

	if (strchr(id, '/') ||
	    (size_t)snprintf(file, sizeof(file), "%s/%s", id, p->kind->file) >= sizeof(file))
		return -ENOENT;
	fd = open_file(p, root, file);
	if (fd < 0)
		return fd;
	result = stamp_of(fd, stamp);
	if (!result)
		return fd;
	close(fd);
	return result;
}

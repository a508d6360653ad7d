// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/pseudofs.h"

enum {
	FLAGS = O_RDONLY | O_NONBLOCK | O_CLOEXEC,
	MAJOR = 1, MINOR = 11,
};

/*
 * Opens @path below @dir if it is the kernel's log. Container runtimes put /dev/null or a
 * terminal there, which would be readable forever without a record.
 */
static int open_node(int dir, const char *path)
{
	int fd = openat(dir, path, FLAGS | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(MAJOR, MINOR))
		return fd;
	close(fd);
	return -ENOENT;
}

/* For an initramfs that has no nodes yet. */
static int open_detached_node(void)
{
	int dir = pseudofs_devtmpfs();
	int fd;

	if (dir < 0)
		return dir;
	fd = open_node(dir, "kmsg");
	close(dir);
	return fd;
}

static int explain_open(struct error *f, int error)
{
	error_set(f, error, "read the kernel's log from /dev/kmsg");
	if (error == -EPERM || error == -EACCES)
		error_hint(f, "needs CAP_SYSLOG, and the right to read the file");
	else if (error == -ENOENT)
		error_hint(f, "needs CAP_SYS_ADMIN, or its node there: mknod /dev/kmsg c 1 11");
	return error;
}

int kmsg_open(bool from_start, struct error *f)
{
	int fd = open_node(AT_FDCWD, "/dev/kmsg"), error;

	/* Report the failure that the user can fix: the missing node. */
	if (fd == -ENOENT && (fd = open_detached_node()) < 0 && !error_is_shortage(fd))
		fd = -ENOENT;
	if (fd < 0)
		return explain_open(f, fd);
	if (!from_start && lseek(fd, 0, SEEK_END) < 0) {
		error = -errno;
		close(fd);
		return explain_open(f, error);
	}
	return fd;
}

int kmsg_read(int fd, char to[KMSG_RECORD])
{
	ssize_t n;

	do
		n = read(fd, to, KMSG_RECORD);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return (int)n;
	return errno == EAGAIN ? 0 : -errno;
}

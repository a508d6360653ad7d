// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kernel/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/mounts.h"

enum { FLAGS = O_RDONLY | O_NONBLOCK | O_CLOEXEC };

/* An initramfs need not have its nodes yet. */
static int open_detached(void)
{
	int dir = mounts_devtmpfs();
	int fd;

	if (dir < 0)
		return dir;
	fd = openat(dir, "kmsg", FLAGS);
	if (fd < 0)
		fd = -errno;
	close(dir);
	return fd;
}

static int explain(struct fault *f, int error)
{
	fault_set(f, error, "read the kernel's log from /dev/kmsg");
	if (error == -EPERM || error == -EACCES)
		return fault_hint(f, "needs CAP_SYSLOG, and the right to read the file");
	if (error == -ENOENT)
		return fault_hint(f, "needs a node: mknod /dev/kmsg c 1 11");
	return error;
}

int kmsg_open(bool from_start, struct fault *f)
{
	int fd = open("/dev/kmsg", FLAGS), error;

	if (fd < 0)
		fd = errno == ENOENT ? open_detached() : -errno;
	if (fd == -ENODEV || fd == -ENOSYS)
		fd = -ENOENT;
	if (fd < 0)
		return explain(f, fd);
	if (!from_start && lseek(fd, 0, SEEK_END) < 0) {
		error = -errno;
		close(fd);
		return explain(f, error);
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

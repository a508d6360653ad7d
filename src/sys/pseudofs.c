// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/pseudofs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/mount.h>

#include "sys/hostfs.h"

static long negative(long result)
{
	return result < 0 ? -errno : result;
}

/* A new instance of @type that is mounted nowhere. */
static int open_detached(const char *type, unsigned int attributes)
{
	long fs = negative(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
	long result;

	if (fs < 0)
		return (int)fs;
	result = negative(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL,
				  NULL, 0));
	if (result >= 0)
		result = negative(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
					  MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC |
					  attributes));
	close((int)fs);
	return (int)result;
}

/* @fd, if it is in a file system with magic number @magic; else it is closed. */
static int keep_type(int fd, long magic)
{
	struct statfs fs;

	if (fd < 0 || (fstatfs(fd, &fs) == 0 && (long)fs.f_type == magic))
		return fd;
	close(fd);
	return -ENOENT;
}

/* @path, if a file system with magic number @magic is mounted there. */
static int open_mounted(const char *path, long magic)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : keep_type(fd, magic);
}

static int find_tracefs(int root)
{
	static const char *const places[] = {
		"/sys/kernel/tracing", "/sys/kernel/debug/tracing",
	};
	int fd = -ENOENT;

	for (size_t i = 0; fd < 0 && i < sizeof(places) / sizeof(places[0]); i++)
		fd = open_mounted(places[i], TRACEFS_MAGIC);
	/* A container's own /sys has no tracefs in it. */
	for (size_t i = 0; fd < 0 && i < sizeof(places) / sizeof(places[0]); i++)
		fd = root < 0 ? -ENOENT :
			keep_type(hostfs_open(root, places[i], O_DIRECTORY), TRACEFS_MAGIC);
	return fd;
}

int pseudofs_tracefs(int root, struct error *f)
{
	int detached = open_detached("tracefs", MOUNT_ATTR_NODEV);
	int fd;

	if (detached >= 0)
		return detached;
	fd = find_tracefs(root);
	if (fd >= 0)
		return fd;
	error_set(f, detached, "open tracefs");
	if (detached == -ENODEV)
		error_why(f, "this kernel has none (CONFIG_FTRACE)");
	else
		error_hint(f, "needs CAP_SYS_ADMIN, or tracefs mounted at /sys/kernel/tracing");
	return detached;
}

static int open_usual(const char *type, const char *path, long magic,
		      struct error *f)
{
	int fd = open_mounted(path, magic);
	int detached;

	if (fd >= 0)
		return fd;
	detached = open_detached(type, MOUNT_ATTR_NODEV);
	if (detached >= 0)
		return detached;
	error_set(f, detached, "open %s", type);
	error_hint(f, "needs CAP_SYS_ADMIN, or %s mounted at %s", type, path);
	return detached;
}

int pseudofs_sysfs(struct error *f)
{
	return open_usual("sysfs", "/sys", SYSFS_MAGIC, f);
}

int pseudofs_procfs(struct error *f)
{
	return open_usual("proc", "/proc", PROC_SUPER_MAGIC, f);
}

int pseudofs_securityfs(struct error *f)
{
	return open_usual("securityfs", "/sys/kernel/security", SECURITYFS_MAGIC, f);
}

int pseudofs_cgroup2(void)
{
	return open_detached("cgroup2", MOUNT_ATTR_NODEV);
}

int pseudofs_devtmpfs(void)
{
	return open_detached("devtmpfs", 0);
}

int pseudofs_read(int dir, const char *path, char *to, int size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	int used = 0, result = 0;

	if (fd < 0)
		return -errno;
	while (used < size) {
		ssize_t n = read(fd, to + used, (size_t)(size - used));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			result = n < 0 ? -errno : 0;
			break;
		}
		used += (int)n;
	}
	close(fd);
	if (result < 0)
		return result;
	if (used == size)
		return -EMSGSIZE;
	to[used] = '\0';
	return used;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/slow_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/scan.h"
#include "sys/hostfs.h"

enum { PATH_SIZE = 4096, LINE_SIZE = 8192 };

/* Local file systems. overlay may have slow layers: it is accepted only as the root, from
 * which the program itself was started in a container. */
static bool is_local(struct span type)
{
	static const char *const local[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "ramfs", "rootfs", "f2fs", "zfs",
		"bcachefs", "jfs", "reiserfs", "nilfs2", "ubifs", "jffs2", "squashfs", "erofs",
	};

	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (scan_is(type, local[i]))
			return true;
	return false;
}

/* "/a\040b": blanks, newlines and backslashes are octal in mountinfo. */
static uint64_t hash_escaped(struct span path)
{
	uint64_t hash = HASH_FNV64;

	for (size_t i = 0; i < path.size; i++) {
		char c = (char)path.data[i];

		if (c == '\\' && path.size - i > 3) {
			c = (char)((path.data[i + 1] - '0') << 6 | (path.data[i + 2] - '0') << 3 |
				   (path.data[i + 3] - '0'));
			i += 3;
		}
		hash = hash_fnv64_add(hash, span_of(&c, 1));
	}
	return hash;
}

/* The number of the mount that @fd is on. statx() has it from 5.8 on. */
static int64_t mount_of(int fd)
{
	char path[40], text[256];
	int info;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -errno;
	n = hostfs_read(info, text, sizeof(text));
	close(info);

	struct span rest = span_of(text, n > 0 ? (size_t)n : 0), line;
	int64_t result = -ENOENT;

	while (scan_up_to(&rest, "\n", &line))
		if (scan_word(&line, "mnt_id:")) {
			scan_blanks(&line);
			scan_number(&line, &result);
		}
	return result;
}

/*
 * 22 27 0:21 / /home/ada/net rw,nosuid shared:7 - fuse.sshfs host: rw,..
 * 1: the mount @root, which is local; 0: another; or -errno.
 */
static int add_line(struct slow_mounts *m, struct span line, int64_t root)
{
	struct span word, path = { .data = NULL };
	int64_t id = -1;

	if (!scan_number(&line, &id) || !scan_word(&line, " "))
		return -EBADMSG;
	for (int i = 0; i < 4; i++)
		if (!scan_up_to(&line, " ", i == 3 ? &path : &word))
			return -EBADMSG;
	if (!scan_up_to(&line, "- ", &word) || !scan_up_to(&line, " ", &word))
		return -EBADMSG;
	if (id == root)
		return is_local(word) || scan_is(word, "overlay") ? 1 : -EXDEV;
	if (is_local(word))
		return 0;
	if (m->count == SLOW_MOUNTS_MAX)
		return -E2BIG;
	m->paths[m->count++] = hash_escaped(path);
	return 0;
}

/* -ENOENT: @root is in another mount namespace. */
static int read_mounts(struct slow_mounts *m, int64_t root)
{
	char text[LINE_SIZE];
	size_t used = 0;
	bool found = false;
	ssize_t n;

	m->count = 0;
	while ((n = hostfs_read(m->fd, text + used, sizeof(text) - used)) > 0) {
		struct span rest = span_of(text, used + (size_t)n), line;

		while (scan_up_to(&rest, "\n", &line)) {
			int result = add_line(m, line, root);

			if (result < 0)
				return result;
			found |= result > 0;
		}
		used = rest.size;
		if (used == sizeof(text))
			return -E2BIG;	/* a line that does not fit */
		memmove(text, rest.data, used);
	}
	return n < 0 ? (int)n : found ? 0 : -ENOENT;
}

int slow_mounts_open(struct slow_mounts *m, int root)
{
	int64_t mount = mount_of(root);
	int result = -ENOENT;

	m->fd = -1;
	if (mount < 0)
		return (int)mount;
	/* The root may be another process's, /proc/1/root. */
	for (int other = 0; other < 2 && result == -ENOENT; other++) {
		slow_mounts_close(m);
		m->fd = other ? hostfs_open(root, "/proc/1/mountinfo", 0) :
			open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
		result = m->fd < 0 ? -errno : read_mounts(m, mount);
	}
	if (result < 0)
		slow_mounts_close(m);
	return result;
}

void slow_mounts_close(struct slow_mounts *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}

bool slow_mounts_has(const struct slow_mounts *m, int dir, const char *name)
{
	char link[40], path[PATH_SIZE];
	uint64_t hash;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, path, sizeof(path));
	if (n <= 0 || n == (ssize_t)sizeof(path))
		return true;
	hash = hash_fnv64_add(HASH_FNV64, span_of(path, n == 1 ? 0 : (size_t)n));	/* "/" */
	hash = hash_fnv64_add(hash_fnv64_add(hash, span_of("/", 1)), span_of(name, strlen(name)));
	for (size_t i = 0; i < m->count; i++)
		if (m->paths[i] == hash)
			return true;
	return false;
}

bool slow_mounts_changed(const struct slow_mounts *m)
{
	struct pollfd wait = { .fd = m->fd, .events = POLLPRI };

	return poll(&wait, 1, 0) != 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/hostfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	PATH_SIZE = 1024, NAME_SIZE = 256, LINKS_MAX = 40, /* as the kernel */
	ENTRIES_MAX = 50000,
};

/*
 * A walk, one component at a time. openat2() would do the same in one call,
 * but not before 5.6 and not under every seccomp filter; this works always.
 */
struct walk {
	int root, at;		/* @at is ours unless it is @root */
	int depth;		/* of @at below @root */
	int links;		/* followed so far */
	bool follow;
	const struct slow_mounts *mounts;	/* not to be entered; NULL: none */
	char rest[PATH_SIZE];	/* what is still to be walked */
};

static void move_to(struct walk *w, int fd, int depth)
{
	if (w->at != w->root)
		close(w->at);
	w->at = fd;
	w->depth = depth;
}

/* "a/b" becomes @name "a" and rest "b". Its length, 0 when nothing is left. */
static int take_name(struct walk *w, char *name)
{
	const char *start = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(start, "/");

	if (len >= NAME_SIZE)
		return -ENAMETOOLONG;
	memcpy(name, start, len);
	name[len] = '\0';
	start += len + strspn(start + len, "/");
	memmove(w->rest, start, strlen(start) + 1);
	return (int)len;
}

/* Puts the target of link @name in front of the rest. */
static int follow_link(struct walk *w, const char *name)
{
	char target[PATH_SIZE];
	ssize_t len = readlinkat(w->at, name, target, sizeof(target));
	size_t rest = strlen(w->rest);

	if (len < 0)
		return -errno;
	if (!w->follow || ++w->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)len + 1 + rest >= sizeof(w->rest))
		return -ENAMETOOLONG;
	memmove(w->rest + len + 1, w->rest, rest + 1);
	memcpy(w->rest, target, (size_t)len);
	w->rest[len] = '/';
	if (target[0] == '/')
		move_to(w, w->root, 0);
	return 0;
}

static int step_up(struct walk *w)
{
	int fd;

	if (!w->follow)
		return -ELOOP;
	if (w->depth == 0)
		return 0;	/* the parent of "/" is "/" */
	fd = openat(w->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	move_to(w, fd, w->depth - 1);
	return 0;
}

/*
 * openat() of a name that may become a mount point at any moment. Opening it with O_PATH
 * does not involve its file system. If the mounts have not changed by then, the name is on
 * no slow file system, and is opened again for reading.
 */
static int open_local(const struct walk *w, const char *name, int flags)
{
	char path[40];
	struct stat st;
	int fd, result, error;

	errno = EXDEV;
	if (slow_mounts_has(w->mounts, w->at, name))
		return -1;
	fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fd;
	if (slow_mounts_changed(w->mounts)) {
		close(fd);
		errno = EAGAIN;
		return -1;
	}
	result = fstat(fd, &st);
	if (!result && S_ISLNK(st.st_mode)) {
		result = -1;
		errno = ELOOP;
	} else if (!result && flags & O_DIRECTORY) {
		result = openat(fd, ".", flags);
	} else if (!result && S_ISREG(st.st_mode)) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		result = open(path, flags);
	} else if (!result) {
		result = -1;
		errno = EINVAL;
	}
	error = errno;
	close(fd);
	errno = error;
	return result;
}

/* Takes the step @name. 1: it was opened with @flags; 0: a step aside. */
static int step(struct walk *w, const char *name, int flags)
{
	int fd, result;

	if (!strcmp(name, "."))
		return 0;
	if (!strcmp(name, ".."))
		return step_up(w);
	fd = w->mounts ? open_local(w, name, flags) : openat(w->at, name, flags | O_NOFOLLOW);
	if (fd >= 0) {
		move_to(w, fd, w->depth + 1);
		return 1;
	}
	/* What a link answers; with O_DIRECTORY it is ENOTDIR. */
	if (errno != ELOOP && errno != ENOTDIR)
		return -errno;
	result = follow_link(w, name);
	return result == -EINVAL ? -ENOTDIR : result;
}

static int walk(struct walk *w, const char *path, int flags)
{
	char name[NAME_SIZE];
	int result = 0, len, fd;

	if (strlen(path) >= sizeof(w->rest))
		return -ENAMETOOLONG;
	strcpy(w->rest, path);
	while ((len = take_name(w, name)) > 0) {
		result = step(w, name, w->rest[0] ?
			      O_PATH | O_DIRECTORY | O_CLOEXEC : flags);
		if (result < 0)
			return result;
	}
	if (len < 0 || result == 1)
		return len;
	fd = openat(w->at, ".", flags);	/* the path ended in a link or ".." */
	if (fd < 0)
		return -errno;
	move_to(w, fd, w->depth);
	return 0;
}

/* A fifo would block its reader, a device may do anything. */
static int check_type(int fd, int flags)
{
	struct stat st;

	if (flags & O_DIRECTORY)
		return 0;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

int hostfs_open_local(const struct slow_mounts *mounts, int root, const char *path,
		      int flags, bool follow)
{
	struct walk w = { .root = root, .at = root, .follow = follow, .mounts = mounts };
	int result;

	flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	result = walk(&w, path, flags);
	if (!result)
		result = check_type(w.at, flags);
	if (!result)
		return w.at;
	move_to(&w, root, 0);
	return result;
}

int hostfs_root(const char *path)
{
	int fd = open(path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int hostfs_open(int root, const char *path, int flags)
{
	return hostfs_open_local(NULL, root, path, flags, true);
}

int hostfs_open_below(int dir, const char *path, int flags)
{
	return hostfs_open_local(NULL, dir, path, flags, false);
}

/* As getdents64() has it. */
struct entry {
	uint64_t inode, offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

int hostfs_each(int dir, int (*each)(void *ctx, const char *name), void *ctx)
{
	_Alignas(struct entry) char entries[2048];
	long size = 1;
	int result = 0, left = ENTRIES_MAX;

	while (!result && (size = syscall(SYS_getdents64, dir, entries, sizeof(entries))) > 0)
		for (long at = 0; !result && at < size;) {
			const struct entry *e = (const void *)(entries + at);

			at += e->size;
			if (!left--)
				return -E2BIG;
			result = e->name[0] == '.' ? 0 : each(ctx, e->name);
			if (result)
				lseek(dir, (off_t)e->offset, SEEK_SET);
		}
	return size < 0 ? -errno : result;
}

ssize_t hostfs_read(int fd, void *to, size_t size)
{
	ssize_t n;

	do
		n = read(fd, to, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t hostfs_read_at(int fd, void *to, size_t size, off_t at)
{
	ssize_t n;

	do
		n = pread(fd, to, size, at);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

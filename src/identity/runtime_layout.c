// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/runtime_layout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scan.h"
#include "sys/hostfs.h"

static int stamp_of(int fd, struct cache_stamp *stamp)
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

/* Follows links in @path, which only the administrator can create, and none in @below. */
static int open_path(const struct slow_mounts *mounts, int root, const struct layout_path *p)
{
	int top = hostfs_open_local(mounts, root, p->path, O_DIRECTORY, true);
	int dir;

	if (top < 0 || !p->below)
		return top;
	dir = hostfs_open_local(mounts, top, p->below, O_DIRECTORY, false);
	close(top);
	return dir;
}

int layout_list(const struct runtime_layout *p, int root)
{
	return open_path(p->mounts, root, &p->at);
}

/* Docker runs its containers with containerd, in the namespace "moby". Their names are in
 * Docker's own files. */
bool layout_has_namespace(const struct runtime_layout *p, const char *name)
{
	return p->kind->namespaced && strcmp(name, "moby") != 0;
}

static bool is_id(const char *id)
{
	return id[0] && id[0] != '.' && !strchr(id, '/');
}

/* The search for a container in a namespace with any name. */
struct search {
	const struct runtime_layout *layout;
	int dir;
	const char *id;
	int found;
};

static int enter_namespace(void *ctx, const char *name)
{
	struct search *s = ctx;
	char path[2 * NAME_MAX + 2];

	if (!layout_has_namespace(s->layout, name))
		return 0;
	snprintf(path, sizeof(path), "%s/%s", name, s->id);
	s->found = hostfs_open_below(s->dir, path, O_PATH | O_DIRECTORY);
	return s->found >= 0;
}

int layout_enter(const struct runtime_layout *p, int root, const char *id)
{
	int dir = is_id(id) ? open_path(p->mounts, root, &p->at) : -ENOENT;
	struct search s = { p, dir, id, -ENOENT };

	if (dir < 0 || p->kind->shared)
		return dir;
	if (p->kind->namespaced)
		hostfs_each(dir, enter_namespace, &s);
	else
		s.found = hostfs_open_local(p->mounts, dir, id, O_PATH | O_DIRECTORY, false);
	close(dir);
	return s.found;
}

int layout_open(const struct runtime_layout *p, int dir, struct cache_stamp *stamp)
{
	int fd = hostfs_open_local(p->mounts, dir, p->kind->file, 0, false);
	int result;

	if (fd < 0)
		return fd;
	result = stamp_of(fd, stamp);
	if (!result)
		return fd;
	close(fd);
	return result;
}

/* ---- pid files -------------------------------------------------------------- */

/* The pid file lies in the directory of the state file, or in @p->run. */
static int open_pid(const struct runtime_layout *p, int root, int dir, const char *id)
{
	char path[LAYOUT_PATH_SIZE];
	int run, fd;

	if (!p->run.path)
		return hostfs_open_local(p->mounts, dir, p->kind->pid_file, 0, false);
	snprintf(path, sizeof(path), "%s/%s", id, p->kind->pid_file);
	run = open_path(p->mounts, root, &p->run);
	if (run < 0)
		return run;
	fd = hostfs_open_local(p->mounts, run, path, 0, false);
	close(run);
	return fd;
}

void layout_read_pid(const struct runtime_layout *p, int root, int dir, const char *id,
		    struct metadata *f)
{
	int fd = p->kind->pid_file ? open_pid(p, root, dir, id) : -1;
	struct cache_stamp stamp;
	char text[16];
	struct span s;
	int64_t pid;
	ssize_t n;

	if (fd < 0)
		return;
	n = hostfs_read(fd, text, sizeof(text));
	s = span_of(text, n > 0 ? (size_t)n : 0);
	if (scan_number(&s, &pid) && pid > 0 && pid <= INT_MAX && !stamp_of(fd, &stamp)) {
		f->number[METADATA_PID] = pid;
		if (f->number[METADATA_STARTED_NS] == EVENT_UNKNOWN)
			f->number[METADATA_STARTED_NS] = (int64_t)stamp.mtime_ns;
	}
	close(fd);
}

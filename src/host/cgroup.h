/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads the files of memory cgroups after a kill: limits that the probe could not
 * read, and what filled the cgroup that ran out. Nothing is allocated.
 */
#ifndef HOST_CGROUP_H
#define HOST_CGROUP_H

#include <stdbool.h>

#include "base/span.h"
#include "event/event.h"

enum {
	CGROUP_PROCESSES = 512,		/* looked at for the largest, at most */
	CGROUP_DIRECTORIES = 512,
};

struct cgroup_files {
	int dir;			/* the root of the hierarchy; -1: none */
	int version;			/* 1 or 2 */
	int64_t page_size;
};

/*
 * Finds the hierarchy with the memory controller: at its usual mount point below
 * directory @root (sys/hostfs.h), or else in a detached mount. Without one all
 * functions below leave every field unknown.
 */
void cgroup_open(struct cgroup_files *c, int root);
void cgroup_close(struct cgroup_files *c);

/* Is a hierarchy of cgroup version @version mounted at its usual mount point? */
bool cgroup_is_mounted(int root, int version);

/* Is there a cgroup @path, "/a/b", in the hierarchy? */
bool cgroup_exists(const struct cgroup_files *c, const char *path);

/*
 * Adds the missing levels of the victim's path, and missing numbers of known levels.
 * If it adds anything, oom.levels_source becomes LEVELS_FILES. Usage is that of the
 * moment of reading.
 */
void cgroup_levels(const struct cgroup_files *c, struct oom_event *e);

/*
 * Fills totalpages, if it is unknown, from the limit that was hit, or from the host's
 * @ram_bytes and @swap_bytes (both 0: unknown).
 */
void cgroup_pages(const struct cgroup_files *c, struct oom_event *e,
		  int64_t ram_bytes, int64_t swap_bytes);

/* Fills e->stat from the memory cgroup that ran out, or the root for a host-wide OOM. */
void cgroup_stat(const struct cgroup_files *c, struct oom_event *e);

/*
 * Fills e->top from the same cgroup and all below it. @swap: whether the host has
 * swap; without it every process has 0 bytes there.
 */
void cgroup_top(const struct cgroup_files *c, int proc, bool swap,
		struct oom_event *e);

/* Pure: parses memory.stat of cgroup version @version. */
void cgroup_parse_stat(struct event_stat *to, struct span text, int version);

/* Pure: is @name one of the @controllers, "cpu,memory"? */
bool cgroup_has_controller(struct span controllers, const char *name);

/* Pure: a limit or usage file: a number or "max". EVENT_UNKNOWN: neither. */
int64_t cgroup_parse_number(struct span text, int64_t page_size);

#endif

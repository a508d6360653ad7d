/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The files of the memory cgroups: limits where the probe could not read them,
 * and what filled the cgroup that ran out. They are read after the kill,
 * without an allocation.
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
 * Finds the hierarchy that has the memory controller, below directory @root
 * (sys/hostfs.h) where hosts mount it, or else in a mount of its own.
 * Without one all functions below leave everything unknown.
 */
void cgroup_open(struct cgroup_files *c, int root);
void cgroup_close(struct cgroup_files *c);

/* Is a hierarchy of cgroup version @version mounted where hosts mount it? */
bool cgroup_is_mounted(int root, int version);

/* Is there a cgroup @path, "/a/b", in the hierarchy? */
bool cgroup_exists(const struct cgroup_files *c, const char *path);

/*
 * Fills the levels of the victim's path that are not known, and of those that
 * are the numbers that are not; then oom.levels_source is LEVELS_FILES. Its
 * usage is that of the moment of reading.
 */
void cgroup_levels(const struct cgroup_files *c, struct oom_event *e);

/*
 * Fills totalpages, if it is unknown, from the limit that was hit or from the
 * host's size: @ram_bytes and @swap_bytes, 0: not known.
 */
void cgroup_pages(const struct cgroup_files *c, struct oom_event *e,
		  int64_t ram_bytes, int64_t swap_bytes);

/* Fills e->stat of the memory cgroup that ran out, the root for the host. */
void cgroup_stat(const struct cgroup_files *c, struct oom_event *e);

/*
 * Fills e->top from the same cgroup and all below it. @swap: whether the host
 * has any; without it nobody has swapped.
 */
void cgroup_top(const struct cgroup_files *c, int proc, bool swap,
		struct oom_event *e);

/* Pure: takes memory.stat of cgroup version @version apart. */
void cgroup_parse_stat(struct event_stat *to, struct span text, int version);

/* Pure: is @name one of the @controllers, "cpu,memory"? */
bool cgroup_has_controller(struct span controllers, const char *name);

/* Pure: a limit or usage file: a number or "max". EVENT_UNKNOWN: neither. */
int64_t cgroup_parse_number(struct span text, int64_t page_size);

#endif

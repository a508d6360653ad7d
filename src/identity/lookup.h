/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* All that the host's files tell of containers, now and before. */
#ifndef IDENTITY_LOOKUP_H
#define IDENTITY_LOOKUP_H

#include "identity/kubelet_logs.h"
#include "identity/runtime_layout.h"
#include "identity/json_arena.h"
#include "identity/cache.h"

enum { LOOKUP_LAYOUTS = 16 };	/* no more than there are bits in an int */

struct lookup {
	int root;			/* borrowed; -1: no files */
	struct cache table;
	struct json_arena state;
	struct kubelet_logs_names names;
	size_t place_count;
	struct runtime_layout places[LOOKUP_LAYOUTS];
	struct slow_mounts mounts;	/* read anew for each user's container */
	char docker[LAYOUT_PATH_SIZE];	/* its place by its configuration */
};

/* @k is all zero. No file is read, and nothing is remembered before
 * lookup_start(). */
void lookup_open(struct lookup *k, int root);

/* From now on containers are remembered. -errno: they are not. */
int lookup_start(struct lookup *k);
void lookup_close(struct lookup *k);

/*
 * Remembers what @p's file says of the container @id. 1: that is all that it
 * will say; 0: its first process may be known later; -errno: there is nothing.
 */
int lookup_load(struct lookup *k, const struct runtime_layout *p, const char *id);

/* The same for all that are in the list of @p, but for those that are known. */
void lookup_load_list(struct lookup *k, const struct runtime_layout *p);

/* A container as its cgroup's path has it. */
struct lookup_query {
	const char *runtime;	/* NULL: the path does not tell */
	const char *id;
	const char *pod_uid;	/* empty: it is in no pod */
	int64_t owner;		/* the user whose runtime it is; 0: the host's */
	const char *cgroup;	/* not NULL: only the container that has this cgroup, */
	size_t cgroup_len;	/* by its runtime's own file */
};

/*
 * Puts into @f what is known of a container: first what its file says now,
 * then what was known before, then what the logs of its pod are called.
 * False: nothing. The texts last as long as those of @q, and until
 * lookup_release(), which has to be called then.
 * Of a user's container it is what the files in that user's home say, alone.
 */
bool lookup_find(struct lookup *k, const struct lookup_query *q, struct metadata *f);
void lookup_release(struct lookup *k);

#endif

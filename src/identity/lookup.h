/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Looks a container up: in the state files of runtimes, and in a cache of what
 * they said before. */
#ifndef IDENTITY_LOOKUP_H
#define IDENTITY_LOOKUP_H

#include "identity/bolt.h"
#include "identity/kubelet_logs.h"
#include "identity/runtime_layout.h"
#include "identity/json_arena.h"
#include "identity/cache.h"

enum { LOOKUP_LAYOUTS = 16 };	/* no more than there are bits in an int */

struct lookup {
	int root;			/* borrowed; -1: no files */
	struct cache cache;
	struct json_arena arena;
	struct bolt bolt;
	char labels[METADATA_TEXT_SIZE];
	struct kubelet_logs_names names;
	size_t layout_count;
	struct runtime_layout layouts[LOOKUP_LAYOUTS];
	struct slow_mounts mounts;	/* read anew for each user's container */
	char docker[LAYOUT_PATH_SIZE];	/* its directory by its configuration */
};

/* Prepares @k, which is all zero, and reads no file. */
void lookup_open(struct lookup *k, int root);

/* Opens the cache. 0, or -errno: nothing is cached. */
int lookup_start(struct lookup *k);
void lookup_close(struct lookup *k);

/*
 * Caches what @p's file says of the container @id. 1: the file is complete; 0:
 * the first process is not in it yet; -errno: there is no such file.
 */
int lookup_load(struct lookup *k, const struct runtime_layout *p, const char *id);

/* Caches all containers in the list of @p that are not cached yet. */
void lookup_load_list(struct lookup *k, const struct runtime_layout *p);

/* A container as named in its cgroup's path. */
struct lookup_query {
	const char *runtime;	/* NULL: the path does not tell */
	const char *id;
	const char *pod_uid;	/* empty: it is in no pod */
	int64_t owner;		/* the user whose runtime it is; 0: the host's */
	const char *cgroup;	/* not NULL: only the container that has this cgroup, */
	size_t cgroup_len;	/* by its runtime's own file */
};

/*
 * Fills @f with the container's metadata: from its file, then from the cache,
 * then from the names of its pod's logs. A user's container has only what the
 * files in that user's home say. False: nothing is known. The texts last until
 * lookup_release(), which the caller must call.
 */
bool lookup_find(struct lookup *k, const struct lookup_query *q, struct metadata *f);
void lookup_release(struct lookup *k);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* All that the host's files tell of containers, now and before. */
#ifndef IDENTITY_KNOWN_H
#define IDENTITY_KNOWN_H

#include "identity/logs.h"
#include "identity/place.h"
#include "identity/state.h"
#include "identity/table.h"

enum { KNOWN_PLACES = 16 };	/* no more than there are bits in an int */

struct known {
	int root;			/* borrowed; -1: no files */
	struct table table;
	struct state state;
	struct logs_names names;
	size_t place_count;
	struct place places[KNOWN_PLACES];
	char docker[PLACE_PATH_SIZE];	/* its place by its configuration */
};

/* @k is all zero. No file is read, and nothing is remembered before
 * known_start(). */
void known_open(struct known *k, int root);

/* From now on containers are remembered. -errno: they are not. */
int known_start(struct known *k);
void known_close(struct known *k);

/*
 * Remembers what @p's file says of the container @id. 1: that is all that it
 * will say; 0: its first process may be known later; -errno: there is nothing.
 */
int known_learn(struct known *k, const struct place *p, const char *id);

/* The same for all that are in the list of @p, but for those that are known. */
void known_learn_list(struct known *k, const struct place *p);

/* A container as its cgroup's path has it. */
struct known_query {
	const char *runtime;	/* NULL: the path does not tell */
	const char *id;
	const char *pod_uid;	/* empty: it is in no pod */
	int64_t owner;		/* the user whose runtime it is; 0: the host's */
};

/*
 * Puts into @f what is known of a container: first what its file says now,
 * then what was known before, then what the logs of its pod are called.
 * False: nothing. The texts last as long as those of @q, and until
 * known_release(), which has to be called then.
 * Of a user's container it is what the files in that user's home say, alone.
 */
bool known_find(struct known *k, const struct known_query *q, struct facts *f);
void known_release(struct known *k);

#endif

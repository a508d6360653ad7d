/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fills the cache before a kill: with the containers that are there at the
 * start, and with others as they appear. At the kill their files may be gone.
 */
#ifndef IDENTITY_WATCH_H
#define IDENTITY_WATCH_H

#include "identity/lookup.h"

enum {
	WATCH_NAMESPACES = 32,		/* namespaces of containerd's */
	WATCH_PENDING = 256,		/* containers whose metadata are incomplete */
	WATCH_ID_SIZE = 128,		/* longer ids are looked up at the kill only */
};

/* A directory that is watched; watch 0: none. */
struct watch_entry {
	int watch;
	size_t layout;
	char id[WATCH_ID_SIZE];
};

struct watcher {
	struct lookup *lookup;		/* NULL: nothing is watched */
	int notify;			/* -errno: only what is there at the start */
	int layouts[LOOKUP_LAYOUTS];	/* their watches */
	struct watch_entry namespaces[WATCH_NAMESPACES], pending[WATCH_PENDING];
	size_t next_namespace, next_pending;	/* the next to be overwritten */
	uint32_t todo;			/* a bit for each layout to be walked through */
	size_t layout;			/* that is being walked through */
	int outer, inner;		/* its namespaces, their containers; -1 */
	char name[WATCH_ID_SIZE];
};

/*
 * Prepares @w, which is all zero, to load containers into @lookup, which is
 * borrowed. Returns a descriptor that is readable when watch_step() has work,
 * or -errno: only containers that exist at the start are loaded.
 */
int watch_start(struct watcher *w, struct lookup *lookup);
void watch_stop(struct watcher *w);

/* Loads a few containers. True: more are waiting. */
bool watch_step(struct watcher *w);

/* Looks again for directories that did not exist. */
void watch_retry(struct watcher *w);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Containers are learnt before they are killed: those that are there at the
 * start, and others as they appear. Their files may be gone when it matters.
 */
#ifndef IDENTITY_WATCH_H
#define IDENTITY_WATCH_H

#include "identity/lookup.h"

enum {
	WATCH_NAMESPACES = 32,		/* namespaces of containerd's */
	WATCH_PENDING = 256,		/* containers of which not all is known */
	WATCH_ID_SIZE = 128,		/* longer ones are found when they are killed */
};

/* A directory that is watched; watch 0: none. */
struct watch_entry {
	int watch;
	size_t place;
	char id[WATCH_ID_SIZE];
};

struct watcher {
	struct lookup *known;		/* NULL: nothing is learnt */
	int notify;			/* -errno: only what is there at the start */
	int places[LOOKUP_LAYOUTS];	/* their watches */
	struct watch_entry spaces[WATCH_NAMESPACES], young[WATCH_PENDING];
	size_t space, youth;		/* whose turn it is to give way */
	uint32_t todo;			/* a bit for each place to be walked through */
	size_t place;			/* that is being walked through */
	int outer, inner;		/* its namespaces, their containers; -1 */
	char name[WATCH_ID_SIZE];
};

/*
 * @l is all zero: most of it stays so, and takes no memory then.
 * @known, which is borrowed, will be told of containers by watch_more(). A
 * descriptor that has something to read when that has something to do, or
 * -errno: there is none.
 */
int watch_start(struct watcher *l, struct lookup *known);
void watch_stop(struct watcher *l);

/* Learns a few of them. True: there are more, now. */
bool watch_more(struct watcher *l);

/* Looks for places that were not there the last time. */
void watch_again(struct watcher *l);

#endif

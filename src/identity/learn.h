/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Containers are learnt before they are killed: those that are there at the
 * start, and others as they appear. Their files may be gone when it matters.
 */
#ifndef IDENTITY_LEARN_H
#define IDENTITY_LEARN_H

#include "identity/known.h"

enum {
	LEARN_SPACES = 32,		/* namespaces of containerd's */
	LEARN_YOUNG = 256,		/* containers of which not all is known */
	LEARN_ID_SIZE = 128,		/* longer ones are found when they are killed */
};

/* A directory that is watched; watch 0: none. */
struct learn_watch {
	int watch;
	size_t place;
	char id[LEARN_ID_SIZE];
};

struct learner {
	struct known *known;		/* NULL: nothing is learnt */
	int notify;			/* -errno: only what is there at the start */
	int places[KNOWN_PLACES];	/* their watches */
	struct learn_watch spaces[LEARN_SPACES], young[LEARN_YOUNG];
	size_t space, youth;		/* whose turn it is to give way */
	uint32_t todo;			/* a bit for each place to be walked through */
	size_t place;			/* that is being walked through */
	int outer, inner;		/* its namespaces, their containers; -1 */
	char name[LEARN_ID_SIZE];
};

/*
 * @l is all zero: most of it stays so, and takes no memory then.
 * @known, which is borrowed, will be told of containers by learn_more(). A
 * descriptor that has something to read when that has something to do, or
 * -errno: there is none.
 */
int learn_start(struct learner *l, struct known *known);
void learn_stop(struct learner *l);

/* Learns a few of them. True: there are more, now. */
bool learn_more(struct learner *l);

/* Looks for places that were not there the last time. */
void learn_again(struct learner *l);

#endif

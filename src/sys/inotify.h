/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Directories that say when something has changed in them: inotify. */
#ifndef SYS_INOTIFY_H
#define SYS_INOTIFY_H

#include <stdbool.h>

/* What is told of a directory. */
enum inotify_interest {
	INOTIFY_NEW,		/* a new name, whatever it is of */
	INOTIFY_WRITTEN,		/* a file that somebody is done with writing */
};

struct inotify_notice {
	int watch;		/* as inotify_add() called it */
	const char *name;	/* in the directory; empty: of the directory itself */
	bool gone;		/* nothing more will come of this watch */
	bool lost;		/* there was more, of whatever watch, than is kept */
};

/* A descriptor that can be polled, or -errno. */
int inotify_open(void);

/*
 * From now on the directory @dir, which may be closed then, is watched. The
 * number of its watch, 1 or more, or -errno. One directory has one watch.
 */
int inotify_add(int fd, int dir, enum inotify_interest what);
void inotify_remove(int fd, int watch);

/* Calls @each with what has come, but for a few at a time. True: there were some. */
bool inotify_each(int fd, void (*each)(void *ctx, const struct inotify_notice *n), void *ctx);

#endif

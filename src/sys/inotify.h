/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* inotify: notices of changes in directories. */
#ifndef SYS_INOTIFY_H
#define SYS_INOTIFY_H

#include <stdbool.h>

/* Which changes are noticed. */
enum inotify_interest {
	INOTIFY_NEW,		/* a new name of any type */
	INOTIFY_WRITTEN,		/* a file that was written and closed */
};

struct inotify_notice {
	int watch;		/* as inotify_add() called it */
	const char *name;	/* in the directory; empty: of the directory itself */
	bool gone;		/* the watch has ended */
	bool lost;		/* the queue overflowed: notices of any watch are missing */
};

/* A descriptor that can be polled, or -errno. */
int inotify_open(void);

/*
 * Watches the directory @dir, which may be closed afterwards. Returns the number of its
 * watch, 1 or more, or -errno. A directory has one watch.
 */
int inotify_add(int fd, int dir, enum inotify_interest what);
void inotify_remove(int fd, int watch);

/* Calls @each with some of the pending notices. True: there were some. */
bool inotify_each(int fd, void (*each)(void *ctx, const struct inotify_notice *n), void *ctx);

#endif

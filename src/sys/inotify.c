// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/inotify.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

int inotify_open(void)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* There is no call that takes a descriptor. */
int inotify_add(int fd, int dir, enum inotify_interest what)
{
	unsigned int mask = IN_ONLYDIR | IN_MOVED_TO |
			    (what == INOTIFY_NEW ? IN_CREATE : IN_CLOSE_WRITE);
	char path[32];
	int watch;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	watch = inotify_add_watch(fd, path, mask);
	return watch < 0 ? -errno : watch;
}

void inotify_remove(int fd, int watch)
{
	inotify_rm_watch(fd, watch);
}

bool inotify_each(int fd, void (*each)(void *ctx, const struct inotify_notice *n), void *ctx)
{
	/* For three of the longest names, or a dozen of usual ones. */
	_Alignas(struct inotify_event) char events[1024];
	ssize_t size = read(fd, events, sizeof(events));

	for (ssize_t at = 0; at < size;) {
		const struct inotify_event *e = (const void *)(events + at);
		struct inotify_notice n = {
			.watch = e->wd, .name = e->len ? e->name : "",
			.gone = e->mask & IN_IGNORED,
			.lost = e->mask & IN_Q_OVERFLOW,
		};

		each(ctx, &n);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	return size > 0;
}

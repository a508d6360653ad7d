/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A program of the user's, run once for each kill: without a shell, one at a
 * time, with the fields of the kill in its environment, the JSON line on its
 * standard input, and a time limit after which its process group is killed.
 * Its stdout and stderr go to the agent's log.
 */
#ifndef AGENT_HOOK_H
#define AGENT_HOOK_H

#include <poll.h>
#include <sys/types.h>

#include "agent/destination.h"

enum { HOOK_LINE = 256 };

struct hook {
	struct destination *destination;
	const char *path;
	unsigned int limit_s;
	void (*say)(const char *line);
	pid_t pid;			/* 0: none is running */
	struct pollfd process, output, timer;	/* .fd -1: not open */
	bool timed_out;
	char line[HOOK_LINE];		/* of its output, as far as it has come */
	size_t used;
};

/* 0, or -errno and an error: @path must be absolute and executable. */
int hook_open(struct hook *h, struct destination *d, const char *path,
	      unsigned int limit_s, void (*say)(const char *line), struct error *e);

/* To be called when one of the three descriptors is ready. */
void hook_serve(struct hook *h);

/* Kills what runs, and waits for it. */
void hook_close(struct hook *h);

#endif

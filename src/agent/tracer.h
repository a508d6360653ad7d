/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The tracer as a child process: its JSON lines, its words on stderr, its
 * counts, and the moment when it is ready.
 */
#ifndef AGENT_TRACER_H
#define AGENT_TRACER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

enum {
	TRACER_LINE = 65536,		/* the tracer's own limit is half of this */
	TRACER_WORDS = 1024,
	TRACER_ARGUMENTS = 64,
};

/* Lines that come out of a pipe in pieces. */
struct line_reader {
	struct pollfd wait;		/* .fd -1: at its end, or not open */
	char *data;
	size_t size, used;
	bool skipping;			/* the rest of a line that was too long */
};

struct tracer {
	pid_t pid;			/* 0: it has been waited for */
	int status;			/* as waitpid() has it, when pid is 0 */
	bool ready;
	struct pollfd process, announced;
	struct line_reader events, words, counts;
	char event_data[TRACER_LINE], word_data[TRACER_WORDS], count_data[TRACER_WORDS];
};

/*
 * Starts the tracer @path with @arguments, @count of them, behind the agent's
 * own. It ends when the agent does, however that happens. 0, or -errno and an
 * error.
 */
int tracer_start(struct tracer *t, const char *path, char *const *arguments,
		 size_t count, struct error *e);

/*
 * Reads what has come, and calls @line for each whole line, without its newline.
 * The end of the pipe closes it. False: a line was too long and is lost.
 */
bool line_reader_run(struct line_reader *r, void (*line)(void *context, const char *line,
							 size_t length), void *context);

/* Asks it to end. */
void tracer_stop(struct tracer *t);

/* Waits for it, if @wait, or looks whether it has ended. True: it has. */
bool tracer_reap(struct tracer *t, bool wait);

void tracer_close(struct tracer *t);

#endif

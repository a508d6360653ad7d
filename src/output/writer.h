/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Writes lines to a descriptor. It waits for a slow reader; once the program is to end,
 * only while the reader makes progress.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum { WRITER_ENDS = 2 };

struct writer {
	int fd;			/* borrowed */
	bool is_pipe, is_log;
	bool ending;		/* one of @ends has become readable */
	bool stopped;		/* the reader stalled after that, or a write failed */
	int ends[WRITER_ENDS];	/* borrowed; readable: the program is to end; -1: none */
	bool has_ends;		/* @ends is set */
};

/* A writer to @fd that waits for its reader without a limit. */
struct writer writer_on(int fd);

/* Is @fd /dev/kmsg? Each write there is a record of less than 1 KiB, and never blocks;
 * poll() says nothing about writing. */
bool writer_is_kernel_log(int fd);

/*
 * Writes all of @t in one write(2); a line longer than PIPE_BUF takes several if the pipe
 * is not empty. 0; -ECANCELED without an error: the reader stalled, and the line is
 * missing or cut; or -errno and an error. After a failure the writer writes nothing more.
 * If the disk is full, the part of the line at the end of a regular file is removed.
 */
int writer_write(struct writer *s, const struct text *t, struct error *f);

#endif

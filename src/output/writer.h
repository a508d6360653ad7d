/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where lines go. Whoever reads them may be slow, and is waited for, but not
 * when the program is to end: then only as long as something moves.
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
	bool ending;		/* one of @ends was readable when it was looked at */
	bool stopped;		/* the reader stalled then, or a write failed */
	int ends[WRITER_ENDS];	/* borrowed; readable: the end was asked for; -1 */
	bool has_ends;		/* @ends is set */
};

/* Writes to @fd, and waits for ever. */
struct writer writer_on(int fd);

/* Is it /dev/kmsg? Each write is a record there, of less than 1 KiB. It never
 * blocks and has no reader who goes away, whatever poll() says of it. */
bool writer_is_kernel_log(int fd);

/*
 * Writes all of @t, in one write(2) where that cannot block: always but for a
 * long line into a pipe that is not empty. 0; -ECANCELED without an error: it
 * was not, or not as a whole, taken in time; or -errno and an error. From then on
 * nothing is written. The part of a line that a full disk has taken is removed
 * from a regular file whose end it is.
 */
int writer_write(struct writer *s, const struct text *t, struct error *f);

#endif

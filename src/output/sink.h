/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where lines go. Whoever reads them may be slow, and is waited for, but not
 * when the program is to end: then only as long as something moves.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

enum { SINK_ENDS = 2 };

struct sink {
	int fd;			/* borrowed */
	bool is_pipe, is_log;
	bool ending;		/* one of @ends was readable when it was looked at */
	bool stopped;		/* nothing moved then: no more is written */
	int ends[SINK_ENDS];	/* borrowed; readable: the end was asked for; -1 */
};

/* Writes to @fd, and waits for ever. */
struct sink sink_on(int fd);

/* Is it /dev/kmsg? Each write is a record there, of less than 1 KiB. It never
 * blocks and has no reader who goes away, whatever poll() says of it. */
bool sink_is_kernel_log(int fd);

/*
 * Writes all of @t, in one write(2) where that cannot block: always but for a
 * long line into a pipe that is not empty. 0; -ECANCELED without a fault: it
 * was not, or not as a whole, taken in time; or -errno and a fault.
 */
int sink_write(struct sink *s, const struct text *t, struct fault *f);

#endif

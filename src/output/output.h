/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events become lines: one event, one write(2). Nothing is allocated and
 * nothing is held back.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "event/event.h"
#include "output/selection.h"
#include "output/writer.h"

/* In the order of output_mode_names. */
enum output_mode {
	OUTPUT_COLUMNS, OUTPUT_JSON, OUTPUT_JSONPRETTY, OUTPUT_YAML,
	OUTPUT_STORY, OUTPUT_NONE,
};

extern const char *const output_mode_names[];	/* closed by NULL */

/*
 * The longest line. An event whose line would be longer, because names in it
 * are long and full of bytes to escape, has all its strings cut to one lower
 * length, so that every field stays and the line stays whole.
 */
enum { OUTPUT_LINE_SIZE = 32768 };

struct output {
	struct writer sink;
	enum output_mode mode;
	struct selection fields;
	unsigned int width;		/* of the terminal; 0: no terminal */
	bool people;			/* a terminal: short sizes and times */
	bool colour;			/* one that knows colours */
	/* Of the table: */
	uint8_t widths[SELECTION_SIZE];	/* of the columns; 0: left out */
	uint8_t needs[SELECTION_SIZE];	/* of the widest value so far; 0: no value yet */
	size_t left_out;		/* columns for which there is no room */
	bool adapted;			/* the widths follow @needs */
	bool titles_due;		/* before the next row */
	char line[OUTPUT_LINE_SIZE];
};

/*
 * Starts the output of @fields to @fd. @width is the terminal's; with 0 (no terminal)
 * no value is cut to fit. In columns mode it writes the titles. It also reads the time
 * zone, so call it before memory is locked. 0, or -errno and an error.
 */
int output_open(struct output *o, enum output_mode mode,
		const struct selection *fields, int fd, unsigned int width,
		struct error *f);

/* Writes one event, as writer_write() does: 0, -ECANCELED, or -errno (-EPIPE, ..)
 * and an error. */
int output_event(struct output *o, const struct oom_event *e, struct error *f);

/* From now on the terminal has @width columns: after SIGWINCH. A table whose
 * columns change has titles before its next row. */
void output_resize(struct output *o, unsigned int width);

/* The columns of the terminal behind @fd, or of a record if it is the kernel's
 * log; 0: it is neither, or does not say. */
unsigned int output_terminal_width(int fd);

/* Writes the table of fields to @fd: aligned lines, or JSON. As output_event. */
int output_list_fields(enum output_mode mode, int fd, struct error *f);

/* Writes all of @t to @fd, going on after a signal. 0, or -errno and an error. */
int output_write(int fd, const struct text *t, struct error *f);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the tests of the output share: an output, and what it wrote. */
#ifndef TESTS_OUTPUTS_H
#define TESTS_OUTPUTS_H

#include <jansson.h>

#include "output/output.h"
#include "sample.h"

extern struct output out;
extern struct oom_event event;
extern struct selection selected;
extern char got[2 * OUTPUT_LINE_SIZE];

/*
 * Sets selected: @set is one of the sets of columns, which only OUTPUT_COLUMNS
 * needs, or, for all modes, words as of --fields.
 */
void choose(enum output_mode mode, const char *set);

/* What is written to the returned descriptor can be read back. */
int open_scratch(void);

/* All that was written there, in got. */
const char *read_back(int fd);

/* What a reader makes of event in @mode; the text itself is in got. */
json_t *event_as_json(enum output_mode mode);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The ladder of sources: each is tried, the best first, until one opens. What
 * kept the better ones from opening is remembered.
 */
#ifndef SOURCE_LADDER_H
#define SOURCE_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "source/source.h"

enum { LADDER_RUNGS = 4 };

struct ladder {
	const char *name;	/* of the rung that opened; NULL: none did */
	bool without_btf;	/* it does without the kernel's types */
	size_t failures;	/* how many above it were tried */
	struct ladder_failure {
		const char *name;	/* "bpf", "bpf without BTF", "perf", "kmsg" */
		struct fault fault;
	} failed[LADDER_RUNGS];
};

/*
 * Opens the best source that works, or the best of kind @wanted (enum
 * event_source; -1: any). A file that @options names must be good: nothing is
 * tried that would do without it. 0, or -errno and in @f why the best one did
 * not open. Free @l with ladder_clear() either way.
 */
int ladder_open(struct ladder *l, struct source **s, int wanted,
		const struct source_options *options, struct fault *f);

void ladder_clear(struct ladder *l);

#endif

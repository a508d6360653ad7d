/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The ladder of sources: each is tried, the best first, until one opens. What
 * kept the better ones from opening is remembered.
 */
#ifndef SOURCE_FALLBACK_H
#define SOURCE_FALLBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "source/source.h"

enum { FALLBACK_BACKENDS = 4 };

struct fallback {
	const char *name;	/* of the rung that opened; NULL: none did */
	bool without_btf;	/* it does without the kernel's types */
	size_t failures;	/* how many above it were tried */
	struct fallback_failure {
		const char *name;	/* "bpf", "bpf without BTF", "perf", "kmsg" */
		struct error error;
	} failed[FALLBACK_BACKENDS];
};

/*
 * Opens the best source that works, or the best of kind @wanted (enum
 * event_source; -1: any). A file that @options names must be good: nothing is
 * tried that would do without it. 0, or -errno and in @f why the best one did
 * not open. Free @l with fallback_clear() either way.
 */
int fallback_open(struct fallback *l, struct source **s, int wanted,
		const struct source_options *options, struct error *f);

void fallback_clear(struct fallback *l);

#endif

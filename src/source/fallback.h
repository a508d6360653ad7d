/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Tries the backends, the best first, until one opens. */
#ifndef SOURCE_FALLBACK_H
#define SOURCE_FALLBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "source/source.h"

enum { FALLBACK_BACKENDS = 4 };

struct fallback {
	const char *name;	/* of the backend that opened; NULL: none did */
	bool without_btf;	/* it works without the kernel's types */
	size_t failures;	/* better backends that were tried */
	struct fallback_failure {
		const char *name;	/* "bpf", "bpf without BTF", "perf", "kmsg" */
		struct error error;
	} failed[FALLBACK_BACKENDS];
};

/*
 * Opens the best backend that works, or the best of kind @wanted (enum
 * event_source; -1: any). Backends that would ignore a file named in @options are not
 * tried. 0, or -errno with the best backend's error in @f; missing privileges are all
 * named. Free @opened with fallback_clear() either way.
 */
int fallback_open(struct fallback *opened, struct source **s, int wanted,
		  const struct source_options *options, struct error *f);

void fallback_clear(struct fallback *opened);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loads the probe: relocates a BPF object for this kernel, creates its maps and
 * loads its program. Attaching is up to the backend.
 */
#ifndef SOURCE_LOAD_H
#define SOURCE_LOAD_H

#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "event/tracepoint_format.h"
#include "loader/object.h"

enum { LOAD_MAPS = 16 };

struct loaded {
	int program;		/* -1: it is not loaded */
	int maps[LOAD_MAPS];
	uint32_t map_count;
	int rings, failures;	/* among maps, borrowed; -1: it has none */

	/* Only while it is loaded. */
	struct object *object;
	struct span file;	/* of --object, malloc'd */
};

struct load_plan {
	const char *object;	/* a path; NULL: the embedded one */
	const char *btf;	/* a path; NULL: this kernel's own */
	const struct tracepoint_format *format;	/* use its types alone; NULL: see @btf */
	int sysfs;		/* directory descriptor */
	int cpus;		/* possible CPUs */
};

/*
 * Loads the probe as @plan says, with older helpers where the kernel lacks newer
 * ones. 0, or -errno and an error; close @l either way.
 */
int load_probe(struct loaded *l, const struct load_plan *plan, struct error *f);

/* Adds to @f, in which @error of bpf() or of a program's ioctl is set, what would
 * let it succeed. Returns @error. */
int load_explain(struct error *f, int error);

/* A half-loaded one is fine, as is { .program = -1 }. */
void load_close(struct loaded *l);

#endif

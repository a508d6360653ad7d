/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The probe in the kernel: a BPF object fitted to this host, its maps created
 * and its program loaded, but not attached to anything.
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
	const struct tracepoint_format *format;	/* the only types there are; NULL: see @btf */
	int sysfs;		/* directory descriptor */
	int cpus;		/* how many there may be */
};

/*
 * Loads the probe as @plan says. What this kernel's BPF lacks is replaced by
 * what older kernels have. 0, or -errno and an error; close @l either way.
 */
int load_probe(struct loaded *l, const struct load_plan *plan, struct error *f);

/* Says in @f what would have made the kernel accept, after bpf() or an ioctl
 * for a program returned @error. Returns @error. */
int load_explain(struct error *f, int error);

/* A half-loaded one is fine, as is { .program = -1 }. */
void load_close(struct loaded *l);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* --check: what this host offers, and which source would be used. */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "source/capability.h"
#include "options.h"
#include "source/fallback.h"

enum check_item {
	CHECK_KERNEL, CHECK_ARCHITECTURE, CHECK_NAMESPACES, CHECK_BPF, CHECK_JIT,
	CHECK_LOCKDOWN, CHECK_BTF, CHECK_TRACEFS, CHECK_TRACEPOINT, CHECK_PERF,
	CHECK_KMSG, CHECK_PROC, CHECK_CGROUP, CHECK_MEMLOCK, CHECK_EXEMPT,
	CHECK_HARMLESS, CHECK_ITEMS,
};

enum check_state { CHECK_UNKNOWN, CHECK_NO, CHECK_YES };

/* A thing that the host has or lacks. */
struct check_fact {
	enum check_state state;
	char text[192];			/* what there is, or why there is none */
	char hint[192];			/* what would bring it; empty: nothing known */
};

enum { CHECK_CAPABILITIES = 9 };

/* A capability that the tracer makes use of. */
struct check_capability {
	int number;			/* CAPS_* */
	int instead;			/* another that does as well; 0: none */
	const char *name;
	const char *use;
};

extern const struct check_capability check_capabilities[CHECK_CAPABILITIES];

struct check {
	struct check_fact facts[CHECK_ITEMS];
	bool held[CHECK_CAPABILITIES];	/* it, or what does as well */
	/* The sources that were tried, the best first. The last one opened if
	 * @possible. */
	size_t tried;
	struct {
		const char *name;
		struct check_fact fact;
	} sources[FALLBACK_BACKENDS + 1];
	bool possible;
	enum capability_backend backend;	/* the one that opened */
	bool no_proc, no_cgroup;	/* nothing is read there after a kill */
};

/*
 * Looks, by trying: sources are opened as trace_run() would, and closed.
 * Nothing is left behind. 0: kills can be traced; or -errno and the error
 * that trace_run() would end with. @c holds either way.
 */
int check_host(struct check *c, const struct options *o, struct error *f);

/* Is a field that comes from @from known on this host? */
enum check_known { KNOWN_NEVER, KNOWN_IN_TIME, KNOWN_ALWAYS };
enum check_known check_known(const struct check *c, enum capability_from from);

/*
 * Pure: what was found as a screen of 79 columns, or for JSON and YAML as one
 * object (uapi/check.schema.json). CHECK_PAGE bytes hold it.
 */
enum { CHECK_PAGE = 65536 };
void check_render(const struct check *c, enum output_mode mode, struct text *t);

#endif

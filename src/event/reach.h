/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which fields each source can give: what --check promises. */
#ifndef EVENT_REACH_H
#define EVENT_REACH_H

#include <stddef.h>

#include "event/fields.h"

/* The sources as far as they know different things. Wide and narrow are the
 * tracepoint's records with and without the victim's memory. */
enum reach_source {
	REACH_BPF,			/* with the kernel's types */
	REACH_WIDE, REACH_NARROW,	/* bpf without them */
	REACH_PERF_WIDE, REACH_PERF_NARROW,
	REACH_KMSG,
	REACH_SOURCES,
};

enum reach {
	REACH_NO = 'n', REACH_YES = 'y',
	/* If they are still there after the kill, from the files in .. */
	REACH_PROC = 'l',		/* /proc */
	REACH_CGROUP = 'g',		/* the memory cgroups */
	REACH_STATE = 's',		/* the state of container runtimes */
	REACH_REPORT = 'r',		/* from the kernel's log, if it is there in time */
};

/* Fields that are alike. Each field is in one class, a test looks. */
struct reach_class {
	const char *reach;		/* [REACH_SOURCES], enum reach */
	const char *const *names;	/* of fields, or of groups; closed by NULL */
};

/* What is known by the oom_control on the kernel's stack is in the first. */
enum { REACH_CONTROL };

extern const struct reach_class reach_classes[];
extern const size_t reach_count;

/* The class of field @name; NULL: it has none. */
const struct reach_class *reach_find(const char *name);

#endif

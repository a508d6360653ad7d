/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which fields each source can give: what --check promises. */
#ifndef SOURCE_CAPABILITY_H
#define SOURCE_CAPABILITY_H

#include <stddef.h>

#include "event/fields.h"

/* The sources as far as they know different things. Wide and narrow are the
 * tracepoint's records with and without the victim's memory. */
enum capability_source {
	CAPABILITY_BPF,			/* with the kernel's types */
	CAPABILITY_WIDE, CAPABILITY_NARROW,	/* bpf without them */
	CAPABILITY_PERF_WIDE, CAPABILITY_PERF_NARROW,
	CAPABILITY_KMSG,
	CAPABILITY_SOURCES,
};

enum capability {
	CAPABILITY_NO = 'n', CAPABILITY_YES = 'y',
	/* If they are still there after the kill, from the files in .. */
	CAPABILITY_PROC = 'l',		/* /proc */
	CAPABILITY_CGROUP = 'g',		/* the memory cgroups */
	CAPABILITY_STATE = 's',		/* the state of container runtimes */
	CAPABILITY_REPORT = 'r',		/* from the kernel's log, if it is there in time */
};

/* Fields that are alike. Each field is in one class, a test looks. */
struct capability_class {
	const char *reach;		/* [CAPABILITY_SOURCES], enum capability */
	const char *const *names;	/* of fields, or of groups; closed by NULL */
};

/* What is known by the oom_control on the kernel's stack is in the first. */
enum { CAPABILITY_CONTROL };

extern const struct capability_class capability_classes[];
extern const size_t capability_count;

/* The class of field @name; NULL: it has none. */
const struct capability_class *capability_find(const char *name);

#endif

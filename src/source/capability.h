/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Which fields each backend can give, and from where: what --check promises. */
#ifndef SOURCE_CAPABILITY_H
#define SOURCE_CAPABILITY_H

#include <stddef.h>
#include <stdint.h>

/* The backends, by the fields that they know. A wide record of the tracepoint has the
 * victim's memory, a narrow one does not. */
enum capability_backend {
	CAPABILITY_BPF,			/* with the kernel's types */
	CAPABILITY_BPF_NO_STACK,	/* where oom_control is not looked for */
	CAPABILITY_WIDE, CAPABILITY_NARROW,	/* bpf without the kernel's types */
	CAPABILITY_PERF_WIDE, CAPABILITY_PERF_NARROW,
	CAPABILITY_KMSG,
	CAPABILITY_BACKENDS,
};

enum capability_from {
	FROM_NOTHING,			/* it stays unknown */
	FROM_BACKEND,			/* always known */
	/* Known if the tracer reads it before it vanishes: */
	FROM_REPORT,			/* the kernel's report, in its log */
	FROM_PROC,			/* the files of the process in /proc */
	FROM_CGROUP,			/* the files of the memory cgroup */
	FROM_RUNTIME,			/* the state of the container's runtime */
};

struct capability {
	const char *name;		/* of a field, or of a group of them */
	uint8_t from[CAPABILITY_BACKENDS];	/* enum capability_from */
};

/* Each field is in one row, by its own name or by that of its group. */
extern const struct capability capabilities[];
extern const size_t capability_count;

/* Where field @field comes from with @backend. */
enum capability_from capability_find(const char *field, enum capability_backend backend);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One kill as the tracer wrote it: a line of JSON (uapi/event.schema.json),
 * parsed once and shared by all destinations through a reference count.
 */
#ifndef AGENT_OOM_KILL_H
#define AGENT_OOM_KILL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KILL_UNKNOWN INT64_MIN

/* Whose memory ran out, as the label `scope` of the metrics names it. */
enum kill_scope {
	SCOPE_OWN, SCOPE_ANCESTOR, SCOPE_HOST, SCOPE_CPUSET, SCOPE_MEMPOLICY,
	SCOPE_SYSRQ, SCOPE_UNKNOWN, SCOPES,
};

extern const char *const kill_scope_names[SCOPES];

struct oom_kill {
	unsigned int references;
	json_t *json;
	char *line;			/* without its newline, NUL-terminated */
	size_t length;
	enum kill_scope scope;
	int64_t tid;			/* of the victim; KILL_UNKNOWN */
	int64_t time_ns;		/* since 1970; KILL_UNKNOWN */
	int64_t member;			/* of its incident, from 1; KILL_UNKNOWN */
	/* Borrowed from @json. Empty where the tracer wrote null or nothing. */
	const char *sentence, *comm, *namespace, *pod, *container, *unit;
	/* One bit for each destination that has it: in the state file, or @bits. */
	uint32_t *delivered, bits;
};

/*
 * Parses the @length bytes at @line into a new kill with one reference. 0,
 * -EBADMSG: this is no kill that the tracer wrote, or -ENOMEM.
 */
int oom_kill_parse(struct oom_kill **to, const char *line, size_t length);

struct oom_kill *oom_kill_hold(struct oom_kill *k);
void oom_kill_release(struct oom_kill *k);	/* NULL is fine */

/*
 * The value at @path, keys joined by dots ("runtime.containerName"). The
 * string is NULL, the number KILL_UNKNOWN where it is null, absent or of
 * another type. Both are valid for as long as the kill is.
 */
const char *oom_kill_string(const struct oom_kill *k, const char *path);
int64_t oom_kill_number(const struct oom_kill *k, const char *path);
const json_t *oom_kill_value(const struct oom_kill *k, const char *path);

/*
 * What a record of the journal and the environment of a hook say of a kill:
 * OOM_VICTIM_PID, OOM_POD, .. (docs/agent.md lists them). Calls @each with name
 * and value of each that is known; the value is valid during the call. Ends
 * with the first negative result, and returns it.
 */
int oom_kill_each_field(const struct oom_kill *k,
			int (*each)(void *context, const char *name, const char *value),
			void *context);

#endif

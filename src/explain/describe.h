/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Describes parts of an event in words. Names are added unescaped: the output that
 * prints the text escapes them.
 */
#ifndef EXPLAIN_DESCRIBE_H
#define EXPLAIN_DESCRIBE_H

#include "base/text.h"
#include "event/event.h"

/*
 * "512 MiB": the largest unit that leaves two digits or that it is a whole
 * number of; GiB with one decimal. "-" for unknown, "max" for no limit.
 */
void describe_size(struct text *t, int64_t bytes);

/* "31.8M", "512M", "1.5G", "800K", "512": at most five characters below 1 PiB,
 * for a column; @bytes is a size. */
void describe_size_briefly(struct text *t, int64_t bytes);

/* An age: "46 s", "12 min", "3 h", "5 d"; below a second "250 ms". */
void describe_time(struct text *t, int64_t ns);

/* The kind of a level of the victim's cgroup path. */
enum describe_level {
	DESCRIBE_ROOT, DESCRIBE_CONTAINER, DESCRIBE_POD, DESCRIBE_UNIT, DESCRIBE_CGROUP,
};

enum describe_level describe_level(const struct oom_event *e, int64_t level);

/* "pod web/api-7f9 container app", "container db", "nginx.service", "cgroup
 * /a/b": where the victim was; nothing for the root, or unknown. */
void describe_place(struct text *t, const struct oom_event *e);

/* "pod web/api-7f9"; "container app", by its name in the pod, of its runtime, or
 * the first 12 characters of its id. */
void describe_pod(struct text *t, const struct oom_event *e);
void describe_container(struct text *t, const struct oom_event *e);

/* "python3 (pid 4711)", "a process (pid 4711)", "a process". */
void describe_task(struct text *t, const struct event_task *task);

/* "503 MiB: 498 anon, 3 file, 2 shmem"; nothing when it is not known. */
void describe_memory(struct text *t, const struct event_victim *v);

#endif

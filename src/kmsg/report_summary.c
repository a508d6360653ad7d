// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,
 * mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=tail,pid=4711,uid=0
 *
 * Four of these values are strangers' choices and may hold commas and keys:
 * the name of the cpuset, two paths and the comm.
 */
#include "kmsg/report_parse.h"

#include <string.h>

#include "base/scan.h"

static int64_t constraint_of(struct span s)
{
	static const char *const names[] = {
		[CONSTRAINT_NONE] = "CONSTRAINT_NONE",
		[CONSTRAINT_CPUSET] = "CONSTRAINT_CPUSET",
		[CONSTRAINT_MEMORY_POLICY] = "CONSTRAINT_MEMORY_POLICY",
		[CONSTRAINT_MEMCG] = "CONSTRAINT_MEMCG",
	};

	for (int i = CONSTRAINT_NONE; i <= CONSTRAINT_MEMCG; i++)
		if (scan_is(s, names[i]))
			return i;
	return EVENT_UNKNOWN;
}

/* "0-1,4": the first 63 nodes, as an event has them; "(null)": any. */
static int64_t nodemask_of(struct span s)
{
	int64_t first, last, mask = 0;

	do {
		if (!scan_number(&s, &first))
			return EVENT_UNKNOWN;
		last = first;
		if (scan_word(&s, "-") && !scan_number(&s, &last))
			return EVENT_UNKNOWN;
		for (; first <= last && first < 63; first++)
			mask |= INT64_C(1) << first;
	} while (scan_word(&s, ","));
	return s.size ? EVENT_UNKNOWN : mask;
}

/* Takes ",KEY=NUMBER" off the end. */
static bool take_last(struct span *s, const char *key, int64_t *to)
{
	ptrdiff_t at = scan_find_last(*s, key);
	struct span number;

	if (at < 0)
		return false;
	number = scan_behind(*s, (size_t)at + strlen(key));
	if (!scan_number(&number, to) || number.size)
		return false;
	*s = scan_front(*s, (size_t)at);
	return true;
}

/*
 * Takes ",task=COMM" off the end: a comm and a path may hold ",task=" as
 * well, so what is known to be there goes first. *@comm is empty when it
 * could be either of two; then neither it nor the path is known.
 */
static bool take_task(struct span *s, const char *known, struct span *comm)
{
	static const char key[] = ",task=";
	ptrdiff_t at = scan_find_last(*s, key);
	struct span end = *s;

	if (at < 0)
		return false;
	*comm = (struct span){ 0 };
	if (known[0] && scan_ends(*s, known) &&
	    scan_ends(scan_front(*s, s->size - strlen(known)), key))
		at = (ptrdiff_t)(s->size - strlen(known) - strlen(key));
	else if (at != scan_find(*s, key))
		return true;
	*s = scan_front(end, (size_t)at);
	*comm = scan_behind(end, (size_t)at + strlen(key));
	return true;
}

/* Is @path @parent itself, or below it? */
static bool is_within(struct span path, struct span parent)
{
	if (scan_is(parent, "/"))
		return scan_begins(path, "/");
	return path.size >= parent.size &&
		!memcmp(path.data, parent.data, parent.size) &&
		(path.size == parent.size || path.data[parent.size] == '/');
}

/* "Memory cgroup stats for PATH:", all of it kernel but for the path */
static struct span path_of(struct span stats)
{
	if (!scan_word(&stats, "Memory cgroup stats for ") || !stats.size ||
	    stats.data[stats.size - 1] != ':')
		return (struct span){ 0 };
	return scan_front(stats, stats.size - 1);
}

/*
 * "/a,task_memcg=/a/b" is cut where the second path lies within the first,
 * and the first is what @known says unless that is empty. It stays uncut,
 * and both unknown, when there are two such places.
 */
static bool cut_paths(struct span s, struct span known, struct span *memcg,
		      struct span *task)
{
	static const char key[] = ",task_memcg=";
	int places = 0;

	for (size_t at = 0; at + strlen(key) <= s.size; at++) {
		struct span first = scan_front(s, at);
		struct span second = scan_behind(s, at);

		if (!scan_word(&second, key) || !is_within(second, first) ||
		    (known.size && (known.size != first.size ||
				    memcmp(known.data, first.data, first.size))))
			continue;
		*memcg = first;
		*task = second;
		places++;
	}
	return places == 1;
}

/* What is as long as a line can be was cut without a word. */
static void copy_path(char to[REPORT_PATH], struct span path)
{
	if (path.size < REPORT_PATH - 1)
		report_copy(to, REPORT_PATH, path);
}

/*
 * From ",cpuset=" on. The cpuset is a name alone, "/" at most: the first key
 * with a path is never part of it.
 */
static void parse_paths(struct span s, struct span stats, struct report_oom *oom)
{
	static const char global[] = ",global_oom,task_memcg=/";
	static const char memcg[] = ",oom_memcg=/";
	ptrdiff_t at_global = scan_find(s, global), at_memcg = scan_find(s, memcg);
	struct span first = { 0 }, second;

	if (at_memcg >= 0 && (at_global < 0 || at_memcg < at_global)) {
		s = scan_behind(s, (size_t)at_memcg + strlen(memcg) - 1);
		if (!cut_paths(s, path_of(stats), &first, &second))
			return;
		copy_path(oom->memcg, first);
	} else if (at_global >= 0) {
		second = scan_behind(s, (size_t)at_global + strlen(global) - 1);
	} else {
		return;
	}
	copy_path(oom->cgroup, second);
}

bool report_parse_summary(struct span s, struct span stats, const char *comm,
			  struct report_oom *oom, struct report_chosen *chosen)
{
	struct span constraint, nodemask, task;

	if (!scan_word(&s, "oom-kill:constraint=") ||
	    !scan_up_to(&s, ",nodemask=", &constraint) ||
	    !scan_up_to(&s, ",cpuset=", &nodemask))
		return false;
	oom->constraint = constraint_of(constraint);
	oom->nodemask = nodemask_of(nodemask);
	chosen->comm[0] = '\0';
	if (!take_last(&s, ",uid=", &chosen->uid) ||
	    !take_last(&s, ",pid=", &chosen->pid) || !take_task(&s, comm, &task))
		return false;
	if (!task.data)
		return true;
	report_copy(chosen->comm, sizeof(chosen->comm), task);
	parse_paths(s, stats, oom);
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "explain/incident.h"

#include <stdbool.h>
#include <string.h>

#include "base/path.h"

void incident_count(struct incidents *all, struct oom_event *e)
{
	int64_t id = e->oom.incident;
	size_t place = 0;

	if (id == EVENT_UNKNOWN)
		return;
	for (size_t i = 0; i < INCIDENTS; i++) {
		if (all->at[i].last && all->at[i].id == id) {
			place = i;
			break;
		}
		if (all->at[i].last < all->at[place].last)
			place = i;
	}
	if (!all->at[place].last || all->at[place].id != id) {
		all->at[place].id = id;
		all->at[place].members = 0;
	}
	all->at[place].last = ++all->uses;
	e->oom.incident_member = ++all->at[place].members;
}

/* The path of level @level: the victim's without its last @level parts. */
static const char *path_of_level(struct oom_event *e, int64_t level)
{
	const char *path = e->victim.cgroup;
	size_t len;

	if (!path || path_depth(path) < level)
		return NULL;
	for (len = strlen(path); level; level--)
		while (len && path[--len] != '/')
			;
	return len ? event_text(e, path, len) : "/";
}

/* The highest level within the OOM domain. The root is never a group. */
static int64_t highest_level(const struct oom_event *e)
{
	const struct event_oom *o = &e->oom;

	if (o->limiting_level >= 0)
		return event_limit(e) ? o->limiting_level : EVENT_UNKNOWN;
	/* If the limiting level is unknown, or not on the path, the group is unknown. */
	if (o->constraint == EVENT_UNKNOWN || o->constraint == CONSTRAINT_MEMCG)
		return EVENT_UNKNOWN;
	return o->level_count - 1;
}

void incident_group(struct oom_event *e)
{
	struct event_oom *o = &e->oom;
	int64_t highest = highest_level(e), group = -1;

	if (o->group != EVENT_UNKNOWN)
		return;
	if (o->memcg_version == 1 || o->marked_only == 1) {
		o->group = 0;		/* version 1 has no memory.oom.group */
		o->group_memcg = "";
		return;
	}
	if (highest < 0)
		return;
	for (int64_t i = 0; i <= highest; i++) {
		if (o->levels[i].oom_group == EVENT_UNKNOWN)
			return;
		if (o->levels[i].oom_group)
			group = i;
	}
	o->group = group >= 0;
	o->group_memcg = group >= 0 ? path_of_level(e, group) : "";
}

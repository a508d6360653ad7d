// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/users.h"

#include <stdbool.h>

#include "base/text.h"
#include "sys/passwd.h"

enum { WANTED = 2 };

/* The ids to look up, and where to store their names. */
struct wanted {
	struct oom_event *event;
	int64_t id[WANTED];
	const char **name[WANTED];
};

static bool is_done(const struct wanted *w)
{
	for (int i = 0; i < WANTED; i++)
		if (w->id[i] != EVENT_UNKNOWN && !*w->name[i])
			return false;
	return true;
}

static bool take(void *ctx, const struct account *a)
{
	struct wanted *w = ctx;

	for (int i = 0; i < WANTED; i++)
		if (w->id[i] == a->id && !*w->name[i])
			*w->name[i] = event_text(w->event, (const char *)a->name.data,
						 a->name.size);
	return is_done(w);
}

/* "uid:1000" */
static void spell(const struct wanted *w, const char *prefix)
{
	for (int i = 0; i < WANTED; i++) {
		char buffer[32];
		struct text t = text_on(buffer, sizeof(buffer));

		if (w->id[i] == EVENT_UNKNOWN || *w->name[i])
			continue;
		text_string(&t, prefix);
		text_number(&t, w->id[i]);
		*w->name[i] = event_text(w->event, buffer, t.used);
	}
}

static void look_up(int root, const char *path, const char *prefix, struct wanted *w)
{
	if (is_done(w))
		return;
	passwd_each(root, path, take, w);
	spell(w, prefix);
}

void users_complete(int root, struct oom_event *e)
{
	struct wanted users = {
		e, { e->trigger.uid, e->target.uid },
		{ &e->trigger.user, &e->target.user },
	};
	struct wanted groups = {
		e, { e->trigger.gid, e->target.gid },
		{ &e->trigger.group, &e->target.group },
	};

	look_up(root, "/etc/passwd", "uid:", &users);
	look_up(root, "/etc/group", "gid:", &groups);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/users.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/span.h"
#include "base/text.h"
#include "kernel/hostfs.h"

/* A line beyond LINE_MAX is passed over, what is beyond FILE_MAX not read. */
enum { LINE_SIZE = 4096, FILE_MAX = 1 << 20, WANTED = 2 };

/* Ids to look for, and where the event wants their names. */
struct wanted {
	int64_t id[WANTED];
	const char **name[WANTED];
};

/* The part of the line before the next ':', which must be there. */
static bool take_part(const char **line, const char *end, struct span *part)
{
	const char *colon = memchr(*line, ':', (size_t)(end - *line));

	if (!colon)
		return false;
	*part = span_of(*line, (size_t)(colon - *line));
	*line = colon + 1;
	return true;
}

/* An id as these files have it: up to ten digits. -1: it is none. */
static int64_t parse_id(struct span digits)
{
	int64_t id = 0;

	if (digits.size < 1 || digits.size > 10)
		return -1;
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return -1;
		id = id * 10 + (digits.data[i] - '0');
	}
	return id <= UINT32_MAX ? id : -1;
}

/*
 * daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
 * tty:x:5:
 */
static void take_line(struct oom_event *e, const struct wanted *w,
		      const char *line, size_t len)
{
	const char *end = line + len;
	struct span name, password, digits;
	int64_t id;

	if (!take_part(&line, end, &name) || !take_part(&line, end, &password) ||
	    !take_part(&line, end, &digits))
		return;
	id = parse_id(digits);
	if (id < 0 || !name.size || !name.data[0])
		return;
	for (int i = 0; i < WANTED; i++)
		if (w->id[i] == id && !*w->name[i])
			*w->name[i] = event_text(e, (const char *)name.data, name.size);
}

/* Takes the whole lines in @buffer; returns how many bytes they were. */
static size_t take_lines(struct oom_event *e, const struct wanted *w,
			 const char *buffer, size_t used, bool *within)
{
	size_t at = 0;
	const char *end;

	while ((end = memchr(buffer + at, '\n', used - at)) != NULL) {
		size_t len = (size_t)(end - buffer) - at;

		if (!*within)
			take_line(e, w, buffer + at, len);
		*within = false;
		at += len + 1;
	}
	return at;
}

static bool is_done(const struct wanted *w)
{
	for (int i = 0; i < WANTED; i++)
		if (w->id[i] != EVENT_UNKNOWN && !*w->name[i])
			return false;
	return true;
}

static void read_file(struct oom_event *e, const struct wanted *w, int fd)
{
	char buffer[LINE_SIZE];
	size_t used = 0, total = 0;
	bool within = false;	/* the buffer starts within a line too long */
	ssize_t n = 0;

	while (total < FILE_MAX && !is_done(w)) {
		size_t taken;

		n = hostfs_read(fd, buffer + used, sizeof(buffer) - used);
		if (n <= 0)
			break;
		total += (size_t)n;
		used += (size_t)n;
		taken = take_lines(e, w, buffer, used, &within);
		used -= taken;
		memmove(buffer, buffer + taken, used);
		if (used == sizeof(buffer)) {
			within = true;
			used = 0;
		}
	}
	if (n == 0 && used && !within)
		take_line(e, w, buffer, used);	/* the last one has no end */
}

/* "uid:1000" */
static void spell(struct oom_event *e, const struct wanted *w, const char *prefix)
{
	for (int i = 0; i < WANTED; i++) {
		char buffer[32];
		struct text t = text_on(buffer, sizeof(buffer));

		if (w->id[i] == EVENT_UNKNOWN || *w->name[i])
			continue;
		text_string(&t, prefix);
		text_number(&t, w->id[i]);
		*w->name[i] = event_text(e, buffer, t.used);
	}
}

static void look_up(int root, const char *path, const char *prefix,
		    struct oom_event *e, const struct wanted *w)
{
	int fd;

	if (is_done(w))
		return;
	fd = root < 0 ? -1 : hostfs_open(root, path, 0);
	if (fd >= 0) {
		read_file(e, w, fd);
		close(fd);
	}
	spell(e, w, prefix);
}

void users_complete(int root, struct oom_event *e)
{
	struct wanted users = {
		{ e->trigger.uid, e->target.uid },
		{ &e->trigger.user, &e->target.user },
	};
	struct wanted groups = {
		{ e->trigger.gid, e->target.gid },
		{ &e->trigger.group, &e->target.group },
	};

	look_up(root, "/etc/passwd", "uid:", e, &users);
	look_up(root, "/etc/group", "gid:", e, &groups);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/passwd.h"

#include <string.h>
#include <unistd.h>

#include "base/scan.h"
#include "sys/hostfs.h"

enum { LINE_SIZE = 4096, FILE_MAX = 1 << 20 };

/* A file as it comes. */
struct reader {
	bool (*take)(void *ctx, const struct account *a);
	void *ctx;
	bool enough;
	bool within;		/* a line too long: the buffer starts within it */
	size_t used;
	char buffer[LINE_SIZE];
};

/* ---- lines ---- */

struct span account_part(struct span *rest)
{
	struct span part;

	if (!scan_up_to(rest, ":", &part)) {
		part = *rest;
		*rest = scan_behind(part, part.size);
	}
	return part;
}

/*
 * daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
 * tty:x:5:
 */
static void take_line(struct reader *r, struct span line)
{
	struct account a;
	struct span password, digits;

	if (r->enough || !scan_up_to(&line, ":", &a.name) ||
	    !scan_up_to(&line, ":", &password) || !scan_up_to(&line, ":", &digits) ||
	    !scan_is_id(digits, &a.id) || !a.name.size || !a.name.data[0])
		return;
	a.rest = line;
	r->enough = r->take(r->ctx, &a);
}

/* ---- files ---- */

/* Takes the whole lines in the buffer, and makes room for more. */
static void take_lines(struct reader *r)
{
	size_t at = 0;
	const char *end;

	while ((end = memchr(r->buffer + at, '\n', r->used - at)) != NULL) {
		size_t len = (size_t)(end - r->buffer) - at;

		if (!r->within)
			take_line(r, span_of(r->buffer + at, len));
		r->within = false;
		at += len + 1;
	}
	r->used -= at;
	memmove(r->buffer, r->buffer + at, r->used);
	if (r->used == sizeof(r->buffer)) {
		r->within = true;
		r->used = 0;
	}
}

static void read_entries(struct reader *r, int fd)
{
	ssize_t n = 0;

	for (size_t total = 0; total < FILE_MAX && !r->enough; total += (size_t)n) {
		n = hostfs_read(fd, r->buffer + r->used, sizeof(r->buffer) - r->used);
		if (n <= 0)
			break;
		r->used += (size_t)n;
		take_lines(r);
	}
	if (n == 0 && r->used && !r->within)
		take_line(r, span_of(r->buffer, r->used));	/* the last has no end */
}

void passwd_each(int root, const char *path,
		   bool (*take)(void *ctx, const struct account *a), void *ctx)
{
	struct reader r;
	int fd = root < 0 ? -1 : hostfs_open(root, path, 0);

	if (fd < 0)
		return;
	r.take = take;
	r.ctx = ctx;
	r.enough = r.within = false;
	r.used = 0;
	read_entries(&r, fd);
	close(fd);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The kernel's log as somebody has saved it, read from a file or a pipe. */
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsg/log_saved.h"
#include "kmsg/report.h"
#include "sys/clock.h"

/* Twice a record: a line is no longer, but for one that is no line of a log. */
enum { SAVED_BUFFER = 16384 };

struct saved_source {
	struct source source;
	bool end;			/* nothing more can be read */
	bool cut;			/* the line before did not end: this is its rest */
	struct report report;
	struct log_saved saved;
	size_t from, used;		/* what is not taken yet */
	char bytes[SAVED_BUFFER];
};

/* More bytes behind what is there. 0, also at the end; or -errno. */
static int fill(struct saved_source *s)
{
	ssize_t n;

	memmove(s->bytes, s->bytes + s->from, s->used - s->from);
	s->used -= s->from;
	s->from = 0;
	do
		n = read(s->source.fd, s->bytes + s->used, sizeof(s->bytes) - s->used);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	s->end = !n;
	s->used += (size_t)n;
	return 0;
}

/* Takes up to the next newline, the end, or a full buffer. 1; 0: the end. */
static int take_line(struct saved_source *s, char **line, size_t *size)
{
	char *start, *newline;
	size_t left;
	int result;

	for (;;) {
		start = s->bytes + s->from;
		left = s->used - s->from;
		newline = memchr(start, '\n', left);
		if (newline || left == sizeof(s->bytes) || s->end)
			break;
		if ((result = fill(s)) < 0)
			return result;
	}
	*line = start;
	*size = newline ? (size_t)(newline - start) : left;
	s->from += *size + (newline != NULL);
	return newline || left;
}

static int saved_source_next(struct source *source, struct raw_event *raw, struct error *f)
{
	struct saved_source *s = (struct saved_source *)source;
	struct log_line line;
	bool rest;
	char *text = NULL;
	size_t size = 0;
	int result;

	while ((result = take_line(s, &text, &size)) > 0) {
		rest = s->cut;
		s->cut = size == sizeof(s->bytes);
		if (rest || log_saved_line(&line, &s->saved, text, size) < 0 ||
		    !report_line(&s->report, &line))
			continue;
		s->report.kill.past = true;
		raw->source = SOURCE_KMSG;
		raw->kill = &s->report.kill;
		return 1;
	}
	return result < 0 ? error_set(f, result, "read the saved log") : 0;
}

static uint64_t saved_source_lost(struct source *source)
{
	(void)source;
	return 0;
}

static void saved_source_close(struct source *source)
{
	free(source);
}

static const struct source_ops saved_source_ops = {
	.name = "log",
	.next = saved_source_next,
	.lost = saved_source_lost,
	.close = saved_source_close,
};

int saved_source_fits(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return 0;
	return S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

static int set_up(struct saved_source *s, struct error *f)
{
	struct stat st;
	int result = fill(s);

	if (result < 0)
		return error_set(f, result, "read the saved log");
	/* A file may be empty; a pipe that is was nobody's wish. */
	if (s->end && (fstat(s->source.fd, &st) < 0 || !S_ISREG(st.st_mode)))
		return -ENODATA;
	return 0;
}

int saved_source_open(struct source **source, int fd, struct error *f)
{
	struct saved_source *s = calloc(1, sizeof(*s));
	int result;

	*source = NULL;
	if (!s)
		return error_set(f, ENOMEM, "open the saved log");
	s->source.ops = &saved_source_ops;
	s->source.fd = fd;
	s->saved.now_unix_ns = clock_now_ns(CLOCK_REALTIME);
	report_init(&s->report);
	result = set_up(s, f);
	if (result < 0) {
		free(s);
		return result;
	}
	*source = &s->source;
	return 0;
}

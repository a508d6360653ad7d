// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The backend for a saved log of the kernel, read from a file or a pipe. */
#include "source/source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsg/report.h"
#include "sys/clock.h"

struct saved_source {
	struct source source;
	struct transport *transport;
	struct report report;
	int end;		/* borrowed; readable: reading is to stop */
	bool is_finished;	/* reads wait no longer */
	bool is_cut;		/* reading has stopped before the log's end */
};

/* 1: bytes can be read, or the log's end; 0: reading is to stop; or -errno. */
static int wait_for_bytes(struct saved_source *s)
{
	struct pollfd wait[] = {
		{ .fd = s->end, .events = POLLIN }, { .fd = s->source.fd, .events = POLLIN },
	};
	int n;

	do
		n = poll(wait, 2, s->is_finished ? 0 : -1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	s->is_cut = s->is_cut || wait[0].revents || !wait[1].revents;
	return !s->is_cut;
}

/* Reads more bytes. How many; 0: the log has ended, or is cut; or -errno. */
static ssize_t fill(struct saved_source *s)
{
	size_t size;
	uint8_t *room = transport_room(s->transport, &size);
	ssize_t n = wait_for_bytes(s);

	if (n > 0) {
		do
			n = read(s->source.fd, room, size);
		while (n < 0 && errno == EINTR);
		n = n < 0 ? -errno : n;
	}
	if (n < 0)
		return n;
	transport_add(s->transport, (size_t)n);
	return n;
}

/* 1: @l is the next line; 0: the log has ended; or -errno and an error. */
static int next_line(struct saved_source *s, struct log_line *l, struct error *f)
{
	int result = transport_next(s->transport, l);

	while (result == -EAGAIN) {
		ssize_t n = fill(s);

		if (n < 0)
			return error_set(f, (int)n, "read the saved log");
		result = transport_next(s->transport, l);
	}
	/* The rest of a log that is cut may have had the kernel's lines. */
	if (result < 0 || (!result && !s->is_cut && transport_foreign(s->transport))) {
		error_set(f, ENOTSUP, "read the saved log");
		return error_why(f, "%s", transport_foreign(s->transport));
	}
	return result;
}

/* Has a line been given up since there were @before? It may be one before the last. */
static void count_unreadable(struct saved_source *s, int64_t before)
{
	struct log_line line;

	if (s->report.unreadable == before)
		return;
	log_line_init(&line);
	line.text = span_of(s->report.first_unreadable, strlen(s->report.first_unreadable));
	transport_reject(s->transport, &line);
}

/* 1: a kill is complete; 0: the log has ended; or -errno and an error. */
static int read_kill(struct saved_source *s, struct error *f)
{
	struct log_line line;
	int64_t unreadable;
	int result;

	while ((result = next_line(s, &line, f)) > 0) {
		int complete;

		unreadable = s->report.unreadable;
		complete = report_line(&s->report, &line);
		count_unreadable(s, unreadable);
		if (complete)
			return 1;
	}
	if (!result && report_flush(&s->report))
		return 1;
	/* The rest of a report may be behind the cut. */
	if (s->is_cut)
		return result;
	unreadable = s->report.unreadable;
	report_end(&s->report);
	count_unreadable(s, unreadable);
	return result;
}

static int saved_source_next(struct source *source, struct raw_event *raw, struct error *f)
{
	struct saved_source *s = (struct saved_source *)source;
	int result = read_kill(s, f);

	if (result <= 0)
		return result;
	s->report.kill.past = true;
	raw->source = SOURCE_KMSG;
	raw->kill = &s->report.kill;
	return 1;
}

static void saved_source_finish(struct source *source)
{
	((struct saved_source *)source)->is_finished = true;
}

static const struct report *saved_source_report(struct source *source)
{
	return &((struct saved_source *)source)->report;
}

static uint64_t saved_source_lost(struct source *source)
{
	(void)source;
	return 0;
}

static void saved_source_close(struct source *source)
{
	struct saved_source *s = (struct saved_source *)source;

	transport_close(s->transport);
	free(s);
}

static const struct source_ops saved_source_ops = {
	.name = "log",
	.next = saved_source_next,
	.finish = saved_source_finish,
	.lost = saved_source_lost,
	.report = saved_source_report,
	.close = saved_source_close,
};

const struct transport_counts *saved_source_counts(const struct source *source)
{
	return transport_counts(((const struct saved_source *)source)->transport);
}

bool saved_source_is_cut(const struct source *source)
{
	return ((const struct saved_source *)source)->is_cut;
}

int saved_source_fits(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return 0;
	return S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

/* No line of a file is later than the file's last change. */
static int64_t end_of(const struct stat *st)
{
	int64_t now = clock_now_ns(CLOCK_REALTIME);
	int64_t written = st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;

	return S_ISREG(st->st_mode) && written < now ? written : now;
}

static int set_up(struct saved_source *s, struct error *f)
{
	struct stat st;
	ssize_t n;

	if (fstat(s->source.fd, &st) < 0)
		return error_set(f, errno, "read the saved log");
	transport_set_end(s->transport, end_of(&st));
	n = fill(s);
	if (n < 0)
		return error_set(f, (int)n, "read the saved log");
	/* An empty file is an empty log; an empty pipe was not meant as one. */
	return !n && !s->is_cut && !S_ISREG(st.st_mode) ? -ENODATA : 0;
}

int saved_source_open(struct source **source, int fd, int end, struct error *f)
{
	struct saved_source *s = calloc(1, sizeof(*s));
	int result;

	*source = NULL;
	if (!s)
		return error_set(f, ENOMEM, "open the saved log");
	s->source.ops = &saved_source_ops;
	s->source.fd = fd;
	s->end = end;
	s->transport = transport_open();
	report_init(&s->report);
	result = s->transport ? set_up(s, f) : error_set(f, ENOMEM, "open the saved log");
	if (result < 0) {
		saved_source_close(&s->source);
		return result;
	}
	*source = &s->source;
	return 0;
}

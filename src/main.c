// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "options.h"
#include "trace.h"

/* All of the program's own memory. The kernel allocates a page at its first use. */
struct program {
	struct options options;
	struct trace trace;
	struct check check;
	char page[CHECK_PAGE];
};

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_DIFFERS = 3 };

/*
 * One message, one write: messages of several writers are not mixed. Gives up
 * on a reader that has been stalled for 500 ms.
 */
static void say(const char *line)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	char message[1024];
	int len = snprintf(message, sizeof(message), "trace_oomkill: %s\n", line);

	if (len >= (int)sizeof(message))
		len = sizeof(message) - 1;
	if (len > 0 && poll(&ready, 1, 500) != 0 && write(STDERR_FILENO, message, (size_t)len) < 0)
		return;		/* there is no other place for messages */
}

static void say_error(struct error *f, bool verbose)
{
	char line[800];

	if (verbose && f->log && write(STDERR_FILENO, f->log, strlen(f->log)) < 0)
		return;
	error_format(f, line, sizeof(line));
	say(line);
	error_clear(f);
}

static int print(void (*make)(struct text *t), struct error *f)
{
	char page[4096];
	struct text t = text_on(page, sizeof(page));

	make(&t);
	return output_write(STDOUT_FILENO, &t, f);
}

/* A status, or negative and an error. */
static int trace(struct program *p, struct error *f)
{
	const struct accounting *a = &p->trace.pipeline.accounting;
	int result = trace_run(&p->trace, &p->options, say, f);

	if (result < 0)
		return result;
	return p->options.strict && (a->lost || a->unwritten || accounting_difference(a)) ?
		STATUS_DIFFERS : STATUS_DONE;
}

/* Says how many kills the log holds. Lines that were not read may hold more. */
static void say_past(const struct accounting *a, bool cut)
{
	char unwritten[40] = "", line[240];

	if (a->unwritten)
		snprintf(unwritten, sizeof(unwritten), ", %llu not written",
			 (unsigned long long)a->unwritten);
	snprintf(line, sizeof(line), "%llu kill%s in %s%s%s%s", (unsigned long long)a->past,
		 a->past == 1 ? "" : "s",
		 a->unread ? "what could be read of the log" :
		 cut ? "what was read of the log" : "the log",
		 a->lost ? ", which no longer reaches back to the boot" : "", unwritten,
		 cut ? "; reading ended before the end of the log" : "");
	say(line);
}

static int history(struct program *p, struct error *f)
{
	const struct accounting *a = &p->trace.pipeline.accounting;
	int result = trace_history(&p->trace, &p->options, say, f);
	bool cut = p->trace.cut;

	if (!result || a->unwritten)
		say_past(a, cut);
	if (result)
		return result;
	return p->options.strict && (a->unread || a->unwritten || cut) ?
		STATUS_DIFFERS : STATUS_DONE;
}

static int check(struct program *p, struct error *f)
{
	struct text t = text_on(p->page, sizeof(p->page));
	int result = check_host(&p->check, &p->options, f);

	check_render(&p->check, p->options.output, &t);
	if (output_write(STDOUT_FILENO, &t, f) < 0)
		return -EIO;
	return result;
}

/* A status, or negative and an error. */
static int act(struct program *p, struct error *f)
{
	const struct options *o = &p->options;

	switch (o->action) {
	case ACTION_HELP:
		return print(options_help, f);
	case ACTION_VERSION:
		return print(options_version, f);
	case ACTION_LIST_FIELDS:
		return output_list_fields(o->output, STDOUT_FILENO, f);
	case ACTION_CHECK:
		return check(p, f);
	case ACTION_TRACE:
		break;
	}
	return o->history == HISTORY_ONLY ? history(p, f) : trace(p, f);
}

/*
 * Opens /dev/null for each standard descriptor that is closed at the start: otherwise the
 * next file to be opened would become standard output. Without that device a write fails.
 */
static void open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			open("/", O_PATH);
}

int main(int argc, char *argv[])
{
	static struct program program;
	struct error error = { 0 };
	int status;

	open_standard();
	if (options_parse(&program.options, argc, argv, &error) < 0) {
		say_error(&error, false);
		return STATUS_USAGE;
	}
	status = act(&program, &error);
	if (status < 0) {
		/* The failed function has set an error; this text shows only if it has not: a bug. */
		error_set(&error, status, "trace OOM kills");
		say_error(&error, program.options.verbose);
		return STATUS_FAILED;
	}
	return status;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "options.h"
#include "trace.h"

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_DIFFERS = 3 };

/*
 * One message, one write: nothing of it is torn when several write there. Who
 * does not read it for so long is not going to.
 */
static void say(const char *line)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	char message[1024];
	int len = snprintf(message, sizeof(message), "trace_oomkill: %s\n", line);

	if (len >= (int)sizeof(message))
		len = sizeof(message) - 1;
	if (len > 0 && poll(&ready, 1, 500) != 0 && write(STDERR_FILENO, message, (size_t)len) < 0)
		return;		/* there is nobody left to tell */
}

static void say_fault(struct error *f, bool verbose)
{
	char line[800];

	if (verbose && f->log)
		fputs(f->log, stderr);
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
static int trace(const struct options *o, struct error *f)
{
	struct accounting counts;
	int result = trace_run(o, say, &counts, f);

	if (result < 0)
		return result;
	return o->strict && (counts.lost || counts.unwritten || accounting_difference(&counts)) ?
		STATUS_DIFFERS : STATUS_DONE;
}

static int tell_past(const struct options *o, struct error *f)
{
	struct accounting counts;
	int result = trace_history(o, say, &counts, f);
	char line[80];

	snprintf(line, sizeof(line), "%llu kills in the log, %llu records of it lost",
		 (unsigned long long)counts.past, (unsigned long long)counts.lost);
	if (!result)
		say(line);
	return result;
}

static int check(const struct options *o, struct error *f)
{
	static struct check found;
	static char page[CHECK_PAGE];
	struct text t = text_on(page, sizeof(page));
	int result = check_host(&found, o, f);

	check_render(&found, o->output, &t);
	if (output_write(STDOUT_FILENO, &t, f) < 0)
		return -EIO;
	return result;
}

/* A status, or negative and an error. */
static int act(const struct options *o, struct error *f)
{
	switch (o->action) {
	case ACTION_HELP:
		return print(options_help, f);
	case ACTION_VERSION:
		return print(options_version, f);
	case ACTION_LIST_FIELDS:
		return output_list_fields(o->output, STDOUT_FILENO, f);
	case ACTION_CHECK:
		return check(o, f);
	case ACTION_TRACE:
		break;
	}
	return o->history == HISTORY_ONLY ? tell_past(o, f) : trace(o, f);
}

int main(int argc, char *argv[])
{
	static struct options options;
	struct error error = { 0 };
	int status;

	if (options_parse(&options, argc, argv, &error) < 0) {
		say_fault(&error, false);
		return STATUS_USAGE;
	}
	status = act(&options, &error);
	if (status < 0) {
		say_fault(&error, options.verbose);
		return STATUS_FAILED;
	}
	return status;
}

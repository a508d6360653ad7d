// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/options.h"

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

/* One message, one write(2). The tracer's words have its name in front already. */
static void say(const char *line)
{
	char message[1200];
	int length = snprintf(message, sizeof(message), "oomkill_agent: %s\n", line);

	if (length >= (int)sizeof(message)) {
		length = sizeof(message) - 1;
		message[length - 1] = '\n';
	}
	if (write(STDERR_FILENO, message, (size_t)length) < 0)
		return;			/* the log's reader is gone */
}

static void say_error(struct error *e)
{
	char line[800];

	error_format(e, line, sizeof(line));
	say(line);
	error_clear(e);
}

int main(int argc, char *argv[])
{
	struct agent_options options;
	struct error e = { 0 };

	if (agent_options_parse(&options, argc, argv, &e) < 0) {
		say_error(&e);
		return STATUS_USAGE;
	}
	if (options.help || options.version) {
		if (options.help)
			agent_options_help(stdout);
		else
			puts("oomkill_agent " VERSION);
		if (fflush(stdout) == 0)
			return STATUS_DONE;
		error_set(&e, errno, "write standard output");
		say_error(&e);
		return STATUS_FAILED;
	}
	if (agent_run(&options, say, &e) < 0) {
		say_error(&e);
		return STATUS_FAILED;
	}
	return STATUS_DONE;
}

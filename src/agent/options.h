/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The agent's command line as a struct, or what is wrong with it. */
#ifndef AGENT_OPTIONS_H
#define AGENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

struct agent_options {
	bool help, version;
	const char *tracer;		/* a path; NULL: beside the agent, or in PATH */
	const char *state;		/* a path; NULL: the default */
	const char *user;		/* NULL: stay who we are */
	const char *journal;		/* a socket's path; NULL: none */
	bool journal_if_there;		/* not asked for, but used where it is */
	const char *syslog;		/* a socket's path; NULL: none */
	bool syslog_json;
	const char *metrics;		/* an address; NULL: none */
	bool metrics_passed;		/* on the socket of the service manager */
	const char *metrics_file;
	bool metrics_cadvisor;
	const char *exec;
	unsigned int exec_limit_s;
	char **tracer_options;		/* behind "--", borrowed from argv */
	size_t tracer_option_count;
};

/* 0, or -EINVAL and an error that names the offending word. */
int agent_options_parse(struct agent_options *o, int argc, char *argv[], struct error *e);

void agent_options_help(FILE *to);

#endif

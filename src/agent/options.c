// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/syslog.h"
#include "base/suggest.h"

enum kind { FLAG, STRING, OPTIONAL_STRING, SECONDS };

/* One option: parsed by its kind into the member at @offset, shown by --help. */
static const struct row {
	const char *name, *argument, *help;
	enum kind kind;
	size_t offset;
	const char *otherwise;		/* what an OPTIONAL_STRING without one is */
} rows[] = {
#define AT(member) offsetof(struct agent_options, member)
	{ "journal", "[=SOCKET]", "write to the systemd journal (on by itself below systemd)",
	  OPTIONAL_STRING, AT(journal), JOURNAL_SOCKET },
	{ "syslog", "[=SOCKET]", "write a line to syslog, default " SYSLOG_SOCKET,
	  OPTIONAL_STRING, AT(syslog), SYSLOG_SOCKET },
	{ "syslog-json", NULL, "the whole record in that line, as @cee: {..}",
	  FLAG, AT(syslog_json), NULL },
	{ "metrics", "ADDR:PORT", "serve /metrics, /healthz and the page /; or unix:PATH",
	  STRING, AT(metrics), NULL },
	{ "metrics-file", "X.prom", "write metrics for node_exporter's textfile collector",
	  STRING, AT(metrics_file), NULL },
	{ "metrics-compat-cadvisor", NULL, "container_oom_events_total as well",
	  FLAG, AT(metrics_cadvisor), NULL },
	{ "exec", "PATH", "run a program for each kill: OOM_* in its environment, JSON on stdin",
	  STRING, AT(exec), NULL },
	{ "exec-limit", "SECONDS", "kill that program's process group after so long (60)",
	  SECONDS, AT(exec_limit_s), NULL },
	{ "state", "FILE", "remember what was delivered, so that a restart repeats nothing",
	  STRING, AT(state), NULL },
	{ "tracer", "PATH", "the tracer (beside this program, or in PATH)",
	  STRING, AT(tracer), NULL },
	{ "user", "NAME", "become this user once the tracer runs",
	  STRING, AT(user), NULL },
	{ "help", NULL, "print this help", FLAG, AT(help), NULL },
	{ "version", NULL, "print the version", FLAG, AT(version), NULL },
#undef AT
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

void agent_options_help(FILE *to)
{
	fputs("usage: oomkill_agent [OPTION].. [-- TRACER-OPTION..]\n\n"
	      "Runs trace_oomkill and passes each OOM kill on.\n\n", to);
	for (size_t i = 0; i < ROWS; i++) {
		const char *argument = rows[i].argument ? rows[i].argument : "";
		const char *blank = *argument && *argument != '[' ? " " : "";
		char option[40];

		snprintf(option, sizeof(option), "--%s%s%s", rows[i].name, blank, argument);
		fprintf(to, "  %-26s %s\n", option, rows[i].help);
	}
	fputs("\nExit status: 0 ended by SIGTERM or SIGINT, 1 the tracer or the agent failed, 2 usage.\n",
	      to);
}

static int refuse(struct error *e, const char *word, const char *why)
{
	error_set(e, EINVAL, "option %s", word);
	return error_why(e, "%s", why);
}

static int refuse_unknown(struct error *e, const char *word, const char *name)
{
	struct suggestion nearest = { .word = name };

	refuse(e, word, "there is no such option");
	for (size_t i = 0; i < ROWS; i++)
		suggestion_try(&nearest, rows[i].name);
	if (nearest.name)
		return error_hint(e, "did you mean --%s? --help lists them all", nearest.name);
	return error_hint(e, "--help lists them all");
}

static int set_seconds(unsigned int *to, const char *value, const char *word, struct error *e)
{
	char *end;
	unsigned long seconds = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || !seconds || seconds > 86400)
		return refuse(e, word, "not a number of seconds from 1 to 86400");
	*to = (unsigned int)seconds;
	return 0;
}

/* Takes --name, --name=value or --name value; @next: the word behind it, or NULL.
 * 1: that word was taken, too. */
static int take_option(struct agent_options *o, const char *word, const char *next,
		       struct error *e)
{
	const char *name = word + 2, *value = strchr(name, '=');
	size_t length = value ? (size_t)(value++ - name) : strlen(name);
	const struct row *row = NULL;
	bool taken = false;
	void *to;

	for (size_t i = 0; i < ROWS && !row; i++)
		if (strlen(rows[i].name) == length && !memcmp(rows[i].name, name, length))
			row = &rows[i];
	if (!row)
		return refuse_unknown(e, word, name);
	to = (char *)o + row->offset;
	if (row->kind == FLAG) {
		if (value)
			return refuse(e, word, "it takes no value");
		*(bool *)to = true;
		return 0;
	}
	if (!value && row->kind == OPTIONAL_STRING) {
		value = row->otherwise;
	} else if (!value) {
		value = next;
		taken = true;
	}
	if (!value || !*value)
		return refuse(e, word, "its value is missing");
	if (row->kind == SECONDS) {
		int result = set_seconds(to, value, word, e);

		return result < 0 ? result : taken;
	}
	*(const char **)to = value;
	return taken;
}

int agent_options_parse(struct agent_options *o, int argc, char *argv[], struct error *e)
{
	const char *passed = getenv("LISTEN_FDS");

	*o = (struct agent_options){ .exec_limit_s = 60 };
	for (int i = 1; i < argc; i++) {
		int result;

		if (!strcmp(argv[i], "--")) {
			o->tracer_options = argv + i + 1;
			o->tracer_option_count = (size_t)(argc - i - 1);
			break;
		}
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "-V")) {
			o->help = argv[i][1] == 'h';
			o->version = argv[i][1] == 'V';
			continue;
		}
		if (strncmp(argv[i], "--", 2)) {
			refuse(e, argv[i], "not an option of the agent");
			return error_hint(e, "options of the tracer stand behind --");
		}
		result = take_option(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL, e);
		if (result < 0)
			return result;
		i += result;
	}
	o->metrics_passed = !o->metrics && passed;
	o->journal_if_there = !o->journal && getenv("INVOCATION_ID");
	if (o->syslog_json && !o->syslog)
		o->syslog = SYSLOG_SOCKET;
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "history.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

/* Writes what @log tells up to its end, for now. */
static int tell(struct pipeline *t, struct source *log, enum pipeline_age age,
		bool again, struct error *f)
{
	struct raw_event raw;
	int result;

	pipeline_read_host(t);
	t->age = age;
	while ((result = source_next(log, &raw)) > 0) {
		result = pipeline_tell(t, log, &raw, f);
		if (result < 0)
			break;
		if (again)
			pipeline_remember(t);
	}
	t->age = PIPELINE_LIVE;
	return result;
}

static int open_log(struct source **log, struct error *f)
{
	struct source_options options = { .past = true, .root = -1 };

	return kmsg_source_open(log, &options, f);
}

int history_begin(struct pipeline *t, struct source **log, struct error *f)
{
	int result = open_log(log, f);

	return result < 0 ? result : tell(t, *log, PIPELINE_PAST, false, f);
}

int history_end(struct pipeline *t, struct source *log, struct source *s,
	     struct error *f)
{
	int result = tell(t, log, PIPELINE_PAST, true, f);

	if (!result)
		result = pipeline_drain(t, s, f);
	t->told_count = 0;
	if (!result && source_lost(log) && t->options->verbose)
		pipeline_note(t, "%llu records of the log were overwritten before they were read",
			    (unsigned long long)source_lost(log));
	return result;
}

/* -ENODATA without an error: there is none. */
static int open_saved(struct pipeline *t, struct source **log, struct error *f)
{
	if (!saved_source_fits(STDIN_FILENO))
		return -ENODATA;
	if (t->options->verbose)
		pipeline_note(t, "reads a saved log from standard input");
	return saved_source_open(log, STDIN_FILENO, f);
}

int history_only(struct pipeline *t, struct error *f)
{
	enum pipeline_age age = PIPELINE_SAVED;
	struct source *log = NULL;
	int result = open_saved(t, &log, f);

	if (result == -ENODATA) {
		age = PIPELINE_PAST;
		result = open_log(&log, f);
	}
	if (!result)
		result = tell(t, log, age, false, f);
	if (log)
		t->counts->lost = source_lost(log);
	source_close(log);
	return result;
}

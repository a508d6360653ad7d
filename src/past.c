// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "past.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

/* Writes what @log tells up to its end, for now. */
static int tell(struct teller *t, struct source *log, enum teller_age age,
		bool again, struct fault *f)
{
	struct raw_event raw;
	int result;

	teller_read_host(t);
	t->age = age;
	while ((result = source_next(log, &raw)) > 0) {
		result = teller_tell(t, log, &raw, f);
		if (result < 0)
			break;
		if (again)
			teller_remember(t);
	}
	t->age = TELLER_LIVE;
	return result;
}

static int open_log(struct source **log, struct fault *f)
{
	struct source_options options = { .past = true, .root = -1 };

	return kmsg_source_open(log, &options, f);
}

int past_begin(struct teller *t, struct source **log, struct fault *f)
{
	int result = open_log(log, f);

	return result < 0 ? result : tell(t, *log, TELLER_PAST, false, f);
}

int past_end(struct teller *t, struct source *log, struct source *s,
	     struct fault *f)
{
	int result = tell(t, log, TELLER_PAST, true, f);

	if (!result)
		result = teller_drain(t, s, f);
	t->told_count = 0;
	if (!result && source_lost(log) && t->options->verbose)
		teller_note(t, "%llu records of the log were overwritten before they were read",
			    (unsigned long long)source_lost(log));
	return result;
}

/* -ENODATA without a fault: there is none. */
static int open_saved(struct teller *t, struct source **log, struct fault *f)
{
	if (!saved_source_fits(STDIN_FILENO))
		return -ENODATA;
	if (t->options->verbose)
		teller_note(t, "reads a saved log from standard input");
	return saved_source_open(log, STDIN_FILENO, f);
}

int past_tell_only(struct teller *t, struct fault *f)
{
	enum teller_age age = TELLER_SAVED;
	struct source *log = NULL;
	int result = open_saved(t, &log, f);

	if (result == -ENODATA) {
		age = TELLER_PAST;
		result = open_log(&log, f);
	}
	if (!result)
		result = tell(t, log, age, false, f);
	if (log)
		t->counts->lost = source_lost(log);
	source_close(log);
	return result;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/log_saved.h"

#include <errno.h>

#include "base/scan.h"
#include "kmsg/log_date.h"
#include "kmsg/record.h"

/* "kernel: " and what else is no kernel's: "sshd[123]: ". */
static int read_identifier(struct span *s)
{
	struct span host, identifier, rest = *s;

	if (!scan_up_to(&rest, " ", &host) ||
	    !scan_up_to(&rest, ": ", &identifier) ||
	    !scan_is(identifier, "kernel"))
		return -ENOENT;
	*s = rest;
	return 0;
}

/* What journalctl and syslog daemons begin a line with, and dmesg with -T. */
static int read_date(struct log_line *l, struct log_saved *saved, struct span *s)
{
	struct span rest = *s;
	bool by_dmesg = false;
	int64_t unix_ns;

	if (log_date_take_seconds(&rest, &unix_ns)) {
		if (!scan_word(&rest, " ") || read_identifier(&rest) < 0)
			return 0;
	} else if (log_date_take(&rest, saved->now_unix_ns, &unix_ns, &by_dmesg)) {
		if (!scan_word(&rest, " ") ||
		    (!by_dmesg && read_identifier(&rest) < 0))
			return -ENOENT;
	} else {
		return 0;
	}
	l->time_unix_ns = unix_ns;
	*s = rest;
	return 0;
}

/* What is between the brackets of a prefix; false: they are of the text. */
static bool read_bracket(struct log_line *l, struct log_saved *saved,
			 struct span in)
{
	bool by_dmesg;

	scan_blanks(&in);
	if (log_date_take_seconds(&in, &l->time_ns) ||
	    log_date_take(&in, saved->now_unix_ns, &l->time_unix_ns, &by_dmesg))
		return true;
	if (log_line_caller(in) != EVENT_UNKNOWN) {
		l->caller = log_line_caller(in);
		return true;
	}
	/* dmesg -H: "[  +0.000006]", "[Nov23 23:41]" */
	return scan_begins(in, "+") || scan_begins(in, "<") || log_date_is_month(in);
}

/* "[ 2498.926846][  T123] " */
static void read_brackets(struct log_line *l, struct log_saved *saved,
			  struct span *s)
{
	struct span rest = *s, in;
	bool any = false;

	while (scan_word(&rest, "[") && scan_up_to(&rest, "]", &in) &&
	       read_bracket(l, saved, in)) {
		*s = rest;
		any = true;
	}
	if (any)
		scan_word(s, " ");
}

/* "<6>" */
static void read_priority(struct log_line *l, struct span *s)
{
	struct span rest = *s;
	int64_t priority;

	if (!scan_word(&rest, "<") || !scan_number(&rest, &priority) ||
	    !scan_word(&rest, ">"))
		return;
	l->writer = priority >> 3 ? LOG_WRITER_OTHER : LOG_WRITER_KERNEL;
	*s = rest;
}

/* "kern  :info  : ", "user  :warn  : " */
static void read_facility(struct log_line *l, struct span *s)
{
	static const char *const levels[] = {
		"emerg", "alert", "crit", "err", "warn", "notice", "info",
		"debug", NULL
	};
	struct span rest = *s, facility, level;

	if (!scan_up_to(&rest, ":", &facility) || !scan_up_to(&rest, ": ", &level))
		return;
	for (int i = 0; levels[i]; i++) {
		struct span padding = level;

		if (!scan_word(&padding, levels[i]))
			continue;
		scan_blanks(&padding);
		if (padding.size)
			continue;
		l->writer = scan_is(facility, "kern  ") ? LOG_WRITER_KERNEL : LOG_WRITER_OTHER;
		*s = rest;
		return;
	}
}

/* "host kernel: ", which journalctl puts behind a monotonic time too */
static void read_monotonic_host(struct log_line *l, struct span *s)
{
	struct span rest = *s;

	if (l->time_ns != EVENT_UNKNOWN && !scan_begins(rest, " ") &&
	    !read_identifier(&rest))
		*s = rest;
}

static int read_prefix(struct log_line *l, struct log_saved *saved,
		       struct span *s)
{
	int result;

	read_priority(l, s);
	read_facility(l, s);
	result = read_date(l, saved, s);
	if (result < 0)
		return result;
	read_brackets(l, saved, s);
	read_monotonic_host(l, s);
	return 0;
}

/* dmesg aligns what follows a newline with the text of the line before. */
static void skip_padding(struct log_saved *saved, struct span *s)
{
	for (size_t i = 0; i < saved->prefix && scan_word(s, " "); i++)
		;
}

/* "\x1b[32m", and the carriage return of a serial console at the end */
static size_t strip(char *line, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		size_t end = i + 2;

		if (line[i] != 0x1b || end >= size || line[i + 1] != '[') {
			line[used++] = line[i];
			continue;
		}
		while (end < size && (line[end] == ';' ||
				      (line[end] >= '0' && line[end] <= '9')))
			end++;
		i = end;
	}
	while (used && line[used - 1] == '\r')
		used--;
	return used;
}

int log_saved_line(struct log_line *l, struct log_saved *saved, char *line,
		   size_t size)
{
	struct span whole;
	int result;

	if (!log_line_record(l, line, size))
		return 0;
	log_line_init(l);
	whole = span_of(line, strip(line, size));
	l->text = whole;
	result = read_prefix(l, saved, &l->text);
	if (result < 0)
		return result;
	if (l->text.size < whole.size) {
		saved->prefix = whole.size - l->text.size;
	} else if (saved->prefix) {
		l->torn = true;
		skip_padding(saved, &l->text);
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The dates that programs put before a line of a log, in any language. */
#ifndef KMSG_LOG_DATE_H
#define KMSG_LOG_DATE_H

#include "base/span.h"

struct log_date {
	int64_t unix_ns;	/* EVENT_UNKNOWN: this date did not exist, or its zone is unknown */
	bool year_guessed;
	bool by_dmesg;		/* only dmesg writes a comma before the fraction */
};

/* Minutes follow one another in a log: the C library is asked once for each. */
struct log_clock {
	int64_t now_unix_ns;	/* the end of the log: no date in it is later */
	int64_t minute[5];
	char zone[8];
	int64_t minute_unix_s;
	bool is_known;		/* the three above are the last answer */
};

/*
 * Takes a date from the front of @s:
 *
 *	Nov 23 23:41:02				syslog, journalctl
 *	2026-11-23T23:41:02+0100		journalctl -o short-iso, RFC 5424
 *	Mon 2026-11-23 23:41:02 CET		journalctl -o short-full
 *	2026-11-23T23:41:02,926846+01:00	dmesg --time-format iso
 *	Mon Nov 23 23:41:02 2026		dmesg -T
 *	11-23 23:41:02.926			logcat
 *
 * all with or without a fraction, and with names of days and months in other
 * languages; a month that is not known, or means two, makes the time unknown.
 *
 * A date without a zone is local time. An abbreviation is UTC, or the local
 * zone where that is what it is called on this date, or else makes the time
 * unknown. A missing year is the latest in which the date is not behind the
 * end of the log.
 */
bool log_date_take(struct span *s, struct log_clock *c, struct log_date *d);

/* Takes "2498.926846", seconds since whenever. */
bool log_date_take_seconds(struct span *s, int64_t *ns);

/* Takes what dmesg -H puts in place of the time: "Nov23 23:41". */
bool log_date_take_minute(struct span *s);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Parses the dates that programs put before a line of a log, in any language. */
#ifndef KMSG_LOG_DATE_H
#define KMSG_LOG_DATE_H

#include "base/span.h"

struct log_date {
	int64_t unix_ns;	/* EVENT_UNKNOWN: this date did not exist, or its zone is unknown */
	bool year_guessed;
	bool by_dmesg;		/* only dmesg writes a comma before the fraction */
};

/* Caches the C library's conversion of the last minute, as log lines share minutes. */
struct log_clock {
	int64_t now_unix_ns;	/* the time of the log's end: no date is later */
	int64_t minute[5];
	char zone[8];
	int64_t minute_unix_s;
	bool is_known;		/* the three fields above are valid */
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
 * each with or without a fraction, and with names of days and months in other
 * languages. An unknown or ambiguous month makes the time unknown.
 *
 * A date without a zone is local time. The abbreviations UTC, GMT and that of the local
 * zone on this date are known; any other makes the time unknown. A missing year is
 * taken as the latest one in which the date is not after the end of the log.
 */
bool log_date_take(struct span *s, struct log_clock *c, struct log_date *d);

/* Takes "2498.926846", seconds of any clock. */
bool log_date_take_seconds(struct span *s, int64_t *ns);

/* Takes "Nov23 23:41", which dmesg -H prints in place of the time. */
bool log_date_take_minute(struct span *s);

#endif

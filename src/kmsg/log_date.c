// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/log_date.h"

#include "base/scan.h"
#include "event/event.h"

#include <time.h>

enum { SECOND_NS = 1000000000 };

struct date {
	struct tm tm;			/* tm_year -1: it has no year */
	int64_t nsec;
	int64_t east_s;			/* of Greenwich; EVENT_UNKNOWN: local time */
	bool is_dmesg;			/* by its comma */
};

static bool read_name(struct span *s, const char *names, int *to)
{
	for (int i = 0; names[3 * i]; i++) {
		const char name[] = {
			names[3 * i], names[3 * i + 1], names[3 * i + 2], 0
		};

		if (scan_word(s, name)) {
			*to = i;
			return true;
		}
	}
	return false;
}

static bool read_month(struct span *s, struct tm *tm)
{
	return read_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec", &tm->tm_mon);
}

static bool read_weekday(struct span *s)
{
	int day;

	return read_name(s, "SunMonTueWedThuFriSat", &day) && scan_word(s, " ");
}

static bool read_small(struct span *s, int least, int most, int *to)
{
	int64_t value;

	if (!scan_number(s, &value) || value < least || value > most)
		return false;
	*to = (int)value;
	return true;
}

/* "23:41:02", "23:41:02.926846" */
static bool read_clock(struct span *s, struct date *d)
{
	if (!read_small(s, 0, 23, &d->tm.tm_hour) || !scan_word(s, ":") ||
	    !read_small(s, 0, 59, &d->tm.tm_min) || !scan_word(s, ":") ||
	    !read_small(s, 0, 60, &d->tm.tm_sec))
		return false;
	d->is_dmesg = scan_word(s, ",");
	if (d->is_dmesg || scan_word(s, "."))
		d->nsec = scan_fraction_ns(s);
	return true;
}

/* "Z", "+01:00", "-0730", or nothing */
static void read_zone(struct span *s, struct date *d)
{
	bool west = scan_begins(*s, "-");
	int64_t hours, minutes = 0;

	if (scan_word(s, "Z")) {
		d->east_s = 0;
		return;
	}
	if (!scan_word(s, "+") && !scan_word(s, "-"))
		return;
	if (!scan_number(s, &hours))
		return;
	if (!scan_word(s, ":") || !scan_number(s, &minutes)) {
		minutes = hours % 100;
		hours /= 100;
	}
	if (hours < 24 && minutes < 60)
		d->east_s = (hours * 60 + minutes) * (west ? -60 : 60);
}

/* "2026-11-23T23:41:02,926846+00:00", "2026-11-23 23:41:02 UTC" */
static bool read_iso(struct span *s, struct date *d)
{
	if (!read_small(s, 1970, 9999, &d->tm.tm_year) || !scan_word(s, "-") ||
	    !read_small(s, 1, 12, &d->tm.tm_mon) || !scan_word(s, "-") ||
	    !read_small(s, 1, 31, &d->tm.tm_mday) ||
	    (!scan_word(s, "T") && !scan_word(s, " ")) || !read_clock(s, d))
		return false;
	d->tm.tm_year -= 1900;
	d->tm.tm_mon--;
	read_zone(s, d);
	return true;
}

/* "Nov 23 23:41:02" */
static bool read_bsd(struct span *s, struct date *d)
{
	d->tm.tm_year = -1;
	if (!read_month(s, &d->tm) || !scan_word(s, " "))
		return false;
	scan_blanks(s);
	return read_small(s, 1, 31, &d->tm.tm_mday) && scan_word(s, " ") &&
		read_clock(s, d);
}

/* "Mon 2026-11-23 23:41:02 UTC"; an abbreviation but UTC is the local zone. */
static bool read_full(struct span *s, struct date *d)
{
	if (!read_weekday(s) || !read_iso(s, d) || !scan_word(s, " "))
		return false;
	if (scan_begins(*s, "UTC "))
		d->east_s = 0;
	while (s->size && *s->data != ' ')
		*s = scan_behind(*s, 1);
	return true;
}

/* "Mon Nov 23 23:41:02 2026" */
static bool read_ctime(struct span *s, struct date *d)
{
	if (!read_weekday(s) || !read_bsd(s, d) || !scan_word(s, " ") ||
	    !read_small(s, 1970, 9999, &d->tm.tm_year))
		return false;
	d->tm.tm_year -= 1900;
	return true;
}

static int64_t unix_of(struct date d)
{
	time_t seconds;

	d.tm.tm_isdst = -1;
	seconds = d.east_s == EVENT_UNKNOWN ? mktime(&d.tm) :
		timegm(&d.tm) - (time_t)d.east_s;
	if (seconds < 0 || seconds > INT64_C(1) << 33)
		return EVENT_UNKNOWN;
	return (int64_t)seconds * SECOND_NS + d.nsec;
}

/* Without a year it is the last such day, with a day's grace for the clocks. */
static int64_t unix_before(struct date d, int64_t now_unix_ns)
{
	time_t now = (time_t)(now_unix_ns / SECOND_NS);
	struct tm today;
	int64_t result;

	if (d.tm.tm_year >= 0)
		return unix_of(d);
	if (!localtime_r(&now, &today))
		return EVENT_UNKNOWN;
	d.tm.tm_year = today.tm_year;
	result = unix_of(d);
	if (result == EVENT_UNKNOWN || result / SECOND_NS <= now + 86400)
		return result;
	d.tm.tm_year--;
	return unix_of(d);
}

/* Tries one way of writing a date; takes it when that is what is there. */
static bool try_date(struct span *s, bool (*read)(struct span *s, struct date *d),
		     struct date *d)
{
	struct span rest = *s;

	*d = (struct date){ .east_s = EVENT_UNKNOWN };
	if (!read(&rest, d))
		return false;
	*s = rest;
	return true;
}

bool log_date_take(struct span *s, int64_t now_unix_ns, int64_t *unix_ns,
		   bool *by_dmesg)
{
	struct date d;

	if (!try_date(s, read_iso, &d) && !try_date(s, read_full, &d) &&
	    !try_date(s, read_ctime, &d) && !try_date(s, read_bsd, &d))
		return false;
	*unix_ns = unix_before(d, now_unix_ns);
	*by_dmesg = d.is_dmesg;
	return true;
}

bool log_date_take_seconds(struct span *s, int64_t *ns)
{
	struct span rest = *s;
	int64_t seconds;

	if (!scan_number(&rest, &seconds) || !scan_word(&rest, ".") ||
	    seconds > INT64_C(1) << 33)
		return false;
	*ns = seconds * SECOND_NS + scan_fraction_ns(&rest);
	*s = rest;
	return true;
}

bool log_date_is_month(struct span s)
{
	struct tm tm;

	return read_month(&s, &tm);
}

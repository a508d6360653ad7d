// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/date.h"

#include <time.h>

#include "base/scan.h"

enum { SECOND_NS = 1000000000 };

/* Exactly @digits digits, @least to @most. */
static bool take_digits(struct span *s, int digits, int least, int most, int *to)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (!span_has(*s, (uint64_t)i, 1) || s->data[i] < '0' || s->data[i] > '9')
			return false;
		value = value * 10 + s->data[i] - '0';
	}
	if (value < least || value > most)
		return false;
	*s = scan_behind(*s, (size_t)digits);
	*to = value;
	return true;
}

/* "09:20", "09:20:46", "09:20:46.5" */
static bool take_clock(struct span *s, struct tm *tm, int64_t *nsec)
{
	if (!take_digits(s, 2, 0, 23, &tm->tm_hour) || !scan_word(s, ":") ||
	    !take_digits(s, 2, 0, 59, &tm->tm_min))
		return false;
	if (!scan_word(s, ":"))
		return true;
	if (!take_digits(s, 2, 0, 59, &tm->tm_sec))
		return false;
	if (!scan_word(s, "."))
		return true;
	if (!s->size || *s->data < '0' || *s->data > '9')
		return false;
	*nsec = scan_fraction_ns(s);
	return true;
}

/* "Z", "+03:00", "-0730"; 0: another thing; 1: a zone; -1: a wrong one. */
static int take_zone(struct span *s, int64_t *east_s)
{
	bool west = scan_begins(*s, "-");
	int hours, minutes;

	*east_s = 0;
	if (scan_word(s, "Z"))
		return 1;
	if (!scan_word(s, "+") && !scan_word(s, "-"))
		return 0;
	if (!take_digits(s, 2, 0, 14, &hours))
		return -1;
	scan_word(s, ":");
	if (!take_digits(s, 2, 0, 59, &minutes))
		return -1;
	*east_s = ((int64_t)hours * 60 + minutes) * (west ? -60 : 60);
	return 1;
}

bool date_take(struct span *s, int64_t *unix_ns)
{
	struct span rest = *s;
	struct tm tm = { .tm_isdst = -1 }, day;
	int64_t nsec = 0, east_s;
	time_t seconds;
	int zone = 0;

	if (!take_digits(&rest, 4, 1970, 2261, &tm.tm_year) || !scan_word(&rest, "-") ||
	    !take_digits(&rest, 2, 1, 12, &tm.tm_mon) || !scan_word(&rest, "-") ||
	    !take_digits(&rest, 2, 1, 31, &tm.tm_mday))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (scan_word(&rest, "T") || scan_word(&rest, " ")) {
		if (!take_clock(&rest, &tm, &nsec) || (zone = take_zone(&rest, &east_s)) < 0)
			return false;
	}
	/* February 30 becomes March 2. */
	day = tm;
	seconds = timegm(&day);
	if (day.tm_mday != tm.tm_mday)
		return false;
	seconds = zone ? seconds - (time_t)east_s : mktime(&tm);
	*unix_ns = (int64_t)seconds * SECOND_NS + nsec;
	*s = rest;
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/facts.h"

#include <string.h>

#include "base/scan.h"

void facts_init(struct facts *f)
{
	for (int i = 0; i < FACT_TEXTS; i++)
		f->text[i] = NULL;
	for (int i = 0; i < FACT_NUMBERS; i++)
		f->number[i] = EVENT_UNKNOWN;
}

void facts_text(struct facts *f, enum fact_text which, const char *text)
{
	if (text && *text && strnlen(text, FACT_TEXT_SIZE) < FACT_TEXT_SIZE)
		f->text[which] = text;
}

void facts_complete(struct facts *f, const struct facts *other)
{
	for (int i = 0; i < FACT_TEXTS; i++)
		if (!f->text[i])
			f->text[i] = other->text[i];
	for (int i = 0; i < FACT_NUMBERS; i++)
		if (f->number[i] == EVENT_UNKNOWN)
			f->number[i] = other->number[i];
}

/* ---- times ---------------------------------------------------------------- */

/* @digits digits that are at least @least and at most @most. */
static bool take_part(struct span *s, size_t digits, int64_t least, int64_t most,
		      const char *end, int64_t *to)
{
	struct span part = span_sub(*s, 0, digits);

	if (!part.data || !scan_number(&part, to) || part.size)
		return false;
	*s = scan_behind(*s, digits);
	return *to >= least && *to <= most && scan_word(s, end);
}

/* Days since 1970 by the Gregorian calendar, whose years begin in March here. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 719469;
}

/* ".651493635", with as many digits as were thought worth it */
static bool take_fraction(struct span *s, int64_t *ns)
{
	*ns = 0;
	if (!scan_word(s, "."))
		return true;
	for (int64_t unit = 100000000; s->size && s->data[0] >= '0' && s->data[0] <= '9';
	     unit /= 10) {
		*ns += (s->data[0] - '0') * unit;
		*s = scan_behind(*s, 1);
	}
	return true;
}

/* "Z", "+03:00" */
static bool take_zone(struct span *s, int64_t *seconds)
{
	int64_t sign = scan_word(s, "-") ? -1 : 1;
	int64_t hours, minutes;

	*seconds = 0;
	if (sign == 1 && scan_word(s, "Z"))
		return s->size == 0;
	if (sign == 1 && !scan_word(s, "+"))
		return false;
	if (!take_part(s, 2, 0, 14, ":", &hours) ||
	    !take_part(s, 2, 0, 59, "", &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return s->size == 0;
}

int64_t facts_parse_time(const char *text)
{
	struct span s = span_of(text, text ? strlen(text) : 0);
	int64_t year, month, day, hour, minute, second, ns, zone;

	if (!take_part(&s, 4, 1970, 2200, "-", &year) ||
	    !take_part(&s, 2, 1, 12, "-", &month) ||
	    !take_part(&s, 2, 1, 31, "T", &day) ||
	    !take_part(&s, 2, 0, 23, ":", &hour) ||
	    !take_part(&s, 2, 0, 59, ":", &minute) ||
	    !take_part(&s, 2, 0, 60, "", &second) ||
	    !take_fraction(&s, &ns) || !take_zone(&s, &zone))
		return EVENT_UNKNOWN;
	second += days_since_1970(year, month, day) * 86400 + hour * 3600 +
		  minute * 60 - zone;
	return second < 0 ? EVENT_UNKNOWN : second * 1000000000 + ns;
}

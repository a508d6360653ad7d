// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/log_date.h"

#include <string.h>
#include <time.h>

#include "base/scan.h"
#include "event/event.h"

enum { SECOND_NS = 1000000000, DAY_S = 86400, NO_YEAR = -1, NO_MONTH = 0 };

/* Tolerates a date after the end of the log: clocks and zones differ between hosts. */
enum { FUTURE_S = DAY_S };

struct date {
	int64_t year, month, day, hour, minute, second;	/* month 1..12 */
	int64_t nsec;
	int64_t east_s;			/* of Greenwich; EVENT_UNKNOWN: see zone */
	char zone[8];			/* its abbreviation; "": none is given */
	bool is_dmesg;
};

/* ---- names of months ------------------------------------------------------- */

/*
 * Month names as C libraries abbreviate them, in lower case. Ambiguous names are left
 * out: lip (June, July), lis (October, November), srp (July, August).
 */
static const struct {
	const char *names[20];
} months[12] = {
	{ { "jan", "ene", "gen", "janv", "янв", "січ", "sty", "led", "ian", "oca", "tammi", "sau", "яну", "gener" } },
	{ { "feb", "fev", "févr", "fév", "фев", "лют", "lut", "úno", "febr", "şub", "Şub", "helmi", "vas" } },
	{ { "mar", "mär", "mars", "märz", "mrt", "мар", "бер", "bře", "márc", "maalis", "març", "kov" } },
	{ { "apr", "abr", "avr", "ápr", "avril", "april", "апр", "кві", "kwi", "dub", "nis", "huhti", "bal" } },
	{ { "may", "mai", "mag", "maj", "mei", "maio", "máj", "май", "мая", "тра", "kvě", "touko", "maig", "geg" } },
	{ { "jun", "giu", "juin", "juni", "jún", "июн", "чер", "cze", "čen", "čvn", "Čen", "iun", "haz", "kesä", "юни", "juny" } },
	{ { "jul", "lug", "juil", "juli", "júl", "июл", "лип", "čec", "čvc", "Čec", "iul", "tem", "heinä", "юли" } },
	{ { "aug", "ago", "août", "aoû", "avg", "авг", "сер", "sie", "ağu", "elo", "rugp" } },
	{ { "sep", "set", "sept", "сен", "вер", "wrz", "zář", "eyl", "szept", "syys", "сеп", "rugs" } },
	{ { "oct", "okt", "ott", "out", "окт", "жов", "paź", "říj", "eki", "loka", "spal" } },
	{ { "nov", "ноя", "kas", "marras", "ное", "lapkr" } },
	{ { "dec", "dez", "dic", "déc", "des", "дек", "гру", "gru", "pro", "ara", "joulu", "gruod" } },
};

static bool equals_lower(struct span word, const char *name)
{
	size_t i;

	for (i = 0; i < word.size && name[i]; i++) {
		uint8_t c = word.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		if (c != (uint8_t)name[i])
			return false;
	}
	return i == word.size && !name[i];
}

/* 1 to 12, or NO_MONTH. Tries English first, the language of most logs. */
static int64_t month_of(struct span word)
{
	if (word.size && word.data[word.size - 1] == '.')
		word.size--;
	for (int month = 0; month < 12; month++)
		if (equals_lower(word, months[month].names[0]))
			return month + 1;
	for (int month = 0; month < 12; month++)
		for (const char *const *name = months[month].names + 1; *name; name++)
			if (equals_lower(word, *name))
				return month + 1;
	return NO_MONTH;
}

/* ---- parts of a date ------------------------------------------------------- */

static bool take_number(struct span *s, int64_t least, int64_t most, int64_t *to)
{
	return scan_number(s, to) && *to >= least && *to <= most;
}

static bool take_blanks(struct span *s)
{
	size_t size = s->size;

	scan_blanks(s);
	return s->size < size;
}

/* Takes a name in any script: no blank, digit, or punctuation that logs put around
 * dates. */
static bool take_name(struct span *s, struct span *name)
{
	size_t i = 0;

	while (i < s->size && i < 24) {
		uint8_t c = s->data[i] | 0x20;

		if (s->data[i] < 0x80 && s->data[i] != '.' && (c < 'a' || c > 'z'))
			break;
		i++;
	}
	if (!i || i == 24)
		return false;
	*name = scan_front(*s, i);
	*s = scan_behind(*s, i);
	return true;
}

/* "Nov", "nov.", "11月", "11월"; a name is looked up once it is in a date. */
static bool take_month(struct span *s, int64_t *month, struct span *name)
{
	struct span rest = *s;

	*name = (struct span){ 0 };
	if (take_number(&rest, 1, 12, month) &&
	    (scan_word(&rest, "月") || scan_word(&rest, "월"))) {
		*s = rest;
		return true;
	}
	return take_name(s, name);
}

/* "23:41:02", "23:41:02.926846" */
static bool take_clock(struct span *s, struct date *d)
{
	if (!take_number(s, 0, 23, &d->hour) || !scan_word(s, ":") ||
	    !take_number(s, 0, 59, &d->minute) || !scan_word(s, ":") ||
	    !take_number(s, 0, 60, &d->second))
		return false;
	d->is_dmesg = scan_word(s, ",");
	if (d->is_dmesg || scan_word(s, "."))
		d->nsec = scan_fraction_ns(s);
	return true;
}

/* "+01:00", "-0730", "+02" */
static bool take_offset(struct span *s, struct date *d)
{
	struct span rest = *s;
	bool west = scan_begins(rest, "-");
	int64_t hours, minutes = 0;
	size_t size;

	if (!scan_word(&rest, "+") && !scan_word(&rest, "-"))
		return false;
	size = rest.size;
	if (!scan_number(&rest, &hours))
		return false;
	size -= rest.size;
	if (size == 2 && scan_word(&rest, ":")) {
		if (!scan_number(&rest, &minutes))
			return false;
	} else if (size == 4) {
		minutes = hours % 100;
		hours /= 100;
	} else if (size != 2) {
		return false;
	}
	if (hours > 23 || minutes > 59)
		return false;
	d->east_s = (hours * 60 + minutes) * (west ? -60 : 60);
	*s = rest;
	return true;
}

/* "UTC", "CEST". If @is_sure is false, only words that end as most zones do. */
static bool take_abbreviation(struct span *s, struct date *d, bool is_sure)
{
	size_t size = 0;

	while (size < s->size && size < sizeof(d->zone) &&
	       s->data[size] >= 'A' && s->data[size] <= 'Z')
		size++;
	if (size < 3 || size >= sizeof(d->zone) ||
	    (size < s->size && s->data[size] != ' ' && s->data[size] != ']'))
		return false;
	if (!is_sure && (size > 4 || (s->data[size - 1] != 'T' &&
				      !scan_begins(*s, "UTC"))))
		return false;
	memcpy(d->zone, s->data, size);
	d->zone[size] = '\0';
	if (!strcmp(d->zone, "UTC") || !strcmp(d->zone, "GMT"))
		d->east_s = 0;
	*s = scan_behind(*s, size);
	return true;
}

/* "Z", "+0100", " +0100", " UTC", or nothing */
static void take_zone(struct span *s, struct date *d, bool is_sure)
{
	struct span rest = *s;

	if (scan_word(s, "Z")) {
		d->east_s = 0;
		return;
	}
	if (take_offset(s, d))
		return;
	if (scan_word(&rest, " ") &&
	    (take_offset(&rest, d) || take_abbreviation(&rest, d, is_sure)))
		*s = rest;
}

/* ---- formats --------------------------------------------------------------- */

/* "2026-11-23T23:41:02,926846+00:00", "2026-11-23 23:41:02 UTC" */
static bool take_iso(struct span *s, struct date *d)
{
	if (!take_number(s, 1970, 9999, &d->year) || !scan_word(s, "-") ||
	    !take_number(s, 1, 12, &d->month) || !scan_word(s, "-") ||
	    !take_number(s, 1, 31, &d->day) ||
	    (!scan_word(s, "T") && !take_blanks(s)) || !take_clock(s, d))
		return false;
	take_zone(s, d, false);
	return true;
}

/* "Mon 2026-11-23 23:41:02 CET" */
static bool take_full(struct span *s, struct date *d)
{
	struct span day;

	if (!take_name(s, &day) || !take_blanks(s) ||
	    !take_number(s, 1970, 9999, &d->year) || !scan_word(s, "-") ||
	    !take_number(s, 1, 12, &d->month) || !scan_word(s, "-") ||
	    !take_number(s, 1, 31, &d->day) || !take_blanks(s) || !take_clock(s, d))
		return false;
	take_zone(s, d, true);
	return true;
}

/* "Nov 23 23:41:02", and "Nov 23 2026 23:41:02" of some syslog daemons */
static bool take_bsd(struct span *s, struct date *d)
{
	struct span rest, name;

	if (!take_month(s, &d->month, &name) || !take_blanks(s) ||
	    !take_number(s, 1, 31, &d->day) || !take_blanks(s))
		return false;
	rest = *s;
	if (take_number(&rest, 1970, 9999, &d->year) && take_blanks(&rest))
		*s = rest;
	else
		d->year = NO_YEAR;
	if (!take_clock(s, d))
		return false;
	if (name.size)
		d->month = month_of(name);
	return true;
}

/* "Mon Nov 23 23:41:02 2026", "Mon Nov 23 23:41:02 UTC 2026" */
static bool take_ctime(struct span *s, struct date *d)
{
	struct span day;

	if (!take_name(s, &day) || !take_blanks(s) || !take_bsd(s, d) ||
	    d->year != NO_YEAR)
		return false;
	take_zone(s, d, true);
	return take_blanks(s) && take_number(s, 1970, 9999, &d->year);
}

/* "11-23 23:41:02.926" */
static bool take_logcat(struct span *s, struct date *d)
{
	d->year = NO_YEAR;
	return take_number(s, 1, 12, &d->month) && scan_word(s, "-") &&
		take_number(s, 1, 31, &d->day) && take_blanks(s) &&
		take_clock(s, d);
}

/* ---- conversion to Unix time ----------------------------------------------- */

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool exists(const struct date *d)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return d->day <= days[d->month - 1] + (d->month == 2 && is_leap(d->year));
}

/* Days from 1970-01-01; years are counted from March, to end with the leap day. */
static int64_t days_of(const struct date *d)
{
	int64_t year = d->year - (d->month <= 2);
	int64_t day = (153 * (d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 + d->day - 1;

	return year * 365 + year / 4 - year / 100 + year / 400 + day - 719468;
}

/* Converts a local minute, with or without summer time. False: it did not exist. */
static bool try_local(const struct date *d, int is_summer, int64_t *unix_s)
{
	struct tm tm = {
		.tm_year = (int)d->year - 1900, .tm_mon = (int)d->month - 1,
		.tm_mday = (int)d->day, .tm_hour = (int)d->hour,
		.tm_min = (int)d->minute, .tm_isdst = is_summer,
	};
	time_t seconds = mktime(&tm);

	*unix_s = (int64_t)seconds;
	return tm.tm_isdst == is_summer && tm.tm_hour == d->hour &&
		tm.tm_min == d->minute && tm.tm_mday == d->day &&
		(!d->zone[0] || !strcmp(d->zone, tm.tm_zone));
}

/* The zone's name decides in the hour that occurs twice at the end of summer time. */
static int64_t local_minute(const struct date *d)
{
	int64_t winter, summer;
	bool is_winter = try_local(d, 0, &winter), is_summer = try_local(d, 1, &summer);

	if (is_winter == is_summer)
		return EVENT_UNKNOWN;
	return is_winter ? winter : summer;
}

static int64_t minute_of(const struct date *d, struct log_clock *c)
{
	const int64_t minute[5] = { d->year, d->month, d->day, d->hour, d->minute };

	if (d->east_s != EVENT_UNKNOWN)
		return days_of(d) * DAY_S + d->hour * 3600 + d->minute * 60 - d->east_s;
	if (!c->is_known || memcmp(minute, c->minute, sizeof(minute)) ||
	    strcmp(d->zone, c->zone)) {
		memcpy(c->minute, minute, sizeof(minute));
		memcpy(c->zone, d->zone, sizeof(c->zone));
		c->minute_unix_s = local_minute(d);
		c->is_known = true;
	}
	return c->minute_unix_s;
}

static int64_t unix_of(const struct date *d, struct log_clock *c)
{
	int64_t minute;

	if (d->month == NO_MONTH || !exists(d))
		return EVENT_UNKNOWN;
	minute = minute_of(d, c);
	if (minute < 0 || minute > INT64_C(1) << 33)
		return EVENT_UNKNOWN;
	return (minute + d->second) * SECOND_NS + d->nsec;
}

/*
 * 29 February may be eight years back. The year of the previous line is tried first, as
 * a log has many lines with the same date.
 */
static int64_t unix_in_last_year(struct date *d, struct log_clock *c)
{
	int64_t end_s = c->now_unix_ns / SECOND_NS + FUTURE_S;
	int64_t last = 1970 + end_s / (365 * DAY_S + DAY_S / 4) + 1;
	int64_t result;

	if (c->is_known && c->minute[1] == d->month && c->minute[2] == d->day) {
		d->year = c->minute[0];
		result = unix_of(d, c);
		if (result != EVENT_UNKNOWN && result / SECOND_NS <= end_s &&
		    result / SECOND_NS > end_s - 364 * DAY_S)
			return result;
	}
	for (d->year = last; d->year > last - 10 && d->year >= 1970; d->year--) {
		result = unix_of(d, c);
		if (result != EVENT_UNKNOWN && result / SECOND_NS <= end_s)
			return result;
	}
	return EVENT_UNKNOWN;
}

/* Tries one format; takes the date if it matches. */
static bool try_date(struct span *s, bool (*take)(struct span *s, struct date *d),
		     struct date *d)
{
	struct span rest = *s;

	*d = (struct date){ .east_s = EVENT_UNKNOWN };
	if (!take(&rest, d))
		return false;
	*s = rest;
	return true;
}

bool log_date_take(struct span *s, struct log_clock *c, struct log_date *date)
{
	struct date d;
	bool is_digit = s->size && *s->data >= '0' && *s->data <= '9';

	if (is_digit ? !try_date(s, take_iso, &d) && !try_date(s, take_logcat, &d) &&
	    !try_date(s, take_bsd, &d) :
	    !try_date(s, take_bsd, &d) && !try_date(s, take_ctime, &d) &&
	    !try_date(s, take_full, &d))
		return false;
	date->by_dmesg = d.is_dmesg;
	date->year_guessed = d.year == NO_YEAR;
	date->unix_ns = date->year_guessed ? unix_in_last_year(&d, c) : unix_of(&d, c);
	return true;
}

bool log_date_take_seconds(struct span *s, int64_t *ns)
{
	struct span rest = *s;
	int64_t seconds;
	size_t size;

	if (!scan_number(&rest, &seconds) || !scan_word(&rest, ".") ||
	    seconds > INT64_C(1) << 33)
		return false;
	size = rest.size;
	*ns = seconds * SECOND_NS + scan_fraction_ns(&rest);
	if (rest.size == size)
		return false;
	*s = rest;
	return true;
}

bool log_date_take_minute(struct span *s)
{
	struct span rest = *s, name;
	struct date d;

	if (!take_month(&rest, &d.month, &name))
		return false;
	scan_blanks(&rest);
	if (!take_number(&rest, 1, 31, &d.day) || !take_blanks(&rest) ||
	    !take_number(&rest, 0, 23, &d.hour) || !scan_word(&rest, ":") ||
	    !take_number(&rest, 0, 59, &d.minute))
		return false;
	*s = rest;
	return true;
}

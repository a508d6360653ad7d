// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/render.h"

#include <string.h>
#include <time.h>

static void put_offset(struct text *t, long seconds)
{
	unsigned long minutes = (unsigned long)(seconds < 0 ? -seconds : seconds) / 60;

	if (!seconds) {
		text_char(t, 'Z');
		return;
	}
	text_char(t, seconds < 0 ? '-' : '+');
	text_digits(t, minutes / 60, 2);
	text_char(t, ':');
	text_digits(t, minutes % 60, 2);
}

/* Local time, and the nanoseconds that it leaves. */
static int64_t split_time(int64_t ns, struct tm *tm)
{
	int64_t rest = ns % 1000000000;
	time_t seconds = (time_t)(ns / 1000000000);

	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	localtime_r(&seconds, tm);
	return rest;
}

static void put_clock(struct text *t, const struct tm *tm)
{
	text_digits(t, (uint64_t)tm->tm_hour, 2);
	text_char(t, ':');
	text_digits(t, (uint64_t)tm->tm_min, 2);
	text_char(t, ':');
	text_digits(t, (uint64_t)tm->tm_sec, 2);
}

/* 2026-08-21T09:20:46.123456789+03:00 */
void render_time(struct render *r, int64_t ns)
{
	struct text *t = r->t;
	struct tm tm;
	int64_t rest = split_time(ns, &tm);

	text_digits(t, (uint64_t)tm.tm_year + 1900, 4);
	text_char(t, '-');
	text_digits(t, (uint64_t)tm.tm_mon + 1, 2);
	text_char(t, '-');
	text_digits(t, (uint64_t)tm.tm_mday, 2);
	text_char(t, 'T');
	put_clock(t, &tm);
	text_char(t, '.');
	text_digits(t, (uint64_t)rest, 9);
	put_offset(t, tm.tm_gmtoff);
}

void render_short_time(struct render *r, int64_t ns)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	split_time(ns, &tm);
	text_bytes(r->t, months + 3 * tm.tm_mon, 3);
	text_string(r->t, tm.tm_mday < 10 ? "  " : " ");
	text_number(r->t, tm.tm_mday);
	text_char(r->t, ' ');
	put_clock(r->t, &tm);
}

size_t render_length(const struct render *r, const char *s)
{
	size_t len = strnlen(s, r->longest), back = 0;

	if (len < r->longest || !s[len])
		return len;
	while (back < 3 && back < len && (s[len - back] & 0xc0) == 0x80)
		back++;
	return len - back;
}

void render_clean(struct render *r, const char *s)
{
	size_t len = render_length(r, s);

	text_clean(r->t, s, len);
	if (s[len])
		text_string(r->t, TEXT_ELLIPSIS);
}

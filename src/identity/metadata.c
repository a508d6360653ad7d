// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/metadata.h"

#include <string.h>
#include <time.h>

#include "base/scan.h"

void metadata_init(struct metadata *f)
{
	for (int i = 0; i < METADATA_TEXTS; i++)
		f->text[i] = NULL;
	for (int i = 0; i < METADATA_NUMBERS; i++)
		f->number[i] = EVENT_UNKNOWN;
}

void metadata_text(struct metadata *f, enum metadata_text which, const char *text)
{
	if (text && *text && strnlen(text, METADATA_TEXT_SIZE) < METADATA_TEXT_SIZE)
		f->text[which] = text;
}

void metadata_complete(struct metadata *f, const struct metadata *other)
{
	for (int i = 0; i < METADATA_TEXTS; i++)
		if (!f->text[i])
			f->text[i] = other->text[i];
	for (int i = 0; i < METADATA_NUMBERS; i++)
		if (f->number[i] == EVENT_UNKNOWN)
			f->number[i] = other->number[i];
}

/* ---- labels --------------------------------------------------------------- */

static bool has_prefix(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool is_label(const char *key, const char *value)
{
	return key[0] && !strpbrk(key, ",=") && !strpbrk(value, ",=") &&
		!has_prefix(key, "io.kubernetes.") && !has_prefix(key, "io.cri-containerd.") &&
		!has_prefix(key, "annotation.");
}

void metadata_add_label(struct text *t, const char *key, const char *value)
{
	if (!is_label(key, value))
		return;
	if (t->used)
		text_char(t, ',');
	text_string(t, key);
	text_char(t, '=');
	text_string(t, value);
}

/* ---- times ---------------------------------------------------------------- */

/* @digits digits that are at least @least and at most @most. */
static bool scan_part(struct span *s, size_t digits, int64_t least, int64_t most,
		      const char *end, int64_t *to)
{
	struct span part = span_sub(*s, 0, digits);

	if (!part.data || !scan_number(&part, to) || part.size)
		return false;
	*s = scan_behind(*s, digits);
	return *to >= least && *to <= most && scan_word(s, end);
}

/* "Z", "+03:00" */
static bool scan_zone(struct span *s, int64_t *seconds)
{
	int64_t sign = scan_word(s, "-") ? -1 : 1;
	int64_t hours, minutes;

	*seconds = 0;
	if (sign == 1 && scan_word(s, "Z"))
		return s->size == 0;
	if (sign == 1 && !scan_word(s, "+"))
		return false;
	if (!scan_part(s, 2, 0, 14, ":", &hours) ||
	    !scan_part(s, 2, 0, 59, "", &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return s->size == 0;
}

int64_t metadata_parse_time(const char *text)
{
	struct span s = span_of(text, text ? strlen(text) : 0);
	int64_t year, month, day, hour, minute, second, zone, ns = 0;
	struct tm tm;

	if (!scan_part(&s, 4, 1970, 2200, "-", &year) ||
	    !scan_part(&s, 2, 1, 12, "-", &month) ||
	    !scan_part(&s, 2, 1, 31, "T", &day) ||
	    !scan_part(&s, 2, 0, 23, ":", &hour) ||
	    !scan_part(&s, 2, 0, 59, ":", &minute) ||
	    !scan_part(&s, 2, 0, 60, "", &second))
		return EVENT_UNKNOWN;
	if (scan_word(&s, "."))
		ns = scan_fraction_ns(&s);
	if (!scan_zone(&s, &zone))
		return EVENT_UNKNOWN;
	tm = (struct tm){
		.tm_year = (int)year - 1900, .tm_mon = (int)month - 1,
		.tm_mday = (int)day, .tm_hour = (int)hour,
		.tm_min = (int)minute, .tm_sec = (int)second,
	};
	second = (int64_t)timegm(&tm) - zone;
	return second < 0 ? EVENT_UNKNOWN : second * 1000000000 + ns;
}

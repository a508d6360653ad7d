// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/record.h"

#include <errno.h>

#include "base/scan.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "a\x0ab": /dev/kmsg escapes backslashes and bytes that are not printable ASCII. */
static size_t unescape(char *text, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len; used++) {
		int high = i + 4 <= len && text[i] == '\\' && text[i + 1] == 'x' ?
			hex_digit(text[i + 2]) : -1;
		int low = high < 0 ? -1 : hex_digit(text[i + 3]);

		text[used] = text[i];
		if (low >= 0)
			text[used] = (char)(high << 4 | low);
		i += low < 0 ? 1 : 4;
	}
	return used;
}

int64_t log_line_caller(struct span s)
{
	int64_t number = EVENT_UNKNOWN;

	if (scan_word(&s, "T") && scan_number(&s, &number))
		return number;
	if (scan_word(&s, "C") && scan_number(&s, &number))
		return ~number;
	return EVENT_UNKNOWN;
}

/* "6,2191,2498926505,-" and, from 5.1 on, ",caller=T123"; maybe more. */
static int read_header(struct log_line *l, struct span header)
{
	int64_t priority, usec;
	struct span flags, rest;

	if (!scan_number(&header, &priority) || !scan_word(&header, ",") ||
	    !scan_number(&header, &l->sequence) || !scan_word(&header, ",") ||
	    !scan_number(&header, &usec) || usec > INT64_C(1) << 53 ||
	    !scan_word(&header, ","))
		return -EBADMSG;
	l->writer = priority >> 3 ? LOG_WRITER_OTHER : LOG_WRITER_KERNEL;
	l->time_ns = usec * 1000;
	flags = header;
	if (scan_up_to(&header, ",", &rest))
		flags = rest;
	l->fragment = scan_is(flags, "c") || scan_is(flags, "+");
	if (scan_up_to(&header, "caller=", &rest))
		l->caller = log_line_caller(header);
	return 0;
}

/* "HEADER;TEXT\n", then maybe lines of " KEY=VALUE" about a device. */
int log_line_record(struct log_line *l, char *record, size_t size)
{
	struct span rest = span_of(record, size), header, text;
	int result;

	log_line_init(l);
	if (!scan_up_to(&rest, ";", &header))
		return -EBADMSG;
	result = read_header(l, header);
	if (result < 0)
		return result;
	if (!scan_up_to(&rest, "\n", &text))
		text = rest;
	record += text.data - (const uint8_t *)record;
	l->text = span_of(record, unescape(record, text.size));
	return 0;
}

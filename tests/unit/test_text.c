// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

Suite *text_suite(void);

/* The text that has just been made, as a string. */
static char made[256];

static struct text start(void)
{
	memset(made, 0, sizeof(made));
	return text_on(made, sizeof(made) - 1);
}

/* ---- adding ---- */

START_TEST(adds_whole_or_not_at_all)
{
	char bytes[8] = "-------";
	struct text t = text_on(bytes, 4);

	text_string(&t, "ab");
	text_string(&t, "cde");
	ck_assert(t.cut);
	ck_assert_uint_eq(t.used, 2);
	text_char(&t, 'x');		/* would fit, but a hole came before */
	ck_assert_uint_eq(t.used, 2);
	ck_assert_mem_eq(bytes, "ab-----", 7);
}
END_TEST

START_TEST(fills_to_the_last_byte)
{
	char bytes[8] = "-------";
	struct text t = text_on(bytes, 4);

	text_repeat(&t, 'x', 4);
	ck_assert(!t.cut);
	text_repeat(&t, 'x', 1);
	ck_assert(t.cut);
	ck_assert_mem_eq(bytes, "xxxx---", 7);
}
END_TEST

START_TEST(a_text_without_room_is_cut_at_once)
{
	struct text t = text_on(NULL, 0);

	text_number(&t, 7);
	ck_assert(t.cut);
	ck_assert_uint_eq(t.used, 0);
}
END_TEST

static const struct {
	int64_t value;
	const char *text;
} numbers[] = {
	{ 0, "0" }, { 9, "9" }, { 10, "10" }, { -1, "-1" }, { -998, "-998" },
	{ INT64_MAX, "9223372036854775807" },
	{ INT64_MIN, "-9223372036854775808" },
};

START_TEST(writes_numbers)
{
	struct text t = start();

	text_number(&t, numbers[_i].value);
	ck_assert_str_eq(made, numbers[_i].text);
}
END_TEST

START_TEST(writes_hex_and_padded_digits)
{
	struct text t = start();

	text_hex(&t, 0x140cca);
	text_char(&t, ' ');
	text_hex(&t, UINT64_MAX);
	text_char(&t, ' ');
	text_hex(&t, 0);
	text_char(&t, ' ');
	text_digits(&t, 42, 9);
	text_char(&t, ' ');
	text_digits(&t, 12345, 2);
	text_char(&t, ' ');
	text_digits(&t, UINT64_MAX, 99);
	ck_assert_str_eq(made, "0x140cca 0xffffffffffffffff 0x0 000000042 "
			 "12345 18446744073709551615");
}
END_TEST

/* ---- strangers' bytes ---- */

#define BAD "\xef\xbf\xbd"

/* Any bytes, what people see and what JSON gets within its quotes. */
static const struct {
	const char *bytes, *clean, *json;
} cases[] = {
	{ "", "", "" },
	{ "tail", "tail", "tail" },
	{ "a b", "a b", "a b" },
	{ "\"", "\"", "\\\"" },
	{ "\\", "\\", "\\\\" },
	{ "\n\r\t\a\b\v\f", "\\n\\r\\t\\a\\b\\v\\f",
	  "\\u000a\\u000d\\u0009\\u0007\\u0008\\u000b\\u000c" },
	{ "\x1b[31m", "\\x1b[31m", "\\u001b[31m" },
	{ "\x01\x06\x0e\x1f\x7f", "\\x01\\x06\\x0e\\x1f\\x7f",
	  "\\u0001\\u0006\\u000e\\u001f\\u007f" },
	/* C1: 0x9b as U+009B opens an escape sequence, 0x9b alone is broken. */
	{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f",
	  "\\u0080\\u009b\\u009f" },
	{ "\x9b", BAD, BAD },
	{ "\xc2\xa0", "\xc2\xa0", "\xc2\xa0" },
	{ "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c",
	  "\\u202e\\u2066\\u200f\\u061c", "\\u202e\\u2066\\u200f\\u061c" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", "\\u2028\\u2029" },
	{ "\xef\xbb\xbf", "\\ufeff", "\\ufeff" },
	/* Soft hyphen, Arabic number sign, Hangul filler, zero-width joiner,
	 * variation selectors; tags, a selector and an unassigned one beyond
	 * U+FFFF; code points that are no characters. */
	{ "\xc2\xad\xd8\x80\xe3\x85\xa4\xe2\x80\x8d\xef\xb8\x8f",
	  "\\u00ad\\u0600\\u3164\\u200d\\ufe0f",
	  "\\u00ad\\u0600\\u3164\\u200d\\ufe0f" },
	{ "\xf3\xa0\x80\x81", "\\U000e0001", "\\udb40\\udc01" },
	{ "\xf3\xa0\x84\x80\xf3\xa0\xbf\xbf", "\\U000e0100\\U000e0fff",
	  "\\udb40\\udd00\\udb43\\udfff" },
	{ "\xf0\x9d\x85\xb3\xf0\x9f\xbf\xbf\xf4\x8f\xbf\xbf",
	  "\\U0001d173\\U0001ffff\\U0010ffff",
	  "\\ud834\\udd73\\ud83f\\udfff\\udbff\\udfff" },
	{ "\xef\xb7\x90\xef\xbf\xbe", "\\ufdd0\\ufffe", "\\ufdd0\\ufffe" },
	{ "\xe2\x80\xa6\xe6\xbc\xa2\xf0\x9f\x90\xa7",
	  "\xe2\x80\xa6\xe6\xbc\xa2\xf0\x9f\x90\xa7",
	  "\xe2\x80\xa6\xe6\xbc\xa2\xf0\x9f\x90\xa7" },
	/* Broken: cut short, overlong, a surrogate, too large, never valid. */
	{ "a\xe2\x82", "a" BAD, "a" BAD },
	{ "\xe2\x82z", BAD "z", BAD "z" },
	{ "\xf0\x9f\x90", BAD, BAD },
	{ "\xf0\x9f\xc3\xa9", BAD "\xc3\xa9", BAD "\xc3\xa9" },
	{ "\xc0\xaf", BAD BAD, BAD BAD },
	{ "\xe0\x80\xaf", BAD BAD BAD, BAD BAD BAD },
	{ "\xf0\x8f\xbf\xbf", BAD BAD BAD BAD, BAD BAD BAD BAD },
	{ "\xed\xa0\x80", BAD BAD BAD, BAD BAD BAD },
	{ "\xf4\x90\x80\x80", BAD BAD BAD BAD, BAD BAD BAD BAD },
	{ "\xf5\x80\x80\xff", BAD BAD BAD BAD, BAD BAD BAD BAD },
	{ "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbd",
	  "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbd",
	  "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbd" },
	{ BAD, BAD, BAD },
};

START_TEST(cleans_for_people)
{
	const char *bytes = cases[_i].bytes;
	struct text t = start();

	text_clean(&t, bytes, strlen(bytes));
	ck_assert_str_eq(made, cases[_i].clean);
	ck_assert(!t.cut);
}
END_TEST

START_TEST(quotes_for_json)
{
	const char *bytes = cases[_i].bytes;
	char expected[256] = "\"";
	struct text t = start();

	text_json(&t, bytes, strlen(bytes));
	strcat(strcat(expected, cases[_i].json), "\"");
	ck_assert_str_eq(made, expected);
}
END_TEST

/* YAML knows no pairs of surrogates: it has eight digits instead. */
START_TEST(quotes_for_yaml)
{
	struct text t = start();

	text_yaml(&t, "a\"\n\xe2\x80\xae\xf3\xa0\x80\x81", 10);
	ck_assert_str_eq(made, "\"a\\\"\\u000a\\u202e\\U000e0001\"");
}
END_TEST

START_TEST(a_nul_is_a_byte_like_others)
{
	struct text t = start();

	text_clean(&t, "a\0b", 3);
	text_json(&t, "a\0b", 3);
	ck_assert_str_eq(made, "a\\x00b\"a\\u0000b\"");
}
END_TEST

/* ---- columns ---- */

static const struct {
	const char *text;
	size_t width, fit5;		/* fit5: bytes that fit 5 columns */
} widths[] = {
	{ "", 0, 0 },
	{ "abcde", 5, 5 },
	{ "abcdef", 6, 5 },
	{ "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 6, 6 },	/* wide */
	{ "e\xcc\x81" "abcd\xcc\x81", 5, 9 },			/* accents */
	{ "\xf0\x9f\x90\xa7" "abcd", 6, 7 },			/* a picture */
	{ "\xe2\x80\xa6" "abcde", 6, 7 },			/* ellipsis */
	{ BAD BAD, 2, 6 },
};

START_TEST(knows_widths)
{
	const char *s = widths[_i].text;

	ck_assert_uint_eq(text_width(s, strlen(s)), widths[_i].width);
	ck_assert_uint_eq(text_fit(s, strlen(s), 5), widths[_i].fit5);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *text_suite(void)
{
	Suite *s = suite_create("text");
	TCase *c = tcase_create("text");

	tcase_add_test(c, adds_whole_or_not_at_all);
	tcase_add_test(c, fills_to_the_last_byte);
	tcase_add_test(c, a_text_without_room_is_cut_at_once);
	tcase_add_loop_test(c, writes_numbers, 0, COUNT(numbers));
	tcase_add_test(c, writes_hex_and_padded_digits);
	tcase_add_loop_test(c, cleans_for_people, 0, COUNT(cases));
	tcase_add_loop_test(c, quotes_for_json, 0, COUNT(cases));
	tcase_add_test(c, quotes_for_yaml);
	tcase_add_test(c, a_nul_is_a_byte_like_others);
	tcase_add_loop_test(c, knows_widths, 0, COUNT(widths));
	suite_add_tcase(s, c);
	return s;
}

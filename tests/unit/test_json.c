// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/json.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

Suite *json_suite(void);

static struct json json;
static char shown[65536], buffer[64];

/* ---- a reader that writes down all that it is shown ---- */

static int note(void *to, const struct json *j)
{
	static const char *const words[] = {
		[JSON_IS_TRUE] = "true", [JSON_IS_FALSE] = "false",
		[JSON_IS_NULL] = "null", [JSON_IS_END] = "end",
	};
	char *p = to;

	p += strlen(p);
	for (unsigned int i = 0; json_key(j, i); i++)
		p += sprintf(p, "%s.", json_key(j, i));
	if (j->type == JSON_IS_STRING)
		sprintf(p, "'%s'%s ", j->text, j->cut ? "cut" : "");
	else
		sprintf(p, "%s ", j->type == JSON_IS_NUMBER ? j->text : words[j->type]);
	return !strcmp(j->text, "stop") ? 7 : !strcmp(j->text, "fail") ? -EXDEV : 0;
}

static int parse(const char *text, size_t len)
{
	shown[0] = '\0';
	json.ahead = span_of(text, len);
	json.more = NULL;
	json.value = note;
	json.to = shown;
	return json_parse(&json);
}

/* ---- the same bytes, @step at a time ---- */

static struct span rest;
static size_t step;
static int failure;

static ssize_t more(void *from, void *to, size_t size)
{
	struct span *s = from;
	size_t len = s->size < step ? s->size : step;

	if (len > size)
		len = size;
	if (!len)
		return failure;
	memcpy(to, s->data, len);
	*s = span_sub(*s, len, s->size - len);
	return (ssize_t)len;
}

static int parse_in_steps(const char *text, size_t len, size_t limit)
{
	shown[0] = '\0';
	rest = span_of(text, len);
	json.ahead = span_of(NULL, 0);
	json.more = more;
	json.from = &rest;
	json.buffer = buffer;
	json.buffer_size = sizeof(buffer);
	json.limit = limit;
	json.value = note;
	json.to = shown;
	return json_parse(&json);
}

/* ---- what is JSON ---- */

static const struct {
	const char *text, *shown;
} good[] = {
	{ "1", "1 " },
	{ " \t\r\n-0 ", "-0 " },
	{ "-12.50e+3", "-12.50e+3 " },
	{ "1E9", "1E9 " },
	{ "0.0e-0", "0.0e-0 " },
	{ "true", "true " }, { "false", "false " }, { "null", "null " },
	{ "\"\"", "'' " },
	{ "{}", "end " }, { "[]", "end " }, { "[ ]", "end " }, { "{ \n}", "end " },
	{ "{\"a\":1}", "a.1 end " },
	{ " { \"a\" : 1 , \"b\" : [ ] } ", "a.1 b.end end " },
	{ "{\"a\":{\"b\":{\"c\":\"d\"}},\"e\":2}", "a.b.c.'d' a.b.end a.end e.2 end " },
	{ "[1,[2,{\"x\":3}],4]", ".1 ..2 ..x.3 ..end .end .4 end " },
	{ "{\"\":{\"\":0}}", "..0 .end end " },
	{ "{\"a\":1,\"a\":2}", "a.1 a.2 end " },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\/\b\f\n\r\t' " },
	{ "\"\\u0041\\u00e9\\u20AC\"", "'A\xc3\xa9\xe2\x82\xac' " },
	{ "\"\\ud83d\\ude00\"", "'\xf0\x9f\x98\x80' " },
	{ "\"\\uDBFF\\uDFFF\"", "'\xf4\x8f\xbf\xbf' " },
	{ "\"\\ud83d\"", "'\xef\xbf\xbd' " },
	{ "\"\\ude00x\"", "'\xef\xbf\xbdx' " },
	{ "\"\\ud83d\\n\"", "'\xef\xbf\xbd\n' " },
	{ "\"\\ud83d\\ud83d\\ude00\"", "'\xef\xbf\xbd\xf0\x9f\x98\x80' " },
	{ "\"\\ud83d\\u0041\"", "'\xef\xbf\xbd" "A' " },
	{ "\"\\ud83d\\ud83d\\\\\"", "'\xef\xbf\xbd\xef\xbf\xbd\\' " },
	{ "\"\\u0000\"", "'\xef\xbf\xbd' " },
	{ "{\"k\\u0065y\":\"\x7f\xff\"}", "key.'\x7f\xff' end " },
};

START_TEST(shows_each_value)
{
	ck_assert_int_eq(parse(good[_i].text, strlen(good[_i].text)), 0);
	ck_assert_str_eq(shown, good[_i].shown);
}
END_TEST

START_TEST(does_not_mind_how_it_comes)
{
	for (step = 1; step < 5; step++) {
		ck_assert_int_eq(parse_in_steps(good[_i].text, strlen(good[_i].text),
						1000), 0);
		ck_assert_str_eq(shown, good[_i].shown);
	}
}
END_TEST

/* No beginning of a document is one, but that of a number. */
START_TEST(refuses_what_was_cut_off)
{
	const char *text = good[_i].text;
	size_t len = strlen(text);
	const char *last = text + len;

	while (last > text && strchr(" \n", last[-1]))
		last--;
	if (last[-1] >= '0' && last[-1] <= '9')
		return;
	for (size_t i = 0; i < (size_t)(last - text); i++)
		ck_assert_int_eq(parse(text, i), -EBADMSG);
}
END_TEST

#define BYTES(text)	text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t len;
} bad[] = {
	{ BYTES("") }, { BYTES(" ") }, { BYTES("\xef\xbb\xbf{}") },
	{ BYTES("tru") }, { BYTES("True") }, { BYTES("nul1") }, { BYTES("true1") },
	{ BYTES("1 2") }, { BYTES("{} x") }, { BYTES("{}{}") }, { BYTES("]") },
	{ BYTES("01") }, { BYTES("-") }, { BYTES("+1") }, { BYTES(".5") },
	{ BYTES("1.") }, { BYTES("1e") }, { BYTES("1e+") }, { BYTES("-a") },
	{ BYTES("1.e1") }, { BYTES("0x1") }, { BYTES("NaN") }, { BYTES("--1") },
	{ BYTES("[1,]") }, { BYTES("[,1]") }, { BYTES("[1 2]") }, { BYTES("[1}") },
	{ BYTES("{\"a\":1,}") }, { BYTES("{\"a\" 1}") }, { BYTES("{\"a\"}") },
	{ BYTES("{a:1}") }, { BYTES("{1:1}") }, { BYTES("{\"a\":1]") },
	{ BYTES("{\"a\"::1}") }, { BYTES("{:1}") }, { BYTES("{,}") },
	{ BYTES("'a'") }, { BYTES("\"a\nb\"") }, { BYTES("\"a\0b\"") },
	{ BYTES("\"\\x41\"") }, { BYTES("\"\\u12g4\"") }, { BYTES("\"\\u 123\"") },
	{ BYTES("\"\\\0\"") }, { BYTES("\"\\ud83d\\x\"") }, { BYTES("\"\\ud83d\\u12\"") },
	{ BYTES("{}\0") }, { BYTES("[1]//") }, { BYTES("/**/1") },
};

START_TEST(refuses_what_is_no_json)
{
	ck_assert_int_eq(parse(bad[_i].text, bad[_i].len), -EBADMSG);
	step = 1;
	ck_assert_int_eq(parse_in_steps(bad[_i].text, bad[_i].len, 1000), -EBADMSG);
}
END_TEST

/* ---- bounds ---- */

START_TEST(goes_32_levels_deep)
{
	char text[2 * JSON_DEPTH + 3] = "";

	memset(text, '[', JSON_DEPTH);
	memset(text + JSON_DEPTH, ']', JSON_DEPTH);
	ck_assert_int_eq(parse(text, 2 * JSON_DEPTH), 0);
	memset(text, '[', JSON_DEPTH + 1);
	memset(text + JSON_DEPTH + 1, ']', JSON_DEPTH + 1);
	ck_assert_int_eq(parse(text, 2 * JSON_DEPTH + 2), -EBADMSG);
	ck_assert_str_eq(shown, "");
}
END_TEST

START_TEST(cuts_long_strings)
{
	static char text[JSON_TEXT_SIZE + 8];
	size_t len = JSON_TEXT_SIZE - 2 + (size_t)_i;

	text[0] = '"';
	memset(text + 1, 'x', len);
	text[len + 1] = '"';
	ck_assert_int_eq(parse(text, len + 2), 0);
	ck_assert_int_eq(json.cut, _i > 1);
	ck_assert_uint_eq(json.len, _i > 1 ? JSON_TEXT_SIZE - 1 : len);
	ck_assert_uint_eq(strlen(json.text), json.len);
}
END_TEST

/* A key that does not fit is no key at all; the next one is read again. */
START_TEST(forgets_long_keys)
{
	static char text[3 * JSON_KEYS_SIZE];
	static char key[JSON_KEYS_SIZE + 8];

	memset(key, 'k', JSON_KEYS_SIZE - 2 + (size_t)_i);
	sprintf(text, "{\"%s\":1,\"b\":2}", key);
	ck_assert_int_eq(parse(text, strlen(text)), 0);
	if (_i > 1)
		ck_assert_str_eq(shown, "\x01.1 b.2 end ");
	else
		ck_assert_str_eq(strstr(shown, ".1"), ".1 b.2 end ");
	/* Nothing is left for the keys below. */
	sprintf(text, "{\"%s\":{\"b\":2}}", key);
	ck_assert_int_eq(parse(text, strlen(text)), _i > 1 ? 0 : -EBADMSG);
	if (_i > 1)
		ck_assert_str_eq(shown, "\x01.b.2 \x01.end end ");
}
END_TEST

START_TEST(reads_no_further_than_the_limit)
{
	const char text[] = "[1,2,3,4]";

	step = 2;
	ck_assert_int_eq(parse_in_steps(text, 9, 10), 0);
	ck_assert_int_eq(parse_in_steps(text, 9, 9), -EFBIG);
	ck_assert_int_eq(parse_in_steps(text, 9, 5), -EFBIG);
	ck_assert_int_eq(parse_in_steps(text, 9, 0), -EFBIG);
}
END_TEST

START_TEST(passes_errors_on)
{
	step = 3;
	failure = -EACCES;
	ck_assert_int_eq(parse_in_steps("[1,\"a", 5, 100), -EACCES);
	ck_assert_int_eq(parse_in_steps("\"\\u00", 5, 100), -EACCES);
	ck_assert_int_eq(parse_in_steps("{\"a\"", 4, 100), -EACCES);
	ck_assert_int_eq(parse_in_steps("12", 2, 100), -EACCES);
	failure = -EPERM;	/* which is what END is */
	ck_assert_int_eq(parse_in_steps("12", 2, 100), -EIO);
	failure = 0;
	ck_assert_int_eq(parse_in_steps("12", 2, 100), 0);
}
END_TEST

START_TEST(ends_when_the_reader_says_so)
{
	ck_assert_int_eq(parse("[1,{\"a\":\"stop\",\"b\":2},3", 24), 7);
	ck_assert_str_eq(shown, ".1 .a.'stop' ");
	ck_assert_int_eq(parse("[\"fail\"]", 8), -EXDEV);
}
END_TEST

/* ---- keys and numbers ---- */

static int check_keys(void *to, const struct json *j)
{
	int *seen = to;

	*seen |= json_at(j, "a", "b", NULL) << 0;
	*seen |= json_at(j, "a", NULL) << 1;
	*seen |= json_at(j, "a", "b", "c", NULL) << 2;
	*seen |= json_at(j, NULL) << 3;
	*seen |= (j->type != JSON_IS_END && json_at(j, "l", "", NULL)) << 4;
	return 0;
}

START_TEST(knows_where_a_value_is)
{
	int seen = 0;

	json.ahead = span_of("{\"a\":{\"b\":1},\"l\":[3]}", 21);
	json.more = NULL;
	json.value = check_keys;
	json.to = &seen;
	ck_assert_int_eq(json_parse(&json), 0);
	ck_assert_int_eq(seen, 1 | 2 | 8 | 16);	/* a and the whole end */
}
END_TEST

static const struct {
	const char *text;
	int64_t value;
} numbers[] = {
	{ "0", 0 }, { "-0", 0 }, { "26361", 26361 }, { "-5", -5 },
	{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
	{ "9223372036854775808", 42 }, { "-9223372036854775809", 42 },
	{ "99999999999999999999999", 42 }, { "1.0", 42 }, { "1e3", 42 },
	{ "\"7\"", 7 }, { "\"\"", 42 }, { "\"-\"", 42 }, { "\"7x\"", 42 },
	{ "true", 42 }, { "\" 7\"", 42 },
};

START_TEST(reads_whole_numbers)
{
	ck_assert_int_eq(parse(numbers[_i].text, strlen(numbers[_i].text)), 0);
	ck_assert_int_eq(json_number(&json, 42), numbers[_i].value);
}
END_TEST

#define COUNT(a)	((int)(sizeof(a) / sizeof((a)[0])))

Suite *json_suite(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("reader");

	tcase_add_loop_test(t, shows_each_value, 0, COUNT(good));
	tcase_add_loop_test(t, does_not_mind_how_it_comes, 0, COUNT(good));
	tcase_add_loop_test(t, refuses_what_was_cut_off, 0, COUNT(good));
	tcase_add_loop_test(t, refuses_what_is_no_json, 0, COUNT(bad));
	tcase_add_test(t, goes_32_levels_deep);
	tcase_add_loop_test(t, cuts_long_strings, 0, 5);
	tcase_add_loop_test(t, forgets_long_keys, 0, 5);
	tcase_add_test(t, reads_no_further_than_the_limit);
	tcase_add_test(t, passes_errors_on);
	tcase_add_test(t, ends_when_the_reader_says_so);
	tcase_add_test(t, knows_where_a_value_is);
	tcase_add_loop_test(t, reads_whole_numbers, 0, COUNT(numbers));
	suite_add_tcase(s, t);
	return s;
}

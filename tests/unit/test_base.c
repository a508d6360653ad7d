// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* base/span and base/error. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/span.h"

Suite *base_suite(void);

START_TEST(span_bounds)
{
	static const struct {
		uint64_t off, len;
		bool within;
	} cases[] = {
		{ 0, 4, true }, { 4, 0, true }, { 3, 1, true },
		{ 0, 5, false }, { 4, 1, false }, { 5, 0, false },
		{ 1, UINT64_MAX, false }, { UINT64_MAX, 1, false },
		{ UINT64_MAX, UINT64_MAX, false },
	};
	struct span s = span_of("abcd", 4);

	ck_assert_int_eq(span_has(s, cases[_i].off, cases[_i].len), cases[_i].within);
	ck_assert_int_eq(span_sub(s, cases[_i].off, cases[_i].len).data != NULL,
			 cases[_i].within);
}
END_TEST

START_TEST(span_nothing)
{
	struct span none = { NULL, 0 };

	ck_assert(!span_has(none, 0, 0));
	ck_assert_ptr_null(span_string(none, 0));
}
END_TEST

START_TEST(span_copies)
{
	char to[3] = "zz";

	ck_assert_int_eq(span_copy(span_of("abcd", 4), 3, to, 2), -EBADMSG);
	ck_assert_str_eq(to, "zz");
	ck_assert_int_eq(span_copy(span_of("abcd", 4), 2, to, 2), 0);
	ck_assert_str_eq(to, "cd");
}
END_TEST

START_TEST(span_strings)
{
	struct span s = span_of("ab\0cd", 5);

	ck_assert_str_eq(span_string(s, 0), "ab");
	ck_assert_str_eq(span_string(s, 2), "");
	ck_assert_ptr_null(span_string(s, 3));
	ck_assert_ptr_null(span_string(s, 5));
}
END_TEST

START_TEST(fault_first_one_stays)
{
	struct error f = { 0 };
	char line[100];

	ck_assert_int_eq(error_set(&f, -ENOENT, "open %s", "x"), -ENOENT);
	ck_assert_int_eq(error_set(&f, EPERM, "go on"), -EPERM);
	ck_assert_int_eq(f.error, ENOENT);
	error_format(&f, line, sizeof(line));
	ck_assert_str_eq(line, "open x: No such file or directory");
}
END_TEST

START_TEST(fault_has_a_way_out)
{
	struct error f = { 0 };
	char line[100];

	error_set(&f, EPERM, "load program p");
	error_why(&f, "refused at %d", 7);
	ck_assert_int_eq(error_hint(&f, "be root"), -EPERM);
	ck_assert_uint_eq(error_format(&f, line, sizeof(line)), strlen(line));
	ck_assert_str_eq(line, "load program p: refused at 7 (be root)");
	ck_assert_uint_eq(error_format(&f, line, 5), 4);
	ck_assert_str_eq(line, "load");
}
END_TEST

START_TEST(fault_log_is_freed_once)
{
	struct error f = { 0 };

	error_keep_log(&f, strdup("one"));
	error_keep_log(&f, strdup("two"));
	ck_assert_str_eq(f.log, "two");
	error_clear(&f);
	ck_assert_ptr_null(f.log);
	error_keep_log(NULL, strdup("nobody's"));
}
END_TEST

START_TEST(fault_may_be_missing)
{
	ck_assert_int_eq(error_set(NULL, EIO, "x"), -EIO);
	ck_assert_int_eq(error_hint(NULL, "x"), 0);
}
END_TEST

Suite *base_suite(void)
{
	Suite *s = suite_create("base");
	TCase *t = tcase_create("base");

	tcase_add_loop_test(t, span_bounds, 0, 9);
	tcase_add_test(t, span_nothing);
	tcase_add_test(t, span_copies);
	tcase_add_test(t, span_strings);
	tcase_add_test(t, fault_first_one_stays);
	tcase_add_test(t, fault_has_a_way_out);
	tcase_add_test(t, fault_log_is_freed_once);
	tcase_add_test(t, fault_may_be_missing);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* base/format: what it writes is what the C library writes, into any room. */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"

Suite *format_suite(void);

/* Both must agree, with room for all of it and for each part of it. */
#define same(...) do { \
	char ours[128], theirs[128]; \
	int length = snprintf(theirs, sizeof(theirs), __VA_ARGS__); \
	\
	ck_assert_int_eq(format_snprintf(ours, sizeof(ours), __VA_ARGS__), length); \
	ck_assert_str_eq(ours, theirs); \
	for (size_t size = 0; size <= (size_t)length; size++) { \
		memset(ours, '#', sizeof(ours)); \
		ck_assert_int_eq(format_snprintf(ours, size, __VA_ARGS__), length); \
		ck_assert(size == 0 || !strncmp(ours, theirs, size - 1)); \
		ck_assert(size == 0 || ours[size - 1] == '\0'); \
		ck_assert_int_eq(ours[size], '#'); \
	} \
} while (0)

START_TEST(numbers)
{
	static const int values[] = { 0, 1, -1, 9, 10, -10, 255, INT_MAX, INT_MIN };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		same("%d", values[i]);
		same("<%5d|%-5d|%05d>", values[i], values[i], values[i]);
		same("%u %x %04X %02x", values[i], values[i], values[i], values[i]);
		same("%*d|%-*d", 7, values[i], 7, values[i]);
	}
	same("%ld %lu", LONG_MIN, ULONG_MAX);
	same("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, ULLONG_MAX);
	same("%zu %zd", SIZE_MAX, (ssize_t)-1);
}
END_TEST

START_TEST(texts)
{
	same("%s", "");
	same("%s: %s (%s)", "read", "No such file", "hint");
	same("<%8s|%-8s|%2s>", "abc", "abc", "abc");
	same("<%.2s|%.0s|%.9s|%.*s>", "abc", "abc", "abc", 1, "abc");
	same("<%6.2s|%-6.2s>", "abc", "abc");
	same("%c%c%%%3c", 'a', 'b', 'c');
	same("plain");
}
END_TEST

START_TEST(unterminated)
{
	char to[8];
	const char from[3] = { 'a', 'b', 'c' };

	ck_assert_int_eq(format_snprintf(to, sizeof(to), "%.*s", 3, from), 3);
	ck_assert_str_eq(to, "abc");
}
END_TEST

START_TEST(unsupported)
{
	static const char *const formats[] = { "a%f", "a%p", "a%n", "a%", "a%hd", "a%#x" };
	char to[8];

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const char *format = formats[i];

		ck_assert_int_eq(format_snprintf(to, sizeof(to), format, 0), -1);
		ck_assert_str_eq(to, "a");
	}
}
END_TEST

Suite *format_suite(void)
{
	Suite *s = suite_create("format");
	TCase *t = tcase_create("format");

	tcase_add_test(t, numbers);
	tcase_add_test(t, texts);
	tcase_add_test(t, unterminated);
	tcase_add_test(t, unsupported);
	suite_add_tcase(s, t);
	return s;
}

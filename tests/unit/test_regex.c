// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filter/regex.h"

Suite *regex_suite(void);

static struct regex_pool pool;

/* 1 or 0; -1: it does not compile. */
static int match(const char *pattern, const char *s)
{
	const char *wrong = NULL;
	int start;

	pool.used = 0;
	start = regex_compile(&pool, pattern, &wrong);
	ck_assert((start < 0) == (wrong != NULL));
	return start < 0 ? -1 : regex_match(&pool, start, s);
}

static const struct {
	const char *pattern;
	const char *yes[8], *no[8];
} cases[] = {
	{ "", { "", "x" }, { NULL } },
	{ "abc", { "abc", "xabcx" }, { "", "ab", "acb" } },
	{ "^abc$", { "abc" }, { "xabc", "abcx", "" } },
	{ "^$", { "" }, { "x" } },
	{ "a|b|cd", { "a", "b", "cd" }, { "c", "d", "" } },
	{ "^(a|b|)$", { "a", "b", "" }, { "ab" } },
	{ "^(foo|bar)baz$", { "foobaz", "barbaz" }, { "baz", "foobar" } },
	{ "^a*$", { "", "a", "aaaa" }, { "b", "ab" } },
	{ "^a+$", { "a", "aa" }, { "", "b" } },
	{ "^ab?c$", { "ac", "abc" }, { "abbc" } },
	{ "^(ab)*$", { "", "abab" }, { "aba" } },
	{ "^(a*)*$", { "", "aaa" }, { "b" } },
	{ "^(a*|b)+$", { "", "abba" }, { "c" } },
	{ "^a{3}$", { "aaa" }, { "aa", "aaaa" } },
	{ "^a{2,}$", { "aa", "aaaaa" }, { "a", "" } },
	{ "^a{0,}$", { "", "aa" }, { "b" } },
	{ "^a{1,3}b$", { "ab", "aaab" }, { "b", "aaaab" } },
	{ "^a{0,2}$", { "", "a", "aa" }, { "aaa" } },
	{ "^ba{0}c$", { "bc" }, { "bac" } },
	{ "^(a|bc){2}$", { "aa", "abc", "bcbc" }, { "a", "bc", "abca" } },
	{ "^(a{2}){2}$", { "aaaa" }, { "aa", "aaa", "aaaaa" } },
	{ "^a*?b+?c?\?$", { "b", "aabbc" }, { "a", "c" } },
	{ "^a{,2}$", { "a{,2}" }, { "aa" } },		/* no count: as it is */
	{ "^{$", { "{" }, { "" } },
	{ "^a]}$", { "a]}" }, { "a" } },
	{ "^.$", { "x", "\xc3\xa9", "\xff" }, { "", "\n", "xx" } },
	{ "(?s)^.$", { "\n" }, { "" } },
	{ "^[abc]$", { "a", "c" }, { "d", "" } },
	{ "^[^abc]$", { "d", "\n", "\xc3\xa9" }, { "a", "" } },
	{ "^[a-cx]$", { "b", "x" }, { "d", "-" } },
	{ "^[]a]$", { "]", "a" }, { "b" } },
	{ "^[^]a]$", { "b" }, { "]", "a" } },
	{ "^[a-]$", { "-", "a" }, { "b" } },
	{ "^[.*]$", { ".", "*" }, { "a" } },
	{ "^[\\]\\-]$", { "]", "-" }, { "\\" } },
	{ "^[\xc3\xa0-\xc3\xbc]$", { "\xc3\xa9" }, { "e", "\xc3\xbf" } },
	{ "^\\d+$", { "0", "0123456789" }, { "a", "1a" } },
	{ "^\\D$", { "a", "\xc3\xa9" }, { "5" } },
	{ "^\\w+$", { "aZ_9" }, { "-", "\xc3\xa9" } },
	{ "^\\W$", { "-", " " }, { "_", "a", "Z", "0" } },
	{ "^\\s$", { " ", "\t", "\n", "\f", "\r" }, { "\v", "a" } },
	{ "^\\S$", { "a", "\v" }, { " ", "\t" } },
	{ "^[\\d.]+$", { "1.2" }, { "a" } },
	{ "^[^\\d]$", { "a" }, { "1" } },
	{ "^[\\D]$", { "a" }, { "1" } },
	{ "^[^\\S]$", { " " }, { "1" } },
	{ "^[[:alpha:]_]$", { "a", "_" }, { "1", ":" } },
	{ "^[[:^alpha:]]$", { "1" }, { "a" } },
	{ "^[[:xdigit:][:space:]]$", { "f", "\v", " " }, { "g" } },
	{ "^[[:punct:]]$", { "!", "~", "_" }, { "a", " " } },
	{ "\\bfoo\\b", { "foo", "a foo.", "foo-bar" }, { "foot", "afoo" } },
	{ "\\Boo\\B", { "foot" }, { "oot", "foo" } },
	{ "\\Afoo\\z", { "foo" }, { "afoo", "foo\n" } },
	{ "^\\.\\*\\\\$", { ".*\\" }, { "ab\\" } },
	{ "^\\x41\\x{42}\\x{1f600}$", { "AB\xf0\x9f\x98\x80" }, { "AB" } },
	{ "^\\t\\n$", { "\t\n" }, { "tn" } },
	{ "(?i)^foo[a-c]$", { "FOOb", "fOoB" }, { "food" } },
	{ "^(?i:a)b$", { "Ab", "ab" }, { "aB" } },
	{ "^((?i)a)b$", { "Ab" }, { "AB" } },
	{ "(?i)^[^a]$", { "b" }, { "a", "A" } },
	{ "^(?:ab)+$", { "abab" }, { "aab" } },
	{ "a$|^b", { "xa", "bx" }, { "ax", "xb" } },
	{ "a^b", { NULL }, { "ab", "a^b" } },
	{ "^^a$$", { "a" }, { "^a$" } },
	{ "^(a?){8}a{8}$", { "aaaaaaaa", "aaaaaaaaaaaaaaaa" }, { "aaaaaaa" } },
	{ "\xef\xbf\xbd", { "\xef\xbf\xbd", "\xff" }, { "a" } },
};

START_TEST(matches_as_told)
{
	for (size_t i = 0; i < 8 && cases[_i].yes[i]; i++)
		ck_assert_msg(match(cases[_i].pattern, cases[_i].yes[i]) == 1,
			      "'%s' on '%s'", cases[_i].pattern, cases[_i].yes[i]);
	for (size_t i = 0; i < 8 && cases[_i].no[i]; i++)
		ck_assert_msg(match(cases[_i].pattern, cases[_i].no[i]) == 0,
			      "'%s' on '%s'", cases[_i].pattern, cases[_i].no[i]);
}
END_TEST

static const struct {
	const char *pattern, *wrong;
} refusals[] = {
	{ "(", "a ( is not closed" },
	{ "a(b(c)", "a ( is not closed" },
	{ ")", "a ) closes nothing" },
	{ "a)b", "a ) closes nothing" },
	{ "[", "a [ is not closed" },
	{ "[a", "a [ is not closed" },
	{ "[]", "a [ is not closed" },
	{ "[^]", "a [ is not closed" },
	{ "[a-", "a [ is not closed" },
	{ "[b-a]", "a range runs backwards" },
	{ "[[:alfa:]]", "no such [: :]" },
	{ "*", "there is nothing to repeat before * + ?" },
	{ "a|+", "there is nothing to repeat before * + ?" },
	{ "(?)", "of (? only (?: (?i and (?s are known" },
	{ "(?P<a>b)", "of (? only (?: (?i and (?s are known" },
	{ "(?=a)", "of (? only (?: (?i and (?s are known" },
	{ "a**", "one repetition follows another" },
	{ "a+*", "one repetition follows another" },
	{ "a{2}{3}", "one repetition follows another" },
	{ "a{3,2}", "{} has its numbers the wrong way round" },
	{ "a{1001}", "{} repeats at most 1000 times" },
	{ "a{1,99999999999999999999}", "{} repeats at most 1000 times" },
	{ "(a{1000}){1000}", "it is too large" },
	{ "\\", "it ends too early" },
	{ "\\q", "no such escape" },
	{ "\\1", "no such escape" },
	{ "\\pL", "no such escape" },
	{ "[\\b]", "no such escape" },
	{ "\\x4", "\\x wants two hexadecimal digits, or some in {}" },
	{ "\\x{110000}", "\\x wants two hexadecimal digits, or some in {}" },
	{ "\xff", "it is not UTF-8" },
};

START_TEST(refuses_with_a_reason)
{
	const char *wrong = "";

	pool.used = 7;
	ck_assert_int_eq(regex_compile(&pool, refusals[_i].pattern, &wrong), -EINVAL);
	ck_assert_str_eq(wrong, refusals[_i].wrong);
	ck_assert_uint_eq(pool.used, 7);
}
END_TEST

START_TEST(several_share_a_pool)
{
	const char *wrong;
	int a, b;

	pool.used = 0;
	a = regex_compile(&pool, "^a+$", &wrong);
	b = regex_compile(&pool, "^b{2}|c$", &wrong);
	ck_assert_int_eq(a, 0);
	ck_assert_int_gt(b, a);
	ck_assert(regex_match(&pool, a, "aa") && !regex_match(&pool, a, "bb"));
	ck_assert(regex_match(&pool, b, "bb") && !regex_match(&pool, b, "aa"));
}
END_TEST

START_TEST(groups_nest_only_so_deep)
{
	char deep[300] = "";

	memset(deep, '(', 50);
	memset(deep + 50, ')', 50);
	ck_assert_int_eq(match(deep, ""), 1);
	memset(deep, '(', 100);
	memset(deep + 100, ')', 100);
	ck_assert_int_eq(match(deep, ""), -1);
}
END_TEST

/* With backtracking this would not end before the universe does. */
START_TEST(time_is_linear)
{
	char s[4001];

	memset(s, 'a', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	ck_assert_int_eq(match("^(a|a|aa)*(a*)*(a|a?)+b$", s), 0);
	ck_assert_int_eq(match("^(a?){100}a{100}$", s), 0);
}
END_TEST

Suite *regex_suite(void)
{
	Suite *s = suite_create("regex");
	TCase *t = tcase_create("regex");

	tcase_add_loop_test(t, matches_as_told, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, refuses_with_a_reason, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(t, several_share_a_pool);
	tcase_add_test(t, groups_nest_only_so_deep);
	tcase_add_test(t, time_is_linear);
	suite_add_tcase(s, t);
	return s;
}

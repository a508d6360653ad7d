// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* counts: what was seen against what the host counts. */
#include <check.h>
#include <string.h>

#include "accounting.h"

Suite *accounting_suite(void);

static const struct {
	const char *about;
	/* Events: single kills known to be such, unclear ones, marks, groups of 3. */
	int kills, unclear, marks, groups;
	uint64_t lost;
	int64_t start[2], now[2];
	int64_t difference;
	uint64_t marked_only;
	const char *line;
} rows[] = {
	{ "nothing", 0, 0, 0, 0, 0, { 7, 7 }, { 7, 7 }, 0, 0,
	  "0 kills, 0 lost; the kernel counted 0" },
	{ "equal", 0, 3, 0, 0, 0, { 7, 7 }, { 10, 10 }, 0, 0,
	  "3 kills, 0 lost; the kernel counted 3" },
	{ "lost ones are the host's, too", 1, 1, 0, 0, 4, { 0, 0 }, { 6, 6 }, 0, 0,
	  "2 kills, 4 lost; the kernel counted 6" },
	{ "one not seen", 2, 0, 0, 0, 0, { 7, 7 }, { 10, 10 }, 1, 0,
	  "2 kills, 0 lost; the kernel counted 3, 1 more than these" },
	{ "a mark does not count", 2, 0, 1, 0, 0, { 0, 0 }, { 2, 2 }, 0, 1,
	  "2 kills, 0 lost, 1 already exiting; the kernel counted 2" },
	{ "what is unclear was a mark", 1, 3, 0, 0, 0, { 0, 0 }, { 2, 2 }, 0, 2,
	  "2 kills, 0 lost, 2 already exiting; the kernel counted 2" },
	{ "what is clear was none", 3, 1, 0, 0, 0, { 0, 0 }, { 2, 2 }, -1, 1,
	  "3 kills, 0 lost, 1 already exiting; the kernel counted 2, 1 fewer than these" },
	{ "a group's first victim twice", 0, 0, 0, 2, 0, { 0, 0 }, { 8, 8 }, 0, 0,
	  "6 kills, 0 lost; the kernel counted 8, the first of a group twice" },
	{ "or once", 0, 0, 0, 2, 0, { 0, 0 }, { 6, 6 }, 0, 0,
	  "6 kills, 0 lost; the kernel counted 6" },
	{ "but not three times", 0, 0, 0, 2, 0, { 0, 0 }, { 9, 9 }, 1, 0,
	  "6 kills, 0 lost; the kernel counted 9, 1 more than these" },
	{ "many at the end", 9, 0, 0, 0, 0, { 0, 0 }, { 8, 12 }, 0, 0,
	  "9 kills, 0 lost; the kernel counted 8 to 12" },
	{ "a kill at the start may be in it or not", 1, 0, 0, 0, 0, { 0, 1 }, { 2, 2 },
	  0, 0, "1 kill, 0 lost; the kernel counted 1 or 2" },
	{ "and one at the end", 1, 0, 0, 0, 0, { 0, 0 }, { 1, 2 }, 0, 0,
	  "1 kill, 0 lost; the kernel counted 1 or 2" },
	{ "no /proc", 1, 1, 0, 0, 0, { -9, -9 }, { -9, -9 }, 0, 0,
	  "2 kills, 0 lost; the kernel's own count is unknown" },
	{ "gone meanwhile", 1, 0, 0, 0, 0, { 3, 3 }, { 4, -5 }, 0, 0,
	  "1 kill, 0 lost; the kernel's own count is unknown" },
	{ "running backwards", 1, 0, 0, 0, 0, { 3, 3 }, { 2, 2 }, 0, 0,
	  "1 kill, 0 lost; the kernel's own count is unknown" },
};

static struct oom_event event;

static void add(struct accounting *c, int count, int64_t marked_only, int64_t group,
		int64_t member)
{
	event_init(&event);
	event.oom.marked_only = marked_only;
	event.oom.group = group;
	event.oom.incident_member = member;
	while (count--)
		accounting_event(c, &event);
}

START_TEST(the_host_is_held_against_it)
{
	struct accounting c;
	char line[160] = "";
	struct text t = text_on(line, sizeof(line) - 1);

	accounting_init(&c);
	add(&c, rows[_i].kills, 0, 0, 1);
	add(&c, rows[_i].unclear, EVENT_UNKNOWN, 0, EVENT_UNKNOWN);
	add(&c, rows[_i].marks, 1, 0, 1);
	add(&c, rows[_i].groups, 0, 1, 1);
	add(&c, rows[_i].groups, 0, 1, 2);
	add(&c, rows[_i].groups, 0, 1, 3);
	c.lost = rows[_i].lost;
	accounting_host(&c, rows[_i].start, rows[_i].now);
	accounting_format(&t, &c, false);
	ck_assert_msg(accounting_difference(&c) == rows[_i].difference, "%s", rows[_i].about);
	ck_assert_msg(c.marked_only == rows[_i].marked_only, "%s", rows[_i].about);
	ck_assert_str_eq(line, rows[_i].line);
}
END_TEST

/* Where nobody knows whether a group was killed, it may have been. */
START_TEST(counts_for_a_program)
{
	char line[160] = "";
	struct text t = text_on(line, sizeof(line) - 1);
	int64_t start[2] = { 0, 0 }, now[2] = { 5, 5 };
	struct accounting c;

	accounting_init(&c);
	add(&c, 2, 0, 0, 1);
	c.lost = 1;
	c.unwritten = 4;
	accounting_format_json(&t, &c);
	ck_assert_str_eq(line, "{\"kills\":2,\"lost\":1,\"unwritten\":4,\"unseen\":null}\n");
	accounting_host(&c, start, now);
	memset(line, 0, sizeof(line));
	t = text_on(line, sizeof(line) - 1);
	accounting_format_json(&t, &c);
	ck_assert_str_eq(line, "{\"kills\":2,\"lost\":1,\"unwritten\":4,\"unseen\":2}\n");
}
END_TEST

START_TEST(an_unknown_group_may_be_one)
{
	int64_t start[2] = { 0, 0 }, now[2] = { 3, 3 };
	struct accounting c;

	accounting_init(&c);
	add(&c, 1, 0, EVENT_UNKNOWN, EVENT_UNKNOWN);
	add(&c, 1, 0, 0, 1);
	accounting_host(&c, start, now);
	ck_assert_int_eq(accounting_difference(&c), 0);
}
END_TEST

START_TEST(the_host_is_unknown_until_it_is_asked)
{
	char line[160] = "";
	struct text t = text_on(line, sizeof(line) - 1);
	struct accounting c;

	accounting_init(&c);
	c.shown = 5;
	accounting_format(&t, &c, true);
	ck_assert_str_eq(line, "0 kills, 0 lost, 5 shown; "
			 "the kernel's own count is unknown");
	ck_assert_int_eq(accounting_difference(&c), 0);
}
END_TEST

START_TEST(what_was_not_written_is_in_the_line)
{
	int64_t start[2] = { 0, 0 }, now[2] = { 3, 3 };
	char line[160] = "";
	struct text t = text_on(line, sizeof(line) - 1);
	struct accounting c;

	accounting_init(&c);
	add(&c, 3, 0, 0, 1);
	add(&c, 1, 1, 0, 1);
	c.shown = 1;
	c.unwritten = 2;
	accounting_host(&c, start, now);
	accounting_format(&t, &c, true);
	ck_assert_str_eq(line, "3 kills, 0 lost, 1 shown, 2 not written, 1 already exiting; "
			 "the kernel counted 3");
}
END_TEST

/* The next look finds what the first has made of the unclear ones. */
START_TEST(a_second_look_changes_nothing)
{
	int64_t start[2] = { 0, 0 }, now[2] = { 1, 1 };
	struct accounting c;

	accounting_init(&c);
	add(&c, 2, EVENT_UNKNOWN, 0, 1);
	for (int i = 0; i < 2; i++) {
		accounting_host(&c, start, now);
		ck_assert_uint_eq(c.kills, 1);
		ck_assert_uint_eq(c.marked_only, 1);
		ck_assert_int_eq(accounting_difference(&c), 0);
	}
}
END_TEST

Suite *accounting_suite(void)
{
	Suite *suite = suite_create("accounting");
	TCase *tc = tcase_create("accounting");

	tcase_add_loop_test(tc, the_host_is_held_against_it, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, counts_for_a_program);
	tcase_add_test(tc, an_unknown_group_may_be_one);
	tcase_add_test(tc, the_host_is_unknown_until_it_is_asked);
	tcase_add_test(tc, what_was_not_written_is_in_the_line);
	tcase_add_test(tc, a_second_look_changes_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}

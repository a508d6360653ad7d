// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* event/incident: members counted, and the cgroup that is killed as a whole. */
#include <check.h>
#include <string.h>

#include "explain/incident.h"
#include "sample.h"

Suite *incident_suite(void);

static struct oom_event event;
static struct incidents all;

static int64_t member_of(int64_t incident)
{
	event_init(&event);
	event.oom.incident = incident;
	incident_count(&all, &event);
	return event.oom.incident_member;
}

static void forget(void)
{
	memset(&all, 0, sizeof(all));
}

START_TEST(five_hundred_members_are_one_incident)
{
	for (int64_t i = 1; i <= 500; i++)
		ck_assert_int_eq(member_of(4711), i);
	ck_assert_int_eq(member_of(4712), 1);
}
END_TEST

/* As many as are known at once, their members taken by turns. */
START_TEST(incidents_may_go_on_at_once)
{
	for (int64_t member = 1; member <= 10; member++)
		for (int64_t id = 0; id < INCIDENTS; id++)
			ck_assert_int_eq(member_of(id), member);
}
END_TEST

START_TEST(the_silent_one_is_forgotten)
{
	for (int64_t id = 0; id < INCIDENTS; id++)
		member_of(id);
	member_of(0);
	ck_assert_int_eq(member_of(1000), 1);	/* in the place of 1 */
	ck_assert_int_eq(member_of(0), 3);
	ck_assert_int_eq(member_of(2), 2);
	ck_assert_int_eq(member_of(1), 1);
}
END_TEST

START_TEST(an_unknown_incident_has_no_members)
{
	ck_assert_int_eq(member_of(EVENT_UNKNOWN), EVENT_UNKNOWN);
	ck_assert_int_eq(member_of(0), 1);
}
END_TEST

#define NO EVENT_UNKNOWN

static const struct {
	int64_t set[4];			/* memory.oom.group from leaf to root */
	int64_t level, constraint, version, marked;
	int64_t group;
	const char *path;
} groups[] = {
	{ { 0, 0, 0, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 0, "" },
	{ { 1, 0, 0, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 1, "/kubepods/podX/app" },
	/* The highest counts, but none above the limit. */
	{ { 1, 1, 0, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 1, "/kubepods/podX" },
	{ { 1, 1, 1, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 1, "/kubepods/podX" },
	{ { 0, 0, 1, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 0, "" },
	/* The host: up to the root, which has no such file. */
	{ { 0, 0, 1, 0 }, NO, CONSTRAINT_NONE, 2, 0, 1, "/kubepods" },
	{ { 0, 1, 0, 0 }, NO, CONSTRAINT_CPUSET, 2, 0, 1, "/kubepods/podX" },
	{ { 1, 1, 1, 0 }, NO, CONSTRAINT_MEMCG, 2, 0, NO, NULL },
	{ { 1, 1, 1, 0 }, NO, NO, 2, 0, NO, NULL },
	{ { 0, NO, 0, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, NO, NULL },
	{ { 0, 0, NO, 0 }, 1, CONSTRAINT_MEMCG, 2, 0, 0, "" },
	{ { NO, NO, NO, NO }, 1, CONSTRAINT_MEMCG, 1, 0, 0, "" },
	{ { 1, 1, 1, 0 }, 1, CONSTRAINT_MEMCG, 2, 1, 0, "" },
};

START_TEST(the_group_is_found_as_the_kernel_finds_it)
{
	sample_full(&event);
	event.oom.group = EVENT_UNKNOWN;
	event.oom.group_memcg = NULL;
	event.oom.limiting_level = groups[_i].level;
	event.oom.constraint = groups[_i].constraint;
	event.oom.memcg_version = groups[_i].version;
	event.oom.marked_only = groups[_i].marked;
	for (int i = 0; i < 4; i++)
		event.oom.levels[i].oom_group = groups[_i].set[i];
	incident_group(&event);
	ck_assert_int_eq(event.oom.group, groups[_i].group);
	ck_assert_pstr_eq(event.oom.group_memcg, groups[_i].path);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *incident_suite(void)
{
	Suite *s = suite_create("incident");
	TCase *c = tcase_create("members");

	tcase_add_checked_fixture(c, forget, NULL);
	tcase_add_test(c, five_hundred_members_are_one_incident);
	tcase_add_test(c, incidents_may_go_on_at_once);
	tcase_add_test(c, the_silent_one_is_forgotten);
	tcase_add_test(c, an_unknown_incident_has_no_members);
	tcase_add_loop_test(c, the_group_is_found_as_the_kernel_finds_it, 0,
			    COUNT(groups));
	suite_add_tcase(s, c);
	return s;
}

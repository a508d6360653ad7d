// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* host/procfs, on files made for the purpose. */
#include "host/procfs.h"

#include <check.h>
#include <unistd.h>

#include "tree.h"

Suite *procfs_suite(void);

static struct oom_event event;
static int root = -1;

static void make_victim(void)
{
	root = tree_make();
	event_init(&event);
	event.target.tid = 7;
}

static void remove_victim(void)
{
	tree_remove(root);
}

static void put_status(const char *ids)
{
	tree_directories("7/status");
	tree_put("7/comm", "eater\n");
	tree_put("7/status", ids);
}

START_TEST(test_victim)
{
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\n"
		   "Uid:\t1\t2\t3\t4\nGid:\t8\t9\t9\t9\nNStgid:\t6\t1\nNSpid:\t7\t2\n");
	procfs_complete(root, &event);
	ck_assert_str_eq(event.target.comm, "eater");
	ck_assert_int_eq(event.target.tgid, 6);
	ck_assert_int_eq(event.target.parent_tgid, 5);
	ck_assert_int_eq(event.target.uid, 1);
	ck_assert_int_eq(event.target.gid, 8);
	ck_assert_int_eq(event.target.nspid, 1);
}
END_TEST

/* The kernel reads one id after the other: the last of them may be gone already. */
START_TEST(test_victim_is_reaped_while_read)
{
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\n"
		   "Uid:\t1\t1\t1\t1\nGid:\t8\t8\t8\t8\nNStgid:\t0\t0\nNSpid:\t0\t0\n");
	procfs_complete(root, &event);
	ck_assert_int_eq(event.target.tgid, 6);
	ck_assert_int_eq(event.target.parent_tgid, 5);
	ck_assert_int_eq(event.target.nspid, EVENT_UNKNOWN);
}
END_TEST

START_TEST(test_victim_is_reaped)
{
	put_status("Name:\teater\nTgid:\t0\nPid:\t0\nPPid:\t0\n"
		   "Uid:\t1\t1\t1\t1\nGid:\t8\t8\t8\t8\nNStgid:\t0\nNSpid:\t0\n");
	procfs_complete(root, &event);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.parent_tgid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.nspid, EVENT_UNKNOWN);
}
END_TEST

START_TEST(test_id_of_another_program)
{
	event.target.comm = "python3";
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\nNStgid:\t6\n");
	procfs_complete(root, &event);
	ck_assert_str_eq(event.target.comm, "python3");
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
}
END_TEST

Suite *procfs_suite(void)
{
	Suite *suite = suite_create("procfs");
	TCase *cases = tcase_create("process");

	tcase_add_checked_fixture(cases, make_victim, remove_victim);
	tcase_add_test(cases, test_victim);
	tcase_add_test(cases, test_victim_is_reaped_while_read);
	tcase_add_test(cases, test_victim_is_reaped);
	tcase_add_test(cases, test_id_of_another_program);
	suite_add_tcase(suite, cases);
	return suite;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* host/process, on files made for the purpose. */
#include "host/process.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "tree.h"

Suite *process_suite(void);

static struct oom_event event;
static const struct cgroup_files no_files = { .dir = -1 };
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

#define PRESENT		(UINT64_C(1) << 63)
#define SWAPPED		(UINT64_C(1) << 62)
#define EXCLUSIVE	(UINT64_C(1) << 56)

/* A process @id that was started at @ticks; its arguments are in the page at 8192, its
 * environment ends in the page of its arguments. */
static void put_stat(const char *id, int ticks, int vsize)
{
	char path[40], text[400];

	snprintf(path, sizeof(path), "%s/stat", id);
	snprintf(text, sizeof(text), "%s (a ) b) R 40 0 0 0 0 64 0 0 0 0 0 0 0 0 0 0 1 0 %d %d "
		 "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 "
		 "8292 8300 8300 8400 0\n", id, ticks, vsize);
	tree_put(path, text);
}

/* The pages at 8192 and behind, as pagemap has them. */
static void put_pages(uint64_t first, uint64_t second)
{
	const uint64_t entries[] = { 0, 0, first, second };

	tree_put_bytes("50/pagemap", entries, sizeof(entries));
}

START_TEST(test_victim)
{
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\n"
		   "Uid:\t1\t2\t3\t4\nGid:\t8\t9\t9\t9\nNStgid:\t6\t1\nNSpid:\t7\t2\n");
	process_complete(root, &no_files, &event);
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
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, 6);
	ck_assert_int_eq(event.target.parent_tgid, 5);
	ck_assert_int_eq(event.target.nspid, EVENT_UNKNOWN);
}
END_TEST

START_TEST(test_victim_is_reaped)
{
	put_status("Name:\teater\nTgid:\t0\nPid:\t0\nPPid:\t0\n"
		   "Uid:\t1\t1\t1\t1\nGid:\t8\t8\t8\t8\nNStgid:\t0\nNSpid:\t0\n");
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.parent_tgid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.nspid, EVENT_UNKNOWN);
}
END_TEST

/* The same name, or the beginning of it, and yet another process. */
START_TEST(test_id_that_was_used_again)
{
	event.time_boot_ns = 2000000000;
	event.target.comm = "eater";
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\nNStgid:\t6\n");
	put_stat("7", 201, 1);
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	/* Started in the tick of the kill: before or behind it? */
	put_stat("7", 200, 1);
	tree_put("7/comm", "ea\n");
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	tree_put("7/comm", "eater\n");
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, 6);
}
END_TEST

/* A process that was there before the kill is the same, whatever its name is now. */
START_TEST(test_process_of_another_name)
{
	event.time_boot_ns = 2000000000;
	event.target.comm = "sh";
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\nNStgid:\t6\n");
	put_stat("7", 100, 1);
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, 6);
	ck_assert_str_eq(event.target.comm, "sh");
}
END_TEST

/* Of the kernel's log the clock is not known to be the same. */
static const struct {
	const char *comm, *found;
	bool same;
} names[] = {
	{ "kworker/0:1", "kworker/0:1-events", true },
	{ "kworker/u4:2", "kworker/u4:2+flush-8:0", true },
	{ "kworker/0:1", "kworker/0:10", false },
	{ "eater", "eater", true },
	{ "eater", "eat", false },
	{ "eat", "eater", false },
	{ "a-name-of-15-by", "a-name-of-15-by", true },
};

START_TEST(test_names)
{
	char line[64];

	event.source = SOURCE_KMSG;
	event.target.comm = names[_i].comm;
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\nNStgid:\t6\n");
	snprintf(line, sizeof(line), "%s\n", names[_i].found);
	tree_put("7/comm", line);
	process_complete(root, &no_files, &event);
	ck_assert_int_eq(event.target.tgid, names[_i].same ? 6 : EVENT_UNKNOWN);
}
END_TEST

/* ---- the cgroup ----------------------------------------------------------- */

static const struct {
	const char *text, *path;
	int version;
} lines[] = {
	{ "0::/a/b\n", "/a/b", 2 },
	{ "0::/a/b (deleted)\n", "/a/b", 2 },
	{ "0::/there (deleted)\n", "/there (deleted)", 2 },
	{ "4:cpu,memory:/v1\n0::/u\n", "/v1", 1 },
	{ "4:memory:/v1 (deleted)\n0::/u\n", "/v1 (deleted)", 1 },
	{ "4:memoryless,cpu:/v1\n0::/u\n", "/u", 2 },
	{ "3:cpu:/a:b\n2:memory:/a:b\n", "/a:b", 1 },
	{ "0::/\n", NULL, 0 }, { "0::/../x\n", NULL, 0 }, { "", NULL, 0 },
};

START_TEST(test_cgroup)
{
	struct cgroup_files files = { .dir = root, .version = 2 };

	tree_directories("there (deleted)/");
	tree_put("7/cgroup", lines[_i].text);
	event.target.tgid = event.target.tid;
	process_complete(root, &files, &event);
	ck_assert_pstr_eq(event.victim.cgroup, lines[_i].path);
	if (lines[_i].path)
		ck_assert_int_eq(event.oom.memcg_version, lines[_i].version);
}
END_TEST

START_TEST(test_id_of_another_program)
{
	event.target.comm = "python3";
	put_status("Name:\teater\nTgid:\t6\nPid:\t7\nPPid:\t5\nNStgid:\t6\n");
	process_complete(root, &no_files, &event);
	ck_assert_str_eq(event.target.comm, "python3");
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
}
END_TEST

/* ---- parents and command lines -------------------------------------------------------------- */

static const struct {
	const char *text;
	int result;
	const char *comm;
	int64_t parent, nspid;
} statuses[] = {
	{ "Name:\tsh\nUmask:\t0022\nPPid:\t17\nTracerPid:\t3\nNSpid:\t18\t1\nx\n", 0, "sh", 17, 1 },
	{ "Name:\tsh\nPPid:\t0\nNSpid:\t4711\n", 0, "sh", 0, 4711 },
	{ "Name:\ta\\nPPid:\\\\x\nPPid:\t17\n", 0, "a\nPPid:\\x", 17, EVENT_UNKNOWN },
	{ "Name:\tsh\nTracerPid:\t3\n", -74, NULL, 0, 0 },
	{ "Name:\tsh", -74, NULL, 0, 0 },
	{ "", -74, NULL, 0, 0 },
};

START_TEST(a_status_is_read)
{
	struct process_status s;

	ck_assert_int_eq(process_parse_status(&s, span_of(statuses[_i].text,
			 strlen(statuses[_i].text))), statuses[_i].result);
	if (statuses[_i].result)
		return;
	ck_assert_str_eq(s.comm, statuses[_i].comm);
	ck_assert_int_eq(s.parent_tgid, statuses[_i].parent);
	ck_assert_int_eq(s.nspid, statuses[_i].nspid);
}
END_TEST

START_TEST(a_command_line_is_joined)
{
	char words[PROCESS_CMDLINE_SIZE];

	ck_assert_str_eq(process_join_words(&event, "a\0b c\0\0d", 9), "a b c  d");
	ck_assert_str_eq(process_join_words(&event, "a\0\0\0", 4), "a");
	ck_assert_ptr_null(process_join_words(&event, "\0\0", 2));
	ck_assert_ptr_null(process_join_words(&event, "", 0));
	memset(words, 'x', sizeof(words));
	words[PROCESS_CMDLINE_SIZE - 1] = (char)0xe6;	/* the first of three */
	ck_assert_str_eq(process_join_words(&event, words, sizeof(words)) +
			 PROCESS_CMDLINE_SIZE - 2, "x\xe2\x80\xa6");
}
END_TEST

/* Every kernel that copies, and none that does not. */
static const struct {
	const char *release;
	bool copies;
} releases[] = {
	{ "4.18.0-553.el8.x86_64", true }, { "5.4.0-150-generic", true }, { "5.8.18", true },
	{ "5.9.0", false }, { "5.10.223", false }, { "6.18.5-fc", false }, { "", true },
	{ "strange", true },
};

START_TEST(some_kernels_copy_what_is_read)
{
	ck_assert_int_eq(process_reads_copy(releases[_i].release), releases[_i].copies);
}
END_TEST

/* The victim 50, its parents 40, 30, 1. */
static void make_family(void)
{
	tree_put("50/cmdline", "eater");
	put_stat("50", 200, 8192);
	put_pages(PRESENT | EXCLUSIVE, PRESENT | EXCLUSIVE);
	tree_put("40/status", "Name:\tsh\nPPid:\t30\nNSpid:\t40\n");
	tree_put("30/status", "Name:\tsshd\nPPid:\t1\nNSpid:\t30\n");
	tree_put("1/status", "Name:\tinit\nPPid:\t0\nNSpid:\t1\n");
	event.target.tgid = 50;
	event.target.parent_tgid = 40;
	event.target.parent_comm = "sh";
	event.time_boot_ns = 2000000000;
}

START_TEST(parents_up_to_the_first_process)
{
	make_family();

	process_read_ancestors(root, &event);
	ck_assert_int_eq(event.victim.ancestor_count, 3);
	ck_assert_str_eq(event.victim.ancestors[0].comm, "sh");
	ck_assert_int_eq(event.victim.ancestors[1].tgid, 30);
	ck_assert_str_eq(event.victim.ancestors[2].comm, "init");
}
END_TEST

START_TEST(a_containers_first_process_has_no_parents)
{
	make_family();

	event.target.nspid = 1;
	process_read_ancestors(root, &event);
	ck_assert_int_eq(event.victim.ancestor_count, 0);
}
END_TEST

/* Another process has the parent's id by now: the parent itself is known. */
START_TEST(a_strangers_parents_are_not_taken)
{
	make_family();

	event.target.parent_comm = "make";
	process_read_ancestors(root, &event);
	ck_assert_int_eq(event.victim.ancestor_count, 1);
	ck_assert_str_eq(event.victim.ancestors[0].comm, "make");
}
END_TEST

START_TEST(a_loop_of_parents_ends)
{
	make_family();

	tree_put("30/status", "Name:\tsshd\nPPid:\t40\nNSpid:\t30\n");
	process_read_ancestors(root, &event);
	ck_assert_int_eq(event.victim.ancestor_count, EVENT_ANCESTORS);
}
END_TEST

START_TEST(a_command_line_is_the_victims_own)
{
	make_family();

	event.time_boot_ns = 1990000000;	/* it was started at 2 s */
	process_read_cmdline(root, &event);
	ck_assert_ptr_null(event.victim.cmdline);
	event.time_boot_ns = 2000000000;
	process_read_cmdline(root, &event);
	ck_assert_pstr_eq(event.victim.cmdline, "eater");
	ck_assert_int_eq(event.victim.cmdline_source, CMDLINE_PROC);
	tree_put("50/cmdline", "");		/* it has given up its memory */
	event.victim.cmdline = NULL;
	event.victim.cmdline_source = EVENT_UNKNOWN;
	process_read_cmdline(root, &event);
	ck_assert_ptr_null(event.victim.cmdline);
	ck_assert_int_eq(event.victim.cmdline_source, EVENT_UNKNOWN);
}
END_TEST

/* A page that is in swap, or was never there, would be the victim's to pay for. */
static const struct {
	uint64_t first, second;
	bool read;
} pages[] = {
	{ PRESENT | EXCLUSIVE, PRESENT | EXCLUSIVE, true },
	{ PRESENT | EXCLUSIVE, 0, true },		/* behind the stack's end */
	{ SWAPPED, PRESENT | EXCLUSIVE, false },
	{ PRESENT | EXCLUSIVE, SWAPPED, false },
	{ 0, 0, false },
};

START_TEST(no_page_is_made_for_a_command_line)
{
	make_family();
	put_pages(pages[_i].first, pages[_i].second);
	process_read_cmdline(root, &event);
	ck_assert_pstr_eq(event.victim.cmdline, pages[_i].read ? "eater" : NULL);
	ck_assert_int_eq(event.victim.cmdline_source, pages[_i].read ? CMDLINE_PROC : CMDLINE_WITHHELD);
}
END_TEST

/* Without the right to look at the pages, what is not in swap is there. */
START_TEST(a_command_line_without_a_page_map)
{
	struct sysinfo memory;
	bool swaps = sysinfo(&memory) < 0 || memory.freeswap != memory.totalswap;

	make_family();
	tree_take("50/pagemap");
	process_read_cmdline(root, &event);
	ck_assert_pstr_eq(event.victim.cmdline, swaps ? NULL : "eater");
}
END_TEST

/* Its memory is gone, and so is the command line: nothing was withheld. */
START_TEST(a_victim_without_memory)
{
	make_family();
	put_stat("50", 200, 0);
	process_read_cmdline(root, &event);
	ck_assert_ptr_null(event.victim.cmdline);
	ck_assert_int_eq(event.victim.cmdline_source, EVENT_UNKNOWN);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *process_suite(void)
{
	Suite *suite = suite_create("process");
	TCase *cases = tcase_create("process");

	tcase_add_checked_fixture(cases, make_victim, remove_victim);
	tcase_add_test(cases, test_victim);
	tcase_add_test(cases, test_victim_is_reaped_while_read);
	tcase_add_test(cases, test_victim_is_reaped);
	tcase_add_test(cases, test_id_of_another_program);
	tcase_add_test(cases, test_id_that_was_used_again);
	tcase_add_test(cases, test_process_of_another_name);
	tcase_add_loop_test(cases, test_names, 0, COUNT(names));
	tcase_add_loop_test(cases, test_cgroup, 0, COUNT(lines));
	tcase_add_loop_test(cases, a_status_is_read, 0, COUNT(statuses));
	tcase_add_test(cases, a_command_line_is_joined);
	tcase_add_test(cases, parents_up_to_the_first_process);
	tcase_add_test(cases, a_containers_first_process_has_no_parents);
	tcase_add_test(cases, a_strangers_parents_are_not_taken);
	tcase_add_test(cases, a_loop_of_parents_ends);
	tcase_add_test(cases, a_command_line_is_the_victims_own);
	tcase_add_loop_test(cases, some_kernels_copy_what_is_read, 0, COUNT(releases));
	tcase_add_loop_test(cases, no_page_is_made_for_a_command_line, 0, COUNT(pages));
	tcase_add_test(cases, a_command_line_without_a_page_map);
	tcase_add_test(cases, a_victim_without_memory);
	suite_add_tcase(suite, cases);
	return suite;
}

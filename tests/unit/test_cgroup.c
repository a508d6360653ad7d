// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* host/cgroup, on files made for the purpose. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cgroup.h"

Suite *cgroup_suite(void);

#define MIB	(INT64_C(1) << 20)

static struct oom_event event;
static char top[] = "/tmp/trace_oomkill-cgroup-XXXXXX";
static char root[64];
static struct cgroup_files files;

/* ---- a host of files ------------------------------------------------------ */

static void put(const char *path, const char *text)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	f = fopen(full, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void make_host(void)
{
	strcpy(root, top);
	ck_assert_ptr_nonnull(mkdtemp(root));
	event_init(&event);
}

static void remove_host(void)
{
	char command[128];

	cgroup_close(&files);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
}

static void open_files(void)
{
	int dir = open(root, O_PATH | O_DIRECTORY);

	cgroup_open(&files, dir);
	close(dir);
}

/* /a/b of version 2, the limit is /a's. */
static void make_two(void)
{
	put("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
	put("sys/fs/cgroup/a/b/cgroup.procs", "");
	put("sys/fs/cgroup/a/b/memory.max", "max\n");
	put("sys/fs/cgroup/a/b/memory.current", "4096\n");
	put("sys/fs/cgroup/a/memory.max", "67108864\n");
	put("sys/fs/cgroup/a/memory.high", "max\n");
	put("sys/fs/cgroup/a/memory.current", "67104768\n");
	put("sys/fs/cgroup/a/memory.swap.max", "1048576\n");
	put("sys/fs/cgroup/a/memory.swap.current", "0\n");
	put("sys/fs/cgroup/a/memory.oom.group", "1\n");
	put("sys/fs/cgroup/a/memory.stat", "anon 100\nfile 80\nkernel 7\nslab 6\n"
	    "sock 5\nshmem 50\n");
	open_files();
	ck_assert_int_eq(files.version, 2);
	event.victim.cgroup = "/a/b";
	event.oom.memcg = "/a";
	event.oom.memcg_version = 2;
	event.oom.constraint = CONSTRAINT_MEMCG;
}

START_TEST(levels_come_from_files)
{
	make_two();
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.levels_source, LEVELS_FILES);
	ck_assert_int_eq(event.oom.level_count, 3);
	ck_assert_int_eq(event.oom.limiting_level, 1);
	ck_assert_str_eq(event.oom.levels[0].name, "b");
	ck_assert_int_eq(event.oom.levels[0].max_bytes, EVENT_UNLIMITED);
	ck_assert_int_eq(event.oom.levels[0].usage_bytes, 4096);
	ck_assert_int_eq(event.oom.levels[0].swap_max_bytes, EVENT_UNKNOWN);
	ck_assert_str_eq(event.oom.levels[1].name, "a");
	ck_assert_int_eq(event.oom.levels[1].max_bytes, 64 * MIB);
	ck_assert_int_eq(event.oom.levels[1].high_bytes, EVENT_UNLIMITED);
	ck_assert_int_eq(event.oom.levels[1].oom_group, 1);
	ck_assert_str_eq(event.oom.levels[2].name, "");
	ck_assert_int_eq(event.oom.levels[2].max_bytes, EVENT_UNKNOWN);
}
END_TEST

START_TEST(what_the_probe_read_stays)
{
	make_two();
	event.oom.levels_source = LEVELS_PROBE;
	event.oom.level_count = 1;
	event.oom.levels[0] = (struct event_level){ .max_bytes = EVENT_UNKNOWN };
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.levels_source, LEVELS_PROBE);
	ck_assert_int_eq(event.oom.levels[0].max_bytes, EVENT_UNKNOWN);
}
END_TEST

/* A number of the report stays; the file has a later one. */
START_TEST(what_the_report_said_stays)
{
	make_two();
	cgroup_levels(&files, &event);
	event.oom.levels_source = LEVELS_REPORT;
	event.oom.levels[1].usage_bytes = 64 * MIB;
	event.oom.levels[1].max_bytes = EVENT_UNKNOWN;
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.levels[1].usage_bytes, 64 * MIB);
	ck_assert_int_eq(event.oom.levels[1].max_bytes, 64 * MIB);
	ck_assert_int_eq(event.oom.levels_source, LEVELS_FILES);
}
END_TEST

static const char *const strangers[] = {
	"/gone", "/a/b/c", "...", ".../b", "/../a", "", NULL,
};

START_TEST(a_path_that_is_not_there_has_no_levels)
{
	make_two();
	event.victim.cgroup = strangers[_i];
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.level_count, 0);
	ck_assert_int_eq(event.oom.levels_source, EVENT_UNKNOWN);
}
END_TEST

START_TEST(stat_is_of_the_cgroup_that_ran_out)
{
	make_two();
	event.time_unix_ns = 1;
	cgroup_stat(&files, &event);
	ck_assert_int_eq(event.stat.anon_bytes, 100);
	ck_assert_int_eq(event.stat.file_bytes, 30);	/* without shmem */
	ck_assert_int_eq(event.stat.shmem_bytes, 50);
	ck_assert_int_eq(event.stat.slab_bytes, 6);
	ck_assert_int_eq(event.stat.sock_bytes, 5);
	ck_assert_int_gt(event.stat.delay_ns, 0);
	event_init(&event);			/* which one? */
	event.oom.constraint = CONSTRAINT_MEMCG;
	cgroup_stat(&files, &event);
	ck_assert_int_eq(event.stat.anon_bytes, EVENT_UNKNOWN);
}
END_TEST

/* Version 1's "no limit" on 64 and on 32 bits, and a limit beyond all memory. */
START_TEST(no_limit_has_many_forms)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} limits[] = {
		{ "max\n", EVENT_UNLIMITED }, { "9223372036854771712\n", EVENT_UNLIMITED },
		{ "8796093018112\n", EVENT_UNLIMITED },
		{ "9007199254740992\n", EVENT_UNLIMITED },
		{ "9007199254736896\n", 9007199254736896 },
		{ "8796093014016\n", 8796093014016 }, { "none\n", EVENT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		ck_assert_int_eq(cgroup_parse_number(span_of(limits[i].text,
				 strlen(limits[i].text)), 4096), limits[i].bytes);
}
END_TEST

START_TEST(version_1_has_other_names)
{
	put("sys/fs/cgroup/memory/release_agent", "\n");
	put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "33554432\n");
	put("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "33550336\n");
	put("sys/fs/cgroup/memory/a/memory.memsw.limit_in_bytes", "41943040\n");
	put("sys/fs/cgroup/memory/a/memory.memsw.usage_in_bytes", "1\n");
	put("sys/fs/cgroup/memory/a/memory.swappiness", "60\n");
	put("sys/fs/cgroup/memory/a/memory.kmem.tcp.usage_in_bytes", "12288\n");
	put("sys/fs/cgroup/memory/a/memory.stat", "cache 1\nrss 2\nshmem 3\n"
	    "total_cache 40\ntotal_rss 50\ntotal_rss_huge 9\ntotal_shmem 30\n");
	open_files();
	ck_assert_int_eq(files.version, 1);
	event.victim.cgroup = event.oom.memcg = "/a";
	event.oom.memcg_version = 1;
	event.oom.constraint = CONSTRAINT_MEMCG;
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.limiting_level, 0);
	ck_assert_int_eq(event.oom.levels[0].max_bytes, 32 * MIB);
	ck_assert_int_eq(event.oom.levels[0].swap_max_bytes, 40 * MIB);
	ck_assert_int_eq(event.oom.levels[1].max_bytes, EVENT_UNLIMITED);
	cgroup_stat(&files, &event);
	ck_assert_int_eq(event.stat.anon_bytes, 50);
	ck_assert_int_eq(event.stat.file_bytes, 10);
	ck_assert_int_eq(event.stat.shmem_bytes, 30);
	ck_assert_int_eq(event.stat.slab_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.stat.sock_bytes, 12288);
	cgroup_pages(&files, &event, 1 << 30, 100 * MIB);
	ck_assert_int_eq(event.oom.totalpages, 40 * MIB / getpagesize());
}
END_TEST

/* A directory that has the names, but is no root of a hierarchy. */
/* Without systemd nobody makes a link "memory" beside it. */
START_TEST(a_controller_is_mounted_with_others)
{
	put("sys/fs/cgroup/cpuset,cpu/release_agent", "");
	put("sys/fs/cgroup/cpu,memory/release_agent", "");
	put("sys/fs/cgroup/cpu,memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("sys/fs/cgroup/cpu,memory/a/memory.limit_in_bytes", "8388608\n");
	put("sys/fs/cgroup/cpu,memory/a/memory.usage_in_bytes", "4096\n");
	open_files();
	ck_assert_int_eq(files.version, 1);
	event.victim.cgroup = "/a";
	event.oom.memcg_version = 1;
	cgroup_levels(&files, &event);
	ck_assert_int_eq(event.oom.levels[0].max_bytes, 8 * MIB);
}
END_TEST

START_TEST(a_part_of_a_hierarchy_is_not_taken)
{
	put("sys/fs/cgroup/memory/memory.limit_in_bytes", "1\n");
	put("sys/fs/cgroup/cgroup.controllers", "memory\n");
	put("sys/fs/cgroup/cgroup.type", "domain\n");
	open_files();
	event.oom.constraint = CONSTRAINT_NONE;
	cgroup_stat(&files, &event);
	/* At most the real one of this host, in a mount of its own. */
	ck_assert_int_ne(files.version, 1);
}
END_TEST

/* ---- pages ---------------------------------------------------------------- */

static const struct {
	int64_t constraint, max, swap_max, ram, swap;
	int64_t pages;			/* in MiB; -1: unknown */
	int64_t source;
} pages[] = {
	{ CONSTRAINT_MEMCG, 64, 0, 1000, 100, 64, PAGES_LIMIT_FILES },
	{ CONSTRAINT_MEMCG, 64, 30, 1000, 100, 94, PAGES_LIMIT_FILES },
	{ CONSTRAINT_MEMCG, 64, 300, 1000, 100, 164, PAGES_LIMIT_FILES },
	{ CONSTRAINT_MEMCG, 64, -1, 1000, 0, 64, PAGES_LIMIT_FILES },
	{ CONSTRAINT_MEMCG, 64, -1, 1000, 100, -1, EVENT_UNKNOWN },
	{ CONSTRAINT_MEMCG, -1, 0, 1000, 100, -1, EVENT_UNKNOWN },
	{ CONSTRAINT_NONE, 64, 0, 1000, 100, 1100, PAGES_MEMINFO },
	{ CONSTRAINT_NONE, 64, 0, 0, 0, -1, EVENT_UNKNOWN },
};

static int64_t in_bytes(int64_t mib)
{
	return mib < 0 ? EVENT_UNKNOWN : mib * MIB;
}

START_TEST(pages_are_limit_and_swap)
{
	make_two();
	event.oom.constraint = pages[_i].constraint;
	if (pages[_i].constraint == CONSTRAINT_MEMCG)
		event.oom.limiting_level = 0;
	event.oom.level_count = 1;
	event.oom.levels[0] = (struct event_level){
		.max_bytes = in_bytes(pages[_i].max),
		.swap_max_bytes = in_bytes(pages[_i].swap_max),
	};
	cgroup_pages(&files, &event, pages[_i].ram * MIB, pages[_i].swap * MIB);
	ck_assert_int_eq(event.oom.totalpages, pages[_i].pages < 0 ? EVENT_UNKNOWN :
			 pages[_i].pages * MIB / getpagesize());
	ck_assert_int_eq(event.oom.totalpages_source, pages[_i].source);
}
END_TEST

START_TEST(pages_of_the_kernel_stay)
{
	make_two();
	event.oom.totalpages = 7;
	event.oom.constraint = CONSTRAINT_NONE;
	cgroup_pages(&files, &event, 1000 * MIB, 0);
	ck_assert_int_eq(event.oom.totalpages, 7);
}
END_TEST

/* ---- the largest ---------------------------------------------------------- */

static void put_process(int pid, const char *comm, int pages_resident, int swap_kib)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	snprintf(text, sizeof(text), "%s\n", comm);
	put(path, text);
	snprintf(path, sizeof(path), "proc/%d/statm", pid);
	snprintf(text, sizeof(text), "999999 %d 1 1 0 1 0\n", pages_resident);
	put(path, text);
	snprintf(path, sizeof(path), "proc/%d/status", pid);
	snprintf(text, sizeof(text), "Name:\t%s\nPPid:\t1\nVmSwap:\t%8d kB\nThreads:\t1\n", comm, swap_kib);
	put(path, text);
}

static void find_top(bool swap)
{
	char path[80];
	int proc;

	snprintf(path, sizeof(path), "%s/proc", root);
	proc = open(path, O_PATH | O_DIRECTORY);
	cgroup_top(&files, proc, swap, &event);
	close(proc);
}

START_TEST(the_largest_are_found_below)
{
	make_two();
	put("sys/fs/cgroup/a/cgroup.procs", "11\n12\n");
	put("sys/fs/cgroup/a/b/cgroup.procs", "13\n14\n15\n16\n");
	put("sys/fs/cgroup/a/c/cgroup.procs", "17\n18\n19\n");
	for (int pid = 11; pid <= 17; pid++)
		put_process(pid, pid == 17 ? "with swap" : "plain", pid, pid == 17 ? 4000 : 0);
	put_process(18, "victim", 1000, 0);	/* 19 has ended */
	event.target.tgid = 18;
	find_top(true);
	ck_assert_int_eq(event.top.complete, 1);
	ck_assert_int_eq(event.top.scanned, 7);
	ck_assert_int_eq(event.top.count, EVENT_TOP);
	ck_assert_str_eq(event.top.processes[0].comm, "with swap");
	ck_assert_int_eq(event.top.processes[0].swap_bytes, 4000 << 10);
	for (int i = 1; i < EVENT_TOP; i++) {
		ck_assert_int_eq(event.top.processes[i].tgid, 17 - i);
		ck_assert_int_eq(event.top.processes[i].rss_bytes, (17 - i) * getpagesize());
	}
}
END_TEST

/* More than one reads, and an id over the border of two reads. */
START_TEST(no_more_than_so_many_are_looked_at)
{
	static char procs[8192];

	make_two();
	for (int pid = 10000; pid < 10000 + CGROUP_PROCESSES + 1; pid++) {
		sprintf(procs + strlen(procs), "%d\n", pid);
		put_process(pid, "one", pid - 9999, 0);
	}
	put("sys/fs/cgroup/a/cgroup.procs", procs);
	find_top(false);
	ck_assert_int_eq(event.top.complete, 0);
	ck_assert_int_eq(event.top.scanned, CGROUP_PROCESSES);
	ck_assert_int_eq(event.top.processes[0].tgid, 10000 + CGROUP_PROCESSES - 1);
	ck_assert_int_eq(event.top.processes[0].swap_bytes, 0);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *cgroup_suite(void)
{
	Suite *s = suite_create("cgroup");
	TCase *c = tcase_create("files");

	tcase_add_checked_fixture(c, make_host, remove_host);
	tcase_add_test(c, levels_come_from_files);
	tcase_add_test(c, what_the_probe_read_stays);
	tcase_add_test(c, what_the_report_said_stays);
	tcase_add_loop_test(c, a_path_that_is_not_there_has_no_levels, 0, COUNT(strangers));
	tcase_add_test(c, stat_is_of_the_cgroup_that_ran_out);
	tcase_add_test(c, version_1_has_other_names);
	tcase_add_test(c, no_limit_has_many_forms);
	tcase_add_test(c, a_controller_is_mounted_with_others);
	tcase_add_test(c, a_part_of_a_hierarchy_is_not_taken);
	tcase_add_loop_test(c, pages_are_limit_and_swap, 0, COUNT(pages));
	tcase_add_test(c, pages_of_the_kernel_stay);
	tcase_add_test(c, the_largest_are_found_below);
	tcase_add_test(c, no_more_than_so_many_are_looked_at);
	suite_add_tcase(s, c);
	return s;
}

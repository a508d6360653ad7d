// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Why, case by case: event/verdict, words, gfp. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/fields.h"
#include "explain/gfp.h"
#include "explain/verdict.h"
#include "explain/describe.h"
#include "sample.h"

Suite *verdict_suite(void);

#define MIB	(INT64_C(1) << 20)
#define NO	EVENT_UNKNOWN

static struct oom_event event;

/* ---- the verdict ---------------------------------------------------------- */

static const struct {
	int64_t constraint, order, level, marked, exiting;
	const char *memcg, *cgroup;
	enum event_verdict verdict;
} cases[] = {
	{ CONSTRAINT_MEMCG, 0, 0, 0, 0, "/a", "/a", VERDICT_OWN_LIMIT },
	{ CONSTRAINT_MEMCG, 0, 1, 0, 0, "/a", "/a/b", VERDICT_ANCESTOR_LIMIT },
	{ CONSTRAINT_MEMCG, 0, 3, NO, NO, NULL, NULL, VERDICT_ANCESTOR_LIMIT },
	/* The level is not known: the paths tell. */
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, "/a", "/a", VERDICT_OWN_LIMIT },
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, "/a", "/a/b/c", VERDICT_ANCESTOR_LIMIT },
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, "/a", "/ab", VERDICT_UNKNOWN },
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, "/a/b", "/a", VERDICT_UNKNOWN },
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, NULL, "/a", VERDICT_UNKNOWN },
	{ CONSTRAINT_MEMCG, 0, NO, 0, 0, "/a", NULL, VERDICT_UNKNOWN },
	{ CONSTRAINT_NONE, 0, NO, 0, 0, NULL, "/a", VERDICT_HOST },
	{ CONSTRAINT_NONE, 3, NO, 0, NO, NULL, NULL, VERDICT_HOST },
	{ CONSTRAINT_CPUSET, 0, NO, 0, 0, NULL, "/a", VERDICT_CPUSET },
	{ CONSTRAINT_MEMORY_POLICY, 0, NO, 0, 0, NULL, "/a", VERDICT_MEMPOLICY },
	{ CONSTRAINT_NONE, -1, NO, 0, 0, NULL, "/a", VERDICT_SYSRQ },
	/* Marked only goes before all else. */
	{ CONSTRAINT_MEMCG, 0, 0, 1, 0, "/a", "/a", VERDICT_ALREADY_EXITING },
	{ CONSTRAINT_NONE, -1, NO, 1, 1, NULL, "/a", VERDICT_ALREADY_EXITING },
	/* An exiting victim may have been killed a moment before. */
	{ NO, NO, NO, NO, 1, NULL, "/a", VERDICT_UNKNOWN },
	{ CONSTRAINT_MEMCG, 0, 0, NO, 1, "/a", "/a", VERDICT_OWN_LIMIT },
	/* Something better said that it was killed all the same. */
	{ CONSTRAINT_MEMCG, 0, 0, 0, 1, "/a", "/a", VERDICT_OWN_LIMIT },
	{ NO, NO, NO, NO, NO, NULL, NULL, VERDICT_UNKNOWN },
	{ NO, 0, NO, 0, 0, NULL, "/a", VERDICT_UNKNOWN },
	{ 99, 0, NO, 0, 0, NULL, "/a", VERDICT_UNKNOWN },
};

START_TEST(each_case_has_its_verdict)
{
	event_init(&event);
	event.oom.constraint = cases[_i].constraint;
	event.oom.order = cases[_i].order;
	event.oom.limiting_level = cases[_i].level;
	event.oom.marked_only = cases[_i].marked;
	event.victim.exiting = cases[_i].exiting;
	event.oom.memcg = cases[_i].memcg;
	event.victim.cgroup = cases[_i].cgroup;
	verdict_complete(&event);
	ck_assert_str_eq(field_value(field_find("oom.verdict"), event.oom.verdict),
			 field_value(field_find("oom.verdict"), cases[_i].verdict));
	ck_assert_int_eq(event.oom.sysrq, cases[_i].order == NO ? NO :
			 cases[_i].order == -1);
	ck_assert_ptr_nonnull(event.oom.verdict_text);
}
END_TEST

/* ---- sentences ------------------------------------------------------------ */

/* A kill of "eater" by its own cgroup's limit, /tank/small on version 2. */
static void make_kill(void)
{
	event_init(&event);
	event.target = (struct event_task){ .comm = "eater", .tgid = 4711, .tid = 4711 };
	event.trigger = (struct event_task){ .comm = "tail", .tgid = 4699, .tid = 4699 };
	event.victim.anon_rss_bytes = 498 * MIB;
	event.victim.file_rss_bytes = 3 * MIB;
	event.victim.shmem_rss_bytes = 2 * MIB;
	event.victim.cgroup = "/tank/small";
	event.oom.memcg = "/tank/small";
	event.oom.memcg_version = 2;
	event.oom.constraint = CONSTRAINT_MEMCG;
	event.oom.order = 0;
	event.oom.limiting_level = 0;
	event.oom.level_count = 3;
	for (int i = 0; i < 3; i++)
		event.oom.levels[i] = (struct event_level){
			.name = (const char *[]){ "small", "tank", "" }[i],
			.max_bytes = 512 * MIB, .high_bytes = EVENT_UNLIMITED,
			.usage_bytes = 512 * MIB, .swap_max_bytes = EVENT_UNLIMITED,
			.swap_usage_bytes = 0, .oom_group = 0,
		};
}

static void plain(void) { }
static void parents(void)
{
	event.oom.limiting_level = 1;
	event.oom.memcg = "/tank";
}
static void pods(void)
{
	parents();
	event.k8s.pod = "api-7f9";
	event.k8s.namespace = "web";
	event.k8s.container = "app";
	event.k8s.pod_uid = "1858680e-b044";
	event.oom.levels[1].name = "kubepods-burstable-pod1858680e_b044.slice";
}
static void containers(void)
{
	event.runtime.container_id = "0123456789abcdef";
	event.oom.levels[0].name = "docker-0123456789abcdef.scope";
}
static void named_containers(void)
{
	containers();
	event.runtime.container_name = "db";
}
static void units(void)
{
	event.systemd.unit = "nginx.service";
	event.oom.levels[0].name = "nginx.service";
}
static void itself(void) { event.trigger.tgid = 4711; }
static void pieces(void) { event.oom.order = 3; }
static void no_trigger(void)
{
	event.trigger.comm = NULL;
	event.trigger.tgid = EVENT_UNKNOWN;
}
static void no_limit(void) { event.oom.levels[0].max_bytes = EVENT_UNKNOWN; }
static void swapped(void) { event.victim.swap_bytes = 20 * MIB; }
static void tmpfs(void) { event.stat.shmem_bytes = 257 * MIB; }
static void half_tmpfs(void) { event.stat.shmem_bytes = 256 * MIB; }
static void mapped_shmem(void) { event.victim.shmem_rss_bytes = 300 * MIB; }
static void memsw(void)
{
	event.oom.memcg_version = 1;
	event.oom.levels[0].swap_max_bytes = 1024 * MIB;
	event.oom.levels[0].swap_usage_bytes = 1024 * MIB;
	event.oom.levels[0].usage_bytes = 500 * MIB;
}
static void both_limits(void)
{
	memsw();
	event.oom.levels[0].usage_bytes = 512 * MIB;
}
static void groups(void)
{
	parents();
	event.oom.levels[1].oom_group = 1;
}
static void hosts(void)
{
	event.oom.constraint = CONSTRAINT_NONE;
	event.oom.limiting_level = EVENT_UNKNOWN;
	event.oom.memcg = NULL;
}
static void sets(void)
{
	hosts();
	event.oom.constraint = CONSTRAINT_CPUSET;
	event.oom.nodemask = 6;
}
static void policies(void)
{
	hosts();
	event.oom.constraint = CONSTRAINT_MEMORY_POLICY;
}
static void keys(void) { hosts(); event.oom.order = -1; }
static void exits(void)
{
	event.victim.exiting = 1;
	event.trigger.tid = event.target.tid = 4711;
}
static void no_numbers(void) { event.victim.shmem_rss_bytes = EVENT_UNKNOWN; }
static void nameless(void)
{
	event.target.comm = NULL;
	event.target.tgid = event.target.tid = EVENT_UNKNOWN;
}
static void threads(void) { event.target.tgid = EVENT_UNKNOWN; }
static void roots(void) { hosts(); event.victim.cgroup = "/"; }

#define EATER	"eater (pid 4711, 503 MiB: 498 anon, 3 file, 2 shmem)"
#define TAIL	"; tail (pid 4699) asked for memory"

static const struct {
	void (*change)(void);
	const char *text;
} sentences[] = {
	{ plain, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of 512 MiB was reached" TAIL "." },
	{ parents, EATER " was killed in cgroup /tank/small: cgroup /tank's "
	  "limit of 512 MiB, 1 cgroup above its own, was reached" TAIL "." },
	{ pods, EATER " was killed in pod web/api-7f9 container app: the pod's "
	  "limit of 512 MiB was reached" TAIL "." },
	{ containers, EATER " was killed in container 0123456789ab: the "
	  "container's limit of 512 MiB was reached" TAIL "." },
	{ named_containers, EATER " was killed in container db: the "
	  "container's limit of 512 MiB was reached" TAIL "." },
	{ units, EATER " was killed in nginx.service: nginx.service's limit of "
	  "512 MiB was reached" TAIL "." },
	{ itself, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of 512 MiB was reached; it asked for memory." },
	{ pieces, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of 512 MiB was reached; tail (pid 4699) asked for 8 pages in one "
	  "piece." },
	{ no_trigger, EATER " was killed in cgroup /tank/small: its cgroup's "
	  "limit of 512 MiB was reached." },
	{ no_limit, EATER " was killed in cgroup /tank/small: its cgroup's "
	  "limit was reached" TAIL "." },
	{ swapped, "eater (pid 4711, 503 MiB: 498 anon, 3 file, 2 shmem; swap "
	  "20 MiB) was killed in cgroup /tank/small: its cgroup's limit of 512 "
	  "MiB was reached" TAIL "." },
	{ tmpfs, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of 512 MiB was reached, most of it by tmpfs and shared memory" TAIL "." },
	{ half_tmpfs, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of 512 MiB was reached" TAIL "." },
	{ mapped_shmem, "eater (pid 4711, 801 MiB: 498 anon, 3 file, 300 shmem) "
	  "was killed in cgroup /tank/small: its cgroup's limit of 512 MiB was "
	  "reached, most of it by tmpfs and shared memory" TAIL "." },
	{ memsw, EATER " was killed in cgroup /tank/small: its cgroup's limit "
	  "of memory and swap, 1 GiB, was reached" TAIL "." },
	{ both_limits, EATER " was killed in cgroup /tank/small: its cgroup's "
	  "limit of 512 MiB was reached" TAIL "." },
	{ groups, EATER " was killed in cgroup /tank/small: cgroup /tank's "
	  "limit of 512 MiB, 1 cgroup above its own, was reached" TAIL "; all of cgroup "
	  "/tank was killed (memory.oom.group)." },
	{ hosts, EATER " was killed in cgroup /tank/small: the host had no "
	  "memory left" TAIL "." },
	{ roots, EATER " was killed: the host had no memory left" TAIL "." },
	{ sets, EATER " was killed in cgroup /tank/small: no memory was left on "
	  "the nodes of a cpuset (1,2)" TAIL "." },
	{ policies, EATER " was killed in cgroup /tank/small: no memory was "
	  "left on the nodes of a memory policy" TAIL "." },
	{ keys, EATER " was killed in cgroup /tank/small: somebody asked for it "
	  "with the sysrq key." },
	{ exits, EATER " was marked but not killed in cgroup /tank/small: it "
	  "was on its way out already." },
	{ no_numbers, "eater (pid 4711) was killed in cgroup /tank/small: its "
	  "cgroup's limit of 512 MiB was reached" TAIL "." },
	{ nameless, "a process (503 MiB: 498 anon, 3 file, 2 shmem) was killed "
	  "in cgroup /tank/small: its cgroup's limit of 512 MiB was reached" TAIL "." },
	{ threads, "eater (thread 4711, 503 MiB: 498 anon, 3 file, 2 shmem) was "
	  "killed in cgroup /tank/small: its cgroup's limit of 512 MiB was "
	  "reached" TAIL "." },
};

START_TEST(each_case_has_its_sentence)
{
	make_kill();
	sentences[_i].change();
	verdict_complete(&event);
	ck_assert_str_eq(event.oom.verdict_text, sentences[_i].text);
}
END_TEST

/* ---- what follows from other fields ---------------------------------------- */

START_TEST(memory_held_is_the_sum_of_three)
{
	int64_t *const parts[] = { &event.victim.anon_rss_bytes,
		&event.victim.file_rss_bytes, &event.victim.shmem_rss_bytes };

	make_kill();
	verdict_complete(&event);
	ck_assert_int_eq(event.victim.rss_bytes, 503 * MIB);
	for (size_t i = 0; i < 3; i++) {
		make_kill();
		*parts[i] = EVENT_UNKNOWN;
		verdict_complete(&event);
		ck_assert_int_eq(event.victim.rss_bytes, EVENT_UNKNOWN);
		make_kill();
		*parts[i] = INT64_MAX;		/* no size: the sum is none either */
		verdict_complete(&event);
		ck_assert_int_eq(event.victim.rss_bytes, EVENT_UNKNOWN);
	}
}
END_TEST

START_TEST(where_the_victim_was)
{
	make_kill();
	verdict_complete(&event);
	ck_assert_str_eq(event.victim.where, "cgroup /tank/small");
	event.systemd.unit = "nginx.service";
	verdict_complete(&event);
	ck_assert_str_eq(event.victim.where, "nginx.service");
	event.runtime.container_id = "88df7f96a1b2c3d4e5f6";
	verdict_complete(&event);
	ck_assert_str_eq(event.victim.where, "container 88df7f96a1b2");
	make_kill();
	event.victim.cgroup = "/";
	verdict_complete(&event);
	ck_assert_str_eq(event.victim.where, "");
	event.victim.cgroup = NULL;
	verdict_complete(&event);
	ck_assert_ptr_null(event.victim.where);
}
END_TEST

/* ---- numbers -------------------------------------------------------------- */

static const struct {
	int64_t bytes;
	const char *text;
} sizes[] = {
	{ 0, "0" }, { 1, "1 bytes" }, { 1023, "1023 bytes" }, { 1024, "1 KiB" },
	{ 1025, "1025 bytes" }, { 10 * 1024 + 512, "11 KiB" },
	{ 1024 * 1024 - 1, "1024 KiB" }, { MIB, "1 MiB" }, { 512 * MIB, "512 MiB" },
	{ 10 * MIB + MIB / 2, "11 MiB" }, { 10 * MIB + MIB / 2 - 1, "10 MiB" },
	{ 1024 * MIB, "1 GiB" }, { 1280 * MIB, "1280 MiB" },
	{ 12595 * MIB, "12.3 GiB" }, { 10240 * MIB + 1, "10.0 GiB" },
	{ 20480 * MIB - 1, "20.0 GiB" }, { INT64_C(3) << 40, "3 TiB" },
	{ EVENT_UNLIMITED, "max" }, { EVENT_UNKNOWN, "-" },
};

START_TEST(sizes_are_readable)
{
	char bytes[64];
	struct text t = text_on(bytes, sizeof(bytes) - 1);

	describe_size(&t, sizes[_i].bytes);
	bytes[t.used] = '\0';
	ck_assert_str_eq(bytes, sizes[_i].text);
}
END_TEST

static const struct {
	int64_t bytes;
	const char *text;
} brief_sizes[] = {
	{ 0, "0" }, { 1023, "1023" }, { 1024, "1K" }, { 1025, "1K" }, { 1536, "1.5K" },
	{ 800 * 1024, "800K" }, { 102348, "99.9K" }, { 102400, "100K" },
	{ 1024 * 1024 - 513, "1023K" }, { 1024 * 1024 - 512, "1M" }, { 33344307, "31.8M" },
	{ 512 * MIB, "512M" }, { 1536 * MIB, "1.5G" }, { 1023 * 1024 * MIB, "1023G" },
	{ INT64_C(3) << 40, "3T" }, { INT64_C(4) << 50, "4P" },
};

START_TEST(sizes_are_brief_in_columns)
{
	char bytes[64];
	struct text t = text_on(bytes, sizeof(bytes) - 1);

	describe_size_briefly(&t, brief_sizes[_i].bytes);
	bytes[t.used] = '\0';
	ck_assert_str_eq(bytes, brief_sizes[_i].text);
	ck_assert_uint_le(t.used, 5);
}
END_TEST

/* ---- flags ---------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The words of "A|B", sorted: kernels name the bits in different orders. */
static size_t split(char *names, char **words)
{
	size_t count = 0;

	for (char *w = strtok(names, "|"); w; w = strtok(NULL, "|"))
		words[count++] = w;
	qsort(words, count, sizeof(*words), compare);
	return count;
}

static void check_gfp(int64_t mask, const char *expected)
{
	char ours[512], theirs[512], *our_words[32], *their_words[32];
	struct text t = text_on(ours, sizeof(ours) - 1);
	size_t count;

	gfp_names(&t, mask);
	ours[t.used] = '\0';
	snprintf(theirs, sizeof(theirs), "%s", expected);
	count = split(ours, our_words);
	ck_assert_uint_eq(count, split(theirs, their_words));
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(our_words[i], their_words[i]);
}

/* "invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, .." */
static size_t check_report(const char *path)
{
	char line[1024], names[512];
	FILE *f = fopen(path, "r");
	long long mask;
	size_t seen = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "gfp_mask=");

		if (!at || sscanf(at, "gfp_mask=%lli(%511[^)])", &mask, names) != 2)
			continue;
		check_gfp(mask, names);
		seen++;
	}
	fclose(f);
	return seen;
}

START_TEST(flags_are_named_as_all_kernels_name_them)
{
	DIR *dir = opendir(TEST_DATA "/kmsg");
	struct dirent *entry;
	char path[512];
	size_t seen = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".txt"))
			continue;
		snprintf(path, sizeof(path), TEST_DATA "/kmsg/%s", entry->d_name);
		seen += check_report(path);
	}
	closedir(dir);
	ck_assert_uint_gt(seen, 20);
}
END_TEST

START_TEST(flags_that_no_report_has)
{
	check_gfp(0, "");
	check_gfp(-1, "");
	check_gfp(EVENT_UNKNOWN, "");
	check_gfp(0x820, "GFP_ATOMIC");
	check_gfp(0xa20, "GFP_ATOMIC");
	check_gfp(0x400cc0, "GFP_KERNEL_ACCOUNT");
	check_gfp(0x1c24ca, "GFP_TRANSHUGE");
	check_gfp(0x1c20ca, "GFP_TRANSHUGE_LIGHT");
	check_gfp(0x800cc0, "GFP_KERNEL|0x800000");
	check_gfp(INT64_C(1) << 40, "0x10000000000");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

/* The kernel writes "Killed process" for no other: whatever the probe took it for. */
START_TEST(a_kill_in_the_log_is_a_kill)
{
	event_init(&event);
	exits();
	event.oom.marked_only = EVENT_UNKNOWN;
	event.oom.report = EVENT_UNKNOWN;
	verdict_complete(&event);
	ck_assert_int_eq(event.oom.marked_only, 1);
	event.oom.marked_only = EVENT_UNKNOWN;
	event.oom.report = 1;
	verdict_complete(&event);
	ck_assert_int_eq(event.oom.marked_only, 0);
	ck_assert_int_ne(event.oom.verdict, VERDICT_ALREADY_EXITING);
}
END_TEST

Suite *verdict_suite(void)
{
	Suite *s = suite_create("verdict");
	TCase *c = tcase_create("cases");

	tcase_add_test(c, a_kill_in_the_log_is_a_kill);
	tcase_add_loop_test(c, each_case_has_its_verdict, 0, COUNT(cases));
	tcase_add_loop_test(c, each_case_has_its_sentence, 0, COUNT(sentences));
	tcase_add_test(c, memory_held_is_the_sum_of_three);
	tcase_add_test(c, where_the_victim_was);
	tcase_add_loop_test(c, sizes_are_readable, 0, COUNT(sizes));
	tcase_add_loop_test(c, sizes_are_brief_in_columns, 0, COUNT(brief_sizes));
	tcase_add_test(c, flags_are_named_as_all_kernels_name_them);
	tcase_add_test(c, flags_that_no_report_has);
	suite_add_tcase(s, c);
	return s;
}

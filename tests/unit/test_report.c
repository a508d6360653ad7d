// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * kmsg/report: real logs, with what they say kept beside them as
 * tests/data/kmsg/NAME.kills, and made-up ones for what is hard to provoke.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/verdict.h"
#include "kmsg/report_event.h"

Suite *report_suite(void);

static struct report report;
static struct oom_event event;
static struct transport *transport;
static struct decode_host host;

static void start(void)
{
	report_init(&report);
	transport_close(transport);
	transport = transport_open();
	host = (struct decode_host){
		.unix_minus_boot_ns = EVENT_UNKNOWN,
		.unix_minus_mono_ns = EVENT_UNKNOWN,
	};
}

/* @event holds the kill, as a program shows it. */
static int show(void)
{
	event_init(&event);
	report_decode(&event, &report.kill, &host);
	report_fill_tpid(&event);
	return 1;
}

/*
 * Feeds one line, saved or of /dev/kmsg; how many kills it completes. A line may
 * be held back until others come.
 */
static int feed(const char *text)
{
	struct log_line line;
	uint8_t *room;
	size_t size;
	int kills = 0;

	room = transport_room(transport, &size);
	ck_assert_uint_lt(strlen(text), size);
	memcpy(room, text, strlen(text));
	room[strlen(text)] = '\n';
	transport_add(transport, strlen(text) + 1);
	while (transport_next(transport, &line) > 0)
		if (report_line(&report, &line))
			kills += show();
	return kills;
}

/* The lines end here, for now. */
static int flush(void)
{
	return report_flush(&report) ? show() : 0;
}

/* Feeds lines up to NULL; returns how many kills there were. */
static int feed_all(const char *const *lines)
{
	int kills = 0;

	for (; *lines; lines++)
		kills += feed(*lines);
	return kills + flush();
}

/* Lines of a log without times, as the transport hands them on; "\t": the rest of one. */
static int say_all(const char *const *lines)
{
	int kills = 0;

	for (; *lines; lines++) {
		struct log_line line;

		log_line_init(&line);
		line.torn = **lines == '\t';
		line.text = span_of(*lines + line.torn, strlen(*lines) - line.torn);
		if (report_line(&report, &line))
			kills += show();
	}
	return kills + flush();
}

#define SAY(...) say_all((const char *const []){ __VA_ARGS__, NULL })
#define FEED(...) feed_all((const char *const []){ __VA_ARGS__, NULL })

/* ---- real logs -------------------------------------------------------------- */

static const char *const names[] = {
	"amd64-5.10.223", "amd64-5.10.262-v1", "amd64-6.1.192",
	"amd64-6.12.117", "amd64-6.18.44-v1-hostile", "amd64-7.3.4",
	"armhf-6.1.176", "ppc64el-6.1.176", "s390x-6.1.176-v1",
};

static void print_number(FILE *to, const char *name, int64_t value)
{
	if (value == EVENT_UNLIMITED)
		fprintf(to, " %s=max", name);
	else if (value != EVENT_UNKNOWN)
		fprintf(to, " %s=%" PRId64, name, value);
}

static void print_string(FILE *to, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(to, " %s='", name);
	for (; *value; value++)
		fprintf(to, *value >= ' ' && *value <= '~' ? "%c" : "\\x%02x",
			(unsigned char)*value);
	fputc('\'', to);
}

static void print_oom(FILE *to, const struct event_oom *oom)
{
	print_number(to, "incident", oom->incident);
	print_number(to, "cpu", oom->cpu);
	print_number(to, "constraint", oom->constraint);
	print_number(to, "order", oom->order);
	print_number(to, "gfp", oom->gfp_mask);
	print_number(to, "nodes", oom->nodemask);
	print_number(to, "pages", oom->totalpages);
	print_number(to, "pages_source", oom->totalpages_source);
	print_string(to, "memcg", oom->memcg);
	print_number(to, "version", oom->memcg_version);
	print_number(to, "levels", oom->level_count);
	print_number(to, "level", oom->limiting_level);
	if (oom->limiting_level == EVENT_UNKNOWN)
		return;
	print_number(to, "limit", oom->levels[oom->limiting_level].max_bytes);
	print_number(to, "usage", oom->levels[oom->limiting_level].usage_bytes);
	print_number(to, "swap_limit", oom->levels[oom->limiting_level].swap_max_bytes);
	print_number(to, "swap_usage", oom->levels[oom->limiting_level].swap_usage_bytes);
}

static void print_event(FILE *to, const struct oom_event *e)
{
	fprintf(to, "tid=%" PRId64, e->target.tid);
	print_number(to, "tgid", e->target.tgid);
	print_string(to, "comm", e->target.comm);
	print_number(to, "uid", e->target.uid);
	print_number(to, "adj", e->victim.oom_score_adj);
	print_number(to, "vm", e->victim.total_vm_bytes);
	print_number(to, "anon", e->victim.anon_rss_bytes);
	print_number(to, "file", e->victim.file_rss_bytes);
	print_number(to, "shmem", e->victim.shmem_rss_bytes);
	print_number(to, "pgtables", e->victim.pgtables_bytes);
	print_number(to, "swap", e->victim.swap_bytes);
	print_string(to, "cgroup", e->victim.cgroup);
	fprintf(to, " by");
	print_number(to, "tid", e->trigger.tid);
	print_number(to, "tgid", e->trigger.tgid);
	print_string(to, "comm", e->trigger.comm);
	print_number(to, "uid", e->trigger.uid);
	print_oom(to, &e->oom);
	fputc('\n', to);
}

static char *read_file(const char *name, const char *suffix)
{
	char path[256], *text = calloc(1, 1 << 20);
	size_t used;
	FILE *f;

	snprintf(path, sizeof(path), TEST_DATA "/kmsg/%s%s", name, suffix);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	used = fread(text, 1, (1 << 20) - 1, f);
	ck_assert_uint_lt(used, (1 << 20) - 1);
	fclose(f);
	return text;
}

START_TEST(real_log)
{
	char *log = read_file(names[_i], ".txt"), *rest = log, *line;
	char *expected = read_file(names[_i], ".kills"), *found = NULL;
	size_t size;
	FILE *to = open_memstream(&found, &size);

	start();
	/* There was no swap on these machines. */
	host.ram_bytes = 1;
	while ((line = strsep(&rest, "\n")))
		if (feed(line))
			print_event(to, &event);
	if (flush())
		print_event(to, &event);
	fclose(to);
	ck_assert_str_eq(found, expected);
	free(found);
	free(expected);
	free(log);
}
END_TEST

/* ---- made-up ones ----------------------------------------------------------- */

#define INVOKED	"tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
#define CHOSEN(uid) "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/," \
	"mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=tail,pid=7,uid=" uid
#define SIZES	" total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB, " \
	"UID:5 pgtables:56kB oom_score_adj:-3"
#define KILLED(pid) "Memory cgroup out of memory: Killed process " pid " (tail)" SIZES
#define NONE(constraint) "oom-kill:constraint=CONSTRAINT_" constraint ",nodemask=(null),cpuset=/," \
	"mems_allowed=0,global_oom,task_memcg=/,task=tail,pid=7,uid=5"
#define TABLE	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name"

START_TEST(kill_without_report)
{
	start();
	ck_assert_int_eq(FEED(KILLED("7")), 1);
	ck_assert_int_eq(event.source, SOURCE_KMSG);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_int_eq(event.tpid_source, TPID_KILLED_LINE);
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_int_eq(event.victim.oom_score_adj, -3);
	ck_assert_int_eq(event.victim.shmem_rss_bytes, 4096);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(event.oom.totalpages, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_int_eq(FEED("Out of memory: Killed process 8 (x)" SIZES), 1);
	ck_assert_int_eq(event.oom.constraint, EVENT_UNKNOWN);
}
END_TEST

/* Linux 5.0 to 5.2 */
START_TEST(kill_without_uid)
{
	start();
	ck_assert_int_eq(FEED("Memory cgroup out of memory: Killed process 7 (tail) "
			      "total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB"), 1);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 4096);
	ck_assert_int_eq(event.target.uid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.oom_score_adj, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.pgtables_bytes, EVENT_UNKNOWN);
}
END_TEST

/* A saved log may have been damaged, or made up. */
START_TEST(less_than_nothing)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, TABLE,
			      "[      7]    -5    -7     2341     2195    -4096       -1             0 tail",
			      "Out of memory: Killed process 7 (tail) total-vm:9364kB, anon-rss:8064kB, "
			      "file-rss:0kB, shmem-rss:0kB, UID:-5 pgtables:-56kB oom_score_adj:-3"), 1);
	ck_assert_int_eq(event.tpid_source, TPID_KILLED_LINE);
	ck_assert_int_eq(event.target.uid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.pgtables_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.swap_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.oom_score_adj, -3);
}
END_TEST

/* Anybody may write such a line, but not as the kernel. */
START_TEST(forged)
{
	start();
	ck_assert_int_eq(FEED("8,1,1,-;" KILLED("7"), "12,2,1,-;" KILLED("7"),
			      "<9>" KILLED("7"), "user  :err   : " KILLED("7"),
			      "Nov 24 00:08:56 host sshd[1]: " KILLED("7"),
			      "eth0: Memory cgroup out of memory: Killed process 7 (tail)" SIZES,
			      "Memory cgroup out of memory: Killed process x (tail)" SIZES), 0);
	ck_assert_int_eq(FEED("0,3,1,-;" KILLED("7")), 1);
}
END_TEST

START_TEST(report_is_joined_once)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, CHOSEN("5"), KILLED("7")), 1);
	ck_assert_str_eq(event.trigger.comm, "tail");
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(event.oom.limiting_level, 1);
	/* The next one is rate limited. */
	ck_assert_int_eq(FEED(KILLED("9")), 1);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_ptr_null(event.oom.memcg);
}
END_TEST

/* Unless its own report says so, a kill has nothing to do with it. */
START_TEST(report_of_another)
{
	static const char *const closing[] = {
		"Memory cgroup out of memory: OOM victim 7 (tail) is already exiting. "
		"Skip killing the task",
		"Out of memory and no killable processes...",
		CHOSEN("6"),
	};

	for (int i = 0; i < 3; i++) {
		start();
		ck_assert_int_eq(FEED(INVOKED, closing[i], KILLED("8")), 1);
		ck_assert_ptr_null(event.trigger.comm);
	}
}
END_TEST

START_TEST(report_with_a_gap)
{
	start();
	ck_assert_int_eq(FEED("4,10,1,-;" INVOKED, "6,11,1,-;" CHOSEN("5"),
			      "3,12,1,-;" KILLED("7")), 1);
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_int_eq(FEED("4,13,1,-;" INVOKED, "6,14,1,-;" CHOSEN("5"),
			      "3,16,1,-;" KILLED("7")), 1);
	ck_assert_ptr_null(event.victim.cgroup);
}
END_TEST

/* With CONFIG_PRINTK_CALLER lines of others are told apart. */
START_TEST(report_among_others)
{
	start();
	ck_assert_int_eq(FEED("4,1,1,-,caller=T7;" INVOKED,
			      "4,2,1,-,caller=T9;CPU: 3 PID: 9 Comm: tail Not tainted",
			      "4,3,1,-,caller=T7;CPU: 1 PID: 7 Comm: tail Not tainted",
			      "6,4,1,-,caller=T9;oom-kill:constraint=CONSTRAINT_NONE",
			      "6,5,1,-,caller=T7;" CHOSEN("5"),
			      "4,6,1,c,caller=T9;,pid=3,uid=5",
			      "3,7,1,-,caller=T7;" KILLED("7")), 1);
	ck_assert_int_eq(event.oom.cpu, 1);
	ck_assert_int_eq(event.trigger.tid, 7);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_int_eq(FEED("4,8,1,-,caller=T7;" INVOKED,
			      "3,9,1,-,caller=T9;" KILLED("7")), 1);
	ck_assert_ptr_null(event.trigger.comm);
}
END_TEST

/* Without it the comm is all there is. */
START_TEST(stack_of_another)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, "CPU: 3 PID: 9 Comm: tailor Not tainted",
			      "CPU: 3 UID: 0 PID: 9 Comm: x tail Not tainted",
			      "CPU: 1 UID: 0 PID: 7 Comm: tail Tainted: G",
			      "CPU: 2 PID: 8 Comm: tail Not tainted", CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.oom.cpu, 1);
	ck_assert_int_eq(event.trigger.tid, 7);
}
END_TEST

START_TEST(fragments)
{
	start();
	ck_assert_int_eq(FEED("4,1,1,-;" INVOKED,
			      "6,2,1,-;oom-kill:constraint=CONSTRAINT_NONE,nodemask=0,2-3",
			      "4,3,1,c;,cpuset=a,oom_memcg=x,mems_allowed=0",
			      "4,4,1,-;something else",
			      "4,5,1,c;,global_oom,task_memcg=/,oom_memcg=/y,task=tail",
			      "4,6,1,c;,pid=7,uid=5",
			      "3,7,1,-;Out of memory: Killed process 7 (tail)" SIZES), 1);
	ck_assert_int_eq(event.oom.nodemask, 0xd);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_NONE);
	ck_assert_str_eq(event.victim.cgroup, "/,oom_memcg=/y");
	ck_assert_ptr_null(event.oom.memcg);
}
END_TEST

/* A path that can be read in two ways is no path, unless another line helps. */
START_TEST(ambiguous_paths)
{
	static const char chosen[] =
		"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
		"oom_memcg=/x,task_memcg=/x/y,task_memcg=/x,task_memcg=/x/y/z,task=tail,pid=7,uid=5";

	start();
	ck_assert_int_eq(FEED(INVOKED, chosen, KILLED("7")), 1);
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_int_eq(FEED(INVOKED, "Memory cgroup stats for /x:", chosen, KILLED("7")), 1);
	ck_assert_str_eq(event.oom.memcg, "/x");
	ck_assert_str_eq(event.victim.cgroup, "/x/y,task_memcg=/x,task_memcg=/x/y/z");
}
END_TEST

/* The thread that was killed has another name than the leader. */
START_TEST(thread_of_a_process)
{
	static const char table[] = "[      9]     5     7     2341     2195    57344        3             0 thread";

	start();
	ck_assert_int_eq(FEED(INVOKED, TABLE, table, CHOSEN("5"),
			      "Memory cgroup out of memory: Killed process 9 (thread)" SIZES), 1);
	ck_assert_int_eq(event.target.tid, 9);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_str_eq(event.target.comm, "tail");
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_int_eq(event.victim.swap_bytes, 3 * 4096);
}
END_TEST

/* oom_kill_allocating_task kills whichever thread asked. */
START_TEST(allocating_task)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, CHOSEN("5"), "Out of memory (oom_kill_allocating_task): "
			      "Killed process 7 (tail)" SIZES), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(event.tpid_source, TPID_KILLED_LINE);
}
END_TEST

#define GROUP	"Tasks in /a are going to be killed due to memory.oom.group set"
#define VICTIM	"[      7]     5     7     2341     2195    57344        0             0 tail"
#define MEMBER	"[      8]     5     8     2341     2195    57344        0             0 tail"

START_TEST(group)
{
	int64_t incident;

	start();
	ck_assert_int_eq(FEED("[1.0] " INVOKED, "[1.0] " TABLE, "[1.0] " VICTIM, "[1.0] " MEMBER, "[1.0] " CHOSEN("5"),
			      "[1.0] " KILLED("7")), 1);
	incident = event.oom.incident;
	/* Its first victim is a member, too. */
	ck_assert_int_eq(FEED("[1.1] " GROUP, "[1.1] " KILLED("7")), 0);
	ck_assert_int_eq(FEED("[1.1] " KILLED("8")), 1);
	ck_assert_int_eq(event.oom.incident, incident);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_ptr_null(event.victim.cgroup);
	/* No member: not in the table. */
	ck_assert_int_eq(FEED("[1.2] " KILLED("9")), 1);
	ck_assert_int_ne(event.oom.incident, incident);
	ck_assert_ptr_null(event.oom.memcg);
}
END_TEST

START_TEST(group_without_report)
{
	int64_t incident;

	start();
	ck_assert_int_eq(FEED("[1.0] " KILLED("7")), 1);
	incident = event.oom.incident;
	ck_assert_int_eq(FEED("[1.1] " GROUP, "[1.1] " KILLED("8")), 1);
	ck_assert_int_eq(event.oom.incident, incident);
	/* Much later is not the same incident. */
	ck_assert_int_eq(FEED("[9.1] " KILLED("9")), 1);
	ck_assert_int_ne(event.oom.incident, incident);
}
END_TEST

START_TEST(incidents_without_time)
{
	int64_t incident;

	start();
	ck_assert_int_eq(FEED(KILLED("7")), 1);
	incident = event.oom.incident;
	ck_assert_int_eq(FEED(GROUP, KILLED("8")), 1);
	ck_assert_int_eq(event.oom.incident, incident);
	ck_assert_int_eq(FEED(INVOKED, KILLED("9")), 1);
	ck_assert_int_ne(event.oom.incident, incident);
}
END_TEST

/* A coarse clock gives several kills one time. */
START_TEST(incidents_at_one_time)
{
	int64_t incidents[3];

	start();
	for (int i = 0; i < 3; i++) {
		static const char *const lines[] = {
			"<6>[  100.000000] Out of memory: Killed process 7 (a)" SIZES,
			"<6>[  100.000000] Out of memory: Killed process 8 (b)" SIZES,
			"<6>[  100.000000] Out of memory: Killed process 9 (c)" SIZES,
		};

		ck_assert_int_eq(FEED(lines[i]), 1);
		incidents[i] = event.oom.incident;
	}
	ck_assert_int_eq(incidents[0], 100000000000);
	ck_assert_int_ne(incidents[1], incidents[0]);
	ck_assert_int_ne(incidents[2], incidents[0]);
	ck_assert_int_ne(incidents[2], incidents[1]);
}
END_TEST

/* Before 5.6 (and 5.4.20) bytes were printed as kB. */
static const struct {
	const char *printed, *table;
	int64_t bytes;
} pgtables[] = {
	{ "56", NULL, 57344 },
	{ "57344", "57344", 57344 },
	{ "57344", NULL, EVENT_UNKNOWN },
	{ "57344", "58720256", 58720256 },
	{ "57344", "12288", EVENT_UNKNOWN },
	/* page tables of 8 MiB, and an RSS that is worth it */
	{ "8192", NULL, 8388608 },
};

START_TEST(pgtables_units)
{
	char killed[256], row[256];

	snprintf(killed, sizeof(killed), "Out of memory: Killed process 7 (tail) "
		 "total-vm:9364kB, anon-rss:8064kB, file-rss:0kB, shmem-rss:0kB, "
		 "UID:5 pgtables:%skB oom_score_adj:0", pgtables[_i].printed);
	snprintf(row, sizeof(row), "[      7]     5     7     2341     2195    %s        0             0 tail",
		 pgtables[_i].table ? pgtables[_i].table : "");
	start();
	ck_assert_int_eq(FEED(INVOKED, TABLE, pgtables[_i].table ? row : "", NONE("NONE"), killed), 1);
	ck_assert_int_eq(event.victim.pgtables_bytes, pgtables[_i].bytes);
}
END_TEST

/* A saved log breaks a line where the comm does. */
START_TEST(torn_by_a_comm)
{
	start();
	ck_assert_int_eq(FEED("[    1.000000] " INVOKED,
			      "[    1.000000] Memory cgroup out of memory: Killed process 7 (a",
			      "               b\\)" SIZES), 1);
	ck_assert_str_eq(event.target.comm, "a\nb\\");
	/* each part with its own prefix, by a console */
	ck_assert_int_eq(FEED("[    2.000000] " INVOKED,
			      "[    2.000000] Out of memory: Killed process 7 (",
			      "[    2.000000] Tasks in)" SIZES), 1);
	ck_assert_str_eq(event.target.comm, "\nTasks in");
	ck_assert_int_eq(FEED("[    3.000000] a", "               b invoked oom-killer: gfp_mask=0x1(x), order=2, oom_score_adj=0",
			      "[    3.000000] " CHOSEN("5"), "[    3.000000] " KILLED("7")), 1);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_int_eq(event.oom.order, 2);
}
END_TEST

/* ---- the size of the OOM domain --------------------------------------------- */

#define USAGE	"memory: usage 512kB, limit 1024kB, failcnt 1"
#define NO_LIMIT "9007199254740988kB"

static const struct {
	const char *swap;
	int64_t ram_bytes, swap_bytes, page_size, pages;
} memcg_pages[] = {
	/* no swap on the host */
	{ "swap: usage 0kB, limit " NO_LIMIT ", failcnt 0", 1, 0, 4096, 256 },
	{ "x", 1, 0, 4096, 256 },
	{ "x", 1, 0, 0, EVENT_UNKNOWN },
	/* none that this memcg may use */
	{ "swap: usage 0kB, limit 0kB, failcnt 0", 1, 1, 4096, 256 },
	{ "memory+swap: usage 0kB, limit 1024kB, failcnt 0", 0, 0, 4096, 256 },
	/* as much as there is, or as swappiness allows */
	{ "memory+swap: usage 0kB, limit 2048kB, failcnt 0", 0, 0, 4096, EVENT_UNKNOWN },
	{ "swap: usage 0kB, limit 1024kB, failcnt 0", 1, 1, 4096, EVENT_UNKNOWN },
	{ "swap: usage 0kB, limit " NO_LIMIT ", failcnt 0", 0, 0, 4096, EVENT_UNKNOWN },
	{ "x", 0, 0, 4096, EVENT_UNKNOWN },
};

START_TEST(pages_of_a_memcg)
{
	start();
	host.ram_bytes = memcg_pages[_i].ram_bytes;
	host.swap_bytes = memcg_pages[_i].swap_bytes;
	host.page_size = memcg_pages[_i].page_size;
	ck_assert_int_eq(FEED(INVOKED, USAGE, memcg_pages[_i].swap, CHOSEN("5"),
			      KILLED("7")), 1);
	ck_assert_int_eq(event.oom.totalpages, memcg_pages[_i].pages);
	ck_assert_int_eq(event.oom.totalpages_source,
			 memcg_pages[_i].pages == EVENT_UNKNOWN ? EVENT_UNKNOWN : PAGES_REPORT);
}
END_TEST

#define GLOBAL	"Out of memory: Killed process 7 (tail)" SIZES
#define ZONE	"Node 0 DMA free:684kB min:136kB present:16384kB managed:15360kB mlocked:0kB"

START_TEST(pages_of_the_host)
{
	start();
	host.page_size = 4096;
	host.ram_bytes = 40960000;
	host.swap_bytes = 4096;
	ck_assert_int_eq(FEED(INVOKED, "Total swap = 8kB", "100 pages RAM", "0 pages HighMem/MovableOnly",
			      "10 pages reserved", "0 pages cma reserved", NONE("NONE"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.totalpages, 92);
	ck_assert_int_eq(event.oom.totalpages_source, PAGES_REPORT);
	ck_assert_int_eq(FEED(INVOKED, NONE("NONE"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.totalpages, 10001);
	ck_assert_int_eq(event.oom.totalpages_source, PAGES_MEMINFO);
	host.ram_bytes = 0;
	ck_assert_int_eq(FEED(INVOKED, NONE("NONE"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.totalpages, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.totalpages_source, EVENT_UNKNOWN);
}
END_TEST

START_TEST(pages_of_some_nodes)
{
	start();
	host.page_size = 4096;
	ck_assert_int_eq(FEED(INVOKED, "Mem-Info:", ZONE, ZONE, "Total swap = 8kB", NONE("CPUSET"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_CPUSET);
	ck_assert_int_eq(event.oom.totalpages, 8194);
	/* somebody else's list among it */
	ck_assert_int_eq(FEED(INVOKED, "Mem-Info:", ZONE, "Mem-Info:", ZONE, "Total swap = 8kB",
			      NONE("MEMORY_POLICY"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMORY_POLICY);
	ck_assert_int_eq(event.oom.totalpages, EVENT_UNKNOWN);
	ck_assert_int_eq(FEED(INVOKED, NONE("BPF"), GLOBAL), 1);
	ck_assert_int_eq(event.oom.constraint, EVENT_UNKNOWN);
}
END_TEST

START_TEST(times)
{
	start();
	host.unix_minus_mono_ns = 1000;
	host.unix_minus_boot_ns = 300;
	ck_assert_int_eq(FEED("[1.0] " KILLED("7")), 1);
	ck_assert_int_eq(event.time_unix_ns, 1000001000);
	ck_assert_int_eq(event.time_boot_ns, 1000000700);
	host.unix_minus_mono_ns = EVENT_UNKNOWN;
	ck_assert_int_eq(FEED("[1.0] " KILLED("7")), 1);
	ck_assert_int_eq(event.time_unix_ns, EVENT_UNKNOWN);
	ck_assert_int_eq(event.time_boot_ns, EVENT_UNKNOWN);
	ck_assert_int_eq(FEED("1.5 host kernel: [1.0] " KILLED("7")), 1);
	ck_assert_int_eq(event.time_unix_ns, 1500000000);
}
END_TEST

/* ---- more than there is room for -------------------------------------------- */

START_TEST(many_rows)
{
	char row[128];

	start();
	FEED(INVOKED, TABLE);
	for (int pid = 1; pid <= REPORT_ROWS + 1; pid++) {
		snprintf(row, sizeof(row), "[%7d]     5  %d     2341     2195    57344        0             0 tail",
			 pid, pid + 1000);
		feed(row);
	}
	ck_assert_int_eq(FEED("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
			      "oom_memcg=/a,task_memcg=/a/b,task=tail,pid=1002,uid=5", KILLED("2"), GROUP), 1);
	ck_assert_int_eq(event.target.tgid, 1002);
	/* the first row gave way, to be unknown rather than wrong */
	ck_assert_int_eq(FEED(KILLED("1")), 1);
	ck_assert_int_eq(event.tpid_source, TPID_KILLED_LINE);
	ck_assert_int_eq(FEED(KILLED("3")), 1);
	ck_assert_int_eq(event.target.tgid, 1003);
	ck_assert_str_eq(event.trigger.comm, "tail");
}
END_TEST

START_TEST(deep_cgroup)
{
	char line[1024] = "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
		"mems_allowed=0,global_oom,task_memcg=";

	start();
	for (int i = 0; i < EVENT_LEVELS + 6; i++)
		strcat(line, "/n");
	strcat(line, ",task=tail,pid=7,uid=5");
	ck_assert_int_eq(FEED(INVOKED, line, GLOBAL), 1);
	ck_assert_int_eq(event.oom.level_count, EVENT_LEVELS);
	ck_assert_str_eq(event.oom.levels[EVENT_LEVELS - 1].name, "n");
}
END_TEST

/* ---- what does not belong together ------------------------------------------ */

#define REDIS(at) at "redis invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
#define CHOSE_REDIS(at) at "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=aaa," \
	"mems_allowed=0,oom_memcg=/docker/aaa,task_memcg=/docker/aaa,task=redis,pid=500,uid=5"
#define JAVA	"Killed process 900 (java) total-vm:11892kB, anon-rss:4292kB, file-rss:3428kB, " \
	"shmem-rss:0kB, UID:0 pgtables:52kB oom_score_adj:0"
#define DEAD_REDIS "Memory cgroup out of memory: Killed process 500 (redis)" SIZES

/* Closed by NULL; the kill at the end has a report of its own, or none. */
static const char *const strangers[][8] = {
	/* much later, of another scope and process */
	{ REDIS("[  100.000001] "), CHOSE_REDIS("[  100.000010] "),
	  "[98765.000000] Out of memory: " JAVA },
	/* one of these alone */
	{ REDIS(""), CHOSE_REDIS(""), "Out of memory: " JAVA },
	{ REDIS(""), CHOSE_REDIS(""), "Memory cgroup out of memory: " JAVA },
	{ REDIS("[  100.000001] "), CHOSE_REDIS("[  100.000010] "), "[  103.000000] " DEAD_REDIS },
	{ REDIS(""), CHOSE_REDIS(""), "Out of memory: Killed process 500 (redis)" SIZES },
	{ REDIS(""), CHOSE_REDIS(""), "Memory cgroup out of memory: Killed process 500 (java)" SIZES },
	{ REDIS(""), NONE("NONE"), KILLED("7") },
	/* by date */
	{ REDIS("2026-11-24T00:08:56+00:00 host kernel: "), CHOSE_REDIS("2026-11-24T00:08:56+00:00 host kernel: "),
	  "2026-11-24T00:18:56+00:00 host kernel: " DEAD_REDIS },
	/* no thread of the chosen one, by the table */
	{ REDIS(""), TABLE, "[    900]     0   900     2341     2195    57344        0             0 java",
	  CHOSE_REDIS(""), "Memory cgroup out of memory: " JAVA },
	/* a report without its end */
	{ REDIS(""), "CPU: 1 PID: 500 Comm: redis Not tainted", "Memory cgroup out of memory: " JAVA },
	/* the host was booted meanwhile */
	{ REDIS("[  100.000001] "), CHOSE_REDIS("[  100.000010] "),
	  "[    0.000000] Linux version 6.1.0 (x) #1 SMP", "[    5.000000] " DEAD_REDIS },
	{ REDIS(""), CHOSE_REDIS(""), "Linux version 6.1.0 (x) #1 SMP", DEAD_REDIS },
	{ REDIS("[  100.000001] "), CHOSE_REDIS("[  100.000010] "), "[   99.500000] " DEAD_REDIS },
	{ REDIS("[  100.000001] "), CHOSE_REDIS("[  100.000010] "), "[   99.500000] x",
	  "[  100.000020] " DEAD_REDIS },
	/* lines are missing */
	{ REDIS(""), CHOSE_REDIS(""), "** 23 printk messages dropped **", DEAD_REDIS },
	{ REDIS(""), CHOSE_REDIS(""), "Missed 23 kernel messages", DEAD_REDIS },
	{ "4,1,1,-;" REDIS(""), "4,2,1,-;" CHOSE_REDIS(""), "4,4,1,-;" DEAD_REDIS },
};

START_TEST(stranger)
{
	start();
	ck_assert_int_eq(feed_all(strangers[_i]), 1);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_int_eq(event.trigger.tid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.order, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.gfp_mask, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.level_count, 0);
	ck_assert_int_ne(event.oom.constraint, CONSTRAINT_NONE);
}
END_TEST

/* What was dropped of one report is no reason to doubt the next. */
START_TEST(report_behind_a_gap)
{
	start();
	ck_assert_int_eq(FEED(REDIS(""), "** 23 printk messages dropped **", REDIS(""),
			      CHOSE_REDIS(""), DEAD_REDIS), 1);
	ck_assert_str_eq(event.trigger.comm, "redis");
	ck_assert_str_eq(event.victim.cgroup, "/docker/aaa");
}
END_TEST

/* ---- parts of a report ------------------------------------------------------ */

START_TEST(summary_without_header)
{
	start();
	ck_assert_int_eq(FEED(CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_int_eq(event.tpid_source, TPID_REPORT);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_int_eq(event.oom.limiting_level, 1);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_ptr_null(event.trigger.comm);
	/* with what is left of the middle */
	start();
	ck_assert_int_eq(FEED(USAGE, TABLE, VICTIM, CHOSEN("5"), KILLED("7")), 1);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(event_limit(&event)->max_bytes, 1024 * 1024);
	ck_assert_int_eq(event.victim.swap_bytes, 0);
}
END_TEST

/* 5.0 to 5.2 call a memory cgroup's OOM one of the host, too. */
START_TEST(constraint_of_a_memcg)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
			      "mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=tail,pid=7,uid=5", KILLED("7")), 1);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_str_eq(event.trigger.comm, "tail");
}
END_TEST

#define PLAIN_SIZES " total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB"

START_TEST(facts_of_other_lines)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, TABLE,
			      "[      7]     5     7     2341     2195    57344        3           -17 tail",
			      CHOSEN("5"), "Memory cgroup out of memory: Killed process 7 (tail)" PLAIN_SIZES), 1);
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_int_eq(event.victim.oom_score_adj, -17);
	ck_assert_int_eq(event.victim.pgtables_bytes, 57344);
	ck_assert_int_eq(event.victim.swap_bytes, 3 * 4096);
	/* without a table */
	start();
	ck_assert_int_eq(FEED(CHOSEN("5"), "Memory cgroup out of memory: Killed process 7 (tail)" PLAIN_SIZES), 1);
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_int_eq(event.victim.oom_score_adj, EVENT_UNKNOWN);
}
END_TEST

START_TEST(names_of_gfp_flags)
{
	/* RHEL 8: these bits have other names from 5.0 on */
	start();
	ck_assert_int_eq(FEED("tail invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), "
			      "order=0, oom_score_adj=0", CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.oom.gfp_mask, 0x6200ca);
	ck_assert_str_eq(event.oom.gfp_flags, "GFP_HIGHUSER_MOVABLE");
	ck_assert_int_eq(event.oom.order, 0);
	verdict_complete(&event);
	ck_assert_str_eq(event.oom.gfp_flags, "GFP_HIGHUSER_MOVABLE");
	/* no names, and no line that could be one */
	ck_assert_int_eq(FEED("tail invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0",
			      CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.oom.gfp_mask, 0xcc0);
	verdict_complete(&event);
	ck_assert_ptr_null(event.oom.gfp_flags);
	ck_assert_int_eq(FEED("tail invoked oom-killer: gfp_mask=0xcc0(a b), order=0, oom_score_adj=0",
			      CHOSEN("5"), KILLED("7")), 1);
	ck_assert_ptr_null(event.oom.gfp_flags);
}
END_TEST

/* ---- up to 5.0 --------------------------------------------------------------- */

#define OLD_INVOKED "asker invoked oom-killer: gfp_mask=0xd0, order=1, oom_score_adj=0"
#define OLD_CPU	"CPU: 1 PID: 6 Comm: asker Not tainted 3.10.0 #1"
#define TASK_IN	"Task in /a/b killed as a result of limit of /a"
#define OLD_USAGE "memory: usage 1024kB, limit 1024kB, failcnt 1"
#define OLD_SWAP "memory+swap: usage 1024kB, limit 9007199254740991kB, failcnt 0"
#define OLD_STATS "Memory cgroup stats for /a: cache:0KB rss:1024KB"
#define OLD_TABLE "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name"
#define OLD_SIZES " total-vm:9364kB, anon-rss:8064kB, file-rss:716kB"
#define SELECTED(scope, pid) scope ": Kill process " pid " (eater) score 9 or sacrifice child"

START_TEST(old_report)
{
	start();
	ck_assert_int_eq(FEED("[1.0] " OLD_INVOKED, "[1.0] asker cpuset=/ mems_allowed=0", "[1.0] " OLD_CPU,
			      "[1.0] " TASK_IN, "[1.0] " OLD_USAGE, "[1.0] " OLD_SWAP, "[1.0] " OLD_STATS,
			      "[1.0] Memory cgroup stats for /a/b: cache:0KB rss:1024KB", "[1.0] " OLD_TABLE,
			      "[1.0] [    7]     5     7     2341     2195       9        1          -17 eater",
			      "[1.0] [    6]     4     6     2341     2195       9        1            0 asker",
			      "[1.0] " SELECTED("Memory cgroup out of memory", "7"),
			      "[1.0] Killed process 7 (eater)" OLD_SIZES), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_int_eq(event.tpid_source, TPID_REPORT);
	ck_assert_str_eq(event.target.comm, "eater");
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_int_eq(event.victim.oom_score_adj, -17);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 8064 * 1024);
	ck_assert_int_eq(event.victim.file_rss_bytes, 716 * 1024);
	ck_assert_int_eq(event.victim.shmem_rss_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.pgtables_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.swap_bytes, 4096);
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(event.oom.memcg_version, 1);
	ck_assert_int_eq(event_limit(&event)->max_bytes, 1024 * 1024);
	ck_assert_int_eq(event_limit(&event)->swap_max_bytes, EVENT_UNLIMITED);
	ck_assert_str_eq(event.trigger.comm, "asker");
	ck_assert_int_eq(event.trigger.tgid, 6);
	ck_assert_int_eq(event.trigger.uid, 4);
	ck_assert_int_eq(event.oom.order, 1);
	ck_assert_int_eq(event.oom.gfp_mask, 0xd0);
	ck_assert_ptr_null(event.oom.gfp_flags);
}
END_TEST

/* The chosen process lives on, and its child dies for it. */
START_TEST(old_sacrifice)
{
	start();
	ck_assert_int_eq(FEED(OLD_INVOKED, TASK_IN, OLD_USAGE, SELECTED("Memory cgroup out of memory", "7"),
			      "Killed process 8 (child)" OLD_SIZES), 1);
	ck_assert_int_eq(event.target.tid, 8);
	ck_assert_str_eq(event.target.comm, "child");
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	/* of the host: the line does not say whether nodes were short */
	ck_assert_int_eq(FEED(SELECTED("Out of memory", "7"), "Killed process 8 (child)" OLD_SIZES), 1);
	ck_assert_int_eq(event.target.tgid, 8);
	ck_assert_int_eq(event.tpid_source, TPID_KILLED_LINE);
	ck_assert_int_eq(event.oom.constraint, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_ptr_null(event.trigger.comm);
}
END_TEST

static const struct {
	const char *line, *comm;
	int64_t uid, shmem;
} old_kills[] = {
	{ "Killed process 7 (eater)" OLD_SIZES, "eater", EVENT_UNKNOWN, EVENT_UNKNOWN },
	{ "Killed process 7 (eater)" OLD_SIZES ", shmem-rss:4kB", "eater", EVENT_UNKNOWN, 4096 },
	{ "Killed process 7 (eater), UID 27," OLD_SIZES ", shmem-rss:4kB", "eater", 27, 4096 },
	{ "Killed process 7, UID 27, (eater)" OLD_SIZES, "eater", 27, EVENT_UNKNOWN },
	{ "Killed process 7 (x), UID 3)" OLD_SIZES, "x), UID 3", EVENT_UNKNOWN, EVENT_UNKNOWN },
	{ "Killed process 7 (x), UID 3), UID 27," OLD_SIZES, "x), UID 3", 27, EVENT_UNKNOWN },
	{ "Killed process 7 (eater)" OLD_SIZES ", shmem-rss:4kB, UID:27", "eater", 27, 4096 },
};

START_TEST(old_kill)
{
	start();
	ck_assert_int_eq(FEED(old_kills[_i].line), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_str_eq(event.target.comm, old_kills[_i].comm);
	ck_assert_int_eq(event.target.uid, old_kills[_i].uid);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 8064 * 1024);
	ck_assert_int_eq(event.victim.shmem_rss_bytes, old_kills[_i].shmem);
	ck_assert_int_eq(event.oom.constraint, EVENT_UNKNOWN);
}
END_TEST

/* Names of cgroups with the line's own words. */
START_TEST(old_ambiguous_paths)
{
	start();
	ck_assert_int_eq(FEED("Task in /a killed as a result of limit of /a/b killed as a result of limit of /a", SELECTED("Memory cgroup out of memory", "7"),
			      "Killed process 7 (eater)" OLD_SIZES), 1);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(FEED("Task in /a killed as a result of limit of /b/c killed as a result of limit of "
			      "/a killed as a result of limit of /b", SELECTED("Memory cgroup out of memory", "7"),
			      "Killed process 7 (eater)" OLD_SIZES), 1);
	ck_assert_str_eq(event.oom.memcg, "/a killed as a result of limit of /b");
	ck_assert_str_eq(event.victim.cgroup, "/a killed as a result of limit of /b/c");
}
END_TEST

/* Closed by NULL: parts that are not of the kill at the end. */
static const char *const old_strangers[][5] = {
	{ OLD_INVOKED, TASK_IN, "Killed process 8 (child)" OLD_SIZES },
	{ OLD_INVOKED, TASK_IN, SELECTED("Out of memory", "7"), "Killed process 7 (eater)" OLD_SIZES },
	{ TASK_IN, SELECTED("Memory cgroup out of memory", "7"), "Killed process 7 (other)" OLD_SIZES },
	{ "[1.0] " TASK_IN, "[9.0] " SELECTED("Memory cgroup out of memory", "7"),
	  "[9.0] Killed process 7 (eater)" OLD_SIZES },
	{ TASK_IN, SELECTED("Memory cgroup out of memory", "7"), KILLED("7") },
	{ TASK_IN, CHOSEN("5"), SELECTED("Memory cgroup out of memory", "9"), "Killed process 9 (eater)" OLD_SIZES },
};

START_TEST(old_stranger)
{
	start();
	ck_assert_int_eq(feed_all(old_strangers[_i]), 1);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_ptr_null(event.victim.cgroup);
	ck_assert_int_eq(event.oom.order, EVENT_UNKNOWN);
}
END_TEST

/* ---- incidents --------------------------------------------------------------- */

START_TEST(group_has_a_name)
{
	start();
	ck_assert_int_eq(FEED("[1.0] " CHOSEN("5"), "[1.0] " KILLED("7"), "[1.0] " GROUP), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(event.oom.group, 1);
	ck_assert_str_eq(event.oom.group_memcg, "/a");
	ck_assert_int_eq(FEED("[1.0] oom_reaper: reaped process 7 (tail), now anon-rss:0kB",
			      "[1.1] " KILLED("8")), 1);
	ck_assert_int_eq(event.oom.group, 1);
	ck_assert_str_eq(event.oom.group_memcg, "/a");
	ck_assert_int_eq(FEED("[1.2] " CHOSEN("5"), "[1.2] " KILLED("7")), 1);
	ck_assert_int_eq(event.oom.group, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.oom.group_memcg);
	/* The reaper writes in between. */
	start();
	ck_assert_int_eq(FEED("[1.0] " KILLED("7"), "[1.0] oom_reaper: reaped process 7 (tail), now anon-rss:0kB",
			      "[1.0] " GROUP), 1);
	ck_assert_int_eq(event.oom.group, 1);
	/* The first victim's line is lost. */
	start();
	ck_assert_int_eq(FEED("[1.0] " GROUP, "[1.0] " KILLED("8")), 1);
	ck_assert_int_eq(event.oom.group, 1);
	ck_assert_str_eq(event.oom.group_memcg, "/a");
}
END_TEST

#define DATED(time, text) "2026-11-24T" time "+00:00 host kernel: " text

/* By a clock, or by dates alone: what is of one group. */
static const struct {
	const char *first, *group, *second;
	bool same;
} members[] = {
	{ "[1.0] " KILLED("7"), "[1.0] " GROUP, "[1.9] " KILLED("8"), true },
	{ "[1.0] " KILLED("7"), "[1.0] " GROUP, "[2.9] " KILLED("8"), false },
	{ DATED("00:08:56", KILLED("7")), DATED("00:08:56", GROUP), DATED("00:08:57", KILLED("8")), true },
	{ DATED("00:08:56", KILLED("7")), DATED("00:08:56", GROUP), DATED("03:08:56", KILLED("8")), false },
	{ DATED("00:08:56", KILLED("7")), DATED("03:08:56", GROUP), DATED("03:08:56", KILLED("8")), false },
	{ KILLED("7"), GROUP, KILLED("8"), true },
	{ KILLED("7"), GROUP, "Out of memory: Killed process 8 (tail)" SIZES, false },
	{ KILLED("7"), "** 3 printk messages dropped **", KILLED("8"), false },
};

START_TEST(members_of_an_incident)
{
	int64_t incident;

	start();
	ck_assert_int_eq(FEED(members[_i].first), 1);
	incident = event.oom.incident;
	ck_assert_int_ne(incident, EVENT_UNKNOWN);
	ck_assert_int_eq(FEED(members[_i].group, members[_i].second), 1);
	ck_assert_int_eq(event.target.tid, 8);
	ck_assert_int_eq(event.oom.incident == incident, members[_i].same);
}
END_TEST

START_TEST(old_group)
{
	int64_t incident;

	start();
	ck_assert_int_eq(FEED(TASK_IN, SELECTED("Memory cgroup out of memory", "7"),
			      "Killed process 7 (eater)" OLD_SIZES, GROUP), 1);
	incident = event.oom.incident;
	ck_assert_int_eq(event.oom.group, 1);
	ck_assert_int_eq(FEED("Killed process 8 (tail)" OLD_SIZES), 1);
	ck_assert_int_eq(event.oom.incident, incident);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(FEED(SELECTED("Memory cgroup out of memory", "7"), "Killed process 7 (eater)" OLD_SIZES), 1);
	ck_assert_int_ne(event.oom.incident, incident);
}
END_TEST

/* ---- what makes no kill ------------------------------------------------------ */

/* Closed by NULL: no kill, and how many reports were left without one. */
static const struct {
	const char *lines[6];
	int unfinished;
	int64_t pid;
	const char *comm;
} unfinished[] = {
	{ { REDIS(""), CHOSE_REDIS("") }, 1, 500, "redis" },
	{ { CHOSE_REDIS("") }, 1, 500, "redis" },
	{ { REDIS("") }, 1, EVENT_UNKNOWN, "redis" },
	{ { SELECTED("Out of memory", "7") }, 1, 7, "eater" },
	{ { REDIS(""), CHOSE_REDIS(""), REDIS(""), CHOSE_REDIS("") }, 2, 500, "redis" },
	{ { REDIS(""), "Out of memory: OOM victim 7 (a) is already exiting. Skip killing the task" }, 0,
	  EVENT_UNKNOWN, "" },
	{ { TABLE, USAGE, "x" }, 0, EVENT_UNKNOWN, "" },
};

START_TEST(report_without_a_kill)
{
	start();
	ck_assert_int_eq(say_all(unfinished[_i].lines), 0);
	report_end(&report);
	ck_assert_int_eq(report.unfinished, unfinished[_i].unfinished);
	ck_assert_int_eq(report.unfinished_pid, unfinished[_i].pid);
	ck_assert_str_eq(report.unfinished_comm, unfinished[_i].comm);
	ck_assert_int_eq(report.kills, 0);
}
END_TEST

START_TEST(kills_leave_nothing_unfinished)
{
	start();
	ck_assert_int_eq(FEED(INVOKED, CHOSEN("5"), KILLED("7"), KILLED("8"), GROUP, KILLED("9")), 3);
	report_end(&report);
	ck_assert_int_eq(report.unfinished, 0);
	ck_assert_int_eq(report.unreadable, 0);
	/* a chosen process that was not killed, and another that was */
	ck_assert_int_eq(FEED(INVOKED, CHOSEN("5"), KILLED("8")), 1);
	ck_assert_int_eq(report.unfinished, 1);
	ck_assert_int_eq(report.unfinished_pid, 7);
}
END_TEST

static const char *const unreadable[] = {
	"eth0: Memory cgroup out of memory: Killed process 7 (tail)" SIZES,
	"Memory cgroup out of memory: Killed process x (tail)" SIZES,
	"x: oom-kill:constraint=CONSTRAINT_NONE",
	"tail invoked oom-killer: gfp_mask=",
	"y: Out of memory: Kill process 7 (a) score 3 or sacrifice child",
	"Kill process 77 (a) sharing same memory",
};

START_TEST(unreadable_line)
{
	start();
	ck_assert_int_eq(SAY(unreadable[_i], "invoked oom-killer: x"), 0);
	ck_assert_int_eq(report.unreadable, 2);
	ck_assert_int_eq(strncmp(report.first_unreadable, unreadable[_i], REPORT_UNREADABLE - 1), 0);
	ck_assert_int_eq(SAY(INVOKED, CHOSEN("5"),
			      "CPU: 1 PID: 7 Comm: Killed process Not tainted"), 0);
	ck_assert_int_eq(report.unreadable, 2);
}
END_TEST

/* ---- lines that were cut ----------------------------------------------------- */

/* Lines of a terminal's width: what a number in two lines was is not known. */
START_TEST(torn_numbers)
{
	start();
	ck_assert_int_eq(SAY("Out of memory: Killed process 7 (tail) total-vm:9364kB, anon-rss:80",
			      "\t64kB, file-rss:716kB, shmem-rss:4kB, UID:5 pgtables:56kB oom_score_adj:0"), 1);
	ck_assert_int_eq(event.victim.total_vm_bytes, 9364 * 1024);
	ck_assert_int_eq(event.victim.anon_rss_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.file_rss_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.uid, EVENT_UNKNOWN);
	ck_assert_int_eq(SAY("Out of memory: Killed process 7 (tail) total-vm:9364kB, anon-rss:8064kB, "
			      "file-rss:716kB, shmem-rss:4kB, UID:5 pgtables:56kB oom_score_adj:-9", "\t98"), 1);
	ck_assert_int_eq(event.victim.oom_score_adj, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_int_eq(SAY("Out of memory: Killed process 7 (tail)" PLAIN_SIZES ", UID:10", "00"), 1);
	ck_assert_int_eq(event.target.uid, EVENT_UNKNOWN);
	ck_assert_int_eq(SAY("Out of memory: Killed process 7 (tail)" PLAIN_SIZES ", UID:10",
			      "oom_reaper: reaped process 7 (tail), now anon-rss:0kB"), 1);
	ck_assert_int_eq(event.target.uid, 10);
	/* where nothing can follow */
	ck_assert_int_eq(SAY("tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=1", CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.oom.order, EVENT_UNKNOWN);
	ck_assert_int_eq(SAY(INVOKED, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
			      "oom_memcg=/a,task_memcg=/a/b,task=tail,pid=7", KILLED("7")), 1);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_int_eq(SAY(INVOKED, TABLE, "[      7]     5     7     2341     2195    57344        0           -99",
			      CHOSEN("5"), "Memory cgroup out of memory: Killed process 7 (tail)" PLAIN_SIZES), 1);
	ck_assert_int_eq(event.victim.oom_score_adj, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.swap_bytes, EVENT_UNKNOWN);
}
END_TEST

START_TEST(broken_lines)
{
	start();
	ck_assert_int_eq(SAY("tail invoked oom-killer: gfp_mask=0xcc", "\t0(GFP_KERNEL), order=1, oom_score_adj=0",
			     CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.oom.gfp_mask, EVENT_UNKNOWN);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(SAY("Out of memory: Killed process 7 (tail)", "\t" SIZES), 1);
	ck_assert_str_eq(event.target.comm, "tail");
	ck_assert_int_eq(event.victim.anon_rss_bytes, 8064 * 1024);
	ck_assert_int_eq(report.unreadable, 0);
	/* a kill whose rest is not there, and another */
	ck_assert_int_eq(SAY("Out of memory: Killed process 8 (member", KILLED("7")), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(report.unreadable, 1);
	ck_assert_int_eq(SAY("Out of memory: Killed process 8 (member", INVOKED, CHOSEN("5"), KILLED("7")), 1);
	ck_assert_int_eq(event.target.tid, 7);
	ck_assert_int_eq(report.unreadable, 2);
}
END_TEST

/* Counters of a report that was not finished are not those of the next. */
START_TEST(counters_of_another)
{
	start();
	ck_assert_int_eq(FEED("[1.0] " USAGE, "[9.0] swap: usage 0kB, limit 0kB, failcnt 0",
			      "[9.0] " CHOSEN("5"), "[9.0] " KILLED("7")), 1);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(event_limit(&event)->max_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event_limit(&event)->swap_max_bytes, 0);
}
END_TEST

Suite *report_suite(void)
{
	Suite *s = suite_create("report");
	TCase *t = tcase_create("report");

	tcase_add_loop_test(t, real_log, 0, (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_test(t, kill_without_report);
	tcase_add_test(t, kill_without_uid);
	tcase_add_test(t, less_than_nothing);
	tcase_add_test(t, forged);
	tcase_add_test(t, report_is_joined_once);
	tcase_add_test(t, report_of_another);
	tcase_add_test(t, report_with_a_gap);
	tcase_add_test(t, report_among_others);
	tcase_add_test(t, stack_of_another);
	tcase_add_test(t, fragments);
	tcase_add_test(t, ambiguous_paths);
	tcase_add_test(t, thread_of_a_process);
	tcase_add_test(t, allocating_task);
	tcase_add_test(t, group);
	tcase_add_test(t, group_without_report);
	tcase_add_test(t, incidents_without_time);
	tcase_add_test(t, incidents_at_one_time);
	tcase_add_loop_test(t, pgtables_units, 0, (int)(sizeof(pgtables) / sizeof(pgtables[0])));
	tcase_add_test(t, torn_by_a_comm);
	tcase_add_loop_test(t, pages_of_a_memcg, 0, (int)(sizeof(memcg_pages) / sizeof(memcg_pages[0])));
	tcase_add_test(t, pages_of_the_host);
	tcase_add_test(t, pages_of_some_nodes);
	tcase_add_test(t, times);
	tcase_add_test(t, many_rows);
	tcase_add_test(t, deep_cgroup);
	tcase_add_loop_test(t, stranger, 0, (int)(sizeof(strangers) / sizeof(strangers[0])));
	tcase_add_test(t, report_behind_a_gap);
	tcase_add_test(t, summary_without_header);
	tcase_add_test(t, constraint_of_a_memcg);
	tcase_add_test(t, facts_of_other_lines);
	tcase_add_test(t, names_of_gfp_flags);
	tcase_add_test(t, old_report);
	tcase_add_test(t, old_sacrifice);
	tcase_add_loop_test(t, old_kill, 0, (int)(sizeof(old_kills) / sizeof(old_kills[0])));
	tcase_add_test(t, old_ambiguous_paths);
	tcase_add_loop_test(t, old_stranger, 0, (int)(sizeof(old_strangers) / sizeof(old_strangers[0])));
	tcase_add_test(t, group_has_a_name);
	tcase_add_loop_test(t, members_of_an_incident, 0, (int)(sizeof(members) / sizeof(members[0])));
	tcase_add_test(t, old_group);
	tcase_add_loop_test(t, report_without_a_kill, 0, (int)(sizeof(unfinished) / sizeof(unfinished[0])));
	tcase_add_test(t, kills_leave_nothing_unfinished);
	tcase_add_loop_test(t, unreadable_line, 0, (int)(sizeof(unreadable) / sizeof(unreadable[0])));
	tcase_add_test(t, torn_numbers);
	tcase_add_test(t, broken_lines);
	tcase_add_test(t, counters_of_another);
	suite_add_tcase(s, t);
	return s;
}

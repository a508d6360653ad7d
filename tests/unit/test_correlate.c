// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * kmsg/correlate: the kernel's report and the event of another source become one,
 * here with a log that is made up.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsg/record.h"
#include "kmsg/correlate.h"
#include "kmsg/record.h"

Suite *correlate_suite(void);

enum { SECOND = 1000000000 };

static struct oom_event event;
static struct correlate correlate;
static const struct decode_host host = { .page_size = 4096, .ram_bytes = 1 };

/* ---- a log ----------------------------------------------------------------- */

static struct {
	struct report report;
	const char *const *lines;	/* closed by NULL */
	int late;			/* lines come when they were asked for once */
	int whole;			/* what it says */
	int asked;
} made_up;

static int take(const char *text)
{
	static int64_t next_sequence;
	char copy[1024];
	struct log_line line;

	snprintf(copy, sizeof(copy), "%s", text);
	ck_assert_int_eq(log_line_record(&line, copy, strlen(copy)), 0);
	if (line.sequence != next_sequence)
		report_gap(&made_up.report);
	next_sequence = line.sequence + 1;
	return report_line(&made_up.report, &line);
}

static int made_up_next(void *backend, const struct report_kill **kill)
{
	ck_assert_ptr_eq(backend, &made_up);
	*kill = &made_up.report.kill;
	while (!made_up.late && *made_up.lines)
		if (take(*made_up.lines++))
			return 1;
	return report_flush(&made_up.report);
}

static int made_up_whole(void *backend, int64_t boot_ns)
{
	ck_assert_ptr_eq(backend, &made_up);
	ck_assert_int_eq(boot_ns, event.time_boot_ns);
	made_up.asked++;
	made_up.late = 0;
	return made_up.whole;
}

static void start(const char *const *lines, int whole)
{
	report_init(&made_up.report);
	made_up.lines = lines;
	made_up.whole = whole;
	made_up.late = made_up.asked = 0;
	correlate = (struct correlate){ .log = {
		.backend = &made_up, .fd = -1, .next = made_up_next, .whole = made_up_whole,
	} };
}

#define START(whole, ...) start((const char *const []){ __VA_ARGS__, NULL }, whole)

/* An event at second 5 of which nothing is known but the thread; its report? */
static const struct report_kill *join(int64_t tid)
{
	event_init(&event);
	event.target.tid = tid;
	event.time_unix_ns = event.time_boot_ns = INT64_C(5) * SECOND;
	return correlate_event(&correlate, &event, &host);
}

/* Record @n of the kernel, at second 5. */
#define AT(n, text)	"6," #n ",5000000,-;" text
#define SIZES	"total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB, " \
	"UID:5 pgtables:56kB oom_score_adj:-3"
#define DEAD(pid) "Memory cgroup out of memory: Killed process " #pid " (eater) " SIZES
#define INVOKED	"tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=2, oom_score_adj=0"
#define USAGE	"memory: usage 512kB, limit 1024kB, failcnt 1"
#define CHOSEN	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/," \
	"mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=eater,pid=7,uid=5"

/* ---- joined ---------------------------------------------------------------- */

START_TEST(what_is_unknown_is_filled)
{
	START(0, AT(1, INVOKED), AT(2, USAGE), AT(3, CHOSEN), AT(4, DEAD(7)));
	ck_assert_ptr_nonnull(join(7));
	ck_assert_int_eq(event.oom.report, 1);
	ck_assert_int_eq(event.source, EVENT_UNKNOWN);
	ck_assert_int_eq(event.target.tgid, 7);
	ck_assert_int_eq(event.target.uid, 5);
	ck_assert_str_eq(event.target.comm, "eater");
	ck_assert_str_eq(event.trigger.comm, "tail");
	ck_assert_int_eq(event.victim.anon_rss_bytes, 8064 * 1024);
	ck_assert_int_eq(event.victim.oom_score_adj, -3);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(event.oom.order, 2);
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_str_eq(event.victim.cgroup, "/a/b");
	ck_assert_int_eq(event.oom.levels_source, LEVELS_REPORT);
	ck_assert_int_eq(event.oom.level_count, 3);
	ck_assert_int_eq(event.oom.limiting_level, 1);
	ck_assert_int_eq(event_limit(&event)->max_bytes, 1024 * 1024);
	ck_assert_int_eq(event.oom.totalpages, 256);
	ck_assert_int_eq(event.oom.totalpages_source, PAGES_REPORT);
	ck_assert_int_eq(made_up.asked, 0);
}
END_TEST

START_TEST(what_is_known_stays)
{
	event_init(&event);
	event.target = (struct event_task){ .tid = 7, .tgid = 7, .uid = 0, .comm = "me" };
	event.trigger.tid = 9;
	event.time_unix_ns = INT64_C(5) * SECOND;
	event.victim.anon_rss_bytes = 1;
	event.victim.cgroup = "/c";
	event.oom.constraint = CONSTRAINT_NONE;
	event.oom.totalpages = 3;
	event.oom.totalpages_source = PAGES_OOM_CONTROL;
	START(0, AT(1, INVOKED), AT(2, "CPU: 1 PID: 8 Comm: tail Not tainted"),
	      AT(3, CHOSEN), AT(4, DEAD(7)));
	ck_assert_ptr_nonnull(correlate_event(&correlate, &event, &host));
	ck_assert_int_eq(event.target.uid, 0);
	ck_assert_str_eq(event.target.comm, "me");
	ck_assert_int_eq(event.victim.anon_rss_bytes, 1);
	ck_assert_int_eq(event.victim.file_rss_bytes, 716 * 1024);
	ck_assert_str_eq(event.victim.cgroup, "/c");
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_NONE);
	ck_assert_int_eq(event.oom.totalpages, 3);
	ck_assert_int_eq(event.oom.totalpages_source, PAGES_OOM_CONTROL);
	/* Levels of another cgroup, the name of another trigger: of neither. */
	ck_assert_int_eq(event.oom.level_count, 0);
	ck_assert_int_eq(event.trigger.tid, 9);
	ck_assert_ptr_null(event.trigger.comm);
}
END_TEST

START_TEST(each_event_has_its_own)
{
	START(0, AT(1, INVOKED), AT(2, CHOSEN), AT(3, DEAD(7)),
	      AT(4, "Tasks in /a are going to be killed due to memory.oom.group set"),
	      AT(5, DEAD(7)), AT(6, DEAD(8)), AT(7, DEAD(9)));
	ck_assert_ptr_nonnull(join(7));
	/* The event of thread 8 was lost. */
	ck_assert_ptr_nonnull(join(9));
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_ptr_null(event.victim.cgroup);
	/* It comes after all. */
	ck_assert_ptr_nonnull(join(8));
	ck_assert_str_eq(event.oom.memcg, "/a");
	/* Once is enough. */
	ck_assert_ptr_null(join(8));
	ck_assert_ptr_null(join(7));
}
END_TEST

/* The report of a kill that follows a mark is not lost by looking for that. */
START_TEST(a_mark_has_no_report)
{
	START(1, AT(1, DEAD(8)), AT(2, INVOKED), AT(3, CHOSEN), AT(4, DEAD(7)));
	ck_assert_ptr_null(join(6));
	ck_assert_int_eq(event.oom.report, 0);
	ck_assert_ptr_nonnull(join(8));
	ck_assert_ptr_nonnull(join(7));
	ck_assert_str_eq(event.oom.memcg, "/a");
	ck_assert_int_eq(made_up.asked, 1);
}
END_TEST

START_TEST(what_nobody_comes_for_is_not_kept_for_ever)
{
	START(1, AT(1, DEAD(1)), AT(2, DEAD(2)), AT(3, DEAD(3)), AT(4, DEAD(4)),
	      AT(5, DEAD(5)), AT(6, DEAD(6)), AT(7, DEAD(7)), AT(8, DEAD(8)),
	      AT(9, DEAD(9)), AT(10, DEAD(10)));
	ck_assert_ptr_null(join(99));
	ck_assert_uint_eq(correlate.held, CORRELATE_KILLS);
	ck_assert_ptr_null(join(1));
	ck_assert_ptr_null(join(2));
	ck_assert_ptr_nonnull(join(10));
	ck_assert_ptr_nonnull(join(3));
	ck_assert_uint_eq(correlate.held, CORRELATE_KILLS - 2);
}
END_TEST

START_TEST(an_id_that_is_used_again)
{
	START(1, AT(1, DEAD(7)), "6,2,120000000,-;" DEAD(7));
	event_init(&event);
	event.target.tid = 7;
	event.time_unix_ns = event.time_boot_ns = INT64_C(120) * SECOND;
	ck_assert_ptr_nonnull(correlate_event(&correlate, &event, &host));
	ck_assert_int_eq(correlate.found.victim.time_ns, INT64_C(120) * SECOND);
}
END_TEST

/* ---- missing ---------------------------------------------------------------- */

START_TEST(without_a_whole_log_nothing_is_certain)
{
	START(-ENODATA, AT(1, INVOKED));
	ck_assert_ptr_null(join(7));
	ck_assert_int_eq(event.oom.report, EVENT_UNKNOWN);
	made_up.whole = 0;
	ck_assert_ptr_null(join(7));
	ck_assert_int_eq(event.oom.report, EVENT_UNKNOWN);
	correlate.log.backend = NULL;
	ck_assert_ptr_null(join(7));
	ck_assert_int_eq(event.oom.report, EVENT_UNKNOWN);
}
END_TEST

START_TEST(a_report_without_its_head)
{
	START(0, AT(1, INVOKED), AT(2, CHOSEN), AT(9, DEAD(7)));
	ck_assert_ptr_nonnull(join(7));
	ck_assert_int_eq(event.oom.report, 1);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 8064 * 1024);
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_ptr_null(event.trigger.comm);
}
END_TEST

/* Who writes to /dev/kmsg is never facility 0. */
START_TEST(forged_lines_are_no_report)
{
	START(1, AT(1, INVOKED), "14,2,5000000,-;" CHOSEN, "14,3,5000000,-;" DEAD(7),
	      "8,4,5000000,-;" DEAD(7));
	ck_assert_ptr_null(join(7));
	ck_assert_int_eq(event.oom.report, 0);
	ck_assert_ptr_null(event.oom.memcg);
}
END_TEST

static void late(bool patient)
{
	int ends[2];

	START(0, AT(1, INVOKED), AT(2, CHOSEN), AT(3, DEAD(7)));
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "", 1), 1);
	correlate.log.fd = ends[0];
	made_up.late = 1;
	correlate.patient = patient;
	join(7);
	close(ends[0]);
	close(ends[1]);
}

START_TEST(only_the_patient_waits)
{
	late(false);
	ck_assert_int_eq(event.oom.report, EVENT_UNKNOWN);
	late(true);
	ck_assert_int_eq(event.oom.report, 1);
	ck_assert_str_eq(event.oom.memcg, "/a");
}
END_TEST

/* ---- contradictions --------------------------------------------------------- */

static const char *contradiction(void)
{
	static char line[200];
	struct text t = text_on(line, sizeof(line) - 1);
	bool any = correlate_differs(&correlate.found, &event, &t);

	ck_assert_int_eq(any, t.used > 0);
	line[t.used] = '\0';
	return line;
}

START_TEST(contradictions_are_named)
{
	START(0, AT(1, INVOKED), AT(2, CHOSEN), AT(3, DEAD(7)));
	ck_assert_ptr_nonnull(join(7));
	ck_assert_str_eq(contradiction(), "");
	event.oom.memcg = "/x\n";
	event.victim.anon_rss_bytes = 1;
	ck_assert_str_eq(contradiction(), "oom.memcg is /a, not /x\\n");
	event.oom.memcg = ".../z";
	ck_assert_str_eq(contradiction(), "");
	event.oom.gfp_mask = 0xcc1;
	ck_assert_str_eq(contradiction(), "oom.gfp_mask is 0xcc0, not 0xcc1");
	event.oom.constraint = CONSTRAINT_NONE;
	ck_assert_str_eq(contradiction(), "oom.constraint is memcg, not none");
	event.target.comm = "other";
	ck_assert_str_eq(contradiction(), "tcomm is eater, not other");
	event.target.tgid = 6;
	ck_assert_str_eq(contradiction(), "tpid is 7, not 6");
	/* It is a thread, which may have a name of its own. */
	event.target.tgid = EVENT_UNKNOWN;
	event.oom.constraint = event.oom.gfp_mask = EVENT_UNKNOWN;
	ck_assert_str_eq(contradiction(), "");
}
END_TEST

Suite *correlate_suite(void)
{
	Suite *s = suite_create("correlate");
	TCase *joined = tcase_create("joined"), *missing = tcase_create("missing");

	tcase_add_test(joined, what_is_unknown_is_filled);
	tcase_add_test(joined, what_is_known_stays);
	tcase_add_test(joined, each_event_has_its_own);
	tcase_add_test(joined, a_mark_has_no_report);
	tcase_add_test(joined, what_nobody_comes_for_is_not_kept_for_ever);
	tcase_add_test(joined, an_id_that_is_used_again);
	tcase_add_test(joined, contradictions_are_named);
	tcase_add_test(missing, without_a_whole_log_nothing_is_certain);
	tcase_add_test(missing, a_report_without_its_head);
	tcase_add_test(missing, forged_lines_are_no_report);
	tcase_add_test(missing, only_the_patient_waits);
	suite_add_tcase(s, joined);
	suite_add_tcase(s, missing);
	return s;
}

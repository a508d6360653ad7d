// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Two good reports, whose lines are left out, written twice, broken in two or put
 * into another order: each value of a kill is right or unknown, and never of the
 * other report.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsg/report_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { LINES = 64, SECOND = 1000000000 };

/* What is true of each kill, and unknown at worst. */
static const struct truth {
	int64_t tid, uid, adj, vm, anon, pgtables, swap;
	const char *comm, *cgroup;
	int report;
} kills[] = {
	{ 7, 50, -17, 9364 << 10, 8064 << 10, 57344, 4096, "eater", "/a/b", 0 },
	{ 8, 51, -18, 9368 << 10, 8068 << 10, 61440, 8192, "member", NULL, 0 },
	{ 1007, 60, 27, 19364 << 10, 18064 << 10, 98304, 12288, "other", "/x/y", 1 },
};

static const struct oom {
	int64_t trigger, uid, cpu, order, gfp_mask, limit, usage;
	const char *comm, *flags, *memcg, *group;
	int64_t time_ns;
} ooms[] = {
	{ 6, 40, 1, 1, 0xcc0, 1024 << 10, 1000 << 10, "asker", "GFP_KERNEL", "/a", "/a",
	  INT64_C(100) * SECOND },
	{ 1006, 41, 2, 2, 0xdc0, 2048 << 10, 2000 << 10, "taker", "GFP_KERNEL|__GFP_ZERO", "/x", NULL,
	  INT64_C(104) * SECOND },
};

#define TABLE(victim, member) \
	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name", victim, member

static const char *const modern[2][LINES] = { {
	"asker invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=1, oom_score_adj=0",
	"CPU: 1 UID: 40 PID: 6 Comm: asker Not tainted 6.12.0 #1",
	"Call Trace:",
	"memory: usage 1000kB, limit 1024kB, failcnt 1",
	"swap: usage 0kB, limit 0kB, failcnt 0",
	"Memory cgroup stats for /a:",
	TABLE("[      6]    40     6      100      100    57344        0             0 asker",
	      "[      7]    50     7     2341     2195    57344        1           -17 eater"),
	"[      8]    51     8     2342     2195    61440        2           -18 member",
	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=eater,pid=7,uid=50",
	"Memory cgroup out of memory: Killed process 7 (eater) total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB, UID:50 pgtables:56kB oom_score_adj:-17",
	"Tasks in /a are going to be killed due to memory.oom.group set",
	"Memory cgroup out of memory: Killed process 7 (eater) total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB, UID:50 pgtables:56kB oom_score_adj:-17",
	"Memory cgroup out of memory: Killed process 8 (member) total-vm:9368kB, anon-rss:8068kB, file-rss:716kB, shmem-rss:4kB, UID:51 pgtables:60kB oom_score_adj:-18",
}, {
	"taker invoked oom-killer: gfp_mask=0xdc0(GFP_KERNEL|__GFP_ZERO), order=2, oom_score_adj=0",
	"CPU: 2 UID: 41 PID: 1006 Comm: taker Not tainted 6.12.0 #1",
	"memory: usage 2000kB, limit 2048kB, failcnt 1",
	"swap: usage 0kB, limit 0kB, failcnt 0",
	"Memory cgroup stats for /x:",
	TABLE("[   1006]    41  1006      100      100    57344        0             0 taker",
	      "[   1007]    60  1007     4841     2195    98304        3            27 other"),
	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/x,task_memcg=/x/y,task=other,pid=1007,uid=60",
	"Memory cgroup out of memory: Killed process 1007 (other) total-vm:19364kB, anon-rss:18064kB, file-rss:716kB, shmem-rss:4kB, UID:60 pgtables:96kB oom_score_adj:27",
} };

/* The same from 4.19, which names the victim and not its group's scope. */
static const char *const old[2][LINES] = { {
	"asker invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), nodemask=(null),  order=1, oom_score_adj=0",
	"asker cpuset=/ mems_allowed=0",
	"CPU: 1 PID: 6 Comm: asker Not tainted 4.19.0 #1",
	"Task in /a/b killed as a result of limit of /a",
	"memory: usage 1000kB, limit 1024kB, failcnt 1",
	"memory+swap: usage 1000kB, limit 1024kB, failcnt 0",
	"Memory cgroup stats for /a: cache:0KB rss:1000KB",
	TABLE("[      6]    40     6      100      100    57344        0             0 asker",
	      "[      7]    50     7     2341     2195    57344        1           -17 eater"),
	"[      8]    51     8     2342     2195    61440        2           -18 member",
	"Memory cgroup out of memory: Kill process 7 (eater) score 900 or sacrifice child",
	"Killed process 7 (eater) total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB",
	"Tasks in /a are going to be killed due to memory.oom.group set",
	"Killed process 7 (eater) total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB",
	"Killed process 8 (member) total-vm:9368kB, anon-rss:8068kB, file-rss:716kB, shmem-rss:4kB",
}, {
	"taker invoked oom-killer: gfp_mask=0xdc0(GFP_KERNEL|__GFP_ZERO), nodemask=(null),  order=2, oom_score_adj=0",
	"CPU: 2 PID: 1006 Comm: taker Not tainted 4.19.0 #1",
	"Task in /x/y killed as a result of limit of /x",
	"memory: usage 2000kB, limit 2048kB, failcnt 1",
	"memory+swap: usage 2000kB, limit 2048kB, failcnt 0",
	TABLE("[   1006]    41  1006      100      100    57344        0             0 taker",
	      "[   1007]    60  1007     4841     2195    98304        3            27 other"),
	"Memory cgroup out of memory: Kill process 1007 (other) score 900 or sacrifice child",
	"Killed process 1007 (other) total-vm:19364kB, anon-rss:18064kB, file-rss:716kB, shmem-rss:4kB",
} };

static struct report report;
static struct oom_event event;
static int64_t incidents[2];
static const struct decode_host host = {
	.page_size = 4096, .ram_bytes = INT64_C(1) << 32,
	.unix_minus_boot_ns = 0, .unix_minus_mono_ns = 0,
};

/* ---- right or unknown ------------------------------------------------------ */

static void number(const char *name, int64_t found, int64_t right)
{
	if (found == EVENT_UNKNOWN || found == right)
		return;
	fprintf(stderr, "%s: %lld, right: %lld\n", name, (long long)found, (long long)right);
	abort();
}

/* A line that was broken in a comm looks like one whose comm holds a newline. */
static void text(const char *name, const char *found, const char *right)
{
	if (!found || strchr(found, '\n') || (right && !strcmp(found, right)))
		return;
	fprintf(stderr, "%s: %s, right: %s\n", name, found, right ? right : "unknown");
	abort();
}

static void check_oom(const struct oom *o, const struct truth *k)
{
	const struct event_level *limit = event_limit(&event);

	number("trigger.tid", event.trigger.tid, o->trigger);
	number("trigger.tgid", event.trigger.tgid, o->trigger);
	number("trigger.uid", event.trigger.uid, o->uid);
	text("trigger.comm", event.trigger.comm, o->comm);
	number("cpu", event.oom.cpu, o->cpu);
	number("order", event.oom.order, o->order);
	number("gfp_mask", event.oom.gfp_mask, o->gfp_mask);
	text("gfp_flags", event.oom.gfp_flags, o->flags);
	number("constraint", event.oom.constraint, CONSTRAINT_MEMCG);
	number("nodemask", event.oom.nodemask, EVENT_UNKNOWN);
	text("memcg", event.oom.memcg, o->memcg);
	text("group_memcg", event.oom.group_memcg, o->group);
	number("group", event.oom.group, o->group ? 1 : EVENT_UNKNOWN);
	number("pages", event.oom.totalpages, o->limit / 4096);
	if (limit) {
		number("limit", limit->max_bytes, o->limit);
		number("usage", limit->usage_bytes, o->usage);
	}
	assert(event.oom.incident != incidents[!k->report]);
	incidents[k->report] = event.oom.incident;
}

static void check_kill(void)
{
	const struct truth *k = kills;

	event_init(&event);
	report_decode(&event, &report.kill, &host);
	report_fill_tpid(&event);
	while (k->tid != event.target.tid) {
		k++;
		assert(k < kills + 3);
	}
	number("tgid", event.target.tgid, k->tid);
	number("uid", event.target.uid, k->uid);
	text("comm", event.target.comm, k->comm);
	text("cgroup", event.victim.cgroup, k->cgroup);
	number("adj", event.victim.oom_score_adj, k->adj);
	number("vm", event.victim.total_vm_bytes, k->vm);
	number("anon", event.victim.anon_rss_bytes, k->anon);
	number("file", event.victim.file_rss_bytes, 716 << 10);
	number("shmem", event.victim.shmem_rss_bytes, 4 << 10);
	number("pgtables", event.victim.pgtables_bytes, k->pgtables);
	number("swap", event.victim.swap_bytes, k->swap);
	check_oom(&ooms[k->report], k);
}

/* ---- the log ---------------------------------------------------------------- */

struct line {
	const char *text;
	int report;
	int64_t sequence;
};

enum clock { CLOCK_KERNEL, CLOCK_DATES, CLOCK_SEQUENCE, CLOCKS };

static void feed(const struct line *from, enum clock clock, size_t begin, size_t end, bool torn)
{
	struct log_line l;
	char copy[512];

	log_line_init(&l);
	memcpy(copy, from->text + begin, end - begin);
	l.text = (struct span){ .data = (const uint8_t *)copy, .size = end - begin };
	l.torn = torn;
	if (!torn && clock != CLOCK_DATES)
		l.time_ns = ooms[from->report].time_ns + from->sequence * 1000;
	if (!torn && clock == CLOCK_DATES)
		l.time_unix_ns = ooms[from->report].time_ns;
	if (clock == CLOCK_SEQUENCE && !torn)
		l.sequence = from->sequence;
	if (report_line(&report, &l))
		check_kill();
}

static size_t make_log(struct line *log, const char *const (*texts)[LINES])
{
	size_t used = 0;

	for (int i = 0; i < 2; i++)
		for (size_t j = 0; texts[i][j]; j++, used++)
			log[used] = (struct line){ texts[i][j], i, (int64_t)used };
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct line log[2 * LINES], swapped;
	size_t count;
	enum clock clock;

	if (size < 2)
		return 0;
	count = make_log(log, *input & 1 ? old : modern);
	clock = (*input >> 1) % CLOCKS;
	for (size_t i = 1, n = *input >> 4; n && i + 1 < size; n--, i += 2) {
		swapped = log[input[i] % count];
		log[input[i] % count] = log[input[i + 1] % count];
		log[input[i + 1] % count] = swapped;
	}
	report_init(&report);
	incidents[0] = incidents[1] = EVENT_UNKNOWN;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(log[i].text), cut;
		uint8_t what = i + 1 < size ? input[size - 1 - i] : 1;

		switch (what & 7) {
		case 0:			/* left out */
			break;
		case 2:			/* in two lines */
			cut = (size_t)(what >> 3) * len / 32;
			feed(&log[i], clock, 0, cut, false);
			feed(&log[i], clock, cut, len, true);
			break;
		case 3:			/* twice */
			feed(&log[i], clock, 0, len, false);
			/* fall through */
		default:
			feed(&log[i], clock, 0, len, false);
		}
	}
	if (report_flush(&report))
		check_kill();
	report_end(&report);
	return 0;
}

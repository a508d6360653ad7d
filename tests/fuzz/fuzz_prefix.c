// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes before each line of a good report: what is read of it is right or
 * unknown, never false; and if the kill is not read, that is counted.
 *
 * The first byte: 1, other bytes before each line (they are divided by zero
 * bytes); 2, a task's name that looks like a prefix; 4, the lines end in CR LF.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsg/report_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { EACH = 1, HOSTILE = 2, CRLF = 4 };

static const char *const lines[] = {
	"%s invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
	"CPU: 1 UID: 1000 PID: 4711 Comm: %s Not tainted 6.12.1 #1",
	"Call Trace:",
	"memory: usage 65536kB, limit 65536kB, failcnt 42",
	"swap: usage 0kB, limit 0kB, failcnt 0",
	"Memory cgroup stats for /shop/web:",
	"Tasks state (memory values in pages):",
	"[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
	"[   4711]  1000  4711     2341      500      400      100         0    57344        0             0 %s",
	"[   4712]  1000  4712    20000    15628    15500      128         0   163840        0             0 cache",
	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/shop/web,task_memcg=/shop/web/cache,task=cache,pid=4712,uid=1000",
	"Memory cgroup out of memory: Killed process 4712 (cache) total-vm:80000kB, anon-rss:62000kB, file-rss:512kB, shmem-rss:0kB, UID:1000 pgtables:160kB oom_score_adj:0",
};
enum { LINES = sizeof(lines) / sizeof(lines[0]) };

/* What quotes a report itself, or ends a line, is not what stands before one. */
static bool is_prefix(const uint8_t *s, size_t size)
{
	static const char *const words[] = { "\n", "ill", "oom", "OOM", "Task", "Comm", "[  ", "emory" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (size && memmem(s, size, words[i], strlen(words[i])))
			return false;
	return size < 256;
}

static size_t make_log(char *to, const uint8_t *input, size_t size, int mode, const char *comm)
{
	const uint8_t *from = input, *end = input + size;
	size_t used = 0;

	for (int i = 0; i < LINES; i++) {
		const uint8_t *zero = mode & EACH ? memchr(from, 0, (size_t)(end - from)) : NULL;
		size_t len = (size_t)((zero ? zero : end) - from);

		memcpy(to + used, from, len);
		used += len;
		used += (size_t)sprintf(to + used, lines[i], comm);
		used += (size_t)sprintf(to + used, mode & CRLF ? "\r\n" : "\n");
		if (mode & EACH)
			from = zero ? zero + 1 : input;
	}
	return used;
}

static void check_number(int64_t value, int64_t right)
{
	assert(value == EVENT_UNKNOWN || value == right);
}

static void check_text(const char *value, const char *right)
{
	assert(!value || !strcmp(value, right));
}

/* What only the header has before it cannot be told from the beginning of a name. */
static void check_comm(const char *value, const char *right, int mode)
{
	size_t len = value ? strlen(value) : 0;

	if (mode & EACH && len > strlen(right))
		value += len - strlen(right);
	check_text(value, right);
}

static void check_event(const struct oom_event *e, const char *comm, int mode)
{
	check_number(e->target.tid, 4712);
	check_number(e->target.tgid, 4712);
	check_number(e->target.uid, 1000);
	check_text(e->target.comm, "cache");
	check_number(e->victim.anon_rss_bytes, 62000 * 1024);
	check_number(e->victim.pgtables_bytes, 160 * 1024);
	check_text(e->victim.cgroup, "/shop/web/cache");
	check_number(e->trigger.tid, 4711);
	check_number(e->trigger.tgid, 4711);
	check_comm(e->trigger.comm, comm, mode);
	check_number(e->oom.cpu, 1);
	check_number(e->oom.gfp_mask, 0xcc0);
	check_number(e->oom.constraint, CONSTRAINT_MEMCG);
	check_text(e->oom.memcg, "/shop/web");
	if (e->oom.limiting_level != EVENT_UNKNOWN) {
		check_number(e->oom.limiting_level, 1);
		check_number(e->oom.levels[1].max_bytes, 64 << 20);
	}
}

static struct report report;
static struct oom_event event;

static void check_kill(const char *comm, int mode)
{
	static const struct decode_host host = {
		.unix_minus_boot_ns = EVENT_UNKNOWN, .unix_minus_mono_ns = EVENT_UNKNOWN,
	};

	event_init(&event);
	report_decode(&event, &report.kill, &host);
	check_event(&event, comm, mode);
}

static int read_log(struct transport *t, const char *log, size_t size, const char *comm,
		    int mode)
{
	struct log_line l;
	int kills = 0, result;

	report_init(&report);
	while ((result = transport_next(t, &l)) == 1 || result == -EAGAIN) {
		if (result == -EAGAIN) {
			size_t room;
			uint8_t *to = transport_room(t, &room);

			room = room < size ? room : size;
			memcpy(to, log, room);
			transport_add(t, room);
			log += room;
			size -= room;
			continue;
		}
		if (!report_line(&report, &l))
			continue;
		kills++;
		check_kill(comm, mode);
	}
	if (report_flush(&report)) {
		kills++;
		check_kill(comm, mode);
	}
	return kills;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	int mode = size ? input[0] : 0;
	const char *comm = mode & HOSTILE ? "a: [1.0] b" : "web-worker";
	struct transport *t;
	char *log;
	int kills;

	if (!size || !is_prefix(input + 1, size - 1))
		return 0;
	t = transport_open();
	log = malloc(LINES * (size + 256));
	kills = read_log(t, log, make_log(log, input + 1, size - 1, mode, comm), comm, mode);
	assert(kills <= 1);
	assert(kills || transport_foreign(t) || transport_counts(t)->unread ||
	       transport_counts(t)->quoted || report.unreadable);
	free(log);
	transport_close(t);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a saved log: no more kills than lines that name one, none that
 * another program has written, and nothing of what was read before sticks to
 * a kill behind a gap.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "kmsg/report_event.h"

#define SIZES	" total-vm:9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:4kB, " \
	"UID:5 pgtables:56kB oom_score_adj:-3"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static const struct decode_host host = {
	.page_size = 4096, .ram_bytes = INT64_C(1) << 32,
	.unix_minus_boot_ns = 7, .unix_minus_mono_ns = 7,
};
static struct report report;
static struct oom_event event;

static void check_size(int64_t bytes)
{
	assert(bytes == EVENT_UNKNOWN || bytes >= 0);
}

static void check_text(const char *s)
{
	assert(!s || (s >= event.text && s + strlen(s) < event.text + event.text_used));
}

static void check_event(void)
{
	assert(event.target.tid >= 0);
	check_size(event.victim.total_vm_bytes);
	check_size(event.victim.anon_rss_bytes);
	check_size(event.victim.file_rss_bytes);
	check_size(event.victim.shmem_rss_bytes);
	check_size(event.victim.pgtables_bytes);
	check_size(event.victim.swap_bytes);
	check_size(event.oom.totalpages);
	check_size(event.oom.nodemask);
	assert(event.oom.level_count >= 0 && event.oom.level_count <= EVENT_LEVELS);
	assert(event.oom.limiting_level == EVENT_UNKNOWN ||
	       (event.oom.limiting_level >= 0 &&
		event.oom.limiting_level < event.oom.level_count));
	check_text(event.target.comm);
	check_text(event.trigger.comm);
	check_text(event.victim.cgroup);
	check_text(event.oom.memcg);
}

static int show(int complete)
{
	if (!complete)
		return 0;
	event_init(&event);
	report_decode(&event, &report.kill, &host);
	check_event();
	return 1;
}

static void check_gap(void)
{
	static const char line[] = "Memory cgroup out of memory: Killed process 7 (tail)" SIZES;
	struct log_line l;

	log_line_init(&l);
	l.text = span_of(line, sizeof(line) - 1);
	report_gap(&report);
	assert(!report_line(&report, &l) && show(report_flush(&report)) == 1);
	assert(event.target.tid == 7 && event.target.uid == 5);
	assert(!strcmp(event.target.comm, "tail"));
	assert(event.victim.anon_rss_bytes == 8064 * 1024);
	assert(event.oom.constraint == CONSTRAINT_MEMCG);
	assert(!event.victim.cgroup && !event.oom.memcg && !event.trigger.comm);
	assert(event.oom.totalpages == EVENT_UNKNOWN && !event.oom.level_count);
}

/* No more kills than lines: a tear may be within the words, and end at any line. */
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct transport *t = transport_open();
	struct log_line l;
	int kills = 0, lines = 0, result;

	transport_set_end(t, INT64_C(1795478936000000000));
	report_init(&report);
	while ((result = transport_next(t, &l)) == 1 || result == -EAGAIN) {
		if (result == -EAGAIN) {
			size_t room;
			uint8_t *to = transport_room(t, &room);

			room = room < size ? room : size;
			memcpy(to, input, room);
			transport_add(t, room);
			input += room;
			size -= room;
			continue;
		}
		lines++;
		kills += show(report_line(&report, &l));
		assert(kills <= lines);
		assert(report.kills == kills + report.has_next);
	}
	kills += show(report_flush(&report));
	report_end(&report);
	assert(report.kills == kills && report.stage == REPORT_NONE);
	assert(report.unreadable <= lines && report.unfinished <= lines);
	transport_close(t);
	check_gap();
	return 0;
}

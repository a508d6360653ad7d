// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The kmsg backend: reads the kernel's reports from its log. It needs only that log, and
 * finds kills from before the start, too.
 */
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "kmsg/record.h"
#include "kmsg/report.h"
#include "sys/clock.h"
#include "sys/kmsg.h"
#include "sys/pseudofs.h"
#include "sys/oom_safety.h"
#include "sys/vmstat.h"

enum { OPEN_TRIES = 16 };

struct kmsg_source {
	struct source source;
	bool past;			/* reading the records from before the start */
	int64_t next_sequence;
	uint64_t missed;		/* records */
	uint64_t reported;		/* kills */
	int proc;			/* where the kernel counts them; -1: unknown */
	int64_t kills_before, kills_after;	/* by that count; or EVENT_UNKNOWN */
	int64_t whole_from_ns;		/* see source_whole(); of CLOCK_BOOTTIME */
	int64_t behind_ns, synced_ns;	/* see sync_clock() */
	struct report report;
	char record[KMSG_RECORD];
};

/*
 * NTP adjusts CLOCK_MONOTONIC, but not the log's clock: after some days they differ by a
 * second. The offset is estimated from the smallest delay between a record's time and its
 * reading. The kernel adjusts by at most 500 ppm, which bounds the drift in between.
 */
static void sync_clock(struct kmsg_source *k, int64_t time_ns)
{
	int64_t now = clock_now_ns(CLOCK_MONOTONIC);
	int64_t most = k->behind_ns + (now - k->synced_ns) / 2000;

	k->behind_ns = now - time_ns < most ? now - time_ns : most;
	k->synced_ns = now;
}

static void follow_sequence(struct kmsg_source *k, int64_t sequence)
{
	if (k->next_sequence != EVENT_UNKNOWN && sequence > k->next_sequence)
		k->missed += (uint64_t)(sequence - k->next_sequence);
	k->next_sequence = sequence + 1;
}

static int read_record(struct kmsg_source *k, size_t size)
{
	struct log_line line;

	if (log_line_record(&line, k->record, size) < 0)
		return 0;
	follow_sequence(k, line.sequence);
	if (!k->past)
		sync_clock(k, line.time_ns);
	line.time_ns += k->behind_ns;
	return report_line(&k->report, &line);
}

/* 1: there may be more; 0: there is none; or -errno. */
static int handle_failure(struct kmsg_source *k, int error)
{
	switch (error) {
	case 0:
		k->past = false;
		return 0;
	case -EPIPE:
		/* The next record's number tells how many, if there was one before. */
		if (k->next_sequence == EVENT_UNKNOWN)
			k->missed++;
		report_gap(&k->report);
		return 1;
	case -EINVAL:
		/* The kernel skips a record that is larger than it should be. */
		return 1;
	}
	return error;
}

/* 1: a kill is complete; 0: there is nothing more to read; or -errno. */
static int read_kill(struct kmsg_source *k)
{
	int size, result;

	for (;;) {
		size = kmsg_read(k->source.fd, k->record);
		if (size > 0 && read_record(k, (size_t)size))
			return 1;
		if (size > 0)
			continue;
		/* At the end of the log a kill counts as complete. */
		if (!size && report_flush(&k->report))
			return 1;
		result = handle_failure(k, size);
		if (result <= 0)
			return result;
	}
}

static int kmsg_source_next(struct source *s, struct raw_event *raw, struct error *f)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int result = read_kill(k);

	if (result < 0)
		return error_set(f, result, "read the kernel's log");
	if (!result)
		return 0;
	k->report.kill.past = k->past;
	raw->source = SOURCE_KMSG;
	raw->kill = &k->report.kill;
	k->reported++;
	return 1;
}

static int64_t count_kills(const struct kmsg_source *k)
{
	int64_t count = vmstat_oom_kills(k->proc);

	return count < 0 ? EVENT_UNKNOWN : count;
}

static void kmsg_source_finish(struct source *s)
{
	struct kmsg_source *k = (struct kmsg_source *)s;

	k->kills_after = count_kills(k);
	report_end(&k->report);
}

static const struct report *kmsg_source_report(struct source *s)
{
	struct kmsg_source *k = (struct kmsg_source *)s;

	return &k->report;
}

/* No kill is lost unless a record is. */
static uint64_t kmsg_source_lost(struct source *s)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int64_t kills = k->kills_after;
	uint64_t seen = k->reported + (uint64_t)k->report.repeats;
	uint64_t made;

	if (!k->missed)
		return 0;
	if (kills == EVENT_UNKNOWN)
		kills = count_kills(k);
	if (kills == EVENT_UNKNOWN || k->kills_before == EVENT_UNKNOWN)
		return k->missed;
	made = (uint64_t)(kills - k->kills_before);
	return made > seen ? made - seen : 0;
}

/*
 * The kernel may mark a victim just before the count is read, and write its line before
 * the log is opened. The two are no further apart than this.
 */
enum { MARGIN_NS = 100000000 };

static void count_anew(struct kmsg_source *k, int64_t kills)
{
	k->kills_before = kills;
	k->reported = k->missed = 0;
	k->report.repeats = 0;
	k->whole_from_ns = clock_now_ns(CLOCK_BOOTTIME) + MARGIN_NS;
}

static int kmsg_source_whole(struct source *s, int64_t boot_ns)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int64_t lines = (int64_t)k->reported + k->report.repeats;
	int64_t kills, counted = EVENT_UNKNOWN;

	if (!k->missed && boot_ns <= k->whole_from_ns)
		return -ENODATA;
	kills = count_kills(k);
	if (kills != EVENT_UNKNOWN && k->kills_before != EVENT_UNKNOWN)
		counted = kills - k->kills_before;
	if (!k->missed && (counted == EVENT_UNKNOWN || lines <= counted))
		return lines == counted;
	count_anew(k, kills);
	return -ENODATA;
}

static void kmsg_source_close(struct source *s)
{
	struct kmsg_source *k = (struct kmsg_source *)s;

	if (k->proc >= 0)
		close(k->proc);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static const struct source_ops kmsg_source_ops = {
	.name = "kmsg",
	.loss = "the kernel's log was overwritten (a larger log_buf_len= helps)",
	.next = kmsg_source_next,
	.finish = kmsg_source_finish,
	.lost = kmsg_source_lost,
	.whole = kmsg_source_whole,
	.report = kmsg_source_report,
	.close = kmsg_source_close,
};

/* Opens the log, and reads the count of kills so that no kill falls in between. */
static int open_log(struct kmsg_source *k, struct error *f)
{
	for (int tries = 0;; tries++) {
		k->kills_before = count_kills(k);
		k->source.fd = kmsg_open(k->past, f);
		/* Reading the count may fail every time: the log took the last descriptor. */
		if (k->source.fd < 0 || k->past || tries == OPEN_TRIES)
			break;
		if (count_kills(k) == k->kills_before)
			return 0;
		close(k->source.fd);
	}
	k->kills_before = EVENT_UNKNOWN;
	return k->source.fd < 0 ? k->source.fd : 0;
}

int kmsg_source_open(struct source **s, const struct source_options *options,
		     struct error *f)
{
	struct kmsg_source *k = calloc(1, sizeof(*k));
	int result;

	*s = NULL;
	if (!k)
		return error_set(f, ENOMEM, "open the kmsg source");
	k->source.ops = &kmsg_source_ops;
	k->past = options->past;
	/* Record 0 was the first since the host was booted. */
	k->next_sequence = options->past ? 0 : EVENT_UNKNOWN;
	k->kills_after = EVENT_UNKNOWN;
	k->proc = pseudofs_procfs(NULL);
	k->whole_from_ns = clock_now_ns(CLOCK_BOOTTIME) + MARGIN_NS;
	report_init(&k->report);
	oom_safety_prefault(k->record, sizeof(k->record));
	result = open_log(k, f);
	if (result < 0) {
		kmsg_source_close(&k->source);
		return result;
	}
	/* Until the first record the clocks are assumed to agree. */
	*s = &k->source;
	return 0;
}

/* ---- the log of another backend's events ---------------------------------- */

static int next_kill(void *backend, const struct report_kill **kill)
{
	struct raw_event raw;
	int result = kmsg_source_next(backend, &raw, NULL);

	if (result > 0)
		*kill = raw.kill;
	return result;
}

static int is_whole(void *backend, int64_t boot_ns)
{
	return kmsg_source_whole(backend, boot_ns);
}

int kmsg_source_correlate(struct correlate_log *log, struct error *f)
{
	struct source_options options = { .root = -1 };
	struct source *s;
	int result = kmsg_source_open(&s, &options, f);

	*log = (struct correlate_log){ .fd = -1 };
	if (result < 0)
		return result;
	*log = (struct correlate_log){
		.backend = s, .fd = s->fd, .next = next_kill, .whole = is_whole,
	};
	return 0;
}

void kmsg_source_correlate_close(struct correlate_log *log)
{
	source_close(log->backend);
	log->backend = NULL;
}

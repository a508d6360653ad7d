// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The kmsg source: the kernel's own reports, from its log. The last rung of
 * the ladder, and the way to kills from before the start.
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
	bool past;			/* reading what was there at the start */
	int64_t next_sequence;
	uint64_t missed;		/* records */
	uint64_t told;			/* kills */
	int proc;			/* where the kernel counts them; -1: unknown */
	int64_t kills_before, kills_after;	/* by that count; or EVENT_UNKNOWN */
	int64_t whole_from_ns;		/* see source_whole(); of CLOCK_BOOTTIME */
	int64_t behind_ns, synced_ns;	/* see sync_clock() */
	struct report report;
	char record[KMSG_RECORD];
};

/*
 * The log's clock is not steered like CLOCK_MONOTONIC, and a second behind or
 * ahead of it after some days. A record was written before it is read, and most
 * are as soon as that; the kernel steers by 500 ppm at most.
 */
static void sync_clock(struct kmsg_source *k, int64_t time_ns)
{
	int64_t now = clock_now_ns(CLOCK_MONOTONIC);
	int64_t most = k->behind_ns + (now - k->synced_ns) / 2000;

	k->behind_ns = now - time_ns < most ? now - time_ns : most;
	k->synced_ns = now;
}

/* The report that a gap is in cannot be put together. */
static void follow_sequence(struct kmsg_source *k, int64_t sequence)
{
	if (k->next_sequence != EVENT_UNKNOWN && sequence > k->next_sequence) {
		k->missed += (uint64_t)(sequence - k->next_sequence);
		report_gap(&k->report);
	}
	k->next_sequence = sequence + 1;
}

static int take_record(struct kmsg_source *k, size_t size)
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
static int take_failure(struct kmsg_source *k, int error)
{
	switch (error) {
	case 0:
		k->past = false;
		return 0;
	case -EPIPE:
		/* How many is known by the next number, if there was one before. */
		if (k->next_sequence == EVENT_UNKNOWN)
			k->missed++;
		report_gap(&k->report);
		return 1;
	case -EINVAL:
		/* Larger than any record should be: it is skipped. */
		return 1;
	}
	return error;
}

static int kmsg_source_next(struct source *s, struct raw_event *raw, struct error *f)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int size, result;

	for (;;) {
		size = kmsg_read(s->fd, k->record);
		if (size <= 0) {
			result = take_failure(k, size);
			if (result < 0)
				return error_set(f, result, "read the kernel's log");
			if (!result)
				return 0;
			continue;
		}
		if (take_record(k, (size_t)size)) {
			k->report.kill.past = k->past;
			raw->source = SOURCE_KMSG;
			raw->kill = &k->report.kill;
			k->told++;
			return 1;
		}
	}
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
}

/* Where no line is missing no kill is. */
static uint64_t kmsg_source_lost(struct source *s)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int64_t kills = k->kills_after;
	uint64_t told = k->told + (uint64_t)k->report.repeats;
	uint64_t made;

	if (!k->missed)
		return 0;
	if (kills == EVENT_UNKNOWN)
		kills = count_kills(k);
	if (kills == EVENT_UNKNOWN || k->kills_before == EVENT_UNKNOWN)
		return k->missed;
	made = (uint64_t)(kills - k->kills_before);
	return made > told ? made - told : 0;
}

/*
 * What was marked just before the count was taken, or its line written before
 * the log was opened, was so within this time.
 */
enum { MARGIN_NS = 100000000 };

static void count_anew(struct kmsg_source *k, int64_t kills)
{
	k->kills_before = kills;
	k->told = k->missed = 0;
	k->report.repeats = 0;
	k->whole_from_ns = clock_now_ns(CLOCK_BOOTTIME) + MARGIN_NS;
}

static int kmsg_source_whole(struct source *s, int64_t boot_ns)
{
	struct kmsg_source *k = (struct kmsg_source *)s;
	int64_t lines = (int64_t)k->told + k->report.repeats;
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
	.close = kmsg_source_close,
};

/*
 * Opens the log at the place that the count of kills belongs to: none may come
 * between the two.
 */
static int open_log(struct kmsg_source *k, struct error *f)
{
	for (int tries = 0;; tries++) {
		k->kills_before = count_kills(k);
		k->source.fd = kmsg_open(k->past, f);
		/* One reading may fail for ever: the log had the last descriptor. */
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
	/* Until a record says otherwise the clocks agree, give or take. */
	*s = &k->source;
	return 0;
}

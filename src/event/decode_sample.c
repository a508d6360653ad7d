// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The perf source: a sample of the tracepoint, whose raw record is in it. */
#include "event/decode.h"

#include <errno.h>
#include <string.h>

/* What PERF_SAMPLE_TID, TIME, CPU and RAW leave in a sample, in this order. */
struct sample {
	uint32_t tgid, tid;	/* in the pid namespace of the reader; 0: not there */
	uint64_t time_ns;	/* CLOCK_MONOTONIC, as we ask for */
	uint32_t cpu, reserved;
};

enum { RAW_SIZE_AT = 24, RAW_AT = 28 };

_Static_assert(sizeof(struct sample) == RAW_SIZE_AT, "a hole in the sample");

static int read_sample(struct span bytes, struct sample *s, struct span *record)
{
	uint32_t size;

	if (span_copy(bytes, 0, s, sizeof(*s)) < 0 ||
	    span_copy(bytes, RAW_SIZE_AT, &size, sizeof(size)) < 0)
		return -EBADMSG;
	*record = span_sub(bytes, RAW_AT, size);
	return record->data ? 0 : -EBADMSG;
}

/* A member that this kernel's record may lack: left alone then. */
static int take_number(const struct tracepoint_format *f, enum tracepoint_item item,
		       struct span record, int64_t *to)
{
	return tracepoint_format_has(f, item) ? tracepoint_format_number(f, item, record, to) : 0;
}

static int take_kib(const struct tracepoint_format *f, enum tracepoint_item item,
		    struct span record, int64_t *to)
{
	int64_t kib = -1;
	int result = take_number(f, item, record, &kib);

	if (!result && kib >= 0 && kib <= INT64_MAX >> 10)
		*to = kib << 10;
	return result;
}

static int decode_victim(struct oom_event *e, const struct tracepoint_format *f,
			 struct span record)
{
	struct event_victim *v = &e->victim;
	int result;

	if ((result = take_kib(f, TRACEPOINT_TOTAL_VM, record, &v->total_vm_bytes)) < 0 ||
	    (result = take_kib(f, TRACEPOINT_ANON_RSS, record, &v->anon_rss_bytes)) < 0 ||
	    (result = take_kib(f, TRACEPOINT_FILE_RSS, record, &v->file_rss_bytes)) < 0 ||
	    (result = take_kib(f, TRACEPOINT_SHMEM_RSS, record, &v->shmem_rss_bytes)) < 0 ||
	    (result = take_kib(f, TRACEPOINT_PGTABLES, record, &v->pgtables_bytes)) < 0 ||
	    (result = take_number(f, TRACEPOINT_UID, record, &e->target.uid)) < 0)
		return result;
	return take_number(f, TRACEPOINT_OOM_SCORE_ADJ, record, &v->oom_score_adj);
}

static int decode_comm(struct oom_event *e, const struct tracepoint_format *f,
		       struct span record)
{
	struct span comm;

	if (!tracepoint_format_has(f, TRACEPOINT_COMM))
		return 0;
	if (tracepoint_format_text(f, TRACEPOINT_COMM, record, &comm) < 0)
		return -EBADMSG;
	e->target.comm = event_text(e, (const char *)comm.data, comm.size);
	return 0;
}

/*
 * The trigger's tid is the record's own, of the initial pid namespace. The
 * sample's tgid is of ours, and worth something only if that is the same.
 */
static int decode_ids(struct oom_event *e, const struct tracepoint_format *f,
		      struct span record, const struct sample *s,
		      const struct decode_host *host)
{
	if (tracepoint_format_number(f, TRACEPOINT_COMMON_PID, record, &e->trigger.tid) < 0 ||
	    tracepoint_format_number(f, TRACEPOINT_PID, record, &e->target.tid) < 0)
		return -EBADMSG;
	if (host->initial_pids && s->tid == e->trigger.tid)
		e->trigger.tgid = s->tgid;
	if (e->target.tid == e->trigger.tid)
		event_fill_tpid(e, e->trigger.tgid, TPID_KERNEL);
	return 0;
}

int decode_sample(struct oom_event *e, struct span sample,
		  const struct tracepoint_format *format, const struct decode_host *host)
{
	struct span record;
	struct sample s;
	int result;

	if (read_sample(sample, &s, &record) < 0)
		return -EBADMSG;
	e->source = SOURCE_PERF;
	e->time_unix_ns = (int64_t)(s.time_ns + (uint64_t)host->unix_minus_mono_ns);
	e->time_boot_ns = e->time_unix_ns - host->unix_minus_boot_ns;
	e->year_guessed = 0;
	e->oom.cpu = s.cpu;
	if ((result = decode_ids(e, format, record, &s, host)) < 0 ||
	    (result = decode_victim(e, format, record)) < 0)
		return result;
	if (e->victim.anon_rss_bytes != EVENT_UNKNOWN)
		e->victim.rss_source = RSS_TRACEPOINT;
	return decode_comm(e, format, record);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The perf backend: samples the tracepoint oom/mark_victim on every CPU. It
 * works where bpf() is missing or refused, and has the tracepoint's record only.
 */
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/capabilities.h"
#include "sys/pseudofs.h"
#include "sys/perf.h"
#include "sys/oom_safety.h"
#include "source/rings.h"
#include "source/tracepoint.h"

enum { TIME_AT = 8 };		/* behind PERF_SAMPLE_TID */

struct perf_backend {
	struct source source;
	struct rings rings;
	struct tracepoint tracepoint;
};

static int open_sampler(void *ctx, int cpu)
{
	struct perf_backend *p = ctx;

	return perf_tracepoint_new(p->tracepoint.format.id, cpu, 1);
}

static int start_sampler(void *ctx, int cpu, int fd)
{
	(void)ctx;
	(void)cpu;
	return perf_enable(fd);
}

static int perf_backend_next(struct source *s, struct raw_event *raw, struct error *f)
{
	(void)f;
	struct perf_backend *p = (struct perf_backend *)s;
	int result = rings_next(&p->rings, &raw->bytes);

	if (result <= 0)
		return result;
	raw->source = SOURCE_PERF;
	raw->format = &p->tracepoint.format;
	return 1;
}

static void perf_backend_finish(struct source *s)
{
	struct perf_backend *p = (struct perf_backend *)s;

	rings_stop(&p->rings);
}

/*
 * The kernel reports a loss with the next record that fits. Later losses show at
 * the end, in the events' counts. A BPF program that returns 0 on the tracepoint
 * hides an event from these counts, too.
 */
static uint64_t perf_backend_lost(struct source *s)
{
	const struct perf_backend *p = (struct perf_backend *)s;
	const struct rings *r = &p->rings;
	uint64_t lost = r->lost + r->damaged;

	return r->counted > r->samples + lost ? r->counted - r->samples : lost;
}

static void perf_backend_close(struct source *s)
{
	struct perf_backend *p = (struct perf_backend *)s;

	rings_close(&p->rings);
	tracepoint_close(&p->tracepoint);
	free(p);
}

static const struct source_ops perf_backend_ops = {
	.name = "perf",
	.loss = RINGS_LOSS,
	.next = perf_backend_next,
	.finish = perf_backend_finish,
	.lost = perf_backend_lost,
	.close = perf_backend_close,
};

static int prepare_rings(struct perf_backend *p, struct error *f)
{
	int sysfs = pseudofs_sysfs(f);
	int result;

	if (sysfs < 0)
		return sysfs;
	result = rings_prepare(&p->rings, sysfs, f);
	close(sysfs);
	return result;
}

static int open_samplers(struct perf_backend *p, unsigned int kib, struct error *f)
{
	struct rings_kind kind = {
		.open = open_sampler, .start = start_sampler, .ctx = p,
		.time_offset = TIME_AT,
	};
	int result = rings_open(&p->rings, &kind, (size_t)kib << 10, f);

	p->source.fd = p->rings.epoll;
	return result;
}

static int open_all(struct perf_backend *p, const struct source_options *options,
		  struct error *f)
{
	int result;

	if ((result = tracepoint_open(&p->tracepoint, f)) < 0)
		return result;
	if ((result = prepare_rings(p, f)) < 0)
		return result;
	return open_samplers(p, options->ring_kib, f);
}

int perf_source_open(struct source **s, const struct source_options *options,
		     struct error *f)
{
	struct perf_backend *p = calloc(1, sizeof(*p));
	int result;

	*s = NULL;
	if (!p)
		return error_set(f, ENOMEM, "open the perf source");
	p->source.ops = &perf_backend_ops;
	p->tracepoint.tracefs = -1;
	p->tracepoint.root = options->root;
	p->rings.epoll = p->rings.watch = -1;
	result = open_all(p, options, f);
	if (result < 0) {
		perf_backend_close(&p->source);
		return result;
	}
	oom_safety_prefault(p->rings.record, sizeof(p->rings.record));
	*s = &p->source;
	return 0;
}

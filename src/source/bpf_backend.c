// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The bpf backend: attaches the probe of bpf/ to oom/mark_victim and reads its
 * records from one ring per CPU.
 */
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/bpf.h"
#include "sys/pseudofs.h"
#include "sys/perf.h"
#include "sys/oom_safety.h"
#include "source/load.h"
#include "source/rings.h"
#include "source/tracepoint.h"
#include "uapi/oom_record.h"

struct bpf_backend {
	struct source source;
	struct rings rings;
	struct loaded loaded;
	struct tracepoint tracepoint;
	int event;
	uint64_t *failures;		/* [possible CPUs], one lookup's room */
};

/* ---- rings and attachment ----------------------------------------------- */

static int open_output(void *ctx, int cpu)
{
	(void)ctx;
	return perf_output_new(cpu);
}

static int start_output(void *ctx, int cpu, int fd)
{
	struct bpf_backend *b = ctx;

	return bpf_map_update(b->loaded.rings, &cpu, &fd);
}

static int open_outputs(struct bpf_backend *b, unsigned int kib, struct error *f)
{
	struct rings_kind kind = {
		.open = open_output, .start = start_output, .ctx = b,
		.time_offset = 0,
	};
	int result = rings_open(&b->rings, &kind, (size_t)kib << 10, f);

	if (result < 0)
		return result;
	b->failures = calloc((size_t)b->rings.cpus.possible, sizeof(*b->failures));
	if (!b->failures)
		return error_set(f, ENOMEM, "open a ring on each CPU");
	b->source.fd = b->rings.epoll;
	return 0;
}

static int find_tracepoint(struct bpf_backend *b, struct error *f)
{
	return b->tracepoint.tracefs < 0 ? tracepoint_open(&b->tracepoint, f) : 0;
}

static int attach(struct bpf_backend *b, struct error *f)
{
	int result = find_tracepoint(b, f);

	if (result < 0)
		return result;
	/* One online CPU is enough: the kernel runs the program on all of them. */
	for (int cpu = 0; cpu < b->rings.cpus.possible && b->event < 0; cpu++)
		if (cpus_online(&b->rings.cpus, cpu))
			b->event = perf_tracepoint_new(b->tracepoint.format.id, cpu, 0);
	if (b->event < 0) {
		error_set(f, b->event, "attach to tracepoint oom/mark_victim");
		return perf_explain(f, b->event);
	}
	result = perf_set_program(b->event, b->loaded.program);
	if (!result)
		result = perf_enable(b->event);
	if (result < 0) {
		error_set(f, result, "attach to tracepoint oom/mark_victim");
		return load_explain(f, result);
	}
	return 0;
}

/* ---- the source ---------------------------------------------------------- */

static void bpf_backend_close(struct source *s)
{
	struct bpf_backend *b = (struct bpf_backend *)s;

	if (b->event >= 0)
		close(b->event);
	rings_close(&b->rings);
	load_close(&b->loaded);
	tracepoint_close(&b->tracepoint);
	free(b->failures);
	free(b);
}

/* The probe's count of one kind of failed outputs, summed over all CPUs. */
static uint64_t failures_of(struct bpf_backend *b, uint32_t kind)
{
	uint64_t sum = 0;

	if (b->loaded.failures < 0 ||
	    bpf_map_lookup(b->loaded.failures, &kind, b->failures) < 0)
		return 0;
	for (int cpu = 0; cpu < b->rings.cpus.possible; cpu++)
		sum += b->failures[cpu];
	return sum;
}

/*
 * A full ring is counted twice: by the probe, if the kernel's helper returns an
 * error, and by the kernel, with the next record that fits. Take the larger.
 */
static uint64_t bpf_backend_lost(struct source *s)
{
	struct bpf_backend *b = (struct bpf_backend *)s;
	uint64_t full = failures_of(b, 0);

	if (b->rings.lost > full)
		full = b->rings.lost;
	return full + failures_of(b, 1) + b->rings.damaged;
}

/*
 * u64 time, u32 size, then the record, padded. A sample that contradicts itself
 * is handed out empty, as a record that cannot be decoded.
 */
static int bpf_backend_next(struct source *s, struct raw_event *raw, struct error *f)
{
	(void)f;
	struct bpf_backend *b = (struct bpf_backend *)s;
	uint32_t size = 0;
	struct span sample;
	int result = rings_next(&b->rings, &sample);

	if (result <= 0)
		return result;
	span_copy(sample, 8, &size, sizeof(size));
	raw->source = SOURCE_BPF;
	raw->bytes = span_sub(sample, 12, size);
	return 1;
}

/* Disabling the event would not stop the program, which is attached to the tracepoint. */
static void bpf_backend_finish(struct source *s)
{
	struct bpf_backend *b = (struct bpf_backend *)s;

	close(b->event);
	b->event = -1;
}

static const struct source_ops bpf_backend_ops = {
	.name = "bpf",
	.loss = RINGS_LOSS,
	.next = bpf_backend_next,
	.finish = bpf_backend_finish,
	.lost = bpf_backend_lost,
	.close = bpf_backend_close,
};

/* With --btf none the types come from the tracepoint's format. */
static int load(struct bpf_backend *b, const struct source_options *options,
		int sysfs, struct error *f)
{
	struct load_plan plan = {
		.object = options->object, .btf = options->btf,
		.sysfs = sysfs, .cpus = b->rings.cpus.possible,
	};
	int result;

	if (options->btf && !strcmp(options->btf, "none")) {
		if ((result = find_tracepoint(b, f)) < 0)
			return result;
		plan.format = &b->tracepoint.format;
	}
	return load_probe(&b->loaded, &plan, f);
}

static int prepare(struct bpf_backend *b, const struct source_options *options,
		   struct error *f)
{
	int sysfs = pseudofs_sysfs(f);
	int result;

	if (sysfs < 0)
		return sysfs;
	result = rings_prepare(&b->rings, sysfs, f);
	if (!result)
		result = load(b, options, sysfs, f);
	close(sysfs);
	return result;
}

static int open_and_attach(struct bpf_backend *b, const struct source_options *options,
		  struct error *f)
{
	int result;

	if ((result = prepare(b, options, f)) < 0)
		return result;
	if ((result = open_outputs(b, options->ring_kib, f)) < 0)
		return result;
	/* Last: from here on every kill finds a ring that is read. */
	return attach(b, f);
}

int bpf_source_open(struct source **s, const struct source_options *options,
		    struct error *f)
{
	struct bpf_backend *b = calloc(1, sizeof(*b));
	int result;

	*s = NULL;
	if (!b)
		return error_set(f, ENOMEM, "open the bpf source");
	b->source.ops = &bpf_backend_ops;
	b->event = -1;
	b->tracepoint.tracefs = -1;
	b->tracepoint.root = options->root;
	b->loaded = (struct loaded){ .program = -1 };
	b->rings.epoll = b->rings.watch = -1;
	result = open_and_attach(b, options, f);
	if (result < 0) {
		bpf_backend_close(&b->source);
		return result;
	}
	oom_safety_prefault(b->rings.record, sizeof(b->rings.record));
	*s = &b->source;
	return 0;
}

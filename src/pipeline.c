// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "pipeline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "event/decode.h"
#include "explain/verdict.h"
#include "kmsg/report_event.h"
#include "sys/oom_safety.h"

void pipeline_note(const struct pipeline *p, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	p->note(line);
}

/* ---- setting up ----------------------------------------------------------- */

void pipeline_init(struct pipeline *p, const struct options *o,
		   void (*note)(const char *line))
{
	p->options = o;
	p->note = note;
	accounting_init(&p->accounting);
	enrich_init(&p->enrich, o, note);
}

void pipeline_close(struct pipeline *p)
{
	enrich_close(&p->enrich);
}

/* The set of columns for a node of Kubernetes; NULL: the user's choice stays. */
static const char *node_set(const struct options *o)
{
	if (o->output != OUTPUT_COLUMNS)
		return NULL;
	if (!o->columns)
		return "k8s";
	return strcmp(o->columns, "wide") ? NULL : "k8s-wide";
}

int pipeline_open_output(struct pipeline *p, const int ends[WRITER_ENDS], struct error *f)
{
	const struct options *o = p->options;
	const struct selection *selected = &o->fields;
	const char *set = node_set(o);
	struct selection on_node;
	int result;

	if (set && identity_is_node(&p->enrich.identity)) {
		result = options_fields(o, set, &on_node, f);
		if (result < 0)
			return result;
		selected = &on_node;
	}
	memcpy(p->output.sink.ends, ends, sizeof(p->output.sink.ends));
	p->output.sink.has_ends = true;
	result = output_open(&p->output, o->output, selected, STDOUT_FILENO,
			     output_terminal_width(STDOUT_FILENO), f);
	/* The reader stalled at the titles when the program was to end: the loop ends. */
	return result == -ECANCELED ? 0 : result;
}

void pipeline_resize(struct pipeline *p)
{
	output_resize(&p->output, output_terminal_width(STDOUT_FILENO));
}

void pipeline_prefault(struct pipeline *p)
{
	oom_safety_prefault(&p->event, sizeof(p->event));
	oom_safety_prefault(&p->incidents, sizeof(p->incidents));
	oom_safety_prefault(p->output.line, sizeof(p->output.line));
	enrich_prefault(&p->enrich);
}

/* ---- the steps ------------------------------------------------------------ */

/* A saved log is from another host or boot: this host's clocks do not apply. */
static const struct decode_host no_host = {
	.unix_minus_boot_ns = EVENT_UNKNOWN, .unix_minus_mono_ns = EVENT_UNKNOWN,
};

static int decode(struct pipeline *p, const struct raw_event *raw, enum enrich_origin origin)
{
	const struct decode_host *host = origin == ORIGIN_SAVED ? &no_host : &p->enrich.host;
	int result;

	event_init(&p->event);
	switch (raw->source) {
	case SOURCE_PERF:
		return decode_sample(&p->event, raw->bytes, raw->format, host);
	case SOURCE_KMSG:
		report_decode(&p->event, raw->kill, host);
		return 0;
	case SOURCE_BPF:
		break;
	}
	result = decode_record(&p->event, raw->bytes, host);
	if (!result && p->event.oom.totalpages_source == PAGES_OOM_CONTROL)
		p->enrich.host.control_seen = true;
	return result;
}

/*
 * Counts the kill for each unknown field that decides the filter's outcome, and reports
 * the first such kill of each field at once.
 */
static void count_unknown(struct pipeline *p, bool shown)
{
	const struct filter *filter = &p->options->filter;

	for (size_t i = 0; i < filter->count; i++) {
		struct pipeline_unknown *u = &p->unknown[i];

		if (!filter_hangs_on(filter, &p->event, i))
			continue;
		if (!u->shown && !u->left_out)
			pipeline_note(p, "a kill is %s by the filter, for its %s is unknown (said once)",
				      shown ? "shown" : "left out", filter->rules[i].field->name);
		*(shown ? &u->shown : &u->left_out) += 1;
	}
}

static int filter_and_write(struct pipeline *p, struct error *f)
{
	bool shown = filter_match(&p->options->filter, &p->event);
	int result;

	count_unknown(p, shown);
	if (!shown)
		return 0;
	result = output_event(&p->output, &p->event, f);
	*(result ? &p->accounting.unwritten : &p->accounting.shown) += 1;
	return result == -ECANCELED ? 0 : result;
}

/* ---- all of them ---------------------------------------------------------- */

void pipeline_remember(struct pipeline *p)
{
	if (p->reported_count < PIPELINE_REPORTED)
		p->reported[p->reported_count++] = p->event.target.tid;
}

static bool is_reported(const struct pipeline *p)
{
	for (size_t i = 0; i < p->reported_count; i++)
		if (p->reported[i] == p->event.target.tid)
			return true;
	return false;
}

/*
 * Counts a record that cannot be decoded as a lost kill, and goes on. Another version of
 * the record comes only from the user's own --object, and then ends the tracer, as no
 * record can be decoded.
 */
static int pass_over(struct pipeline *p, const struct source *s, const struct raw_event *raw,
		     int error, struct error *f)
{
	if (error == -ENOTSUP && p->options->object) {
		error_set(f, error, "decode a record of %s", p->options->object);
		return error_why(f, "its records are of another version than this program's");
	}
	if (!p->accounting.undecoded++)
		pipeline_note(p, "a record of %zu bytes from the %s source cannot be decoded: %s (said once)",
			      raw->bytes.size, s->ops->name, strerror(-error));
	return 0;
}

int pipeline_event(struct pipeline *p, const struct source *s, const struct raw_event *raw,
		   enum enrich_origin origin, struct error *f)
{
	int result = decode(p, raw, origin);

	if (result < 0)
		return pass_over(p, s, raw, result, f);
	if (origin == ORIGIN_LIVE && is_reported(p))
		return 0;
	enrich_event(&p->enrich, &p->event, origin);
	incident_count(&p->incidents, &p->event);
	verdict_complete(&p->event);
	if (origin == ORIGIN_LIVE)
		accounting_event(&p->accounting, &p->event);
	else
		p->accounting.past++;
	return filter_and_write(p, f);
}

void pipeline_losses(struct pipeline *p, struct source *s)
{
	struct accounting *a = &p->accounting;
	uint64_t before = a->source_lost;

	a->source_lost = source_lost(s);
	a->lost = a->source_lost + a->undecoded;
	if (a->source_lost > before)
		pipeline_note(p, "lost %llu kills: %s",
			      (unsigned long long)(a->source_lost - before), s->ops->loss);
}

int pipeline_drain(struct pipeline *p, struct source *s, size_t most, struct error *f)
{
	struct raw_event raw;
	int result = 0, next = 1;

	enrich_read_host(&p->enrich);
	while (most-- && (next = source_next(s, &raw, f)) != 0) {
		int written;

		if (next == -EBADMSG) {
			pipeline_note(p, "a ring was damaged: what it held is lost, one kill or more");
			continue;
		}
		if (next < 0)
			return error_set(f, next, "read the %s source", s->ops->name);
		/* After a failed write the other kills are still counted. */
		written = pipeline_event(p, s, &raw, ORIGIN_LIVE, f);
		if (!result)
			result = written;
		/* The next kill may be in a new container. */
		enrich_watch(&p->enrich);
	}
	/* A log tells how many kills it has lost only at its end. */
	if (next == 0)
		pipeline_losses(p, s);
	return result ? result : next != 0;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

void pipeline_summary(const struct pipeline *p)
{
	const struct accounting *a = &p->accounting;

	for (size_t i = 0; i < p->options->filter.count; i++) {
		const struct pipeline_unknown *u = &p->unknown[i];
		unsigned long long both = u->shown + u->left_out;

		if (both)
			pipeline_note(p, "the filter asked for %s, unknown for %llu kill%s: "
				      "%llu left out, %llu shown",
				      p->options->filter.rules[i].field->name, both, plural(both),
				      (unsigned long long)u->left_out, (unsigned long long)u->shown);
	}
	if (a->unwritten && p->output.sink.ending)
		pipeline_note(p, "%llu kill%s not written: the reader of standard output stalled",
			      (unsigned long long)a->unwritten, plural(a->unwritten));
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "pipeline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "explain/incident.h"
#include "source/capability.h"
#include "kmsg/report.h"
#include "explain/verdict.h"
#include "host/lineage.h"
#include "host/procfs.h"
#include "host/users.h"
#include "identity/identity.h"
#include "sys/clock.h"
#include "sys/hostfs.h"
#include "sys/oom_safety.h"
#include "sys/vmstat.h"
#include "output/output.h"
#include "source/witness.h"

/* Large, and needed once: locked with the rest of the program's data. */
static struct output output;
static struct identity identity;
static struct oom_event event;
static struct incidents incidents;
static struct witness witness;

/* The thread ids of victims that were told already and may come again: as many
 * as may be killed between attaching and reading the log. */
static int64_t told[512];

void pipeline_note(const struct pipeline *t, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	t->note(line);
}

/* ---- setting up ----------------------------------------------------------- */

void pipeline_init(struct pipeline *t, const struct options *o,
		 void (*note)(const char *line), struct accounting *counts)
{
	*t = (struct pipeline){
		.options = o, .note = note, .counts = counts, .root = -1, .proc = -1,
		.cgroups.dir = -1,
	};
	accounting_init(counts);
}

void pipeline_close(struct pipeline *t)
{
	cgroup_close(&t->cgroups);
	identity_close(&identity);
	witness_close(&witness);
	if (t->root >= 0)
		close(t->root);
	if (t->proc >= 0)
		close(t->proc);
	t->root = t->proc = -1;
}

/* What nobody will see, and no rule asks for, is not read. */
static bool is_wanted(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->filter.count; i++)
		if (field_is_of(o->filter.rules[i].field->name, name))
			return true;
	return o->output == OUTPUT_STORY ||
	       (o->output != OUTPUT_NONE && selection_has(&o->fields, name));
}

static void find_wants(struct pipeline *t)
{
	const struct options *o = t->options;

	t->wants.users = is_wanted(o, "fprocess.creds.user") ||
			 is_wanted(o, "fprocess.creds.group") ||
			 is_wanted(o, "tprocess.creds.user") ||
			 is_wanted(o, "tprocess.creds.group");
	t->wants.cmdline = is_wanted(o, "tprocess.cmdline") ||
			   is_wanted(o, "tprocess.cmdline_source");
	t->wants.ancestors = is_wanted(o, "tprocess.ancestors");
	/* The verdict's sentence says who it was, and whether it was tmpfs. */
	t->wants.names = is_wanted(o, "runtime") || is_wanted(o, "k8s") ||
			 is_wanted(o, "oom.verdict_text");
	t->wants.stat = is_wanted(o, "oom.stat") || is_wanted(o, "oom.verdict_text");
	t->wants.top = is_wanted(o, "oom.top");
}

int pipeline_open_host(struct pipeline *t, struct error *f)
{
	const char *root = options_host_root(t->options);

	t->host.page_size = sysconf(_SC_PAGESIZE);
	t->root = hostfs_root(root);
	if (t->root < 0 && root)
		return error_set(f, t->root, "open the host's root %s", root);
	identity_open(&identity, t->root, getenv("NODE_NAME"));
	find_wants(t);
	return 0;
}

void pipeline_open_live(struct pipeline *t)
{
	t->proc = procfs_open(t->root);
	t->host.initial_pids = procfs_has_us(t->proc);
	cgroup_open(&t->cgroups, t->root);
}

/* Would a kill's report tell what is shown, and @source cannot? */
static bool is_report_wanted(const struct options *o, enum capability_source source)
{
	for (size_t i = 0; i < capability_count; i++) {
		const char *const *name = capability_classes[i].names;

		for (; *name && capability_classes[i].reach[source] == CAPABILITY_REPORT; name++)
			if (is_wanted(o, *name))
				return true;
	}
	return false;
}

void pipeline_open_witness(struct pipeline *t, bool with_types)
{
	bool wanted = is_report_wanted(t->options, with_types ? CAPABILITY_BPF :
				       CAPABILITY_PERF_NARROW);
	struct error f = { 0 };
	char why[200];

	if (!wanted && !t->options->verbose)
		return;
	if (witness_open(&witness, wanted && !with_types, &f) == 0)
		return;
	error_format(&f, why, sizeof(why));
	if (t->options->verbose)
		pipeline_note(t, "no second witness: %s", why);
	error_clear(&f);
}

/* What a table starts from on a node of Kubernetes; NULL: what it does elsewhere. */
static const char *set_of_node(const struct options *o)
{
	if (o->output != OUTPUT_COLUMNS)
		return NULL;
	if (!o->columns)
		return "k8s";
	return strcmp(o->columns, "wide") ? NULL : "k8s-wide";
}

int pipeline_open_output(struct pipeline *t, struct error *f)
{
	const struct options *o = t->options;
	static struct selection of_node;
	const struct selection *selected = &o->fields;
	const char *set = set_of_node(o);
	int result;

	if (set && identity_is_node(&identity)) {
		result = options_fields(o, set, &of_node, f);
		if (result < 0)
			return result;
		selected = &of_node;
	}
	return output_open(&output, o->output, selected, STDOUT_FILENO,
			   output_terminal_width(STDOUT_FILENO), f);
}

void pipeline_end_by(const int ends[WRITER_ENDS])
{
	memcpy(output.sink.ends, ends, sizeof(output.sink.ends));
}

void pipeline_resize(void)
{
	output_resize(&output, output_terminal_width(STDOUT_FILENO));
}

void pipeline_touch(void)
{
	oom_safety_prefault(&event, sizeof(event));
	oom_safety_prefault(&incidents, sizeof(incidents));
	if (witness.log)
		oom_safety_prefault(&witness, sizeof(witness));
	oom_safety_prefault(output.line, sizeof(output.line));
}

int pipeline_start(struct pipeline *t)
{
	int result = t->wants.names ? identity_start(&identity) : -1;

	if (result < 0 && t->wants.names && t->options->verbose)
		pipeline_note(t, "new containers are not noticed: %s", strerror(-result));
	return result;
}

bool pipeline_learn(void)
{
	return identity_learn(&identity);
}

/* ---- decode --------------------------------------------------------------- */

void pipeline_read_host(struct pipeline *t)
{
	int64_t now = clock_now_ns(CLOCK_REALTIME);
	struct decode_host *host = &t->host;
	struct sysinfo info;

	host->unix_minus_boot_ns = now - clock_now_ns(CLOCK_BOOTTIME);
	host->unix_minus_mono_ns = now - clock_now_ns(CLOCK_MONOTONIC);
	if (sysinfo(&info) == 0) {
		host->ram_bytes = (int64_t)info.totalram * info.mem_unit;
		host->swap_bytes = (int64_t)info.totalswap * info.mem_unit;
	}
}

/* Nothing of this host explains the log of another, or of another boot. */
static const struct decode_host no_host = {
	.unix_minus_boot_ns = EVENT_UNKNOWN, .unix_minus_mono_ns = EVENT_UNKNOWN,
};

static int decode(struct pipeline *t, const struct raw_event *raw)
{
	event_init(&event);
	switch (raw->source) {
	case SOURCE_PERF:
		return decode_sample(&event, raw->bytes, raw->format, &t->host);
	case SOURCE_KMSG:
		report_decode(&event, raw->kill, t->age == PIPELINE_SAVED ?
			      &no_host : &t->host);
		return 0;
	case SOURCE_BPF:
		break;
	}
	return decode_record(&event, raw->bytes, &t->host);
}

/* ---- complete ------------------------------------------------------------- */

/* What the kernel wrote of the kill, and whether it agrees with the source. */
static void hear_witness(struct pipeline *t)
{
	char line[200];
	struct text words = text_on(line, sizeof(line) - 1);
	const struct report_kill *k = witness_join(&witness, &event, &t->host);

	if (!k || !t->options->verbose || !report_contradicts(k, &event, &words))
		return;
	line[words.used] = '\0';
	pipeline_note(t, "thread %lld: in the kernel's report %s",
		    (long long)event.target.tid, line);
}

/*
 * To read a command line takes a page, and holds all the victim's memory until
 * there is one. A host that has none left needs that memory back first. (Seen
 * with 6.12: nobody else was left to be killed, and the kernel panicked.) So
 * there is plenty, for what is little may be gone before we have our page.
 */
static bool may_hold_victim(const struct pipeline *t)
{
	return event.oom.constraint == CONSTRAINT_MEMCG ||
	       vmstat_available_bytes(t->proc) > t->host.ram_bytes / 4;
}

/* What it is too late for when the kill has long been. */
static void complete_live(struct pipeline *t)
{
	bool cmdline = t->wants.cmdline && may_hold_victim(t);

	if (cmdline)			/* first: it is gone the soonest */
		lineage_cmdline(t->proc, &event);
	procfs_complete(t->proc, &event);
	if (cmdline)			/* now that the process is known */
		lineage_cmdline(t->proc, &event);
	if (t->wants.ancestors)
		lineage_ancestors(t->proc, &event);
	hear_witness(t);
	cgroup_levels(&t->cgroups, &event);
	cgroup_pages(&t->cgroups, &event, t->host.ram_bytes, t->host.swap_bytes);
}

/* The rest of what is live, which stays for longer than names do. */
static void look_around(struct pipeline *t)
{
	if (t->wants.stat)
		cgroup_stat(&t->cgroups, &event);
	if (t->wants.top)
		cgroup_top(&t->cgroups, t->proc, t->host.swap_bytes > 0, &event);
}

/* A pid of the past may be another process by now, a user one of another host. */
static void complete(struct pipeline *t)
{
	if (t->age != PIPELINE_SAVED) {
		if (t->age == PIPELINE_LIVE)
			complete_live(t);
		if (t->wants.users)
			users_complete(t->root, &event);
		identity_complete(&identity, &event, t->wants.names);
		if (t->age == PIPELINE_LIVE)
			look_around(t);
	}
	incident_count(&incidents, &event);
	verdict_complete(&event);
}

/* ---- filter, write -------------------------------------------------------- */

/* Once is enough: it is so for all of them, or hardly ever. */
static void report_missing(struct pipeline *t)
{
	const struct field *missing = filter_missing(&t->options->filter, &event);

	if (!missing || t->missing_said)
		return;
	pipeline_note(t, "a kill without a known %s: for a filter it counts as none (said once)",
		    missing->name);
	t->missing_said = true;
}

static int show(struct pipeline *t, struct error *f)
{
	int result;

	report_missing(t);
	if (!filter_match(&t->options->filter, &event))
		return 0;
	result = output_event(&output, &event, f);
	if (!result)
		t->counts->shown++;
	if (result != -ECANCELED)
		return result;
	t->counts->unwritten++;
	return 0;
}

/* ---- all of it ------------------------------------------------------------ */

void pipeline_remember(struct pipeline *t)
{
	if (t->told_count < sizeof(told) / sizeof(told[0]))
		told[t->told_count++] = event.target.tid;
}

static bool was_told(const struct pipeline *t)
{
	for (size_t i = 0; i < t->told_count; i++)
		if (told[i] == event.target.tid)
			return true;
	return false;
}

int pipeline_tell(struct pipeline *t, const struct source *s, const struct raw_event *raw,
		struct error *f)
{
	int result = decode(t, raw);

	if (result < 0)
		return error_set(f, result, "decode a record of %zu bytes from the %s source",
				 raw->bytes.size, s->ops->name);
	if (t->age == PIPELINE_LIVE && was_told(t))
		return 0;
	complete(t);
	if (t->age == PIPELINE_LIVE)
		accounting_event(t->counts, &event);
	else
		t->counts->past++;
	return show(t, f);
}

void pipeline_losses(struct pipeline *t, struct source *s)
{
	uint64_t before = t->counts->lost;

	t->counts->lost = source_lost(s);
	if (t->counts->lost > before)
		pipeline_note(t, "lost %llu kills: %s",
			    (unsigned long long)(t->counts->lost - before),
			    s->ops->loss);
}

int pipeline_drain(struct pipeline *t, struct source *s, struct error *f)
{
	struct raw_event raw;
	int result;

	pipeline_read_host(t);
	while ((result = source_next(s, &raw)) != 0) {
		if (result == -EBADMSG) {
			pipeline_note(t, "a ring was damaged: what it held is lost");
			continue;
		}
		if (result > 0)
			result = pipeline_tell(t, s, &raw, f);
		if (result < 0)
			return result;
		pipeline_learn();		/* the next may be of a container that is new */
	}
	pipeline_losses(t, s);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "enrich.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/text.h"
#include "host/process.h"
#include "host/users.h"
#include "kmsg/report_event.h"
#include "source/capability.h"
#include "sys/clock.h"
#include "sys/hostfs.h"
#include "sys/oom_safety.h"
#include "sys/vmstat.h"

/* ---- the steps ------------------------------------------------------------ */

/*
 * Reading a command line pins the victim's memory until a page is free for the
 * copy. On a host without memory that page is the victim's own: with 6.12 no
 * other process was left to kill, and the kernel panicked. Require a quarter
 * of RAM to be available: a smaller reserve could be used up before our page
 * is allocated.
 */
static void read_cmdline(struct enrich *n, struct oom_event *e)
{
	if (e->oom.constraint == CONSTRAINT_MEMCG ||
	    vmstat_available_bytes(n->proc) > n->host.ram_bytes / 4)
		process_read_cmdline(n->proc, e);
}

static void read_process(struct enrich *n, struct oom_event *e)
{
	process_complete(n->proc, &n->cgroups, e);
}

static void read_ancestors(struct enrich *n, struct oom_event *e)
{
	process_read_ancestors(n->proc, e);
}

static void join_report(struct enrich *n, struct oom_event *e)
{
	char line[200], difference[160];
	struct text t = text_on(line, sizeof(line) - 1);
	struct text words = text_on(difference, sizeof(difference));
	const struct report_kill *k = correlate_event(&n->correlate, e, &n->host);

	if (!k || !n->options->verbose || !correlate_differs(k, e, &words))
		return;
	text_string(&t, "thread ");
	text_number(&t, e->target.tid);
	text_string(&t, ": in the kernel's report ");
	text_bytes(&t, words.data, words.used);
	line[t.used] = '\0';
	n->note(line);
}

static void fill_tpid(struct enrich *n, struct oom_event *e)
{
	(void)n;
	report_fill_tpid(e);
}

static void read_limits(struct enrich *n, struct oom_event *e)
{
	cgroup_levels(&n->cgroups, e);
	cgroup_pages(&n->cgroups, e, n->host.ram_bytes, n->host.swap_bytes);
}

static void read_users(struct enrich *n, struct oom_event *e)
{
	users_complete(n->root, e);
}

static void find_container(struct enrich *n, struct oom_event *e)
{
	identity_complete(&n->identity, e, n->names);
}

static void read_path(struct enrich *n, struct oom_event *e)
{
	(void)n;
	identity_from_path(e);
}

static void read_stat(struct enrich *n, struct oom_event *e)
{
	cgroup_stat(&n->cgroups, e);
}

static void read_top(struct enrich *n, struct oom_event *e)
{
	cgroup_top(&n->cgroups, n->proc, n->host.swap_bytes > 0, e);
}

/*
 * The steps, in the order in which their facts vanish. A pid in a log may belong to another
 * process by now; a uid in a saved log is another host's.
 */
static const struct step {
	unsigned int origins;		/* enum enrich_origin: where the fact exists */
	void (*run)(struct enrich *n, struct oom_event *e);
	const char *fields[4];		/* only if one is wanted; none: always */
} steps[ENRICH_STEPS] = {
	/* vanishes with the victim's memory */
	{ ORIGIN_LIVE, read_cmdline, { "tprocess.cmdline", "tprocess.cmdline_source" } },
	/* /proc/PID vanishes when the victim's parent reaps it */
	{ ORIGIN_LIVE, read_process, { NULL } },
	/* once more: some records lack the process id that the first try needs */
	{ ORIGIN_LIVE, read_cmdline, { "tprocess.cmdline", "tprocess.cmdline_source" } },
	{ ORIGIN_LIVE, read_ancestors, { "tprocess.ancestors" } },
	/* the log's ring overwrites it after thousands of lines */
	{ ORIGIN_LIVE, join_report, { NULL } },
	/* when neither /proc nor the report has it */
	{ ORIGIN_LIVE | ORIGIN_LOG | ORIGIN_SAVED, fill_tpid, { NULL } },
	/* the manager of the cgroup removes it after the exit */
	{ ORIGIN_LIVE, read_limits, { NULL } },
	{ ORIGIN_LIVE | ORIGIN_LOG, read_users,
	  { "fprocess.creds.user", "fprocess.creds.group",
	    "tprocess.creds.user", "tprocess.creds.group" } },
	/* read within a millisecond, or from the cache */
	{ ORIGIN_LIVE | ORIGIN_LOG, find_container, { NULL } },
	/* this host's files say nothing of another host's containers */
	{ ORIGIN_SAVED, read_path, { NULL } },
	/* the cgroup that ran out mostly stays */
	{ ORIGIN_LIVE, read_stat, { "oom.stat", "oom.verdict_text" } },
	{ ORIGIN_LIVE, read_top, { "oom.top" } },
};

void enrich_event(struct enrich *n, struct oom_event *e, enum enrich_origin origin)
{
	for (size_t i = 0; i < ENRICH_STEPS; i++)
		if (n->wanted[i] && steps[i].origins & origin)
			steps[i].run(n, e);
}

/* ---- wanted fields -------------------------------------------------------- */

/* Is the field, or one of the group, shown or filtered by? */
static bool is_wanted(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->filter.count; i++)
		if (field_is_of(o->filter.rules[i].field->name, name))
			return true;
	return o->output == OUTPUT_STORY ||
	       (o->output != OUTPUT_NONE && selection_has(&o->fields, name));
}

static bool is_step_wanted(const struct options *o, const struct step *s)
{
	size_t most = sizeof(s->fields) / sizeof(s->fields[0]);

	for (size_t i = 0; i < most && s->fields[i]; i++)
		if (is_wanted(o, s->fields[i]))
			return true;
	return !s->fields[0];
}

/* Does the kernel's report know a wanted field that @source does not? */
static bool is_report_wanted(const struct options *o, enum capability_backend backend)
{
	for (size_t i = 0; i < capability_count; i++)
		if (capabilities[i].from[backend] == FROM_REPORT && is_wanted(o, capabilities[i].name))
			return true;
	return false;
}

/* ---- opening -------------------------------------------------------------- */

void enrich_init(struct enrich *n, const struct options *o,
		 void (*note)(const char *line))
{
	n->options = o;
	n->note = note;
	n->root = n->proc = n->cgroups.dir = -1;
	/* The verdict's sentence names the container, and blames tmpfs. */
	n->names = is_wanted(o, "runtime") || is_wanted(o, "k8s") ||
		   is_wanted(o, "oom.verdict_text");
	for (size_t i = 0; i < ENRICH_STEPS; i++)
		n->wanted[i] = is_step_wanted(o, &steps[i]);
}

int enrich_open(struct enrich *n, struct error *f)
{
	const char *root = options_host_root(n->options);

	n->host.page_size = sysconf(_SC_PAGESIZE);
	n->root = hostfs_root(root);
	if (n->root < 0 && root)
		return error_set(f, n->root, "open the host's root %s", root);
	identity_open(&n->identity, n->root, getenv("NODE_NAME"));
	return 0;
}

void enrich_open_live(struct enrich *n)
{
	n->proc = process_open_proc(n->root);
	n->host.initial_pids = process_is_initial(n->proc);
	cgroup_open(&n->cgroups, n->root);
}

/* Reports that @what is unavailable, and why. The tracer goes on. */
static void note_missing(const struct enrich *n, const char *what, const char *why)
{
	char line[256];
	struct text t = text_on(line, sizeof(line) - 1);

	if (!n->options->verbose)
		return;
	text_string(&t, what);
	text_string(&t, why);
	line[t.used] = '\0';
	n->note(line);
}

void enrich_open_report(struct enrich *n, bool with_types)
{
	bool wanted = is_report_wanted(n->options, with_types ? CAPABILITY_BPF :
				       CAPABILITY_PERF_NARROW);
	struct error f = { 0 };
	char why[200];

	if (!wanted && !n->options->verbose)
		return;
	n->correlate.patient = wanted && !with_types;
	if (kmsg_source_correlate(&n->correlate.log, &f) == 0)
		return;
	error_format(&f, why, sizeof(why));
	note_missing(n, "the kernel's reports are not read: ", why);
	error_clear(&f);
}

int enrich_start(struct enrich *n)
{
	char line[256];
	struct text t = text_on(line, sizeof(line) - 1);
	int result = n->names ? identity_start(&n->identity) : -1;

	if (result < 0 && n->names) {
		text_string(&t, "new containers are not noticed, and may have no name when they are killed: ");
		text_string(&t, strerror(-result));
		if (result == -EMFILE)
			text_string(&t, " (raise sysctl fs.inotify.max_user_instances, or ulimit -n)");
		line[t.used] = '\0';
		n->note(line);
	}
	return result;
}

bool enrich_watch(struct enrich *n)
{
	return identity_watch(&n->identity);
}

void enrich_read_host(struct enrich *n)
{
	int64_t now_ns = clock_now_ns(CLOCK_REALTIME);
	struct sysinfo info;

	n->host.unix_minus_boot_ns = now_ns - clock_now_ns(CLOCK_BOOTTIME);
	n->host.unix_minus_mono_ns = now_ns - clock_now_ns(CLOCK_MONOTONIC);
	if (sysinfo(&info) == 0) {
		n->host.ram_bytes = (int64_t)info.totalram * info.mem_unit;
		n->host.swap_bytes = (int64_t)info.totalswap * info.mem_unit;
	}
}

void enrich_prefault(struct enrich *n)
{
	if (n->correlate.log.backend)
		oom_safety_prefault(&n->correlate, sizeof(n->correlate));
}

void enrich_close(struct enrich *n)
{
	cgroup_close(&n->cgroups);
	identity_close(&n->identity);
	kmsg_source_correlate_close(&n->correlate.log);
	if (n->root >= 0)
		close(n->root);
	if (n->proc >= 0)
		close(n->proc);
	n->root = n->proc = -1;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "tracer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "event/decode.h"
#include "event/incident.h"
#include "event/report.h"
#include "event/verdict.h"
#include "host/cgroup.h"
#include "host/lineage.h"
#include "host/procfs.h"
#include "host/users.h"
#include "identity/identity.h"
#include "kernel/hostfs.h"
#include "kernel/survive.h"
#include "loader/embedded.h"
#include "output/output.h"
#include "source/ladder.h"

/* Whose kills handle() is given. */
enum telling {
	TELLING_LIVE,
	TELLING_PAST,			/* of this host, from before the start */
	TELLING_SAVED,			/* of whatever host, and whenever */
};

/* How many kills may fall between attaching and reading the log. */
enum { TOLD = 512 };

/* What the loop waits for. */
enum { WAIT_SIGNAL, WAIT_SOURCE, WAIT_TIME, WAIT_OUTPUT, WAITS };

struct tracer {
	const struct options *options;
	void (*note)(const char *line);
	struct tracer_counts *counts;
	struct source *source;
	struct decode_host host;
	int root;			/* of the host's files; -1: not to be had */
	int proc;			/* the same for its /proc */
	struct cgroup_files cgroups;
	struct {
		bool cmdline, ancestors, stat, top;
	} wants;			/* what is shown, and costs reading */
	struct pollfd wait[WAITS];
	enum telling telling;
	size_t told_count;		/* kills told already that may come again */
	int64_t told[TOLD];		/* their victims' thread ids */
	bool done;
	bool missing_said;		/* report_missing() */
};

/* Large, and needed once: locked with the rest of the program's data. */
static struct output output;
static struct identity identity;
static struct oom_event event;
static struct incidents incidents;

static __attribute__((format(printf, 2, 3)))
void note(const struct tracer *t, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	t->note(line);
}

/* ---- setting up ----------------------------------------------------------- */

static int open_signals(struct fault *f)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A reader that went away is an error of write(), with a message. */
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? fault_set(f, errno, "wait for signals") : fd;
}

/* Fires once, after @seconds. */
static int open_timer(unsigned int seconds, struct fault *f)
{
	struct itimerspec when = { .it_value.tv_sec = (time_t)seconds };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || timerfd_settime(fd, 0, &when, NULL) < 0)
		return fault_set(f, errno, "set a timer");
	return fd;
}

/* What a better source lacked is said if it was not asked to do without. */
static void report_ladder(const struct tracer *t, const struct ladder *l)
{
	char why[200];

	for (size_t i = 0; i < l->failures; i++) {
		fault_format(&l->failed[i].fault, why, sizeof(why));
		note(t, "no %s: %s", l->failed[i].name, why);
	}
	if (l->failures || t->options->verbose)
		note(t, "source: %s", l->name);
}

static int open_source(struct tracer *t, struct fault *f)
{
	struct source_options options = {
		.object = t->options->object, .btf = t->options->btf,
		.ring_kib = t->options->ring_kib,
	};
	struct ladder ladder;
	int result = ladder_open(&ladder, &t->source, t->options->source, &options, f);

	if (!result)
		report_ladder(t, &ladder);
	ladder_clear(&ladder);
	return result;
}

/* What nobody will see, and no rule asks for, is not read. */
static bool is_wanted(const struct options *o, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < o->filter.count; i++)
		if (!strncmp(o->filter.rules[i].field->name, name, len))
			return true;
	return o->output == OUTPUT_STORY ||
	       (o->output != OUTPUT_NONE && selection_has(&o->fields, name));
}

static void find_wants(struct tracer *t)
{
	const struct options *o = t->options;

	t->wants.cmdline = is_wanted(o, "tprocess.cmdline") ||
			   is_wanted(o, "tprocess.cmdline_source");
	t->wants.ancestors = is_wanted(o, "tprocess.ancestors");
	/* The verdict's sentence says whether it was tmpfs. */
	t->wants.stat = is_wanted(o, "oom.stat") || is_wanted(o, "oom.verdict_text");
	t->wants.top = is_wanted(o, "oom.top");
}

/* Everything that the event's path needs is in memory after this. */
static void settle(struct tracer *t)
{
	int exempt = survive_exempt();
	int locked;

	survive_touch(&event, sizeof(event));
	survive_touch(&incidents, sizeof(incidents));
	survive_touch(event.text, sizeof(event.text));
	survive_touch(output.line, sizeof(output.line));
	/* The probe is in the kernel by now. */
	locked = survive_lock(span_of(bpf_object_start, (size_t)(bpf_object_end - bpf_object_start)));

	if (!t->options->verbose)
		return;
	if (exempt < 0)
		note(t, "may be a victim itself: oom_score_adj: %s", strerror(-exempt));
	if (locked < 0)
		note(t, "memory is not locked: %s", strerror(-locked));
}

/* ---- the way of an event -------------------------------------------------- */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Anew for each batch: the wall clock may have been set, and swap added. */
static void read_host(struct decode_host *host)
{
	int64_t now = clock_ns(CLOCK_REALTIME);
	struct sysinfo info;

	host->unix_minus_boot_ns = now - clock_ns(CLOCK_BOOTTIME);
	host->unix_minus_mono_ns = now - clock_ns(CLOCK_MONOTONIC);
	if (sysinfo(&info) == 0) {
		host->ram_bytes = (int64_t)info.totalram * info.mem_unit;
		host->swap_bytes = (int64_t)info.totalswap * info.mem_unit;
	}
}

/* Nothing of this host explains the log of another, or of another boot. */
static const struct decode_host no_host = {
	.unix_minus_boot_ns = EVENT_UNKNOWN, .unix_minus_mono_ns = EVENT_UNKNOWN,
};

static int decode(struct tracer *t, const struct raw_event *raw)
{
	event_init(&event);
	switch (raw->source) {
	case SOURCE_PERF:
		return decode_sample(&event, raw->bytes, raw->format, &t->host);
	case SOURCE_KMSG:
		report_decode(&event, raw->kill, t->telling == TELLING_SAVED ?
			      &no_host : &t->host);
		return 0;
	case SOURCE_BPF:
		break;
	}
	return decode_record(&event, raw->bytes, &t->host);
}

/* Once is enough: it is so for all of them, or hardly ever. */
static void report_missing(struct tracer *t)
{
	const struct field *missing = filter_missing(&t->options->filter, &event);

	if (!missing || t->missing_said)
		return;
	note(t, "a kill without a known %s: for a filter it counts as none (said once)",
	     missing->name);
	t->missing_said = true;
}

/* What it is too late for when the kill has long been. */
static void complete_live(struct tracer *t)
{
	if (t->wants.cmdline)		/* first: it is gone the soonest */
		lineage_cmdline(t->proc, &event);
	procfs_complete(t->proc, &event);
	if (t->wants.cmdline)		/* now that the process is known */
		lineage_cmdline(t->proc, &event);
	if (t->wants.ancestors)
		lineage_ancestors(t->proc, &event);
	cgroup_levels(&t->cgroups, &event);
	cgroup_pages(&t->cgroups, &event, t->host.ram_bytes, t->host.swap_bytes);
}

/* The rest of what is live, which stays for longer than names do. */
static void look_around(struct tracer *t)
{
	if (t->wants.stat)
		cgroup_stat(&t->cgroups, &event);
	if (t->wants.top)
		cgroup_top(&t->cgroups, t->proc, t->host.swap_bytes > 0, &event);
}

/* A pid of the past may be another process by now, a user one of another host. */
static void complete(struct tracer *t)
{
	if (t->telling == TELLING_SAVED)
		return;
	if (t->telling == TELLING_LIVE)
		complete_live(t);
	users_complete(t->root, &event);
	identity_complete(&identity, &event);
	if (t->telling == TELLING_LIVE)
		look_around(t);
}

static bool was_told(const struct tracer *t)
{
	for (size_t i = 0; i < t->told_count; i++)
		if (t->told[i] == event.target.tid)
			return true;
	return false;
}

static int handle(struct tracer *t, const struct raw_event *raw, struct fault *f)
{
	int result = decode(t, raw);

	if (result < 0)
		return fault_set(f, result, "decode a record of %zu bytes from the %s source",
				 raw->bytes.size, t->source->ops->name);
	if (t->telling == TELLING_LIVE && was_told(t))
		return 0;
	complete(t);
	incident_count(&incidents, &event);
	verdict_complete(&event);
	*(t->telling == TELLING_LIVE ? &t->counts->kills : &t->counts->past) += 1;
	report_missing(t);
	if (!filter_match(&t->options->filter, &event))
		return 0;
	result = output_event(&output, &event, f);
	if (!result)
		t->counts->shown++;
	return result;
}

static void report_losses(struct tracer *t)
{
	uint64_t before = t->counts->lost;

	t->counts->lost = source_lost(t->source);
	if (t->counts->lost > before)
		note(t, "lost %llu kills: %s",
		     (unsigned long long)(t->counts->lost - before),
		     t->source->ops->loss);
}

static int drain(struct tracer *t, struct fault *f)
{
	struct raw_event raw;
	int result;

	read_host(&t->host);
	while ((result = source_next(t->source, &raw)) != 0) {
		if (result == -EBADMSG) {
			note(t, "a ring was damaged: what it held is lost");
			continue;
		}
		if (result > 0)
			result = handle(t, &raw, f);
		if (result < 0)
			return result;
	}
	report_losses(t);
	return 0;
}

/* ---- kills from before the start -------------------------------------------- */

/* Writes what @s tells up to its end, for now. */
static int tell(struct tracer *t, struct source *s, enum telling telling,
		struct fault *f)
{
	struct raw_event raw;
	int result;

	read_host(&t->host);
	t->telling = telling;
	while ((result = source_next(s, &raw)) > 0) {
		result = handle(t, &raw, f);
		if (result < 0)
			break;
		if (t->source && t->told_count < TOLD)
			t->told[t->told_count++] = event.target.tid;
	}
	t->telling = TELLING_LIVE;
	return result;
}

/*
 * The log is read before the source is opened, and again behind that: what
 * comes then may be in the source, too. It is for certain, if at all, once
 * the log was read to its end, for the kernel writes a kill's line after it
 * has marked the victim. Only that one look at the source must leave out what
 * was told, and no clocks need be compared.
 */
static int tell_between(struct tracer *t, struct source *log, struct fault *f)
{
	int result = tell(t, log, TELLING_PAST, f);

	if (!result)
		result = drain(t, f);
	t->told_count = 0;
	return result;
}

static int open_log(struct source **log, struct fault *f)
{
	struct source_options options = { .past = true };

	return kmsg_source_open(log, &options, f);
}

static int open_with_past(struct tracer *t, struct fault *f)
{
	struct source *log;
	int result = open_log(&log, f);

	if (result < 0)
		return result;
	if ((result = tell(t, log, TELLING_PAST, f)) == 0 &&
	    (result = open_source(t, f)) == 0)
		result = tell_between(t, log, f);
	if (!result && source_lost(log) && t->options->verbose)
		note(t, "%llu records of the log were overwritten before they were read",
		     (unsigned long long)source_lost(log));
	source_close(log);
	return result;
}

/* A saved log if somebody has given one, else the kernel's own. */
static int tell_only(struct tracer *t, struct fault *f)
{
	enum telling telling = TELLING_SAVED;
	struct source *log = NULL;
	int result = -ENODATA;

	if (saved_source_fits(STDIN_FILENO)) {
		if (t->options->verbose)
			note(t, "reads a saved log from standard input");
		result = saved_source_open(&log, STDIN_FILENO, f);
	}
	if (result == -ENODATA) {
		telling = TELLING_PAST;
		result = open_log(&log, f);
	}
	if (!result)
		result = tell(t, log, telling, f);
	if (log)
		t->counts->lost = source_lost(log);
	source_close(log);
	return result;
}

/* ---- starting -------------------------------------------------------------- */

static int announce(int fd, struct fault *f)
{
	if (fd < 0)
		return 0;
	if (write(fd, "\n", 1) != 1)
		return fault_set(f, errno, "announce readiness on descriptor %d", fd);
	close(fd);
	return 0;
}

/* On a node of Kubernetes a table has its names, if no other was asked for. */
static int open_output(struct tracer *t, struct fault *f)
{
	const struct options *o = t->options;
	static struct selection of_node;
	const struct selection *selected = &o->fields;
	int result;

	if (o->output == OUTPUT_COLUMNS && !o->columns && hostfs_is_node(t->root)) {
		result = options_fields(o, "k8s", &of_node, f);
		if (result < 0)
			return result;
		selected = &of_node;
	}
	return output_open(&output, o->output, selected, STDOUT_FILENO,
			   output_terminal_width(STDOUT_FILENO), f);
}

static int open_host(struct tracer *t, struct fault *f)
{
	const char *root = t->options->host_root;

	if (!root)
		root = getenv("HOST_ROOT");
	t->host.page_size = sysconf(_SC_PAGESIZE);
	t->root = hostfs_root(root);
	if (t->root < 0 && root)
		return fault_set(f, t->root, "open the host's root %s", root);
	identity_open(&identity, t->root, getenv("NODE_NAME"));
	return 0;
}

static int set_up(struct tracer *t, struct fault *f)
{
	const struct options *o = t->options;
	int result;

	if ((result = open_host(t, f)) < 0)
		return result;
	t->proc = procfs_open(t->root);
	t->host.initial_pids = procfs_has_us(t->proc);
	cgroup_open(&t->cgroups, t->root);
	find_wants(t);
	if ((result = t->wait[WAIT_SIGNAL].fd = open_signals(f)) < 0)
		return result;
	if (o->history == HISTORY_NONE && (result = open_source(t, f)) < 0)
		return result;
	result = open_output(t, f);
	if (!result && o->history != HISTORY_NONE)
		result = open_with_past(t, f);
	if (result < 0)
		return result;
	t->wait[WAIT_SOURCE].fd = t->source->fd;
	/* No event is asked for: a reader that goes away shows by itself. */
	t->wait[WAIT_OUTPUT].fd = o->output == OUTPUT_NONE ? -1 : STDOUT_FILENO;
	t->wait[WAIT_OUTPUT].events = 0;
	settle(t);
	if (o->timeout_s) {
		result = t->wait[WAIT_TIME].fd = open_timer(o->timeout_s, f);
		if (result < 0)
			return result;
	}
	return announce(o->ready_fd, f);
}

/* ---- the loop ------------------------------------------------------------- */

static void take_signals(struct tracer *t)
{
	struct signalfd_siginfo info;

	while (read(t->wait[WAIT_SIGNAL].fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			output_resize(&output, output_terminal_width(STDOUT_FILENO));
		else
			t->done = true;
	}
}

static int wait_and_serve(struct tracer *t, struct fault *f)
{
	if (poll(t->wait, WAITS, -1) < 0)
		return errno == EINTR ? 0 : fault_set(f, errno, "wait for events");
	if (t->wait[WAIT_SIGNAL].revents)
		take_signals(t);
	if (t->wait[WAIT_TIME].revents)
		t->done = true;
	if (t->wait[WAIT_OUTPUT].revents)
		return fault_set(f, EPIPE, "write standard output");
	/* Also at the end, for what has come meanwhile. */
	if (t->done)
		source_finish(t->source);
	return t->wait[WAIT_SOURCE].revents || t->done ? drain(t, f) : 0;
}

static void tear_down(struct tracer *t)
{
	source_close(t->source);
	cgroup_close(&t->cgroups);
	if (t->root >= 0)
		close(t->root);
	if (t->proc >= 0)
		close(t->proc);
	if (t->wait[WAIT_TIME].fd >= 0)
		close(t->wait[WAIT_TIME].fd);
	if (t->wait[WAIT_SIGNAL].fd >= 0)
		close(t->wait[WAIT_SIGNAL].fd);
}

static void init(struct tracer *t, const struct options *o,
		 void (*say)(const char *line), struct tracer_counts *counts)
{
	*t = (struct tracer){
		.options = o, .note = say, .counts = counts, .root = -1, .proc = -1,
		.cgroups.dir = -1,
	};
	for (int i = 0; i < WAITS; i++)
		t->wait[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	*counts = (struct tracer_counts){ 0 };
}

int tracer_run(const struct options *o, void (*say)(const char *line),
	       struct tracer_counts *counts, bool *traced, struct fault *f)
{
	struct tracer t;
	int result;

	init(&t, o, say, counts);
	result = set_up(&t, f);
	*traced = t.source != NULL;
	while (!result && !t.done)
		result = wait_and_serve(&t, f);
	if (t.source)
		report_losses(&t);
	tear_down(&t);
	return result;
}

int tracer_tell_past(const struct options *o, void (*say)(const char *line),
		     struct tracer_counts *counts, struct fault *f)
{
	struct tracer t;
	int result;

	init(&t, o, say, counts);
	/* A reader that went away is an error of write(), with a message. */
	signal(SIGPIPE, SIG_IGN);
	result = open_host(&t, f);
	if (!result)
		result = open_output(&t, f);
	if (!result)
		result = tell_only(&t, f);
	tear_down(&t);
	return result;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "trace.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/pseudofs.h"
#include "sys/oom_safety.h"
#include "sys/vmstat.h"
#include "loader/embedded.h"
#include "output/writer.h"
#include "history.h"
#include "source/fallback.h"
#include "pipeline.h"

/* What the loop waits for. */
enum {
	WAIT_SIGNAL, WAIT_END, WAIT_SOURCE, WAIT_TIME, WAIT_OUTPUT, WAIT_NAMES, WAITS
};

struct trace {
	struct pipeline teller;
	struct source *source;
	struct pollfd wait[WAITS];
	int proc;			/* where the host counts kills; -1: unknown */
	int64_t start[2];		/* by that count, before and behind the start */
	bool done;
	bool asked;			/* for the counts, by a signal */
	bool learning;			/* who is there: between two kills */
};

/* ---- setting up ----------------------------------------------------------- */

/* Readable while one of the @count signals waits; they come in no other way. */
static int open_signals(const int *signals, size_t count, struct error *f)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < count; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_set(f, errno, "wait for signals") : fd;
}

/* Those of the end are looked at wherever somebody else is waited for. */
static int open_all_signals(struct trace *t, struct error *f)
{
	static const int ends[] = { SIGINT, SIGTERM }, others[] = { SIGUSR1, SIGWINCH };
	int result = t->wait[WAIT_END].fd = open_signals(ends, 2, f);

	if (result >= 0)
		result = t->wait[WAIT_SIGNAL].fd = open_signals(others, 2, f);
	/* A reader that went away is an error of write(), with a message. */
	signal(SIGPIPE, SIG_IGN);
	return result;
}

/* Fires once, after @seconds. */
static int open_timer(unsigned int seconds, struct error *f)
{
	struct itimerspec when = { .it_value.tv_sec = (time_t)seconds };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || timerfd_settime(fd, 0, &when, NULL) < 0)
		return error_set(f, errno, "set a timer");
	return fd;
}

/* What a better source lacked is said if it was not asked to do without. */
static void report_ladder(const struct pipeline *t, const struct fallback *l)
{
	char why[200];

	for (size_t i = 0; i < l->failures; i++) {
		error_format(&l->failed[i].error, why, sizeof(why));
		pipeline_note(t, "no %s: %s", l->failed[i].name, why);
	}
	if (l->failures || t->options->verbose)
		pipeline_note(t, "source: %s", l->name);
}

static int open_source(struct trace *t, struct error *f)
{
	const struct options *o = t->teller.options;
	struct source_options options = options_source(o, t->teller.root);
	struct fallback ladder;
	int result = fallback_open(&ladder, &t->source, o->source, &options, f);

	if (!result) {
		report_ladder(&t->teller, &ladder);
		if (strcmp(ladder.name, "kmsg"))
			pipeline_open_witness(&t->teller, !strcmp(ladder.name, "bpf"));
	}
	fallback_clear(&ladder);
	return result;
}

static int open_with_past(struct trace *t, struct error *f)
{
	struct source *log;
	int result = history_begin(&t->teller, &log, f);

	if (!result)
		result = open_source(t, f);
	if (!result)
		result = history_end(&t->teller, log, t->source, f);
	source_close(log);
	return result;
}

/* Everything that the event's path needs is in memory after this. */
static void settle(const struct pipeline *t)
{
	int exempt = oom_safety_set_score();
	int harmless = oom_safety_set_io_flusher();
	int locked;

	pipeline_touch();
	/* The probe is in the kernel by now. */
	locked = oom_safety_lock(span_of(bpf_object_start, (size_t)(bpf_object_end - bpf_object_start)));

	if (!t->options->verbose)
		return;
	if (exempt < 0)
		pipeline_note(t, "may be a victim itself: oom_score_adj: %s", strerror(-exempt));
	if (harmless < 0)
		pipeline_note(t, "others may be killed for memory that it needs: %s", strerror(-harmless));
	if (locked < 0)
		pipeline_note(t, "memory is not locked: %s", strerror(-locked));
}

static int announce(int fd, struct error *f)
{
	if (fd < 0)
		return 0;
	if (write(fd, "\n", 1) != 1)
		return error_set(f, errno, "announce readiness on descriptor %d", fd);
	close(fd);
	return 0;
}

static void end_output(const struct trace *t)
{
	pipeline_end_by((const int[]){ t->wait[WAIT_END].fd, t->wait[WAIT_TIME].fd });
}

/* The table's head comes before the past, and behind what keeps us from tracing. */
static int open_events(struct trace *t, struct error *f)
{
	bool history = t->teller.options->history != HISTORY_NONE;
	int result;

	t->start[0] = vmstat_oom_kills(t->proc);
	result = history ? 0 : open_source(t, f);
	if (!result)
		result = pipeline_open_output(&t->teller, f);
	end_output(t);
	if (!result && history)
		result = open_with_past(t, f);
	t->start[1] = vmstat_oom_kills(t->proc);
	return result;
}

/* The kernel drops what is too much without a word to us. */
static void warn_of_limit(const struct trace *t)
{
	char setting[16];

	if (!writer_is_kernel_log(STDOUT_FILENO) ||
	    pseudofs_read(t->proc, "sys/kernel/printk_devkmsg", setting, sizeof(setting)) < 0 ||
	    !strncmp(setting, "on", 2))
		return;
	pipeline_note(&t->teller, "/dev/kmsg takes ten lines in five seconds (sysctl kernel.printk_devkmsg=on: all)");
}

static int set_up(struct trace *t, struct error *f)
{
	const struct options *o = t->teller.options;
	int result;

	if ((result = pipeline_open_host(&t->teller, f)) < 0)
		return result;
	pipeline_open_live(&t->teller);
	t->proc = pseudofs_procfs(NULL);
	if ((result = open_all_signals(t, f)) < 0)
		return result;
	if ((result = open_events(t, f)) < 0)
		return result;
	t->wait[WAIT_SOURCE].fd = t->source->fd;
	/* No event is asked for: a reader that goes away shows by itself. */
	t->wait[WAIT_OUTPUT].fd = o->output == OUTPUT_NONE ||
		writer_is_kernel_log(STDOUT_FILENO) ? -1 : STDOUT_FILENO;
	t->wait[WAIT_OUTPUT].events = 0;
	warn_of_limit(t);
	settle(&t->teller);
	if (o->timeout_s) {
		result = t->wait[WAIT_TIME].fd = open_timer(o->timeout_s, f);
		if (result < 0)
			return result;
	}
	end_output(t);
	result = announce(o->ready_fd, f);
	if (!result) {
		t->wait[WAIT_NAMES].fd = pipeline_start(&t->teller);
		t->learning = true;
	}
	return result;
}

/* ---- the loop ------------------------------------------------------------- */

static void take_signals(struct trace *t)
{
	struct signalfd_siginfo info;

	while (read(t->wait[WAIT_SIGNAL].fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			pipeline_resize();
		else
			t->asked = true;
	}
}

static void tell_counts(const struct pipeline *t)
{
	char line[160] = "";
	struct text text = text_on(line, sizeof(line) - 1);

	accounting_format(&text, t->counts, t->options->filter.count > 0);
	t->note(line);
}

/* Whatever the host has counted before the first look is in the source. */
static int serve(struct trace *t, struct error *f)
{
	int64_t now[2] = { vmstat_oom_kills(t->proc) };
	int result;

	if (t->done)
		source_finish(t->source);
	result = pipeline_drain(&t->teller, t->source, f);
	now[1] = vmstat_oom_kills(t->proc);
	accounting_host(t->teller.counts, t->start, now);
	if (t->asked)
		tell_counts(&t->teller);
	t->asked = false;
	return result;
}

static int wait_and_serve(struct trace *t, struct error *f)
{
	if (poll(t->wait, WAITS, t->learning ? 0 : -1) < 0)
		return errno == EINTR ? 0 : error_set(f, errno, "wait for events");
	if (t->wait[WAIT_SIGNAL].revents)
		take_signals(t);
	if (t->wait[WAIT_END].revents || t->wait[WAIT_TIME].revents)
		t->done = true;
	if (t->wait[WAIT_OUTPUT].revents)
		return error_set(f, EPIPE, "write standard output");
	/* Also at the end, for what has come meanwhile. */
	if (t->done || t->asked)
		return serve(t, f);
	return t->wait[WAIT_SOURCE].revents ?
		pipeline_drain(&t->teller, t->source, f) : 0;
}

static void tear_down(struct trace *t)
{
	source_close(t->source);
	pipeline_close(&t->teller);
	if (t->proc >= 0)
		close(t->proc);
	if (t->wait[WAIT_TIME].fd >= 0)
		close(t->wait[WAIT_TIME].fd);
	for (int i = WAIT_SIGNAL; i <= WAIT_END; i++)
		if (t->wait[i].fd >= 0)
			close(t->wait[i].fd);
}

int trace_run(const struct options *o, void (*note)(const char *line),
	       struct accounting *counts, struct error *f)
{
	struct trace t = { .proc = -1 };
	int result;

	pipeline_init(&t.teller, o, note, counts);
	for (int i = 0; i < WAITS; i++)
		t.wait[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	result = set_up(&t, f);
	while (!result && !t.done) {
		result = wait_and_serve(&t, f);
		t.learning = pipeline_learn();
	}
	if (t.source) {
		pipeline_losses(&t.teller, t.source);
		if (counts->unwritten)
			pipeline_note(&t.teller, "%llu kills were not written: nobody reads them",
				    (unsigned long long)counts->unwritten);
		tell_counts(&t.teller);
	}
	tear_down(&t);
	return result;
}

int trace_history(const struct options *o, void (*note)(const char *line),
		     struct accounting *counts, struct error *f)
{
	struct pipeline t;
	int result;

	pipeline_init(&t, o, note, counts);
	/* A reader that went away is an error of write(), with a message. */
	signal(SIGPIPE, SIG_IGN);
	result = pipeline_open_host(&t, f);
	if (!result)
		result = pipeline_open_output(&t, f);
	if (!result)
		result = history_only(&t, f);
	pipeline_close(&t);
	return result;
}

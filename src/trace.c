// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "trace.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "loader/embedded.h"
#include "output/writer.h"
#include "source/fallback.h"
#include "sys/oom_safety.h"
#include "sys/pseudofs.h"
#include "sys/vmstat.h"

enum {
	DRAIN_BATCH = 256,		/* kills between two looks at the signals */
	DRAIN_MOST = 1 << 20,		/* at the end, should they never stop coming */
};

/* ---- signals and time ----------------------------------------------------- */

/* An ignored signal stays ignored: nohup relies on that for SIGHUP. */
static bool is_kept_ignored(int number)
{
	struct sigaction action;

	return number == SIGHUP && sigaction(SIGHUP, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

/* A descriptor that is readable while one of the @count signals is pending. */
static int open_signals(const int *signals, size_t count, struct error *f)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < count; i++)
		if (!is_kept_ignored(signals[i]))
			sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_set(f, errno, "wait for signals") : fd;
}

/* Signals that end the tracer have their own descriptor, which the writer watches, too. */
static int open_all_signals(struct trace *t, struct error *f)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	static const int others[] = { SIGUSR1, SIGWINCH };
	int result = t->wait[WAIT_END].fd = open_signals(ends, 4, f);

	if (result >= 0)
		result = t->wait[WAIT_SIGNAL].fd = open_signals(others, 2, f);
	/* With SIGPIPE ignored a closed pipe is an error of write(), with a message. */
	signal(SIGPIPE, SIG_IGN);
	return result;
}

static int open_timer(struct trace *t, struct error *f)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return error_set(f, errno, "set a timer");
	t->wait[WAIT_TIME].fd = fd;
	return 0;
}

static int start_timer(struct trace *t, struct error *f)
{
	struct itimerspec when = { .it_value.tv_sec = t->pipeline.options->timeout_s };

	if (timerfd_settime(t->wait[WAIT_TIME].fd, 0, &when, NULL) < 0)
		return error_set(f, errno, "set a timer");
	return 0;
}

/* ---- the source ----------------------------------------------------------- */

/* Reports why better backends did not open, unless the user excluded them. */
static void note_source(const struct pipeline *p, const struct fallback *l)
{
	char why[200];

	for (size_t i = 0; i < l->failures; i++) {
		error_format(&l->failed[i].error, why, sizeof(why));
		pipeline_note(p, "no %s: %s", l->failed[i].name, why);
	}
	if (l->failures || p->options->verbose)
		pipeline_note(p, "source: %s", l->name);
}

static int open_source(struct trace *t, struct error *f)
{
	struct pipeline *p = &t->pipeline;
	struct source_options options = options_source(p->options, p->enrich.root);
	struct fallback opened;
	int result = fallback_open(&opened, &t->source, p->options->source, &options, f);

	if (!result) {
		note_source(p, &opened);
		if (strcmp(opened.name, "kmsg"))
			enrich_open_report(&p->enrich, !strcmp(opened.name, "bpf"));
	}
	fallback_clear(&opened);
	return result;
}

/* ---- history -------------------------------------------------------------- */

/* Writes the kills in @log. @again: the live source may report them, too, so each is
 * remembered to be skipped there. */
static int read_log(struct trace *t, struct source *log, enum enrich_origin origin,
		    bool again, struct error *f)
{
	struct pipeline *p = &t->pipeline;
	struct raw_event raw;
	int result = 0, next = 1;

	enrich_read_host(&p->enrich);
	/* Stops when the writer has given up on a stalled reader. */
	while ((result || !p->output.sink.stopped) && (next = source_next(log, &raw, f)) > 0) {
		int written = pipeline_event(p, log, &raw, origin, f);

		if (again)
			pipeline_remember(p);
		if (result || !written)
			continue;
		/* After a failed write the other kills are still counted. */
		result = written;
		if (origin == ORIGIN_SAVED)
			source_finish(log);
	}
	t->cut = next != 0 || (origin == ORIGIN_SAVED && saved_source_is_cut(log));
	if (!result && next < 0)
		result = next;
	return result < 0 ? error_set(f, result, "read the kernel's log") : 0;
}

static int open_log(struct source **log, struct error *f)
{
	struct source_options options = { .past = true, .root = -1 };

	return kmsg_source_open(log, &options, f);
}

/* Reports how many reports have no "Killed process" line: the victim is not in the log. */
static void note_unfinished(const struct pipeline *p, const struct report *r)
{
	char first[160] = "";
	struct text t = text_on(first, sizeof(first) - 1);

	if (!r || !r->unfinished)
		return;
	text_clean(&t, r->unfinished_comm, strlen(r->unfinished_comm));
	if (r->unfinished_pid != EVENT_UNKNOWN) {
		text_string(&t, " (pid ");
		text_number(&t, r->unfinished_pid);
		text_char(&t, ')');
	}
	pipeline_note(p, "reports in the log that end without a kill, and are not reported: %lld; the first is of %s",
		      (long long)r->unfinished, t.used ? first : "an unknown process");
}

/*
 * Reads the log before the source is opened, and its new part afterwards. Kills of the
 * new part may be in the source, too. If so, they are there already, as the kernel marks a
 * victim before it writes the line. So the source is drained once, and these thread ids
 * are skipped: each kill is reported once, without a comparison of clocks.
 */
static int open_source_after_log(struct trace *t, struct error *f)
{
	struct pipeline *p = &t->pipeline;
	struct source *log = NULL;
	int result = open_log(&log, f);

	if (!result)
		result = read_log(t, log, ORIGIN_LOG, false, f);
	if (!result)
		result = open_source(t, f);
	if (!result)
		result = read_log(t, log, ORIGIN_LOG, true, f);
	if (!result)
		result = pipeline_drain(p, t->source, SIZE_MAX, f);
	p->reported_count = 0;
	if (!result)
		note_unfinished(p, source_report(log));
	if (!result && source_lost(log) && p->options->verbose)
		pipeline_note(p, "the kernel's log no longer reaches back to the boot");
	source_close(log);
	return result;
}

/* -ENODATA without an error: standard input holds no log. */
static int open_saved(const struct trace *t, struct source **log, struct error *f)
{
	const struct pipeline *p = &t->pipeline;

	if (!saved_source_fits(STDIN_FILENO))
		return -ENODATA;
	if (p->options->verbose)
		pipeline_note(p, "reads a saved log from standard input");
	return saved_source_open(log, STDIN_FILENO, t->wait[WAIT_END].fd, f);
}

/* Reports lines of a saved log that were quoted, or could not be read. */
static void report_unread(struct pipeline *p, const struct transport_counts *c)
{
	char first[4 * sizeof(c->first_text)] = "";
	struct text t = text_on(first, sizeof(first) - 1);

	p->accounting.unread = c->unread;
	text_clean(&t, c->first_text, strlen(c->first_text));
	if (c->unread)
		pipeline_note(p, "lines that hold a part of a report and could not be read: %llu; the first is line %llu: %.160s",
			      (unsigned long long)c->unread,
			      (unsigned long long)c->first_unread, first);
	if (c->quoted)
		pipeline_note(p, "lines of other programs that hold a part of a report: %llu",
			      (unsigned long long)c->quoted);
}

static int read_any_log(struct trace *t, struct error *f)
{
	struct pipeline *p = &t->pipeline;
	enum enrich_origin origin = ORIGIN_SAVED;
	struct source *log = NULL;
	int result = open_saved(t, &log, f);

	if (result == -ENODATA) {
		origin = ORIGIN_LOG;
		result = open_log(&log, f);
	}
	if (!result)
		result = read_log(t, log, origin, false, f);
	if (!result) {
		if (!t->cut)
			source_finish(log);
		note_unfinished(p, source_report(log));
	}
	if (log && origin == ORIGIN_SAVED)
		report_unread(p, saved_source_counts(log));
	else if (log)
		p->accounting.lost = source_lost(log);
	source_close(log);
	return result;
}

static void init(struct trace *t, const struct options *o, void (*note)(const char *line))
{
	t->vmstat = -1;
	for (int i = 0; i < TRACE_WAITS; i++)
		t->wait[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	pipeline_init(&t->pipeline, o, note);
}

static void tear_down(struct trace *t)
{
	source_close(t->source);
	pipeline_close(&t->pipeline);
	if (t->vmstat >= 0)
		close(t->vmstat);
	if (t->wait[WAIT_TIME].fd >= 0)
		close(t->wait[WAIT_TIME].fd);
	for (int i = WAIT_SIGNAL; i <= WAIT_END; i++)
		if (t->wait[i].fd >= 0)
			close(t->wait[i].fd);
}

static int open_output(struct trace *t, struct error *f)
{
	const int ends[WRITER_ENDS] = { t->wait[WAIT_END].fd, t->wait[WAIT_TIME].fd };

	return pipeline_open_output(&t->pipeline, ends, f);
}

int trace_history(struct trace *t, const struct options *o, void (*note)(const char *line),
		  struct error *f)
{
	int result;

	init(t, o, note);
	result = open_all_signals(t, f);
	if (result >= 0)
		result = enrich_open(&t->pipeline.enrich, f);
	if (!result)
		result = open_output(t, f);
	if (!result)
		result = read_any_log(t, f);
	pipeline_summary(&t->pipeline);
	tear_down(t);
	return result;
}

/* ---- setting up ----------------------------------------------------------- */

/* Protects the tracer from the OOM killer, and locks all memory that an event needs. */
static void secure_memory(struct pipeline *p)
{
	int score = oom_safety_set_score();
	int flusher = oom_safety_set_io_flusher();
	int locked;

	pipeline_prefault(p);
	/* The embedded probe is loaded, so its bytes need not be locked. */
	locked = oom_safety_lock(span_of(bpf_object_start, (size_t)(bpf_object_end - bpf_object_start)));

	if (locked == OOM_SAFETY_PROGRAM)
		pipeline_note(p, "only the program is locked in memory (needs CAP_IPC_LOCK, or a larger ulimit -l)");
	else if (locked < 0)
		pipeline_note(p, "memory is not locked: %s (needs CAP_IPC_LOCK, or a larger ulimit -l)",
			      strerror(-locked));
	if (!p->options->verbose)
		return;
	if (score < 0)
		pipeline_note(p, "may be a victim itself: oom_score_adj: %s", strerror(-score));
	if (flusher < 0)
		pipeline_note(p, "others may be killed for memory that it needs: %s", strerror(-flusher));
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

/* Tells a new user of two options that are easily overlooked. */
static void note_outputs(const struct pipeline *p)
{
	const struct options *o = p->options;

	if (o->output == OUTPUT_COLUMNS && !o->columns && !o->field_words &&
	    isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
		pipeline_note(p, "-o story explains each kill, --columns host is for hosts without containers");
}

/* Opens the output, with its titles, before it reads kills from the log, but after a source
 * without history has opened: a failed start prints no titles. */
static int open_events(struct trace *t, struct error *f)
{
	bool history = t->pipeline.options->history != HISTORY_NONE;
	int result;

	t->start_kills[0] = vmstat_read_oom_kills(t->vmstat);
	result = history ? 0 : open_source(t, f);
	if (!result)
		note_outputs(&t->pipeline);
	if (!result)
		result = open_output(t, f);
	if (!result && history)
		result = open_source_after_log(t, f);
	t->start_kills[1] = vmstat_read_oom_kills(t->vmstat);
	return result;
}

/* Warns that the kernel silently drops lines above its rate limit. */
static void note_log_limit(const struct pipeline *p)
{
	int proc = writer_is_kernel_log(STDOUT_FILENO) ? pseudofs_procfs(NULL) : -1;
	char setting[16];
	int result;

	if (proc < 0)
		return;
	result = pseudofs_read(proc, "sys/kernel/printk_devkmsg", setting, sizeof(setting));
	close(proc);
	if (result >= 0 && strncmp(setting, "on", 2))
		pipeline_note(p, "/dev/kmsg takes ten lines in five seconds (sysctl kernel.printk_devkmsg=on: all)");
}

/* Opens the count at the start: at the end no descriptor may be free. */
static void open_count(struct trace *t)
{
	int proc = pseudofs_procfs(NULL);

	t->vmstat = vmstat_open(proc);
	if (proc >= 0)
		close(proc);
}

static int set_up(struct trace *t, struct error *f)
{
	const struct options *o = t->pipeline.options;
	int result;

	if ((result = open_all_signals(t, f)) < 0)
		return result;
	if (o->timeout_s && (result = open_timer(t, f)) < 0)
		return result;
	open_count(t);
	if ((result = enrich_open(&t->pipeline.enrich, f)) < 0)
		return result;
	enrich_open_live(&t->pipeline.enrich);
	if ((result = open_events(t, f)) < 0)
		return result;
	t->wait[WAIT_SOURCE].fd = t->source->fd;
	/* POLLERR needs no request: poll() reports it when the reader has closed the pipe. */
	t->wait[WAIT_OUTPUT].fd = o->output == OUTPUT_NONE ||
		writer_is_kernel_log(STDOUT_FILENO) ? -1 : STDOUT_FILENO;
	t->wait[WAIT_OUTPUT].events = 0;
	note_log_limit(&t->pipeline);
	secure_memory(&t->pipeline);
	if (o->timeout_s && (result = start_timer(t, f)) < 0)
		return result;
	if ((result = announce(o->ready_fd, f)) < 0)
		return result;
	t->wait[WAIT_NAMES].fd = enrich_start(&t->pipeline.enrich);
	t->watching = true;
	return 0;
}

/* ---- the loop ------------------------------------------------------------- */

static void read_signals(struct trace *t)
{
	struct signalfd_siginfo info;

	while (read(t->wait[WAIT_SIGNAL].fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			pipeline_resize(&t->pipeline);
		else
			t->counts_wanted = true;
	}
}

static void note_counts(const struct pipeline *p)
{
	char line[160] = "";
	struct text text = text_on(line, sizeof(line) - 1);

	accounting_format(&text, &p->accounting, p->options->filter.count > 0);
	p->note(line);
}

/* Skips the write if it would block. The next counts are cumulative, too. */
static void write_counts(const struct pipeline *p)
{
	struct pollfd to = { .fd = p->options->counts_fd, .events = POLLOUT };
	char line[160];
	struct text text = text_on(line, sizeof(line));

	if (to.fd < 0 || poll(&to, 1, 0) != 1 || !(to.revents & POLLOUT))
		return;
	accounting_format_json(&text, &p->accounting);
	if (write(to.fd, text.data, text.used) < 0)
		return;
}

/*
 * Drains the source between two readings of the host's count. Every kill in the first
 * reading is in the source by then.
 */
static int drain_and_count(struct trace *t, size_t most, struct error *f)
{
	int64_t now[2] = { vmstat_read_oom_kills(t->vmstat) };
	int result;

	if (t->done)
		source_finish(t->source);
	result = pipeline_drain(&t->pipeline, t->source, most, f);
	now[1] = vmstat_read_oom_kills(t->vmstat);
	t->pending = result > 0;
	if (t->pending)			/* undrained records: the count is useless */
		now[1] = -EAGAIN;
	accounting_host(&t->pipeline.accounting, t->start_kills, now);
	if (t->counts_wanted)
		note_counts(&t->pipeline);
	t->counts_wanted = false;
	write_counts(&t->pipeline);
	return result < 0 ? result : 0;
}

static int wait_and_serve(struct trace *t, struct error *f)
{
	int result;

	if (poll(t->wait, TRACE_WAITS, t->watching || t->pending ? 0 : -1) < 0)
		return errno == EINTR ? 0 : error_set(f, errno, "wait for events");
	if (t->wait[WAIT_SIGNAL].revents)
		read_signals(t);
	if (t->wait[WAIT_END].revents || t->wait[WAIT_TIME].revents)
		t->done = true;
	if (t->wait[WAIT_OUTPUT].revents)
		return error_set(f, EPIPE, "write standard output");
	/* Also at the end, for records that came meanwhile. */
	if (t->done || t->counts_wanted)
		return drain_and_count(t, DRAIN_MOST, f);
	if (!t->pending && !t->wait[WAIT_SOURCE].revents)
		return 0;
	if (t->pipeline.options->counts_fd >= 0)
		return drain_and_count(t, DRAIN_BATCH, f);
	result = pipeline_drain(&t->pipeline, t->source, DRAIN_BATCH, f);
	t->pending = result > 0;
	return result < 0 ? result : 0;
}

int trace_run(struct trace *t, const struct options *o, void (*note)(const char *line),
	      struct error *f)
{
	struct pipeline *p = &t->pipeline;
	int result;

	init(t, o, note);
	result = set_up(t, f);
	if (!result && o->counts_fd >= 0)
		result = drain_and_count(t, DRAIN_BATCH, f);
	while (!result && !t->done) {
		result = wait_and_serve(t, f);
		t->watching = enrich_watch(&p->enrich);
	}
	/* Counts also after a failure. */
	if (result && t->source) {
		struct error again = { 0 };

		t->done = true;
		drain_and_count(t, DRAIN_MOST, &again);
		error_clear(&again);
	}
	if (t->source) {
		pipeline_losses(p, t->source);
		note_unfinished(p, source_report(t->source));
		pipeline_summary(p);
		note_counts(p);
		write_counts(p);
	}
	tear_down(t);
	return result;
}

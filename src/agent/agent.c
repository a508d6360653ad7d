// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/delivered.h"
#include "agent/destination.h"
#include "agent/hook.h"
#include "agent/http.h"
#include "agent/journal.h"
#include "agent/metrics.h"
#include "agent/oom_kill.h"
#include "agent/page.h"
#include "agent/sandbox.h"
#include "agent/socket.h"
#include "agent/syslog.h"
#include "agent/tracer.h"

/* The destinations with a queue. Their numbers are bits in the state file. */
enum { TO_JOURNAL, TO_SYSLOG, TO_EXEC, DESTINATIONS };

/* The bit of the metrics and the page, which take each kill at once. */
enum { COUNTED = 31 };

enum {
	WAIT_SIGNAL, WAIT_TRACER, WAIT_READY, WAIT_EVENTS, WAIT_WORDS, WAIT_COUNTS,
	WAIT_HTTP, WAIT_HOOK_PROCESS, WAIT_HOOK_OUTPUT, WAIT_HOOK_TIMER,
	WAIT_DESTINATIONS, WAITS = WAIT_DESTINATIONS + DESTINATIONS,
};

/* How long the end waits for destinations. */
#define END_NS (INT64_C(5) * 1000000000)

struct agent {
	const struct agent_options *options;
	void (*say)(const char *line);
	struct tracer tracer;
	struct destination destinations[DESTINATIONS];
	struct hook hook;
	struct http http;
	struct metrics metrics;
	struct page_kills page;
	struct delivered delivered;
	int signals;
	bool ending;			/* a signal asked for it */
	bool first_start;		/* nothing is remembered of this boot */
	bool file_is_old;		/* the metrics file lacks something */
	uint64_t metrics_dropped;	/* as the file has it */
	int64_t end_ns;			/* CLOCK_MONOTONIC: when waiting for destinations ends */
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- a kill on its way ------------------------------------------------------ */

/*
 * Finds what the record of deliveries has of @k. Before the tracer is ready it
 * reports kills from the kernel's log: the agent before this one may have
 * delivered some of them to some destinations. If there was none in this boot,
 * all are new, but no program is run for them: installing the agent must not
 * send a hundred mails about last week.
 */
static void find_deliveries(struct agent *a, struct oom_kill *k)
{
	struct delivered_slot *slot = k->tid == KILL_UNKNOWN || k->time_ns == KILL_UNKNOWN ?
		NULL : delivered_find(&a->delivered, k->tid, k->time_ns, !a->tracer.ready);

	if (slot)
		k->delivered = &slot->destinations;
	if (a->first_start && !a->tracer.ready)
		*k->delivered |= UINT32_C(1) << TO_EXEC;
}

static void take_event(void *context, const char *line, size_t length)
{
	struct agent *a = context;
	struct oom_kill *k;
	int result = oom_kill_parse(&k, line, length);

	if (result < 0) {
		char words[160];

		a->metrics.unreadable++;
		snprintf(words, sizeof(words), "a line of the tracer cannot be read: %s: %.60s",
			 strerror(-result), line);
		a->say(words);
		return;
	}
	find_deliveries(a, k);
	metrics_count(&a->metrics, k, *k->delivered >> COUNTED & 1, now_ns(CLOCK_MONOTONIC));
	*k->delivered |= UINT32_C(1) << COUNTED;
	page_add(&a->page, k);
	a->file_is_old = true;
	for (size_t i = 0; i < DESTINATIONS; i++) {
		destination_add(&a->destinations[i], k);
		destination_run(&a->destinations[i]);
	}
	oom_kill_release(k);
}

/* The tracer names itself in each line. */
static void take_words(void *context, const char *line, size_t length)
{
	(void)context;
	dprintf(STDERR_FILENO, "%.*s\n", (int)length, line);
}

/* {"lost":0,"unwritten":0,"unseen":0,..}: after each batch of kills. */
static void take_counts(void *context, const char *line, size_t length)
{
	struct agent *a = context;
	json_t *counts = json_loadb(line, length, 0, NULL);
	const json_t *lost = json_object_get(counts, "lost");
	const json_t *unwritten = json_object_get(counts, "unwritten");
	const json_t *unseen = json_object_get(counts, "unseen");

	a->metrics.losses_known = json_is_integer(lost) && json_is_integer(unseen);
	if (a->metrics.losses_known) {
		a->metrics.lost = (uint64_t)(json_integer_value(lost) +
					     json_integer_value(unwritten));
		a->metrics.unseen = (uint64_t)json_integer_value(unseen);
		a->file_is_old = true;
	}
	json_decref(counts);
}

/* ---- what HTTP clients ask for ----------------------------------------------- */

/* The agent is healthy while the tracer runs and has lost nothing. */
static bool describe_health(const struct agent *a, char *to, size_t size)
{
	const struct metrics *m = &a->metrics;
	uint64_t kills = 0;

	for (int scope = 0; scope < SCOPES; scope++)
		kills += m->kills[scope];
	if (!a->tracer.pid)
		snprintf(to, size, "The tracer has ended.");
	else if (!a->tracer.ready)
		snprintf(to, size, "The tracer is starting.");
	else if (!m->losses_known)
		snprintf(to, size, "%" PRIu64 " %s counted.", kills, kills == 1 ? "kill" : "kills");
	else
		snprintf(to, size, "%" PRIu64 " %s counted, %" PRIu64 " lost, %" PRIu64
			 " that only the kernel counted.", kills, kills == 1 ? "kill" : "kills",
			 m->lost, m->unseen);
	return a->tracer.pid && a->tracer.ready && !m->lost && !m->unseen;
}

static void answer(void *context, const char *path, const char *accept, struct http_answer *to)
{
	struct agent *a = context;
	char health[200];
	bool healthy = describe_health(a, health, sizeof(health));

	if (!strcmp(path, "/metrics")) {
		bool open = strstr(accept, "application/openmetrics-text") != NULL;

		to->type = open ?
			"application/openmetrics-text; version=1.0.0; charset=utf-8" :
			"text/plain; version=0.0.4; charset=utf-8";
		metrics_write(&a->metrics, to->body, open ? METRICS_OPENMETRICS : METRICS_TEXT,
			      now_ns(CLOCK_MONOTONIC), a->destinations, DESTINATIONS);
	} else if (!strcmp(path, "/healthz")) {
		to->status = healthy ? 200 : 503;
		fprintf(to->body, "%s\n", health);
	} else if (!strcmp(path, "/")) {
		to->type = "text/html; charset=utf-8";
		page_write_html(&a->page, to->body, health);
	} else if (!strcmp(path, "/kills.json")) {
		to->type = "application/json";
		page_write_json(&a->page, to->body);
	} else {
		to->status = 404;
		fputs("not found; there are /, /kills.json, /metrics and /healthz\n", to->body);
	}
}

/* ---- starting --------------------------------------------------------------- */

static int open_signals(struct agent *a, struct error *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return a->signals < 0 ? error_set(e, errno, "wait for signals") : 0;
}

/* The default is below the service's own directories, where it has some. */
static void open_state(struct agent *a)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY"), *state = getenv("STATE_DIRECTORY");
	const char *directory = runtime ? runtime : state ? state : "/run";
	struct error e = { 0 };
	char path[4096], why[400];

	if (a->options->state)
		snprintf(path, sizeof(path), "%s", a->options->state);
	else
		snprintf(path, sizeof(path), "%.*s/oomkill_agent.state",
			 (int)strcspn(directory, ":"), directory);
	if (delivered_open(&a->delivered, path, &e) == 0) {
		a->first_start = a->delivered.is_new;
		return;
	}
	error_format(&e, why, sizeof(why));
	a->say(why);
	a->say("a restart may deliver kills twice: nothing is remembered");
	error_clear(&e);
}

/* Beside the agent, or by the PATH. */
static int find_tracer(const struct agent_options *o, char *to, size_t size, struct error *e)
{
	static const char name[] = "trace_oomkill";
	const char *path = getenv("PATH");
	ssize_t n = readlink("/proc/self/exe", to, size - sizeof(name) - 1);

	if (o->tracer) {
		snprintf(to, size, "%s", o->tracer);
		return access(to, X_OK) < 0 ? error_set(e, errno, "run the tracer %s", to) : 0;
	}
	if (n > 0) {
		to[n] = '\0';
		strcpy(strrchr(to, '/') + 1, name);
		if (access(to, X_OK) == 0)
			return 0;
	}
	while (path && *path) {
		size_t length = strcspn(path, ":");

		snprintf(to, size, "%.*s/%s", (int)length, path, name);
		if (length && access(to, X_OK) == 0)
			return 0;
		path += length + (path[length] == ':');
	}
	error_set(e, ENOENT, "find trace_oomkill");
	return error_hint(e, "put it beside oomkill_agent or into PATH, or name it by --tracer");
}

/* Kills of this boot that the kernel's log still has come first. Where the user chose
 * what --history does, or the log cannot be read, it is not asked for. */
static int start_tracer(struct agent *a, struct error *e)
{
	const struct agent_options *o = a->options;
	char *arguments[TRACER_ARGUMENTS];
	char path[4096];
	size_t count = 0;
	int result = find_tracer(o, path, sizeof(path), e);

	if (result < 0)
		return result;
	if (o->tracer_option_count >= TRACER_ARGUMENTS - 1)
		return error_set(e, E2BIG, "start the tracer with %zu options", o->tracer_option_count);
	if (access("/dev/kmsg", R_OK) == 0)
		arguments[count++] = (char *)"--history";
	for (size_t i = 0; i < o->tracer_option_count; i++)
		arguments[count++] = o->tracer_options[i];
	return tracer_start(&a->tracer, path, arguments, count, e);
}

static bool has_destination(const struct agent *a)
{
	for (size_t i = 0; i < DESTINATIONS; i++)
		if (a->destinations[i].name)
			return true;
	return a->http.daemon || a->options->metrics_file;
}

static int open_destinations(struct agent *a, struct error *e)
{
	const struct agent_options *o = a->options;
	int result = 0;

	for (unsigned int i = 0; i < DESTINATIONS; i++) {
		a->destinations[i].wait.fd = -1;
		a->destinations[i].index = i;
	}
	a->hook.process.fd = a->hook.output.fd = a->hook.timer.fd = -1;
	a->http.wait.fd = -1;
	if (o->journal || (o->journal_if_there && access(JOURNAL_SOCKET, F_OK) == 0))
		result = journal_open(&a->destinations[TO_JOURNAL],
				      o->journal ? o->journal : JOURNAL_SOCKET, e);
	if (!result && o->syslog)
		result = syslog_open(&a->destinations[TO_SYSLOG], o->syslog, o->syslog_json, e);
	if (!result && o->exec)
		result = hook_open(&a->hook, &a->destinations[TO_EXEC], o->exec,
				   o->exec_limit_s, a->say, e);
	if (!result && (o->metrics || o->metrics_passed)) {
		a->http.answer = answer;
		a->http.context = a;
		result = http_open(&a->http, o->metrics, e);
	}
	if (!result && !has_destination(a)) {
		error_set(e, EINVAL, "start the agent");
		error_why(e, "there is no destination");
		result = error_hint(e, "give --journal, --syslog, --metrics, --metrics-file or --exec");
	}
	return result;
}

/* One datagram to systemd, or whoever started us so. */
static void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = path ? socket_connect(path) : -1;

	if (fd < 0)
		return;
	send(fd, state, strlen(state), MSG_NOSIGNAL);
	close(fd);
}

/* ---- the loop ---------------------------------------------------------------- */

static void fill_waits(const struct agent *a, struct pollfd *wait)
{
	static const struct pollfd none = { .fd = -1 };

	wait[WAIT_SIGNAL] = (struct pollfd){ .fd = a->signals, .events = POLLIN };
	wait[WAIT_TRACER] = a->tracer.pid ? a->tracer.process : none;
	wait[WAIT_READY] = a->tracer.announced;
	wait[WAIT_EVENTS] = a->tracer.events.wait;
	wait[WAIT_WORDS] = a->tracer.words.wait;
	wait[WAIT_COUNTS] = a->tracer.counts.wait;
	wait[WAIT_HTTP] = a->http.wait;
	wait[WAIT_HOOK_PROCESS] = a->hook.process;
	wait[WAIT_HOOK_OUTPUT] = a->hook.output;
	wait[WAIT_HOOK_TIMER] = a->hook.pid ? a->hook.timer : none;
	for (size_t i = 0; i < DESTINATIONS; i++)
		wait[WAIT_DESTINATIONS + i] =
			a->destinations[i].count && !a->destinations[i].busy ?
			a->destinations[i].wait : none;
}

static void take_signals(struct agent *a)
{
	struct signalfd_siginfo info;

	while (read(a->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || a->ending)
			continue;
		a->ending = true;
		notify("STOPPING=1");
		tracer_stop(&a->tracer);
	}
}

/* Everything that was written before "ready" is in the pipe by then. */
static void read_tracer(struct agent *a, bool announced)
{
	struct tracer *t = &a->tracer;
	char byte;

	if (!line_reader_run(&t->events, take_event, a)) {
		a->metrics.unreadable++;
		a->say("a line of the tracer was torn");
	}
	line_reader_run(&t->counts, take_counts, a);
	line_reader_run(&t->words, take_words, a);
	if (!announced)
		return;
	/* At the tracer's end the pipe closes without a byte. */
	t->ready = read(t->announced.fd, &byte, 1) == 1;
	close(t->announced.fd);
	t->announced.fd = -1;
	if (t->ready)
		notify("READY=1\nSTATUS=tracing OOM kills");
}

static void write_metrics_file(struct agent *a)
{
	struct error e = { 0 };
	char why[400];

	if (!a->options->metrics_file || !a->file_is_old)
		return;
	a->file_is_old = false;
	if (metrics_write_file(&a->metrics, a->options->metrics_file, now_ns(CLOCK_MONOTONIC),
			       a->destinations, DESTINATIONS, &e) == 0)
		return;
	error_format(&e, why, sizeof(why));
	a->say(why);
	error_clear(&e);
}

static void report_drops(struct agent *a, bool last)
{
	char line[600];

	for (size_t i = 0; i < DESTINATIONS; i++)
		if (a->destinations[i].name &&
		    destination_report(&a->destinations[i], now_ns(CLOCK_MONOTONIC), last,
				       line, sizeof(line)))
			a->say(line);
}

static bool is_all_delivered(const struct agent *a)
{
	for (size_t i = 0; i < DESTINATIONS; i++)
		if (a->destinations[i].count)
			return false;
	return true;
}

/* How long poll() may sleep: for ever, but for HTTP peers and for the end. */
static int find_timeout(const struct agent *a)
{
	int http = http_timeout_ms(&a->http);
	int64_t left;

	if (!a->end_ns)
		return http;
	left = (a->end_ns - now_ns(CLOCK_MONOTONIC)) / 1000000;
	if (left < 0)
		left = 0;
	return http >= 0 && http < left ? http : (int)left + 1;
}

static int serve(struct agent *a, struct error *e)
{
	struct pollfd wait[WAITS];

	fill_waits(a, wait);
	if (poll(wait, WAITS, find_timeout(a)) < 0 && errno != EINTR)
		return error_set(e, errno, "wait");
	if (wait[WAIT_SIGNAL].revents)
		take_signals(a);
	read_tracer(a, wait[WAIT_READY].revents);
	hook_serve(&a->hook);
	for (size_t i = 0; i < DESTINATIONS; i++)
		if (a->destinations[i].name)
			destination_run(&a->destinations[i]);
	http_serve(&a->http);
	write_metrics_file(a);
	report_drops(a, false);
	return 0;
}

/* The tracer's pipes are at their end: what is queued has a few seconds left. */
static bool is_over(struct agent *a)
{
	const struct tracer *t = &a->tracer;

	if (t->events.wait.fd >= 0 || t->words.wait.fd >= 0)
		return false;
	if (!a->end_ns)
		a->end_ns = now_ns(CLOCK_MONOTONIC) + END_NS;
	return is_all_delivered(a) || now_ns(CLOCK_MONOTONIC) >= a->end_ns;
}

static void close_all(struct agent *a)
{
	hook_close(&a->hook);
	for (size_t i = 0; i < DESTINATIONS; i++)
		destination_clear(&a->destinations[i]);
	report_drops(a, true);
	for (size_t i = 0; i < DESTINATIONS; i++)
		error_clear(&a->destinations[i].last);
	journal_close(&a->destinations[TO_JOURNAL]);
	syslog_close(&a->destinations[TO_SYSLOG]);
	http_close(&a->http);
	page_clear(&a->page);
	metrics_clear(&a->metrics);
	delivered_close(&a->delivered);
	if (a->signals >= 0)
		close(a->signals);
}

/* A tracer that ends by itself has failed, unless its -t ended it. */
static int find_result(struct agent *a, struct error *e)
{
	int status;

	tracer_reap(&a->tracer, true);
	status = a->tracer.status;
	if (WIFEXITED(status) && (a->tracer.ready || a->ending) &&
	    (WEXITSTATUS(status) == 0 || (a->ending && WEXITSTATUS(status) == 3)))
		return 0;
	error_set(e, EPIPE, "run the tracer");
	if (WIFSIGNALED(status))
		return error_why(e, "signal %d ended it", WTERMSIG(status));
	if (WEXITSTATUS(status) == 0)
		return error_why(e, "it ended before it was ready");
	return error_why(e, "it ended with status %d", WEXITSTATUS(status));
}

int agent_run(const struct agent_options *o, void (*say)(const char *line), struct error *e)
{
	struct agent *a = calloc(1, sizeof(*a));
	int result;

	if (!a)
		return error_set(e, ENOMEM, "start the agent");
	a->options = o;
	a->say = say;
	a->delivered.fd = -1;
	a->metrics.cadvisor = o->metrics_cadvisor;
	a->metrics.started_ns = now_ns(CLOCK_REALTIME);
	a->file_is_old = true;
	result = open_signals(a, e);
	if (!result)
		result = open_destinations(a, e);
	if (!result) {
		open_state(a);
		result = start_tracer(a, e);
	}
	if (!result)
		result = sandbox_enter(o->user, e);
	while (!result && !is_over(a))
		result = serve(a, e);
	if (!result)
		result = find_result(a, e);
	tracer_close(&a->tracer);
	write_metrics_file(a);
	close_all(a);
	free(a);
	return result;
}

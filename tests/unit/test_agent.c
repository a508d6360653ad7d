// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The agent: a line of the tracer on its way to each destination. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/delivered.h"
#include "agent/destination.h"
#include "agent/hook.h"
#include "agent/journal.h"
#include "agent/metrics.h"
#include "agent/oom_kill.h"
#include "agent/options.h"
#include "agent/page.h"
#include "agent/syslog.h"
#include "agent/tracer.h"

Suite *agent_suite(void);

/* A line of the tracer with what the test sets. */
static struct oom_kill *make_kill(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static struct oom_kill *make_kill(const char *format, ...)
{
	char line[4096];
	struct oom_kill *k;
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ck_assert_int_eq(oom_kill_parse(&k, line, strlen(line)), 0);
	return k;
}

static struct oom_kill *kill_in_pod(int pod, const char *verdict)
{
	return make_kill("{\"oom\":{\"verdict\":\"%s\",\"verdict_text\":\"t\",\"incident_member\":1},"
			 "\"k8s\":{\"namespace\":\"shop\",\"podName\":\"web-%d\",\"containerName\":\"c\"},"
			 "\"systemd\":{\"unit\":\"cri.scope\"},\"source\":\"bpf\","
			 "\"timestamp_raw\":1000000000,\"tprocess\":{\"tid\":%d}}",
			 verdict, pod, pod + 1);
}

/* ---- the line ----------------------------------------------------------------- */

static const struct {
	const char *line;
	int result;
} lines[] = {
	{ "", -EBADMSG },
	{ "{", -EBADMSG },
	{ "[1]", -EBADMSG },
	{ "{\"a\":1}", -EBADMSG },
	{ "{\"oom\":{\"verdict\":\"host\"}} x", -EBADMSG },
	{ "{\"oom\":{\"verdict\":\"host\"},\"oom\":{}}", -EBADMSG },
	{ "{\"oom\":{\"verdict\":\"host\"}}", 0 },
	{ "{\"oom\":{\"verdict\":null}}", 0 },
};

START_TEST(a_line_is_a_kill_or_is_refused)
{
	struct oom_kill *k;

	ck_assert_int_eq(oom_kill_parse(&k, lines[_i].line, strlen(lines[_i].line)),
			 lines[_i].result);
	ck_assert((k != NULL) == !lines[_i].result);
	oom_kill_release(k);
}
END_TEST

START_TEST(what_is_null_is_unknown)
{
	struct oom_kill *k = make_kill("{\"oom\":{\"verdict\":null,\"verdict_text\":null},"
				       "\"tpid\":null,\"tcomm\":7}");

	ck_assert_int_eq(k->scope, SCOPE_UNKNOWN);
	ck_assert_str_eq(k->sentence, "");
	ck_assert_str_eq(k->comm, "");
	ck_assert(k->tid == KILL_UNKNOWN && k->time_ns == KILL_UNKNOWN);
	ck_assert(oom_kill_number(k, "tpid") == KILL_UNKNOWN);
	ck_assert_ptr_null(oom_kill_string(k, "oom.verdict.deeper"));
	oom_kill_release(k);
}
END_TEST

START_TEST(a_verdict_gives_the_scope)
{
	static const char *const verdicts[SCOPES] = {
		"own-limit", "ancestor-limit", "host", "cpuset", "mempolicy", "sysrq",
		"already-exiting",
	};

	for (int scope = 0; scope < SCOPES; scope++) {
		struct oom_kill *k = kill_in_pod(1, verdicts[scope]);

		ck_assert_int_eq(k->scope, scope);
		oom_kill_release(k);
	}
}
END_TEST

/* ---- lines out of a pipe -------------------------------------------------------- */

static char seen[256];
static void see(void *context, const char *line, size_t length)
{
	(void)context;
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s|", (int)length, line);
}

static const struct {
	const char *pieces[4], *lines;
	bool whole;
} pieces[] = {
	{ { "one\ntwo\n" }, "one|two|", true },
	{ { "o", "ne", "\n" }, "one|", true },
	{ { "\n\n" }, "||", true },
	{ { "one\ntw" }, "one|", false },
	{ { "12345678", "9\nshort\n" }, "short|", false },
	{ { "1234567\n" }, "1234567|", true },
};

START_TEST(lines_come_out_of_pieces)
{
	struct line_reader r = { .data = (char[8]){ 0 }, .size = 8 };
	bool whole = true;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	r.wait.fd = ends[0];
	seen[0] = '\0';
	for (int i = 0; i < 4 && pieces[_i].pieces[i]; i++) {
		ck_assert_int_gt(write(ends[1], pieces[_i].pieces[i], strlen(pieces[_i].pieces[i])), 0);
		whole &= line_reader_run(&r, see, NULL);
	}
	close(ends[1]);
	whole &= line_reader_run(&r, see, NULL);
	ck_assert_str_eq(seen, pieces[_i].lines);
	ck_assert(whole == pieces[_i].whole);
	ck_assert_int_eq(r.wait.fd, -1);
}
END_TEST

/* ---- destinations ------------------------------------------------------------- */

static int answer;
static unsigned int asked;
static int deliver(struct destination *d, const struct oom_kill *k, struct error *e)
{
	destination_mark(d, k);
	asked++;
	return answer < 0 && answer != -EAGAIN && answer != -EINPROGRESS ?
		error_set(e, answer, "deliver") : answer;
}

static struct destination fresh(int result)
{
	answer = result;
	asked = 0;
	return (struct destination){
		.name = "test", .deliver = deliver, .index = 3,
	};
}

static void add_kills(struct destination *d, int count)
{
	for (int i = 0; i < count; i++) {
		struct oom_kill *k = kill_in_pod(i, "host");

		destination_add(d, k);
		oom_kill_release(k);
	}
}

START_TEST(a_full_queue_drops_and_counts)
{
	struct destination d = fresh(-EAGAIN);
	char line[600];

	add_kills(&d, DESTINATION_QUEUE + 3);
	destination_run(&d);
	ck_assert_uint_eq(d.count, DESTINATION_QUEUE);
	ck_assert_uint_eq(d.dropped, 3);
	ck_assert(destination_report(&d, 1, false, line, sizeof(line)));
	ck_assert_str_eq(line, "test: 3 kills dropped: queue a kill: 256 kills are waiting already");
	answer = 0;
	destination_run(&d);
	ck_assert_uint_eq(d.count, 0);
	ck_assert_uint_eq(d.delivered, DESTINATION_QUEUE);
	ck_assert_uint_eq(d.dropped, 3);
}
END_TEST

START_TEST(a_drop_is_said_once_a_minute)
{
	struct destination d = fresh(-EIO);
	char line[600];
	int64_t minute = INT64_C(60) * 1000000000;

	add_kills(&d, 1);
	destination_run(&d);
	ck_assert_uint_eq(d.delivered, 0);
	ck_assert(destination_report(&d, 5, false, line, sizeof(line)));
	ck_assert_str_eq(line, "test: 1 kill dropped: deliver: Input/output error");
	add_kills(&d, 2);
	destination_run(&d);
	ck_assert(!destination_report(&d, minute, false, line, sizeof(line)));
	ck_assert(destination_report(&d, minute + 5, false, line, sizeof(line)));
	ck_assert_str_eq(line, "test: 2 kills dropped: deliver: Input/output error");
	add_kills(&d, 1);
	destination_clear(&d);
	ck_assert(destination_report(&d, minute + 6, true, line, sizeof(line)));
	ck_assert(!destination_report(&d, minute + 7, true, line, sizeof(line)));
}
END_TEST

START_TEST(one_delivery_at_a_time)
{
	struct destination d = fresh(-EINPROGRESS);

	add_kills(&d, 2);
	destination_run(&d);
	destination_run(&d);
	ck_assert_uint_eq(asked, 1);
	destination_finish(&d, 0);
	ck_assert_uint_eq(d.delivered, 1);
	destination_run(&d);
	ck_assert_uint_eq(asked, 2);
	destination_finish(&d, -EIO);
	ck_assert_uint_eq(d.dropped, 1);
	ck_assert_uint_eq(d.count, 0);
}
END_TEST

START_TEST(a_kill_that_was_delivered_is_passed_over)
{
	struct destination d = fresh(0);
	struct oom_kill *k = kill_in_pod(1, "host");

	*k->delivered = 1u << 3;
	destination_add(&d, k);
	ck_assert_uint_eq(d.count, 0);
	*k->delivered = 1u << 2;
	destination_add(&d, k);
	ck_assert_uint_eq(d.count, 1);
	answer = -EAGAIN;
	destination_run(&d);
	ck_assert_uint_eq(*k->delivered, 1u << 2);
	answer = 0;
	destination_run(&d);
	ck_assert_uint_eq(*k->delivered, 1u << 2 | 1u << 3);
	oom_kill_release(k);
}
END_TEST

/* ---- the journal and syslog ----------------------------------------------------- */

static char directory[] = "/tmp/agent.XXXXXX";
static char path[64];

static int listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	strcpy(directory, "/tmp/agent.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void remove_socket(int fd)
{
	close(fd);
	unlink(path);
	rmdir(directory);
}

static const struct {
	const char *line, *has, *has_not;
} records[] = {
	{ "{\"oom\":{\"verdict\":\"host\",\"verdict_text\":\"a was killed\"},\"tpid\":7}",
	  "MESSAGE=a was killed\nMESSAGE_ID=" JOURNAL_MESSAGE_ID "\nPRIORITY=3\n", "OBJECT_" },
	{ "{\"oom\":{\"verdict\":\"own-limit\",\"verdict_text\":\"b\"},\"systemd\":{\"unit\":\"nginx.service\"},"
	  "\"tprocess\":{\"cgroup\":\"/system.slice/nginx.service\"}}",
	  "PRIORITY=4\nSYSLOG_IDENTIFIER=trace_oomkill\nOBJECT_SYSTEMD_UNIT=nginx.service\n", "USER_UNIT" },
	{ "{\"oom\":{\"verdict\":\"own-limit\",\"verdict_text\":\"b\"},\"systemd\":{\"unit\":\"x.service\"},"
	  "\"tprocess\":{\"cgroup\":\"/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\"}}",
	  "OBJECT_SYSTEMD_USER_UNIT=x.service\nOBJECT_SYSTEMD_UNIT=user@1000.service\n", "UNIT=x.service/" },
	/* a value with a newline cannot begin a field of its own */
	{ "{\"oom\":{\"verdict\":\"host\",\"verdict_text\":\"x\"},\"tcomm\":\"a\\nPRIORITY=0\"}",
	  "OOM_VICTIM_COMM\n\x0c", "OOM_VICTIM_COMM=" },
};

START_TEST(a_record_of_the_journal)
{
	struct destination d = { .index = 0 };
	struct oom_kill *k = make_kill("%s", records[_i].line);
	int peer = listen_at("journal");
	struct error e = { 0 };
	char got[8192];
	ssize_t n;

	ck_assert_int_eq(journal_open(&d, path, &e), 0);
	ck_assert_int_eq(d.deliver(&d, k, &e), 0);
	n = recv(peer, got, sizeof(got) - 1, 0);
	ck_assert_int_gt(n, 0);
	got[n] = '\0';
	ck_assert_ptr_nonnull(memmem(got, (size_t)n, records[_i].has, strlen(records[_i].has)));
	ck_assert_ptr_null(memmem(got, (size_t)n, records[_i].has_not, strlen(records[_i].has_not)));
	ck_assert_ptr_nonnull(memmem(got, (size_t)n, k->line, k->length));
	journal_close(&d);
	remove_socket(peer);
	oom_kill_release(k);
}
END_TEST

START_TEST(a_full_socket_is_waited_for)
{
	struct destination d = { .index = 0 };
	struct oom_kill *k = kill_in_pod(1, "host");
	int peer = listen_at("journal"), result, sent = 0;
	struct error e = { 0 };
	char got[8192];

	ck_assert_int_eq(journal_open(&d, path, &e), 0);
	while ((result = d.deliver(&d, k, &e)) == 0)
		ck_assert_int_lt(++sent, 10000);
	ck_assert_int_eq(result, -EAGAIN);
	ck_assert_int_eq(poll(&d.wait, 1, 0), 0);
	while (recv(peer, got, sizeof(got), 0) > 0)
		sent--;
	ck_assert_int_eq(sent, 0);
	ck_assert_int_eq(poll(&d.wait, 1, 0), 1);
	ck_assert_int_eq(d.deliver(&d, k, &e), 0);
	journal_close(&d);
	remove_socket(peer);
	oom_kill_release(k);
}
END_TEST

START_TEST(a_line_for_syslog)
{
	struct destination d = { .index = 0 };
	struct oom_kill *k = kill_in_pod(1, "host");
	int peer = listen_at("log");
	struct error e = { 0 };
	char got[2048];
	ssize_t n;

	setenv("TZ", "UTC", 1);
	ck_assert_int_eq(syslog_open(&d, path, _i, &e), 0);
	ck_assert_int_eq(d.deliver(&d, k, &e), 0);
	n = recv(peer, got, sizeof(got) - 1, 0);
	ck_assert_int_gt(n, 0);
	got[n] = '\0';
	ck_assert_int_eq(strncmp(got, "<27>Jan  1 00:00:01 trace_oomkill[", 34), 0);
	ck_assert_ptr_nonnull(strstr(got, _i ? "]: @cee: {\"oom\":" : "]: t"));
	syslog_close(&d);
	remove_socket(peer);
	oom_kill_release(k);
}
END_TEST

/* ---- metrics ------------------------------------------------------------------ */

static struct metrics metrics;
static char *page;
static size_t page_size;

static const char *expose(enum metrics_format format, int64_t now_ns)
{
	FILE *to;

	free(page);
	to = open_memstream(&page, &page_size);
	metrics_write(&metrics, to, format, now_ns, NULL, 0);
	ck_assert_int_eq(fclose(to), 0);
	return page;
}

static void reset_metrics(void)
{
	metrics_clear(&metrics);
	memset(&metrics, 0, sizeof(metrics));
}

static void count_pod(int pod, bool restored, int64_t now_ns)
{
	struct oom_kill *k = kill_in_pod(pod, "own-limit");

	metrics_count(&metrics, k, restored, now_ns);
	oom_kill_release(k);
}

START_TEST(totals_are_there_from_the_start)
{
	reset_metrics();
	expose(METRICS_TEXT, 1);
	for (int scope = 0; scope < SCOPES; scope++) {
		char line[80];

		snprintf(line, sizeof(line), "\ntrace_oomkill_kills_total{scope=\"%s\"} 0\n",
			 kill_scope_names[scope]);
		ck_assert_ptr_nonnull(strstr(page, line));
	}
	/* no statement about losses before the tracer has made one */
	ck_assert_ptr_null(strstr(page, "trace_oomkill_lost_total"));
	metrics.losses_known = true;
	expose(METRICS_TEXT, 1);
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_lost_total 0\n"));
	ck_assert_ptr_null(strstr(page, "# EOF"));
}
END_TEST

START_TEST(a_kill_is_counted_by_container)
{
	reset_metrics();
	count_pod(1, false, 1);
	count_pod(1, false, 2);
	expose(METRICS_TEXT, 3);
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_kills_total{scope=\"own\"} 2\n"));
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_container_kills_total{namespace=\"shop\","
				     "pod=\"web-1\",container=\"c\",scope=\"own\"} 2\n"));
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_container_last_kill_timestamp_seconds{"
				     "namespace=\"shop\",pod=\"web-1\",container=\"c\"} 1.000\n"));
	ck_assert_ptr_null(strstr(page, "{unit="));
	ck_assert_ptr_nonnull(strstr(page, "\n# TYPE trace_oomkill_incidents_total counter\n"));
	expose(METRICS_OPENMETRICS, 3);
	ck_assert_ptr_nonnull(strstr(page, "\n# TYPE trace_oomkill_incidents counter\n"));
	ck_assert_ptr_nonnull(strstr(page, "\n# TYPE trace_oomkill_build info\n"));
	ck_assert_str_eq(page + page_size - 6, "# EOF\n");
}
END_TEST

START_TEST(a_restored_kill_gives_its_time_alone)
{
	reset_metrics();
	count_pod(1, true, 1);
	expose(METRICS_TEXT, 3);
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_kills_total{scope=\"own\"} 0\n"));
	ck_assert_ptr_null(strstr(page, "container_kills_total{"));
	ck_assert_ptr_nonnull(strstr(page, "pod=\"web-1\",container=\"c\"} 1.000\n"));
}
END_TEST

START_TEST(series_are_bounded)
{
	reset_metrics();
	for (int i = 0; i < METRICS_SERIES + 2; i++)
		count_pod(i, false, 1);
	expose(METRICS_TEXT, 2);
	ck_assert_uint_eq(metrics.count, METRICS_SERIES);
	ck_assert_ptr_nonnull(strstr(page, "{namespace=\"other\",pod=\"\",container=\"\",scope=\"own\"} 2\n"));
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_series_dropped_total 2\n"));
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_kills_total{scope=\"own\"} 1002\n"));
	/* an hour later all of them have gone, and the totals stay */
	expose(METRICS_TEXT, METRICS_SERIES_NS + 1);
	ck_assert_uint_eq(metrics.count, 0);
	ck_assert_ptr_nonnull(strstr(page, "\ntrace_oomkill_kills_total{scope=\"own\"} 1002\n"));
}
END_TEST

START_TEST(labels_are_escaped)
{
	struct oom_kill *k = make_kill("{\"oom\":{\"verdict\":\"host\"},\"runtime\":{\"containerName\":"
				       "\"a\\\"} 1\\n#\\\\\"}}");

	reset_metrics();
	metrics_count(&metrics, k, false, 1);
	oom_kill_release(k);
	ck_assert_ptr_nonnull(strstr(expose(METRICS_TEXT, 1),
				     "container=\"a\\\"} 1\\n#\\\\\",scope=\"host\"} 1\n"));
}
END_TEST

START_TEST(the_file_is_whole_and_readable)
{
	struct error e = { 0 };
	char name[] = "/tmp/agent.XXXXXX", file[64], got[16384];
	struct stat is;
	int fd;
	ssize_t n;

	reset_metrics();
	ck_assert_ptr_nonnull(mkdtemp(name));
	snprintf(file, sizeof(file), "%s/oom.prom", name);
	umask(077);
	ck_assert_int_eq(metrics_write_file(&metrics, file, 1, NULL, 0, &e), 0);
	ck_assert_int_eq(stat(file, &is), 0);
	ck_assert_int_eq(is.st_mode & 0777, 0644);
	fd = open(file, O_RDONLY);
	n = read(fd, got, sizeof(got));
	close(fd);
	expose(METRICS_FILE, 1);
	ck_assert_ptr_null(strstr(page, "process_start_time_seconds"));
	ck_assert_int_eq(n, (ssize_t)page_size);
	ck_assert_mem_eq(got, page, page_size);
	unlink(file);
	/* nothing else was left behind */
	ck_assert_int_eq(rmdir(name), 0);
	ck_assert_int_eq(metrics_write_file(&metrics, file, 1, NULL, 0, &e), -ENOENT);
}
END_TEST

/* ---- the page ----------------------------------------------------------------- */

START_TEST(the_page_escapes)
{
	static struct page_kills kills;
	struct oom_kill *k = make_kill("{\"oom\":{\"verdict\":\"host\",\"verdict_text\":"
				       "\"<script>alert('x')</script>&\\\"\"},\"tcomm\":\"<b>\"}");
	FILE *to;

	page_add(&kills, k);
	oom_kill_release(k);
	free(page);
	to = open_memstream(&page, &page_size);
	page_write_html(&kills, to, "all <well>");
	fclose(to);
	ck_assert_ptr_null(strstr(page, "<script"));
	ck_assert_ptr_null(strstr(page, "<b>"));
	ck_assert_ptr_nonnull(strstr(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"));
	ck_assert_ptr_nonnull(strstr(page, "all &lt;well&gt;"));
	page_clear(&kills);
}
END_TEST

START_TEST(the_page_keeps_the_newest)
{
	static struct page_kills kills;
	FILE *to;

	for (int i = 0; i < PAGE_KILLS + 5; i++) {
		struct oom_kill *k = kill_in_pod(i, "host");

		page_add(&kills, k);
		oom_kill_release(k);
	}
	free(page);
	to = open_memstream(&page, &page_size);
	page_write_json(&kills, to);
	fclose(to);
	ck_assert_ptr_null(strstr(page, "\"web-4\""));
	ck_assert_ptr_nonnull(strstr(page, "\"web-5\""));
	ck_assert(strstr(page, "\"web-104\"") < strstr(page, "\"web-103\""));
	ck_assert(strstr(page, "\"web-104\"") - page < 200);
	page_clear(&kills);
}
END_TEST

/* ---- what was delivered --------------------------------------------------------- */

START_TEST(deliveries_outlive_the_agent)
{
	char name[] = "/tmp/agent.XXXXXX";
	struct delivered d, other;
	struct error e = { 0 };
	int64_t second = 1000000000;

	close(mkstemp(name));
	ck_assert_int_eq(delivered_open(&d, name, &e), 0);
	ck_assert(d.is_new);
	delivered_find(&d, 7, 500 * second, true)->destinations = 5;
	ck_assert_int_eq(delivered_open(&other, name, &e), -EWOULDBLOCK);
	ck_assert_str_eq(e.why, "another oomkill_agent uses it");
	delivered_close(&d);
	ck_assert_int_eq(delivered_open(&d, name, &e), 0);
	ck_assert(!d.is_new);
	/* the clock of the kernel's log may differ by seconds */
	ck_assert_uint_eq(delivered_find(&d, 7, 503 * second, true)->destinations, 5);
	ck_assert_uint_eq(delivered_find(&d, 7, 900 * second, true)->destinations, 0);
	ck_assert_uint_eq(delivered_find(&d, 8, 500 * second, true)->destinations, 0);
	delivered_close(&d);
	/* a damaged file is made anew */
	ck_assert_int_eq(truncate(name, 100), 0);
	ck_assert_int_eq(delivered_open(&d, name, &e), 0);
	ck_assert_uint_eq(delivered_find(&d, 7, 500 * second, true)->destinations, 5);
	delivered_close(&d);
	ck_assert_int_eq(truncate(name, 3), 0);
	ck_assert_int_eq(delivered_open(&d, name, &e), 0);
	ck_assert(d.is_new);
	ck_assert_uint_eq(delivered_find(&d, 7, 500 * second, true)->destinations, 0);
	delivered_close(&d);
	unlink(name);
}
END_TEST

/* ---- options ------------------------------------------------------------------ */

static const struct {
	const char *words[6];
	const char *refused;		/* NULL: it is taken */
} command_lines[] = {
	{ { "--metrics", ":9100" }, NULL },
	{ { "--metrics=:9100", "--exec=/bin/true", "--exec-limit", "5" }, NULL },
	{ { "--journal", "--syslog=/dev/log", "--", "-v" }, NULL },
	{ { "--metrcs", ":1" }, "option --metrcs: there is no such option (did you mean --metrics? --help lists them all)" },
	{ { "--metrics" }, "option --metrics: its value is missing" },
	{ { "--metrics=" }, "option --metrics=: its value is missing" },
	{ { "--exec-limit", "5s" }, "option --exec-limit: not a number of seconds from 1 to 86400" },
	{ { "--exec-limit", "0" }, "option --exec-limit: not a number of seconds from 1 to 86400" },
	{ { "--syslog-json=1" }, "option --syslog-json=1: it takes no value" },
	{ { "-o", "json" }, "option -o: not an option of the agent (options of the tracer stand behind --)" },
	{ { "word" }, "option word: not an option of the agent (options of the tracer stand behind --)" },
};

START_TEST(options_are_taken_or_refused)
{
	char *argv[8] = { (char *)"oomkill_agent" };
	struct agent_options o;
	struct error e = { 0 };
	char line[600];
	int argc = 1;

	for (; command_lines[_i].words[argc - 1]; argc++)
		argv[argc] = (char *)command_lines[_i].words[argc - 1];
	ck_assert_int_eq(agent_options_parse(&o, argc, argv, &e),
			 command_lines[_i].refused ? -EINVAL : 0);
	error_format(&e, line, sizeof(line));
	if (command_lines[_i].refused)
		ck_assert_str_eq(line, command_lines[_i].refused);
	else
		ck_assert_int_eq(e.error, 0);
	if (_i == 1) {
		ck_assert_str_eq(o.metrics, ":9100");
		ck_assert_str_eq(o.exec, "/bin/true");
		ck_assert_uint_eq(o.exec_limit_s, 5);
	}
	if (_i == 2) {
		ck_assert_str_eq(o.journal, JOURNAL_SOCKET);
		ck_assert_uint_eq(o.tracer_option_count, 1);
		ck_assert_str_eq(o.tracer_options[0], "-v");
	}
}
END_TEST

Suite *agent_suite(void)
{
	Suite *s = suite_create("agent");
	TCase *t = tcase_create("agent");

	tcase_add_loop_test(t, a_line_is_a_kill_or_is_refused, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(t, what_is_null_is_unknown);
	tcase_add_test(t, a_verdict_gives_the_scope);
	tcase_add_loop_test(t, lines_come_out_of_pieces, 0, sizeof(pieces) / sizeof(pieces[0]));
	tcase_add_test(t, a_full_queue_drops_and_counts);
	tcase_add_test(t, a_drop_is_said_once_a_minute);
	tcase_add_test(t, one_delivery_at_a_time);
	tcase_add_test(t, a_kill_that_was_delivered_is_passed_over);
	tcase_add_loop_test(t, a_record_of_the_journal, 0, sizeof(records) / sizeof(records[0]));
	tcase_add_test(t, a_full_socket_is_waited_for);
	tcase_add_loop_test(t, a_line_for_syslog, 0, 2);
	tcase_add_test(t, totals_are_there_from_the_start);
	tcase_add_test(t, a_kill_is_counted_by_container);
	tcase_add_test(t, a_restored_kill_gives_its_time_alone);
	tcase_add_test(t, series_are_bounded);
	tcase_add_test(t, labels_are_escaped);
	tcase_add_test(t, the_file_is_whole_and_readable);
	tcase_add_test(t, the_page_escapes);
	tcase_add_test(t, the_page_keeps_the_newest);
	tcase_add_test(t, deliveries_outlive_the_agent);
	tcase_add_loop_test(t, options_are_taken_or_refused, 0,
			    sizeof(command_lines) / sizeof(command_lines[0]));
	suite_add_tcase(s, t);
	return s;
}

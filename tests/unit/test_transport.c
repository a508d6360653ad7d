// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* kmsg/record, kmsg/transport: one line of the kernel's log, as it may come. */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kmsg/record.h"

Suite *transport_suite(void);

static char buffer[512];
static struct log_line line;

static int read_record(const char *record)
{
	strcpy(buffer, record);
	return log_line_record(&line, buffer, strlen(record));
}

#define assert_text(expected) do { \
	ck_assert_uint_eq(line.text.size, strlen(expected)); \
	ck_assert_mem_eq(line.text.data, expected, strlen(expected)); \
} while (0)

START_TEST(record_is_read)
{
	ck_assert_int_eq(read_record("6,2191,2498926505,-;memory: usage 1kB\n"), 0);
	ck_assert_int_eq(line.writer, LOG_WRITER_KERNEL);
	ck_assert_int_eq(line.sequence, 2191);
	ck_assert_int_eq(line.time_ns, 2498926505000);
	ck_assert_int_eq(line.time_unix_ns, EVENT_UNKNOWN);
	ck_assert_int_eq(line.caller, EVENT_UNKNOWN);
	ck_assert(!line.fragment && !line.torn);
	assert_text("memory: usage 1kB");
}
END_TEST

START_TEST(record_has_flags)
{
	ck_assert_int_eq(read_record("12,1,2,c,caller=T123;x;y\n SUBSYSTEM=pci\n"), 0);
	ck_assert_int_eq(line.writer, LOG_WRITER_OTHER);
	ck_assert_int_eq(line.caller, 123);
	ck_assert(line.fragment);
	assert_text("x;y");
	ck_assert_int_eq(read_record("6,1,2,-,new=1,caller=C2;x"), 0);
	ck_assert_int_eq(line.caller, ~INT64_C(2));
	ck_assert(!line.fragment);
}
END_TEST

START_TEST(record_is_unescaped)
{
	ck_assert_int_eq(read_record("6,1,2,-;a\\x0ab\\x5cc\\x\\xZ0\\xff\\x4"), 0);
	assert_text("a\nb\\c\\x\\xZ0\xff\\x4");
}
END_TEST

START_TEST(record_is_broken)
{
	static const char *const records[] = {
		"", ";", "6", "6,1,2,-", "6,1,2;x", "6,1,-;x", "x,1,2,-;x",
		"6,1,99999999999999999999,-;x", "6,1,9999999999999999,-;x",
	};

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		ck_assert_msg(read_record(records[i]) == -EBADMSG, "%s", records[i]);
}
END_TEST

/* ---- saved ------------------------------------------------------------------ */

/* 2026-11-24 00:08:56 UTC */
enum { WHEN = 1795478936 };
static const int64_t unix_ns = INT64_C(1000000000) * WHEN;

static const struct {
	const char *line, *text;
	int64_t time_ns, unix_ns;
	enum log_writer writer;
	int64_t caller;
} saved_lines[] = {
#define U EVENT_UNKNOWN
#define W LOG_WRITER_UNKNOWN
#define K LOG_WRITER_KERNEL
#define O LOG_WRITER_OTHER
	/* dmesg, -x, -r, -d, -H, -T, iso, colours, none; with the caller */
	{ "[ 3679.816823] text", "text", 3679816823000, U, W, U },
	{ "kern  :err   : [ 3679.816823] text", "text", 3679816823000, U, K, U },
	{ "user  :notice: [ 3679.816823] text", "text", 3679816823000, U, O, U },
	{ "authpriv:info  : [    0.000001] text", "text", 1000, U, O, U },
	{ "<3>[ 3679.816823] text", "text", 3679816823000, U, K, U },
	{ "<12>[ 3679.816823] text", "text", 3679816823000, U, O, U },
	{ "[ 3679.816823 <    0.000041>] text", "text", 3679816823000, U, W, U },
	{ "[  +0.000041] text", "text", U, U, W, U },
	{ "[Nov24 00:08] text", "text", U, U, W, U },
	{ "[Tue Nov 24 00:08:56 2026] text", "text", U, unix_ns, W, U },
	{ "2026-11-24T00:08:56,816823+00:00 text", "text", U, unix_ns + 816823000, W, U },
	{ "2026-11-24T01:38:56,000000+01:30 text", "text", U, unix_ns, W, U },
	{ "\x1b[32m[ 3679.816823] \x1b[0m\x1b[33mtext: \x1b[0m\x1b[31mmore\x1b[0m",
	  "text: more", 3679816823000, U, W, U },
	{ "text", "text", U, U, W, U },
	{ "[ 3679.816823][T12334] text", "text", 3679816823000, U, W, 12334 },
	{ "[ 3679.816823][   C1] text", "text", 3679816823000, U, W, ~INT64_C(1) },
	/* rows of the table of tasks begin with a bracket, too */
	{ "[ 3679.816823] [  18679]     0 18679", "[  18679]     0 18679", 3679816823000, U, W, U },
	{ "[  18679]     0 18679", "[  18679]     0 18679", U, U, W, U },
	{ "[  pid  ]   uid", "[  pid  ]   uid", U, U, W, U },
	/* journalctl -k -o short, short-precise, short-iso, -full, -unix, -monotonic */
	{ "Nov 24 00:08:56 host kernel: text", "text", U, unix_ns, K, U },
	{ "Nov 24 00:08:56.816823 host kernel: text", "text", U, unix_ns + 816823000, K, U },
	{ "2026-11-24T00:08:56+0000 host kernel: text", "text", U, unix_ns, K, U },
	{ "2026-11-23T17:08:56-0700 host kernel: text", "text", U, unix_ns, K, U },
	{ "2026-11-24T00:08:56Z host kernel: text", "text", U, unix_ns, K, U },
	{ "Tue 2026-11-24 00:08:56 UTC host kernel: text", "text", U, unix_ns, K, U },
	{ "1795478936.816823 host kernel: text", "text", U, unix_ns + 816823000, K, U },
	{ "[ 3679.816823] host kernel: text", "text", 3679816823000, U, K, U },
	/* the files of a syslog daemon, a serial console, a copy of /dev/kmsg */
	{ "Nov 24 00:08:56 host kernel: [ 3679.816823] text", "text", 3679816823000, unix_ns, K, U },
	{ "[ 3679.816823] text\r", "text", 3679816823000, U, W, U },
	{ "3,6298,3679816823,-;te\\x78t", "text", 3679816823000, U, K, U },
	/* not quite a prefix */
	{ "[ text", "[ text", U, U, W, U },
	{ "[12.x] text", "[12.x] text", U, U, W, U },
	{ "kern: info: text", "kern: info: text", U, U, W, U },
	{ "<x> text", "<x> text", U, U, W, U },
	{ "1.5 text", "1.5 text", U, U, W, U },
#undef U
#undef W
#undef K
#undef O
};

static struct transport *transport;

static const char *rest;		/* of the log that is read */
static size_t rest_size;

/* All of a log. */
static void give_bytes(const char *bytes, size_t size)
{
	transport_close(transport);
	transport = transport_open();
	transport_set_end(transport, unix_ns);
	rest = bytes;
	rest_size = size;
}

static void give(const char *log)
{
	give_bytes(log, strlen(log));
}

/* @line is the next one. */
static bool next(void)
{
	int result;

	while ((result = transport_next(transport, &line)) == -EAGAIN) {
		size_t size;
		uint8_t *room = transport_room(transport, &size);

		size = size < rest_size ? size : rest_size;
		memcpy(room, rest, size);
		transport_add(transport, size);
		rest += size;
		rest_size -= size;
	}
	return result == 1;
}

/* A log of one line, which is in @line then. */
static bool read_saved(const char *s)
{
	give(s);
	return next();
}

START_TEST(saved_is_read)
{
	ck_assert_msg(read_saved(saved_lines[_i].line), "%s", saved_lines[_i].line);
	assert_text(saved_lines[_i].text);
	ck_assert_int_eq(line.time_ns, saved_lines[_i].time_ns);
	ck_assert_int_eq(line.time_unix_ns, saved_lines[_i].unix_ns);
	ck_assert_int_eq(line.writer, saved_lines[_i].writer);
	ck_assert_int_eq(line.caller, saved_lines[_i].caller);
	ck_assert(!line.torn);
}
END_TEST

START_TEST(saved_by_another_program)
{
	static const char *const lines[] = {
		"Nov 24 00:08:56 host sshd[1]: text",
		"Nov 24 00:08:56 host kernel[77]: text",
		"Nov 24 00:08:56 host user.notice kernel: text",
		"2026-11-24T00:08:56.123Z host app 77 - - text",
		"<14>1 2026-11-24T00:08:56.123Z host kernel - - - text",
		"11-24 00:08:56.816  1234  1250 W lmkd    : text",
		"{\"MESSAGE\":\"text\",\"SYSLOG_IDENTIFIER\":\"kernel\",\"_TRANSPORT\":\"syslog\"}",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_msg(read_saved(lines[i]), "%s", lines[i]);
		ck_assert_msg(line.writer == LOG_WRITER_OTHER, "%s", lines[i]);
	}
}
END_TEST

/* Nobody says who wrote it: that is for the lines of a report to show. */
START_TEST(saved_by_somebody)
{
	ck_assert(read_saved("Nov 24 00:08:56 host text"));
	ck_assert_int_eq(line.writer, LOG_WRITER_UNKNOWN);
	ck_assert_int_eq(line.time_unix_ns, EVENT_UNKNOWN);
	assert_text("host text");
}
END_TEST

/* The day before yesterday has a year, tomorrow's is the last. */
START_TEST(saved_without_year)
{
	read_saved("Nov 22 00:08:56 host kernel: text");
	ck_assert_int_eq(line.time_unix_ns, unix_ns - 2 * INT64_C(86400000000000));
	ck_assert(line.year_guessed);
	read_saved("Nov 26 00:08:56 host kernel: text");
	ck_assert_int_eq(line.time_unix_ns, unix_ns - 363 * INT64_C(86400000000000));
	ck_assert(line.year_guessed);
	/* the last leap year was 2024 */
	read_saved("Feb 29 00:08:56 host kernel: text");
	ck_assert_int_eq(line.time_unix_ns, INT64_C(1709165336000000000));
	read_saved("2026-11-22T00:08:56+0000 host kernel: text");
	ck_assert(!line.year_guessed);
}
END_TEST

/* In summer New York has EDT; an hour that is there twice needs the zone. */
START_TEST(saved_in_local_time)
{
	static const struct {
		const char *line;
		int64_t unix_s;		/* -1: unknown */
	} dates[] = {
		{ "[Mon Nov 23 19:08:56 2026] text", WHEN },
		{ "Mon 2026-11-23 19:08:56 EST host kernel: text", WHEN },
		{ "Mon 2026-11-23 19:08:56 EDT host kernel: text", -1 },
		{ "Mon 2026-11-23 19:08:56 CET host kernel: text", -1 },
		{ "Tue 2026-11-24 00:08:56 GMT host kernel: text", WHEN },
		{ "Wed 2026-07-01 00:00:00 EDT host kernel: text", 1782878400 },
		{ "Wed 2026-07-01 00:00:00 EST host kernel: text", -1 },
		{ "Sun 2026-11-01 01:30:00 EDT host kernel: text", 1793511000 },
		{ "Sun 2026-11-01 01:30:00 EST host kernel: text", 1793514600 },
		{ "[Sun Nov  1 01:30:00 2026] text", -1 },
		{ "[Sun Mar  8 02:30:00 2026] text", -1 },
		{ "[Mon Feb 30 01:30:00 2026] text", -1 },
	};

	setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
	tzset();
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		ck_assert(read_saved(dates[i].line));
		ck_assert_msg(line.time_unix_ns == (dates[i].unix_s < 0 ? EVENT_UNKNOWN :
						    dates[i].unix_s * INT64_C(1000000000)),
			      "%s: %" PRId64, dates[i].line, line.time_unix_ns);
		assert_text("text");
	}
}
END_TEST

/* dmesg aligns the rest of a message that has a newline. */
START_TEST(saved_and_torn)
{
	give("[    1.000000] Killed process 1 (a\n"
	     "                b) total-vm:\n"
	     "[    1.000000] text\n");
	ck_assert(next() && next());
	ck_assert(line.torn);
	assert_text(" b) total-vm:");
	ck_assert(next());
	ck_assert(!line.torn);
}
END_TEST

/* ---- what could not be read ---------------------------------------------------- */

#define KILL	"Out of memory: Killed process 7 (tail) total-vm:8kB, anon-rss:4kB, " \
	"file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:56kB oom_score_adj:0"
#define HEADER	"tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
#define CPU	"CPU: 0 PID: 7 Comm: tail Not tainted 6.12.1 #1"

static const struct {
	const char *log;
	int lines;			/* of the kernel's, as far as is known */
	unsigned int quoted, unread, first;
} parts[] = {
	{ KILL "\n", 1, 0, 0, 0 },
	{ "[    1.000000] " KILL "\n", 1, 0, 0, 0 },
	{ HEADER "\n" CPU "\n", 2, 0, 0, 0 },
	/* other programs that quote a report */
	{ "Nov 24 00:08:56 host app[77]: " KILL "\n", 0, 1, 0, 0 },
	{ "Nov 24 00:08:56 host app: " KILL "\n", 0, 1, 0, 0 },
	{ "2026-11-24T00:08:56.1Z host app 77 - - " KILL "\n", 0, 1, 0, 0 },
	{ "2026-11-24T00:08:56+0000 app: " HEADER "\n"
	  "2026-11-24T00:08:56+0000 app: " CPU "\n"
	  "2026-11-24T00:08:56+0000 app: " KILL "\n", 0, 2, 0, 0 },
	{ "[    1.000000] host app: " KILL "\n[    1.000000] host app: " KILL "\n", 0, 2, 0, 0 },
	{ "app[77]: " KILL "\n", 0, 1, 0, 0 },
	{ "<14>[    1.000000] " KILL "\n", 0, 1, 0, 0 },
	{ "{\"MESSAGE\":\"" KILL "\",\"SYSLOG_IDENTIFIER\":\"app\",\"_PID\":\"77\"}\n", 0, 1, 0, 0 },
	{ "6,1,2,-;text\n12,2,3,-;" KILL "\n", 1, 1, 0, 0 },
	/* a prefix that nothing confirms */
	{ "[    1.000000] text\nx ~ " KILL "\n", 1, 0, 1, 2 },
	{ "x ~ " KILL "\nx ~ " KILL "\n", 2, 0, 0, 0 },
	{ "x ~ " KILL "\ny ~ " KILL "\n", 0, 0, 2, 1 },
	{ "x1 ~ " KILL "\nx22 ~ " KILL "\n", 2, 0, 0, 0 },
	{ "x1 " KILL "\nx1" KILL "\n", 0, 0, 2, 1 },
	/* a path in the kernel's message may be anything, and be there twice */
	{ "[    1.000000] cgroup: fork rejected by pids controller in /a/1/" KILL "\n"
	  "[    2.000000] cgroup: fork rejected by pids controller in /a/2/" KILL "\n", 0, 0, 2, 1 },
	{ "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x /a/" KILL "\"}\n"
	  "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x /a/" KILL "\"}\n", 0, 0, 2, 1 },
	/* lines without their ends */
	{ "[    1.000000] " HEADER "\r[    1.000001] " CPU "\r[    1.000002] " KILL "\r", 1, 0, 1, 1 },
	{ HEADER "\n", 0, 0, 1, 1 },
	{ "x ~ " HEADER "\n" CPU "\n", 1, 0, 1, 1 },
	/* a line of its own behind lines with a prefix goes on where a name broke */
	{ "[    1.000000] text\n" KILL "\n", 1, 0, 1, 2 },
	{ "[    1.000000] text\n\n" KILL "\n", 2, 0, 0, 0 },
	{ "```text\n" KILL "\n```\n", 1, 0, 0, 0 },
	{ "```" KILL "\n", 0, 0, 1, 1 },
	/* JSON that is none, or has no end */
	{ "{\"log\":\"" KILL "\n", 0, 0, 1, 1 },
	{ "{\"log\":\"" KILL "\"\n", 1, 0, 0, 0 },
	{ "{\"log\":\"" KILL "\"} x " KILL "\n", 1, 0, 1, 1 },
	{ "{\"anything\":\"" KILL "\"}\n", 1, 0, 0, 0 },
};

START_TEST(parts_of_reports)
{
	const struct transport_counts *c;
	int lines = 0;

	give(parts[_i].log);
	while (next())
		lines += line.writer != LOG_WRITER_OTHER;
	c = transport_counts(transport);
	ck_assert_msg(lines == parts[_i].lines && c->quoted == parts[_i].quoted &&
		      c->unread == parts[_i].unread && c->first_unread == parts[_i].first,
		      "%s: %d lines, %d quoted, %d unread, the first is %d", parts[_i].log, lines,
		      (int)c->quoted, (int)c->unread, (int)c->first_unread);
}
END_TEST

/* A name that looks like a prefix is not taken for one, nor a prefix for a name. */
START_TEST(header_of_a_strange_task)
{
	give("[    1.000000] a: [2.0] b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n"
	     "[    1.000001] " CPU "\n");
	ck_assert(next());
	ck_assert(!line.torn && !line.gap);
	assert_text("a: [2.0] b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0");
	give("[    1.000000] h kernel: b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n"
	     "[    1.000001] " CPU "\n");
	ck_assert(next());
	ck_assert(line.torn && line.gap);
	give("[    1.000000] vendor: " HEADER "\n[    1.000001] vendor: " CPU "\n");
	ck_assert(!next());
	ck_assert_uint_eq(transport_counts(transport)->quoted, 1);
	give("[    1.000000] vendor~ " HEADER "\n[    1.000001] vendor~ " CPU "\n");
	ck_assert(next());
	assert_text(HEADER);
	ck_assert(!line.torn && !line.gap);
}
END_TEST

/* ---- gaps ------------------------------------------------------------------------ */

static const struct {
	const char *before, *behind;
	bool gap;
} gaps[] = {
	{ "[    1.000000] a", "[    1.000001] b", false },
	{ "[    1.000001] a", "[    1.000000] b", false },	/* CPUs differ a little */
	{ "[    9.000001] a", "[    1.000000] b", true },
	{ "[    1.000000] a", "[    0.000000] Linux version 6.12.1", true },
	{ "[    1.000000] a", "[    1.000001] ** 23 printk messages dropped **", true },
	{ "[    1.000000] a", "** 23 printk messages dropped ** [    1.000001] b", true },
	{ "Nov 24 00:08:56 h kernel: a", "Nov 24 00:08:56 h kernel: b", false },
	{ "Nov 24 00:08:56 h kernel: a", "Nov 24 00:08:56 i kernel: b", true },
	{ "Nov 24 00:08:56 h kernel: a", "Nov 24 00:08:56 h systemd-journald[3]: Missed 23 kernel messages", true },
	{ "Nov 24 00:08:56 h kernel: a\n-- Boot 1f --", "Nov 24 00:08:56 h kernel: b", true },
	{ "x.log:[    1.000000] a", "y.log:[    1.000001] b", true },
	{ "x.log:7:[    1.000000] a", "x.log-8-[    1.000001] b", false },
	{ "x.log:7:[    1.000000] a\n--", "x.log:9:[    1.000001] b", true },
	{ "6,1,2,-;a", "6,2,3,-;b", false },
	{ "6,1,2,-;a", "6,3,4,-;b", true },
	{ "6,7,2,-;a", "6,1,3,-;b", true },
	{ "{\"MESSAGE\":\"a\",\"_BOOT_ID\":\"1\"}", "{\"MESSAGE\":\"b\",\"_BOOT_ID\":\"1\"}", false },
	{ "{\"MESSAGE\":\"a\",\"_BOOT_ID\":\"1\"}", "{\"MESSAGE\":\"b\",\"_BOOT_ID\":\"2\"}", true },
};

START_TEST(gaps_are_found)
{
	char log[256];

	snprintf(log, sizeof(log), "%s\n%s\n", gaps[_i].before, gaps[_i].behind);
	give(log);
	ck_assert(next());
	ck_assert(!line.gap);
	ck_assert(next());
	ck_assert_msg(line.gap == gaps[_i].gap, "%s", log);
	ck_assert(!next());
}
END_TEST

/* ---- what is no log -------------------------------------------------------------- */

START_TEST(what_is_no_log)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *what;	/* NULL: it is one */
	} files[] = {
#define FILE_OF(bytes, what)	{ bytes, sizeof(bytes) - 1, what }
		FILE_OF("", NULL),
		FILE_OF("[    1.000000] text\n", NULL),
		FILE_OF("nothing\nof it\n", "no line of a kernel's log"),
		FILE_OF("\x1f\x8b\x08\0\0\0\0\0\n", "gzip"),
		FILE_OF("\xfd" "7zXZ\0\n", "xz"),
		FILE_OF("\x28\xb5\x2f\xfd\n", "zstd"),
		FILE_OF("BZh91AY\n", "bzip2"),
		FILE_OF("PK\x03\x04\n", "zip"),
		FILE_OF("LPKSHHRH\n", "journalctl"),
		FILE_OF("\1\2\3\4\5\6\7\n\1\2\3\n", "binary data"),
		FILE_OF("{\"fprocess\":{\"comm\":\"a\"},\"tpid\":7}\n", "with -o json"),
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *what;

		give_bytes(files[i].bytes, files[i].size);
		while (next())
			;
		what = transport_foreign(transport);
		ck_assert_msg(files[i].what ? what && strstr(what, files[i].what) : !what,
			      "%zu: %s", i, what ? what : "a log");
	}
}
END_TEST

/* Nothing is read beyond a line that is too long, and nothing is lost behind it. */
START_TEST(long_lines)
{
	size_t size = 100000;
	char *log = malloc(size + 64);

	memset(log, 'x', size);
	strcpy(log + size, "\n[    1.000000] text\n");
	give(log);
	ck_assert(next());
	ck_assert_uint_le(line.text.size, 16384);
	ck_assert(next());
	assert_text("text");
	ck_assert(!next());
	free(log);
}
END_TEST

/* Part of a report that does not fit is said to be unread. */
START_TEST(words_that_do_not_fit)
{
	static const struct {
		const char *before, *behind;
		size_t size;
		unsigned int unread;
	} cuts[] = {
		{ "[    1.000000] ", "\n", 20000, 1 },
		{ "[    1.000000] ", "\n", 16384 - 15 - 20, 1 },
		{ "{\"log\":\"", "\"}\n", 9000, 1 },
		{ "{\"log\":\"", "\"}\n", 8192 - 20, 1 },
		{ "{\"log\":\"", "\"}\n", 40000, 1 },
		{ "{\"log\":\"", "", 9000, 1 },
		{ "MESSAGE=", "\n\n", 9000, 1 },
	};
	char *log = malloc(50000);

	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		char *to = log + sprintf(log, "%s%s", i == 6 ? "__CURSOR=s\n_TRANSPORT=kernel\n" : "",
					 cuts[i].before);

		memset(to, 'x', cuts[i].size);
		sprintf(to + cuts[i].size, "%s%s", KILL, cuts[i].behind);
		give(log);
		while (next())
			;
		ck_assert_msg(transport_counts(transport)->unread == cuts[i].unread, "%zu: %d", i,
			      (int)transport_counts(transport)->unread);
	}
	for (size_t i = 0; i < 2; i++) {
		char *to = log + sprintf(log, "__CURSOR=s\n_TRANSPORT=kernel\n%s\n",
					 i ? "COREDUMP" : "MESSAGE");

		memcpy(to, "\x20\x4e\0\0\0\0\0\0", 8);	/* 20000 */
		memset(to + 8, 'x', 20000);
		memcpy(to + 8 + 19000, KILL, strlen(KILL));
		memcpy(to + 8 + 20000, "\n\n", 2);
		give_bytes(log, (size_t)(to - log) + 8 + 20000 + 2);
		while (next())
			;
		ck_assert_uint_eq(transport_counts(transport)->unread, !i);
	}
	free(log);
}
END_TEST

static void utc(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
}

Suite *transport_suite(void)
{
	Suite *s = suite_create("transport");
	TCase *record = tcase_create("record"), *saved = tcase_create("saved");

	tcase_add_test(record, record_is_read);
	tcase_add_test(record, record_has_flags);
	tcase_add_test(record, record_is_unescaped);
	tcase_add_test(record, record_is_broken);
	suite_add_tcase(s, record);
	tcase_add_checked_fixture(saved, utc, NULL);
	tcase_add_loop_test(saved, saved_is_read, 0,
			    (int)(sizeof(saved_lines) / sizeof(saved_lines[0])));
	tcase_add_test(saved, saved_by_another_program);
	tcase_add_test(saved, saved_by_somebody);
	tcase_add_test(saved, saved_without_year);
	tcase_add_test(saved, saved_in_local_time);
	tcase_add_test(saved, saved_and_torn);
	tcase_add_loop_test(saved, parts_of_reports, 0, (int)(sizeof(parts) / sizeof(parts[0])));
	tcase_add_test(saved, header_of_a_strange_task);
	tcase_add_loop_test(saved, gaps_are_found, 0, (int)(sizeof(gaps) / sizeof(gaps[0])));
	tcase_add_test(saved, what_is_no_log);
	tcase_add_test(saved, words_that_do_not_fit);
	tcase_add_test(saved, long_lines);
	suite_add_tcase(s, saved);
	return s;
}

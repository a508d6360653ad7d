// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * One invented report in all the forms of tests/data/saved: the same kill comes
 * out of each, with its time as far as that form tells it.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kmsg/report_event.h"

Suite *saved_suite(void);

/* 2026-11-24T00:08:56.816841Z, and of the kernel's clock: the kill's line is the 19th */
#define DATE_S		INT64_C(1795478936)
#define DATE_NS		(DATE_S * 1000000000)
#define CLOCK_NS	INT64_C(3679816841000)
/* 2026-11-24T12:00:00Z */
#define END_NS		INT64_C(1795521600000000000)

enum date { NO_DATE, SECONDS, MILLISECONDS, MICROSECONDS };

static const struct {
	const char *name;
	enum date date;
	bool has_clock;
	bool year_guessed;
} forms[] = {
	{ "amlogic", NO_DATE, true, false },
	{ "bom", NO_DATE, true, false },
	{ "busybox", SECONDS, false, true },
	{ "cat-n", NO_DATE, true, false },
	{ "cat", NO_DATE, false, false },
	{ "cloudwatch-json", SECONDS, true, true },
	{ "cloudwatch-nested", SECONDS, true, true },
	{ "cloudwatch-stamp", SECONDS, false, true },
	{ "cloudwatch-tail", SECONDS, true, true },
	{ "compose", NO_DATE, true, false },
	{ "cri-json", MICROSECONDS, true, false },
	{ "cri", NO_DATE, true, false },
	{ "crlf", SECONDS, false, true },
	{ "csv", NO_DATE, false, false },
	{ "dmesg-H", NO_DATE, false, false },
	{ "dmesg-J", NO_DATE, true, false },
	{ "dmesg-Jx", NO_DATE, true, false },
	{ "dmesg-T-de", SECONDS, false, false },
	{ "dmesg-T-fr", SECONDS, false, false },
	{ "dmesg-T-ja", SECONDS, false, false },
	{ "dmesg-T-pl", NO_DATE, false, false },
	{ "dmesg-T-ru", SECONDS, false, false },
	{ "dmesg-T", SECONDS, false, false },
	{ "dmesg-caller", NO_DATE, true, false },
	{ "dmesg-color", NO_DATE, true, false },
	{ "dmesg-d", NO_DATE, true, false },
	{ "dmesg-iso", MICROSECONDS, false, false },
	{ "dmesg-r", NO_DATE, true, false },
	{ "dmesg-t", NO_DATE, false, false },
	{ "dmesg-x", NO_DATE, true, false },
	{ "dmesg", NO_DATE, true, false },
	{ "docker-json-syslog", SECONDS, false, true },
	{ "docker-json", NO_DATE, true, false },
	{ "elastic", SECONDS, false, true },
	{ "empty-lines", NO_DATE, true, false },
	{ "export-binary", MICROSECONDS, false, false },
	{ "export", MICROSECONDS, true, false },
	{ "fenced", NO_DATE, true, false },
	{ "grep-C", SECONDS, false, true },
	{ "grep-H", NO_DATE, true, false },
	{ "grep-Hn", SECONDS, false, true },
	{ "grep-color", NO_DATE, true, false },
	{ "grep-n", NO_DATE, true, false },
	{ "huawei", NO_DATE, true, false },
	{ "indented-bare", NO_DATE, false, false },
	{ "indented", NO_DATE, true, false },
	{ "json-bytes", MICROSECONDS, false, false },
	{ "json-pretty", MICROSECONDS, true, false },
	{ "json-seq", MICROSECONDS, true, false },
	{ "json-sse", MICROSECONDS, true, false },
	{ "json", MICROSECONDS, true, false },
	{ "kmsg", NO_DATE, true, false },
	{ "kubectl-prefix", NO_DATE, true, false },
	{ "kubectl-timestamps", NO_DATE, true, false },
	{ "logcat-brief", NO_DATE, false, false },
	{ "logcat-tag", MILLISECONDS, false, true },
	{ "logcat", MILLISECONDS, false, true },
	{ "logcli", SECONDS, true, true },
	{ "loki-api", NO_DATE, true, false },
	{ "loki-jsonl", NO_DATE, true, false },
	{ "mediatek-module", NO_DATE, true, false },
	{ "mediatek", NO_DATE, true, false },
	{ "netconsole-extended", NO_DATE, true, false },
	{ "netconsole-release", NO_DATE, true, false },
	{ "netconsole-syslog", SECONDS, true, true },
	{ "netconsole", NO_DATE, true, false },
	{ "no-last-newline", NO_DATE, true, false },
	{ "openwrt", SECONDS, true, false },
	{ "pdsh", NO_DATE, false, false },
	{ "quoted-bare", NO_DATE, false, false },
	{ "quoted-twice", SECONDS, false, true },
	{ "quoted", NO_DATE, true, false },
	{ "rfc3164", SECONDS, false, true },
	{ "rfc5424-file", MICROSECONDS, false, false },
	{ "rfc5424", MICROSECONDS, false, false },
	{ "rsyslog-json", MICROSECONDS, false, false },
	{ "samsung", NO_DATE, true, false },
	{ "serial", NO_DATE, true, false },
	{ "short-fi", SECONDS, false, true },
	{ "short-fr", SECONDS, false, true },
	{ "short-full-de", SECONDS, false, false },
	{ "short-full", SECONDS, false, false },
	{ "short-iso-precise", MICROSECONDS, false, false },
	{ "short-iso", SECONDS, false, false },
	{ "short-monotonic", NO_DATE, true, false },
	{ "short-no-hostname", SECONDS, false, true },
	{ "short-precise", MICROSECONDS, false, true },
	{ "short-unix", MICROSECONDS, false, false },
	{ "short-zh", SECONDS, false, true },
	{ "short", SECONDS, false, true },
	{ "stern", NO_DATE, true, false },
	{ "syslog-iso", MICROSECONDS, true, false },
	{ "syslog-no-blank", SECONDS, true, true },
	{ "syslog", SECONDS, true, true },
	{ "tabs", SECONDS, false, true },
	{ "talos-node", MICROSECONDS, false, false },
	{ "talos", MICROSECONDS, false, false },
	{ "trailing-blanks", NO_DATE, true, false },
	{ "unknown-key", NO_DATE, true, false },
	{ "unknown-time", NO_DATE, false, false },
	{ "unknown", NO_DATE, false, false },
	{ "utf16be-bom", SECONDS, false, true },
	{ "utf16le-bom", NO_DATE, true, false },
	{ "utf16le", NO_DATE, true, false },
	{ "verbose", MICROSECONDS, true, false },
	{ "with-unit", SECONDS, false, false },
	{ "xiaomi", NO_DATE, true, false },
};

static const int64_t dates[] = {
	[NO_DATE] = EVENT_UNKNOWN,
	[SECONDS] = DATE_NS,
	[MILLISECONDS] = DATE_NS + 816000000,
	[MICROSECONDS] = DATE_NS + 816841000,
};

static struct report report;
static struct report_victim victim;
static struct oom_event event;
static struct transport *transport;

static int show(int complete)
{
	static const struct decode_host host = {
		.unix_minus_boot_ns = EVENT_UNKNOWN, .unix_minus_mono_ns = EVENT_UNKNOWN,
	};

	if (!complete)
		return 0;
	victim = report.kill.victim;
	event_init(&event);
	report_decode(&event, &report.kill, &host);
	return 1;
}

/* Reads a file to its end. How many kills; the last of them is in @event and @victim. */
static int read_log(FILE *f)
{
	struct log_line line;
	int result, kills = 0;

	transport_close(transport);
	transport = transport_open();
	transport_set_end(transport, END_NS);
	report_init(&report);
	while ((result = transport_next(transport, &line)) != 0) {
		if (result == -EAGAIN) {
			size_t size;
			uint8_t *room = transport_room(transport, &size);

			transport_add(transport, fread(room, 1, size, f));
			continue;
		}
		ck_assert_int_eq(result, 1);
		kills += show(report_line(&report, &line));
	}
	return kills + show(report_flush(&report));
}

static int read_form(const char *name)
{
	char path[128];
	FILE *f;
	int result;

	snprintf(path, sizeof(path), TEST_DATA "/saved/%s.log", name);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s is missing", path);
	result = read_log(f);
	fclose(f);
	return result;
}

static void utc(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
}

START_TEST(same_kill)
{
	const char *name = forms[_i].name;

	ck_assert_msg(read_form(name) == 1, "%s: not one kill", name);
	ck_assert_msg(event.target.tid == 4712 && event.target.tgid == 4712, "%s", name);
	ck_assert_str_eq(event.target.comm, "cache");
	ck_assert_int_eq(event.target.uid, 1000);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 62000 * 1024);
	ck_assert_int_eq(event.victim.pgtables_bytes, 160 * 1024);
	ck_assert_msg(event.victim.cgroup && !strcmp(event.victim.cgroup, "/shop/web/cache"), "%s", name);
	ck_assert_msg(event.trigger.comm && !strcmp(event.trigger.comm, "web-worker"), "%s", name);
	ck_assert_msg(event.trigger.tid == 4711 && event.trigger.tgid == 4711, "%s", name);
	ck_assert_int_eq(event.oom.cpu, 1);
	ck_assert_int_eq(event.oom.gfp_mask, 0xcc0);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_str_eq(event.oom.memcg, "/shop/web");
	ck_assert_int_eq(event.oom.limiting_level, 1);
	ck_assert_int_eq(event.oom.levels[1].max_bytes, 64 << 20);
	ck_assert_int_eq(event.oom.levels[1].swap_max_bytes, 0);
	ck_assert_uint_eq(transport_counts(transport)->unread, 0);
	ck_assert_uint_eq(transport_counts(transport)->quoted, 0);
	ck_assert_msg(!transport_foreign(transport), "%s", name);
}
END_TEST

START_TEST(time_as_far_as_it_is_told)
{
	const char *name = forms[_i].name;
	int64_t clock_ns = forms[_i].has_clock ? CLOCK_NS : EVENT_UNKNOWN;

	ck_assert_int_eq(read_form(name), 1);
	ck_assert_msg(victim.time_unix_ns == dates[forms[_i].date],
		      "%s: %" PRId64, name, victim.time_unix_ns);
	ck_assert_msg(victim.time_ns == clock_ns,
		      "%s: %" PRId64, name, victim.time_ns);
	ck_assert_msg(event.year_guessed == (forms[_i].date == NO_DATE ? EVENT_UNKNOWN :
					     forms[_i].year_guessed), "%s", name);
}
END_TEST

/* No file is without a test. */
START_TEST(all_files)
{
	DIR *dir = opendir(TEST_DATA "/saved");
	const struct dirent *entry;
	size_t count = 0;

	ck_assert(dir != NULL);
	while ((entry = readdir(dir)))
		count += strstr(entry->d_name, ".log") != NULL;
	closedir(dir);
	ck_assert_uint_eq(count, sizeof(forms) / sizeof(forms[0]));
}
END_TEST

Suite *saved_suite(void)
{
	Suite *s = suite_create("saved");
	TCase *t = tcase_create("saved");
	int count = (int)(sizeof(forms) / sizeof(forms[0]));

	tcase_add_checked_fixture(t, utc, NULL);
	tcase_add_loop_test(t, same_kill, 0, count);
	tcase_add_loop_test(t, time_as_far_as_it_is_told, 0, count);
	tcase_add_test(t, all_files);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Golden files in tests/data/golden: one for each event, mode and width.
 * GOLDEN=write writes them anew, to be read before they are kept.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "output/output.h"
#include "sample.h"

Suite *output_suite(void);

static struct output out;
static struct oom_event event;
static struct selection selected;
static char got[2 * OUTPUT_LINE_SIZE];

/* @set is one of the sets, or, for all modes, words as of --fields. */
static void choose(enum output_mode mode, const char *set)
{
	if (set && strchr(set, ','))
		ck_assert_int_eq(selection_change(&selected, set, NULL), 0);
	else if (mode == OUTPUT_COLUMNS)
		ck_assert_int_eq(selection_set(&selected, set, NULL), 0);
	else
		selection_all(&selected);
}

/* A zone by rule, with summer time, that needs no files: +02:00, +03:00. */
static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
}

/* What is written to the returned descriptor can be read back. */
static int open_scratch(void)
{
	char name[] = "/tmp/trace_oomkill-test-XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	unlink(name);
	return fd;
}

static const char *read_back(int fd)
{
	ssize_t n = pread(fd, got, sizeof(got) - 1, 0);

	ck_assert_int_ge(n, 0);
	got[n] = '\0';
	return got;
}

/* ---- golden files ---- */

static const struct {
	const char *name;
	void (*make)(struct oom_event *e);
	enum output_mode mode;
	const char *set;
	unsigned int width;
} golden[] = {
	{ "full.txt", sample_full, OUTPUT_COLUMNS, "default", 0 },
	{ "full-132.txt", sample_full, OUTPUT_COLUMNS, "default", 132 },
	{ "full-80.txt", sample_full, OUTPUT_COLUMNS, "default", 80 },
	{ "full-40.txt", sample_full, OUTPUT_COLUMNS, "default", 40 },
	{ "full-1.txt", sample_full, OUTPUT_COLUMNS, "default", 1 },
	{ "full-k8s.txt", sample_full, OUTPUT_COLUMNS, "k8s", 0 },
	{ "full-k8s-100.txt", sample_full, OUTPUT_COLUMNS, "k8s", 100 },
	{ "full-wide.txt", sample_full, OUTPUT_COLUMNS, "wide", 0 },
	{ "full-wide-200.txt", sample_full, OUTPUT_COLUMNS, "wide", 200 },
	{ "full.json", sample_full, OUTPUT_JSON, NULL, 0 },
	{ "full.pretty.json", sample_full, OUTPUT_JSONPRETTY, NULL, 80 },
	{ "full.yaml", sample_full, OUTPUT_YAML, NULL, 0 },
	{ "unknown.txt", event_init, OUTPUT_COLUMNS, "default", 0 },
	{ "unknown-wide.txt", event_init, OUTPUT_COLUMNS, "wide", 0 },
	{ "unknown.json", event_init, OUTPUT_JSON, NULL, 0 },
	{ "unknown.yaml", event_init, OUTPUT_YAML, NULL, 0 },
	{ "hostile.txt", sample_hostile, OUTPUT_COLUMNS, "default", 0 },
	{ "hostile-80.txt", sample_hostile, OUTPUT_COLUMNS, "default", 80 },
	{ "hostile.json", sample_hostile, OUTPUT_JSON, NULL, 0 },
	{ "hostile.yaml", sample_hostile, OUTPUT_YAML, NULL, 0 },
	{ "hostile-fields.txt", sample_hostile, OUTPUT_COLUMNS,
	  "timestamp,oom.gfp_mask,tprocess.exiting,source,oom.order,oom.constraint,"
	  "tprocess.parent.comm,tpid", 0 },
	{ "full-fields.txt", sample_full, OUTPUT_COLUMNS,
	  "oom.usage_bytes,oom.levels,k8s.hostnetwork", 0 },
	{ "full-fields-60.txt", sample_full, OUTPUT_COLUMNS,
	  "oom.usage_bytes,oom.levels,tprocess.exiting", 60 },
	{ "deep-wide.txt", sample_deep, OUTPUT_COLUMNS, "wide", 0 },
	{ "deep.json", sample_deep, OUTPUT_JSON, NULL, 0 },
};

static void compare_golden(const char *name, const char *text)
{
	char path[128], kept[2 * OUTPUT_LINE_SIZE];
	const char *want = getenv("GOLDEN");
	bool write_it = want && !strcmp(want, "write");
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), TEST_DATA "/golden/%s", name);
	f = fopen(path, write_it ? "w" : "r");
	ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
	if (write_it) {
		fputs(text, f);
		fclose(f);
		return;
	}
	n = fread(kept, 1, sizeof(kept) - 1, f);
	kept[n] = '\0';
	fclose(f);
	for (n = 0; kept[n] && kept[n] == text[n]; n++)
		;
	ck_assert_msg(!strcmp(kept, text), "%s, byte %zu\nexpected: %.300s\n"
		      "got: %.300s", path, n, kept + n, text + n);
}

START_TEST(is_as_golden)
{
	int fd = open_scratch();

	set_zone("EET-2EEST,M3.5.0/3,M10.5.0/4");
	choose(golden[_i].mode, golden[_i].set);
	golden[_i].make(&event);
	ck_assert_int_eq(output_open(&out, golden[_i].mode, &selected, fd,
				     golden[_i].width, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	compare_golden(golden[_i].name, read_back(fd));
	close(fd);
}
END_TEST

/* No line of a table is wider than the terminal, whatever the width is. */
START_TEST(columns_fit_every_terminal)
{
	static const char *const sets[] = { "default", "k8s", "wide" };
	unsigned int width = (unsigned int)_i;

	for (size_t i = 0; i < 3; i++) {
		int fd = open_scratch();
		char *line, *save;

		choose(OUTPUT_COLUMNS, sets[i]);
		ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected,
					     fd, width, NULL), 0);
		sample_full(&event);
		output_event(&out, &event, NULL);
		sample_hostile(&event);
		output_event(&out, &event, NULL);
		read_back(fd);
		close(fd);
		for (line = strtok_r(got, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			ck_assert_uint_le(text_width(line, strlen(line)), width);
	}
}
END_TEST

START_TEST(a_resized_terminal_is_fitted)
{
	int fd = open_scratch();
	char *row;

	choose(OUTPUT_COLUMNS, "default");
	output_open(&out, OUTPUT_COLUMNS, &selected, fd, 200, NULL);
	sample_full(&event);
	output_resize(&out, 60);
	output_event(&out, &event, NULL);
	row = strchr(read_back(fd), '\n') + 1;
	ck_assert_uint_eq(text_width(row, strlen(row) - 1), 60);
	close(fd);
}
END_TEST

START_TEST(list_has_each_field)
{
	static const enum output_mode modes[] = { OUTPUT_COLUMNS, OUTPUT_YAML };

	for (size_t m = 0; m < 2; m++) {
		int fd = open_scratch();

		ck_assert_int_eq(output_list_fields(modes[m], fd, NULL), 0);
		read_back(fd);
		for (size_t i = 0; i < field_count; i++) {
			ck_assert(strstr(got, fields[i].name) != NULL);
			ck_assert(strstr(got, fields[i].about) != NULL);
		}
		close(fd);
	}
}
END_TEST

START_TEST(list_is_json_for_machines)
{
	int fd = open_scratch();
	json_t *list;

	ck_assert_int_eq(output_list_fields(OUTPUT_JSON, fd, NULL), 0);
	list = json_loads(read_back(fd), 0, NULL);
	ck_assert_uint_eq(json_array_size(list), field_count);
	for (size_t i = 0; i < field_count; i++)
		ck_assert_str_eq(json_string_value(json_object_get(
			json_array_get(list, i), "name")), fields[i].name);
	json_decref(list);
	close(fd);
}
END_TEST

START_TEST(list_is_nothing_in_mode_none)
{
	int fd = open_scratch();

	ck_assert_int_eq(output_list_fields(OUTPUT_NONE, fd, NULL), 0);
	ck_assert_str_eq(read_back(fd), "");
	close(fd);
}
END_TEST

/* ---- JSON, as a reader sees it ---- */

static json_t *event_as_json(enum output_mode mode)
{
	int fd = open_scratch();
	json_error_t error;
	json_t *json;

	ck_assert_int_eq(output_open(&out, mode, &selected, fd, 0, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	read_back(fd);
	close(fd);
	if (mode == OUTPUT_JSON)	/* one line, and it ends there */
		ck_assert_ptr_eq(strchr(got, '\n'), got + strlen(got) - 1);
	json = json_loads(got, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(json != NULL, "%s: %s", error.text, got);
	return json;
}

START_TEST(keys_are_sorted)
{
	json_t *json;
	char *sorted;

	selection_all(&selected);
	sample_deep(&event);
	json = event_as_json(OUTPUT_JSON);
	sorted = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
	got[strlen(got) - 1] = '\0';
	ck_assert_str_eq(got, sorted);
	free(sorted);
	json_decref(json);
}
END_TEST

START_TEST(pretty_is_the_same)
{
	json_t *one, *other;

	selection_all(&selected);
	sample_hostile(&event);
	one = event_as_json(OUTPUT_JSON);
	other = event_as_json(OUTPUT_JSONPRETTY);
	ck_assert(json_equal(one, other));
	json_decref(one);
	json_decref(other);
}
END_TEST

START_TEST(fields_restrict_json)
{
	choose(OUTPUT_JSON, "tpid,fprocess.parent.pid,pages,fprocess.comm,"
	       "oom.cpu");
	sample_full(&event);
	json_decref(event_as_json(OUTPUT_JSON));
	ck_assert_str_eq(got, "{\"fprocess\":{\"comm\":\"tail\",\"parent\":"
			 "{\"pid\":733470}},\"oom\":{\"cpu\":3},"
			 "\"pages\":262144,\"tpid\":733501}\n");
}
END_TEST

/* ---- the longest line ---- */

static size_t count_leaves(json_t *value)
{
	size_t count = 0;
	const char *key;
	json_t *child;

	if (!json_is_object(value))
		return 1;
	json_object_foreach(value, key, child)
		count += count_leaves(child);
	return count;
}

/* 0x01: six bytes each in JSON. U+202E: two for one. 0xff: three for one. */
START_TEST(the_worst_event_is_a_whole_line)
{
	static const char bytes[] = { 0x01, '"', (char)0xff, 'x' };
	static const enum output_mode modes[] = {
		OUTPUT_JSON, OUTPUT_JSONPRETTY,
	};

	selection_all(&selected);
	for (size_t b = 0; b < sizeof(bytes); b++)
		for (size_t m = 0; m < 2; m++) {
			json_t *json;

			sample_worst(&event, bytes[b]);
			json = event_as_json(modes[m]);
			ck_assert_uint_eq(count_leaves(json), field_count);
			ck_assert_uint_eq(json_array_size(json_object_get(
				json_object_get(json, "oom"), "levels")),
				EVENT_LEVELS);
			json_decref(json);
		}
}
END_TEST

START_TEST(the_worst_row_is_a_whole_line)
{
	static const enum output_mode modes[] = { OUTPUT_COLUMNS, OUTPUT_YAML };

	selection_all(&selected);
	sample_worst(&event, 0x01);
	for (size_t m = 0; m < 2; m++) {
		int fd = open_scratch();

		ck_assert_int_eq(output_open(&out, modes[m], &selected, fd, 0,
					     NULL), 0);
		ck_assert_int_eq(output_event(&out, &event, NULL), 0);
		read_back(fd);
		ck_assert_int_eq(got[strlen(got) - 1], '\n');
		ck_assert_ptr_nonnull(strstr(got, "0001" TEXT_ELLIPSIS) ?:
				      strstr(got, "x01" TEXT_ELLIPSIS));
		close(fd);
	}
}
END_TEST

START_TEST(a_cut_string_ends_at_a_character)
{
	json_t *json;
	const char *labels;
	size_t len;

	selection_all(&selected);
	sample_worst(&event, 0x01);
	for (size_t i = 0; i + 3 < sizeof(event.text); i += 3)
		memcpy(event.text + i, "\xe6\xbc\xa2", 3);
	event.text[EVENT_TEXT_SIZE - 1] = '\0';
	json = event_as_json(OUTPUT_JSON);
	labels = json_string_value(json_object_get(json_object_get(json, "k8s"),
						   "podLabels"));
	len = strlen(labels);
	ck_assert_uint_gt(len, 30);
	ck_assert_str_eq(labels + len - 6, "\xe6\xbc\xa2" TEXT_ELLIPSIS);
	ck_assert_ptr_null(strstr(labels, "\xef\xbf\xbd"));
	json_decref(json);
}
END_TEST

/* All levels with names of 255 bytes, the longest path there is, uncut. */
START_TEST(the_longest_path_is_not_cut)
{
	static char name[256], path[EVENT_LEVELS * 256 + 1];
	json_t *json;

	memset(name, 'n', 255);
	for (size_t i = 0; i < EVENT_LEVELS; i++)
		snprintf(path + i * 256, 257, "/%s", name);
	selection_all(&selected);
	sample_deep(&event);
	event.victim.cgroup = event.oom.memcg = path;
	for (size_t i = 0; i < EVENT_LEVELS; i++)
		event.oom.levels[i].name = name;
	json = event_as_json(OUTPUT_JSON);
	ck_assert_str_eq(json_string_value(json_object_get(
		json_object_get(json, "tprocess"), "cgroup")), path);
	json_decref(json);
}
END_TEST

/* ---- time ---- */

static const struct {
	const char *zone;
	int64_t ns;
	const char *text;
} times[] = {
	{ "UTC0", 1787293246123456789, "2026-08-21T06:20:46.123456789Z" },
	{ "MSK-3", 1787293246123456789, "2026-08-21T09:20:46.123456789+03:00" },
	{ "NST3:30", 1787293246123456789, "2026-08-21T02:50:46.123456789-03:30" },
	{ "XXX0:15", 0, "1969-12-31T23:45:00.000000000-00:15" },
	{ "UTC0", 1, "1970-01-01T00:00:00.000000001Z" },
	{ "UTC0", -1, "1969-12-31T23:59:59.999999999Z" },
	{ "UTC0", INT64_MAX, "2262-04-11T23:47:16.854775807Z" },
};

START_TEST(writes_times)
{
	char expected[64];
	int fd = open_scratch();

	set_zone(times[_i].zone);
	selection_all(&selected);
	ck_assert_int_eq(selection_change(&selected, "timestamp", NULL), 0);
	event_init(&event);
	event.time_unix_ns = times[_i].ns;
	output_open(&out, OUTPUT_JSON, &selected, fd, 0, NULL);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	snprintf(expected, sizeof(expected), "{\"timestamp\":\"%s\"}\n",
		 times[_i].text);
	ck_assert_str_eq(read_back(fd), expected);
	close(fd);
}
END_TEST

/* ---- writing ---- */

/* A packet is what one write() carried. */
START_TEST(one_event_is_one_write)
{
	static const enum output_mode modes[] = {
		OUTPUT_COLUMNS, OUTPUT_JSON, OUTPUT_JSONPRETTY, OUTPUT_YAML,
	};
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	for (size_t m = 0; m < 4; m++) {
		ssize_t n;

		choose(modes[m], "default");
		sample_deep(&event);
		output_open(&out, modes[m], &selected, fds[1], 0, NULL);
		if (modes[m] == OUTPUT_COLUMNS) {
			n = recv(fds[0], got, sizeof(got), MSG_DONTWAIT);
			ck_assert_int_gt(n, 0);
			ck_assert(!memcmp(got, "RUNTIME.CONTAINERNAME", 21));
			ck_assert_int_eq(got[n - 1], '\n');
		}
		ck_assert_int_eq(output_event(&out, &event, NULL), 0);
		n = recv(fds[0], got, sizeof(got), MSG_DONTWAIT);
		ck_assert_int_gt(n, 1);
		ck_assert_int_eq(got[n - 1], '\n');
		n = recv(fds[0], got, sizeof(got), MSG_DONTWAIT);
		ck_assert_int_eq(n, -1);
	}
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(none_writes_nothing)
{
	int fd = open_scratch();

	choose(OUTPUT_NONE, NULL);
	sample_full(&event);
	ck_assert_int_eq(output_open(&out, OUTPUT_NONE, &selected, fd, 0, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	ck_assert_str_eq(read_back(fd), "");
	close(fd);
}
END_TEST

START_TEST(a_gone_reader_is_an_error)
{
	struct fault f = { 0 };
	char message[200];
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(fds), 0);
	close(fds[0]);
	choose(OUTPUT_JSON, NULL);
	event_init(&event);
	ck_assert_int_eq(output_open(&out, OUTPUT_JSON, &selected, fds[1], 0, &f), 0);
	ck_assert_int_eq(output_event(&out, &event, &f), -EPIPE);
	fault_format(&f, message, sizeof(message));
	ck_assert_str_eq(message, "write the output: whoever read it is gone");
	close(fds[1]);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	struct fault f = { 0 };
	int fd = open("/dev/full", O_WRONLY);

	ck_assert_int_ge(fd, 0);
	choose(OUTPUT_COLUMNS, "default");
	ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected, fd, 0, &f),
			 -ENOSPC);
	ck_assert_int_eq(f.error, ENOSPC);
	close(fd);
}
END_TEST

/* Sleeps, as it does in a write() for which there is no room. */
static void await_sleep(pid_t pid)
{
	char path[40], stat[256];
	const char *state;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	do {
		fd = open(path, O_RDONLY);
		n = read(fd, stat, sizeof(stat) - 1);
		close(fd);
		stat[n > 0 ? n : 0] = '\0';
		state = strrchr(stat, ')');
	} while (!state || state[2] != 'S');
}

/* Reads all of @fd, interrupting the parent's write before each piece. */
static void read_slowly(int fd, pid_t parent)
{
	char piece[1000];
	ssize_t n;
	bool ended = false;

	while (!ended) {
		await_sleep(parent);
		kill(parent, SIGUSR1);
		await_sleep(parent);
		n = read(fd, piece, sizeof(piece));
		ended = n <= 0 || memchr(piece, '\n', (size_t)n);
	}
	_exit(n > 0 && piece[n - 1] == '\n' ? 0 : 1);
}

static void take_note(int signal_number)
{
	(void)signal_number;
}

/* Blocking (0) and not: a pipe that takes a page at a time, and signals. */
START_TEST(a_line_survives_a_slow_reader)
{
	struct sigaction action = { .sa_handler = take_note };
	int fds[2], status;
	pid_t child;

	sigaction(SIGUSR1, &action, NULL);
	ck_assert_int_eq(pipe2(fds, _i ? O_NONBLOCK : 0), 0);
	ck_assert_int_gt(fcntl(fds[1], F_SETPIPE_SZ, 4096), 0);
	fcntl(fds[0], F_SETFL, 0);
	child = fork();
	if (!child) {
		close(fds[1]);
		read_slowly(fds[0], getppid());
	}
	close(fds[0]);
	choose(OUTPUT_JSON, NULL);
	sample_worst(&event, 'x');
	ck_assert_int_eq(output_open(&out, OUTPUT_JSON, &selected, fds[1], 0,
				     NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	close(fds[1]);
	while (waitpid(child, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(a_file_is_no_terminal)
{
	int fd = open_scratch();

	ck_assert_uint_eq(output_terminal_width(fd), 0);
	ck_assert_uint_eq(output_terminal_width(-1), 0);
	close(fd);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

static TCase *make_forms(void)
{
	TCase *c = tcase_create("forms");

	tcase_add_loop_test(c, is_as_golden, 0, COUNT(golden));
	tcase_add_loop_test(c, columns_fit_every_terminal, 1, 260);
	tcase_add_test(c, a_resized_terminal_is_fitted);
	tcase_add_test(c, list_has_each_field);
	tcase_add_test(c, list_is_json_for_machines);
	tcase_add_test(c, list_is_nothing_in_mode_none);
	tcase_add_test(c, keys_are_sorted);
	tcase_add_test(c, pretty_is_the_same);
	tcase_add_test(c, fields_restrict_json);
	tcase_add_test(c, the_worst_event_is_a_whole_line);
	tcase_add_test(c, the_worst_row_is_a_whole_line);
	tcase_add_test(c, a_cut_string_ends_at_a_character);
	tcase_add_test(c, the_longest_path_is_not_cut);
	tcase_add_loop_test(c, writes_times, 0, COUNT(times));
	return c;
}

static TCase *make_writing(void)
{
	TCase *c = tcase_create("writing");

	tcase_add_test(c, one_event_is_one_write);
	tcase_add_test(c, none_writes_nothing);
	tcase_add_test(c, a_gone_reader_is_an_error);
	tcase_add_test(c, a_full_disk_is_an_error);
	tcase_add_loop_test(c, a_line_survives_a_slow_reader, 0, 2);
	tcase_add_test(c, a_file_is_no_terminal);
	return c;
}

Suite *output_suite(void)
{
	Suite *s = suite_create("output");

	suite_add_tcase(s, make_forms());
	suite_add_tcase(s, make_writing());
	return s;
}

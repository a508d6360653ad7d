// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The longest lines, times, and what can happen while a line is written. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outputs.h"

Suite *lines_suite(void);

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
	static const enum output_mode modes[] = {
		OUTPUT_COLUMNS, OUTPUT_YAML, OUTPUT_STORY,
	};

	selection_all(&selected);
	sample_worst(&event, 0x01);
	for (size_t m = 0; m < 3; m++) {
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

	setenv("TZ", times[_i].zone, 1);
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
	struct error f = { 0 };
	char message[200];
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(fds), 0);
	close(fds[0]);
	choose(OUTPUT_JSON, NULL);
	event_init(&event);
	ck_assert_int_eq(output_open(&out, OUTPUT_JSON, &selected, fds[1], 0, &f), 0);
	ck_assert_int_eq(output_event(&out, &event, &f), -EPIPE);
	error_format(&f, message, sizeof(message));
	ck_assert_str_eq(message, "write the output: whoever read it is gone");
	close(fds[1]);
}
END_TEST

/* Who does not read is waited for until the end is asked for, and not again. */
START_TEST(a_reader_that_does_not_read)
{
	int fds[2], end[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_gt(fcntl(fds[1], F_SETPIPE_SZ, 4096), 0);
	choose(OUTPUT_JSON, NULL);
	sample_worst(&event, 'x');
	ck_assert_int_eq(output_open(&out, OUTPUT_JSON, &selected, fds[1], 0, NULL), 0);
	out.sink.ends[0] = end[0];
	ck_assert_int_eq(write(end[1], "", 1), 1);
	ck_assert_int_eq(output_event(&out, &event, NULL), -ECANCELED);
	ck_assert_int_eq(read(fds[0], got, sizeof(got)), 4096);
	ck_assert_int_eq(output_event(&out, &event, NULL), -ECANCELED);
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], got, sizeof(got)), 0);
	close(fds[0]);
	close(end[0]);
	close(end[1]);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	struct error f = { 0 };
	int fd = open("/dev/full", O_WRONLY);

	ck_assert_int_ge(fd, 0);
	choose(OUTPUT_COLUMNS, "default");
	ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected, fd, 0, &f),
			 -ENOSPC);
	ck_assert_int_eq(f.error, ENOSPC);
	close(fd);
}
END_TEST

/* A line for which there is half the room is not left there torn. */
START_TEST(a_torn_line_is_taken_back)
{
	char path[] = "/tmp/trace_oomkill.lines.XXXXXX";
	struct rlimit before, room;
	struct error f = { 0 };
	int fd = mkstemp(path);
	off_t whole;

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert_int_eq(write(fd, "first\n", 6), 6);
	choose(OUTPUT_JSON, NULL);
	event_init(&event);
	ck_assert_int_eq(output_open(&out, OUTPUT_JSON, &selected, fd, 0, &f), 0);
	ck_assert_int_eq(output_event(&out, &event, &f), 0);
	whole = lseek(fd, 0, SEEK_CUR);
	ck_assert_int_gt(whole, 106);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	room = before;
	room.rlim_cur = (rlim_t)whole + 100;
	setrlimit(RLIMIT_FSIZE, &room);
	ck_assert_int_eq(output_event(&out, &event, &f), -EFBIG);
	ck_assert_int_eq(f.error, EFBIG);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), whole);
	setrlimit(RLIMIT_FSIZE, &before);
	/* Nothing is written behind a failure: the end has been reported. */
	ck_assert_int_eq(output_event(&out, &event, &f), -ECANCELED);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), whole);
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

static TCase *make_lines(void)
{
	TCase *c = tcase_create("lines");

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
	tcase_add_test(c, a_reader_that_does_not_read);
	tcase_add_test(c, a_full_disk_is_an_error);
	tcase_add_test(c, a_torn_line_is_taken_back);
	tcase_add_loop_test(c, a_line_survives_a_slow_reader, 0, 2);
	tcase_add_test(c, a_file_is_no_terminal);
	return c;
}

Suite *lines_suite(void)
{
	Suite *s = suite_create("lines");

	suite_add_tcase(s, make_lines());
	suite_add_tcase(s, make_writing());
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Every backend, while it is opened and while it is read, with one system call
 * after the other failing: no failure is without words, and a lack of descriptors
 * or of memory has its own.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failing.h"
#include "source/source.h"

Suite *backends_suite(void);

enum { CALLS_MOST = 20000 };

static int saved_log(const char *text)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	return ends[0];
}

static int open_saved(struct source **s, const struct source_options *options, struct error *f)
{
	int fd = saved_log("no line of a log\n");
	int result = saved_source_open(s, fd, -1, f);

	(void)options;
	close(fd);
	return result;
}

static const struct {
	const char *name;
	int (*open)(struct source **s, const struct source_options *options, struct error *f);
	const char *btf;
} backends[] = {
	{ "bpf", bpf_source_open, NULL }, { "bpf without BTF", bpf_source_open, "none" },
	{ "perf", perf_source_open, NULL }, { "kmsg", kmsg_source_open, NULL },
	{ "saved", open_saved, NULL },
};

enum { BACKENDS = sizeof(backends) / sizeof(backends[0]) };

static void check_described(int backend, unsigned int n, int result, struct error *f)
{
	char line[800];

	ck_assert_msg(f->error == -result && f->what[0], "%s, call %u: %d, but the error is %d '%s'",
		      backends[backend].name, n, result, f->error, f->what);
	error_format(f, line, sizeof(line));
	ck_assert_msg(!strstr(line, "No error") && !strstr(line, ": :") &&
		      !strstr(line, ": ("), "%s, call %u: %s", backends[backend].name, n, line);
	if (f->error == EMFILE)
		ck_assert_msg(strstr(line, "(raise ulimit -n)") && !strstr(line, "BTF from /sys/kernel/btf/vmlinux: the kernel"),
			      "%s, call %u: %s", backends[backend].name, n, line);
}

static void walk_through_opening(int backend, int error)
{
	struct source_options options = { .btf = backends[backend].btf, .ring_kib = 4, .root = -1 };

	for (unsigned int n = 0; n < CALLS_MOST; n++) {
		struct source *s = NULL;
		struct error f = { 0 };
		int result;
		bool failed;

		failing_calls_begin(n, error);
		result = backends[backend].open(&s, &options, &f);
		failed = failing_calls_end();
		ck_assert(result <= 0 && (result == 0) == (s != NULL));
		if (result == -ENODATA && backend == BACKENDS - 1)
			result = 0;	/* an empty pipe is no log, and no error */
		if (result < 0)
			check_described(backend, n, result, &f);
		source_close(s);
		error_clear(&f);
		if (!failed)
			return;
	}
	ck_abort_msg("%s makes calls without an end", backends[backend].name);
}

START_TEST(opening)
{
	walk_through_opening(_i, EIO);
	walk_through_opening(_i, EMFILE);
}
END_TEST

/* Those that cannot be opened here have shown above that they say why. */
START_TEST(reading)
{
	struct source_options options = { .btf = backends[_i].btf, .ring_kib = 4, .root = -1 };
	struct source *s = NULL;
	struct raw_event raw;
	int result;

	if (backends[_i].open(&s, &options, NULL) < 0)
		return;
	for (unsigned int n = 0; n < 4; n++) {
		struct error f = { 0 };

		failing_calls_begin(n, EIO);
		result = source_next(s, &raw, &f);
		failing_calls_end();
		if (result < 0)
			check_described(_i, n, result, &f);
		error_clear(&f);
	}
	source_close(s);
}
END_TEST

/* The log of a pipe that breaks in the middle. */
START_TEST(saved_log_that_breaks)
{
	int fd = saved_log("not a word\nof a log\n");
	struct source *s = NULL;
	struct raw_event raw;
	struct error f = { 0 };
	int result;

	ck_assert_int_eq(saved_source_open(&s, fd, -1, &f), 0);
	failing_calls_begin(0, EIO);
	result = source_next(s, &raw, &f);
	ck_assert(failing_calls_end());
	ck_assert_int_eq(result, -EIO);
	ck_assert_int_eq(f.error, EIO);
	ck_assert_ptr_nonnull(strstr(f.what, "saved log"));
	source_close(s);
	close(fd);
}
END_TEST

/* A kill's line whose rest does not come is said, though it is the log's last. */
START_TEST(saved_log_that_is_cut)
{
	int fd = saved_log("[    1.000000] Out of memory: Killed process 7 (a\n"
			   "[    1.000001] eth0: up\n");
	struct source *s = NULL;
	struct raw_event raw;
	struct error f = { 0 };

	ck_assert_int_eq(saved_source_open(&s, fd, -1, &f), 0);
	ck_assert_int_eq(source_next(s, &raw, &f), 0);
	ck_assert_uint_eq(saved_source_counts(s)->unread, 1);
	ck_assert_ptr_nonnull(strstr(saved_source_counts(s)->first_text, "Killed process 7 (a"));
	source_close(s);
	close(fd);
}
END_TEST

Suite *backends_suite(void)
{
	Suite *s = suite_create("backends");
	TCase *t = tcase_create("backends");

	tcase_add_loop_test(t, opening, 0, BACKENDS);
	tcase_add_loop_test(t, reading, 0, BACKENDS);
	tcase_add_test(t, saved_log_that_breaks);
	tcase_add_test(t, saved_log_that_is_cut);
	suite_add_tcase(s, t);
	return s;
}

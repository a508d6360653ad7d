// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/users.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/hostfs.h"

Suite *users_suite(void);

static char top[] = "/tmp/test-users-XXXXXX";
static int root = -1;
static struct oom_event event;

static void make_tree(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(mkdir("etc", 0700), 0);
	root = hostfs_root(top);
	event_init(&event);
}

static void remove_tree(void)
{
	close(root);
	unlink("etc/passwd");
	unlink("etc/group");
	rmdir("etc");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(top), 0);
	strcpy(top + sizeof(top) - 7, "XXXXXX");
}

static void put_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), len);
	close(fd);
}

#define FILE(text)	text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t len;
	int64_t id;
	const char *user;
} cases[] = {
	{ FILE("root:x:0:0:root:/root:/bin/sh\n"), 0, "root" },
	{ FILE("root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/:\n"), 1000, "ada" },
	{ FILE("root:x:0:0\nada:x:1000:1000::"), 1000, "ada" },
	{ FILE("root:x:0:0\r\nada:x:1000:1000::\r\n"), 1000, "ada" },
	{ FILE("ada:x:1000:\nbab:x:1000:\n"), 1000, "ada" },
	{ FILE("max:x:4294967294:\n"), 4294967294, "max" },
	{ FILE("max:x:4294968296:\n"), 1000, "uid:1000" },
	{ FILE("max:x:99999999999999999999:\n"), 1000, "uid:1000" },
	{ FILE("ada:x:1000"), 1000, "uid:1000" },
	{ FILE("ada:x:1000x:\n"), 1000, "uid:1000" },
	{ FILE("ada:x:-1000:\n"), 1000, "uid:1000" },
	{ FILE("ada:x: 1000:\n"), 1000, "uid:1000" },
	{ FILE("ada:x::\n+::::::\n::0:\n"), 0, "uid:0" },
	{ FILE(":x:1000:\nada:x:1000:\n"), 1000, "ada" },
	{ FILE("\0ada:x:1000:\nbab:x:1000:\n"), 1000, "bab" },
	{ FILE("a\0da:x:1000:\n"), 1000, "a" },
	{ FILE("#ada\n\n:\n::\nada:x:1000:\n"), 1000, "ada" },
	{ FILE(""), 1000, "uid:1000" },
	{ FILE("\n"), 0, "uid:0" },
	{ FILE("root:x:0:0\n"), EVENT_UNKNOWN, NULL },
};

START_TEST(reads_passwd)
{
	put_file("etc/passwd", cases[_i].bytes, cases[_i].len);
	event.target.uid = cases[_i].id;
	users_complete(root, &event);
	ck_assert_pstr_eq(event.target.user, cases[_i].user);
	ck_assert_ptr_null(event.trigger.user);
	ck_assert_ptr_null(event.target.group);
}
END_TEST

START_TEST(fills_all_four)
{
	put_file("etc/passwd", FILE("root:x:0:0\nada:x:1000:100\n"));
	put_file("etc/group", FILE("root:x:0:\nusers:x:100:ada,bab\n"));
	event.trigger.uid = 0;
	event.trigger.gid = 100;
	event.target.uid = 1000;
	event.target.gid = 77;
	users_complete(root, &event);
	ck_assert_str_eq(event.trigger.user, "root");
	ck_assert_str_eq(event.trigger.group, "users");
	ck_assert_str_eq(event.target.user, "ada");
	ck_assert_str_eq(event.target.group, "gid:77");
}
END_TEST

START_TEST(keeps_what_is_known)
{
	put_file("etc/passwd", FILE("ada:x:1000:100\n"));
	event.target.uid = 1000;
	event.target.user = "known";
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "known");
}
END_TEST

/* The reader's buffer has 4096 bytes: a line is put across each of its ends. */
START_TEST(survives_long_lines)
{
	static char file[20000];
	size_t len = (size_t)_i;

	memset(file, 'x', len);
	memcpy(file + len, FILE(":x:5:\nada:x:1000:\n"));
	put_file("etc/passwd", file, len + 18);
	event.target.uid = 1000;
	event.trigger.uid = 5;
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "ada");
	if (len + 6 > 4096)
		ck_assert_str_eq(event.trigger.user, "uid:5");
	else
		ck_assert_uint_eq(strlen(event.trigger.user), len);
}
END_TEST

/* What follows a line too long is no line of its own. */
START_TEST(takes_no_rest_for_a_line)
{
	static char file[4096 + 32];

	memset(file, 'x', 4096);
	memcpy(file + 4096, FILE("eve:x:0:\n"));
	put_file("etc/passwd", file, 4096 + 9);
	event.target.uid = 0;
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "uid:0");
	put_file("etc/passwd", file, 4096 + 8);
	event.target.user = NULL;
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "uid:0");
}
END_TEST

START_TEST(goes_without_files)
{
	event.target.uid = 1000;
	event.target.gid = 100;
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "uid:1000");
	ck_assert_str_eq(event.target.group, "gid:100");
	event.trigger.uid = 7;
	users_complete(-1, &event);
	ck_assert_str_eq(event.trigger.user, "uid:7");
}
END_TEST

START_TEST(does_not_wait_for_a_fifo)
{
	ck_assert_int_eq(mkfifo("etc/passwd", 0600), 0);
	event.target.uid = 1000;
	users_complete(root, &event);
	ck_assert_str_eq(event.target.user, "uid:1000");
}
END_TEST

START_TEST(survives_a_full_event)
{
	event.text_used = sizeof(event.text) - 2;
	event.target.uid = 1000;
	users_complete(root, &event);
	ck_assert_ptr_null(event.target.user);
}
END_TEST

Suite *users_suite(void)
{
	Suite *s = suite_create("users");
	TCase *t = tcase_create("files");

	tcase_add_checked_fixture(t, make_tree, remove_tree);
	tcase_add_loop_test(t, reads_passwd, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, fills_all_four);
	tcase_add_test(t, keeps_what_is_known);
	tcase_add_loop_test(t, survives_long_lines, 4070, 4100);
	tcase_add_loop_test(t, survives_long_lines, 8170, 8200);
	tcase_add_test(t, takes_no_rest_for_a_line);
	tcase_add_test(t, goes_without_files);
	tcase_add_test(t, does_not_wait_for_a_fifo);
	tcase_add_test(t, survives_a_full_event);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/hostfs.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *hostfs_suite(void);

/*
 * TMP/secret		"outside"
 * TMP/root/		the root that nothing may leave
 *	etc/file	"inside"
 *	etc/{relative,absolute,up,loop,dangling,dot,long}	links
 *	run/fifo, run/dir -> /etc
 */
static char top[] = "/tmp/test-hostfs-XXXXXX";
static int root = -1;

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void make_tree(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
	mkdir("root", 0700);
	mkdir("root/etc", 0700);
	mkdir("root/run", 0700);
	put_file("secret", "outside");
	put_file("root/etc/file", "inside");
	ck_assert_int_eq(symlink("file", "root/etc/relative"), 0);
	ck_assert_int_eq(symlink("/run/../etc/file", "root/etc/absolute"), 0);
	ck_assert_int_eq(symlink("../../../../secret", "root/etc/up"), 0);
	ck_assert_int_eq(symlink("loop", "root/etc/loop"), 0);
	ck_assert_int_eq(symlink("nothing", "root/etc/dangling"), 0);
	ck_assert_int_eq(symlink("/etc/.", "root/etc/dot"), 0);
	ck_assert_int_eq(symlink("/etc", "root/run/dir"), 0);
	ck_assert_int_eq(mkfifo("root/run/fifo", 0600), 0);
	root = hostfs_root("root");
	ck_assert_int_ge(root, 0);
}

static void remove_tree(void)
{
	static const char *const names[] = {
		"root/run/fifo", "root/run/dir", "root/etc/dot",
		"root/etc/dangling", "root/etc/loop", "root/etc/up",
		"root/etc/absolute", "root/etc/relative", "root/etc/file",
		"secret", "root/run", "root/etc", "root",
	};

	close(root);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(names[i]);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(top), 0);
	strcpy(top + sizeof(top) - 7, "XXXXXX");
}

/* How many descriptors are open: none may be left by a walk. */
static int count_fds(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static const struct {
	const char *path;
	int flags;
	int follow, below;	/* 0: opens; else -errno */
} cases[] = {
	{ "etc/file",			0, 0, 0 },
	{ "/etc/file",			0, 0, 0 },
	{ "//etc/.//file",		0, 0, 0 },
	{ "etc/../etc/file",		0, 0, -ELOOP },
	{ "../../../../etc/file",	0, 0, -ELOOP },
	{ "etc/relative",		0, 0, -ELOOP },
	{ "etc/absolute",		0, 0, -ELOOP },
	{ "run/dir/file",		0, 0, -ELOOP },
	{ "etc/up",			0, -ENOENT, -ELOOP },
	{ "etc/loop",			0, -ELOOP, -ELOOP },
	{ "etc/dangling",		0, -ENOENT, -ELOOP },
	{ "etc/nothing",		0, -ENOENT, -ENOENT },
	{ "etc/file/more",		0, -ENOTDIR, -ENOTDIR },
	{ "run/fifo",			0, -EINVAL, -EINVAL },
	{ "etc",			0, -EINVAL, -EINVAL },
	{ "",				0, -EINVAL, -EINVAL },
	{ "",				O_DIRECTORY, 0, 0 },
	{ "etc",			O_DIRECTORY, 0, 0 },
	{ "run/dir",			O_DIRECTORY, 0, -ELOOP },
	{ "etc/dot",			O_DIRECTORY, 0, -ELOOP },
	{ "etc/file",			O_DIRECTORY, -ENOTDIR, -ENOTDIR },
};

START_TEST(opens)
{
	int before = count_fds();
	int fd = hostfs_open(root, cases[_i].path, cases[_i].flags);
	char text[16] = "";

	ck_assert_int_eq(fd < 0 ? fd : 0, cases[_i].follow);
	if (fd >= 0 && !cases[_i].flags) {
		ck_assert_int_eq(hostfs_read(fd, text, sizeof(text)), 6);
		ck_assert_str_eq(text, "inside");
	}
	if (fd >= 0)
		close(fd);
	ck_assert_int_eq(count_fds(), before);
}
END_TEST

START_TEST(opens_below)
{
	int before = count_fds();
	int fd = hostfs_open_below(root, cases[_i].path, cases[_i].flags);

	ck_assert_int_eq(fd < 0 ? fd : 0, cases[_i].below);
	if (fd >= 0)
		close(fd);
	ck_assert_int_eq(count_fds(), before);
}
END_TEST

START_TEST(refuses_what_is_too_long)
{
	char path[5000];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(hostfs_open(root, path, 0), -ENAMETOOLONG);
	path[1000] = '\0';
	ck_assert_int_eq(hostfs_open(root, path, 0), -ENAMETOOLONG);
}
END_TEST

START_TEST(root_is_a_directory)
{
	int fd = hostfs_root(NULL);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(hostfs_root("root/etc/file"), -ENOTDIR);
	ck_assert_int_eq(hostfs_root("root/nothing"), -ENOENT);
}
END_TEST

Suite *hostfs_suite(void)
{
	Suite *s = suite_create("hostfs");
	TCase *t = tcase_create("walk");
	int count = sizeof(cases) / sizeof(cases[0]);

	tcase_add_checked_fixture(t, make_tree, remove_tree);
	tcase_add_loop_test(t, opens, 0, count);
	tcase_add_loop_test(t, opens_below, 0, count);
	tcase_add_test(t, refuses_what_is_too_long);
	tcase_add_test(t, root_is_a_directory);
	suite_add_tcase(s, t);
	return s;
}

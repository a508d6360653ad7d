// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/known.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/hostfs.h"

Suite *known_suite(void);

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define DOCKER	"var/lib/docker/containers/" ID "/config.v2.json"
#define STARTED	1795636682651493635

/* As dockerd 20.10 writes it, but for what nobody reads. */
static const char docker_file[] =
	"{\"State\":{\"Running\":true,\"Pid\":23031,\"StartedAt\":"
	"\"2026-11-25T19:58:02.651493635Z\",\"Health\":null},\"ID\":\"" ID "\","
	"\"Config\":{\"Env\":null,\"Image\":\"registry/busybox:1\",\"Labels\":{}},"
	"\"Image\":\"sha256:e93032aab9cf\",\"Name\":\"/web\",\"Driver\":\"vfs\"}";

static char top[] = "/tmp/test-known-XXXXXX";
static struct known known;
static struct facts facts;

static void make_tree(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
	known_open(&known, hostfs_root("."));
	ck_assert_int_eq(known_start(&known), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(void)
{
	known_close(&known);
	close(known.root);
	ck_assert_int_eq(chdir("/"), 0);
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	strcpy(top + sizeof(top) - 7, "XXXXXX");
}

static void make_directories(const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0700);
	}
}

/* As runtimes do it: another file takes the place of the old one. */
static void put_bytes(const char *path, const void *bytes, size_t size)
{
	FILE *f;

	make_directories(path);
	f = fopen("new", "w");
	ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
	fclose(f);
	ck_assert_int_eq(rename("new", path), 0);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

/* What is found must outlive the state's memory. */
static bool find(const char *runtime, const char *id)
{
	static char texts[FACT_TEXTS][FACT_TEXT_SIZE];
	bool found = known_find(&known, runtime, id, &facts);

	for (int i = 0; i < FACT_TEXTS; i++)
		if (facts.text[i])
			facts.text[i] = strcpy(texts[i], facts.text[i]);
	known_release(&known);
	return found;
}

START_TEST(reads_docker)
{
	put(DOCKER, docker_file);
	for (int again = 0; again < 2; again++) {
		ck_assert(find("docker", ID));
		ck_assert_str_eq(facts.text[FACT_RUNTIME], "docker");
		ck_assert_str_eq(facts.text[FACT_NAME], "web");
		ck_assert_str_eq(facts.text[FACT_IMAGE], "registry/busybox:1");
		ck_assert_str_eq(facts.text[FACT_DIGEST], "sha256:e93032aab9cf");
		ck_assert_int_eq(facts.number[FACT_PID], 23031);
		ck_assert_int_eq(facts.number[FACT_STARTED_NS], STARTED);
		ck_assert_ptr_null(facts.text[FACT_POD]);
	}
	ck_assert(find(NULL, ID));
	ck_assert(!find("podman", "another"));
	ck_assert(!find("docker", "../containers/" ID));
}
END_TEST

/* Also where no memory could be had to remember it. */
START_TEST(reads_without_remembering)
{
	known_close(&known);
	put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
	unlink(DOCKER);
	ck_assert(!find("docker", ID));
}
END_TEST

START_TEST(finds_another_root)
{
	put("etc/docker/daemon.json", "{\"debug\":true,\"data-root\":\"/srv/docker\"}");
	put("srv/docker/containers/" ID "/config.v2.json", docker_file);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
}
END_TEST

START_TEST(remembers_what_is_gone)
{
	put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	unlink(DOCKER);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
	ck_assert_int_eq(facts.number[FACT_PID], 23031);
	put(DOCKER, "{\"Name\":");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
}
END_TEST

/* Docker writes pid 0 when a container has stopped. */
START_TEST(unknown_takes_nothing_away)
{
	put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	put(DOCKER, "{\"State\":{\"Pid\":0,\"StartedAt\":\"0001-01-01T00:00:00Z\"},"
	    "\"Name\":\"/renamed-to-something-else\",\"Image\":\"\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "renamed-to-something-else");
	ck_assert_str_eq(facts.text[FACT_DIGEST], "sha256:e93032aab9cf");
	ck_assert_int_eq(facts.number[FACT_PID], 23031);
	ck_assert_int_eq(facts.number[FACT_STARTED_NS], STARTED);
}
END_TEST

/* ---- hostile files ------------------------------------------------------------ */

/* A file that was cut is not read at all. */
START_TEST(takes_no_half_file)
{
	for (size_t len = 0; len < sizeof(docker_file) - 1; len++) {
		put_bytes(DOCKER, docker_file, len);
		ck_assert(!find("docker", ID));
	}
}
END_TEST

static const char *const garbage[] = {
	"", "{", "[]", "null", "\"Name\"", "{\"Name\":\"/web\"} {}", "{\"Name\":\"\xff\"}",
	"{\"Name\":\"/web\",}", "{\"Name\":\"/w\\u0000eb\"}", "\x7f" "ELF",
};

START_TEST(takes_no_garbage)
{
	put(DOCKER, garbage[_i]);
	ck_assert(!find("docker", ID));
}
END_TEST

/* Values of other types than they should have are none. */
START_TEST(takes_no_other_types)
{
	put(DOCKER, "{\"Name\":{\"x\":1},\"Image\":[\"a\"],\"Config\":\"y\",\"State\":"
	    "{\"Pid\":\"7\",\"StartedAt\":12}}");
	ck_assert(find("docker", ID));
	ck_assert_ptr_null(facts.text[FACT_NAME]);
	ck_assert_ptr_null(facts.text[FACT_IMAGE]);
	ck_assert_ptr_null(facts.text[FACT_DIGEST]);
	ck_assert_int_eq(facts.number[FACT_PID], EVENT_UNKNOWN);
	ck_assert_int_eq(facts.number[FACT_STARTED_NS], EVENT_UNKNOWN);
}
END_TEST

static void put_nested(size_t count)
{
	static char text[STATE_FILE_BYTES + 64];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"x\":");

	memset(to, '[', count);
	memset(to + count, ']', count);
	strcpy(to + 2 * count, "}");
	put(DOCKER, text);
}

START_TEST(takes_nothing_too_deep)
{
	put_nested(STATE_DEPTH - 1);
	ck_assert(find("docker", ID));
	put_nested(STATE_DEPTH);
	known_close(&known);
	ck_assert(!find("docker", ID));
	put_nested(200000);
	ck_assert(!find("docker", ID));
}
END_TEST

/* Brackets in strings are no levels. */
START_TEST(knows_strings_from_levels)
{
	put(DOCKER, "{\"x\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[\\\\\",\"Name\":\"/web\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
}
END_TEST

static void put_long(size_t size, char fill, const char *end)
{
	static char text[2 * STATE_FILE_BYTES];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"Image\":\"");

	memset(to, fill, size - (size_t)(to - text));
	strcpy(text + size, end);
	put(DOCKER, text);
}

START_TEST(takes_nothing_too_large)
{
	put_long(STATE_FILE_BYTES - 2, 'x', "\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[FACT_NAME], "web");
	ck_assert_ptr_null(facts.text[FACT_DIGEST]);	/* for it is too long */
	known_close(&known);
	put_long(STATE_FILE_BYTES - 1, 'x', "\"}");
	ck_assert(!find("docker", ID));
}
END_TEST

/* Many small values: more memory than there is, but no more than that. */
START_TEST(takes_no_more_memory)
{
	static char text[STATE_FILE_BYTES];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"x\":[0");

	while (to < text + sizeof(text) - 8)
		to = stpcpy(to, ",[]");
	strcpy(to, "]}");
	put(DOCKER, text);
	ck_assert(!find("docker", ID));
	put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
}
END_TEST

START_TEST(leaves_no_directory)
{
	put("secret/config.v2.json", docker_file);
	make_directories(DOCKER);
	ck_assert_int_eq(symlink("../../../../../secret/config.v2.json", DOCKER), 0);
	ck_assert(!find("docker", ID));
	unlink(DOCKER);
	ck_assert_int_eq(mkfifo(DOCKER, 0600), 0);
	ck_assert(!find("docker", ID));
	unlink(DOCKER);
	ck_assert_int_eq(rmdir("var/lib/docker/containers/" ID), 0);
	ck_assert_int_eq(symlink("/secret", "var/lib/docker/containers/" ID), 0);
	ck_assert(!find("docker", ID));
	/* The state directory as a whole may well be somewhere else. */
	ck_assert_int_eq(rename("var/lib/docker", "moved"), 0);
	ck_assert_int_eq(symlink("/moved", "var/lib/docker"), 0);
	ck_assert_int_eq(unlink("moved/containers/" ID), 0);
	put("moved/containers/" ID "/config.v2.json", docker_file);
	ck_assert(find("docker", ID));
}
END_TEST

/* ---- times -------------------------------------------------------------------- */

static const struct {
	const char *text;
	int64_t ns;
} times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2026-11-25T19:58:02.651493635Z", STARTED },
	{ "2026-11-25T19:58:02.65Z", STARTED - 1493635 },
	{ "2026-11-25T22:58:02.651493635+03:00", STARTED },
	{ "2026-11-25T14:28:02.6514936351-05:30", STARTED },
	{ "2024-02-29T12:00:00Z", 1709208000000000000 },
	{ "2000-03-01T00:00:00Z", 951868800000000000 },
	{ "0001-01-01T00:00:00Z", EVENT_UNKNOWN },
	{ "1970-01-01T00:00:00+01:00", EVENT_UNKNOWN },
	{ "2026-13-25T19:58:02Z", EVENT_UNKNOWN },
	{ "2026-11-25T19:58:02", EVENT_UNKNOWN },
	{ "2026-11-25T19:58:02Zx", EVENT_UNKNOWN },
	{ "2026-11-25 19:58:02Z", EVENT_UNKNOWN },
	{ "2026-+1-25T19:58:02Z", EVENT_UNKNOWN },
	{ "9999-01-01T00:00:00Z", EVENT_UNKNOWN },
	{ "", EVENT_UNKNOWN },
	{ NULL, EVENT_UNKNOWN },
};

START_TEST(reads_times)
{
	ck_assert_int_eq(facts_parse_time(times[_i].text), times[_i].ns);
}
END_TEST

/* ---- the table ---------------------------------------------------------------- */

static struct table table;
static const struct table_stamp stamp = { 1, 2, 3 };

static void keep(int number, const char *name, int64_t pid)
{
	struct facts f;
	char id[16];

	facts_init(&f);
	facts_text(&f, FACT_NAME, name);
	f.number[FACT_PID] = pid;
	snprintf(id, sizeof(id), "id-%d", number);
	table_keep(&table, id, &f, &stamp);
}

static bool is_kept(int number, const char *name, int64_t pid)
{
	struct table_stamp got;
	struct facts f;
	char id[16];

	facts_init(&f);
	snprintf(id, sizeof(id), "id-%d", number);
	if (!table_find(&table, id, &f, &got))
		return false;
	ck_assert_str_eq(f.text[FACT_NAME], name);
	ck_assert_ptr_null(f.text[FACT_POD]);
	ck_assert_int_eq(f.number[FACT_PID], pid);
	ck_assert_mem_eq(&got, &stamp, sizeof(got));
	return true;
}

START_TEST(keeps_ten_thousand)
{
	static char name[400];

	ck_assert_int_eq(table_open(&table), 0);
	memset(name, 'n', sizeof(name) - 1);
	for (int i = 0; i < 10000; i++)
		keep(i, name, i);
	for (int i = 0; i < 10000; i++)
		ck_assert(is_kept(i, name, i));
	/* Another pid takes no more room. */
	for (int i = 0; i < 10000; i++)
		keep(i, name, -i);
	for (int i = 0; i < 10000; i++)
		ck_assert(is_kept(i, name, -i));
	table_close(&table);
}
END_TEST

/* Of many, with names of all lengths, the last ones are there. */
START_TEST(the_oldest_give_way)
{
	static char name[FACT_TEXT_SIZE];
	int i, oldest = 0;

	ck_assert_int_eq(table_open(&table), 0);
	memset(name, 'n', sizeof(name) - 1);
	for (i = 0; i < 50000; i++)
		keep(i, name + (i * 37) % (FACT_TEXT_SIZE - 1), i);
	while (!is_kept(oldest, name + (oldest * 37) % (FACT_TEXT_SIZE - 1), oldest))
		oldest++;
	ck_assert_int_gt(oldest, 0);
	ck_assert_int_lt(oldest, 50000 - 2000);
	for (i = oldest; i < 50000; i++)
		ck_assert(is_kept(i, name + (i * 37) % (FACT_TEXT_SIZE - 1), i));
	table_close(&table);
}
END_TEST

START_TEST(the_newest_counts)
{
	ck_assert_int_eq(table_open(&table), 0);
	keep(1, "a", 1);
	keep(2, "b", 2);
	keep(1, "much longer", 3);
	ck_assert(is_kept(1, "much longer", 3));
	ck_assert(is_kept(2, "b", 2));
	ck_assert(!is_kept(3, "", 0));
	table_close(&table);
	ck_assert(!is_kept(1, "", 0));
	keep(1, "nowhere", 1);
}
END_TEST

Suite *known_suite(void)
{
	Suite *s = suite_create("known");
	TCase *t = tcase_create("files");

	tcase_add_checked_fixture(t, make_tree, remove_tree);
	tcase_add_test(t, reads_docker);
	tcase_add_test(t, reads_without_remembering);
	tcase_add_test(t, finds_another_root);
	tcase_add_test(t, remembers_what_is_gone);
	tcase_add_test(t, unknown_takes_nothing_away);
	tcase_add_test(t, takes_no_half_file);
	tcase_add_loop_test(t, takes_no_garbage, 0, sizeof(garbage) / sizeof(garbage[0]));
	tcase_add_test(t, takes_no_other_types);
	tcase_add_test(t, takes_nothing_too_deep);
	tcase_add_test(t, knows_strings_from_levels);
	tcase_add_test(t, takes_nothing_too_large);
	tcase_add_test(t, takes_no_more_memory);
	tcase_add_test(t, leaves_no_directory);
	suite_add_tcase(s, t);
	t = tcase_create("facts");
	tcase_add_loop_test(t, reads_times, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(t, keeps_ten_thousand);
	tcase_add_test(t, the_oldest_give_way);
	tcase_add_test(t, the_newest_counts);
	suite_add_tcase(s, t);
	return s;
}

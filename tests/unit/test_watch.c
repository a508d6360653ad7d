// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/watch.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

Suite *watch_suite(void);

#define DOCKER	"var/lib/docker/containers/"
#define TASKS	"run/containerd/io.containerd.runtime.v2.task/"
#define STORAGE	"var/lib/containers/storage/overlay-containers/"

static struct lookup known;
static struct watcher learner;
static struct metadata facts;
static int notices;

static void make_tree(void)
{
	memset(&known, 0, sizeof(known));
	memset(&learner, 0, sizeof(learner));
	lookup_open(&known, tree_make());
}

static void remove_tree(void)
{
	watch_stop(&learner);
	lookup_close(&known);
	tree_remove(known.root);
}

/* Up to the point at which the program would sleep. */
static void learn(void)
{
	struct pollfd p = { .fd = notices, .events = POLLIN };

	do
		while (watch_step(&learner))
			;
	while (poll(&p, 1, 0) > 0);
}

static void start(void)
{
	ck_assert_int_eq(lookup_start(&known), 0);
	notices = watch_start(&learner, &known);
	ck_assert_int_ge(notices, 0);
	learn();
}

/* Only what is remembered: the files are gone. */
static bool find(const char *id)
{
	struct lookup_query q = { .id = id, .pod_uid = "" };
	bool found = lookup_find(&known, &q, &facts);

	lookup_release(&known);
	return found;
}

static void is_known(const char *id, const char *runtime, const char *name, int64_t pid)
{
	ck_assert_msg(find(id), "%s is not known", id);
	ck_assert_str_eq(facts.text[METADATA_RUNTIME], runtime);
	ck_assert_str_eq(facts.text[METADATA_NAME], name);
	ck_assert_int_eq(facts.number[METADATA_PID], pid);
}

static void put_docker(const char *id, const char *name, int pid)
{
	char path[200], text[200];

	snprintf(path, sizeof(path), DOCKER "%s/config.v2.json", id);
	snprintf(text, sizeof(text), "{\"Name\":\"/%s\",\"State\":{\"Pid\":%d}}", name, pid);
	tree_put(path, text);
}

static int watches(void)
{
	char path[64], line[256];
	int count = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", notices);
	f = fopen(path, "r");
	while (fgets(line, sizeof(line), f))
		count += !strncmp(line, "inotify", 7);
	fclose(f);
	return count;
}

/* ---- at the start ----------------------------------------------------------- */

START_TEST(knows_those_that_were_there)
{
	char id[16];

	for (int i = 0; i < 300; i++) {
		snprintf(id, sizeof(id), "d%d", i);
		put_docker(id, id, 1 + i);
	}
	tree_put(DOCKER "a-file", "");
	tree_put(TASKS "default/web/config.json", "{}");
	tree_put(TASKS "default/web/init.pid", "12");
	tree_put(TASKS "shop/till/config.json", "{}");
	tree_put(TASKS "shop/till/init.pid", "13");
	tree_put(TASKS "moby/d1/config.json", "{}");
	tree_put(STORAGE "containers.json", "[{\"id\":\"p1\",\"names\":[\"one\"]},7,"
		 "{\"id\":\"p2\",\"names\":[\"two\"]}]");
	tree_put(STORAGE "volatile-containers.json", "[{\"id\":\"p3\",\"names\":[\"three\"]}]");
	start();
	tree_take("var");
	tree_take("run");
	for (int i = 0; i < 300; i++) {
		snprintf(id, sizeof(id), "d%d", i);
		is_known(id, "docker", id, 1 + i);
	}
	is_known("web", "containerd", "web", 12);
	is_known("till", "containerd", "till", 13);
	is_known("p1", "podman", "one", EVENT_UNKNOWN);
	is_known("p2", "podman", "two", EVENT_UNKNOWN);
	is_known("p3", "podman", "three", EVENT_UNKNOWN);
	ck_assert(!find("a-file"));
}
END_TEST

START_TEST(learns_in_pieces)
{
	char id[16];
	int pieces = 1;

	for (int i = 0; i < 300; i++) {
		snprintf(id, sizeof(id), "d%d", i);
		put_docker(id, id, 1);
	}
	ck_assert_int_eq(lookup_start(&known), 0);
	notices = watch_start(&learner, &known);
	while (watch_step(&learner))
		pieces++;
	ck_assert_int_ge(pieces, 300 / 8);
}
END_TEST

/* ---- as they appear ----------------------------------------------------------- */

START_TEST(learns_docker)
{
	tree_directories(DOCKER);
	start();
	tree_directories(DOCKER "d1/");
	learn();
	put_docker("d1", "web", 0);
	learn();
	put_docker("d1", "web", 4711);
	learn();
	ck_assert_int_eq(watches(), 1);	/* it is known: only the others' */
	tree_take(DOCKER "d1");
	is_known("d1", "docker", "web", 4711);
	/* All at once. */
	put_docker("d2", "shop", 4712);
	learn();
	tree_take(DOCKER "d2");
	is_known("d2", "docker", "shop", 4712);
	ck_assert_int_eq(watches(), 1);
}
END_TEST

START_TEST(learns_containerd)
{
	tree_directories(TASKS "default/");
	start();
	tree_put(TASKS "default/web/config.json", "{}");
	learn();
	tree_put(TASKS "default/web/init.pid", "12");
	learn();
	/* In a namespace that is new as well; Docker's are Docker's. */
	tree_put(TASKS "k8s.io/12ab/config.json", "{\"annotations\":{"
		 "\"io.kubernetes.cri.container-name\":\"app\","
		 "\"io.kubernetes.cri.sandbox-name\":\"api\"}}");
	tree_put(TASKS "moby/34cd/config.json", "{}");
	learn();
	tree_put(TASKS "k8s.io/56ef/config.json", "{}");
	learn();
	tree_take("run");
	is_known("web", "containerd", "web", 12);
	is_known("12ab", "containerd", "app", EVENT_UNKNOWN);
	ck_assert_str_eq(facts.text[METADATA_POD], "api");
	is_known("56ef", "containerd", "56ef", EVENT_UNKNOWN);
	ck_assert(!find("34cd"));
}
END_TEST

START_TEST(learns_from_lists)
{
	tree_put(STORAGE "containers.json", "[]");
	start();
	tree_put(STORAGE "containers.json", "[{\"id\":\"p1\",\"names\":[\"one\"]}]");
	learn();
	tree_put(STORAGE "volatile-containers.json", "[{\"id\":\"c1\","
		 "\"names\":[\"k8s_app_api-7f9_web_0d8e_0\"],"
		 "\"metadata\":\"{\\\"pod-id\\\":\\\"12ab\\\"}\"},{\"id\":\"c2\","
		 "\"names\":[\"foreign\"],\"metadata\":\"{\\\"pod-id\\\":\\\"12ab\\\"}\"}]");
	learn();
	tree_put(STORAGE "containers.json", "[]");
	tree_put(STORAGE "volatile-containers.json", "{");
	learn();
	is_known("p1", "podman", "one", EVENT_UNKNOWN);
	is_known("c1", "cri-o", "app", EVENT_UNKNOWN);
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
	ck_assert_str_eq(facts.text[METADATA_POD], "api-7f9");
	ck_assert_str_eq(facts.text[METADATA_NAMESPACE], "web");
	ck_assert(!find("c2"));
	ck_assert_int_eq(watches(), 1);
}
END_TEST

/* The runtime was started, or installed, after us. */
START_TEST(finds_places_later)
{
	start();
	ck_assert_int_eq(watches(), 0);
	put_docker("d1", "web", 1);
	watch_retry(&learner);
	learn();
	put_docker("d2", "shop", 2);
	learn();
	tree_take(DOCKER "d1");
	tree_take(DOCKER "d2");
	is_known("d1", "docker", "web", 1);
	is_known("d2", "docker", "shop", 2);
	/* It goes, and there is another one. */
	tree_take("var");
	learn();
	put_docker("d3", "cafe", 3);
	watch_retry(&learner);
	learn();
	tree_take(DOCKER "d3");
	is_known("d3", "docker", "cafe", 3);
}
END_TEST

/* Nobody can have us watch more than so many. */
START_TEST(watches_no_more_than_it_may)
{
	char id[16];

	tree_directories(DOCKER);
	start();
	for (int i = 0; i < 2 * WATCH_PENDING; i++) {
		snprintf(id, sizeof(id), "d%d", i);
		put_docker(id, id, 0);
		learn();
		ck_assert_int_le(watches(), WATCH_PENDING + 1);
	}
	put_docker(id, id, 7);
	learn();
	tree_take(DOCKER);
	is_known(id, "docker", id, 7);
	is_known("d0", "docker", "d0", EVENT_UNKNOWN);
	learn();
	ck_assert_int_eq(watches(), 0);
}
END_TEST

/* More than the kernel keeps for us: we look for ourselves. */
START_TEST(overlooks_none)
{
	FILE *f = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
	char path[64];
	int most = 0;

	ck_assert_int_eq(fscanf(f, "%d", &most), 1);
	fclose(f);
	if (most > 50000)
		return;
	tree_directories(DOCKER);
	start();
	for (int i = 0; i < most; i++) {
		snprintf(path, sizeof(path), DOCKER "x%d", i);
		ck_assert_int_eq(mkdir(path, 0700), 0);
		ck_assert_int_eq(rmdir(path), 0);
	}
	put_docker("d1", "web", 1);
	learn();
	tree_take(DOCKER "d1");
	is_known("d1", "docker", "web", 1);
}
END_TEST

/* ---- what is in the way ------------------------------------------------------- */

START_TEST(takes_no_long_names_and_no_links)
{
	char path[300] = DOCKER;

	memset(path + strlen(path), 'x', 200);
	tree_directories(DOCKER);
	start();
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(mkdir("elsewhere", 0700), 0);
	tree_put("elsewhere/config.v2.json", "{\"Name\":\"/elsewhere\"}");
	ck_assert_int_eq(symlink("/elsewhere", DOCKER "d1"), 0);
	ck_assert_int_eq(mkfifo(DOCKER "d2", 0600), 0);
	tree_directories(DOCKER "d3/");
	ck_assert_int_eq(mkfifo(DOCKER "d3/config.v2.json", 0600), 0);
	learn();
	ck_assert(!find("d1") && !find("d2") && !find("d3"));
	ck_assert_int_eq(watches(), 2);	/* Docker's and d3's */
}
END_TEST

/* No descriptor is left, whenever it ends. */
START_TEST(leaves_nothing_open)
{
	int before = open("/dev/null", O_RDONLY), after;

	close(before);
	tree_put(TASKS "default/web/config.json", "{}");
	tree_put(TASKS "default/shop/config.json", "{}");
	for (int steps = 0; steps < 3; steps++) {
		ck_assert_int_eq(lookup_start(&known), 0);
		memset(&learner, 0, sizeof(learner));
		watch_start(&learner, &known);
		for (int i = 0; i < steps; i++)
			watch_step(&learner);
		watch_stop(&learner);
		lookup_close(&known);
		after = open("/dev/null", O_RDONLY);
		ck_assert_int_eq(after, before);
		close(after);
	}
}
END_TEST

/* As after watch_stop(), and before watch_start(). */
START_TEST(may_not_be_there)
{
	ck_assert(!watch_step(&learner));
	watch_retry(&learner);
	ck_assert(!watch_step(&learner));
	watch_stop(&learner);
}
END_TEST

Suite *watch_suite(void)
{
	Suite *s = suite_create("watch");
	TCase *t = tcase_create("watch");

	tcase_add_checked_fixture(t, make_tree, remove_tree);
	tcase_add_test(t, knows_those_that_were_there);
	tcase_add_test(t, learns_in_pieces);
	tcase_add_test(t, learns_docker);
	tcase_add_test(t, learns_containerd);
	tcase_add_test(t, learns_from_lists);
	tcase_add_test(t, finds_places_later);
	tcase_add_test(t, watches_no_more_than_it_may);
	tcase_add_test(t, overlooks_none);
	tcase_add_test(t, takes_no_long_names_and_no_links);
	tcase_add_test(t, leaves_nothing_open);
	tcase_add_test(t, may_not_be_there);
	suite_add_tcase(s, t);
	return s;
}

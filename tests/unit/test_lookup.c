// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/lookup.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

Suite *lookup_suite(void);

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define DOCKER	"var/lib/docker/containers/" ID "/config.v2.json"
#define STARTED	1795636682651493635

/* As dockerd 20.10 writes it, but for what nobody reads. */
static const char docker_file[] =
	"{\"State\":{\"Running\":true,\"Pid\":23031,\"StartedAt\":"
	"\"2026-11-25T19:58:02.651493635Z\",\"Health\":null},\"ID\":\"" ID "\","
	"\"Config\":{\"Env\":null,\"Image\":\"registry/busybox:1\",\"Labels\":{}},"
	"\"Image\":\"sha256:e93032aab9cf\",\"Name\":\"/web\",\"Driver\":\"vfs\"}";

static struct lookup known;
static struct metadata facts;

static void make_tree(void)
{
	memset(&known, 0, sizeof(known));
	lookup_open(&known, tree_make());
	ck_assert_int_eq(lookup_start(&known), 0);
}

static void remove_tree(void)
{
	lookup_close(&known);
	tree_remove(known.root);
}

/* What is found must outlive the state's memory. */
static bool find_by(const struct lookup_query *q)
{
	static char texts[METADATA_TEXTS][METADATA_TEXT_SIZE];
	bool found = lookup_find(&known, q, &facts);

	for (int i = 0; i < METADATA_TEXTS; i++)
		if (facts.text[i])
			facts.text[i] = strcpy(texts[i], facts.text[i]);
	lookup_release(&known);
	return found;
}

static bool find_in_pod(const char *runtime, const char *id, const char *pod_uid)
{
	return find_by(&(struct lookup_query){ .runtime = runtime, .id = id, .pod_uid = pod_uid });
}

static bool find_of(int64_t owner, const char *runtime, const char *id)
{
	return find_by(&(struct lookup_query){ .runtime = runtime, .id = id, .pod_uid = "", .owner = owner });
}

static bool find(const char *runtime, const char *id)
{
	return find_in_pod(runtime, id, "");
}

START_TEST(reads_docker)
{
	tree_put(DOCKER, docker_file);
	for (int again = 0; again < 2; again++) {
		ck_assert(find("docker", ID));
		ck_assert_str_eq(facts.text[METADATA_RUNTIME], "docker");
		ck_assert_str_eq(facts.text[METADATA_NAME], "web");
		ck_assert_str_eq(facts.text[METADATA_IMAGE], "registry/busybox:1");
		ck_assert_str_eq(facts.text[METADATA_DIGEST], "sha256:e93032aab9cf");
		ck_assert_int_eq(facts.number[METADATA_PID], 23031);
		ck_assert_int_eq(facts.number[METADATA_STARTED_NS], STARTED);
		ck_assert_ptr_null(facts.text[METADATA_POD]);
	}
	ck_assert(find(NULL, ID));
	ck_assert(!find("podman", "another"));
	ck_assert(!find("docker", "../containers/" ID));
}
END_TEST

/* Also where no memory could be had to remember it. */
START_TEST(reads_without_remembering)
{
	lookup_close(&known);
	tree_put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	unlink(DOCKER);
	ck_assert(!find("docker", ID));
}
END_TEST

START_TEST(finds_another_root)
{
	int root = known.root;

	lookup_close(&known);
	memset(&known, 0, sizeof(known));
	lookup_open(&known, root);
	tree_put("etc/docker/daemon.json", "{\"debug\":true,\"data-root\":\"/srv/docker\"}");
	tree_put("srv/docker/containers/" ID "/config.v2.json", docker_file);
	ck_assert_int_eq(lookup_start(&known), 0);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
}
END_TEST

START_TEST(remembers_what_is_gone)
{
	tree_put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	unlink(DOCKER);
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_int_eq(facts.number[METADATA_PID], 23031);
	tree_put(DOCKER, "{\"Name\":");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
}
END_TEST

/* Docker writes pid 0 when a container has stopped. */
START_TEST(unknown_takes_nothing_away)
{
	tree_put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	tree_put(DOCKER, "{\"State\":{\"Pid\":0,\"StartedAt\":\"0001-01-01T00:00:00Z\"},"
	    "\"Name\":\"/renamed-to-something-else\",\"Image\":\"\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "renamed-to-something-else");
	ck_assert_str_eq(facts.text[METADATA_DIGEST], "sha256:e93032aab9cf");
	ck_assert_int_eq(facts.number[METADATA_PID], 23031);
	ck_assert_int_eq(facts.number[METADATA_STARTED_NS], STARTED);
}
END_TEST

/* ---- other runtimes ----------------------------------------------------------- */

static void put_started(const char *path, const char *pid)
{
	const struct timespec times[2] = {
		{ STARTED / 1000000000, STARTED % 1000000000 },
		{ STARTED / 1000000000, STARTED % 1000000000 },
	};

	tree_put(path, pid);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

#define TASKS	"run/containerd/io.containerd.runtime.v2.task/"
#define UID	"0d8e5b7a-1b2c-4d3e-8f90-a1b2c3d4e5f6"

/* As containerd 1.6 writes it for its CRI service, but for what nobody reads. */
static const char containerd_file[] =
	"{\"ociVersion\":\"1.0.2-dev\",\"annotations\":{"
	"\"io.kubernetes.cri.container-name\":\"app\","
	"\"io.kubernetes.cri.container-type\":\"container\","
	"\"io.kubernetes.cri.image-name\":\"docker.io/library/busybox:1\","
	"\"io.kubernetes.cri.sandbox-id\":\"12ab\","
	"\"io.kubernetes.cri.sandbox-name\":\"api-7f9\","
	"\"io.kubernetes.cri.sandbox-namespace\":\"web\"},"
	"\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\","
	"\"path\":\"/proc/1234/ns/net\"}]}}";

static void is_app(const char *runtime)
{
	ck_assert_str_eq(facts.text[METADATA_RUNTIME], runtime);
	ck_assert_str_eq(facts.text[METADATA_NAME], "app");
	ck_assert_str_eq(facts.text[METADATA_POD], "api-7f9");
	ck_assert_str_eq(facts.text[METADATA_NAMESPACE], "web");
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
	ck_assert_int_eq(facts.number[METADATA_PID], 4711);
	ck_assert_int_eq(facts.number[METADATA_STARTED_NS], STARTED);
}

START_TEST(reads_containerd)
{
	/* Another namespace, which comes first or last. */
	tree_put(TASKS "moby/other/config.json", "{}");
	tree_put(TASKS "k8s.io/" ID "/config.json", containerd_file);
	put_started(TASKS "k8s.io/" ID "/init.pid", "4711");
	for (int again = 0; again < 2; again++) {
		ck_assert(find_in_pod(again ? NULL : "containerd", ID, UID));
		is_app("containerd");
		ck_assert_str_eq(facts.text[METADATA_IMAGE], "docker.io/library/busybox:1");
		ck_assert_int_eq(facts.number[METADATA_HOST_NETWORK], 0);
	}
	ck_assert(!find("containerd", "another"));
	ck_assert(!find("containerd", "../moby/other"));
	ck_assert(!find("docker", "other"));
	/* It is gone, but not forgotten. */
	unlink(TASKS "k8s.io/" ID "/config.json");
	ck_assert(find_in_pod("containerd", ID, UID));
	is_app("containerd");
}
END_TEST

/* Those of Kubernetes' own distributions, the host's network, a sandbox. */
START_TEST(reads_containerd_elsewhere)
{
	tree_put("run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	    "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\","
	    "\"io.kubernetes.cri.sandbox-name\":\"proxy\"},"
	    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}");
	ck_assert(find_in_pod("containerd", ID, UID));
	ck_assert_str_eq(facts.text[METADATA_POD], "proxy");
	ck_assert_ptr_null(facts.text[METADATA_NAME]);
	ck_assert_ptr_null(facts.text[METADATA_CONTAINER]);
	ck_assert_int_eq(facts.number[METADATA_HOST_NETWORK], 1);
	ck_assert_int_eq(facts.number[METADATA_PID], EVENT_UNKNOWN);
}
END_TEST

/* What people started themselves is in no pod. */
START_TEST(reads_containerd_of_people)
{
	tree_put(TASKS "default/web/config.json", "{\"ociVersion\":\"1.0.2\"}");
	ck_assert(find("containerd", "web"));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	tree_put(TASKS "default/" ID "/config.json",
	    "{\"annotations\":{\"nerdctl/name\":\"shop\"}}");
	ck_assert(find("containerd", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "shop");
	ck_assert_ptr_null(facts.text[METADATA_POD]);
	ck_assert_int_eq(facts.number[METADATA_HOST_NETWORK], EVENT_UNKNOWN);
}
END_TEST

#define STORAGE	"var/lib/containers/storage/overlay-containers/"
#define RUNNING	"run/containers/storage/overlay-containers/"

START_TEST(reads_crio)
{
	tree_put(STORAGE ID "/userdata/config.json",
	    "{\"annotations\":{\"io.container.manager\":\"cri-o\","
	    "\"io.kubernetes.container.name\":\"app\","
	    "\"io.kubernetes.pod.name\":\"api-7f9\","
	    "\"io.kubernetes.pod.namespace\":\"web\","
	    "\"io.kubernetes.cri-o.ImageName\":\"quay.io/busybox:1\","
	    "\"io.kubernetes.cri-o.ImageRef\":\"e930\"},"
	    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"}]}}");
	/* It is in the list that Podman has, too, but is none of Podman's. */
	tree_put(STORAGE "containers.json", "[{\"id\":\"" ID "\",\"names\":[\"k8s_app\"],"
	    "\"metadata\":\"{\\\"pod-id\\\":\\\"12ab\\\"}\"}]");
	put_started(RUNNING ID "/userdata/pidfile", "4711");
	for (int again = 0; again < 2; again++) {
		ck_assert(find_in_pod(again ? NULL : "cri-o", ID, UID));
		is_app("cri-o");
		ck_assert_str_eq(facts.text[METADATA_IMAGE], "quay.io/busybox:1");
		ck_assert_str_eq(facts.text[METADATA_DIGEST], "e930");
		ck_assert_int_eq(facts.number[METADATA_HOST_NETWORK], 0);
	}
	ck_assert(!find("podman", "no-such"));
}
END_TEST

#define SANDBOX	"0f1c"

/* They are the pod's, and stay known when it is gone. */
START_TEST(reads_labels_of_crio)
{
	tree_put(STORAGE ID "/userdata/config.json",
	    "{\"annotations\":{\"io.container.manager\":\"cri-o\","
	    "\"io.kubernetes.container.name\":\"app\",\"io.kubernetes.cri-o.SandboxID\":\"" SANDBOX "\","
	    "\"io.kubernetes.cri-o.Labels\":\"{\\\"io.kubernetes.pod.name\\\":\\\"api-7f9\\\"}\"}}");
	ck_assert(find_in_pod("cri-o", ID, UID));
	ck_assert_ptr_null(facts.text[METADATA_LABELS]);
	tree_put(STORAGE SANDBOX "/userdata/config.json",
	    "{\"annotations\":{\"io.container.manager\":\"cri-o\",\"io.kubernetes.cri-o.Labels\":"
	    "\"{\\\"app\\\":\\\"api\\\",\\\"io.kubernetes.pod.uid\\\":\\\"1\\\",\\\"tier\\\":\\\"\\\","
	    "\\\"a,b\\\":\\\"c\\\",\\\"d\\\":\\\"e,f=g\\\",\\\"h\\\":7}\"}}");
	for (int again = 0; again < 2; again++) {
		ck_assert(find_in_pod("cri-o", ID, UID));
		ck_assert_str_eq(facts.text[METADATA_LABELS], "app=api,tier=");
		ck_assert_str_eq(facts.text[METADATA_NAME], "app");
		tree_take(STORAGE SANDBOX);
		tree_take(STORAGE ID);
	}
}
END_TEST

START_TEST(reads_labels_of_docker)
{
	tree_put(DOCKER, "{\"Name\":\"/k8s_app\",\"Config\":{\"Labels\":{"
		 "\"io.kubernetes.container.name\":\"app\","
		 "\"io.kubernetes.sandbox.id\":\"" SANDBOX "\"}}}");
	tree_put("var/lib/docker/containers/" SANDBOX "/config.v2.json",
		 "{\"Name\":\"/k8s_POD\",\"Config\":{\"Labels\":{\"app\":\"api\","
		 "\"annotation.kubernetes.io/config.seen\":\"x\"}}}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_LABELS], "app=api");
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
}
END_TEST

/* Where no memory could be had to remember it: there is room for one file. */
START_TEST(keeps_a_name_for_no_labels)
{
	lookup_close(&known);
	tree_put(DOCKER, "{\"Name\":\"/web\",\"Config\":{\"Labels\":{"
		 "\"io.kubernetes.sandbox.id\":\"" SANDBOX "\"}}}");
	tree_put("var/lib/docker/containers/" SANDBOX "/config.v2.json",
		 "{\"Other\":\"/k8s_POD_and_other_words\",\"Config\":{\"Labels\":{\"app\":\"api\"}}}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_ptr_null(facts.text[METADATA_LABELS]);
}
END_TEST

static const char *const bad_sandboxes[] = {
	"", "..", "../containers/" SANDBOX, "/", "none",
};

START_TEST(takes_no_other_labels)
{
	char file[512];

	snprintf(file, sizeof(file), "{\"Name\":\"/web\",\"Config\":{\"Labels\":{"
		 "\"io.kubernetes.sandbox.id\":\"%s\"}}}", bad_sandboxes[_i]);
	tree_put(DOCKER, file);
	tree_put("var/lib/docker/containers/" SANDBOX "/config.v2.json",
		 "{\"Config\":{\"Labels\":{\"app\":\"api\"}}}");
	tree_put("var/lib/docker/config.v2.json", "{\"Config\":{\"Labels\":{\"app\":\"api\"}}}");
	ck_assert(find("docker", ID));
	ck_assert_ptr_null(facts.text[METADATA_LABELS]);
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
}
END_TEST

/* As Podman 4.3 writes it. */
START_TEST(reads_podman)
{
	tree_put(STORAGE ID "/userdata/config.json", "{\"annotations\":{"
	    "\"io.container.manager\":\"libpod\",\"io.kubernetes.cri-o.TTY\":\"false\"}}");
	tree_put(STORAGE "containers.json",
	    "[{\"id\":\"12ab\",\"names\":[\"other\"]},7,{\"id\":\"" ID "\","
	    "\"names\":[\"web\"],\"image\":\"3553\",\"metadata\":"
	    "\"{\\\"image-name\\\":\\\"localhost/busybox:1\\\"}\"}]");
	put_started(RUNNING ID "/userdata/pidfile", "4711\n");
	for (int again = 0; again < 2; again++) {
		ck_assert(find(again ? NULL : "podman", ID));
		ck_assert_str_eq(facts.text[METADATA_RUNTIME], "podman");
		ck_assert_str_eq(facts.text[METADATA_NAME], "web");
		ck_assert_str_eq(facts.text[METADATA_IMAGE], "localhost/busybox:1");
		ck_assert_str_eq(facts.text[METADATA_DIGEST], "3553");
		ck_assert_int_eq(facts.number[METADATA_PID], 4711);
		ck_assert_int_eq(facts.number[METADATA_STARTED_NS], STARTED);
	}
	ck_assert(find("podman", "12ab"));
	ck_assert_str_eq(facts.text[METADATA_NAME], "other");
	ck_assert_ptr_null(facts.text[METADATA_IMAGE]);
	/* Others come and go. */
	tree_put(STORAGE "containers.json", "[]");
	ck_assert(find("podman", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert(!find("podman", "new"));
}
END_TEST

/* The metadata are text within the text: as deep as they like. */
START_TEST(podman_metadata_may_be_anything)
{
	static char text[JSON_ARENA_FILE_BYTES];
	char *to = stpcpy(text, "[{\"id\":\"" ID "\",\"names\":[\"web\"],\"metadata\":\"");

	memset(to, '[', 200000);
	strcpy(to + 200000, "\"}]");
	tree_put(STORAGE "containers.json", text);
	ck_assert(find("podman", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	tree_put(STORAGE "containers.json", "[{\"id\":\"" ID "\",\"names\":{},\"metadata\":\"[]\"}]");
	ck_assert(find("podman", ID));
	tree_put(STORAGE "containers.json", "{\"id\":\"" ID "\"}");
	lookup_close(&known);
	ck_assert(!find("podman", ID));
}
END_TEST

/* The list is the same; the container has been started, or started again. */
START_TEST(takes_a_new_pid)
{
	tree_put(STORAGE "containers.json", "[{\"id\":\"" ID "\",\"names\":[\"web\"]}]");
	ck_assert(find("podman", ID));
	ck_assert_int_eq(facts.number[METADATA_PID], EVENT_UNKNOWN);
	for (int again = 0; again < 2; again++) {
		put_started(RUNNING ID "/userdata/pidfile", again ? "4712" : "4711");
		ck_assert(find("podman", ID));
		ck_assert_int_eq(facts.number[METADATA_PID], 4711 + again);
		ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	}
}
END_TEST

/* What `podman run --rm` starts. */
START_TEST(reads_volatile)
{
	tree_put(STORAGE "containers.json", "[]");
	tree_put(STORAGE "volatile-containers.json", "[{\"id\":\"" ID "\",\"names\":[\"web\"]}]");
	ck_assert(find("podman", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
}
END_TEST

/* ---- of users ---- */

#define HOME		"home/ada/.local/share/"
#define OF_ADA		HOME "containers/storage/overlay-containers/"

static void make_users(void)
{
	tree_put("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
		 "ada:x:1000:1000:Ada,,:/home/ada:/bin/sh\n"
		 "bab:x:1001:1001::/home/bab\nnone:x:1002:1002\nrel:x:1003:1003::home/ada:\n");
}

START_TEST(reads_what_users_have)
{
	make_users();
	tree_put(OF_ADA "containers.json", "[{\"id\":\"" ID "\",\"names\":[\"web\"]}]");
	tree_put(OF_ADA "volatile-containers.json", "[{\"id\":\"12ab\",\"names\":[\"job\"]}]");
	put_started("run/user/1000/containers/overlay-containers/" ID "/userdata/pidfile", "4711");
	ck_assert(find_of(1000, "podman", ID));
	ck_assert_str_eq(facts.text[METADATA_RUNTIME], "podman");
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_int_eq(facts.number[METADATA_PID], 4711);
	ck_assert(find_of(1000, NULL, "12ab"));
	ck_assert_str_eq(facts.text[METADATA_NAME], "job");
	tree_put(HOME "docker/containers/" ID "/config.v2.json", docker_file);
	ck_assert(find_of(1000, "docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_int_eq(facts.number[METADATA_PID], 23031);
}
END_TEST

/* They can say what they like, but of nothing that is not theirs. */
START_TEST(users_speak_for_themselves)
{
	make_users();
	tree_put(OF_ADA "containers.json", "[{\"id\":\"" ID "\",\"names\":[\"mine\"]}]");
	ck_assert(find_of(1000, "podman", ID));
	for (int64_t owner = 1001; owner < 1005; owner++)
		ck_assert(!find_of(owner, "podman", ID));
	ck_assert(!find("podman", ID));
	tree_put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
	ck_assert(!find_of(1001, "docker", ID));
}
END_TEST

START_TEST(follows_no_link_of_users)
{
	make_users();
	tree_put("srv/containers/storage/overlay-containers/containers.json",
		 "[{\"id\":\"" ID "\",\"names\":[\"other\"]}]");
	tree_directories(HOME);
	ck_assert_int_eq(symlink("/srv/containers", HOME "containers"), 0);
	ck_assert(!find_of(1000, "podman", ID));
	/* Where a home is, is the administrator's choice. */
	tree_take("home");
	tree_directories("home/");
	tree_directories("srv/ada/.local/");
	ck_assert_int_eq(symlink("/srv/ada", "home/ada"), 0);
	ck_assert_int_eq(mkdir("srv/ada/.local/share", 0700), 0);
	ck_assert_int_eq(rename("srv/containers", "srv/ada/.local/share/containers"), 0);
	ck_assert(find_of(1000, "podman", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "other");
}
END_TEST

static const char *const bad_pids[] = { "", "0", "-1", "x", "99999999999999999999", "\n12" };

START_TEST(takes_no_bad_pid)
{
	tree_put(TASKS "default/web/config.json", "{}");
	tree_put(TASKS "default/web/init.pid", bad_pids[_i]);
	ck_assert(find("containerd", "web"));
	ck_assert_int_eq(facts.number[METADATA_PID], EVENT_UNKNOWN);
	ck_assert_int_eq(facts.number[METADATA_STARTED_NS], EVENT_UNKNOWN);
}
END_TEST

/* ---- the logs of pods ------------------------------------------------------------ */

#define LOG	"var/log/containers/api-7f9_web_app-" ID ".log"

START_TEST(finds_a_log)
{
	tree_directories(LOG);
	ck_assert_int_eq(symlink("/somewhere/0.log", LOG), 0);
	tree_put("var/log/containers/a_b_c-12ab.log", "");
	ck_assert(find_in_pod("containerd", ID, UID));
	ck_assert_str_eq(facts.text[METADATA_POD], "api-7f9");
	ck_assert_str_eq(facts.text[METADATA_NAMESPACE], "web");
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
	ck_assert_ptr_null(facts.text[METADATA_NAME]);
	/* Nobody looks there for what is in no pod. */
	ck_assert(!find("containerd", "12ab"));
	unlink(LOG);
	ck_assert(find_in_pod("containerd", ID, UID));
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
}
END_TEST

/* What its file says counts; what it does not say is in the log's name. */
START_TEST(a_log_completes_a_file)
{
	tree_put(DOCKER, docker_file);
	tree_put(LOG, "");
	ck_assert(find_in_pod("docker", ID, UID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_str_eq(facts.text[METADATA_POD], "api-7f9");
	tree_put(TASKS "k8s.io/34cd/config.json", "{\"annotations\":{"
	    "\"io.kubernetes.cri.sandbox-name\":\"of-the-file\"}}");
	tree_put("var/log/containers/of-the-log_web_app-34cd.log", "");
	ck_assert(find_in_pod("containerd", "34cd", UID));
	ck_assert_str_eq(facts.text[METADATA_POD], "of-the-file");
	ck_assert_str_eq(facts.text[METADATA_CONTAINER], "app");
}
END_TEST

START_TEST(finds_a_pod_by_its_logs)
{
	tree_put("var/log/pods/web_api-7f9_" UID "/app/0.log", "");
	tree_put("var/log/pods/web_other_" UID "0/app/0.log", "");
	ck_assert(find_in_pod("cri-o", ID, UID));
	ck_assert_str_eq(facts.text[METADATA_POD], "api-7f9");
	ck_assert_str_eq(facts.text[METADATA_NAMESPACE], "web");
	ck_assert_ptr_null(facts.text[METADATA_CONTAINER]);
	ck_assert(!find_in_pod("cri-o", "12ab", "another"));
}
END_TEST

static const char *const bad_logs[] = {
	"app-" ID ".log", "web_app-" ID ".log", "_-" ID ".log", "a_b_c_d-" ID ".log",
	"a_b_c" ID ".log", "a_b_c-" ID, "-" ID ".log", "a_b_c-" ID "x.log", "__-" ID ".log",
};

START_TEST(takes_no_other_log)
{
	char path[400];

	snprintf(path, sizeof(path), "var/log/containers/%s", bad_logs[_i]);
	tree_put(path, "");
	find_in_pod("containerd", ID, UID);
	ck_assert_ptr_null(facts.text[METADATA_POD]);
	ck_assert_ptr_null(facts.text[METADATA_NAMESPACE]);
}
END_TEST

/* ---- hostile files ------------------------------------------------------------ */

/* A file that was cut is not read at all. */
START_TEST(takes_no_half_file)
{
	for (size_t len = 0; len < sizeof(docker_file) - 1; len++) {
		tree_put_bytes(DOCKER, docker_file, len);
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
	tree_put(DOCKER, garbage[_i]);
	ck_assert(!find("docker", ID));
}
END_TEST

/* Values of other types than they should have are none. */
START_TEST(takes_no_other_types)
{
	tree_put(DOCKER, "{\"Name\":{\"x\":1},\"Image\":[\"a\"],\"Config\":\"y\",\"State\":"
	    "{\"Pid\":\"7\",\"StartedAt\":12}}");
	ck_assert(find("docker", ID));
	ck_assert_ptr_null(facts.text[METADATA_NAME]);
	ck_assert_ptr_null(facts.text[METADATA_IMAGE]);
	ck_assert_ptr_null(facts.text[METADATA_DIGEST]);
	ck_assert_int_eq(facts.number[METADATA_PID], EVENT_UNKNOWN);
	ck_assert_int_eq(facts.number[METADATA_STARTED_NS], EVENT_UNKNOWN);
}
END_TEST

static void put_nested(size_t count)
{
	static char text[JSON_ARENA_FILE_BYTES + 64];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"x\":");

	memset(to, '[', count);
	memset(to + count, ']', count);
	strcpy(to + 2 * count, "}");
	tree_put(DOCKER, text);
}

START_TEST(takes_nothing_too_deep)
{
	put_nested(JSON_ARENA_DEPTH - 1);
	ck_assert(find("docker", ID));
	put_nested(JSON_ARENA_DEPTH);
	lookup_close(&known);
	ck_assert(!find("docker", ID));
	put_nested(200000);
	ck_assert(!find("docker", ID));
}
END_TEST

/* Brackets in strings are no levels. */
START_TEST(knows_strings_from_levels)
{
	tree_put(DOCKER, "{\"x\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[\\\\\",\"Name\":\"/web\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
}
END_TEST

static void put_long(size_t size, char fill, const char *end)
{
	static char text[2 * JSON_ARENA_FILE_BYTES];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"Image\":\"");

	memset(to, fill, size - (size_t)(to - text));
	strcpy(text + size, end);
	tree_put(DOCKER, text);
}

START_TEST(takes_nothing_too_large)
{
	put_long(JSON_ARENA_FILE_BYTES - 2, 'x', "\"}");
	ck_assert(find("docker", ID));
	ck_assert_str_eq(facts.text[METADATA_NAME], "web");
	ck_assert_ptr_null(facts.text[METADATA_DIGEST]);	/* for it is too long */
	lookup_close(&known);
	put_long(JSON_ARENA_FILE_BYTES - 1, 'x', "\"}");
	ck_assert(!find("docker", ID));
}
END_TEST

/* Many small values: more memory than there is, but no more than that. */
START_TEST(takes_no_more_memory)
{
	static char text[JSON_ARENA_FILE_BYTES];
	char *to = stpcpy(text, "{\"Name\":\"/web\",\"x\":[0");

	while (to < text + sizeof(text) - 8)
		to = stpcpy(to, ",[]");
	strcpy(to, "]}");
	tree_put(DOCKER, text);
	ck_assert(!find("docker", ID));
	tree_put(DOCKER, docker_file);
	ck_assert(find("docker", ID));
}
END_TEST

START_TEST(leaves_no_directory)
{
	tree_put("secret/config.v2.json", docker_file);
	tree_directories(DOCKER);
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
	tree_put("moved/containers/" ID "/config.v2.json", docker_file);
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
	ck_assert_int_eq(metadata_parse_time(times[_i].text), times[_i].ns);
}
END_TEST

/* ---- the table ---------------------------------------------------------------- */

static struct cache table;
static const struct cache_stamp stamp = { 1, 2, 3 };

static void keep(int number, const char *name, int64_t pid)
{
	struct metadata f;
	char id[16];

	metadata_init(&f);
	metadata_text(&f, METADATA_NAME, name);
	f.number[METADATA_PID] = pid;
	snprintf(id, sizeof(id), "id-%d", number);
	cache_keep(&table, id, &f, &stamp);
}

static bool is_kept(int number, const char *name, int64_t pid)
{
	struct cache_stamp got;
	struct metadata f;
	char id[16];

	metadata_init(&f);
	snprintf(id, sizeof(id), "id-%d", number);
	if (!cache_find(&table, id, &f, &got))
		return false;
	ck_assert_str_eq(f.text[METADATA_NAME], name);
	ck_assert_ptr_null(f.text[METADATA_POD]);
	ck_assert_int_eq(f.number[METADATA_PID], pid);
	ck_assert_mem_eq(&got, &stamp, sizeof(got));
	return true;
}

START_TEST(keeps_ten_thousand)
{
	static char name[400];

	ck_assert_int_eq(cache_open(&table), 0);
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
	cache_close(&table);
}
END_TEST

/* Of many, with names of all lengths, the last ones are there. */
START_TEST(the_oldest_give_way)
{
	static char name[METADATA_TEXT_SIZE];
	int i, oldest = 0;

	ck_assert_int_eq(cache_open(&table), 0);
	memset(name, 'n', sizeof(name) - 1);
	for (i = 0; i < 50000; i++)
		keep(i, name + (i * 37) % (METADATA_TEXT_SIZE - 1), i);
	while (!is_kept(oldest, name + (oldest * 37) % (METADATA_TEXT_SIZE - 1), oldest))
		oldest++;
	ck_assert_int_gt(oldest, 0);
	ck_assert_int_lt(oldest, 50000 - 2000);
	for (i = oldest; i < 50000; i++)
		ck_assert(is_kept(i, name + (i * 37) % (METADATA_TEXT_SIZE - 1), i));
	cache_close(&table);
}
END_TEST

START_TEST(the_newest_counts)
{
	ck_assert_int_eq(cache_open(&table), 0);
	keep(1, "a", 1);
	keep(2, "b", 2);
	keep(1, "much longer", 3);
	ck_assert(is_kept(1, "much longer", 3));
	ck_assert(is_kept(2, "b", 2));
	ck_assert(!is_kept(3, "", 0));
	cache_close(&table);
	ck_assert(!is_kept(1, "", 0));
	keep(1, "nowhere", 1);
}
END_TEST

Suite *lookup_suite(void)
{
	Suite *s = suite_create("lookup");
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
	tcase_add_test(t, reads_containerd);
	tcase_add_test(t, reads_containerd_elsewhere);
	tcase_add_test(t, reads_containerd_of_people);
	tcase_add_test(t, reads_crio);
	tcase_add_test(t, reads_labels_of_crio);
	tcase_add_test(t, reads_labels_of_docker);
	tcase_add_test(t, keeps_a_name_for_no_labels);
	tcase_add_loop_test(t, takes_no_other_labels, 0,
			    sizeof(bad_sandboxes) / sizeof(bad_sandboxes[0]));
	tcase_add_test(t, reads_podman);
	tcase_add_test(t, podman_metadata_may_be_anything);
	tcase_add_test(t, takes_a_new_pid);
	tcase_add_test(t, reads_volatile);
	tcase_add_test(t, reads_what_users_have);
	tcase_add_test(t, users_speak_for_themselves);
	tcase_add_test(t, follows_no_link_of_users);
	tcase_add_loop_test(t, takes_no_bad_pid, 0, sizeof(bad_pids) / sizeof(bad_pids[0]));
	tcase_add_test(t, finds_a_log);
	tcase_add_test(t, a_log_completes_a_file);
	tcase_add_test(t, finds_a_pod_by_its_logs);
	tcase_add_loop_test(t, takes_no_other_log, 0, sizeof(bad_logs) / sizeof(bad_logs[0]));
	suite_add_tcase(s, t);
	t = tcase_create("facts");
	tcase_add_loop_test(t, reads_times, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(t, keeps_ten_thousand);
	tcase_add_test(t, the_oldest_give_way);
	tcase_add_test(t, the_newest_counts);
	suite_add_tcase(s, t);
	return s;
}

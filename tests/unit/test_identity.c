// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/identity.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/hostfs.h"
#include "output/output.h"
#include "outputs.h"
#include "tree.h"

Suite *identity_suite(void);

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define ID2	"2327a2aec169e25cf05f2a901486b7463fdb513ae097fc0ae6a3ca94381ddc42"
#define UID	"1858680e-b044-4fd5-9dd4-f137e30e2180"

#define COUNT(table)	(int)(sizeof(table) / sizeof((table)[0]))

static struct identity identity;

static void open_anew(int root, const char *node)
{
	memset(&identity, 0, sizeof(identity));
	identity_open(&identity, root, node);
}

static void complete(const char *cgroup, const char *node)
{
	event_init(&event);
	event.victim.cgroup = cgroup;
	open_anew(-1, node);
	identity_complete(&identity, &event, true);
}

START_TEST(tells_what_the_path_says)
{
	complete("/docker/" ID, NULL);
	ck_assert_str_eq(event.runtime.name, "docker");
	ck_assert_str_eq(event.runtime.container_id, ID);
	ck_assert_ptr_null(event.runtime.container_name);
	ck_assert_str_eq(event.runtime.outer_id, "");
	ck_assert_str_eq(event.k8s.pod_uid, "");
	ck_assert_str_eq(event.k8s.node, "");
	ck_assert_str_eq(event.systemd.unit, "");

	complete("/kubepods.slice/kubepods-pod" UID ".slice/cri-containerd-" ID ".scope", NULL);
	ck_assert_str_eq(event.k8s.pod_uid, UID);
	ck_assert_str_eq(event.k8s.qos, "Guaranteed");
	ck_assert_ptr_null(event.k8s.pod);
	ck_assert_ptr_nonnull(event.k8s.node);
	ck_assert_str_eq(event.systemd.slice, "kubepods-pod" UID ".slice");

	complete("/lxc.payload.web/docker/" ID2, NULL);
	ck_assert_str_eq(event.runtime.container_id, ID2);
	ck_assert_str_eq(event.runtime.outer_name, "lxc");
	ck_assert_str_eq(event.runtime.outer_container_name, "web");
}
END_TEST

/* No container is a fact; no path is none. */
START_TEST(tells_none_from_unknown)
{
	complete("/system.slice/ssh.service", NULL);
	ck_assert_str_eq(event.runtime.name, "");
	ck_assert_str_eq(event.runtime.container_id, "");
	ck_assert_str_eq(event.runtime.container_name, "");
	ck_assert_str_eq(event.k8s.pod, "");
	ck_assert_str_eq(event.systemd.unit, "ssh.service");

	complete(NULL, NULL);
	ck_assert_ptr_null(event.runtime.name);
	ck_assert_ptr_null(event.runtime.container_name);
	ck_assert_ptr_null(event.k8s.pod);
	ck_assert_ptr_null(event.k8s.node);
	ck_assert_ptr_null(event.systemd.unit);

	complete(".../a/b", NULL);
	ck_assert_ptr_null(event.runtime.container_id);
	ck_assert_ptr_null(event.runtime.outer_id);
	ck_assert_ptr_null(event.k8s.pod);
	complete(".../docker/" ID, NULL);
	ck_assert_str_eq(event.runtime.container_id, ID);
}
END_TEST

START_TEST(names_the_node)
{
	char top[] = "/tmp/test-identity-XXXXXX", path[64];
	char host[256];
	FILE *f;
	int root;

	complete(NULL, "worker-1");
	ck_assert_str_eq(event.k8s.node, "worker-1");
	complete("/system.slice/ssh.service", "worker-1");
	ck_assert_str_eq(event.k8s.node, "worker-1");
	gethostname(host, sizeof(host));
	complete("/kubepods/pod" UID, "");
	ck_assert_str_eq(event.k8s.node, host);

	ck_assert_ptr_nonnull(mkdtemp(top));
	snprintf(path, sizeof(path), "%s/etc", top);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/etc/hostname", top);
	f = fopen(path, "w");
	fputs("node-of-the-host\n", f);
	fclose(f);
	root = hostfs_root(top);
	open_anew(root, NULL);
	ck_assert_str_eq(identity.node, "node-of-the-host");
	close(root);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc", top);
	rmdir(path);
	rmdir(top);
}
END_TEST

static bool is_node(const char *top, const char *node)
{
	int root = hostfs_root(top);
	bool is;

	ck_assert_int_ge(root, 0);
	open_anew(root, node);
	is = identity_is_node(&identity);
	close(root);
	return is;
}

/* Where a kubelet keeps its pods, link or not, or where the node has a name. */
START_TEST(knows_a_node_of_kubernetes)
{
	static const char *const places[] = {
		"var/lib/kubelet", "var/lib/k0s/kubelet",
		"var/snap/microk8s/common/var/lib/kubelet",
	};
	char top[] = "/tmp/test-node-XXXXXX", command[512];

	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert(!is_node(top, NULL));
	ck_assert(!is_node(top, ""));
	ck_assert(is_node(top, "worker-1"));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(command, sizeof(command), "rm -rf %s/* && mkdir -p %s/%s",
			 top, top, places[i]);
		ck_assert_int_eq(system(command), 0);
		ck_assert(!is_node(top, NULL));
		snprintf(command, sizeof(command), "mkdir -p %s/data/pods && ln -s /data/pods %s/%s/pods",
			 top, top, places[i]);
		ck_assert_int_eq(system(command), 0);
		ck_assert(is_node(top, NULL));
	}
	snprintf(command, sizeof(command), "rm -rf %s", top);
	ck_assert_int_eq(system(command), 0);
	open_anew(-1, NULL);
	ck_assert(!identity_is_node(&identity));
}
END_TEST

/* ---- names of other containers ---- */

#define DOCKER(id)	"var/lib/docker/containers/" id "/config.v2.json"
#define TASK(id)	"run/containerd/io.containerd.runtime.v2.task/k8s.io/" id "/config.json"
#define ID3		"b3fcc94cd6a1c263626ac6283d30ab854d9437379ec1a618b233c7c929891819"

static int host = -1;

static void put_task(const char *cgroup)
{
	char text[800];

	snprintf(text, sizeof(text), "{\"annotations\":{"
		 "\"io.kubernetes.cri.container-name\":\"app\","
		 "\"io.kubernetes.cri.sandbox-name\":\"api\","
		 "\"io.kubernetes.cri.sandbox-namespace\":\"web\"},"
		 "\"linux\":{\"cgroupsPath\":\"%s\"}}", cgroup);
	tree_put(TASK(ID2), text);
}

static void make_host(void)
{
	host = tree_make();
	tree_put(DOCKER(ID), "{\"Name\":\"/mine\"}");
	tree_put(DOCKER(ID2), "{\"Name\":\"/other\",\"Config\":{\"Image\":\"secret\"}}");
	tree_put("var/log/pods/web_api_" UID "/app/0.log", "");
}

static void remove_host(void)
{
	identity_close(&identity);
	tree_remove(host);
}

/* Twice: what is remembered is no more to be had than what is read. */
static void complete_on_host(const char *cgroup)
{
	open_anew(host, NULL);
	ck_assert_int_ge(identity_start(&identity), 0);
	while (identity_watch(&identity))
		;
	for (int again = 0; again < 2; again++) {
		event_init(&event);
		event.victim.cgroup = cgroup;
		identity_complete(&identity, &event, true);
	}
}

static const char *const stolen[] = {
	"/docker/" ID "/docker-" ID2 ".scope", "/docker/" ID "/docker/" ID2,
	"/docker/" ID "/" ID2, "/docker/" ID "/libpod-" ID2 ".scope",
	"/docker/" ID "/a/b/docker-" ID2 ".scope",
	"/docker/" ID "/kubepods/pod" UID "/" ID2,
	"/docker/" ID "/kubepods/burstable/pod" UID "/cri-containerd-" ID2 ".scope",
	"/docker/" ID "/" ID3 "/kubepods/pod" UID "/" ID2,
};

START_TEST(a_name_is_not_stolen)
{
	put_task("/kubepods/pod" UID "/" ID2);
	complete_on_host(stolen[_i]);
	ck_assert_str_eq(event.runtime.container_id, ID2);
	ck_assert_ptr_null(event.runtime.container_name);
	ck_assert_ptr_null(event.runtime.image_name);
	ck_assert(!event.k8s.pod || !*event.k8s.pod);
	ck_assert(!event.k8s.namespace || !*event.k8s.namespace);
	ck_assert_str_eq(event.runtime.outer_id, ID);
	ck_assert_str_eq(event.runtime.outer_container_name, "mine");
}
END_TEST

/* Nor by a user's container, which is in that user's session. */
START_TEST(a_name_is_not_stolen_by_a_user)
{
	complete_on_host("/user.slice/user-1000.slice/libpod-" ID3 ".scope/docker-" ID2 ".scope");
	ck_assert_str_eq(event.runtime.container_id, ID2);
	ck_assert_ptr_null(event.runtime.container_name);
}
END_TEST

/* The pod stays the one that the container is in. */
START_TEST(a_pod_is_not_stolen)
{
	tree_take(DOCKER(ID2));
	put_task("/kubepods/pod11/" ID2);
	complete_on_host("/kubepods/pod11/" ID2 "/kubepods/pod" UID "/" ID3);
	ck_assert_str_eq(event.k8s.pod_uid, "11");
	ck_assert_str_eq(event.k8s.pod, "api");
	ck_assert_str_eq(event.runtime.container_id, ID3);
	ck_assert_ptr_null(event.runtime.container_name);
}
END_TEST

static const struct {
	const char *configured, *path;
} nested[] = {
	{ "/docker/" ID "/kubelet/kubepods/pod" UID "/" ID2,
	  "/docker/" ID "/kubelet/kubepods/pod" UID "/" ID2 },
	{ "/docker/" ID "/kubelet/kubepods/pod" UID "/" ID2,
	  "/docker/" ID "/kubelet/kubepods/pod" UID "/" ID2 "/init.scope" },
};

/* The host's own runtime was told to make it there. */
START_TEST(a_nested_container_has_its_name)
{
	tree_take(DOCKER(ID2));
	put_task(nested[_i].configured);
	complete_on_host(nested[_i].path);
	ck_assert_str_eq(event.runtime.container_id, ID2);
	ck_assert_str_eq(event.runtime.container_name, "app");
	ck_assert_str_eq(event.k8s.pod, "api");
	ck_assert_str_eq(event.runtime.outer_container_name, "mine");
}
END_TEST

#define KUBELET	"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1.slice"

static const struct {
	const char *path, *name;
} in_node[] = {
	{ "/docker/" ID3 KUBELET "/cri-containerd-" ID2 ".scope", "app" },
	/* a container beside the node, one in the node's pod, one without the node */
	{ "/docker/" ID KUBELET "/cri-containerd-" ID2 ".scope", NULL },
	{ "/docker/" ID3 KUBELET "/cri-containerd-" ID ".scope" KUBELET "/cri-containerd-" ID2 ".scope", NULL },
	{ KUBELET "/cri-containerd-" ID2 ".scope", NULL },
};

/* In a node that is itself a container, the files are the node's. */
START_TEST(a_node_has_the_names_of_its_containers)
{
	tree_put("proc/1/mountinfo",
		 "600 579 0:45 / / rw,relatime - overlay overlay rw\n"
		 "614 600 254:1 /docker/containers/" ID3 "/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
		 "615 600 254:1 /docker/containers/" ID "/hosts /mnt/etc/hostname rw - ext4 /dev/vda rw\n");
	tree_take(DOCKER(ID2));
	put_task("kubelet-kubepods-pod1.slice:cri-containerd:" ID2);
	complete_on_host(in_node[_i].path);
	ck_assert_str_eq(event.runtime.container_id, ID2);
	ck_assert_pstr_eq(event.runtime.container_name, in_node[_i].name);
	ck_assert_pstr_eq(event.k8s.pod, in_node[_i].name ? "api" : NULL);
	if (in_node[_i].name)
		ck_assert_str_eq(event.runtime.outer_id, ID3);
}
END_TEST

/* In columns the id stands for a name that is not known. */
START_TEST(shows_an_id_for_a_name)
{
	struct error f = { 0 };
	int fd = open_scratch();

	complete("/docker/" ID, NULL);
	choose(OUTPUT_COLUMNS, "default");
	ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected, fd, 0, &f), 0);
	ck_assert_int_eq(output_event(&out, &event, &f), 0);
	event.runtime.container_name = "web";
	ck_assert_int_eq(output_event(&out, &event, &f), 0);
	read_back(fd);
	ck_assert_ptr_nonnull(strstr(got, "\n6dc3fdffbf66 "));
	ck_assert_ptr_nonnull(strstr(got, "\nweb "));
}
END_TEST

Suite *identity_suite(void)
{
	Suite *s = suite_create("identity");
	TCase *t = tcase_create("path"), *files = tcase_create("files");

	tcase_add_test(t, tells_what_the_path_says);
	tcase_add_test(t, tells_none_from_unknown);
	tcase_add_test(t, names_the_node);
	tcase_add_test(t, knows_a_node_of_kubernetes);
	tcase_add_test(t, shows_an_id_for_a_name);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(files, make_host, remove_host);
	tcase_add_loop_test(files, a_name_is_not_stolen, 0, COUNT(stolen));
	tcase_add_test(files, a_name_is_not_stolen_by_a_user);
	tcase_add_test(files, a_pod_is_not_stolen);
	tcase_add_loop_test(files, a_nested_container_has_its_name, 0, COUNT(nested));
	tcase_add_loop_test(files, a_node_has_the_names_of_its_containers, 0, COUNT(in_node));
	suite_add_tcase(s, files);
	return s;
}

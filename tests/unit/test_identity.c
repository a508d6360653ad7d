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

Suite *identity_suite(void);

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define ID2	"2327a2aec169e25cf05f2a901486b7463fdb513ae097fc0ae6a3ca94381ddc42"
#define UID	"1858680e-b044-4fd5-9dd4-f137e30e2180"

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
	TCase *t = tcase_create("path");

	tcase_add_test(t, tells_what_the_path_says);
	tcase_add_test(t, tells_none_from_unknown);
	tcase_add_test(t, names_the_node);
	tcase_add_test(t, knows_a_node_of_kubernetes);
	tcase_add_test(t, shows_an_id_for_a_name);
	suite_add_tcase(s, t);
	return s;
}

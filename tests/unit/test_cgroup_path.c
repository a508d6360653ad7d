// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/cgroup_path.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *cgroup_path_suite(void);

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define ID2	"2327a2aec169e25cf05f2a901486b7463fdb513ae097fc0ae6a3ca94381ddc42"
#define ID3	"b3fcc94cd6a1c263626ac6283d30ab854d9437379ec1a618b233c7c929891819"
#define TASK	"0123456789abcdef0123456789abcdef"
#define UID	"1858680e-b044-4fd5-9dd4-f137e30e2180"
#define UID_	"1858680e_b044_4fd5_9dd4_f137e30e2180"
#define STATIC	"b1e89a2fcc688644de3eb95aee8025ce"	/* hash of a manifest */
#define BURST	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice"
#define BURST_SLICE	"kubepods-burstable-pod" UID_ ".slice"
#define CRI(id)		"cri-containerd-" id ".scope"

static const struct {
	const char *path;
	const char *runtime, *id;
	const char *outer_runtime, *outer_id;
	const char *pod_uid, *qos;
	const char *unit, *slice;
} cases[] = {
	/*
	 * Docker: the default parent by driver, "docker run --cgroup-parent",
	 * rootless (docs.docker.com: dockerd --cgroup-parent, runmetrics,
	 * rootless). The first was seen with docker.io 20.10 on Debian 12.
	 */
	{ .path = "/docker/" ID, "docker", ID },
	{ "/system.slice/docker-" ID ".scope", "docker", ID,
	  .unit = "docker-" ID ".scope", .slice = "system.slice" },
	{ .path = "/mine/" ID, NULL, ID },
	{ "/mine.slice/docker-" ID ".scope", "docker", ID,
	  .unit = "docker-" ID ".scope", .slice = "mine.slice" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
	  "docker", ID, .unit = "docker-" ID ".scope", .slice = "user.slice" },
	{ "/system.slice/docker.service/docker/" ID, "docker", ID,
	  .unit = "docker.service", .slice = "system.slice" },
	/* systemd in the container, cgroup v2 with a private namespace */
	{ "/docker/" ID "/init.scope", "docker", ID, .unit = "init.scope" },
	/* Docker in Docker */
	{ .path = "/docker/" ID "/docker/" ID2, "docker", ID2, "docker", ID },

	/*
	 * containerd: ctr's and nerdctl's default is /NAMESPACE/ID; with the
	 * systemd driver nerdctl-ID.scope (nerdctl docs/config.md). The first
	 * was seen with containerd 1.6 on Debian 12.
	 */
	{ .path = "/default/web-1", "containerd", "web-1" },
	{ .path = "/k8s.io/" ID, "containerd", ID },
	{ .path = "/default/" ID, "containerd", ID },
	{ "/default/web-1/init.scope", "containerd", "web-1", .unit = "init.scope" },
	{ .path = "/a/default/web-1" },
	{ .path = "/web-1" },
	{ .path = "/buildkit/" ID, NULL, ID },
	{ "/system.slice/nerdctl-" ID ".scope", "containerd", ID,
	  .unit = "nerdctl-" ID ".scope", .slice = "system.slice" },

	/*
	 * Pods: kubernetes pkg/kubelet/cm (cgroup_manager_linux.go,
	 * qos_container_manager_linux.go), one class below the other but
	 * Guaranteed, which has no level of its own.
	 */
	{ "/kubepods/burstable/pod" UID "/" ID, NULL, ID, .pod_uid = UID, .qos = "Burstable" },
	{ "/kubepods/besteffort/pod" UID "/" ID, NULL, ID, .pod_uid = UID, .qos = "BestEffort" },
	{ "/kubepods/pod" UID "/" ID, NULL, ID, .pod_uid = UID, .qos = "Guaranteed" },
	{ "/kubepods/pod" STATIC "/" ID, NULL, ID, .pod_uid = STATIC, .qos = "Guaranteed" },
	{ "/kubepods/burstable/pod" UID, .pod_uid = UID, .qos = "Burstable" },
	{ .path = "/kubepods/burstable" },
	{ .path = "/kubepods/pod" },
	{ .path = "/podracer/" ID, NULL, ID },
	{ BURST "/" CRI(ID), "containerd", ID, .pod_uid = UID, .qos = "Burstable",
	  .unit = CRI(ID), .slice = BURST_SLICE },
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/" CRI(ID),
	  "containerd", ID, .pod_uid = UID, .qos = "BestEffort",
	  .unit = CRI(ID), .slice = "kubepods-besteffort-pod" UID_ ".slice" },
	{ "/kubepods.slice/kubepods-pod" UID_ ".slice/" CRI(ID),
	  "containerd", ID, .pod_uid = UID, .qos = "Guaranteed",
	  .unit = CRI(ID), .slice = "kubepods-pod" UID_ ".slice" },
	{ "/kubepods.slice/kubepods-pod" STATIC ".slice/" CRI(ID),
	  "containerd", ID, .pod_uid = STATIC, .qos = "Guaranteed",
	  .unit = CRI(ID), .slice = "kubepods-pod" STATIC ".slice" },
	{ BURST, .pod_uid = UID, .qos = "Burstable", .slice = BURST_SLICE },
	{ "/kubepods.slice", .slice = "kubepods.slice" },
	/* kubelet --cgroup-root=/kubelet, as kind sets it (kind: entrypoint) */
	{ "/kubelet/kubepods/burstable/pod" UID "/" ID,
	  NULL, ID, .pod_uid = UID, .qos = "Burstable" },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
	  "kubelet-" BURST_SLICE "/" CRI(ID),
	  "containerd", ID, .pod_uid = UID, .qos = "Burstable",
	  .unit = CRI(ID), .slice = "kubelet-" BURST_SLICE },
	/* dockershim, cri-dockerd */
	{ BURST "/docker-" ID ".scope", "docker", ID, .pod_uid = UID, .qos = "Burstable",
	  .unit = "docker-" ID ".scope", .slice = BURST_SLICE },
	/* kubelet on systemd's driver, containerd on cgroupfs: what containerd's
	 * getCgroupsPath() (pkg/cri/server) passes on, taken as a name by runc */
	{ "/system.slice/containerd.service/" BURST_SLICE ":cri-containerd:" ID,
	  "containerd", ID, .pod_uid = UID, .qos = "Burstable",
	  .unit = "containerd.service", .slice = BURST_SLICE },
	{ "/" BURST_SLICE ":crio:" ID, NULL, ID, .pod_uid = UID, .qos = "Burstable",
	  .slice = BURST_SLICE },

	/*
	 * CRI-O: internal/config/cgmgr; "container" below comes from crun
	 * (run.oci.systemd.subgroup). conmon's group is none.
	 */
	{ BURST "/crio-" ID ".scope", "cri-o", ID, .pod_uid = UID, .qos = "Burstable",
	  .unit = "crio-" ID ".scope", .slice = BURST_SLICE },
	{ BURST "/crio-" ID ".scope/container", "cri-o", ID, .pod_uid = UID,
	  .qos = "Burstable", .unit = "crio-" ID ".scope", .slice = BURST_SLICE },
	{ BURST "/crio-conmon-" ID ".scope", .pod_uid = UID, .qos = "Burstable",
	  .unit = "crio-conmon-" ID ".scope", .slice = BURST_SLICE },
	{ "/kubepods/burstable/pod" UID "/crio-" ID, "cri-o", ID,
	  .pod_uid = UID, .qos = "Burstable" },
	{ "/kubepods/burstable/pod" UID "/crio-conmon-" ID,
	  .pod_uid = UID, .qos = "Burstable" },
	/* Kata Containers: kata_SANDBOX, the virtual machine of a pod */
	{ "/kubepods/burstable/pod" UID "/kata_" ID, NULL, ID,
	  .pod_uid = UID, .qos = "Burstable" },

	/*
	 * Podman: podman-run(1) --cgroups, --cgroup-manager, podman-systemd.unit(5).
	 * The first was seen with podman 4.3 on Debian 12.
	 */
	{ .path = "/libpod_parent/libpod-" ID, "podman", ID },
	{ .path = "/libpod_parent/" ID2 "/libpod-" ID, "podman", ID },	/* in a podman pod */
	{ .path = "/libpod_parent/conmon" },
	{ .path = "/libpod_parent/libpod-conmon-" ID },
	{ "/machine.slice/libpod-" ID ".scope/container", "podman", ID,
	  .unit = "libpod-" ID ".scope", .slice = "machine.slice" },
	{ "/machine.slice/libpod-conmon-" ID ".scope",
	  .unit = "libpod-conmon-" ID ".scope", .slice = "machine.slice" },
	{ "/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope",
	  "podman", ID, .unit = "libpod-" ID ".scope",
	  .slice = "machine-libpod_pod_" ID2 ".slice" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container",
	  "podman", ID, .unit = "libpod-" ID ".scope", .slice = "user.slice" },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-" ID,
	  "podman", ID, .unit = "web.service", .slice = "app.slice" },
	{ "/system.slice/web.service/runtime", .unit = "web.service", .slice = "system.slice" },
	/* a timer that runs a health check is no container */
	{ "/system.slice/" ID ".service", .unit = ID ".service", .slice = "system.slice" },
	{ "/system.slice/var-lib-docker-containers-" ID "-mounts-shm.mount",
	  .unit = "var-lib-docker-containers-" ID "-mounts-shm.mount", .slice = "system.slice" },

	/*
	 * LXC, LXD, Incus: lxc.container.conf(5), lxc.cgroup.dir; LXD puts the
	 * project before the name. Proxmox has lxc/ID and below it ns.
	 */
	{ .path = "/lxc.payload.web", "lxc", "web" },
	{ "/lxc.payload.dev_web/system.slice/nginx.service", "lxc", "dev_web",
	  .unit = "nginx.service", .slice = "system.slice" },
	{ .path = "/lxc.monitor.web" },
	{ .path = "/lxc.payload/web", "lxc", "web" },
	{ "/lxc/101/ns/init.scope", "lxc", "101", .unit = "init.scope" },
	{ .path = "/lxc.payload.out/lxc.payload.in", "lxc", "in", "lxc", "out" },
	{ .path = "/lxc.payload.out/docker/" ID, "docker", ID, "lxc", "out" },
	{ .path = "/lxc.payload.waydroid", "lxc", "waydroid" },

	/*
	 * systemd-nspawn(1), systemd.io/CGROUP_DELEGATION; libvirt.org/cgroups.html
	 * for what libvirt registers.
	 */
	{ "/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/system.slice/a.service",
	  "systemd-nspawn", "my-box", .unit = "a.service", .slice = "system.slice" },
	{ "/machine.slice/systemd-nspawn@web.service/supervisor",
	  .unit = "systemd-nspawn@web.service", .slice = "machine.slice" },
	{ "/machine.slice/machine-web.scope/payload", "systemd-nspawn", "web",
	  .unit = "machine-web.scope", .slice = "machine.slice" },
	{ "/machine.slice/machine-qemu\\x2d2\\x2dubuntu20.04.scope/libvirt/emulator",
	  "libvirt", "2-ubuntu20.04",
	  .unit = "machine-qemu\\x2d2\\x2dubuntu20.04.scope", .slice = "machine.slice" },
	{ "/machine.slice/machine-lxc\\x2d9\\x2dweb.scope/libvirt", "libvirt", "9-web",
	  .unit = "machine-lxc\\x2d9\\x2dweb.scope", .slice = "machine.slice" },
	{ "/machine.slice/systemd-nspawn@a\\x2.service", "systemd-nspawn", "a\\x2",
	  .unit = "systemd-nspawn@a\\x2.service", .slice = "machine.slice" },
	{ "/machine.slice/machine-.scope", .unit = "machine-.scope", .slice = "machine.slice" },

	/*
	 * Amazon ECS: amazon-ecs-agent, config_unix.go (prefixes) and
	 * task_linux.go (the tree on version 2); Fargate's task metadata.
	 */
	{ .path = "/ecs/" TASK "/" ID, "docker", ID },
	{ .path = "/ecs/cluster/" TASK "/" ID, "docker", ID },
	{ .path = "/ecs/" TASK "/" TASK "-2531612879", NULL, TASK "-2531612879" },
	{ .path = "/ecs/" TASK "/" TASK },
	{ "/ecstasks.slice/ecstasks-" TASK ".slice/docker-" ID ".scope", "docker", ID,
	  .unit = "docker-" ID ".scope", .slice = "ecstasks-" TASK ".slice" },

	/* kind, k3d and minikube: pods within a container */
	{ "/docker/" ID "/kubelet/kubepods/burstable/pod" UID "/" ID2,
	  NULL, ID2, "docker", ID, UID, .qos = "Burstable" },
	{ "/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice/"
	  "kubelet-kubepods-burstable.slice/kubelet-" BURST_SLICE "/" CRI(ID2),
	  "containerd", ID2, "docker", ID, UID, "Burstable",
	  CRI(ID2), "kubelet-" BURST_SLICE },
	{ "/libpod_parent/libpod-" ID BURST "/docker-" ID2 ".scope",
	  "docker", ID2, "podman", ID, UID, "Burstable",
	  "docker-" ID2 ".scope", BURST_SLICE },
	{ "/system.slice/docker-" ID ".scope/system.slice/containerd.service", "docker", ID,
	  .unit = "containerd.service", .slice = "system.slice" },
	/* a cluster within a pod: outermost, innermost, and the pod that the host has */
	{ "/kubepods/pod" STATIC "/" ID "/docker/" ID2 BURST "/" CRI(ID3),
	  "containerd", ID3, NULL, ID, STATIC, "Guaranteed", CRI(ID3), BURST_SLICE },
	{ "/kubepods/pod" STATIC "/" ID BURST, NULL, ID, .pod_uid = STATIC, .qos = "Guaranteed",
	  .slice = BURST_SLICE },

	/* systemd alone: systemd.io/CGROUP_DELEGATION */
	{ "/system.slice/ssh.service", .unit = "ssh.service", .slice = "system.slice" },
	{ "/system.slice/system-getty.slice/getty@tty1.service",
	  .unit = "getty@tty1.service", .slice = "system-getty.slice" },
	{ "/user.slice/user-1000.slice/session-2.scope",
	  .unit = "session-2.scope", .slice = "user-1000.slice" },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope",
	  .unit = "vte-spawn-1.scope", .slice = "app-org.gnome.Terminal.slice" },
	{ "/init.scope", .unit = "init.scope" },

	/* nothing at all, and what only looks like something */
	{ .path = "" }, { .path = "/" }, { .path = "//" }, { .path = "/a/b" },
	{ .path = "/docker" }, { .path = "/docker/" }, { .path = "/docker/web" }, { .path = "/docker/" ID "0" },
	{ .path = "/docker/6DC3FDFFBF66B1239D55E98DA9AAA759EA51ED35D04EB09D19EBD78963AA26C2" },
	{ "/docker-.scope", .unit = "docker-.scope" },
	{ .path = "/lxc" }, { .path = "/lxc.payload." }, { .path = "/default" }, { .path = "/.slice:" , .slice = ".slice" },
	{ .path = "/..//./docker//" ID "/", "docker", ID },
	{ .path = ID, NULL, ID },
};

static void check_string(const char *what, const char *got, const char *want,
			 const char *path)
{
	ck_assert_msg(!strcmp(got ? got : "", want ? want : ""),
		      "%s of %s: \"%s\", not \"%s\"", what, path,
		      got ? got : "", want ? want : "");
}

START_TEST(reads_a_path)
{
	const char *path = cases[_i].path;
	struct container c;

	cgroup_path_parse(&c, path);
	check_string("runtime", c.inner.runtime, cases[_i].runtime, path);
	check_string("id", c.inner.id, cases[_i].id, path);
	check_string("outer runtime", c.outer.runtime, cases[_i].outer_runtime, path);
	check_string("outer id", c.outer.id, cases[_i].outer_id, path);
	check_string("pod", c.pod_uid, cases[_i].pod_uid, path);
	check_string("class", c.qos, cases[_i].qos, path);
	check_string("unit", c.unit, cases[_i].unit, path);
	check_string("slice", c.slice, cases[_i].slice, path);
}
END_TEST

static const struct {
	const char *path, *id;
} pods[] = {
	{ "/kubepods/pod" UID "/" ID, ID },
	{ "/kubepods/pod" UID "/" ID "/docker/" ID2, ID },
	{ "/docker/" ID "/kubelet/kubepods/pod" UID "/" ID2, ID2 },
	{ "/kubepods/pod" STATIC "/" ID "/docker/" ID2 BURST "/" CRI(ID3), ID },
	{ "/kubepods/pod" STATIC "/" ID BURST, ID },
	{ "/docker/" ID "/kubepods/pod" UID, "" },
	{ "/docker/" ID, "" },
};

START_TEST(knows_the_container_of_the_pod)
{
	struct container c;

	cgroup_path_parse(&c, pods[_i].path);
	ck_assert_str_eq(c.of_pod.id, pods[_i].id);
}
END_TEST

#define BELOW	"/docker/" ID2

/* linux.cgroupsPath, and where the container is */
static const struct {
	const char *configured, *path;
	bool same;
} configured[] = {
	{ "/default/web", "/default/web", true },
	{ "/default/web", "/default/web2", false },
	{ "/default/web2", "/default/web", false },
	{ "/default/web", BELOW "/default/web", false },
	{ BELOW "/default/web", BELOW "/default/web", true },
	{ "", "/", false }, { "/", "/", false }, { "", "", false }, { ":", "/", false },
	{ BURST_SLICE ":cri-containerd:" ID, BURST "/" CRI(ID), true },
	{ BURST_SLICE ":cri-containerd:" ID, BURST "/" CRI(ID2), false },
	{ BURST_SLICE ":cri-containerd:" ID, BELOW BURST "/" CRI(ID), false },
	{ BURST_SLICE ":cri-containerd:" ID, "/kubepods.slice/" CRI(ID), false },
	{ BURST_SLICE ":crio:" ID, "/" BURST_SLICE ":crio:" ID, true },
	{ "system.slice:docker:" ID, "/system.slice/docker-" ID ".scope", true },
	{ ":docker:" ID, "/system.slice/docker-" ID ".scope", true },
	{ "-.slice:docker:" ID, "/docker-" ID ".scope", true },
	{ "machine.slice:libpod:" ID, "/machine.slice/libpod-" ID ".scope/container", false },
	{ "a.slice::web", "/a.slice/web.scope", true },
	{ "a.slice:x:web.slice", "/a.slice/web.slice", true },
	{ "slice:docker:" ID, "/slice/docker-" ID ".scope", false },
};

START_TEST(knows_a_configured_path)
{
	const char *path = configured[_i].path;

	ck_assert_int_eq(cgroup_path_is(path, strlen(path), configured[_i].configured),
			 configured[_i].same);
}
END_TEST

#define USER(uid)	"/user.slice/user-" uid ".slice/user@" uid ".service/user.slice"

static const struct {
	const char *path;
	uint32_t inner, outer;
} owners[] = {
	{ USER("1000") "/libpod-" ID ".scope/container", 1000, 0 },
	{ USER("1000") "/libpod-" ID ".scope/docker/" ID2, 0, 1000 },
	/* a user of the container's */
	{ "/docker/" ID USER("1000") "/libpod-" ID2 ".scope", 0, 0 },
	{ USER("1000") "/docker/" ID USER("1001") "/libpod-" ID2 ".scope", 0, 1000 },
	{ USER("0") "/docker-" ID ".scope", 0, 0 },
	{ USER("4294967295") "/docker-" ID ".scope", 4294967295, 0 },
	{ USER("4294967296") "/docker-" ID ".scope", 0, 0 },
	{ USER("99999999999") "/docker-" ID ".scope", 0, 0 },
	{ USER("") "/docker-" ID ".scope", 0, 0 },
	{ USER("1x") "/docker-" ID ".scope", 0, 0 },
	{ "/machine.slice/libpod-" ID ".scope", 0, 0 },
};

START_TEST(knows_the_owner)
{
	struct container c;

	cgroup_path_parse(&c, owners[_i].path);
	ck_assert_uint_ne(c.inner.id[0], 0);
	ck_assert_uint_eq(c.inner.owner, owners[_i].inner);
	ck_assert_uint_eq(c.outer.owner, owners[_i].outer);
}
END_TEST

/* The kernel has no longer names; who asks has not looked. */
START_TEST(cuts_what_is_too_long)
{
	char path[2000] = "/lxc.payload.";
	struct container c;

	memset(path + 13, 'x', 600);
	strcpy(path + 613, ".slice/machine-");
	memset(path + 628, '\\', 600);
	strcpy(path + 1228, ".scope");
	cgroup_path_parse(&c, path);
	ck_assert_uint_eq(strlen(c.outer.id), CONTAINER_NAME_SIZE - 1);
	ck_assert_uint_eq(strlen(c.inner.id), CONTAINER_NAME_SIZE - 1);
	ck_assert_uint_eq(strlen(c.unit), CONTAINER_NAME_SIZE - 1);
	ck_assert_uint_eq(strlen(c.slice), CONTAINER_NAME_SIZE - 1);
}
END_TEST

Suite *cgroup_path_suite(void)
{
	Suite *s = suite_create("cgroup_path");
	TCase *t = tcase_create("path");

	tcase_add_loop_test(t, reads_a_path, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, knows_the_container_of_the_pod, 0,
			    sizeof(pods) / sizeof(pods[0]));
	tcase_add_loop_test(t, knows_the_owner, 0, sizeof(owners) / sizeof(owners[0]));
	tcase_add_loop_test(t, knows_a_configured_path, 0,
			    sizeof(configured) / sizeof(configured[0]));
	tcase_add_test(t, cuts_what_is_too_long);
	suite_add_tcase(s, t);
	return s;
}

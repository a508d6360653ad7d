// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/identity.h"

#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/scan.h"
#include "identity/cgroup_path.h"
#include "sys/hostfs.h"

/* ---- the node ----------------------------------------------------------------- */

/* The first line of the host's /etc/hostname. 0: there is none. */
static size_t read_hostname(int root, char *to, size_t size)
{
	int fd = root < 0 ? -1 : hostfs_open(root, "/etc/hostname", 0);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = hostfs_read(fd, to, size - 1);
	close(fd);
	to[n > 0 ? n : 0] = '\0';
	to[strcspn(to, "\n")] = '\0';
	return strlen(to);
}

/* A container may have a host name of its own: the file comes first. */
static void find_hostname(int root, char *to, size_t size)
{
	struct utsname u;

	if (read_hostname(root, to, size) || uname(&u) < 0)
		return;
	strncpy(to, u.nodename, size - 1);
}

/*
 * "614 579 254:1 /docker/containers/ID/hostname /etc/hostname rw .." in the
 * mounts of the host's first process: the host is itself a container, and its runtime
 * has mounted this file. The runtime's mount comes first, before any process in the
 * container can mount something.
 */
static void find_own_container(struct identity *id)
{
	char text[8192];
	ssize_t n;
	struct span rest, line, word, part;
	int fd;

	if (id->container_known)
		return;
	id->container_known = true;
	fd = id->root < 0 ? -1 : hostfs_open(id->root, "/proc/1/mountinfo", 0);
	if (fd < 0)
		return;
	n = hostfs_read(fd, text, sizeof(text));
	close(fd);
	rest = span_of(text, n > 0 ? (size_t)n : 0);
	while (scan_up_to(&rest, "\n", &line)) {
		for (int i = 0; i < 4; i++)
			scan_up_to(&line, " ", &word);
		if (!scan_begins(line, "/etc/hostname "))
			continue;
		while (scan_up_to(&word, "/", &part))
			if (cgroup_path_is_id(part)) {
				memcpy(id->container, part.data, part.size);
				return;
			}
	}
}

void identity_open(struct identity *id, int root, const char *node)
{
	id->root = root;
	id->node_given = node && *node;
	if (id->node_given)
		strncpy(id->node, node, sizeof(id->node) - 1);
	else
		find_hostname(root, id->node, sizeof(id->node));
	lookup_open(&id->lookup, root);
}

int identity_start(struct identity *id)
{
	int result = lookup_start(&id->lookup);

	return result < 0 ? result : watch_start(&id->watcher, &id->lookup);
}

bool identity_watch(struct identity *id)
{
	return watch_step(&id->watcher);
}

void identity_close(struct identity *id)
{
	watch_stop(&id->watcher);
	lookup_close(&id->lookup);
}

bool identity_is_node(const struct identity *id)
{
	static const char *const pod_directories[] = {
		"/var/lib/kubelet/pods", "/var/lib/k0s/kubelet/pods",
		"/var/snap/microk8s/common/var/lib/kubelet/pods",
	};
	int fd = -1;

	if (id->node_given)
		return true;
	for (size_t i = 0; id->root >= 0 && fd < 0 &&
	     i < sizeof(pod_directories) / sizeof(pod_directories[0]); i++)
		fd = hostfs_open(id->root, pod_directories[i], O_PATH | O_DIRECTORY);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- from the path ---------------------------------------------------------- */

static const char *copy_text(struct oom_event *e, const char *s)
{
	return s ? event_text(e, s, strlen(s)) : NULL;
}

/* "" says that there is none. Of a path whose root end is cut (".../a") that
 * cannot be said. */
static const char *absent(const struct oom_event *e)
{
	return e->victim.cgroup[0] == '/' ? "" : NULL;
}

static const char *copy_or_absent(struct oom_event *e, const char *s)
{
	return s[0] ? copy_text(e, s) : absent(e);
}

/* Runtimes whose id is the name that the user chose. */
static bool is_named(const struct container_ref *ref)
{
	static const char *const named[] = { "lxc", "systemd-nspawn", "libvirt" };

	for (size_t i = 0; ref->runtime && i < sizeof(named) / sizeof(named[0]); i++)
		if (!strcmp(ref->runtime, named[i]))
			return true;
	return false;
}

static void set_outer(struct oom_event *e, const struct container_ref *ref)
{
	struct event_runtime *r = &e->runtime;

	r->outer_id = copy_or_absent(e, ref->id);
	r->outer_name = ref->id[0] ? copy_text(e, ref->runtime) : absent(e);
	r->outer_container_name = ref->id[0] ? NULL : absent(e);
	if (is_named(ref))
		r->outer_container_name = r->outer_id;
}

static void set_inner(struct oom_event *e, const struct container_ref *ref)
{
	struct event_runtime *r = &e->runtime;

	r->container_id = copy_or_absent(e, ref->id);
	if (!ref->id[0]) {
		r->name = r->container_name = absent(e);
		r->image_name = r->image_digest = absent(e);
		return;
	}
	r->name = copy_text(e, ref->runtime);
	if (is_named(ref))
		r->container_name = r->container_id;
}

static void set_pod(struct oom_event *e, const struct container *c)
{
	struct event_k8s *k = &e->k8s;

	k->pod_uid = copy_or_absent(e, c->pod_uid);
	if (c->pod_uid[0]) {
		k->qos = c->qos;
		return;
	}
	k->namespace = k->pod = k->container = k->labels = absent(e);
	k->owner_kind = k->owner_name = k->qos = absent(e);
}

/* Without NODE_NAME the host is a node if the victim is in a pod. */
static void set_node(const struct identity *id, struct oom_event *e,
		      const struct container *c)
{
	if (id->node_given || c->pod_uid[0])
		e->k8s.node = id->node[0] ? copy_text(e, id->node) : NULL;
	else
		e->k8s.node = absent(e);
}

/* ---- from files -------------------------------------------------------------- */

static void add_text(struct oom_event *e, const char **to, const char *text)
{
	if (!*to)
		*to = copy_text(e, text);
}

static void add_runtime(struct oom_event *e, const struct metadata *m)
{
	struct event_runtime *r = &e->runtime;

	add_text(e, &r->name, m->text[METADATA_RUNTIME]);
	add_text(e, &r->container_name, m->text[METADATA_NAME]);
	add_text(e, &r->image_name, m->text[METADATA_IMAGE]);
	add_text(e, &r->image_digest, m->text[METADATA_DIGEST]);
	r->container_pid = m->number[METADATA_PID];
	r->started_unix_ns = m->number[METADATA_STARTED_NS];
}

static void add_pod(struct oom_event *e, const struct metadata *m)
{
	struct event_k8s *k = &e->k8s;

	add_text(e, &k->namespace, m->text[METADATA_NAMESPACE]);
	add_text(e, &k->pod, m->text[METADATA_POD]);
	add_text(e, &k->container, m->text[METADATA_CONTAINER]);
	add_text(e, &k->labels, m->text[METADATA_LABELS]);
	k->hostnetwork = m->number[METADATA_HOST_NETWORK];
}

static void add_outer(struct oom_event *e, const struct metadata *m)
{
	add_text(e, &e->runtime.outer_name, m->text[METADATA_RUNTIME]);
	add_text(e, &e->runtime.outer_container_name, m->text[METADATA_NAME]);
}

static bool is_of_pod(const struct container *c, const struct container_ref *ref)
{
	return c->pod_uid[0] && !strcmp(ref->id, c->of_pod.id);
}

/*
 * The host's files describe the host's containers. Within a container a process may
 * create a cgroup with any name, also that of another container. So the files name a
 * nested container only if they record this very cgroup for it.
 */
static void read_container(struct identity *id, struct oom_event *e, const char *path,
			   const struct container *c, const struct container_ref *ref,
			   void (*add)(struct oom_event *e, const struct metadata *m))
{
	struct lookup_query q = {
		.runtime = ref->runtime, .id = ref->id,
		.pod_uid = is_of_pod(c, ref) ? c->pod_uid : "", .owner = ref->owner,
		.cgroup = ref->nesting ? path : NULL, .cgroup_len = ref->path_len,
	};
	struct metadata m;

	if (!ref->id[0] || is_named(ref))
		return;
	if (lookup_find(&id->lookup, &q, &m)) {
		if (add)
			add(e, &m);
		if (is_of_pod(c, ref))
			add_pod(e, &m);
	}
	lookup_release(&id->lookup);
}

static void read_files(struct identity *id, struct oom_event *e, const char *path,
		       const struct container *c)
{
	read_container(id, e, path, c, &c->inner, add_runtime);
	if (!c->outer.nesting && c->outer.path_len)
		read_container(id, e, path, c, &c->outer, add_outer);
	if (!is_of_pod(c, &c->inner) && !is_of_pod(c, &c->outer))
		read_container(id, e, path, c, &c->of_pod, NULL);
}

/*
 * Parses the victim's path as the host has it, and returns that part of the
 * path. If the host is a container itself, the host's cgroups begin below this
 * container. NULL: the path is of another container beside the host.
 */
static const char *parse_path(const struct identity *id, struct container *c, const char *path)
{
	struct container_ref host;

	cgroup_path_parse(c, path);
	if (!id->container[0])
		return path;
	host = c->outer.id[0] ? c->outer : c->inner;
	if (strcmp(host.id, id->container) != 0)
		return NULL;
	if (!c->outer.id[0])
		return NULL;		/* the host's own processes */
	cgroup_path_parse(c, path + host.path_len);
	path += host.path_len;
	host.path_len = 0;		/* not in a container of the host */
	if (!c->outer.id[0])
		c->outer = host;
	return path;
}

static void set_path(struct oom_event *e, const struct container *c)
{
	e->systemd.unit = copy_or_absent(e, c->unit);
	e->systemd.slice = copy_or_absent(e, c->slice);
	set_inner(e, &c->inner);
	set_outer(e, &c->outer);
	set_pod(e, c);
}

void identity_from_path(struct oom_event *e)
{
	struct container c;

	if (!e->victim.cgroup)
		return;
	cgroup_path_parse(&c, e->victim.cgroup);
	set_path(e, &c);
}

void identity_complete(struct identity *id, struct oom_event *e, bool files)
{
	struct container c;
	const char *path;

	if (!e->victim.cgroup) {
		e->k8s.node = id->node_given ? copy_text(e, id->node) : NULL;
		return;
	}
	if (files)
		find_own_container(id);
	path = parse_path(id, &c, e->victim.cgroup);
	set_path(e, &c);
	set_node(id, e, &c);
	if (!files || !path)
		return;
	read_files(id, e, path, &c);
	/* A container that no watch announced: its runtime may be new. */
	if (c.inner.id[0])
		watch_retry(&id->watcher);
}

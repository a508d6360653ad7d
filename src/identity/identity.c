// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/identity.h"

#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/scan.h"
#include "identity/cgroup_path.h"
#include "sys/hostfs.h"

/* ---- the node ---- */

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

/* uname() is right unless we are in a container that has a name of its own. */
static void find_hostname(int root, char *to, size_t size)
{
	struct utsname u;

	if (read_hostname(root, to, size) || uname(&u) < 0)
		return;
	strncpy(to, u.nodename, size - 1);
}

/*
 * "614 579 254:1 /docker/containers/ID/hostname /etc/hostname rw .." in the
 * mounts of the host's first process: a runtime has mounted this file, for a
 * container that is the host here. The runtime mounts it before anything else
 * in there can.
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
	lookup_open(&id->known, root);
}

int identity_start(struct identity *id)
{
	int result = lookup_start(&id->known);

	return result < 0 ? result : watch_start(&id->learner, &id->known);
}

bool identity_learn(struct identity *id)
{
	return watch_more(&id->learner);
}

void identity_close(struct identity *id)
{
	watch_stop(&id->learner);
	lookup_close(&id->known);
}

bool identity_is_node(const struct identity *id)
{
	static const char *const places[] = {
		"/var/lib/kubelet/pods", "/var/lib/k0s/kubelet/pods",
		"/var/snap/microk8s/common/var/lib/kubelet/pods",
	};
	int fd = -1;

	if (id->node_given)
		return true;
	for (size_t i = 0; id->root >= 0 && fd < 0 &&
	     i < sizeof(places) / sizeof(places[0]); i++)
		fd = hostfs_open(id->root, places[i], O_PATH | O_DIRECTORY);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- what the path says ---- */

static const char *keep(struct oom_event *e, const char *s)
{
	return s ? event_text(e, s, strlen(s)) : NULL;
}

/* Of a path whose root end is not known (".../a"), what is not in it may
 * be in the rest. */
static const char *none(const struct oom_event *e)
{
	return e->victim.cgroup[0] == '/' ? "" : NULL;
}

static const char *keep_or_none(struct oom_event *e, const char *s)
{
	return s[0] ? keep(e, s) : none(e);
}

/* In these the id is the name that people chose. */
static bool is_named(const struct container_ref *ref)
{
	static const char *const named[] = { "lxc", "systemd-nspawn", "libvirt" };

	for (size_t i = 0; ref->runtime && i < sizeof(named) / sizeof(named[0]); i++)
		if (!strcmp(ref->runtime, named[i]))
			return true;
	return false;
}

static void take_outer(struct oom_event *e, const struct container_ref *ref)
{
	struct event_runtime *r = &e->runtime;

	r->outer_id = keep_or_none(e, ref->id);
	r->outer_name = ref->id[0] ? keep(e, ref->runtime) : none(e);
	r->outer_container_name = ref->id[0] ? NULL : none(e);
	if (is_named(ref))
		r->outer_container_name = r->outer_id;
}

static void take_inner(struct oom_event *e, const struct container_ref *ref)
{
	struct event_runtime *r = &e->runtime;

	r->container_id = keep_or_none(e, ref->id);
	if (!ref->id[0]) {
		r->name = r->container_name = none(e);
		r->image_name = r->image_digest = none(e);
		return;
	}
	r->name = keep(e, ref->runtime);
	if (is_named(ref))
		r->container_name = r->container_id;
}

static void take_pod(struct oom_event *e, const struct container *c)
{
	struct event_k8s *k = &e->k8s;

	k->pod_uid = keep_or_none(e, c->pod_uid);
	if (c->pod_uid[0]) {
		k->qos = c->qos;
		return;
	}
	k->namespace = k->pod = k->container = k->labels = none(e);
	k->owner_kind = k->owner_name = k->qos = none(e);
}

/* A node that nobody named is one if it has pods. */
static void take_node(const struct identity *id, struct oom_event *e,
		      const struct container *c)
{
	if (id->node_given || c->pod_uid[0])
		e->k8s.node = id->node[0] ? keep(e, id->node) : NULL;
	else
		e->k8s.node = none(e);
}

/* ---- what files say -------------------------------------------------------- */

static void put_text(struct oom_event *e, const char **to, const char *text)
{
	if (!*to)
		*to = keep(e, text);
}

static void put_runtime(struct oom_event *e, const struct metadata *f)
{
	struct event_runtime *r = &e->runtime;

	put_text(e, &r->name, f->text[METADATA_RUNTIME]);
	put_text(e, &r->container_name, f->text[METADATA_NAME]);
	put_text(e, &r->image_name, f->text[METADATA_IMAGE]);
	put_text(e, &r->image_digest, f->text[METADATA_DIGEST]);
	r->container_pid = f->number[METADATA_PID];
	r->started_unix_ns = f->number[METADATA_STARTED_NS];
}

static void put_pod(struct oom_event *e, const struct metadata *f)
{
	struct event_k8s *k = &e->k8s;

	put_text(e, &k->namespace, f->text[METADATA_NAMESPACE]);
	put_text(e, &k->pod, f->text[METADATA_POD]);
	put_text(e, &k->container, f->text[METADATA_CONTAINER]);
	put_text(e, &k->labels, f->text[METADATA_LABELS]);
	k->hostnetwork = f->number[METADATA_HOST_NETWORK];
}

static void put_outer(struct oom_event *e, const struct metadata *f)
{
	put_text(e, &e->runtime.outer_name, f->text[METADATA_RUNTIME]);
	put_text(e, &e->runtime.outer_container_name, f->text[METADATA_NAME]);
}

static bool is_of_pod(const struct container *c, const struct container_ref *ref)
{
	return c->pod_uid[0] && !strcmp(ref->id, c->of_pod.id);
}

/*
 * The files of the host describe the containers of the host. Within one of
 * them a cgroup may have any name, also that of another container: its name is
 * taken from the files only if the runtime itself was told to make this cgroup.
 */
static void read_container(struct identity *id, struct oom_event *e, const char *path,
			   const struct container *c, const struct container_ref *ref,
			   void (*put)(struct oom_event *e, const struct metadata *f))
{
	struct lookup_query q = {
		.runtime = ref->runtime, .id = ref->id,
		.pod_uid = is_of_pod(c, ref) ? c->pod_uid : "", .owner = ref->owner,
		.cgroup = ref->nesting ? path : NULL, .cgroup_len = ref->path_len,
	};
	struct metadata f;

	if (!ref->id[0] || is_named(ref))
		return;
	if (lookup_find(&id->known, &q, &f)) {
		if (put)
			put(e, &f);
		if (is_of_pod(c, ref))
			put_pod(e, &f);
	}
	lookup_release(&id->known);
}

static void read_files(struct identity *id, struct oom_event *e, const char *path,
		       const struct container *c)
{
	read_container(id, e, path, c, &c->inner, put_runtime);
	if (!c->outer.nesting && c->outer.path_len)
		read_container(id, e, path, c, &c->outer, put_outer);
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
	host.path_len = 0;		/* none of the host's containers */
	if (!c->outer.id[0])
		c->outer = host;
	return path;
}

static void put_path(struct oom_event *e, const struct container *c)
{
	e->systemd.unit = keep_or_none(e, c->unit);
	e->systemd.slice = keep_or_none(e, c->slice);
	take_inner(e, &c->inner);
	take_outer(e, &c->outer);
	take_pod(e, c);
}

void identity_from_path(struct oom_event *e)
{
	struct container c;

	if (!e->victim.cgroup)
		return;
	cgroup_path_parse(&c, e->victim.cgroup);
	put_path(e, &c);
}

void identity_complete(struct identity *id, struct oom_event *e, bool files)
{
	struct container c;
	const char *path;

	if (!e->victim.cgroup) {
		e->k8s.node = id->node_given ? keep(e, id->node) : NULL;
		return;
	}
	if (files)
		find_own_container(id);
	path = parse_path(id, &c, e->victim.cgroup);
	put_path(e, &c);
	take_node(id, e, &c);
	if (!files || !path)
		return;
	read_files(id, e, path, &c);
	/* Who is in no container says nothing of where there are any. */
	if (c.inner.id[0])
		watch_again(&id->learner);
}

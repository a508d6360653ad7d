// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/cgroup_path.h"

#include <string.h>

#include "base/scan.h"

enum { ID_LEN = 64 };	/* of a generated id: 256 bits in hex */

/* A walk down the path, one name at a time. */
struct walk {
	struct container *c;
	const char *path;
	struct span parent;	/* the name above; its data is NULL at the root */
	const char *rest;	/* what follows the name */
	unsigned int depth;	/* of the name: 0 below the root */
	unsigned int containers;	/* around the name */
	unsigned int pod_containers;	/* around the pod */
	bool kubepods, ecs;	/* somewhere above */
	const char *qos;	/* of pods below here */
	uint32_t owner;		/* uid of the user session around; 0: none */
};

/* ---- words ---- */

static bool take_suffix(struct span *s, const char *suffix)
{
	if (!scan_ends(*s, suffix))
		return false;
	*s = scan_front(*s, s->size - strlen(suffix));
	return true;
}

static bool is_hex(struct span s, size_t len)
{
	if (s.size != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!memchr("0123456789abcdef", s.data[i], 16))
			return false;
	return true;
}

bool cgroup_path_is_id(struct span s)
{
	return is_hex(s, ID_LEN);
}

static void copy_name(char *to, struct span s)
{
	size_t len = s.size < CONTAINER_NAME_SIZE ? s.size : CONTAINER_NAME_SIZE - 1;

	memcpy(to, s.data, len);
	to[len] = '\0';
}

/* As systemd writes names in units: "\x2d" is '-', a bare '-' is '/'. */
static void copy_unescaped(char *to, struct span s)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (size_t i = 0; i < s.size && used < CONTAINER_NAME_SIZE - 1; i++) {
		const char *high, *low;

		to[used++] = (char)s.data[i];
		if (s.size - i < 4 || memcmp(s.data + i, "\\x", 2))
			continue;
		high = memchr(digits, s.data[i + 2], 16);
		low = memchr(digits, s.data[i + 3], 16);
		if (!high || !low)
			continue;
		to[used - 1] = (char)((high - digits) << 4 | (low - digits));
		i += 3;
	}
	to[used] = '\0';
}

/* ---- containers ---- */

/* docker-ID.scope, and without the suffix where systemd is not the driver */
static const struct {
	const char *prefix, *runtime;
} scopes[] = {
	{ "docker-", "docker" },
	{ "cri-containerd-", "containerd" },
	{ "cri-containerd:", "containerd" },
	{ "nerdctl-", "containerd" },
	{ "crio-", "cri-o" },
	{ "libpod-payload-", "podman" },
	{ "libpod-", "podman" },
};

static bool match_scope(struct span name, struct container_ref *ref)
{
	take_suffix(&name, ".scope");
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct span id = name;

		if (!scan_word(&id, scopes[i].prefix) || !is_hex(id, ID_LEN))
			continue;
		ref->runtime = scopes[i].runtime;
		copy_name(ref->id, id);
		return true;
	}
	return false;
}

/* ANYTHING-ID.scope: a container of an unknown runtime, unless conmon's own scope */
static bool match_suffixed(struct span name, struct container_ref *ref)
{
	struct span id, before;

	take_suffix(&name, ".scope");
	if (name.size <= ID_LEN)
		return false;
	id = span_sub(name, name.size - ID_LEN, ID_LEN);
	before = span_sub(name, 0, name.size - ID_LEN - 1);
	if (!is_hex(id, ID_LEN) || !memchr("-_:.", name.data[before.size], 4) ||
	    take_suffix(&before, "conmon"))
		return false;
	copy_name(ref->id, id);
	return true;
}

/* /docker/ID, /kubepods/burstable/podUID/ID, /ecs/TASK/ID, /NAMESPACE/ID */
static bool match_bare(const struct walk *w, struct span name,
		       struct container_ref *ref)
{
	if (!is_hex(name, ID_LEN) || scan_is(w->parent, "libpod_parent"))
		return false;	/* podman: a pod, not a container */
	if (scan_is(w->parent, "docker") || w->ecs)
		ref->runtime = "docker";
	else if (scan_is(w->parent, "default") || scan_is(w->parent, "k8s.io"))
		ref->runtime = "containerd";
	copy_name(ref->id, name);
	return true;
}

/* Fargate: /ecs/TASK/TASK-NUMBER, a task being 32 hex digits */
static bool match_fargate(const struct walk *w, struct span name,
			  struct container_ref *ref)
{
	struct span task = span_sub(name, 0, 32);

	if (!w->ecs || !task.data || !is_hex(task, 32) ||
	    name.size < 34 || name.data[32] != '-')
		return false;
	copy_name(ref->id, name);
	return true;
}

/* /default/NAME: with ctr the user chooses the name */
static bool match_containerd(const struct walk *w, struct span name,
			     struct container_ref *ref)
{
	if (w->depth != 1 || !(scan_is(w->parent, "default") || scan_is(w->parent, "k8s.io")))
		return false;
	ref->runtime = "containerd";
	copy_name(ref->id, name);
	return true;
}

/* lxc.payload.NAME (4.0), lxc.payload/NAME (3.2), lxc/NAME (before) */
static bool match_lxc(const struct walk *w, struct span name,
		      struct container_ref *ref)
{
	if (!scan_word(&name, "lxc.payload.") &&
	    !scan_is(w->parent, "lxc.payload") && !scan_is(w->parent, "lxc"))
		return false;
	ref->runtime = "lxc";
	copy_name(ref->id, name);
	return true;
}

/*
 * machine-NAME.scope belongs to a manager that is registered with machined: nspawn,
 * or libvirt with machine-qemu\x2dNUMBER\x2dNAME.scope.
 */
static bool match_machine(const struct walk *w, struct span name,
			  struct container_ref *ref)
{
	static const char *const guests[] = { "qemu\\x2d", "lxc\\x2d" };
	bool service = scan_word(&name, "systemd-nspawn@");

	if (service ? !take_suffix(&name, ".service") :
	    !scan_word(&name, "machine-") || !take_suffix(&name, ".scope"))
		return false;
	if (!strncmp(w->rest, "/supervisor", 11))
		return false;	/* systemd-nspawn itself */
	ref->runtime = "systemd-nspawn";
	for (size_t i = 0; !service && i < 2; i++)
		if (scan_word(&name, guests[i]))
			ref->runtime = "libvirt";
	copy_unescaped(ref->id, name);
	return true;
}

static bool match(const struct walk *w, struct span name,
		  struct container_ref *ref)
{
	return match_scope(name, ref) || match_bare(w, name, ref) ||
	       match_suffixed(name, ref) || match_fargate(w, name, ref) ||
	       match_containerd(w, name, ref) || match_lxc(w, name, ref) ||
	       match_machine(w, name, ref);
}

static void take_container(struct walk *w, struct span name)
{
	struct container *c = w->c;
	struct container_ref ref = {
		.nesting = w->containers, .path_len = (size_t)(w->rest - w->path),
	};

	if (!match(w, name, &ref) || !ref.id[0])
		return;
	if (!ref.nesting)
		ref.owner = w->owner;
	if (ref.nesting == 1)
		c->outer = c->inner;
	if (c->pod_uid[0] && w->containers == w->pod_containers)
		c->of_pod = ref;
	c->inner = ref;
	w->containers++;
}

/* ---- pods ---- */

static const char *qos_named(struct span name)
{
	if (scan_is(name, "burstable"))
		return "Burstable";
	return scan_is(name, "besteffort") ? "BestEffort" : NULL;
}

/*
 * The outermost pod counts: a container may name a cgroup of its own like any other
 * pod.
 */
static void set_pod(struct walk *w, struct span uid, const char *qos)
{
	struct container *c = w->c;

	if (c->pod_uid[0] && w->containers > w->pod_containers)
		return;
	copy_name(c->pod_uid, uid);
	for (char *p = c->pod_uid; *p; p++)
		if (*p == '_')
			*p = '-';	/* '-' would be a level of slices */
	c->qos = qos;
	w->pod_containers = w->containers;
}

/* kubepods/burstable/podUID: @name is one of these */
static void take_pod_directory(struct walk *w, struct span name)
{
	if (scan_is(name, "kubepods")) {
		w->kubepods = true;
		w->qos = "Guaranteed";
	} else if (w->kubepods && qos_named(name)) {
		w->qos = qos_named(name);
	} else if (w->kubepods && scan_word(&name, "pod") && name.size) {
		set_pod(w, name, w->qos);
	}
}

/* kubepods-burstable-podUID.slice, also as kubelet-kubepods-.. */
static void take_pod_slice(struct walk *w, struct span name)
{
	static const char top[] = "kubepods-";
	const uint8_t *found = memmem(name.data, name.size, top, sizeof(top) - 1);
	const char *qos = "Guaranteed";

	if (!found || !take_suffix(&name, ".slice"))
		return;
	name = span_sub(name, (size_t)(found - name.data) + sizeof(top) - 1,
			name.size - (size_t)(found - name.data) - (sizeof(top) - 1));
	if (scan_word(&name, "burstable-"))
		qos = "Burstable";
	else if (scan_word(&name, "besteffort-"))
		qos = "BestEffort";
	if (scan_word(&name, "pod") && name.size)
		set_pod(w, name, qos);
}

/* ---- units ---- */

static void take_unit(struct walk *w, struct span name)
{
	static const char *const kinds[] = {
		".service", ".scope", ".mount", ".swap", ".socket",
	};
	struct span stem = name;

	if (take_suffix(&stem, ".slice"))
		copy_name(w->c->slice, name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (take_suffix(&stem, kinds[i]))
			copy_name(w->c->unit, name);
}

/*
 * user-1000.slice: the containers below belong to the runtime of the host's user 1000.
 * Within a container the uid would be one of the container's own users, whose home the
 * host does not have.
 */
static void take_owner(struct walk *w, struct span name)
{
	uint32_t id;

	if (!w->c->inner.id[0] && scan_word(&name, "user-") &&
	    take_suffix(&name, ".slice") && scan_is_id(name, &id))
		w->owner = id;
}

/* ---- the walk ---- */

static void take_name(struct walk *w, struct span name)
{
	take_unit(w, name);
	take_owner(w, name);
	take_pod_directory(w, name);
	take_pod_slice(w, name);
	take_container(w, name);
	w->ecs |= w->depth == 0 && scan_is(name, "ecs");
	w->parent = name;
	w->depth++;
}

/*
 * "a.slice:cri-containerd:ID": containerd's cgroup driver is systemd, runc's is not.
 * The slice and the container are then one name.
 */
static void take_part(struct walk *w, struct span name)
{
	static const char end[] = ".slice:";
	const uint8_t *found = memmem(name.data, name.size, end, sizeof(end) - 1);
	size_t len;

	if (!found) {
		take_name(w, name);
		return;
	}
	len = (size_t)(found - name.data) + sizeof(end) - 1;
	take_name(w, span_sub(name, 0, len - 1));
	take_name(w, span_sub(name, len, name.size - len));
}

void cgroup_path_parse(struct container *c, const char *path)
{
	struct walk w = { .c = c, .path = path, .rest = path };

	memset(c, 0, sizeof(*c));
	for (;;) {
		const char *name = w.rest + strspn(w.rest, "/");
		size_t len = strcspn(name, "/");

		if (!len)
			return;
		w.rest = name + len;
		take_part(&w, span_of(name, len));
	}
}

/* ---- a configured path ------------------------------------------------------ */

/* Takes @word off the front of @path, which has a '/' before it. */
static bool take_component(struct span *path, struct span word)
{
	if (path->size <= word.size || path->data[0] != '/' ||
	    memcmp(path->data + 1, word.data, word.size) != 0)
		return false;
	*path = scan_behind(*path, word.size + 1);
	return true;
}

/* "a-b.slice" is /a.slice/a-b.slice; "" is system.slice, "-.slice" the root. */
static bool take_slice(struct span *path, struct span slice)
{
	struct span stem = slice;

	if (!slice.size)
		slice = stem = span_of("system.slice", 12);
	if (!take_suffix(&stem, ".slice"))
		return false;
	if (scan_is(stem, "-"))
		return true;
	for (size_t i = 0; i <= stem.size; i++) {
		if (i < stem.size && stem.data[i] != '-')
			continue;
		if (!take_component(path, scan_front(stem, i)) || !scan_word(path, ".slice"))
			return false;
	}
	return true;
}

bool cgroup_path_is(const char *path, size_t len, const char *configured)
{
	struct span whole = span_of(path, len), rest = whole;
	struct span config = span_of(configured, strlen(configured)), literal = config;
	struct span slice, prefix;

	scan_word(&literal, "/");
	if (!literal.size)
		return false;
	if (take_component(&whole, literal) && !whole.size)
		return true;
	if (!scan_up_to(&config, ":", &slice) || !scan_up_to(&config, ":", &prefix) ||
	    !config.size || !take_slice(&rest, slice))
		return false;
	if (scan_ends(config, ".slice"))
		return take_component(&rest, config) && !rest.size;
	if (prefix.size ? !take_component(&rest, prefix) || !scan_word(&rest, "-") :
	    !scan_word(&rest, "/"))
		return false;
	return rest.size == config.size + strlen(".scope") &&
	       !memcmp(rest.data, config.data, config.size) && scan_ends(rest, ".scope");
}

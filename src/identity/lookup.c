// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/lookup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "identity/cgroup_path.h"
#include "identity/rootless.h"
#include "identity/containerd_db.h"

/* ---- layouts ---------------------------------------------------------------- */

/* The default state directories. */
#define TASKS	"/containerd/io.containerd.runtime.v2.task"
#define STORAGE	"/containers/storage/"
#define STORE	"/containerd/io.containerd.metadata.v1.bolt/meta.db"

static const struct runtime_layout usual_layouts[] = {
	{ .kind = &docker_kind, .at.path = "/var/lib/docker/containers" },
	{ .kind = &docker_kind,
	  .at.path = "/var/snap/docker/common/var-lib-docker/containers" },
	{ .kind = &containerd_kind, .at.path = "/run" TASKS, .store = "/var/lib" STORE },
	{ .kind = &containerd_kind, .at.path = "/run/k3s" TASKS,
	  .store = "/var/lib/rancher/k3s/agent" STORE },
	{ .kind = &containerd_kind, .at.path = "/run/k0s" TASKS,
	  .store = "/var/lib/k0s" STORE },
	{ .kind = &containerd_kind, .at.path = "/var/snap/microk8s/common/run" TASKS,
	  .store = "/var/snap/microk8s/common/var/lib" STORE },
	{ .kind = &crio_kind, .at.path = "/var/lib" STORAGE "overlay-containers",
	  .run.path = "/run" STORAGE "overlay-containers" },
	{ .kind = &crio_kind, .at.path = "/var/lib" STORAGE "vfs-containers",
	  .run.path = "/run" STORAGE "vfs-containers" },
	{ .kind = &list_kind, .at.path = "/var/lib" STORAGE "overlay-containers",
	  .run.path = "/run" STORAGE "overlay-containers" },
	{ .kind = &list_kind, .at.path = "/var/lib" STORAGE "vfs-containers",
	  .run.path = "/run" STORAGE "vfs-containers" },
	{ .kind = &volatile_list_kind, .at.path = "/var/lib" STORAGE "overlay-containers",
	  .run.path = "/run" STORAGE "overlay-containers" },
	{ .kind = &volatile_list_kind, .at.path = "/var/lib" STORAGE "vfs-containers",
	  .run.path = "/run" STORAGE "vfs-containers" },
};

static void add_layout(struct lookup *k, const struct runtime_layout *p)
{
	for (size_t i = 0; i < k->layout_count; i++)
		if (k->layouts[i].kind == p->kind &&
		    !strcmp(k->layouts[i].at.path, p->at.path))
			return;
	if (k->layout_count < LOOKUP_LAYOUTS)
		k->layouts[k->layout_count++] = *p;
}

static void add_docker(struct lookup *k)
{
	static const char below[] = "/containers";

	docker_find_root(&k->arena, k->root, k->docker, sizeof(k->docker) - sizeof(below));
	if (!k->docker[0])
		return;
	strcat(k->docker, below);
	add_layout(k, &(struct runtime_layout){ .kind = &docker_kind, .at.path = k->docker });
}

/* Called when it is first needed: the start reads no files. */
static void find_layouts(struct lookup *k)
{
	if (k->layout_count || k->root < 0)
		return;
	for (size_t i = 0; i < sizeof(usual_layouts) / sizeof(usual_layouts[0]); i++)
		add_layout(k, &usual_layouts[i]);
	add_docker(k);
}

/* ---- containers ------------------------------------------------------------ */

static bool fits(const struct runtime_layout *p, const char *runtime)
{
	return !runtime || !p->kind->runtime || !strcmp(runtime, p->kind->runtime);
}

static const char *id_of(const json_t *value)
{
	return json_arena_text(value, "id", NULL);
}

static const json_t *find_in_list(const json_t *list, const char *id)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		if (id_of(value) && !strcmp(id_of(value), id))
			return value;
	return NULL;
}

/* Reads container @id from the file @fd, and closes @fd. */
static int parse_file(struct lookup *k, const struct runtime_layout *p, const char *id, int fd,
		     struct metadata *f)
{
	int result = json_arena_read(&k->arena, fd);
	const json_t *value = k->arena.top;

	close(fd);
	if (result < 0)
		return result;
	if (p->kind->shared)
		value = find_in_list(value, id);
	return json_is_object(value) && p->kind->parse(value, id, f) ? 0 : -ENOENT;
}

/* The cached metadata, and the version of the file that they are from. */
struct cached {
	struct metadata metadata;
	struct cache_stamp stamp;
};

/* Reads the pid file again, as it may have changed since. Returns whether it has. */
static int renew_pid(struct lookup *k, const struct runtime_layout *p, int dir, const char *id,
		     const struct cached *m, struct metadata *f)
{
	layout_read_pid(p, k->root, dir, id, f);
	metadata_complete(f, &m->metadata);
	return memcmp(f->number, m->metadata.number, sizeof(f->number)) != 0;
}

/*
 * 1: @f has more than @m, and @m->stamp is the file's version now; 0: the file holds
 * nothing new; -errno: there is no usable file.
 */
static int read_in(struct lookup *k, const struct runtime_layout *p, int dir, const char *id,
		   struct cached *m, struct metadata *f)
{
	struct cache_stamp now;
	int fd = layout_open(p, dir, &now);
	int result;

	if (fd < 0)
		return fd;
	if (!memcmp(&now, &m->stamp, sizeof(now))) {
		close(fd);
		return renew_pid(k, p, dir, id, m, f);
	}
	result = parse_file(k, p, id, fd, f);
	if (result < 0) {
		json_arena_close(&k->arena);
		return result;
	}
	layout_read_pid(p, k->root, dir, id, f);
	metadata_complete(f, &m->metadata);
	m->stamp = now;
	return 1;
}

static int read_at(struct lookup *k, const struct runtime_layout *p, const char *id,
		   struct cached *m, struct metadata *f)
{
	int dir = layout_enter(p, k->root, id);
	int result;

	if (dir < 0)
		return dir;
	result = read_in(k, p, dir, id, m, f);
	close(dir);
	return result;
}

static int read_anywhere(struct lookup *k, const struct runtime_layout *layouts, size_t count,
			 const struct lookup_query *q, struct cached *m, struct metadata *f)
{
	int result = -ENOENT;

	for (size_t i = 0; i < count && result < 0; i++)
		if (fits(&layouts[i], q->runtime))
			result = read_at(k, &layouts[i], q->id, m, f);
	return result;
}

/* Caches @f, which then borrows from the cache. */
static void keep_and_borrow(struct lookup *k, const char *id, struct metadata *f,
		     const struct cache_stamp *stamp)
{
	struct cache_stamp kept;

	cache_keep(&k->cache, id, f, stamp);
	cache_find(&k->cache, id, f, &kept);
}

/* Reads the state file in @dir into the arena, and closes @dir. */
static int read_state(struct lookup *k, const struct runtime_layout *p, int dir,
		      struct cache_stamp *stamp)
{
	int fd = dir < 0 ? dir : layout_open(p, dir, stamp);
	int result = fd < 0 ? fd : json_arena_read(&k->arena, fd);

	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return result;
}

static bool read_labels_file(struct lookup *k, const struct runtime_layout *p, const char *sandbox,
			     char *to, size_t size)
{
	struct text t = text_on(to, size - 1);
	struct cache_stamp stamp;
	const char *key;
	json_t *labels, *value;

	if (read_state(k, p, layout_enter(p, k->root, sandbox), &stamp) == 0) {
		labels = (json_t *)(uintptr_t)p->kind->labels(k->arena.top);
		json_object_foreach(labels, key, value)
			if (json_is_string(value))
				metadata_add_label(&t, key, json_string_value(value));
	}
	json_arena_close(&k->arena);
	to[t.used] = '\0';
	return t.used && !t.cut;
}

/* False: there are none, or too many. */
static bool read_labels(struct lookup *k, const struct runtime_layout *p, const char *sandbox,
			char *to, size_t size)
{
	if (p->store)
		return containerd_db_labels(&k->bolt, k->root, p->store, sandbox, to, size) == 0;
	return read_labels_file(k, p, sandbox, to, size);
}

static bool has_labels(const struct runtime_layout *p)
{
	return p->store || p->kind->labels;
}

/* Is @text in the cache, so that it stays valid when the arena is closed? */
static bool is_kept(const struct lookup *k, const char *text)
{
	uintptr_t ring = (uintptr_t)k->cache.ring, at = (uintptr_t)text;

	return ring && at >= ring && at < ring + CACHE_RING_BYTES;
}

/*
 * A pod's labels are in the file of its sandbox; with containerd, in its database. The
 * arena has room for one file, so the container's file is closed first. Its content is
 * in the cache by then.
 */
static bool find_labels(struct lookup *k, const struct lookup_query *q, struct metadata *f)
{
	const char *sandbox = f->text[METADATA_SANDBOX];
	bool found = false;

	if (f->text[METADATA_LABELS] || !is_kept(k, sandbox))
		return false;
	json_arena_close(&k->arena);
	for (size_t i = 0; i < k->layout_count && !found; i++)
		if (has_labels(&k->layouts[i]) && fits(&k->layouts[i], q->runtime))
			found = read_labels(k, &k->layouts[i], sandbox, k->labels, sizeof(k->labels));
	if (found)
		f->text[METADATA_LABELS] = k->labels;
	return found;
}

/*
 * Metadata from a user's files are not cached: the user chooses the ids, which may be
 * those of other users' containers.
 */
static bool find_in_home(struct lookup *k, const struct lookup_query *q, struct metadata *f)
{
	struct cached m = { .stamp = { 0 } };
	struct rootless home;

	bool result;

	metadata_init(f);
	metadata_init(&m.metadata);
	if (k->root < 0 || slow_mounts_open(&k->mounts, k->root) < 0)
		return false;
	result = rootless_find(&home, k->root, q->owner, &k->mounts) &&
		read_anywhere(k, home.layouts, ROOTLESS_LAYOUTS, q, &m, f) > 0;
	slow_mounts_close(&k->mounts);
	return result;
}

/* Does @f belong to the cgroup in @q? True if @q has none. */
static bool has_cgroup(const struct metadata *f, const struct lookup_query *q)
{
	return !q->cgroup || (f->text[METADATA_CGROUP] &&
		cgroup_path_is(q->cgroup, q->cgroup_len, f->text[METADATA_CGROUP]));
}

bool lookup_find(struct lookup *k, const struct lookup_query *q, struct metadata *f)
{
	struct cached m = { .stamp = { 0 } };
	bool known;

	if (q->owner)
		return find_in_home(k, q, f);
	find_layouts(k);
	metadata_init(f);
	metadata_init(&m.metadata);
	known = cache_find(&k->cache, q->id, &m.metadata, &m.stamp);
	if (read_anywhere(k, k->layouts, k->layout_count, q, &m, f) > 0) {
		keep_and_borrow(k, q->id, f, &m.stamp);
		known = true;
	} else {
		*f = m.metadata;
	}
	if (!has_cgroup(f, q)) {
		metadata_init(f);
		return false;
	}
	if (known && find_labels(k, q, f))
		keep_and_borrow(k, q->id, f, &m.stamp);
	if (q->pod_uid[0] && kubelet_logs_find(&k->names, k->root, q->id, q->pod_uid, f)) {
		keep_and_borrow(k, q->id, f, &m.stamp);
		known = true;
	}
	return known;
}

void lookup_release(struct lookup *k)
{
	json_arena_close(&k->arena);
}

/* ---- loading ahead ---------------------------------------------------------------- */

int lookup_load(struct lookup *k, const struct runtime_layout *p, const char *id)
{
	struct cached m = { .stamp = { 0 } };
	struct metadata f;
	int result;

	metadata_init(&f);
	metadata_init(&m.metadata);
	cache_find(&k->cache, id, &m.metadata, &m.stamp);
	result = read_at(k, p, id, &m, &f);
	if (result > 0)
		keep_and_borrow(k, id, &f, &m.stamp);
	lookup_release(k);
	return result < 0 ? result : f.number[METADATA_PID] != EVENT_UNKNOWN;
}

static void load_value(struct lookup *k, const struct runtime_layout *p, const json_t *value,
		       const struct cache_stamp *stamp)
{
	const char *id = id_of(value);
	struct cache_stamp before;
	struct metadata f;

	if (!id || cache_find(&k->cache, id, &f, &before))
		return;
	metadata_init(&f);
	if (p->kind->parse(value, id, &f))
		cache_keep(&k->cache, id, &f, stamp);
}

void lookup_load_list(struct lookup *k, const struct runtime_layout *p)
{
	struct cache_stamp stamp;
	const json_t *value;
	size_t i;

	if (read_state(k, p, layout_list(p, k->root), &stamp) == 0)
		json_array_foreach(k->arena.top, i, value)
			load_value(k, p, value, &stamp);
	lookup_release(k);
}

/* ---- opening ----------------------------------------------------------- */

void lookup_open(struct lookup *k, int root)
{
	k->root = root;
}

int lookup_start(struct lookup *k)
{
	find_layouts(k);
	return cache_open(&k->cache);
}

void lookup_close(struct lookup *k)
{
	cache_close(&k->cache);
}

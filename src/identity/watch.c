// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/watch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sys/hostfs.h"
#include "sys/inotify.h"

enum { STEPS = 8 };		/* in one watch_step(): a kill must not wait for more */

/* ---- entries --------------------------------------------------------------- */

/* Stores @entry in place of the one with the same watch, or of the oldest. */
static void keep_entry(struct watcher *w, struct watch_entry *all, size_t count,
		       size_t *next, const struct watch_entry *entry)
{
	size_t i = 0;

	while (i < count && all[i].watch != entry->watch)
		i++;
	if (i == count)
		i = (*next)++ % count;
	if (all[i].watch && all[i].watch != entry->watch)
		inotify_remove(w->notify, all[i].watch);
	all[i] = *entry;
}

static void remove_entry(struct watcher *w, struct watch_entry *entry)
{
	if (entry->watch)
		inotify_remove(w->notify, entry->watch);
	entry->watch = 0;
}

static struct watch_entry *find_entry(struct watch_entry *all, size_t count, int watch)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].watch == watch)
			return &all[i];
	return NULL;
}

static struct watch_entry *find_pending(struct watcher *w, int watch)
{
	return find_entry(w->pending, WATCH_PENDING, watch);
}

/* ---- a container ------------------------------------------------------------ */

static bool load(const struct watcher *w, size_t layout, const char *id)
{
	return lookup_load(w->lookup, &w->lookup->layouts[layout], id) > 0;
}

/*
 * Loads a container, and watches its directory while its file is incomplete:
 * the runtime is still writing, or the container does not run. Docker writes
 * the file anew at each health check, so that a complete one is not watched.
 */
static void load_container(struct watcher *w, size_t layout, const char *id)
{
	struct watch_entry entry = { .layout = layout };
	int dir;

	if (strlen(id) >= sizeof(entry.id) || load(w, layout, id) || w->notify < 0)
		return;
	dir = layout_enter(&w->lookup->layouts[layout], w->lookup->root, id);
	if (dir < 0)
		return;
	entry.watch = inotify_add(w->notify, dir, INOTIFY_WRITTEN);
	close(dir);
	if (entry.watch < 0)
		return;
	strcpy(entry.id, id);
	keep_entry(w, w->pending, WATCH_PENDING, &w->next_pending, &entry);
	if (load(w, layout, id))	/* written before the watch was there */
		remove_entry(w, find_pending(w, entry.watch));
}

/* ---- the walk --------------------------------------------------------------- */

/* Containers of a listed kind are in the list of another layout. */
static void queue_layout(struct watcher *w, size_t layout)
{
	if (layout < w->lookup->layout_count && !w->lookup->layouts[layout].kind->listed)
		w->todo |= 1u << layout;
}

static void queue_all(struct watcher *w)
{
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		queue_layout(w, i);
}

static int watch_names(struct watcher *w, int dir)
{
	int watch = w->notify < 0 ? 0 : inotify_add(w->notify, dir, INOTIFY_NEW);

	return watch < 0 ? 0 : watch;
}

static void begin_layout(struct watcher *w, size_t layout)
{
	const struct runtime_layout *p = &w->lookup->layouts[layout];
	int dir = layout_list(p, w->lookup->root);

	w->todo &= ~(1u << layout);
	w->layout = layout;
	if (dir < 0)
		return;
	w->layouts[layout] = watch_names(w, dir);
	if (p->kind->namespaced) {
		w->outer = dir;
	} else if (!p->kind->shared) {
		w->inner = dir;
	} else {
		lookup_load_list(w->lookup, p);
		close(dir);
	}
}

static void begin_namespace(struct watcher *w)
{
	struct watch_entry entry = { .layout = w->layout };

	if (!layout_has_namespace(&w->lookup->layouts[w->layout], w->name))
		return;
	w->inner = hostfs_open_below(w->outer, w->name, O_DIRECTORY);
	if (w->inner < 0)
		return;
	entry.watch = watch_names(w, w->inner);
	if (entry.watch)
		keep_entry(w, w->namespaces, WATCH_NAMESPACES, &w->next_namespace, &entry);
}

static int copy_name(void *ctx, const char *name)
{
	struct watcher *w = ctx;

	if (strlen(name) >= sizeof(w->name))
		return 0;
	strcpy(w->name, name);
	return 1;
}

/* Copies the next name in a directory, which is closed behind the last one. */
static bool next_name(struct watcher *w, int *dir)
{
	if (hostfs_each(*dir, copy_name, w) > 0)
		return true;
	close(*dir);
	*dir = -1;
	return false;
}

static bool is_walking(const struct watcher *w)
{
	return w->inner >= 0 || w->outer >= 0 || w->todo;
}

static void walk(struct watcher *w)
{
	if (w->inner >= 0) {
		if (next_name(w, &w->inner))
			load_container(w, w->layout, w->name);
	} else if (w->outer >= 0) {
		if (next_name(w, &w->outer))
			begin_namespace(w);
	} else if (w->todo) {
		begin_layout(w, (size_t)__builtin_ctz(w->todo));
	}
}

/* ---- notices ---------------------------------------------------------------- */

static void handle_new(struct watcher *w, size_t layout, const char *name)
{
	const struct runtime_layout *p = &w->lookup->layouts[layout];

	if (p->kind->namespaced)
		queue_layout(w, layout);
	else if (!p->kind->shared)
		load_container(w, layout, name);
	else if (!strcmp(name, p->kind->file))
		lookup_load_list(w->lookup, p);
}

static void handle_written(struct watcher *w, struct watch_entry *entry, const char *name)
{
	const struct layout_kind *kind = w->lookup->layouts[entry->layout].kind;

	if ((!strcmp(name, kind->file) ||
	     (kind->pid_file && !strcmp(name, kind->pid_file))) &&
	    load(w, entry->layout, entry->id))
		remove_entry(w, entry);
}

/* The kernel may give the number of a watch that is gone to another directory. */
static void handle_gone(struct watcher *w, int watch)
{
	struct watch_entry *entry = find_entry(w->namespaces, WATCH_NAMESPACES, watch);

	if (!entry)
		entry = find_pending(w, watch);
	if (entry)
		entry->watch = 0;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (w->layouts[i] == watch)
			w->layouts[i] = 0;
}

static void handle_notice(void *ctx, const struct inotify_notice *n)
{
	struct watcher *w = ctx;
	struct watch_entry *entry;

	if (n->lost)
		queue_all(w);
	if (n->gone)
		handle_gone(w, n->watch);
	if (n->lost || n->gone || !n->name[0] || n->name[0] == '.')
		return;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (w->layouts[i] == n->watch)
			handle_new(w, i, n->name);
	if ((entry = find_entry(w->namespaces, WATCH_NAMESPACES, n->watch)))
		load_container(w, entry->layout, n->name);
	else if ((entry = find_pending(w, n->watch)))
		handle_written(w, entry, n->name);
}

/* ---- the watcher ------------------------------------------------------------ */

int watch_start(struct watcher *w, struct lookup *lookup)
{
	w->lookup = lookup;
	w->outer = w->inner = -1;
	w->notify = inotify_open();
	queue_all(w);
	return w->notify;
}

void watch_stop(struct watcher *w)
{
	const int open[] = { w->inner, w->outer, w->notify };

	if (!w->lookup)
		return;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (open[i] >= 0)
			close(open[i]);
	w->lookup = NULL;
}

bool watch_step(struct watcher *w)
{
	bool more;

	if (!w->lookup)
		return false;
	more = w->notify >= 0 && inotify_each(w->notify, handle_notice, w);
	for (int i = 0; i < STEPS && is_walking(w); i++)
		walk(w);
	return more || is_walking(w);
}

void watch_retry(struct watcher *w)
{
	if (!w->lookup || w->notify < 0)
		return;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (!w->layouts[i])
			queue_layout(w, i);
}

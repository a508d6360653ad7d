// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/watch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sys/hostfs.h"
#include "sys/inotify.h"

/* What is learnt at once: a kill must not wait for more. */
enum { PIECE = 8 };

/* ---- a container ------------------------------------------------------------ */

/* @watch takes the place of the oldest, unless it is there already. */
static void keep_watch(struct watcher *l, struct watch_entry *all, size_t count,
		       size_t *turn, const struct watch_entry *watch)
{
	size_t i = 0;

	while (i < count && all[i].watch != watch->watch)
		i++;
	if (i == count)
		i = (*turn)++ % count;
	if (all[i].watch && all[i].watch != watch->watch)
		inotify_remove(l->notify, all[i].watch);
	all[i] = *watch;
}

static void forget_watch(struct watcher *l, struct watch_entry *w)
{
	if (w->watch)
		inotify_remove(l->notify, w->watch);
	w->watch = 0;
}

static bool is_learnt(const struct watcher *l, size_t place, const char *id)
{
	return lookup_load(l->known, &l->known->places[place], id) > 0;
}

static struct watch_entry *find_watch(struct watch_entry *all, size_t count, int watch)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].watch == watch)
			return &all[i];
	return NULL;
}

/* Its files are being written just now, or it is not running. */
static void follow(struct watcher *l, size_t place, const char *id)
{
	struct watch_entry watch = { .place = place };
	int dir;

	if (strlen(id) >= sizeof(watch.id) || is_learnt(l, place, id) || l->notify < 0)
		return;
	dir = layout_enter(&l->known->places[place], l->known->root, id);
	if (dir < 0)
		return;
	watch.watch = inotify_add(l->notify, dir, INOTIFY_WRITTEN);
	close(dir);
	if (watch.watch < 0)
		return;
	strcpy(watch.id, id);
	keep_watch(l, l->young, WATCH_PENDING, &l->youth, &watch);
	if (is_learnt(l, place, id))	/* written in between */
		forget_watch(l, find_watch(l->young, WATCH_PENDING, watch.watch));
}

/* ---- all of them ------------------------------------------------------------ */

/* Those that are in a list are learnt from that one. */
static bool is_walked(const struct watcher *l, size_t place)
{
	return place < l->known->place_count && !l->known->places[place].kind->listed;
}

static void want(struct watcher *l, size_t place)
{
	if (is_walked(l, place))
		l->todo |= 1u << place;
}

static void want_all(struct watcher *l)
{
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		want(l, i);
}

static int watch_names(struct watcher *l, int dir)
{
	int watch = l->notify < 0 ? 0 : inotify_add(l->notify, dir, INOTIFY_NEW);

	return watch < 0 ? 0 : watch;
}

static void begin_place(struct watcher *l, size_t place)
{
	const struct runtime_layout *p = &l->known->places[place];
	int dir = layout_list(p, l->known->root);

	l->todo &= ~(1u << place);
	l->place = place;
	if (dir < 0)
		return;
	l->places[place] = watch_names(l, dir);
	if (p->kind->namespaced) {
		l->outer = dir;
	} else if (!p->kind->shared) {
		l->inner = dir;
	} else {
		lookup_load_list(l->known, p);
		close(dir);
	}
}

static void begin_space(struct watcher *l)
{
	struct watch_entry watch = { .place = l->place };

	if (!layout_has_space(&l->known->places[l->place], l->name))
		return;
	l->inner = hostfs_open_below(l->outer, l->name, O_DIRECTORY);
	if (l->inner < 0)
		return;
	watch.watch = watch_names(l, l->inner);
	if (watch.watch)
		keep_watch(l, l->spaces, WATCH_NAMESPACES, &l->space, &watch);
}

static int take_name(void *ctx, const char *name)
{
	struct watcher *l = ctx;

	if (strlen(name) >= sizeof(l->name))
		return 0;
	strcpy(l->name, name);
	return 1;
}

/* The next name in a directory, which is closed behind the last one. */
static bool next_name(struct watcher *l, int *dir)
{
	if (hostfs_each(*dir, take_name, l) > 0)
		return true;
	close(*dir);
	*dir = -1;
	return false;
}

/* A step of the walk; false: it is done. */
static bool walk(struct watcher *l)
{
	if (l->inner >= 0) {
		if (next_name(l, &l->inner))
			follow(l, l->place, l->name);
	} else if (l->outer >= 0) {
		if (next_name(l, &l->outer))
			begin_space(l);
	} else if (l->todo) {
		begin_place(l, (size_t)__builtin_ctz(l->todo));
	}
	return l->inner >= 0 || l->outer >= 0 || l->todo;
}

/* ---- those that appear ------------------------------------------------------- */

static void take_new(struct watcher *l, size_t place, const char *name)
{
	const struct runtime_layout *p = &l->known->places[place];

	if (p->kind->namespaced)
		want(l, place);
	else if (!p->kind->shared)
		follow(l, place, name);
	else if (!strcmp(name, p->kind->file))
		lookup_load_list(l->known, p);
}

static void take_written(struct watcher *l, struct watch_entry *w, const char *name)
{
	const struct layout_kind *kind = l->known->places[w->place].kind;

	if ((!strcmp(name, kind->file) ||
	     (kind->pid_file && !strcmp(name, kind->pid_file))) &&
	    is_learnt(l, w->place, w->id))
		forget_watch(l, w);
}

/* The kernel may call another directory by a number that is gone. */
static void take_gone(struct watcher *l, int watch)
{
	struct watch_entry *w = find_watch(l->spaces, WATCH_NAMESPACES, watch);

	if (!w)
		w = find_watch(l->young, WATCH_PENDING, watch);
	if (w)
		w->watch = 0;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (l->places[i] == watch)
			l->places[i] = 0;
}

static void take_notice(void *ctx, const struct inotify_notice *n)
{
	struct watcher *l = ctx;
	struct watch_entry *w;

	if (n->lost)
		want_all(l);
	if (n->gone)
		take_gone(l, n->watch);
	if (n->lost || n->gone || !n->name[0] || n->name[0] == '.')
		return;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (l->places[i] == n->watch)
			take_new(l, i, n->name);
	if ((w = find_watch(l->spaces, WATCH_NAMESPACES, n->watch)))
		follow(l, w->place, n->name);
	else if ((w = find_watch(l->young, WATCH_PENDING, n->watch)))
		take_written(l, w, n->name);
}

/* ---- all of it ---------------------------------------------------------------- */

int watch_start(struct watcher *l, struct lookup *known)
{
	l->known = known;
	l->outer = l->inner = -1;
	l->notify = inotify_open();
	want_all(l);
	return l->notify;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void watch_stop(struct watcher *l)
{
	if (!l->known)
		return;
	close_if_open(l->inner);
	close_if_open(l->outer);
	close_if_open(l->notify);
	l->known = NULL;
}

bool watch_more(struct watcher *l)
{
	bool more;

	if (!l->known)
		return false;
	more = l->notify >= 0 && inotify_each(l->notify, take_notice, l);
	for (int i = 0; i < PIECE && walk(l); i++)
		;
	return more || l->inner >= 0 || l->outer >= 0 || l->todo;
}

void watch_again(struct watcher *l)
{
	if (!l->known || l->notify < 0)
		return;
	for (size_t i = 0; i < LOOKUP_LAYOUTS; i++)
		if (!l->places[i])
			want(l, i);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The largest processes of a cgroup and all below it: a walk with a bounded
 * number of steps, which keeps nothing but the largest so far.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/scan.h"
#include "host/cgroup_internal.h"
#include "sys/pseudofs.h"

enum { DEPTH = 16 };

struct walk {
	struct oom_event *e;
	int64_t page_size;
	int proc;
	bool swap;
	int directories;
	int depth;
	struct {
		int fd;
		off_t next;		/* where its entries go on */
	} at[DEPTH];
};

/* ---- processes ------------------------------------------------------------ */

/* The memory that @tgid has, from "SIZE RESIDENT ..", in pages. */
static int64_t read_rss(const struct walk *w, int64_t tgid)
{
	char path[40], text[128];
	struct span rest;
	int64_t size, resident;
	int n;

	snprintf(path, sizeof(path), "%lld/statm", (long long)tgid);
	n = pseudofs_read(w->proc, path, text, sizeof(text));
	if (n <= 0)
		return EVENT_UNKNOWN;
	rest = span_of(text, (size_t)n);
	if (!scan_number(&rest, &size) || !scan_word(&rest, " ") ||
	    !scan_number(&rest, &resident) || resident > INT64_MAX / w->page_size)
		return EVENT_UNKNOWN;
	return resident * w->page_size;
}

/* "VmSwap:\t  12 kB"; a kernel thread has no such line, and no swap. */
static int64_t read_swap(const struct walk *w, int64_t tgid)
{
	char path[40], text[2048];
	struct span rest;
	ptrdiff_t at;
	int64_t kib;
	int n;

	if (!w->swap)
		return 0;
	snprintf(path, sizeof(path), "%lld/status", (long long)tgid);
	n = pseudofs_read(w->proc, path, text, sizeof(text));
	if (n <= 0)
		return EVENT_UNKNOWN;
	rest = span_of(text, (size_t)n);
	at = scan_find(rest, "\nVmSwap:");
	if (at < 0)
		return 0;
	rest = scan_behind(rest, (size_t)at + 8);
	scan_blanks(&rest);
	return scan_number(&rest, &kib) && kib < INT64_MAX >> 10 ? kib << 10
								 : EVENT_UNKNOWN;
}

static int64_t size_of(const struct event_process *p)
{
	return p->rss_bytes + (p->swap_bytes > 0 ? p->swap_bytes : 0);
}

/* Puts @p in its place, if it is among the largest. */
static void rank(struct event_top *top, const struct event_process *p)
{
	int64_t place = top->count;

	while (place && size_of(&top->processes[place - 1]) < size_of(p))
		place--;
	if (place == EVENT_TOP)
		return;
	if (top->count < EVENT_TOP)
		top->count++;
	memmove(&top->processes[place + 1], &top->processes[place],
		(size_t)(top->count - 1 - place) * sizeof(*p));
	top->processes[place] = *p;
}

static void look_at(struct walk *w, int64_t tgid)
{
	struct event_process p = { .tgid = tgid };

	/* The victim is told of elsewhere; 0 is one of another namespace. */
	if (!tgid || tgid == w->e->target.tgid)
		return;
	if (w->e->top.scanned == CGROUP_PROCESSES) {
		w->e->top.complete = 0;
		return;
	}
	p.rss_bytes = read_rss(w, tgid);
	if (p.rss_bytes == EVENT_UNKNOWN)
		return;			/* it has just ended */
	w->e->top.scanned++;
	p.swap_bytes = read_swap(w, tgid);
	rank(&w->e->top, &p);
}

/* Process ids, one a line, in pieces that may end within one. */
static void detect_all(struct walk *w, int dir)
{
	char text[512];
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	int64_t tgid = 0;
	ssize_t n;

	if (fd < 0)
		return;			/* it has just been removed */
	while (w->e->top.complete && (n = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] != '\n') {
				tgid = tgid * 10 + (text[i] - '0');
				continue;
			}
			look_at(w, tgid);
			tgid = 0;
		}
	close(fd);
}

static void name_them(struct walk *w)
{
	struct event_top *top = &w->e->top;
	char path[40], comm[32];

	for (int64_t i = 0; i < top->count; i++) {
		snprintf(path, sizeof(path), "%lld/comm", (long long)top->processes[i].tgid);
		if (pseudofs_read(w->proc, path, comm, sizeof(comm)) > 0)
			top->processes[i].comm = event_text(w->e, comm, strcspn(comm, "\n"));
	}
}

/* ---- directories ---------------------------------------------------------- */

static void enter(struct walk *w, int fd)
{
	if (fd < 0)
		return;
	if (w->depth == DEPTH || w->directories == CGROUP_DIRECTORIES) {
		w->e->top.complete = 0;
		close(fd);
		return;
	}
	w->directories++;
	w->at[w->depth].fd = fd;
	w->at[w->depth++].next = 0;
	detect_all(w, fd);
}

static void leave(struct walk *w)
{
	close(w->at[--w->depth].fd);
}

/* A kernfs directory has a link for each that is in it, and two of its own. */
static bool has_directories(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink != 2;
}

/* The name of the innermost directory's next one, which fits; false: none. */
static bool next_directory(struct walk *w, char *name, size_t size)
{
	_Alignas(struct dirent) char entries[1024];
	int fd = w->at[w->depth - 1].fd;
	long n;

	if (!w->at[w->depth - 1].next && !has_directories(fd))
		return false;
	if (lseek(fd, w->at[w->depth - 1].next, SEEK_SET) < 0)
		return false;
	while ((n = syscall(SYS_getdents64, fd, entries, sizeof(entries))) > 0)
		for (long i = 0; i < n; ) {
			const struct dirent *d = (const struct dirent *)(entries + i);

			i += d->d_reclen;
			w->at[w->depth - 1].next = (off_t)d->d_off;
			if (d->d_type != DT_DIR || d->d_name[0] == '.' ||
			    strlen(d->d_name) >= size)
				continue;
			strcpy(name, d->d_name);
			return true;
		}
	return false;
}

void cgroup_top(const struct cgroup_files *c, int proc, bool swap,
		struct oom_event *e)
{
	struct walk w = { .e = e, .page_size = c->page_size, .proc = proc, .swap = swap };
	char name[256];
	int dir = proc < 0 ? -1 : cgroup_directory(c, cgroup_limiting_path(e));

	if (dir < 0)
		return;
	e->top = (struct event_top){ .delay_ns = cgroup_delay_ns(e), .complete = 1 };
	enter(&w, dir);
	while (w.depth)
		if (e->top.complete && next_directory(&w, name, sizeof(name)))
			enter(&w, openat(w.at[w.depth - 1].fd, name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
		else
			leave(&w);
	name_them(&w);
}

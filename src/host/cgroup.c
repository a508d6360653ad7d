// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/scan.h"
#include "host/process.h"
#include "sys/clock.h"
#include "sys/hostfs.h"
#include "sys/pseudofs.h"

enum {
	STAT_SIZE = 6144,		/* largest seen: 1,900 bytes (7.3) */
	WALK_DEPTH = 16,
};

/* ---- the hierarchy -------------------------------------------------------- */

/* Is @dir the root of a hierarchy with the memory controller? Its version. */
static int memory_version(int dir)
{
	char controllers[256];
	int n;

	/* Only a root has release_agent (version 1) or lacks cgroup.type (version 2). */
	if (faccessat(dir, "memory.limit_in_bytes", F_OK, 0) == 0)
		return faccessat(dir, "release_agent", F_OK, 0) ? 0 : 1;
	n = pseudofs_read(dir, "cgroup.controllers", controllers, sizeof(controllers));
	if (n <= 0 || scan_find(span_of(controllers, (size_t)n), "memory") < 0)
		return 0;
	return faccessat(dir, "cgroup.type", F_OK, 0) ? 2 : 0;
}

/* Keeps @dir if it is such a root; else closes it. */
static bool open_hierarchy(struct cgroup_files *c, int dir)
{
	if (dir < 0)
		return false;
	c->version = memory_version(dir);
	if (c->version) {
		c->dir = dir;
		return true;
	}
	close(dir);
	return false;
}

static const char mounts[] = "sys/fs/cgroup";
static const char *const usual_mounts[] = {
	"sys/fs/cgroup/memory", "sys/fs/cgroup", "sys/fs/cgroup/unified",
};

/* "cpu,memory": version 1 with the controller in a hierarchy with others. */
struct co_mounted {
	struct cgroup_files *files;
	int dir;
};

static int open_co_mounted(void *ctx, const char *name)
{
	const struct co_mounted *m = ctx;

	return strchr(name, ',') && cgroup_has_controller(span_of(name, strlen(name)), "memory") &&
	       open_hierarchy(m->files, hostfs_open_below(m->dir, name, O_DIRECTORY));
}

void cgroup_open(struct cgroup_files *c, int root)
{
	struct co_mounted m = { .files = c };

	*c = (struct cgroup_files){ .dir = -1, .page_size = sysconf(_SC_PAGESIZE) };
	for (size_t i = 0; root >= 0 && i < sizeof(usual_mounts) / sizeof(usual_mounts[0]); i++)
		if (open_hierarchy(c, hostfs_open(root, usual_mounts[i], O_DIRECTORY)))
			return;
	m.dir = root < 0 ? -1 : hostfs_open(root, mounts, O_DIRECTORY);
	if (m.dir >= 0) {
		hostfs_each(m.dir, open_co_mounted, &m);
		close(m.dir);
	}
	if (c->dir < 0)
		open_hierarchy(c, pseudofs_cgroup2());
}

bool cgroup_is_mounted(int root, int version)
{
	long magic = version == 1 ? CGROUP_SUPER_MAGIC : CGROUP2_SUPER_MAGIC;
	struct statfs fs;
	bool result = false;

	for (size_t i = 0; root >= 0 && i < sizeof(usual_mounts) / sizeof(usual_mounts[0]); i++) {
		int dir = hostfs_open(root, usual_mounts[i], O_DIRECTORY);

		result |= dir >= 0 && !fstatfs(dir, &fs) && (long)fs.f_type == magic;
		if (dir >= 0)
			close(dir);
	}
	return result;
}

void cgroup_close(struct cgroup_files *c)
{
	if (c->dir >= 0)
		close(c->dir);
	c->dir = -1;
}

bool cgroup_has_controller(struct span controllers, const char *name)
{
	struct span one;

	while (scan_up_to(&controllers, ",", &one))
		if (scan_is(one, name))
			return true;
	return scan_is(controllers, name);
}

/* ---- files ---------------------------------------------------------------- */

int64_t cgroup_parse_number(struct span text, int64_t page_size)
{
	int64_t value;

	if (scan_word(&text, "max"))
		return EVENT_UNLIMITED;
	if (!scan_number(&text, &value))
		return EVENT_UNKNOWN;
	/* Version 1 shows "no limit" as the largest long that is whole pages, and
	 * a 32-bit kernel as the largest long of pages. */
	if (value > EVENT_UNLIMITED || value == INT64_C(0x7fffffff) * page_size)
		return EVENT_UNLIMITED;
	return value;
}

static int64_t read_number(const struct cgroup_files *c, int dir, const char *file)
{
	char text[32];
	int n = pseudofs_read(dir, file, text, sizeof(text));

	if (n <= 0)
		return EVENT_UNKNOWN;
	return cgroup_parse_number(span_of(text, (size_t)n), c->page_size);
}

/* Opens the cgroup @path, "/a/b", or NULL. A descriptor, or -errno. */
static int open_cgroup(const struct cgroup_files *c, const char *path)
{
	if (c->dir < 0 || !path || path[0] != '/')
		return -ENOENT;	/* "...": its root end is not known */
	if (!path[1])
		return dup(c->dir);
	return hostfs_open_below(c->dir, path + 1, O_DIRECTORY);
}

bool cgroup_exists(const struct cgroup_files *c, const char *path)
{
	int dir = open_cgroup(c, path);

	if (dir >= 0)
		close(dir);
	return dir >= 0;
}

/* The path of the cgroup that ran out, or NULL: not known. */
static const char *limiting_path(const struct oom_event *e)
{
	if (e->oom.memcg)
		return e->oom.memcg;
	return e->oom.constraint == EVENT_UNKNOWN ||
	       e->oom.constraint == CONSTRAINT_MEMCG ? NULL : "/";
}

/* How long ago the kill was; EVENT_UNKNOWN: its time is not known. */
static int64_t delay_since(const struct oom_event *e)
{
	int64_t delay;

	if (e->time_unix_ns == EVENT_UNKNOWN)
		return EVENT_UNKNOWN;
	delay = clock_now_ns(CLOCK_REALTIME) - e->time_unix_ns;
	return delay < 0 ? EVENT_UNKNOWN : delay;
}

/* ---- levels --------------------------------------------------------------- */

struct level_file {
	const char *name;
	size_t offset;			/* in struct event_level */
};

#define AT(member) offsetof(struct event_level, member)

static const struct level_file files_1[] = {
	{ "memory.limit_in_bytes", AT(max_bytes) },
	{ "memory.usage_in_bytes", AT(usage_bytes) },
	{ "memory.memsw.limit_in_bytes", AT(swap_max_bytes) },
	{ "memory.memsw.usage_in_bytes", AT(swap_usage_bytes) },
	{ NULL, 0 },
}, files_2[] = {
	{ "memory.max", AT(max_bytes) },
	{ "memory.current", AT(usage_bytes) },
	{ "memory.high", AT(high_bytes) },
	{ "memory.swap.max", AT(swap_max_bytes) },
	{ "memory.swap.current", AT(swap_usage_bytes) },
	{ "memory.oom.group", AT(oom_group) },
	{ NULL, 0 },
};

/* Fills unknown numbers of @level. True: a number was added. */
static bool read_level(const struct cgroup_files *c, int dir, struct event_level *level)
{
	const struct level_file *f = c->version == 1 ? files_1 : files_2;
	bool any = false;

	for (; f->name; f++) {
		int64_t *value = (int64_t *)((char *)level + f->offset);

		if (*value != EVENT_UNKNOWN)
			continue;
		*value = read_number(c, dir, f->name);
		any |= *value != EVENT_UNKNOWN;
	}
	return any;
}

static void make_levels(struct oom_event *e, const char *path)
{
	size_t len = strlen(path);
	int64_t count = 0;

	while (count < EVENT_LEVELS) {
		size_t start = len;

		while (start && path[start - 1] != '/')
			start--;
		e->oom.levels[count++] = (struct event_level){
			event_text(e, path + start, len - start), EVENT_UNKNOWN,
			EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
			EVENT_UNKNOWN, EVENT_UNKNOWN,
		};
		if (!len)
			break;
		len = start - 1;
	}
	e->oom.level_count = count;
}

/* Does @memcg end at level @level of the victim's @path? */
static void find_limiting(struct oom_event *e, const char *path)
{
	size_t len = strlen(path), wanted = e->oom.memcg ? strlen(e->oom.memcg) : 0;

	for (int64_t level = 0; wanted > 1 && len && level < e->oom.level_count; level++) {
		if (len == wanted && !memcmp(path, e->oom.memcg, len))
			e->oom.limiting_level = level;
		while (len && path[--len] != '/')
			;
	}
}

void cgroup_levels(const struct cgroup_files *c, struct oom_event *e)
{
	const char *path = e->victim.cgroup;
	int dir;

	if (e->oom.levels_source == LEVELS_PROBE || !path || path[0] != '/' ||
	    e->oom.memcg_version != c->version)
		return;
	dir = open_cgroup(c, path);
	if (!e->oom.level_count && dir >= 0) {
		make_levels(e, path[1] ? path : "");
		find_limiting(e, path);
	}
	for (int64_t i = 0; i < e->oom.level_count && dir >= 0; i++) {
		int up;

		if (read_level(c, dir, &e->oom.levels[i]))
			e->oom.levels_source = LEVELS_FILES;
		up = i + 1 < e->oom.level_count ?
			openat(dir, "..", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
		close(dir);
		dir = up;
	}
}

/* ---- pages ---------------------------------------------------------------- */

/* How much swap the cgroup may use beside its memory. Version 1 forbids it with
 * swappiness 0; unknown if swappiness cannot be read. */
static int64_t swap_allowance(const struct cgroup_files *c, const struct oom_event *e,
			      const struct event_level *l, int64_t swap_bytes)
{
	int64_t allowed = l->swap_max_bytes, swappiness = EVENT_UNKNOWN;
	int dir;

	if (!swap_bytes)
		return 0;
	if (c->version == 1 && allowed != EVENT_UNKNOWN) {
		dir = open_cgroup(c, e->oom.memcg);
		if (dir >= 0) {
			swappiness = read_number(c, dir, "memory.swappiness");
			close(dir);
		}
		if (swappiness == EVENT_UNKNOWN || swappiness == 0)
			allowed = swappiness;
		else if (allowed != EVENT_UNLIMITED)
			allowed = allowed > l->max_bytes ? allowed - l->max_bytes : 0;
	}
	return allowed > swap_bytes ? swap_bytes : allowed;
}

void cgroup_pages(const struct cgroup_files *c, struct oom_event *e,
		  int64_t ram_bytes, int64_t swap_bytes)
{
	struct event_oom *o = &e->oom;
	const struct event_level *l;
	int64_t swap;

	if (o->totalpages != EVENT_UNKNOWN || ram_bytes <= 0 || c->page_size <= 0)
		return;
	if (o->constraint == CONSTRAINT_NONE) {
		o->totalpages = (ram_bytes + swap_bytes) / c->page_size;
		o->totalpages_source = PAGES_MEMINFO;
		return;
	}
	l = event_limit(e);
	if (!l)
		return;
	swap = swap_allowance(c, e, l, swap_bytes);
	if (l->max_bytes < 0 || l->max_bytes == EVENT_UNLIMITED || swap < 0)
		return;
	o->totalpages = (l->max_bytes + swap) / c->page_size;
	o->totalpages_source = PAGES_LIMIT_FILES;
}

/* ---- memory.stat ---------------------------------------------------------- */

static void take_stat(int64_t *to, struct span text, const char *key)
{
	struct span line;
	int64_t value;

	while (text.size) {
		if (scan_word(&text, key) && scan_number(&text, &value)) {
			*to = value;
			return;
		}
		if (!scan_up_to(&text, "\n", &line))
			return;
	}
}

void cgroup_parse_stat(struct event_stat *to, struct span text, int version)
{
	bool one = version == 1;	/* total_: includes the cgroups below */

	take_stat(&to->anon_bytes, text, one ? "total_rss " : "anon ");
	take_stat(&to->file_bytes, text, one ? "total_cache " : "file ");
	take_stat(&to->shmem_bytes, text, one ? "total_shmem " : "shmem ");
	if (!one) {
		take_stat(&to->slab_bytes, text, "slab ");
		take_stat(&to->sock_bytes, text, "sock ");
	}
	/* Both count shared memory as file, too; the counters are not read at
	 * one moment. */
	if (to->file_bytes == EVENT_UNKNOWN || to->shmem_bytes == EVENT_UNKNOWN)
		return;
	to->file_bytes = to->file_bytes > to->shmem_bytes ?
		to->file_bytes - to->shmem_bytes : 0;
}

void cgroup_stat(const struct cgroup_files *c, struct oom_event *e)
{
	char text[STAT_SIZE];
	int dir = open_cgroup(c, limiting_path(e));
	int n;

	if (dir < 0)
		return;
	n = pseudofs_read(dir, "memory.stat", text, sizeof(text));
	if (n == -EMSGSIZE)
		n = sizeof(text);	/* the counters that are needed come first */
	if (n > 0) {
		e->stat.delay_ns = delay_since(e);
		cgroup_parse_stat(&e->stat, span_of(text, (size_t)n), c->version);
		if (c->version == 1)
			e->stat.sock_bytes = read_number(c, dir, "memory.kmem.tcp.usage_in_bytes");
	}
	close(dir);
}

/* ---- the largest processes ------------------------------------------------- */

/*
 * A walk through a cgroup and all below it, with a bounded number of steps. It
 * keeps nothing but the largest processes so far.
 */
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
	} at[WALK_DEPTH];
};

static int64_t memory_of(const struct event_process *p)
{
	return p->rss_bytes + (p->swap_bytes > 0 ? p->swap_bytes : 0);
}

/* Inserts @p by size, if it is among the largest. */
static void rank(struct event_top *top, const struct event_process *p)
{
	int64_t place = top->count;

	while (place && memory_of(&top->processes[place - 1]) < memory_of(p))
		place--;
	if (place == EVENT_TOP)
		return;
	if (top->count < EVENT_TOP)
		top->count++;
	memmove(&top->processes[place + 1], &top->processes[place],
		(size_t)(top->count - 1 - place) * sizeof(*p));
	top->processes[place] = *p;
}

static void scan_process(struct walk *w, int64_t tgid)
{
	struct event_process p = { .tgid = tgid };

	/* The victim has its own fields; 0 is a process of another pid namespace. */
	if (!tgid || tgid == w->e->target.tgid)
		return;
	if (w->e->top.scanned == CGROUP_PROCESSES) {
		w->e->top.complete = 0;
		return;
	}
	p.rss_bytes = process_rss_pages(w->proc, tgid);
	if (p.rss_bytes == EVENT_UNKNOWN || p.rss_bytes > INT64_MAX / w->page_size)
		return;			/* it has just exited */
	p.rss_bytes *= w->page_size;
	w->e->top.scanned++;
	p.swap_bytes = w->swap ? process_swap_bytes(w->proc, tgid) : 0;
	rank(&w->e->top, &p);
}

/* Reads process ids, one a line, in pieces that may end within a number. */
static void scan_processes(struct walk *w, int dir)
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
			scan_process(w, tgid);
			tgid = 0;
		}
	close(fd);
}

static void walk_enter(struct walk *w, int fd)
{
	if (fd < 0)
		return;
	if (w->depth == WALK_DEPTH || w->directories == CGROUP_DIRECTORIES) {
		w->e->top.complete = 0;
		close(fd);
		return;
	}
	w->directories++;
	w->at[w->depth].fd = fd;
	w->at[w->depth++].next = 0;
	scan_processes(w, fd);
}

static void walk_leave(struct walk *w)
{
	close(w->at[--w->depth].fd);
}

/* A kernfs directory has two links, and one more for each subdirectory. */
static bool has_directories(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink != 2;
}

/* The next subdirectory of the innermost open directory; false: none is left. */
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
	int dir = proc < 0 ? -1 : open_cgroup(c, limiting_path(e));

	if (dir < 0)
		return;
	e->top = (struct event_top){ .delay_ns = delay_since(e), .complete = 1 };
	walk_enter(&w, dir);
	while (w.depth)
		if (e->top.complete && next_directory(&w, name, sizeof(name)))
			walk_enter(&w, openat(w.at[w.depth - 1].fd, name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
		else
			walk_leave(&w);
	for (int64_t i = 0; i < e->top.count; i++)
		process_read_comm(proc, e, &e->top.processes[i]);
}

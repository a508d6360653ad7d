// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"
#include "host/cgroup_internal.h"
#include "sys/clock.h"
#include "sys/hostfs.h"
#include "sys/pseudofs.h"

enum { STAT_SIZE = 6144 };		/* largest seen: 1,900 bytes (7.3) */

/* ---- the hierarchy -------------------------------------------------------- */

/* Is @dir the root of a hierarchy with the memory controller? Its version. */
static int memory_version(int dir)
{
	char controllers[256];
	int n;

	/* Only a root has release_agent (1), and only a root no cgroup.type (2). */
	if (faccessat(dir, "memory.limit_in_bytes", F_OK, 0) == 0)
		return faccessat(dir, "release_agent", F_OK, 0) ? 0 : 1;
	n = pseudofs_read(dir, "cgroup.controllers", controllers, sizeof(controllers));
	if (n <= 0 || scan_find(span_of(controllers, (size_t)n), "memory") < 0)
		return 0;
	return faccessat(dir, "cgroup.type", F_OK, 0) ? 2 : 0;
}

static bool take_directory(struct cgroup_files *c, int dir)
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

void cgroup_open(struct cgroup_files *c, int root)
{
	static const char *const usual[] = {
		"sys/fs/cgroup/memory", "sys/fs/cgroup", "sys/fs/cgroup/unified",
	};

	*c = (struct cgroup_files){ .dir = -1, .page_size = sysconf(_SC_PAGESIZE) };
	for (size_t i = 0; root >= 0 && i < sizeof(usual) / sizeof(usual[0]); i++)
		if (take_directory(c, hostfs_open(root, usual[i], O_DIRECTORY)))
			return;
	take_directory(c, pseudofs_cgroup2());
}

void cgroup_close(struct cgroup_files *c)
{
	if (c->dir >= 0)
		close(c->dir);
	c->dir = -1;
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

int cgroup_directory(const struct cgroup_files *c, const char *path)
{
	if (c->dir < 0 || !path || path[0] != '/')
		return -ENOENT;	/* "...": its root end is not known */
	if (!path[1])
		return dup(c->dir);
	return hostfs_open_below(c->dir, path + 1, O_DIRECTORY);
}

const char *cgroup_limiting_path(const struct oom_event *e)
{
	if (e->oom.memcg)
		return e->oom.memcg;
	return e->oom.constraint == EVENT_UNKNOWN ||
	       e->oom.constraint == CONSTRAINT_MEMCG ? NULL : "/";
}

int64_t cgroup_delay_ns(const struct oom_event *e)
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

/* Fills what @level lacks. Was it anything? */
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
	dir = cgroup_directory(c, path);
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

/* How much swap the cgroup may use beside its memory; unknown for version 1's
 * swappiness 0, which forbids it, as long as nobody has looked. */
static int64_t swap_allowance(const struct cgroup_files *c, const struct oom_event *e,
			      const struct event_level *l, int64_t swap_bytes)
{
	int64_t allowed = l->swap_max_bytes, swappiness = EVENT_UNKNOWN;
	int dir;

	if (!swap_bytes)
		return 0;
	if (c->version == 1 && allowed != EVENT_UNKNOWN) {
		dir = cgroup_directory(c, e->oom.memcg);
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
	bool one = version == 1;	/* total_: with what is below it */

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
	int dir = cgroup_directory(c, cgroup_limiting_path(e));
	int n;

	if (dir < 0)
		return;
	n = pseudofs_read(dir, "memory.stat", text, sizeof(text));
	if (n == -EMSGSIZE)
		n = sizeof(text);	/* what matters comes first */
	if (n > 0) {
		e->stat.delay_ns = cgroup_delay_ns(e);
		cgroup_parse_stat(&e->stat, span_of(text, (size_t)n), c->version);
		if (c->version == 1)
			e->stat.sock_bytes = read_number(c, dir, "memory.kmem.tcp.usage_in_bytes");
	}
	close(dir);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/message.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "base/scan.h"

/* ---- values --------------------------------------------------------------- */

/* Copies as much of @from as fits, up to a NUL, and adds a NUL. */
static void copy_text(char *to, size_t size, struct span from)
{
	size_t used = strnlen((const char *)from.data,
			      from.size < size ? from.size : size - 1);

	memcpy(to, from.data, used);
	to[used] = '\0';
}

/* The kernel cuts an overlong line silently, so a very long path is not trusted. */
static void copy_path(char to[MESSAGE_PATH], struct span path)
{
	to[0] = '\0';
	if (path.size < MESSAGE_PATH - 1)
		copy_text(to, MESSAGE_PATH, path);
}

/* "9364kB"; more than an exabyte is no size. */
static bool read_size(struct span *s, int64_t *bytes)
{
	int64_t kb;

	if (!scan_number(s, &kb) || kb > INT64_C(1) << 50 || !scan_word(s, "kB"))
		return false;
	*bytes = kb * 1024;
	return true;
}

/* ---- the trigger ---------------------------------------------------------- */

/* "(GFP_KERNEL|__GFP_ZERO|0x800000)", which the kernel has made of the mask */
static void read_flags(struct span *s, char to[MESSAGE_FLAGS])
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_|";
	struct span names;

	if (!scan_word(s, "(") || !scan_up_to(s, ")", &names) ||
	    names.size >= MESSAGE_FLAGS)
		return;
	copy_text(to, MESSAGE_FLAGS, names);
	if (strspn(to, letters) != names.size)
		to[0] = '\0';
}

/* "tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0" */
static bool read_header(struct span s, struct message_header *h)
{
	struct span comm, nodemask;

	if (!scan_up_to(&s, " invoked oom-killer: gfp_mask=", &comm) ||
	    comm.size >= MESSAGE_COMM || !scan_hex(&s, &h->gfp_mask))
		return false;
	copy_text(h->comm, sizeof(h->comm), comm);
	if (!scan_begins(s, "(") && !scan_begins(s, ","))
		h->gfp_mask = EVENT_UNKNOWN;
	h->gfp_flags[0] = '\0';
	read_flags(&s, h->gfp_flags);
	/* ", nodemask=0-1,  order=0" from 4.9 to 4.20 */
	if (!scan_begins(s, ", ") || !scan_up_to(&s, "order=", &nodemask) ||
	    !scan_signed(&s, &h->order) || !scan_begins(s, ","))
		h->order = EVENT_UNKNOWN;
	return true;
}

/* "CPU: 0 PID: 4711 Comm: tail Not tainted ..", with "UID: 0 " from 6.12 on */
static bool read_cpu(struct span s, struct message_cpu *c)
{
	int64_t euid;

	if (!scan_word(&s, "CPU: ") || !scan_number(&s, &c->cpu) ||
	    (scan_word(&s, " UID: ") && !scan_number(&s, &euid)) ||
	    !scan_word(&s, " PID: ") || !scan_number(&s, &c->tid) ||
	    !scan_word(&s, " Comm: "))
		return false;
	c->comm = s;
	return true;
}

/* ---- what ran out --------------------------------------------------------- */

/*
 * "Task in /a/b killed as a result of limit of /a", up to 4.20. The line is split where
 * the first path lies within the second. If that holds at two offsets, both paths are
 * unknown.
 */
static bool read_limit(struct span s, struct message_limit *l)
{
	static const char key[] = " killed as a result of limit of ";
	struct span cgroup = { 0 }, memcg = { 0 };
	int cuts = 0;

	l->memcg[0] = l->cgroup[0] = '\0';
	if (!scan_word(&s, "Task in ") || scan_find(s, key) < 0)
		return false;
	for (size_t at = 0; at + strlen(key) <= s.size; at++) {
		struct span second = scan_behind(s, at);

		if (!scan_word(&second, key) || !scan_begins(second, "/") ||
		    !path_is_within(scan_front(s, at), second))
			continue;
		cgroup = scan_front(s, at);
		memcg = second;
		cuts++;
	}
	if (cuts == 1) {
		copy_path(l->cgroup, cgroup);
		copy_path(l->memcg, memcg);
	}
	return true;
}

/*
 * A limit that is not set is the largest count of pages, in kB: LONG_MAX
 * bytes for a 64-bit kernel whatever its page size, LONG_MAX pages of 4 KiB
 * for a 32-bit one. Before 4.0 it was more.
 */
static int64_t limit_of(int64_t kb)
{
	return kb > EVENT_UNLIMITED / 1024 || kb == INT64_C(0x7fffffff) * 4 ?
		EVENT_UNLIMITED : kb * 1024;
}

/* "usage 8192kB, limit 8192kB, failcnt 19" */
static bool read_usage(struct span s, int64_t *usage, int64_t *limit)
{
	int64_t usage_bytes, limit_kb;

	if (!scan_word(&s, "usage ") || !read_size(&s, &usage_bytes) ||
	    !scan_word(&s, ", limit ") || !scan_number(&s, &limit_kb) ||
	    !scan_word(&s, "kB, failcnt "))
		return false;
	*usage = usage_bytes;
	*limit = limit_of(limit_kb);
	return true;
}

/* Counters "memory", "memory+swap" (version 1) and "swap" (version 2). */
static bool read_memcg_counter(struct span s, struct message_counters *c)
{
	if (scan_word(&s, "memory: "))
		return read_usage(s, &c->usage_bytes, &c->limit_bytes);
	for (int version = 1; version <= 2; version++) {
		if (!scan_word(&s, version == 1 ? "memory+swap: " : "swap: "))
			continue;
		if (!read_usage(s, &c->swap_usage_bytes, &c->swap_limit_bytes))
			return false;
		c->memcg_version = version;
		return true;
	}
	return false;
}

/* "Node 0 DMA free:684kB .. present:15992kB managed:15360kB .." */
static bool read_zone(struct span s, struct message_counters *c)
{
	int64_t bytes;
	struct span before;

	if (!scan_up_to(&s, " free:", &before) ||
	    !scan_up_to(&s, " present:", &before) || !read_size(&s, &bytes) ||
	    !scan_begins(s, " managed:"))
		return false;
	c->present_bytes = bytes;
	return true;
}

/* "Total swap = 0kB", "65418 pages RAM", "9 pages reserved", and zones */
static bool read_host_counter(struct span s, struct message_counters *c)
{
	struct span rest = s;
	int64_t number;

	if (scan_word(&rest, "Total swap = "))
		return read_size(&rest, &c->swap_total_bytes);
	if (!scan_number(&rest, &number))
		return read_zone(s, c);
	if (scan_is(rest, " pages RAM"))
		c->ram_pages = number;
	else if (scan_is(rest, " pages reserved"))
		c->reserved_pages = number;
	else
		return false;
	return true;
}

void message_counters_init(struct message_counters *c)
{
	*c = (struct message_counters){
		EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
		EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
	};
}

static void add_known(int64_t *to, int64_t value)
{
	if (value != EVENT_UNKNOWN)
		*to = value;
}

void message_counters_add(struct message_counters *to, const struct message_counters *c)
{
	add_known(&to->memcg_version, c->memcg_version);
	add_known(&to->usage_bytes, c->usage_bytes);
	add_known(&to->limit_bytes, c->limit_bytes);
	add_known(&to->swap_usage_bytes, c->swap_usage_bytes);
	add_known(&to->swap_limit_bytes, c->swap_limit_bytes);
	add_known(&to->ram_pages, c->ram_pages);
	add_known(&to->reserved_pages, c->reserved_pages);
	add_known(&to->swap_total_bytes, c->swap_total_bytes);
	/* There are several zones: add them up. */
	if (c->present_bytes == EVENT_UNKNOWN)
		return;
	if (to->present_bytes == EVENT_UNKNOWN)
		to->present_bytes = 0;
	if (to->present_bytes < INT64_C(1) << 60)
		to->present_bytes += c->present_bytes;
}

struct span message_stats_path(struct span stats)
{
	if (!scan_word(&stats, "Memory cgroup stats for ") || !stats.size ||
	    stats.data[stats.size - 1] != ':')
		return (struct span){ 0 };
	return scan_front(stats, stats.size - 1);
}

/* ---- the table of tasks --------------------------------------------------- */

enum { COLUMNS = 16 };

bool message_scan_table_head(struct span *s)
{
	struct span rest = *s;

	if (!scan_word(&rest, "["))
		return false;
	scan_blanks(&rest);
	if (!scan_word(&rest, "pid"))
		return false;
	scan_blanks(&rest);
	if (!scan_word(&rest, "]"))
		return false;
	scan_blanks(&rest);
	*s = rest;
	return true;
}

/*
 * The kernel's versions have these between rss and the name:
 *
 *	nr_ptes                              swapents oom_score_adj	3.10
 *	nr_ptes nr_pmds                      swapents oom_score_adj	4.0
 *	pgtables_bytes                       swapents oom_score_adj	4.15
 *	rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj	6.8
 */
static bool read_columns(struct span s, struct message_columns *c)
{
	static const char *const first[] = { "uid", "tgid", "total_vm" };
	struct span word;

	*c = (struct message_columns){ -1, -1, -1 };
	if (!message_scan_table_head(&s))
		return false;
	for (int i = 0; i < COLUMNS && scan_up_to(&s, " ", &word); i++) {
		if (i < 3 && !scan_is(word, first[i]))
			return true;
		if (scan_is(word, "pgtables_bytes"))
			c->pgtables = i;
		if (scan_is(word, "swapents"))
			c->swap = i;
		if (scan_is(word, "oom_score_adj"))
			c->oom_score_adj = i;
		scan_blanks(&s);
	}
	return true;
}

/* A column's number; -1: there is no such column, or a count below 0. */
static int64_t column_of(const int64_t *values, int column)
{
	return column < 0 || values[column] < 0 ? EVENT_UNKNOWN : values[column];
}

/* The name follows the last number. */
static bool read_row(struct span s, const struct message_columns *c,
		     struct message_row *row)
{
	int64_t values[COLUMNS];

	if (c->swap < 3 || c->oom_score_adj < c->swap || !scan_word(&s, "["))
		return false;
	scan_blanks(&s);
	if (!scan_number(&s, &row->pid) || !scan_word(&s, "]") || row->pid <= 0)
		return false;
	for (int i = 0; i <= c->oom_score_adj; i++) {
		scan_blanks(&s);
		if (!scan_signed(&s, &values[i]) || !scan_begins(s, " "))
			return false;
	}
	if (values[0] < 0 || values[1] <= 0 || values[2] < 0)
		return false;
	row->uid = values[0];
	row->tgid = values[1];
	row->total_vm_pages = values[2];
	row->pgtables_bytes = column_of(values, c->pgtables);
	row->swap_pages = column_of(values, c->swap);
	row->oom_score_adj = values[c->oom_score_adj];
	return true;
}

/* ---- the victim ----------------------------------------------------------- */

static enum message_scope scope_of(struct span s)
{
	if (scan_is(s, "Memory cgroup out of memory: "))
		return SCOPE_MEMCG;
	if (scan_is(s, "Out of memory: "))
		return SCOPE_HOST;
	if (scan_is(s, "Out of memory (oom_kill_allocating_task): "))
		return SCOPE_ALLOCATING_TASK;
	return SCOPE_NONE;
}

/* "Memory cgroup out of memory: Kill process 4711 (tail) score 9 or sacrifice child" */
static bool read_selected(struct span s, struct message_selected *c)
{
	struct span before;
	ptrdiff_t end;

	if (!scan_up_to(&s, "Kill process ", &before))
		return false;
	c->scope = scope_of(before);
	end = scan_find_last(s, ") score ");
	if (c->scope == SCOPE_NONE || end < 0 || !scan_ends(s, " or sacrifice child"))
		return false;
	s = scan_front(s, (size_t)end);
	if (!scan_number(&s, &c->pid) || !scan_word(&s, " ("))
		return false;
	copy_text(c->comm, sizeof(c->comm), s);
	return true;
}

/*
 * "9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:0kB, UID:0 pgtables:56kB
 * oom_score_adj:0": shmem-rss from 4.5 on, the rest from 5.3 on.
 */
static void read_sizes(struct span s, struct message_killed *k)
{
	static const char *const keys[] = { ", anon-rss:", ", file-rss:", ", shmem-rss:" };
	int64_t *const values[] = { &k->anon_rss_bytes, &k->file_rss_bytes, &k->shmem_rss_bytes };
	struct span before, rest;
	int64_t number;

	if (!read_size(&s, &k->total_vm_bytes))
		return;
	for (int i = 0; i < 3; i++)
		if (!scan_word(&s, keys[i]) || !read_size(&s, values[i]))
			return;
	rest = s;
	if (scan_word(&rest, ", UID:") && scan_number(&rest, &number) &&
	    (!rest.size || scan_begins(rest, " "))) {
		k->uid = number;
		k->last = rest.size ? NULL : &k->uid;
	}
	rest = s;
	if (scan_up_to(&rest, " pgtables:", &before) && scan_number(&rest, &number) &&
	    scan_word(&rest, "kB"))
		k->pgtables_kb = number;
	rest = s;
	if (scan_up_to(&rest, " oom_score_adj:", &before) && scan_signed(&rest, &number) &&
	    !rest.size) {
		k->oom_score_adj = number;
		k->last = &k->oom_score_adj;
	}
}

/*
 * "(tail) total-vm:.."; Red Hat's 3.10 has "(tail), UID 0, total-vm:..", and
 * older ones ", UID 0, (tail) total-vm:..".
 */
static int read_victim(struct span s, struct message_killed *k)
{
	ptrdiff_t sizes = scan_find_last(s, " total-vm:"), end;
	struct span front, uid;

	if (sizes < 0)
		return -EMSGSIZE;
	front = scan_front(s, (size_t)sizes);
	/* The line may have been broken here. */
	if (scan_ends(front, "\n"))
		front.size--;
	if (scan_word(&front, ", UID ") &&
	    (!scan_number(&front, &k->uid) || !scan_word(&front, ",")))
		return -EMSGSIZE;
	if (!scan_word(&front, " ("))
		return -EMSGSIZE;
	end = (ptrdiff_t)front.size - 1;
	if (end < 0 || front.data[end] != ')') {
		end = scan_find_last(front, "), UID ");
		uid = end < 0 ? front : scan_behind(front, (size_t)end + strlen("), UID "));
		if (end < 0 || !scan_number(&uid, &k->uid) || !scan_is(uid, ","))
			return -EMSGSIZE;
	}
	/* Longer than a comm: other lines came in between. */
	if (end >= MESSAGE_COMM)
		return -EMSGSIZE;
	copy_text(k->comm, sizeof(k->comm), scan_front(front, (size_t)end));
	read_sizes(scan_behind(s, (size_t)sizes + strlen(" total-vm:")), k);
	return 0;
}

/* -ENOENT: another line; -EMSGSIZE: the comm does not end. */
static int read_killed(struct span s, struct message_killed *k)
{
	struct span before;

	*k = (struct message_killed){
		.uid = EVENT_UNKNOWN, .oom_score_adj = EVENT_UNKNOWN,
		.total_vm_bytes = EVENT_UNKNOWN, .anon_rss_bytes = EVENT_UNKNOWN,
		.file_rss_bytes = EVENT_UNKNOWN, .shmem_rss_bytes = EVENT_UNKNOWN,
		.pgtables_kb = EVENT_UNKNOWN,
	};
	if (!scan_up_to(&s, "Killed process ", &before))
		return -ENOENT;
	k->scope = scope_of(before);
	if ((k->scope == SCOPE_NONE && before.size) || !scan_number(&s, &k->pid) ||
	    (!scan_begins(s, " (") && !scan_begins(s, ", UID ")))
		return -ENOENT;
	return read_victim(s, k);
}

int message_read_killed(struct span line, struct message_killed *k)
{
	return read_killed(line, k) < 0 ? -EMSGSIZE : 0;
}

/* ---- the summary ---------------------------------------------------------- */

static int64_t constraint_of(struct span s)
{
	static const char *const names[] = {
		[CONSTRAINT_NONE] = "CONSTRAINT_NONE",
		[CONSTRAINT_CPUSET] = "CONSTRAINT_CPUSET",
		[CONSTRAINT_MEMORY_POLICY] = "CONSTRAINT_MEMORY_POLICY",
		[CONSTRAINT_MEMCG] = "CONSTRAINT_MEMCG",
	};

	for (int i = CONSTRAINT_NONE; i <= CONSTRAINT_MEMCG; i++)
		if (scan_is(s, names[i]))
			return i;
	return EVENT_UNKNOWN;
}

/* "0-1,4": the first 63 nodes, as an event has them; "(null)": any. */
static int64_t nodemask_of(struct span s)
{
	int64_t first, last, mask = 0;

	do {
		if (!scan_number(&s, &first))
			return EVENT_UNKNOWN;
		last = first;
		if (scan_word(&s, "-") && !scan_number(&s, &last))
			return EVENT_UNKNOWN;
		for (; first <= last && first < 63; first++)
			mask |= INT64_C(1) << first;
	} while (scan_word(&s, ","));
	return s.size ? EVENT_UNKNOWN : mask;
}

/* Takes ",KEY=NUMBER" off the end. */
static bool take_last(struct span *s, const char *key, int64_t *to)
{
	ptrdiff_t at = scan_find_last(*s, key);
	struct span number;

	if (at < 0)
		return false;
	number = scan_behind(*s, (size_t)at + strlen(key));
	if (!scan_number(&number, to) || number.size)
		return false;
	*s = scan_front(*s, (size_t)at);
	return true;
}

/*
 * Takes ",task=COMM" off the end. A comm or a path may hold ",task=" as well, so @known
 * is tried first. If two splits are possible, *@comm is empty, and comm and path are
 * unknown.
 */
static bool take_task(struct span *s, const char *known, struct span *comm)
{
	static const char key[] = ",task=";
	ptrdiff_t at = scan_find_last(*s, key);
	struct span end = *s;

	if (at < 0)
		return false;
	*comm = (struct span){ 0 };
	if (known[0] && scan_ends(*s, known) &&
	    scan_ends(scan_front(*s, s->size - strlen(known)), key))
		at = (ptrdiff_t)(s->size - strlen(known) - strlen(key));
	else if (at != scan_find(*s, key))
		return true;
	*s = scan_front(end, (size_t)at);
	*comm = scan_behind(end, (size_t)at + strlen(key));
	return true;
}

/*
 * Splits "/a,task_memcg=/a/b" where the second path lies within the first. The first
 * must equal @known, unless that is empty. False: two splits are possible.
 */
static bool cut_paths(struct span s, struct span known, struct span *memcg,
		      struct span *task)
{
	static const char key[] = ",task_memcg=";
	int cuts = 0;

	for (size_t at = 0; at + strlen(key) <= s.size; at++) {
		struct span first = scan_front(s, at);
		struct span second = scan_behind(s, at);

		if (!scan_word(&second, key) || !path_is_within(second, first) ||
		    (known.size && (known.size != first.size ||
				    memcmp(known.data, first.data, first.size))))
			continue;
		*memcg = first;
		*task = second;
		cuts++;
	}
	return cuts == 1;
}

/*
 * Parses from ",cpuset=" on. A cpuset is printed as a name without slashes, or "/". So
 * the first key with a path behind it is not part of the cpuset's name.
 */
static void read_paths(struct span s, struct span stats, struct message_summary *to)
{
	static const char global[] = ",global_oom,task_memcg=/";
	static const char memcg[] = ",oom_memcg=/";
	ptrdiff_t at_global = scan_find(s, global), at_memcg = scan_find(s, memcg);
	struct span first = { 0 }, second;

	if (at_memcg >= 0 && (at_global < 0 || at_memcg < at_global)) {
		/* 5.0 to 5.2 write CONSTRAINT_NONE here, too. */
		to->constraint = CONSTRAINT_MEMCG;
		s = scan_behind(s, (size_t)at_memcg + strlen(memcg) - 1);
		if (!cut_paths(s, message_stats_path(stats), &first, &second))
			return;
		copy_path(to->memcg, first);
	} else if (at_global >= 0) {
		second = scan_behind(s, (size_t)at_global + strlen(global) - 1);
	} else {
		return;
	}
	copy_path(to->cgroup, second);
}

/*
 * oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,
 * mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=tail,pid=4711,uid=0
 *
 * Users choose four of these values, which may hold commas and keys: the name of the
 * cpuset, two paths and the comm.
 */
bool message_read_summary(struct span s, struct span stats, const char *comm,
			  struct message_summary *to)
{
	struct span constraint, nodemask, task;

	to->comm[0] = to->memcg[0] = to->cgroup[0] = '\0';
	if (!scan_word(&s, "oom-kill:constraint=") ||
	    !scan_up_to(&s, ",nodemask=", &constraint) ||
	    !scan_up_to(&s, ",cpuset=", &nodemask))
		return false;
	to->constraint = constraint_of(constraint);
	to->nodemask = nodemask_of(nodemask);
	if (!take_last(&s, ",uid=", &to->uid) ||
	    !take_last(&s, ",pid=", &to->pid) || !take_task(&s, comm, &task))
		return false;
	if (!task.data)
		return true;
	copy_text(to->comm, sizeof(to->comm), task);
	read_paths(s, stats, to);
	return true;
}

/* ---- a line --------------------------------------------------------------- */

/* "Tasks in /a are going to be killed due to memory.oom.group set", from 4.19 on */
static bool read_group(struct span s, char path[MESSAGE_PATH])
{
	static const char end[] = " are going to be killed due to memory.oom.group set";

	if (!scan_word(&s, "Tasks in ") || !scan_ends(s, end))
		return false;
	copy_path(path, scan_front(s, s.size - strlen(end)));
	return true;
}

/* "** 23 printk messages dropped **", "Missed 23 kernel messages", and a boot */
static bool is_gap(struct span s)
{
	int64_t count;

	if (scan_begins(s, "Linux version "))
		return true;
	if (scan_word(&s, "** "))
		return scan_number(&s, &count) &&
			(scan_begins(s, " printk messages dropped **") ||
			 scan_begins(s, " printk message dropped **"));
	return scan_word(&s, "Missed ") && scan_number(&s, &count) &&
		scan_begins(s, " kernel messages");
}

/* "Out of memory: OOM victim 7 (a) is already exiting. Skip killing the task" */
static bool is_no_kill(struct span s)
{
	ptrdiff_t at = scan_find(s, "OOM victim ");

	if (scan_begins(s, "Out of memory and no killable processes"))
		return true;
	return at >= 0 && scope_of(scan_front(s, (size_t)at)) != SCOPE_NONE &&
		scan_ends(s, " is already exiting. Skip killing the task");
}

static bool has_words_of_report(struct span s)
{
	static const char *const words[] = {
		"invoked oom-killer:", "oom-kill:constraint=", "Killed process ",
		": Kill process ",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (scan_find(s, words[i]) >= 0)
			return true;
	/* "Kill process 77 (a) sharing same memory", of old kernels */
	return scan_begins(s, "Kill process ") && scan_ends(s, " sharing same memory");
}

static enum message_kind read_table(struct message *m, struct span s,
				    const struct message_columns *columns)
{
	if (read_columns(s, &m->columns))
		return MESSAGE_COLUMNS;
	return read_row(s, columns, &m->row) ? MESSAGE_ROW : MESSAGE_OTHER;
}

/* Lines that begin with fixed words. */
static enum message_kind read_body(struct message *m, struct span s,
				   struct message_counters *counters)
{
	if (scan_begins(s, "Memory cgroup stats for "))
		return MESSAGE_STATS;
	if (read_cpu(s, &m->cpu))
		return MESSAGE_CPU;
	if (read_limit(s, &m->limit))
		return MESSAGE_LIMIT;
	if (read_group(s, m->group))
		return MESSAGE_GROUP;
	if (scan_is(s, "Mem-Info:"))
		return MESSAGE_NODES;
	if (is_no_kill(s))
		return MESSAGE_NO_KILL;
	if (read_memcg_counter(s, counters))
		return MESSAGE_MEMCG_COUNTER;
	return read_host_counter(s, counters) ? MESSAGE_HOST_COUNTER : MESSAGE_OTHER;
}

/* Lines with words of a report further in. */
static enum message_kind read_words(struct message *m, struct span s)
{
	int result = read_killed(s, &m->killed);

	if (result != -ENOENT)
		return result < 0 ? MESSAGE_KILLED_BEGUN : MESSAGE_KILLED;
	if (read_header(s, &m->header))
		return MESSAGE_HEADER;
	if (read_selected(s, &m->selected))
		return MESSAGE_SELECTED;
	return scan_begins(s, "oom-kill:constraint=") ? MESSAGE_SUMMARY : MESSAGE_UNREADABLE;
}

void message_read(struct message *m, struct span line,
		  const struct message_columns *columns,
		  struct message_counters *counters)
{
	m->kind = scan_begins(line, "[") ? read_table(m, line, columns) :
		read_body(m, line, counters);
	if (m->kind != MESSAGE_OTHER)
		return;
	if (has_words_of_report(line))
		m->kind = read_words(m, line);
	else if (is_gap(line))
		m->kind = MESSAGE_GAP;
}

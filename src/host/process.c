// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/text.h"
#include "sys/hostfs.h"
#include "sys/pseudofs.h"

enum {
	PF_KTHREAD = 0x200000,		/* of a process's flags */
	FILE_SIZE = 4096,
	COMM_LEN = 15,
	NS_PER_TICK = 10000000,		/* USER_HZ is 100 on every architecture here */
};

/* Reads at most @size bytes of /proc/@id/@file. Their number, or -errno. */
static ssize_t read_file(int proc, int64_t id, const char *file, char *to, size_t size)
{
	char path[48];
	int fd;

	snprintf(path, sizeof(path), "%lld/%s", (long long)id, file);
	fd = proc < 0 ? -1 : openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return proc < 0 ? -ENOENT : -errno;
	ssize_t result = hostfs_read(fd, to, size);
	close(fd);
	return result;
}

/* ---- stat ----------------------------------------------------------------- */

/* "2 (kthreadd) S 0 0 0 0 -1 2129984 ..": a name may contain ") " itself. */
int process_parse_stat(struct process_stat *to, struct span text)
{
	static const struct {
		int word;		/* counted from 1, as in proc(5) */
		size_t offset;
	} wanted[] = {
		{ 9, offsetof(struct process_stat, flags) },
		{ 22, offsetof(struct process_stat, start_ns) },
		{ 23, offsetof(struct process_stat, vsize_bytes) },
		{ 48, offsetof(struct process_stat, arg_start) },
		{ 49, offsetof(struct process_stat, arg_end) },
		{ 51, offsetof(struct process_stat, env_end) },
	};
	ptrdiff_t name_end = scan_find_last(text, ") ");
	struct span word;
	int at = 3;

	*to = (struct process_stat){
		EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
		EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
	};
	if (name_end < 0)
		return -EBADMSG;
	text = scan_behind(text, (size_t)name_end + 2);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		int64_t value;

		for (; at < wanted[i].word; at++)
			if (!scan_up_to(&text, " ", &word))
				return i > 1 ? 0 : -EBADMSG;
		if (scan_number(&text, &value))
			*(int64_t *)((char *)to + wanted[i].offset) = value;
	}
	if (to->start_ns > INT64_MAX / NS_PER_TICK)
		to->start_ns = EVENT_UNKNOWN;
	if (to->start_ns != EVENT_UNKNOWN)
		to->start_ns *= NS_PER_TICK;
	return 0;
}

static int read_stat(int proc, int64_t id, struct process_stat *to)
{
	char text[FILE_SIZE];
	ssize_t n = read_file(proc, id, "stat", text, sizeof(text));

	return n < 0 ? (int)n : process_parse_stat(to, span_of(text, (size_t)n));
}

/* ---- status --------------------------------------------------------------- */

/* "KEY:\tVALUE\n": the kernel escapes newlines in a name, so that no process
 * can forge a line. */
static bool find_line(struct span status, const char *key, struct span *value)
{
	while (scan_up_to(&status, "\n", value))
		if (scan_word(value, key) && scan_word(value, ":\t"))
			return true;
	return false;
}

static int64_t find_first(struct span status, const char *key)
{
	struct span value;
	int64_t number = EVENT_UNKNOWN;

	if (find_line(status, key, &value)) {
		scan_blanks(&value);
		scan_number(&value, &number);
	}
	return number;
}

/* The last id in a list that goes from our pid namespace to the innermost. */
static int64_t find_last(struct span status, const char *key)
{
	struct span value;
	int64_t number = EVENT_UNKNOWN;

	if (find_line(status, key, &value))
		while (scan_number(&value, &number))
			scan_blanks(&value);
	return number;
}

/* "Name:\ta\\nb": the kernel escapes newlines and backslashes. */
static void unescape(char *to, size_t size, struct span from)
{
	size_t used = 0;

	for (size_t i = 0; i < from.size && used < size - 1; i++) {
		char c = (char)from.data[i];

		if (c == '\\' && i + 1 < from.size)
			c = (char)from.data[++i] == 'n' ? '\n' : '\\';
		to[used++] = c;
	}
	to[used] = '\0';
}

int process_parse_status(struct process_status *to, struct span text)
{
	int64_t swap_kib = find_first(text, "VmSwap");
	struct span name;

	*to = (struct process_status){
		.tgid = find_first(text, "Tgid"), .parent_tgid = find_first(text, "PPid"),
		.uid = find_first(text, "Uid"), .gid = find_first(text, "Gid"),
		.nspid = find_last(text, "NSpid"), .ns_tgid = find_last(text, "NStgid"),
	};
	if (swap_kib != EVENT_UNKNOWN)
		to->swap_bytes = swap_kib < INT64_MAX >> 10 ? swap_kib << 10 : EVENT_UNKNOWN;
	if (!find_line(text, "Name", &name) || to->parent_tgid == EVENT_UNKNOWN)
		return -EBADMSG;
	unescape(to->comm, sizeof(to->comm), name);
	return 0;
}

static int read_status(int proc, int64_t id, struct process_status *to)
{
	char text[FILE_SIZE];
	ssize_t n = read_file(proc, id, "status", text, sizeof(text));

	return n < 0 ? (int)n : process_parse_status(to, span_of(text, (size_t)n));
}

int64_t process_swap_bytes(int proc, int64_t tgid)
{
	struct process_status status;

	return read_status(proc, tgid, &status) < 0 ? EVENT_UNKNOWN : status.swap_bytes;
}

/* "SIZE RESIDENT ..", in pages */
int64_t process_rss_pages(int proc, int64_t tgid)
{
	char text[128];
	ssize_t n = read_file(proc, tgid, "statm", text, sizeof(text));
	struct span rest = span_of(text, n > 0 ? (size_t)n : 0);
	int64_t size, resident;

	if (!scan_number(&rest, &size) || !scan_word(&rest, " ") ||
	    !scan_number(&rest, &resident))
		return EVENT_UNKNOWN;
	return resident;
}

/* The name in /proc/@id/comm, without its newline; empty: it has exited. */
static void read_comm(int proc, int64_t id, char *to, size_t size)
{
	ssize_t n = read_file(proc, id, "comm", to, size - 1);

	to[n > 0 ? n : 0] = '\0';
	to[strcspn(to, "\n")] = '\0';
}

void process_read_comm(int proc, struct oom_event *e, struct event_process *p)
{
	char comm[64];

	read_comm(proc, p->tgid, comm, sizeof(comm));
	if (comm[0])
		p->comm = event_text(e, comm, strlen(comm));
}

/* ---- the host's /proc ----------------------------------------------------- */

/*
 * Process 2 of the initial pid namespace starts all kernel threads, and no
 * other namespace has any. Its name proves nothing: any process may have it.
 */
static bool shows_initial(int proc)
{
	struct process_stat stat;

	return read_stat(proc, 2, &stat) == 0 && stat.flags != EVENT_UNKNOWN &&
	       stat.flags & PF_KTHREAD;
}

static int keep_initial(int proc)
{
	if (proc < 0 || shows_initial(proc))
		return proc;
	close(proc);
	return -ENXIO;
}

int process_open_proc(int root)
{
	int proc = root < 0 ? -ENOENT :
		keep_initial(hostfs_open(root, "proc", O_DIRECTORY));

	return proc < 0 ? keep_initial(pseudofs_procfs(NULL)) : proc;
}

/* PROC_PID_INIT_INO of the kernel: the first namespace, since 3.8. */
bool process_is_initial(int proc)
{
	char link[40];
	ssize_t n = readlinkat(proc, "self/ns/pid", link, sizeof(link) - 1);

	if (n < 0)
		return false;
	link[n] = '\0';
	return !strcmp(link, "pid:[4026531836]");
}

/* ---- trigger and victim --------------------------------------------------- */

/* /proc appends to a kworker's name: "kworker/0:1-events". */
static bool has_name(const char *comm, const char *found)
{
	size_t len = strlen(comm);

	return !strncmp(comm, found, COMM_LEN) ||
	       (!strncmp(comm, "kworker/", 8) && !strncmp(comm, found, len) &&
		(found[len] == '-' || found[len] == '+'));
}

/*
 * Does id @id still belong to the process of the event, which has the name
 * @comm (NULL: not known)? A process that was started after the kill is
 * another one. Start times are in ticks: within the tick of the kill the name
 * decides, and so it does where the time of the kill is not on the boot clock:
 * the clock of the kernel's log drifts from it by seconds in days.
 */
static bool is_same(int proc, const struct oom_event *e, int64_t id, const char *comm,
		    const char *found)
{
	struct process_stat stat;

	if (e->time_boot_ns != EVENT_UNKNOWN && e->source != SOURCE_KMSG) {
		if (read_stat(proc, id, &stat) < 0 || stat.start_ns == EVENT_UNKNOWN ||
		    stat.start_ns > e->time_boot_ns)
			return false;
		if (stat.start_ns <= e->time_boot_ns - NS_PER_TICK)
			return true;
	}
	return !comm || has_name(comm, found);
}

static void set_unknown(int64_t *to, int64_t number)
{
	if (*to == EVENT_UNKNOWN)
		*to = number;
}

/* "mnt:[4026531832]" */
static int64_t read_mount_namespace(int proc, int64_t tid)
{
	char path[40], link[40];
	ssize_t n;

	snprintf(path, sizeof(path), "%lld/ns/mnt", (long long)tid);
	n = readlinkat(proc, path, link, sizeof(link) - 1);
	if (n < 6 || memcmp(link, "mnt:[", 5))
		return EVENT_UNKNOWN;
	link[n] = '\0';
	return strtoll(link + 5, NULL, 10);
}

static void complete_task(int proc, struct oom_event *e, struct event_task *t)
{
	struct process_status status;
	char comm[64];

	if (t->tid == EVENT_UNKNOWN ||
	    (t->tgid != EVENT_UNKNOWN && t->mntns != EVENT_UNKNOWN))
		return;
	read_comm(proc, t->tid, comm, sizeof(comm));
	if (!comm[0] || !is_same(proc, e, t->tid, t->comm, comm))
		return;
	/* The victim is exiting: its namespaces go first. */
	if (t->mntns == EVENT_UNKNOWN)
		t->mntns = read_mount_namespace(proc, t->tid);
	if (!t->comm)
		t->comm = event_text(e, comm, strlen(comm));
	/* Of a process that was reaped meanwhile every id reads as 0. */
	if (read_status(proc, t->tid, &status) < 0 || status.tgid <= 0)
		return;
	set_unknown(&t->tgid, status.tgid);
	set_unknown(&t->parent_tgid, status.parent_tgid);
	set_unknown(&t->uid, status.uid);
	set_unknown(&t->gid, status.gid);
	/* The kernel reads this id last: it may be 0 when the others are not. */
	if (status.ns_tgid > 0)
		set_unknown(&t->nspid, status.ns_tgid);
}

/* "4:memory:/a/b" where the controller is on version 1, else "0::/a/b". */
struct span process_parse_cgroup(struct span text, int64_t *version)
{
	struct span unified = { .data = NULL };
	struct span line, number, controllers;

	*version = EVENT_UNKNOWN;
	while (scan_up_to(&text, "\n", &line)) {
		if (!scan_up_to(&line, ":", &number) || !scan_up_to(&line, ":", &controllers))
			continue;
		if (!controllers.size)
			unified = line;
		if (!cgroup_has_controller(controllers, "memory"))
			continue;
		*version = 1;
		return line;
	}
	if (unified.size)
		*version = 2;
	return unified;
}

/*
 * Version 2 appends " (deleted)" to the path of a removed cgroup. A cgroup's own name
 * may end so, too; such a cgroup exists under that path.
 */
static struct span cut_deleted(const struct cgroup_files *c, struct span path)
{
	static const char suffix[] = " (deleted)";
	char whole[FILE_SIZE];

	if (!scan_ends(path, suffix) || path.size >= sizeof(whole))
		return path;
	memcpy(whole, path.data, path.size);
	whole[path.size] = '\0';
	return cgroup_exists(c, whole) ? path :
		scan_front(path, path.size - strlen(suffix));
}

static void complete_cgroup(int proc, const struct cgroup_files *c, struct oom_event *e)
{
	char text[2 * FILE_SIZE];
	struct span path;
	int64_t version;
	ssize_t n;

	if (e->victim.cgroup || e->target.tgid == EVENT_UNKNOWN)
		return;
	n = read_file(proc, e->target.tid, "cgroup", text, sizeof(text));
	path = process_parse_cgroup(span_of(text, n > 0 ? (size_t)n : 0), &version);
	if (version == 2)
		path = cut_deleted(c, path);
	/* "/../x" is outside of our own cgroup namespace; an exiting process has
	 * "/", wherever it was. */
	if (path.size < 2 || scan_begins(path, "/.."))
		return;
	e->victim.cgroup = event_text(e, (const char *)path.data, path.size);
	e->oom.memcg_version = version;
}

/* Trigger and target may be the same thread: then each id of one is the other's. */
static void share_ids(struct event_task *to, const struct event_task *from)
{
	if (to->tid == EVENT_UNKNOWN || to->tid != from->tid)
		return;
	set_unknown(&to->tgid, from->tgid);
	set_unknown(&to->uid, from->uid);
	set_unknown(&to->gid, from->gid);
}

void process_complete(int proc, const struct cgroup_files *c, struct oom_event *e)
{
	if (e->target.tid == e->trigger.tid)
		event_fill_tpid(e, e->trigger.tgid, TPID_KERNEL);
	share_ids(&e->target, &e->trigger);
	if (proc < 0)
		return;
	complete_task(proc, e, &e->target);
	if (e->target.tgid != EVENT_UNKNOWN && e->tpid_source == EVENT_UNKNOWN)
		e->tpid_source = TPID_PROC;
	complete_cgroup(proc, c, e);
	complete_task(proc, e, &e->trigger);
}

/* ---- the command line ----------------------------------------------------- */

/*
 * A kernel with "gup: document and work around 'COW can break either way'
 * issue" (17839856fd58 in 5.8, and in the stable releases from 4.4 to 5.7)
 * copies a page that is shared copy-on-write when another process reads it,
 * and charges the copy to the owner's memory cgroup. "mm/gup: Remove enfornced
 * COW mechanism" (a308c71bf1e6 in 5.9) ended that. Vendors backported the first into
 * kernels of any version, so every kernel before 5.9 is assumed to copy.
 */
bool process_reads_copy(const char *release)
{
	struct span s = span_of(release, strlen(release));
	int64_t major, minor;

	if (!scan_number(&s, &major) || !scan_word(&s, ".") || !scan_number(&s, &minor))
		return true;
	return major < 5 || (major == 5 && minor < 9);
}

/* Of /proc/PID/pagemap, Documentation/admin-guide/mm/pagemap.rst. */
static const uint64_t page_present = UINT64_C(1) << 63, page_swapped = UINT64_C(1) << 62,
	page_shared = UINT64_C(1) << 61, page_exclusive = UINT64_C(1) << 56;

/*
 * Is the page at @at in memory, and if @exclusive, mapped by no other process?
 * 1, 0: no, or -errno: unknown.
 */
static int check_page(int pagemap, int64_t at, const struct process_stat *stat, bool exclusive)
{
	int64_t page_bytes = sysconf(_SC_PAGESIZE);
	uint64_t entry;
	ssize_t n = hostfs_read_at(pagemap, &entry, sizeof(entry),
				   (off_t)(at / page_bytes * (int64_t)sizeof(entry)));

	if (n != (ssize_t)sizeof(entry))
		return n < 0 ? (int)n : -EIO;
	if (!(entry & page_present))	/* the stack ends above the environment */
		return !(entry & page_swapped) && at / page_bytes > stat->env_end / page_bytes;
	return !exclusive || (entry & page_exclusive && !(entry & page_shared));
}

/*
 * The kernel reads up to a page from the first argument on, and the last byte of the
 * last argument: a process may have written its title over its environment.
 */
static int check_pages(int proc, int64_t tgid, const struct process_stat *stat, bool exclusive)
{
	const int64_t reads[] = {
		stat->arg_start, stat->arg_start + sysconf(_SC_PAGESIZE) - 1, stat->arg_end - 1,
	};
	int result = 1, pagemap;
	char path[48];

	if (stat->arg_start <= 0 || stat->arg_end <= stat->arg_start)
		return -EACCES;
	snprintf(path, sizeof(path), "%lld/pagemap", (long long)tgid);
	pagemap = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (pagemap < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]) && result > 0; i++)
		result = check_page(pagemap, reads[i], stat, exclusive);
	close(pagemap);
	return result;
}

/*
 * Can the command line be read without allocating a page for the victim? Any kernel
 * brings a swapped page back. Where swap is in use, a page that only the victim maps
 * may still be shared through another process's swap entry. The kernel may swap the
 * page out between check and read, within some 20 us; that cannot be prevented.
 */
static bool is_readable(int proc, int64_t tgid, const struct process_stat *stat)
{
	struct utsname kernel;
	struct sysinfo memory;
	bool copies = uname(&kernel) < 0 || process_reads_copy(kernel.release);
	bool swaps = sysinfo(&memory) < 0 || memory.freeswap != memory.totalswap;
	int result = copies && swaps ? 0 : check_pages(proc, tgid, stat, copies);

	/* The kernel writes the arguments at exec: without swap they stay in memory. */
	return result < 0 ? !copies && !swaps : result;
}

const char *process_join_words(struct oom_event *e, const char *words, size_t len)
{
	char line[PROCESS_CMDLINE_SIZE + sizeof(TEXT_ELLIPSIS)];
	bool cut = len >= PROCESS_CMDLINE_SIZE;

	if (cut)	/* do not cut within a character */
		for (len = PROCESS_CMDLINE_SIZE; len && (words[len - 1] & 0xc0) == 0x80; )
			len--;
	if (cut && len && words[len - 1] & 0x80)
		len--;
	while (len && !words[len - 1])
		len--;
	if (!len)
		return NULL;
	for (size_t i = 0; i < len; i++)
		line[i] = words[i] ? words[i] : ' ';
	if (cut) {
		memcpy(line + len, TEXT_ELLIPSIS, sizeof(TEXT_ELLIPSIS) - 1);
		len += sizeof(TEXT_ELLIPSIS) - 1;
	}
	return event_text(e, line, len);
}

void process_read_cmdline(int proc, struct oom_event *e)
{
	char words[PROCESS_CMDLINE_SIZE];
	int64_t tgid = e->target.tgid;
	struct process_stat stat, after;
	ssize_t n;

	/* A later process with the same id was started after the kill. */
	if (tgid == EVENT_UNKNOWN || e->victim.cmdline || read_stat(proc, tgid, &stat) < 0 ||
	    e->time_boot_ns == EVENT_UNKNOWN || stat.start_ns == EVENT_UNKNOWN ||
	    stat.start_ns > e->time_boot_ns || !stat.vsize_bytes)
		return;
	if (!is_readable(proc, tgid, &stat)) {
		e->victim.cmdline_source = CMDLINE_WITHHELD;
		return;
	}
	n = read_file(proc, tgid, "cmdline", words, sizeof(words));
	if (n <= 0 || read_stat(proc, tgid, &after) < 0 || after.start_ns != stat.start_ns)
		return;
	e->victim.cmdline = process_join_words(e, words, (size_t)n);
	if (e->victim.cmdline)
		e->victim.cmdline_source = CMDLINE_PROC;
}

/* ---- parents -------------------------------------------------------------- */

void process_read_ancestors(int proc, struct oom_event *e)
{
	struct event_victim *v = &e->victim;
	int64_t tgid = e->target.parent_tgid;
	const char *comm = e->target.parent_comm;
	struct process_status status;

	if (tgid == EVENT_UNKNOWN || v->ancestor_count != EVENT_UNKNOWN)
		return;
	v->ancestor_count = 0;
	if (e->target.nspid == 1)
		return;
	while (tgid > 0 && v->ancestor_count < EVENT_ANCESTORS) {
		bool found = read_status(proc, tgid, &status) == 0 &&
			     (!comm || has_name(comm, status.comm));

		if (!found && !comm)
			return;
		/* The event has the name of the first, even if it has exited. */
		v->ancestors[v->ancestor_count++] = (struct event_process){
			.tgid = tgid, .rss_bytes = EVENT_UNKNOWN,
			.swap_bytes = EVENT_UNKNOWN,
			.comm = comm ? comm : event_text(e, status.comm,
							  strlen(status.comm)),
		};
		if (!found || status.nspid == 1)
			return;
		tgid = status.parent_tgid;
		comm = NULL;
	}
}

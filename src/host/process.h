/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads /proc/PID of the victim, the trigger and the victim's parents. Nothing is
 * allocated here, nor on behalf of the process that is read: see
 * process_read_cmdline().
 */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include <stdbool.h>

#include "base/span.h"
#include "event/event.h"
#include "host/cgroup.h"

enum { PROCESS_CMDLINE_SIZE = 1024 };	/* a longer one is cut, with an ellipsis */

/*
 * Opens a /proc that shows the initial pid namespace, as the pids of an event belong
 * to it: the one below the directory @root (-1: none), or ours, mounted or detached.
 * A descriptor; -ENXIO: every /proc shows another pid namespace; or -errno.
 */
int process_open_proc(int root);

/* Is the tracer itself in the initial pid namespace, as far as @proc shows? */
bool process_is_initial(int proc);

/*
 * Fills unknown fields of trigger and target, by their thread ids: tgid, nspid,
 * parent, comm, ids, mount namespace, and the victim's memory cgroup. Fields of a
 * process that has exited stay unknown, and nearly all fields with @proc -1.
 */
void process_complete(int proc, const struct cgroup_files *c, struct oom_event *e);

/*
 * Reads the victim's command line, unless it is known. Reading it may make
 * the kernel allocate a page in the victim's memory cgroup, which is full: the
 * next OOM kill would be the tracer's doing. Where that cannot be ruled out
 * the command line stays unknown, and its source is CMDLINE_WITHHELD.
 */
void process_read_cmdline(int proc, struct oom_event *e);

/*
 * Reads the parents, from the victim's own up to the process with id 1 in its own pid
 * namespace. A victim with that id has none. The list ends at a parent that has
 * exited.
 */
void process_read_ancestors(int proc, struct oom_event *e);

/* Fills @p->comm from its tgid, if the process still exists. */
void process_read_comm(int proc, struct oom_event *e, struct event_process *p);

/* The resident memory of process @tgid, in pages; EVENT_UNKNOWN: it has exited. */
int64_t process_rss_pages(int proc, int64_t tgid);

/* Its swap; 0 for a kernel thread. */
int64_t process_swap_bytes(int proc, int64_t tgid);

/* ---- pure parts, for tests and fuzzers ------------------------------------- */

/* /proc/PID/stat as far as it is needed; EVENT_UNKNOWN: not in it. */
struct process_stat {
	int64_t flags, start_ns, vsize_bytes;
	int64_t arg_start, arg_end, env_end;	/* 0: no right to see them */
};

/* The same of /proc/PID/status. @comm is unescaped. */
struct process_status {
	char comm[64];
	int64_t tgid, parent_tgid;
	int64_t uid, gid;
	int64_t nspid, ns_tgid;		/* in the innermost pid namespace */
	int64_t swap_bytes;		/* 0: no such line */
};

/* 0, or -EBADMSG: @text is not such a file. */
int process_parse_stat(struct process_stat *to, struct span text);
int process_parse_status(struct process_status *to, struct span text);

/* The path of the memory cgroup in /proc/PID/cgroup, verbatim. Empty: there is none. */
struct span process_parse_cgroup(struct span text, int64_t *version);

/* Does this kernel release copy shared pages when another process reads them? */
bool process_reads_copy(const char *release);

/* Adds the words of a command line, each ended by a NUL, to @e's text. */
const char *process_join_words(struct oom_event *e, const char *words, size_t len);

#endif

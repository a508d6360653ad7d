/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Parses one line of the kernel's log into a typed message: which line of an OOM report
 * it is (Linux 3.10 and later), and the values in it. Pure.
 *
 * Any user can choose a comm or a cgroup's name, and may imitate the kernel's text in
 * it. So each is parsed from the side on which all text is the kernel's. A number counts
 * only if the kernel's text follows it, as a line may have been cut within the number.
 */
#ifndef KMSG_MESSAGE_H
#define KMSG_MESSAGE_H

#include "base/span.h"
#include "event/event.h"

enum {
	MESSAGE_COMM = 64,
	MESSAGE_PATH = 992,		/* the kernel may have cut a longer path */
	MESSAGE_FLAGS = 256,
};

/* In the order in which the kernel writes them. */
enum message_kind {
	MESSAGE_OTHER,			/* of no report */
	MESSAGE_UNREADABLE,		/* has words of a report, but cannot be parsed */
	MESSAGE_GAP,			/* messages were dropped, or the host booted */
	MESSAGE_HEADER,			/* "tail invoked oom-killer: .." */
	MESSAGE_CPU,			/* "CPU: 0 PID: 4711 Comm: tail .." */
	MESSAGE_LIMIT,			/* "Task in /a/b killed as a result of limit of /a" */
	MESSAGE_MEMCG_COUNTER,		/* "memory: usage 8192kB, limit 8192kB, failcnt 19" */
	MESSAGE_STATS,			/* "Memory cgroup stats for /a:" */
	MESSAGE_HOST_COUNTER,		/* "65418 pages RAM", .. */
	MESSAGE_NODES,			/* "Mem-Info:", before the counters of zones */
	MESSAGE_COLUMNS,		/* "[  pid  ]   uid  tgid total_vm .." */
	MESSAGE_ROW,			/* "[  18679]     0 18679     2341 .." */
	MESSAGE_SUMMARY,		/* "oom-kill:constraint=..", from 5.0 on */
	MESSAGE_SELECTED,		/* "..: Kill process 7 (a) score 9 or ..", up to 5.0 */
	MESSAGE_KILLED,			/* "..: Killed process 7 (a) total-vm:9kB, .." */
	MESSAGE_KILLED_BEGUN,		/* the same, torn by a newline in the comm */
	MESSAGE_GROUP,			/* "Tasks in /a are going to be killed due to .." */
	MESSAGE_NO_KILL,		/* the kernel found no victim, or needed none */
};

/* In the structs below, a number that the line lacks is EVENT_UNKNOWN, a string empty. */

struct message_header {
	char comm[MESSAGE_COMM];
	char gfp_flags[MESSAGE_FLAGS];	/* by name, from 4.6 on */
	int64_t gfp_mask, order;
};

struct message_cpu {
	int64_t cpu, tid;
	struct span comm;		/* and what follows it */
};

/* Paths of memory cgroups; empty if the line is ambiguous. */
struct message_limit {
	char memcg[MESSAGE_PATH];	/* the one that ran out */
	char cgroup[MESSAGE_PATH];	/* the selected process's */
};

/* Counters, summed over several lines; sizes are bytes. */
struct message_counters {
	int64_t memcg_version;		/* 1 or 2 */
	int64_t usage_bytes, limit_bytes;
	int64_t swap_usage_bytes, swap_limit_bytes;	/* v1: memory + swap */
	int64_t ram_pages, reserved_pages, swap_total_bytes;	/* of the host */
	int64_t present_bytes;		/* of the memory nodes that were allowed */
};

/* The positions of columns in the table of tasks; -1: there is no such column. */
struct message_columns {
	int pgtables, swap, oom_score_adj;
};

struct message_row {
	int64_t pid, tgid, uid;
	int64_t total_vm_pages, pgtables_bytes, swap_pages, oom_score_adj;
};

/* The first words of a kill's line. Only SCOPE_MEMCG proves a memory cgroup's OOM. */
enum message_scope { SCOPE_NONE, SCOPE_MEMCG, SCOPE_HOST, SCOPE_ALLOCATING_TASK };

struct message_selected {
	enum message_scope scope;
	int64_t pid;
	char comm[MESSAGE_COMM];
};

struct message_killed {
	enum message_scope scope;	/* SCOPE_NONE up to 5.0: see MESSAGE_SELECTED */
	int64_t pid;			/* of a thread, most often the leader */
	int64_t uid, oom_score_adj;
	int64_t total_vm_bytes, anon_rss_bytes, file_rss_bytes, shmem_rss_bytes;
	int64_t pgtables_kb;		/* as printed */
	int64_t *last;			/* the number at the end of the line, or NULL */
	char comm[MESSAGE_COMM];
};

struct message {
	enum message_kind kind;
	union {
		struct message_header header;
		struct message_cpu cpu;
		struct message_limit limit;
		struct message_columns columns;
		struct message_row row;
		struct message_selected selected;
		struct message_killed killed;
		char group[MESSAGE_PATH];
	};
};

/* Parses a line. Rows of a table need its @columns; counters go into @counters. */
void message_read(struct message *m, struct span line,
		  const struct message_columns *columns,
		  struct message_counters *counters);

void message_counters_init(struct message_counters *c);

/* Adds the counters of one line, @c, to those of a report. */
void message_counters_add(struct message_counters *to, const struct message_counters *c);

/* Parses a reassembled "Killed process" line. 0, or -EMSGSIZE: it is incomplete. */
int message_read_killed(struct span line, struct message_killed *k);

/* The "oom-kill:" line: the chosen process, and why the kernel had to kill. */
struct message_summary {
	int64_t constraint;		/* enum event_constraint */
	int64_t nodemask;
	int64_t pid, uid;
	char comm[MESSAGE_COMM];	/* empty: ambiguous */
	char memcg[MESSAGE_PATH], cgroup[MESSAGE_PATH];
};

/*
 * Parses a complete "oom-kill:" line. @stats is the line "Memory cgroup stats for PATH:",
 * or empty, and @comm the victim's. Both resolve ambiguities, as a path or comm may hold
 * any text. False: the line is incomplete.
 */
bool message_read_summary(struct span line, struct span stats, const char *comm,
			  struct message_summary *to);

/* The path in "Memory cgroup stats for PATH:"; NULL data: it has none. */
struct span message_stats_path(struct span stats);

/* Takes "[  pid  ]" and the blanks around it, the head of the task table. */
bool message_scan_table_head(struct span *s);

#endif

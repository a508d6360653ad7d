/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Parses the kernel's report of an OOM kill: lines of the log become one struct
 * report_kill for each "Killed process" line. Pure; Linux 3.10 and later.
 *
 * A line is joined to a kill only if it agrees with it: close in time, by the same
 * caller, in the kernel's order, about the same process. Other lines are left out, so
 * that a value is right or unknown, and never from another report.
 */
#ifndef KMSG_REPORT_H
#define KMSG_REPORT_H

#include "event/event.h"
#include "kmsg/message.h"
#include "kmsg/transport.h"

enum {
	REPORT_TEXT = 4096,
	REPORT_ROWS = 512,		/* a power of two */
	REPORT_UNREADABLE = 160,
};

/*
 * In both structs a number is EVENT_UNKNOWN and a string empty until a line supplies
 * it. Sizes are bytes.
 */

/* The OOM, as reported. Only its first victim has a @cgroup. */
struct report_oom {
	int64_t trigger_tid, trigger_tgid, trigger_uid;
	int64_t cpu, gfp_mask, order;
	int64_t constraint;		/* enum event_constraint */
	int64_t nodemask;
	int64_t group;			/* bool */
	int64_t node_lists;		/* number of node lists: normally 1 */
	struct message_counters counters;
	char trigger_comm[MESSAGE_COMM];
	char gfp_flags[MESSAGE_FLAGS];
	char memcg[MESSAGE_PATH];	/* path of the memcg that ran out */
	char cgroup[MESSAGE_PATH];	/* the victim's */
	char group_memcg[MESSAGE_PATH];	/* the memcg that is killed as a whole */
};

struct report_victim {
	int64_t time_ns;		/* of the kernel's own clock */
	int64_t time_unix_ns;
	bool year_guessed;		/* of time_unix_ns */
	int64_t incident;		/* about time_ns of its first kill, or a number */
	int64_t pid;			/* of a thread, most often the leader */
	int64_t tgid;
	int64_t uid;
	int64_t oom_score_adj;
	int64_t total_vm_bytes;
	int64_t anon_rss_bytes, file_rss_bytes, shmem_rss_bytes;
	int64_t pgtables_bytes, swap_bytes;
	int64_t page_size;		/* of the host that wrote the report */
	char comm[MESSAGE_COMM];	/* of the leader if known, else of the thread */
};

struct report_kill {
	struct report_victim victim;
	struct report_oom oom;
	bool past;			/* from before the log was opened, or saved */
};

/* A line that the log holds in several pieces. */
struct report_text {
	size_t used;
	char bytes[REPORT_TEXT];
};

/* When a line was written, by either clock. */
struct report_moment {
	int64_t time_ns, time_unix_ns;
};

enum report_stage {
	REPORT_NONE,
	REPORT_OPEN,			/* a line of a report was read */
	REPORT_KILLED,			/* so was its "Killed process" */
	REPORT_GROUP,			/* more of those will follow */
};

struct report {
	struct report_kill kill;	/* the kill that report_line() returned 1 for */
	struct report_kill next;	/* the next one, if @has_next */
	bool has_next;
	int64_t *next_last;		/* the number at the end of its line, or NULL */

	/* Parts of the log that belong to no kill. */
	int64_t unfinished;		/* reports that end without a kill, and the first's: */
	int64_t unfinished_pid;
	char unfinished_comm[MESSAGE_COMM];
	int64_t unreadable;		/* lines with the words of a report, and the first: */
	char first_unreadable[REPORT_UNREADABLE];

	enum report_stage stage;
	enum message_kind part;		/* the last part of the report so far */
	int64_t caller;			/* the thread that writes it */
	struct report_moment moment;	/* of its last part, or kill */
	struct report_oom oom;
	bool has_header, has_selected;
	struct message_selected selected;
	struct report_text summary;	/* "oom-kill:.." */
	struct report_text stats;	/* "Memory cgroup stats for .." */
	struct report_text killed;	/* a torn "Killed process .." line, */
	struct log_line killed_line;	/* and its first piece */
	struct report_text *open;	/* the text that fragments continue, or NULL */

	enum message_scope scope;	/* of the incident's kills */
	int64_t first_pid;		/* of the incident; EVENT_UNKNOWN: not read */
	int64_t incident;
	int64_t numbered_ns, numbered;	/* time and number of the last incident */
	int64_t kills;			/* so far, in all reports */
	int64_t repeats;		/* second "Killed process" lines of a group's first victim */

	struct report_moment last;	/* of the last line, of a report or not */
	int64_t next_sequence;

	struct message_columns columns;
	bool any_row, row_replaced;
	struct message_row rows[REPORT_ROWS];	/* by pid; pid 0: none */
};

void report_init(struct report *r);

/* Lines were lost: ends the open report. */
void report_gap(struct report *r);

/*
 * Reads the next line. 1: @r->kill holds a complete kill, until the next call; 0: it
 * does not. A kill is complete once the following line is read, as that line may say
 * that the kernel kills a whole cgroup.
 */
int report_line(struct report *r, const struct log_line *l);

/* The log has no further line for now. 1: a kill is complete, as above. */
int report_flush(struct report *r);

/* The log has ended: counts an open report without a kill as unfinished. */
void report_end(struct report *r);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's own report of an OOM kill: lines of its log become one struct
 * report_kill for each "Killed process" line. Pure; Linux 3.10 and later.
 *
 * Lines are joined to a kill only where they agree with it: written at once, by
 * one caller, in the kernel's order, about this process. What does not agree is
 * left out, so that a value is right or unknown, and never of another report.
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
 * In both structs numbers are EVENT_UNKNOWN, strings empty until a line said
 * more; sizes are bytes.
 */

/* What the report says of the OOM; only its first victim has a @cgroup. */
struct report_oom {
	int64_t trigger_tid, trigger_tgid, trigger_uid;
	int64_t cpu, gfp_mask, order;
	int64_t constraint;		/* enum event_constraint */
	int64_t nodemask;
	int64_t group;			/* bool */
	int64_t node_lists;		/* how often they were listed: 1, but for accidents */
	struct message_counters counters;
	char trigger_comm[MESSAGE_COMM];
	char gfp_flags[MESSAGE_FLAGS];
	char memcg[MESSAGE_PATH];	/* path of the memcg that ran out */
	char cgroup[MESSAGE_PATH];	/* the victim's */
	char group_memcg[MESSAGE_PATH];	/* the one that is killed as a whole */
};

struct report_victim {
	int64_t time_ns;		/* of the kernel's own clock */
	int64_t time_unix_ns;
	bool year_guessed;		/* of time_unix_ns */
	int64_t incident;		/* time_ns of its first kill, or a number */
	int64_t pid;			/* of a thread, most often the leader */
	int64_t tgid;
	int64_t uid;
	int64_t oom_score_adj;
	int64_t total_vm_bytes;
	int64_t anon_rss_bytes, file_rss_bytes, shmem_rss_bytes;
	int64_t pgtables_bytes, swap_bytes;
	int64_t page_size;		/* that the report was written with */
	char comm[MESSAGE_COMM];	/* of the leader, if it is known, or that thread */
};

struct report_kill {
	struct report_victim victim;
	struct report_oom oom;
	bool past;			/* from before the log was opened, or saved */
};

/* A text that the kernel wrote piece by piece. */
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
	struct report_kill kill;	/* of which report_line() has said 1 */
	struct report_kill next;	/* the next one, if @has_next */
	bool has_next;
	int64_t *next_last;		/* the number at the end of its line, or NULL */

	/* How much of the log makes no kill. */
	int64_t unfinished;		/* reports that end without a kill, and the first's: */
	int64_t unfinished_pid;
	char unfinished_comm[MESSAGE_COMM];
	int64_t unreadable;		/* lines with the words of a report, and the first: */
	char first_unreadable[REPORT_UNREADABLE];

	enum report_stage stage;
	enum message_kind part;		/* the last part of the report that was read */
	int64_t caller;			/* the thread that writes it */
	struct report_moment moment;	/* of its last part, or kill */
	struct report_oom oom;
	bool has_header, has_selected;
	struct message_selected selected;
	struct report_text summary;	/* "oom-kill:.." */
	struct report_text stats;	/* "Memory cgroup stats for .." */
	struct report_text killed;	/* "Killed process .." that is torn, .. */
	struct log_line killed_line;	/* .. and its first part */
	struct report_text *open;	/* the one that fragments belong to, or NULL */

	enum message_scope scope;	/* of the incident's kills */
	int64_t first_pid;		/* of the incident; EVENT_UNKNOWN: not read */
	int64_t incident;
	int64_t kills;			/* so far, in all reports */
	int64_t repeats;		/* lines of a group's first victim, again */

	struct report_moment last;	/* of the last line of anything */
	int64_t next_sequence;

	struct message_columns columns;
	bool any_row, row_replaced;
	struct message_row rows[REPORT_ROWS];	/* by pid; pid 0: none */
};

void report_init(struct report *r);

/* Lines were lost: what comes next does not go with what was before. */
void report_gap(struct report *r);

/*
 * Reads the next line. 1: the kill that was read before it is complete, and is
 * in @r->kill until the next call; 0: none is. A kill is complete with the line
 * behind it, which may say that its cgroup is killed as a whole.
 */
int report_line(struct report *r, const struct log_line *l);

/* There is no other line, for now. 1: a kill is complete, as above. */
int report_flush(struct report *r);

/* There is no other line at all: counts a report that has no kill. */
void report_end(struct report *r);

#endif

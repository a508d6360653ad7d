/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's own report of an OOM kill: many lines of its log that become
 * one struct report_kill each time a "Killed process" line ends them. Pure;
 * Linux 5.0 and later.
 */
#ifndef KMSG_REPORT_H
#define KMSG_REPORT_H

#include "base/text.h"
#include "event/decode.h"
#include "event/event.h"
#include "kmsg/transport.h"

enum {
	REPORT_COMM = 64,
	REPORT_PATH = 992,		/* a longer one may have been cut short */
	REPORT_SUMMARY = 4096,
	REPORT_ROWS = 512,		/* a power of two */
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
	int64_t memcg_version;		/* 1 or 2 */
	int64_t usage_bytes, limit_bytes;		/* of @memcg */
	int64_t swap_usage_bytes, swap_limit_bytes;	/* v1: memory + swap */
	int64_t ram_pages, reserved_pages, swap_total_bytes;	/* of the host */
	int64_t present_bytes;		/* of the memory nodes that were allowed */
	int64_t node_lists;		/* how often they were listed: 1, but for accidents */
	char trigger_comm[REPORT_COMM];
	char memcg[REPORT_PATH];	/* path of the memcg that ran out */
	char cgroup[REPORT_PATH];	/* the victim's */
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
	char comm[REPORT_COMM];		/* of the leader, if it is known, or that thread */
};

struct report_kill {
	struct report_victim victim;
	struct report_oom oom;
	bool past;			/* from before the log was opened, or saved */
};

/* A row of the report's table of tasks. */
struct report_row {
	int64_t pid, tgid, uid;
	int64_t total_vm_pages, pgtables_bytes, swap_pages;
};

/* What was written piece by piece. */
struct report_text {
	size_t used;
	char bytes[REPORT_SUMMARY];
};

enum report_stage {
	REPORT_NONE,
	REPORT_OPEN,			/* "invoked oom-killer" was read */
	REPORT_KILLED,			/* so was its "Killed process" */
	REPORT_GROUP,			/* more of those will follow */
};

struct report {
	struct report_kill kill;
	enum report_stage stage;
	int64_t caller;			/* who writes it */
	int64_t first_pid;		/* of the incident */
	int64_t kills;			/* so far, in all reports */
	int64_t repeats;		/* lines of a group's first victim, again */
	int64_t last_ns;		/* when the last one was */
	int64_t part_time, part_date;	/* of the report's last line: time_ns, time_unix_ns */
	int64_t last_time, last_date;	/* the same of the last line of anything */
	int64_t next_sequence;
	struct report_text summary;	/* "oom-kill:.." */
	struct report_text stats;	/* "Memory cgroup stats for .." */
	struct report_text killed;	/* "Killed process .." that is torn */
	struct report_text *open;	/* the one that fragments belong to, or NULL */
	int pgtables_column, swap_column;	/* of the table; -1: it has none */
	bool any_row, row_replaced;
	struct report_row rows[REPORT_ROWS];	/* by pid; pid 0: none */
};

void report_init(struct report *r);

/* Lines were lost: what comes next does not go with what was before. */
void report_gap(struct report *r);

/*
 * Reads the next line. 1: it was a kill's, which is in @r->kill until the
 * next call; 0: it was another.
 */
int report_line(struct report *r, const struct log_line *l);

/*
 * Fills @e, which event_init() has made empty. Of @host everything may be
 * unknown. What the report does not say stays unknown.
 */
void report_decode(struct oom_event *e, const struct report_kill *k,
		   const struct decode_host *host);

/*
 * Is @k the report of the kill that @e, of another source, is the mark of? By
 * the thread that was marked, for ids are used again not too far apart in time.
 */
bool report_is_of(const struct report_kill *k, const struct oom_event *e,
		  const struct decode_host *host);

/* Fills what is unknown in @e, the event of that kill. */
void report_fill(struct oom_event *e, const struct report_kill *k,
		 const struct decode_host *host);

/*
 * Where the two are not of one mind: adds "FIELD is VALUE, not VALUE", the
 * report's first, for the first such field. False: they agree in all that both
 * know. Sizes are not compared, they change between mark and report.
 */
bool report_contradicts(const struct report_kill *k, const struct oom_event *e,
			struct text *t);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The lines of the kernel's OOM report, one function for each kind. A comm
 * and the name of a cgroup are a stranger's choice and may hold whatever is
 * written around them: each is looked for from the side where only the
 * kernel has written.
 */
#ifndef KMSG_REPORT_PARSE_H
#define KMSG_REPORT_PARSE_H

#include "base/span.h"
#include "kmsg/report.h"

/* Copies what fits, up to a NUL, and ends it with one. */
void report_copy(char *to, size_t size, struct span from);

/*
 * "tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, .."
 * Fills @oom's trigger_comm, gfp_mask and order.
 */
bool report_parse_header(struct span s, struct report_oom *oom);

/*
 * "CPU: 0 PID: 4711 Comm: tail Not tainted ..", with "UID: 0 " from 6.12 on;
 * it must be @oom's trigger's.
 */
bool report_parse_cpu(struct span s, struct report_oom *oom);

/*
 * The memcg's counters: "memory: usage 8192kB, limit 8192kB, failcnt 19";
 * the host's: "Total swap = 0kB", "65418 pages RAM", "9 pages reserved", and
 * for each zone of the nodes that were allowed "Node 0 DMA free:684kB ..
 * present:15992kB managed:15360kB ..".
 */
bool report_parse_counter(struct span s, struct report_oom *oom);

/* The two beginnings of a kill's line; only the first is known to be a memcg's. */
enum report_scope { REPORT_OF_NONE, REPORT_OF_MEMCG, REPORT_OF_HOST, REPORT_OF_CALLER };

/*
 * "Memory cgroup out of memory: Killed process 4711 (tail) total-vm:9364kB, .."
 * -ENOENT: another line; -EMSGSIZE: the comm and what follows are missing.
 * @pgtables_kb is as printed.
 */
int report_parse_killed(struct span s, struct report_victim *v,
			enum report_scope *scope, int64_t *pgtables_kb);

/* Of the process that was chosen. */
struct report_chosen {
	int64_t pid, uid;
	char comm[REPORT_COMM];		/* empty: it can be read in two ways */
};

/*
 * "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,.."
 * Fills @oom's constraint, nodemask, memcg and cgroup. @stats is the line
 * "Memory cgroup stats for PATH:", or empty, and @comm that of the victim:
 * both tell what is path and what is not where it can be read in two ways.
 * False: it is not whole.
 */
bool report_parse_summary(struct span s, struct span stats, const char *comm,
			  struct report_oom *oom, struct report_chosen *chosen);

/* "[  pid  ]   uid  tgid total_vm ..": where the columns are, or false. */
bool report_parse_columns(struct span s, int *pgtables, int *swap);

/* "[  18679]     0 18679     2341 .." */
bool report_parse_row(struct span s, int pgtables, int swap,
		      struct report_row *row);

#endif

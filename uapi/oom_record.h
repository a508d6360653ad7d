/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record that the probe sends for each oom/mark_victim event, in the host's
 * byte order: members of fixed width without holes, then the levels of the
 * victim's memory cgroup path, leaf first.
 *
 * A reader accepts its own version only, reads @size bytes and ignores the perf
 * buffer's padding behind them.
 */
#ifndef UAPI_OOM_RECORD_H
#define UAPI_OOM_RECORD_H

#include <linux/types.h>

#define OOM_RECORD_VERSION	2
#define OOM_RECORD_COMM		16	/* TASK_COMM_LEN, with its NUL */
#define OOM_RECORD_LEVELS	12	/* deeper paths lose their root end */
#define OOM_RECORD_NAME		256	/* NAME_MAX + 1 */
#define OOM_RECORD_NO_LIMIT	(~0ULL)	/* a level has no such counter */

/* oom_record.known: the groups of members that are filled in. */
enum {
	OOM_KNOWS_CREDENTIALS	= 1 << 0, /* trigger: tgid, tid, uid, gid, comm */
	OOM_KNOWS_TRIGGER	= 1 << 1, /* trigger: the rest */
	OOM_KNOWS_VICTIM	= 1 << 2, /* victim, start_ns .. threads */
	OOM_KNOWS_MM		= 1 << 3, /* total_vm .. pgtables from the victim's mm */
	OOM_KNOWS_WIDE		= 1 << 4, /* the same, victim.uid and oom_score_adj from the
					   * wide tracepoint, as the kernel logs them;
					   * victim.comm is the thread's unless VICTIM */
	OOM_KNOWS_CONTROL	= 1 << 5, /* totalpages .. gfp_mask, the oom_control */
	OOM_KNOWS_MEMCG		= 1 << 6, /* memcg_*, and the levels */
	OOM_KNOWS_BOOTTIME	= 1 << 7, /* times are CLOCK_BOOTTIME, else CLOCK_MONOTONIC */
	OOM_KNOWS_SWAP		= 1 << 8, /* swap_bytes */
	OOM_KNOWS_NODEMASK	= 1 << 9, /* nodemask */
	OOM_KNOWS_SEARCHED	= 1 << 10, /* the stack was searched for CONTROL */
	OOM_KNOWS_SEARCHED_FAR	= 1 << 11, /* further up as well: not found near the tracepoint */
};

struct oom_record_task {
	__u32 tgid;			/* in the initial pid namespace */
	__u32 tid;
	__u32 uid;			/* in the initial user namespace */
	__u32 gid;
	__u32 mntns;			/* inode number; 0: already left */
	__u32 parent_tgid;
	__u32 parent_tid;
	__u32 ns_tgid;			/* in the task's own pid namespace */
	char comm[OOM_RECORD_COMM];	/* victim: its leader's; trigger: the thread's */
	char parent_comm[OOM_RECORD_COMM];
};

struct oom_record {
	__u16 version;			/* OOM_RECORD_VERSION */
	__u16 size;			/* of the whole record, levels included */
	__u16 levels;			/* how many follow */
	__u16 levels_cut;		/* 1: the path was deeper than that */
	__u32 known;			/* OOM_KNOWS_* */
	__u32 cpu;
	__u64 time_ns;
	__u64 incident_ns;		/* time_ns of the first victim of this OOM */

	struct oom_record_task trigger;
	struct oom_record_task victim;

	__u64 start_ns;			/* when the victim was started */
	__s32 oom_score_adj;
	__u32 exit_state;		/* EXIT_DEAD 16, EXIT_ZOMBIE 32, else 0 */
	__u32 task_flags;		/* PF_EXITING 4, PF_DUMPCORE 0x200, .. */
	__u32 signal_flags;		/* SIGNAL_GROUP_EXIT 4 */
	__u32 threads;
	__u32 reserved;

	__u64 total_vm_bytes;
	__u64 anon_rss_bytes;
	__u64 file_rss_bytes;
	__u64 shmem_rss_bytes;
	__u64 swap_bytes;
	__u64 pgtables_bytes;

	__u64 totalpages;		/* size of the OOM domain, in pages */
	__u64 nodemask;			/* the first 64 allowed nodes */
	__u32 constraint;		/* 0 none, 1 cpuset, 2 mempolicy, 3 memcg */
	__s32 order;			/* -1: sysrq-f */
	__u32 gfp_mask;
	__u32 memcg_hierarchy;		/* 0: v2, else the id of a v1 hierarchy */
};

/*
 * One level of the path. Its name follows, NUL-terminated, padded to a
 * multiple of 8; the root's name is empty. Counters are pages.
 */
struct oom_record_level {
	__u64 max;
	__u64 high;
	__u64 usage;
	__u64 swap_max;			/* v1: of memory and swap together */
	__u64 swap_usage;
	__u16 name_size;		/* with the NUL, without the padding */
	__u8 limiting;			/* 1: the memcg that ran out */
	__u8 oom_group;			/* 1: memory.oom.group is set */
	__u32 reserved;
};

#endif

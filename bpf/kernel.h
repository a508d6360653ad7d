/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's types as far as the probe reads them. CO-RE finds members by
 * name, so their order does not matter. A ___suffix marks another kernel's
 * shape of the type. From 5.4 to 7.3 unless noted.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { __u32 val; } kuid_t;
typedef struct { __u32 val; } kgid_t;
typedef struct { long counter; } atomic_long_t;

struct hlist_node { struct hlist_node *next; };
struct hlist_head { struct hlist_node *first; };

/* Process ids: an XArray per namespace, keyed by pid (4.20). */
struct xa_node {
	unsigned char shift;
	struct xa_node *parent;
	void *slots[64];		/* 16 with CONFIG_BASE_SMALL */
};
/* No kernel has it: code that is reached with this type does not load. */
struct xa_node___unsupported { void *slots_neither_16_nor_64; };
struct xarray { void *xa_head; };
struct idr { struct xarray idr_rt; };
struct pid_namespace { struct idr idr; };
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct hlist_head tasks[4];	/* [0]: PIDTYPE_PID */
	struct upid numbers[1];		/* [level + 1] of them */
};

struct ns_common { unsigned int inum; };
struct mnt_namespace { struct ns_common ns; };
struct nsproxy { struct mnt_namespace *mnt_ns; };
struct cred {
	kuid_t uid;
	kgid_t gid;
};
struct signal_struct {
	int nr_threads;
	unsigned int flags;
	int group_exit_code;
	short oom_score_adj;
};

/* Memory counters: an array of atomics until 6.1, of percpu_counters since. */
struct percpu_counter { __s64 count; };
struct mm_rss_stat { atomic_long_t count[4]; };
struct mm_struct {
	unsigned long total_vm;
	atomic_long_t pgtables_bytes;
};
struct mm_struct___array { struct mm_rss_stat rss_stat; };
struct mm_struct___percpu { struct percpu_counter rss_stat[4]; };

/* Control groups. */
struct kernfs_node { const char *name; };
struct cgroup_root { int hierarchy_id; };
struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
};
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};
struct css_set { struct cgroup_subsys_state *subsys[16]; };
enum cgroup_subsys_id { memory_cgrp_id = 4 };	/* depends on the config */

struct page_counter {
	atomic_long_t usage;
	unsigned long max;
	unsigned long high;		/* 5.8 */
};
struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
	struct page_counter swap;	/* a union with v1's memsw */
	_Bool oom_group;
};
struct mem_cgroup___high { unsigned long high; };	/* until 5.7 */

struct task_struct {
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	int pid;
	int tgid;
	unsigned int flags;
	int exit_state;
	char comm[16];
	struct pid *thread_pid;
	struct hlist_node pid_links[4];
	struct mm_struct *mm;
	struct signal_struct *signal;
	struct nsproxy *nsproxy;
	const struct cred *real_cred;
	struct css_set *cgroups;
	__u64 start_boottime;		/* 5.5 */
};
struct task_struct___boot { __u64 real_start_time; };	/* until 5.4 */

/* The tracepoint's record; all but pid is missing in the narrow one. */
struct trace_event_raw_mark_victim {
	int pid;
	__u32 __data_loc_comm;
	unsigned long total_vm;		/* in kB, as the next four */
	unsigned long anon_rss;
	unsigned long file_rss;
	unsigned long shmem_rss;
	unsigned long pgtables;
	__u32 uid;
	short oom_score_adj;
};

#pragma clang attribute pop

/*
 * struct oom_control as it lies on the trigger's stack. The probe searches for
 * this shape, which is the same from 5.4 to 7.3 whatever the configuration.
 * Not CO-RE: control_layout_holds() compares it with the kernel's.
 */
struct oom_control_image {
	__u64 zonelist;
	__u64 nodemask;
	__u64 memcg;
	__u32 gfp_mask;
	__s32 order;
	__u64 totalpages;
	__u64 chosen;
	__s64 chosen_points;
	__u32 constraint;
	__u32 unused;
};

enum oom_constraint { CONSTRAINT_NONE, CONSTRAINT_MEMCG = 3 };

struct oom_control {
	void *nodemask;
	void *memcg;
	unsigned int gfp_mask;
	int order;
	unsigned long totalpages;
	struct task_struct *chosen;
	enum oom_constraint constraint;	/* CO-RE tells an enum from an int */
} __attribute__((preserve_access_index));

#endif

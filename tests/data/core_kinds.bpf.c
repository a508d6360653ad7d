// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Every kind of CO-RE relocation that clang 14 emits, against real types of
 * the kernel, in every form of instruction; maps, global data and functions as
 * well. Only ever looked at: tests/system/oracle.sh compares what two loaders
 * make of it. Names with "absent" are in no kernel.
 */
#include <linux/types.h>
#include <linux/bpf.h>

#define SEC(name)	__attribute__((section(name), used))
#define NOINLINE	__attribute__((noinline))
#define __uint(name, value)	int (*name)[value]
#define __type(name, type)	typeof(type) *name

/* A field, and what can be asked of it, of types and of enumerators. */
#define byte_offset(f)	__builtin_preserve_field_info(f, 0)
#define byte_size(f)	__builtin_preserve_field_info(f, 1)
#define exists(f)	__builtin_preserve_field_info(f, 2)
#define is_signed(f)	__builtin_preserve_field_info(f, 3)
#define left_shift(f)	__builtin_preserve_field_info(f, 4)
#define right_shift(f)	__builtin_preserve_field_info(f, 5)
#define type_exists(t)	__builtin_preserve_type_info(*(t *)0, 0)
#define type_size(t)	__builtin_preserve_type_info(*(t *)0, 1)
#define local_id(t)	__builtin_btf_type_id(*(t *)0, 0)
#define target_id(t)	__builtin_btf_type_id(*(t *)0, 1)
#define enum_exists(t, v)	__builtin_preserve_enum_value(*(t *)v, 0)
#define enum_value(t, v)	__builtin_preserve_enum_value(*(t *)v, 1)
#define at(f)		__builtin_preserve_access_index(&(f))

static long (*probe_read_kernel)(void *, __u32, const void *) =
	(void *)BPF_FUNC_probe_read_kernel;
static void *(*map_lookup)(void *, const void *) =
	(void *)BPF_FUNC_map_lookup_elem;
static __u64 (*current_task)(void) = (void *)BPF_FUNC_get_current_task;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next; };
struct hlist_head { struct hlist_node *first; };
typedef struct { int counter; } atomic_t;
typedef struct { __u32 val; } kuid_t;

struct task_struct {
	int pid;
	int tgid;
	unsigned long flags;		/* an unsigned int: narrower */
	__u8 exit_state;		/* an int: may not be resized */
	char comm[16];
	struct task_struct *real_parent;
	struct list_head tasks;
	unsigned int sched_reset_on_fork:1;
	unsigned int in_execve:1;
	unsigned int frozen:1;
	unsigned int absent_bits:3;
	int absent;
	struct hlist_node pid_links[4];
};
struct task_struct___absent_flavor { int absent; };
struct task_struct___other { int tgid; };
struct mm_struct { unsigned long total_vm; };	/* an anonymous member's */
struct pid_namespace { int level; };
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct hlist_head tasks[4];
	struct upid numbers[];		/* [1] before 6.6 or so */
};
struct device {
	_Bool offline:1;
	_Bool offline_disabled:1;
	_Bool of_node_reused:1;
};
struct dev_pm_info {
	_Bool can_wakeup:1;
	_Bool irq_safe:1;
	unsigned int disable_depth:3;
};
struct tcp_sock {
	unsigned char nonagle:4;
	unsigned char thin_lto:1;
};
struct desc_struct {
	unsigned short limit0, base0;
	unsigned short base1:8, type:4, s:1, dpl:2, p:1;
	unsigned short limit1:4, avl:1, l:1, d:1, g:1, base2:8;
};
struct xa_node {
	unsigned char shift;
	struct { struct list_head private_list; };	/* a union's member */
	void *slots[64];
};
struct cpumask { unsigned long bits[1]; };
struct absent_struct { int member; };
union sigval { int sival_int; void *sival_ptr; };

#pragma clang attribute pop

typedef int (*absent_function)(int);
typedef unsigned int gfp_t;
typedef struct { int counter; } absent_t;
struct empty_declaration;

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID = 77, PIDTYPE_ABSENT };
enum pid_type___flavored { PIDTYPE_SID___flavored = 3 };
enum absent_enum { ABSENT_VALUE = 5 };
enum perf_callchain_context {
	PERF_CONTEXT_HV = (__u64)-32,
	PERF_CONTEXT_USER = (__u64)-512,
};
enum css_task_iter_flags { CSS_TASK_ITER_PROCS = 1 };

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__uint(map_flags, 1);
	__type(key, __u32);
	__type(value, struct { __u64 a[3]; });
} table SEC(".maps");

const volatile __u32 a_constant = 7;
const volatile __u64 more_constants[4] = { 1, 2, 3, 4 };
__u64 a_variable = 0x1234;
static volatile __u64 a_static = 5;
static volatile __u64 another_static[3] = { 1, 2, 3 };
__u64 results[16];
static volatile __u64 static_results[16];

#define KEEP(value)	(results[(n++) & 15] += (value))

static NOINLINE int ask_fields(struct task_struct *t)
{
	struct pid *p = (void *)t;
	struct xa_node *node = (void *)t;
	struct upid *u = (void *)t;
	int n = 0;

	KEEP(byte_offset(t->pid));
	KEEP(byte_size(t->comm));
	KEEP(byte_size(t->comm[3]));
	KEEP(byte_offset(t->comm[3]));
	KEEP(byte_size(t->flags));
	KEEP(exists(t->real_parent));
	KEEP(exists(t->absent));
	KEEP(exists(((struct task_struct___absent_flavor *)t)->absent));
	KEEP(byte_offset(((struct task_struct___other *)t)->tgid));
	KEEP(exists(((struct absent_struct *)t)->member));
	KEEP(is_signed(t->pid));
	KEEP(is_signed(t->flags));
	KEEP(byte_offset(t->tasks.prev));
	KEEP(byte_offset(t->pid_links[2].next));
	KEEP(byte_size(t->pid_links));
	KEEP(byte_offset(p->numbers[0].ns));
	KEEP(byte_offset(p->numbers[3].nr));
	KEEP(byte_offset(p->tasks[3]));
	KEEP(byte_offset(node->private_list.next));
	KEEP(byte_offset(node->slots[63]));
	KEEP(byte_offset(((struct mm_struct *)t)->total_vm));
	KEEP(byte_offset(u[5].ns));
	KEEP(byte_size(((struct cpumask *)t)->bits[0]));
	KEEP(byte_offset(((union sigval *)t)->sival_ptr));
	if (exists(t->absent))
		KEEP(byte_offset(t->absent));
	return n;
}

#define BITS(f)	do { \
	KEEP(byte_offset(f)); KEEP(byte_size(f)); KEEP(exists(f)); \
	KEEP(is_signed(f)); KEEP(left_shift(f)); KEEP(right_shift(f)); \
} while (0)

NOINLINE int ask_bits(struct task_struct *t)
{
	struct device *d = (void *)t;
	struct dev_pm_info *pm = (void *)t;
	struct tcp_sock *tcp = (void *)t;
	struct desc_struct *desc = (void *)t;
	int n = 0;

	BITS(t->sched_reset_on_fork);
	BITS(t->in_execve);
	BITS(t->frozen);
	BITS(d->offline);
	BITS(d->of_node_reused);
	BITS(pm->irq_safe);
	BITS(pm->disable_depth);
	BITS(tcp->nonagle);
	BITS(desc->base1);
	BITS(desc->dpl);
	BITS(desc->base2);
	KEEP(left_shift(t->pid));
	KEEP(right_shift(t->pid));
	KEEP(left_shift(t->exit_state));
	KEEP(right_shift(t->tasks.next));
	if (exists(t->absent_bits))
		BITS(t->absent_bits);
	return n;
}

static NOINLINE int ask_types(void)
{
	int n = 0;

	KEEP(type_exists(struct task_struct));
	KEEP(type_exists(struct absent_struct));
	KEEP(type_exists(union sigval));
	KEEP(type_exists(enum pid_type));
	KEEP(type_exists(enum absent_enum));
	KEEP(type_exists(gfp_t));
	KEEP(type_exists(absent_t));
	KEEP(type_exists(kuid_t));
	KEEP(type_exists(absent_function));
	KEEP(type_size(struct task_struct));
	KEEP(type_size(struct absent_struct));
	KEEP(type_size(struct list_head));
	KEEP(type_size(atomic_t));
	KEEP(type_size(enum perf_callchain_context));
	KEEP(local_id(struct task_struct));
	KEEP(local_id(struct absent_struct));
	KEEP(target_id(struct task_struct));
	KEEP(target_id(struct task_struct___other));
	KEEP(target_id(struct absent_struct));
	KEEP(target_id(gfp_t));
	return n;
}

static NOINLINE int ask_enums(void)
{
	int n = 0;

	KEEP(enum_exists(enum pid_type, PIDTYPE_PID));
	KEEP(enum_exists(enum pid_type, PIDTYPE_ABSENT));
	KEEP(enum_exists(enum pid_type___flavored, PIDTYPE_SID___flavored));
	KEEP(enum_exists(enum absent_enum, ABSENT_VALUE));
	KEEP(enum_value(enum pid_type, PIDTYPE_TGID));
	KEEP(enum_value(enum pid_type___flavored, PIDTYPE_SID___flavored));
	KEEP(enum_value(enum perf_callchain_context, PERF_CONTEXT_HV));
	KEEP(enum_value(enum perf_callchain_context, PERF_CONTEXT_USER));
	if (enum_exists(enum pid_type, PIDTYPE_ABSENT))
		KEEP(enum_value(enum pid_type, PIDTYPE_ABSENT));
	if (enum_exists(enum absent_enum, ABSENT_VALUE))
		KEEP(enum_value(enum absent_enum, ABSENT_VALUE));
	return n;
}

/* Loads and stores, whose width follows the field's where that is sound. */
NOINLINE int access_fields(struct task_struct *t)
{
	int n = 0;

	KEEP(t->pid);
	KEEP(t->flags);
	KEEP(t->exit_state);
	KEEP((__u64)t->real_parent);
	KEEP(t->real_parent->real_parent->tgid);
	KEEP(t->comm[5]);
	KEEP(t->absent);
	KEEP((__u64)t->tasks.next->prev);
	t->pid = 5;
	t->tgid = n;
	t->flags = 1;
	t->real_parent = t;
	return n + ask_types();
}

static NOINLINE int use_maps(__u32 key)
{
	__u64 *value = map_lookup(&table, &key);
	int n = 0;

	KEEP(a_constant + more_constants[2]);
	KEEP(a_variable + a_static + another_static[1]);
	static_results[3] = key;
	static_results[key & 7] = another_static[key & 1];
	if (value)
		KEEP(*value);
	return n + ask_enums();
}

/* The kernel takes this one, so a loader goes on to the next. */
SEC("tracepoint/oom/reclaim_retry_zone")
int another_program(void)
{
	return use_maps(1) + ask_types();
}

SEC("tracepoint/oom/mark_victim")
int core_kinds(void)
{
	struct task_struct *t = (void *)current_task();
	struct list_head *list = 0;
	int pid = 0, n;

	probe_read_kernel(&pid, sizeof(pid), at(t->pid));
	probe_read_kernel(&list, sizeof(list), at(t->tasks.next->prev));
	n = ask_fields(t) + ask_bits(t) + use_maps((__u32)pid);
	n += access_fields(t) + ask_enums();
	map_lookup(&rings, &n);
	results[9] = (__u64)list;
	return n;
}

const char licence[] SEC("license") = "Dual BSD/GPL";

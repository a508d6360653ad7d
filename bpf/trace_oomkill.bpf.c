// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe: at each oom/mark_victim, packs what only the kernel knows at
 * that moment into one struct oom_record. It runs in the trigger's context,
 * on a host without memory; the victim has its SIGKILL already and may be
 * gone when user space looks.
 *
 * Written for the verifiers from 5.4 on, whose work is our start-up time: one
 * function, straight lines where there are many steps, and what a branch
 * finds out is kept in the scratch map rather than in registers. They do not
 * tell states apart by the contents of maps, so paths soon join again. Code
 * whose types the kernel does not have is dead behind field_exists().
 */
#include "kernel.h"
#include "helpers.h"
#include "uapi/oom_record.h"

/*
 * The oom_control is looked for on the trigger's stack, window_start bytes
 * above the tracepoint's frame, where `chosen` may be any of STEPS words. In
 * front of them and behind them lies the rest of the struct.
 */
#define STEPS		64
#define WORDS_BEFORE	(__builtin_offsetof(struct oom_control_image, chosen) / 8)
#define WORDS_BEHIND	(sizeof(struct oom_control_image) / 8 - WORDS_BEFORE - 1)
#define WINDOW_SIZE	((WORDS_BEFORE + STEPS + WORDS_BEHIND) * 8)
#define WINDOW_MASK	1023	/* by which the verifier sees a bound */
#define MATCHES		8	/* of which one is `chosen`: on 5.4 six come before it */
#define DIRECT_RECLAIM	0x400	/* of gfp_mask: who may not wait does not come here */

#define LEVELS_SIZE	8192	/* a power of two; 12 levels of 304 bytes fit */
#define MEMCG_SIZE	4096	/* a struct mem_cgroup has about 2 KiB */

/* Set by the loader, for this host. */
const volatile __u32 page_size = 4096;
const volatile __u32 sp_offset;		/* of the stack pointer in struct pt_regs */
const volatile __u32 window_start;
const volatile __u32 clock_known;	/* OOM_KNOWS_BOOTTIME, or 0 */

struct window {
	__u64 word[2 * (WINDOW_MASK + 1) / 8];	/* larger than it knows we need */
	__u64 address;			/* of word[0] on the trigger's stack */
};

/*
 * The latest OOM, to which further victims belong. There is one at a time: the
 * kernel marks victims with its oom_lock held.
 */
struct incident {
	__u64 time_ns;
	__u64 address;			/* of the oom_control */
	__u64 chosen;			/* the first victim's task_struct */
	__u64 trigger_tid;
};

struct scratch {
	struct oom_record record;
	__u8 levels[LEVELS_SIZE + sizeof(struct oom_record_level) + OOM_RECORD_NAME];
	struct oom_control_image control;
	union {
		struct window window;
		__u8 memcg[MEMCG_SIZE];	/* a copy of one level's */
	};
	__u64 out_of_memory;		/* the memcg that is; ~0: none */
	__u32 levels_size;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct incident);
} incidents SEC(".maps");

/* Failed outputs, by reason: [0] the ring was full, [1] it has none. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} failures SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} rings SEC(".maps");

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)get_current_task();
}

/*
 * The task with this id in the initial pid namespace, or NULL: the way of
 * find_pid_ns() through the namespace's XArray.
 */
static __always_inline struct task_struct *task_of(__u32 tid)
{
	struct pid *own = read(current_task(), thread_pid);
	struct pid_namespace *initial = read(own, numbers[0].ns);
	__u64 entry = (__u64)read(initial, idr.idr_rt.xa_head);
	struct task_struct *task;
	struct hlist_node *first;

	/* Pids have 22 bits, a node takes 6: four levels. */
	for (int i = 0; i < 4; i++) {
		struct xa_node *node = (struct xa_node *)(entry & ~3ULL);
		__u32 shift;

		if ((entry & 3) != 2)
			break;
		shift = read(node, shift);
		probe_read_kernel(&entry, sizeof(entry), (void *)&node->slots[0] +
				  ((tid >> (shift & 31)) & 63) * sizeof(void *));
	}
	first = read((struct pid *)entry, tasks[0].first);
	if (!first)
		return (void *)0;
	task = (void *)first - field_offset(struct task_struct, pid_links[0]);
	return (__u32)read(task, pid) == tid ? task : (void *)0;
}

/* The task's thread group id in its own, innermost pid namespace. */
static __always_inline __u32 ns_tgid_of(struct task_struct *leader)
{
	struct pid *pid = read(leader, thread_pid);
	__u32 level = read(pid, level);
	__u32 nr = 0;

	if (level <= 32)	/* MAX_PID_NS_LEVEL */
		probe_read_kernel(&nr, sizeof(nr), (void *)&pid->numbers[0] +
				  level * type_size(struct upid));
	return nr;
}

/* What @task and @to->comm's owner @leader know of themselves beside ids. */
static __always_inline void
read_relations(struct oom_record_task *to, struct task_struct *task,
	       struct task_struct *leader)
{
	struct task_struct *parent = read(leader, real_parent);
	struct nsproxy *nsproxy = read(task, nsproxy);
	struct mnt_namespace *mnt_ns;

	to->ns_tgid = ns_tgid_of(leader);
	to->parent_tgid = (__u32)read(parent, tgid);
	to->parent_tid = (__u32)read(parent, pid);
	probe_read_kernel(to->parent_comm, sizeof(to->parent_comm), &parent->comm);
	if (!nsproxy)
		return;
	mnt_ns = read(nsproxy, mnt_ns);
	to->mntns = read(mnt_ns, ns.inum);
}

static __always_inline void read_trigger(struct oom_record *r)
{
	__u64 ids = get_current_pid_tgid();
	__u64 owner = get_current_uid_gid();
	struct task_struct *task = current_task();

	r->trigger.tgid = (__u32)(ids >> 32);
	r->trigger.tid = (__u32)ids;
	r->trigger.uid = (__u32)owner;
	r->trigger.gid = (__u32)(owner >> 32);
	get_current_comm(r->trigger.comm, sizeof(r->trigger.comm));
	r->known |= OOM_KNOWS_CREDENTIALS;

	if (field_exists(struct task_struct, thread_pid)) {
		read_relations(&r->trigger, task, read(task, group_leader));
		r->known |= OOM_KNOWS_TRIGGER;
	}
}

static __always_inline __u64 start_of(struct task_struct *leader)
{
	struct task_struct___boot *old = (void *)leader;

	if (field_exists(struct task_struct, start_boottime))
		return read(leader, start_boottime);
	if (field_exists(struct task_struct___boot, real_start_time))
		return read(old, real_start_time);
	return 0;
}

static __always_inline void
read_victim(struct oom_record *r, struct task_struct *task,
	    struct task_struct *leader)
{
	const struct cred *cred = read(task, real_cred);
	struct signal_struct *signal = read(task, signal);

	r->victim.tgid = (__u32)read(task, tgid);
	r->victim.uid = read(cred, uid.val);
	r->victim.gid = read(cred, gid.val);
	probe_read_kernel(r->victim.comm, sizeof(r->victim.comm), &leader->comm);
	read_relations(&r->victim, task, leader);

	r->start_ns = start_of(leader);
	r->oom_score_adj = read(signal, oom_score_adj);
	r->exit_state = (__u32)read(task, exit_state);
	r->task_flags = read(task, flags);
	r->signal_flags = read(signal, flags);
	r->exit_code = (__u32)read(signal, group_exit_code);
	r->threads = (__u32)read(signal, nr_threads);
	r->known |= OOM_KNOWS_VICTIM;
}

/* A counter that is kept per CPU may be seen below zero. */
static __always_inline __u64 pages_to_bytes(__s64 pages)
{
	return pages > 0 ? (__u64)pages * page_size : 0;
}

/* Indexes are MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES. */
static __always_inline void read_mm(struct oom_record *r, struct task_struct *task)
{
	struct mm_struct *mm = read(task, mm);
	struct mm_struct___array *array = (void *)mm;
	struct mm_struct___percpu *percpu = (void *)mm;

	if (!mm)
		return;
	if (field_exists(struct mm_struct___array, rss_stat.count)) {
		r->file_rss_bytes = pages_to_bytes(read(array, rss_stat.count[0].counter));
		r->anon_rss_bytes = pages_to_bytes(read(array, rss_stat.count[1].counter));
		r->swap_bytes = pages_to_bytes(read(array, rss_stat.count[2].counter));
		r->shmem_rss_bytes = pages_to_bytes(read(array, rss_stat.count[3].counter));
	} else if (field_exists(struct mm_struct___percpu, rss_stat[0].count)) {
		r->file_rss_bytes = pages_to_bytes(read(percpu, rss_stat[0].count));
		r->anon_rss_bytes = pages_to_bytes(read(percpu, rss_stat[1].count));
		r->swap_bytes = pages_to_bytes(read(percpu, rss_stat[2].count));
		r->shmem_rss_bytes = pages_to_bytes(read(percpu, rss_stat[3].count));
	} else {
		return;
	}
	r->total_vm_bytes = pages_to_bytes((__s64)read(mm, total_vm));
	r->pgtables_bytes = (__u64)read(mm, pgtables_bytes.counter);
	r->known |= OOM_KNOWS_MM | OOM_KNOWS_SWAP;
}

/* The wide record's own numbers are those of the kernel's report. */
static __always_inline void
read_wide(struct oom_record *r, struct trace_event_raw_mark_victim *ctx)
{
	if (!field_exists(struct trace_event_raw_mark_victim, anon_rss))
		return;
	r->total_vm_bytes = (__u64)ctx->total_vm << 10;
	r->anon_rss_bytes = (__u64)ctx->anon_rss << 10;
	r->file_rss_bytes = (__u64)ctx->file_rss << 10;
	r->shmem_rss_bytes = (__u64)ctx->shmem_rss << 10;
	r->pgtables_bytes = (__u64)ctx->pgtables << 10;
	r->victim.uid = ctx->uid;
	r->oom_score_adj = ctx->oom_score_adj;
	r->known |= OOM_KNOWS_WIDE;
	if (!(r->known & OOM_KNOWS_VICTIM))
		probe_read_kernel_str(r->victim.comm, sizeof(r->victim.comm),
				      (void *)ctx + (ctx->__data_loc_comm & 0xffff));
}

static __always_inline int control_layout_holds(void)
{
	return field_exists(struct oom_control, chosen) && field_exists(struct oom_control, totalpages) &&
	       field_exists(struct oom_control, constraint) && field_exists(struct oom_control, memcg) &&
	       field_exists(struct oom_control, gfp_mask) && field_exists(struct oom_control, order) &&
	       field_exists(struct oom_control, nodemask) &&
	       field_offset(struct oom_control, nodemask) == 8 && field_offset(struct oom_control, memcg) == 16 &&
	       field_offset(struct oom_control, gfp_mask) == 24 && field_offset(struct oom_control, order) == 28 &&
	       field_offset(struct oom_control, totalpages) == 32 && field_offset(struct oom_control, chosen) == 40 &&
	       field_offset(struct oom_control, constraint) == 56;
}

/* 1 if @value is 0, else 0; hidden from clang, which would make a branch. */
static __always_inline __u64 is_zero(__u64 value)
{
	asm volatile("" : "+r"(value));
	return ((value - 1) & ~value) >> 63;
}

/*
 * Can this be an oom_control that has chosen one of the two? 1 or 0, without
 * a branch: constraint 0..3, order -1..20 (here: ..30), gfp_mask of one that
 * may reclaim, totalpages not zero and below 2^40.
 */
static __always_inline __u64 control_plausible(const struct oom_control_image *c,
					       __u64 one, __u64 other)
{
	__u64 wrong = (c->chosen ^ one) * (c->chosen ^ other);

	/* Zero, less one, is too large as well. */
	wrong |= (c->totalpages - 1) >> 40 | (__u32)(c->order + 1) >> 5;
	wrong |= (~c->gfp_mask & DIRECT_RECLAIM) | c->constraint >> 2;
	return is_zero(wrong);
}

/*
 * Copies the window of the stack, in two reads that meet at a page boundary:
 * a read across the end of the stack fails whole, and a stack ends where a
 * page does. What could not be read is zero. Without a branch: what follows
 * is long, and the verifier would walk it once for each way to get there.
 */
static __always_inline void read_window(struct window *w, void *ctx)
{
	__u64 regs = 0, sp = 0, second;
	__u8 *bytes = (__u8 *)w->word;

	/* A tracepoint's context begins with a pointer to perf's pt_regs. */
	probe_read_kernel(&regs, sizeof(regs), ctx);
	probe_read_kernel(&sp, sizeof(sp), (void *)regs + sp_offset);
	w->address = sp + window_start;

	second = WINDOW_SIZE - (page_size - (w->address & (page_size - 1)));
	second *= 1 - (second >> 63);		/* not below zero */
	asm volatile("" : "+r"(second));
	second &= WINDOW_MASK;
	probe_read_kernel(bytes, (WINDOW_SIZE - second) & WINDOW_MASK,
			  (void *)w->address);
	/* Bounded once more: 5.4 forgets it of what was put on the stack. */
	asm volatile("" : "+r"(second));
	second &= WINDOW_MASK;
	probe_read_kernel(bytes + ((WINDOW_SIZE - second) & WINDOW_MASK), second,
			  (void *)w->address + WINDOW_SIZE - second);
}

/*
 * The words that may equal one of the two, as bits: those that have all bits
 * but the top one that both have. There are as good as no others, and these
 * are sorted out when a match is looked at. Without a branch: 64 of them
 * would cost the verifier more than all the rest.
 */
static __always_inline __u64 match_words(const struct window *w, __u64 one, __u64 other)
{
	__u64 same = ~(one ^ other) << 1 >> 1, top = ~0ULL >> 1, mask = 0;

#pragma nounroll
	for (__u32 i = 0; i < STEPS; i += 8) {
#pragma unroll
		for (__u32 j = 0; j < 8; j++) {
			/* Last to first: each shifts those behind it. */
			__u64 word = w->word[WORDS_BEFORE + STEPS - 1 - i - j];

			word = (word ^ one) & same;
			asm volatile("" : "+r"(word));
			/* A carry into the top bit unless it was zero. */
			mask = mask << 1 | (word + top) >> 63;
			/* Or clang keeps all 64 of them for one sum at the end. */
			asm volatile("" : "+r"(mask));
		}
	}
	return ~mask;
}

/*
 * The number of the only bit in @bit. Every window of 6 bits in the factor is
 * another number, which the table turns into its place (de Bruijn).
 */
static __always_inline __u32 bit_number(__u64 bit)
{
	static const __u8 places[64] = {
		0, 1, 48, 2, 57, 49, 28, 3, 61, 58, 50, 42, 38, 29, 17, 4,
		62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
		63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
		46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9, 13, 8, 7, 6,
	};

	return places[bit * 0x03f79d71b4cb0a89 >> 58] & 63;
}

/*
 * The address of the oom_control: the lowest match around which everything
 * is what it can be. 0: there is none.
 */
static __always_inline __u64 find_control(const struct window *w, __u64 one, __u64 other)
{
	__u64 mask = match_words(w, one, other);
	__u64 found = 0, none = 1;

#pragma nounroll
	for (int i = 0; i < MATCHES; i++) {
		__u64 bit = mask & -mask;	/* 0 when none is left: word 0, */
		__u32 at = bit_number(bit);	/* which matches or does not */
		__u64 hit = none & control_plausible((void *)&w->word[at], one, other);

		found += (w->address + at * 8) * hit;
		none ^= hit;
		mask ^= bit;
	}
	return found;
}

/*
 * Reads the oom_control of this kill from the trigger's stack. A further
 * victim of the same OOM is not its `chosen`: look where the first one's was.
 */
static __always_inline void
read_control(struct scratch *s, void *ctx, struct task_struct *victim,
	     struct task_struct *leader)
{
	struct oom_record *r = &s->record;
	struct incident *latest;
	__u32 zero = 0;
	int again = 0;

	latest = map_lookup_elem(&incidents, &zero);
	if (!latest)
		return;
	if (latest->trigger_tid == r->trigger.tid) {
		probe_read_kernel(&s->control, sizeof(s->control), (void *)latest->address);
		again = control_plausible(&s->control, latest->chosen, latest->chosen);
	}
	if (again) {
		r->incident_ns = latest->time_ns;
	} else {
		r->known |= OOM_KNOWS_SEARCHED;
		read_window(&s->window, ctx);
		latest->address = find_control(&s->window, (__u64)victim, (__u64)leader);
		latest->trigger_tid = latest->address ? r->trigger.tid : 0;
		if (!latest->address)
			return;
		probe_read_kernel(&s->control, sizeof(s->control), (void *)latest->address);
		latest->chosen = s->control.chosen;
		latest->time_ns = r->time_ns;
	}
	r->totalpages = s->control.totalpages;
	r->constraint = s->control.constraint;
	r->order = s->control.order;
	r->gfp_mask = s->control.gfp_mask;
	r->known |= OOM_KNOWS_CONTROL;
	if (s->control.nodemask &&
	    !probe_read_kernel(&r->nodemask, sizeof(r->nodemask), (void *)s->control.nodemask))
		r->known |= OOM_KNOWS_NODEMASK;
}

static __always_inline struct mem_cgroup *memcg_of(struct cgroup_subsys_state *css)
{
	return (void *)css - field_offset(struct mem_cgroup, css);
}

/* @memcg is a copy; its members are where they are in the kernel's. */
static __always_inline void
copy_counters(struct oom_record_level *to, struct mem_cgroup *memcg)
{
	struct mem_cgroup___high *old = (void *)memcg;

	to->max = memcg->memory.max;
	to->usage = (__u64)memcg->memory.usage.counter;
	if (field_exists(struct mem_cgroup, memory.high))
		to->high = memcg->memory.high;
	else if (field_exists(struct mem_cgroup___high, high))
		to->high = old->high;
	else
		to->high = OOM_RECORD_NO_LIMIT;
	if (field_exists(struct mem_cgroup, swap)) {
		to->swap_max = memcg->swap.max;
		to->swap_usage = (__u64)memcg->swap.usage.counter;
	} else {
		to->swap_max = OOM_RECORD_NO_LIMIT;
		to->swap_usage = OOM_RECORD_NO_LIMIT;
	}
	to->oom_group = 0;
	if (field_exists(struct mem_cgroup, oom_group))
		to->oom_group = memcg->oom_group;
}

/*
 * Packs one level behind those that are there already. The verifier walks
 * this once for each level: no branches, no step too many, and one read of
 * the whole struct rather than one for each member.
 */
static __always_inline struct cgroup_subsys_state *
add_level(struct scratch *s, struct cgroup_subsys_state *css)
{
	struct mem_cgroup *memcg = memcg_of(css), *copy = (void *)s->memcg;
	struct oom_record_level *level;
	struct kernfs_node *kn;
	/* A mask, for alignment and bounds that every verifier understands. */
	__u32 at = s->levels_size & (LEVELS_SIZE - 8);
	__u64 size, failed;

	probe_read_kernel(copy, type_size(struct mem_cgroup), memcg);
	kn = read(copy->css.cgroup, kn);
	level = (void *)&s->levels[at];
	copy_counters(level, copy);
	/* Of two kernel addresses that differ only the lower bits do. */
	level->limiting = (__u8)(((s->out_of_memory ^ (__u64)memcg) - 1) >> 63);
	size = (__u64)probe_read_kernel_str(level + 1, OOM_RECORD_NAME, read(kn, name));
	failed = size >> 63;	/* then the name is empty: one NUL */
	size = (size & (failed - 1)) + failed;
	level->name_size = (__u16)size;
	s->levels_size = at + (__u32)(sizeof(*level) + ((size + 7) & ~7ULL));
	return copy->css.parent;
}

static __always_inline int memcg_exists(void)
{
	return field_exists(struct task_struct, cgroups) &&
	       field_exists(struct mem_cgroup, memory.max) &&
	       type_size(struct mem_cgroup) <= MEMCG_SIZE &&
	       enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id);
}

static __always_inline void read_memcg(struct scratch *s, struct task_struct *task)
{
	struct css_set *set = read(task, cgroups);
	struct cgroup_subsys_state *css = (void *)0;
	struct oom_record *r = &s->record;
	struct mem_cgroup *memcg;
	struct cgroup_root *root;
	struct cgroup *cgroup;
	int i;

	probe_read_kernel(&css, sizeof(css), (void *)&set->subsys[0] +
			  enum_value(enum cgroup_subsys_id, memory_cgrp_id) * sizeof(void *));
	if (!css)
		return;
	memcg = memcg_of(css);
	if (field_exists(struct mem_cgroup, memory_events_local))
		probe_read_kernel(&r->memcg_oom_kills, sizeof(r->memcg_oom_kills),
				  (void *)&memcg->memory_events_local[0] +
				  enum_value(enum memcg_memory_event, MEMCG_OOM_KILL) *
				  sizeof(atomic_long_t));
	cgroup = read(css, cgroup);
	root = read(cgroup, root);
	r->memcg_hierarchy = (__u32)read(root, hierarchy_id);
	r->known |= OOM_KNOWS_MEMCG;

	s->out_of_memory = s->control.memcg - is_zero(s->control.memcg);
	for (i = 0; i < OOM_RECORD_LEVELS && css; i++)
		css = add_level(s, css);
	r->levels = (__u16)i;
	r->levels_cut = 1 - is_zero((__u64)css);
}

static __always_inline void send(struct scratch *s, void *ctx)
{
	__u64 size = sizeof(s->record) + (s->levels_size & (LEVELS_SIZE - 1));
	__u64 *failed;
	__u32 reason;
	long result;

	s->record.size = (__u16)size;
	result = perf_event_output(ctx, &rings, BPF_F_CURRENT_CPU, s, size);
	if (!result)
		return;
	reason = result == -28 /* ENOSPC */ ? 0 : 1;
	failed = map_lookup_elem(&failures, &reason);
	if (failed)
		++*failed;
}

/*
 * Returns 1: with 0 the kernel would keep the event from all perf events on
 * this tracepoint, those of other people too.
 */
SEC("tracepoint/oom/mark_victim")
int mark_victim(struct trace_event_raw_mark_victim *ctx)
{
	struct task_struct *task = (void *)0, *leader = (void *)0;
	__u32 zero = 0;
	struct scratch *s = map_lookup_elem(&scratches, &zero);
	struct oom_record *r;

	if (!s)
		return 1;
	r = &s->record;
	__builtin_memset(r, 0, sizeof(*r));
	s->levels_size = 0;
	s->control.memcg = 0;
	r->version = OOM_RECORD_VERSION;
	r->cpu = get_smp_processor_id();
	r->time_ns = ktime_get_boot_ns();
	r->incident_ns = r->time_ns;
	r->known = clock_known;
	r->victim.tid = (__u32)ctx->pid;
	read_trigger(r);
	if (field_exists(struct task_struct, pid_links))
		task = task_of(r->victim.tid);
	if (task) {
		leader = read(task, group_leader);
		read_victim(r, task, leader);
		read_mm(r, task);
	}
	read_wide(r, ctx);
	barrier();
	if (task && control_layout_holds())
		read_control(s, ctx, task, leader);
	barrier();
	if (task && memcg_exists())
		read_memcg(s, task);
	send(s, ctx);
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The probe. At each oom/mark_victim it packs what only the kernel knows into
 * one struct oom_record: the trigger (which is `current`), the victim, its
 * memory, the oom_control of this OOM, and the victim's memory cgroups.
 *
 * Verification time is start-up time, so the program is one function for the
 * verifiers from 5.4 on: long parts have no branches, and the result of a
 * branch goes into the scratch map, whose contents the verifier does not
 * track, so that paths soon join again. Code for types that this kernel does
 * not have is dead behind field_exists().
 */
#include "kernel.h"
#include "helpers.h"
#include "uapi/oom_record.h"

/*
 * The window of the trigger's stack that is searched for the oom_control:
 * `chosen` may be any of STEPS words, with the rest of the struct around it.
 */
#define STEPS		48
#define WORDS_BEFORE	(__builtin_offsetof(struct oom_control_image, chosen) / 8)
#define WORDS_BEHIND	(sizeof(struct oom_control_image) / 8 - WORDS_BEFORE - 1)
#define WINDOW_SIZE	((WORDS_BEFORE + STEPS + WORDS_BEHIND) * 8)
#define WINDOW_MASK	1023	/* a bound that the verifier understands */
#define MATCHES		8	/* words that are compared closely; 5.4 has six false ones */
#define DIRECT_RECLAIM	0x400	/* in gfp_mask: only such allocations start the OOM killer */
#ifndef FIRST_WINDOW		/* a test searches elsewhere first */
#define FIRST_WINDOW	0
#endif

#define LEVELS_SIZE	8192	/* a power of two; 12 levels of 304 bytes fit */
#define MEMCG_SIZE	4096	/* struct mem_cgroup has 2 KiB */
#define PID_BITS	22	/* the kernel's PID_MAX_LIMIT is 2^22 */

/* Constants of this host, which the loader sets. */
const volatile __u32 page_size = 4096;
const volatile __u32 sp_offset;		/* of the stack pointer in struct pt_regs */
const volatile __u32 window_start;	/* bytes above the tracepoint's stack pointer */
const volatile __u32 clock_known;	/* OOM_KNOWS_BOOTTIME, or 0 */

struct window {
	__u64 word[2 * (WINDOW_MASK + 1) / 8];	/* the verifier's bound, twice */
	__u64 address;			/* of word[0] on the trigger's stack */
};

/*
 * The latest OOM, to which further victims belong. One is enough: the kernel
 * marks victims with its oom_lock held.
 */
struct incident {
	__u64 time_ns;
	__u64 address;			/* of the oom_control on the trigger's stack */
	__u64 chosen;			/* the first victim's task_struct */
	__u32 chosen_tgid;
	__u32 trigger_tid;
};

struct scratch {
	struct oom_record record;
	__u8 levels[LEVELS_SIZE + sizeof(struct oom_record_level) + OOM_RECORD_NAME];
	struct oom_control_image control;
	union {
		struct window window;
		__u8 memcg[MEMCG_SIZE];	/* a copy of one level's struct mem_cgroup */
	};
	__u64 out_of_memory;		/* the memcg that ran out; 0: none, or unknown */
	__u32 levels_size;
	__u32 search_far;		/* this run searches the second window */
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

/* The probe itself, for a second run after a search in vain. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} rerun SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} rings SEC(".maps");

/* 1 if @value is 0, else 0. The asm keeps clang from making a branch of it. */
static __always_inline __u64 is_zero(__u64 value)
{
	asm volatile("" : "+r"(value));
	return ((value - 1) & ~value) >> 63;
}

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)get_current_task();
}

/* ---- the trigger and the victim ------------------------------------------- */

/* Bits of a pid that one node of the XArray decodes; CONFIG_BASE_SMALL: 4. */
static __always_inline __u32 node_bits(void)
{
	__u32 slots = field_size(struct xa_node, slots) / sizeof(void *);

	if (slots == 64)
		return 6;
	if (slots == 16)
		return 4;
	return field_offset(struct xa_node___unsupported, slots_neither_16_nor_64);
}

/*
 * The task with thread id @tid in the initial pid namespace, or NULL: the
 * kernel's find_pid_ns(). A node counts only if its parent is the node above
 * and its shift is the next lower one; no pointer from anything else is
 * followed.
 */
static __always_inline struct task_struct *find_task(__u32 tid)
{
	struct pid *own = read(current_task(), thread_pid);
	struct pid_namespace *initial = read(own, numbers[0].ns);
	__u64 entry = (__u64)read(initial, idr.idr_rt.xa_head);
	__u64 above = 0, wrong = 0;
	__u32 bits = node_bits(), mask = (1 << bits) - 1, shift = 0;
	struct task_struct *task;
	struct hlist_node *first;

#pragma nounroll
	for (__u32 i = 0; i * bits < PID_BITS; i++) {
		struct xa_node *node = (struct xa_node *)(entry & ~3ULL);
		__u32 expected = shift - bits;

		if ((entry & 3) != 2)
			break;
		shift = read(node, shift);
		if (i == 0)
			wrong = tid >> (shift & 31) >> bits;
		else
			wrong = shift ^ expected;
		wrong |= (__u64)read(node, parent) ^ above;
		above = entry & ~3ULL;
		probe_read_kernel(&entry, sizeof(entry), (void *)&node->slots[0] +
				  ((tid >> (shift & 31)) & mask) * sizeof(void *));
		entry *= is_zero(wrong);
	}
	entry *= is_zero(shift | (entry & 3));
	if (read((struct pid *)entry, numbers[0].nr) != (int)tid)
		return (void *)0;
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

/* The parent, the namespaces, and the id in the task's own pid namespace. */
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

/* A trigger that is the victim too is not read twice. */
static __always_inline void read_trigger(struct oom_record *r, struct task_struct *victim)
{
	__u64 ids = get_current_pid_tgid();
	__u64 owner = get_current_uid_gid();
	struct task_struct *task = current_task();

	if (task == victim)
		r->trigger = r->victim;
	else if (field_exists(struct task_struct, thread_pid))
		read_relations(&r->trigger, task, read(task, group_leader));
	if (field_exists(struct task_struct, thread_pid))
		r->known |= OOM_KNOWS_TRIGGER;
	r->trigger.tgid = (__u32)(ids >> 32);
	r->trigger.tid = (__u32)ids;
	r->trigger.uid = (__u32)owner;
	r->trigger.gid = (__u32)(owner >> 32);
	get_current_comm(r->trigger.comm, sizeof(r->trigger.comm));
	r->known |= OOM_KNOWS_CREDENTIALS;
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
	r->threads = (__u32)read(signal, nr_threads);
	r->known |= OOM_KNOWS_VICTIM;
}

/* ---- the victim's memory -------------------------------------------------- */

/* A per-CPU counter's sum may be negative for a moment. */
static __always_inline __u64 pages_to_bytes(__s64 pages)
{
	return pages > 0 ? (__u64)pages * page_size : 0;
}

/* The indexes are MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES. */
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

/* The wide tracepoint record has the numbers of the kernel's report. */
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

/* ---- the oom_control on the trigger's stack -------------------------------- */

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

/*
 * 1 if this can be an oom_control whose `chosen` is @one or @other, else 0.
 * Without a branch: constraint 0..3, order -1..20 (here: ..30), a gfp_mask with
 * direct reclaim, totalpages not zero and below 2^40.
 */
static __always_inline __u64 control_plausible(const struct oom_control_image *c,
					       __u64 one, __u64 other)
{
	__u64 wrong = (c->chosen ^ one) * (c->chosen ^ other);

	/* Zero minus one is too large as well. */
	wrong |= (c->totalpages - 1) >> 40 | (__u32)(c->order + 1) >> 5;
	wrong |= (~c->gfp_mask & DIRECT_RECLAIM) | c->constraint >> 2;
	return is_zero(wrong);
}

/*
 * Copies the window that begins @start bytes above the tracepoint's stack
 * pointer, in two reads that meet at a page boundary: a read across the end of
 * the stack fails as a whole, and a stack ends where a page does. A part that
 * cannot be read is zero.
 */
static __always_inline void read_window(struct window *w, void *ctx, __u32 start)
{
	__u64 regs = 0, sp = 0, second;
	__u8 *bytes = (__u8 *)w->word;

	/* A tracepoint's context begins with a pointer to perf's pt_regs. */
	probe_read_kernel(&regs, sizeof(regs), ctx);
	probe_read_kernel(&sp, sizeof(sp), (void *)regs + sp_offset);
	w->address = sp + start;

	second = WINDOW_SIZE - (page_size - (w->address & (page_size - 1)));
	second *= 1 - (second >> 63);		/* not below zero */
	asm volatile("" : "+r"(second));
	second &= WINDOW_MASK;
	probe_read_kernel(bytes, (WINDOW_SIZE - second) & WINDOW_MASK,
			  (void *)w->address);
	/* Once more: 5.4 forgets the bounds of a value that was on the stack. */
	asm volatile("" : "+r"(second));
	second &= WINDOW_MASK;
	probe_read_kernel(bytes + ((WINDOW_SIZE - second) & WINDOW_MASK), second,
			  (void *)w->address + WINDOW_SIZE - second);
}

/*
 * A bit for each word that may equal @one or @other: all bits that the two have
 * in common are the same, but for the top one. control_plausible() compares
 * exactly. A branch for each word would cost the verifier more than all
 * the rest of the program.
 */
static __always_inline __u64 match_words(const struct window *w, __u64 one, __u64 other)
{
	__u64 same = ~(one ^ other) << 1 >> 1, top = ~0ULL >> 1, mask = 0;

#pragma nounroll
	for (__u32 i = 0; i < STEPS; i += 8) {
#pragma unroll
		for (__u32 j = 0; j < 8; j++) {
			/* From the last to the first: each shifts the later ones up. */
			__u64 word = w->word[WORDS_BEFORE + STEPS - 1 - i - j];

			word = (word ^ one) & same;
			asm volatile("" : "+r"(word));
			/* A carry into the top bit unless it was zero. */
			mask = mask << 1 | (word + top) >> 63;
			/* Otherwise clang keeps all words for one sum at the end. */
			asm volatile("" : "+r"(mask));
		}
	}
	return ~mask & ((1ULL << STEPS) - 1);
}

/* The number of the only bit in @bit, by a de Bruijn sequence. */
static __always_inline __u32 bit_number(__u64 bit)
{
	static const __u8 numbers[64] = {
		0, 1, 48, 2, 57, 49, 28, 3, 61, 58, 50, 42, 38, 29, 17, 4,
		62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
		63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
		46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9, 13, 8, 7, 6,
	};

	return numbers[bit * 0x03f79d71b4cb0a89 >> 58] & 63;
}

/* The address of the lowest plausible oom_control in the window. 0: none. */
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
 * Copies the oom_control of this kill to @s->control and returns its address,
 * or 0. A further victim of a group has none that names it: the first victim's
 * is still where it was, on the stack of the same trigger.
 */
static __always_inline __u64
copy_control(struct scratch *s, const struct incident *latest, __u64 one, __u64 other)
{
	__u64 address = find_control(&s->window, one, other);

	if (!address && latest->trigger_tid == s->record.trigger.tid) {
		address = latest->address;
		one = other = latest->chosen;
	}
	probe_read_kernel(&s->control, sizeof(s->control), (void *)address);
	return address * control_plausible(&s->control, one, other);
}

/*
 * Remembers this OOM as the latest one if it is another one: its `chosen` is the
 * victim, and not the process that the latest one has chosen. A task_struct's
 * address alone does not tell, for the kernel reuses it at once.
 */
static __always_inline void
update_latest(struct incident *latest, const struct scratch *s, __u64 address,
	      __u64 one, __u64 other)
{
	const struct oom_record *r = &s->record;
	__u64 chosen = s->control.chosen;

	if (chosen != one && chosen != other)
		return;
	if (latest->chosen == chosen && latest->chosen_tgid == r->victim.tgid &&
	    latest->trigger_tid == r->trigger.tid)
		return;
	latest->time_ns = r->time_ns;
	latest->address = address;
	latest->chosen = chosen;
	latest->chosen_tgid = r->victim.tgid;
	latest->trigger_tid = r->trigger.tid;
}

/*
 * Where the first window has no oom_control, the probe runs once more with the
 * window behind it, by a tail call, which the verifier does not walk.
 */
static __always_inline void
read_control(struct scratch *s, void *ctx, __u64 victim, __u64 leader, __u32 far)
{
	struct oom_record *r = &s->record;
	struct incident *latest;
	__u64 address;
	__u32 zero = 0;

	latest = map_lookup_elem(&incidents, &zero);
	if (!latest)
		return;
	read_window(&s->window, ctx, window_start + FIRST_WINDOW + far * STEPS * 8);
	address = copy_control(s, latest, victim, leader);
	r->known |= OOM_KNOWS_SEARCHED | far * OOM_KNOWS_SEARCHED_FAR;
	if (!address) {
		s->control.memcg = 0;
		s->search_far = !far;
		/* An index that the verifier does not know, or it patches the call. */
		if (!far)
			tail_call(ctx, &rerun, s->levels_size);
		s->search_far = 0;
		return;
	}
	barrier();
	update_latest(latest, s, address, victim, leader);
	r->incident_ns = latest->time_ns;
	r->totalpages = s->control.totalpages;
	r->constraint = s->control.constraint;
	r->order = s->control.order;
	r->gfp_mask = s->control.gfp_mask;
	r->known |= OOM_KNOWS_CONTROL;
	if (s->control.nodemask &&
	    !probe_read_kernel(&r->nodemask, sizeof(r->nodemask), (void *)s->control.nodemask))
		r->known |= OOM_KNOWS_NODEMASK;
}

/* ---- the victim's memory cgroups ------------------------------------------- */

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

#define end_of(member) \
	(field_offset(struct mem_cgroup, member) + field_size(struct mem_cgroup, member))

/* The bytes of struct mem_cgroup up to the last member that copy_counters() reads. */
static __always_inline __u32 memcg_copy_size(void)
{
	__u32 size = end_of(css);

	if (end_of(memory) > size)
		size = end_of(memory);
	if (field_exists(struct mem_cgroup, swap) && end_of(swap) > size)
		size = end_of(swap);
	if (field_exists(struct mem_cgroup, oom_group) && end_of(oom_group) > size)
		size = end_of(oom_group);
	if (field_exists(struct mem_cgroup___high, high) &&
	    field_offset(struct mem_cgroup___high, high) + sizeof(__u64) > size)
		size = field_offset(struct mem_cgroup___high, high) + sizeof(__u64);
	return size;
}

/*
 * Packs one level behind the earlier ones. The verifier walks this once for
 * each level, so it has no branches, and one read for all counters.
 */
static __always_inline struct cgroup_subsys_state *
add_level(struct scratch *s, struct cgroup_subsys_state *css, __u32 copy_size)
{
	struct mem_cgroup *memcg = memcg_of(css), *copy = (void *)s->memcg;
	struct oom_record_level *level;
	struct kernfs_node *kn;
	/* A mask gives alignment and bounds that every verifier understands. */
	__u32 at = s->levels_size & (LEVELS_SIZE - 8);
	__u64 size, failed;

	probe_read_kernel(copy, copy_size & (MEMCG_SIZE - 1), memcg);
	kn = read(copy->css.cgroup, kn);
	level = (void *)&s->levels[at];
	copy_counters(level, copy);
	level->limiting = (__u8)is_zero(s->out_of_memory ^ (__u64)memcg);
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
	       type_size(struct mem_cgroup) < MEMCG_SIZE &&
	       enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id);
}

static __always_inline void read_memcg(struct scratch *s, struct task_struct *task)
{
	struct css_set *set = read(task, cgroups);
	struct cgroup_subsys_state *css = (void *)0;
	struct oom_record *r = &s->record;
	struct cgroup_root *root;
	struct cgroup *cgroup;
	__u32 copy_size = memcg_copy_size();
	int i;

	probe_read_kernel(&css, sizeof(css), (void *)&set->subsys[0] +
			  enum_value(enum cgroup_subsys_id, memory_cgrp_id) * sizeof(void *));
	if (!css)
		return;
	cgroup = read(css, cgroup);
	root = read(cgroup, root);
	r->memcg_hierarchy = (__u32)read(root, hierarchy_id);
	r->known |= OOM_KNOWS_MEMCG;

	s->out_of_memory = s->control.memcg * is_zero(s->control.constraint ^ CONSTRAINT_MEMCG);
	for (i = 0; i < OOM_RECORD_LEVELS && css; i++)
		css = add_level(s, css, copy_size);
	r->levels = (__u16)i;
	r->levels_cut = 1 - is_zero((__u64)css);
}

/* ---- the record ------------------------------------------------------------- */

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
 * Returns 1. With 0, the kernel would hide the event from all perf events on
 * this tracepoint, those of other programs too.
 */
SEC("tracepoint/oom/mark_victim")
int mark_victim(struct trace_event_raw_mark_victim *ctx)
{
	struct task_struct *task = (void *)0, *leader = (void *)0;
	__u32 zero = 0;
	struct scratch *s = map_lookup_elem(&scratches, &zero);
	struct oom_record *r;
	__u32 far;

	if (!s)
		return 1;
	r = &s->record;
	far = s->search_far & 1;
	s->search_far = 0;
	__builtin_memset(r, 0, sizeof(*r));
	s->levels_size = 0;
	s->control.memcg = 0;
	r->version = OOM_RECORD_VERSION;
	r->cpu = get_smp_processor_id();
	r->time_ns = ktime_get_boot_ns();
	r->incident_ns = r->time_ns;
	r->known = clock_known;
	r->victim.tid = (__u32)ctx->pid;
	if (field_exists(struct task_struct, pid_links))
		task = find_task(r->victim.tid);
	if (task) {
		leader = read(task, group_leader);
		read_victim(r, task, leader);
		read_mm(r, task);
	}
	read_trigger(r, task);
	read_wide(r, ctx);
	barrier();
	if (task && control_layout_holds())
		read_control(s, ctx, (__u64)task, (__u64)leader, far);
	barrier();
	if (task && memcg_exists())
		read_memcg(s, task);
	send(s, ctx);
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

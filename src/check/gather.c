// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "check/check.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/magic.h>

#include "host/cgroup.h"
#include "host/process.h"
#include "sys/bpf.h"
#include "sys/capabilities.h"
#include "sys/file.h"
#include "sys/hostfs.h"
#include "sys/kmsg.h"
#include "sys/pseudofs.h"
#include "sys/perf.h"
#include "sys/oom_safety.h"
#include "sys/vmstat.h"
#include "source/load.h"
#include "source/tracepoint.h"

const struct check_capability check_capabilities[CHECK_CAPABILITIES] = {
	{ CAPS_BPF, CAPS_SYS_ADMIN, "CAP_BPF", "bpf (before 5.8: CAP_SYS_ADMIN)" },
	{ CAPS_PERFMON, CAPS_SYS_ADMIN, "CAP_PERFMON",
	  "bpf, perf (before 5.8: CAP_SYS_ADMIN)" },
	{ CAPS_DAC_READ_SEARCH, CAPS_DAC_OVERRIDE, "CAP_DAC_READ_SEARCH",
	  "tracefs and kmsg where only root may read" },
	{ CAPS_SYS_ADMIN, 0, "CAP_SYS_ADMIN", "file systems that are not mounted" },
	{ CAPS_SYSLOG, CAPS_SYS_ADMIN, "CAP_SYSLOG", "kmsg, --history" },
	{ CAPS_SYS_PTRACE, 0, "CAP_SYS_PTRACE", "/proc of other users' processes" },
	{ CAPS_IPC_LOCK, 0, "CAP_IPC_LOCK", "locked memory, large rings" },
	{ CAPS_SYS_RESOURCE, 0, "CAP_SYS_RESOURCE", "protects the tracer from the OOM killer; its allocations start no kill" },
	{ CAPS_SYS_NICE, 0, "CAP_SYS_NICE", "its allocations start no kill, without CAP_SYS_RESOURCE" },
};

/* ---- facts ---------------------------------------------------------------- */

static __attribute__((format(printf, 3, 4)))
void set(struct check_fact *to, enum check_state state, const char *text, ...)
{
	va_list args;

	to->state = state;
	va_start(args, text);
	vsnprintf(to->text, sizeof(to->text), text, args);
	va_end(args);
}

static void set_hint(struct check_fact *to, const char *hint)
{
	snprintf(to->hint, sizeof(to->hint), "%s", hint);
}

/* Frees what the error holds. */
static void set_error(struct check_fact *to, struct error *f)
{
	char text[400];

	set_hint(to, f->hint);
	f->hint[0] = '\0';
	error_format(f, text, sizeof(text));
	set(to, CHECK_NO, "%.*s", (int)sizeof(to->text) - 1, text);
	error_clear(f);
}

/* Reads the first line of file @path. Its length, or -errno. */
static int read_word(int dir, const char *path, char *to, int size)
{
	int result = dir < 0 ? dir : pseudofs_read(dir, path, to, size);

	if (result >= 0)
		to[strcspn(to, "\n")] = '\0';
	return result;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* ---- the kernel ----------------------------------------------------------- */

static void detect_kernel(struct check *c)
{
	struct utsname u;

	if (uname(&u) < 0)
		return;
	set(&c->facts[CHECK_KERNEL], CHECK_YES, "%s %s", u.sysname, u.release);
	set(&c->facts[CHECK_ARCHITECTURE], CHECK_YES, "%s", u.machine);
}

/* Capabilities of a user namespace below the host's do not count outside of it. */
static void detect_namespaces(struct check *c, int proc)
{
	struct check_fact *fact = &c->facts[CHECK_NAMESPACES];
	char link[40] = "";

	if (proc < 0 || readlinkat(proc, "self/ns/user", link, sizeof(link) - 1) < 0) {
		set(fact, CHECK_UNKNOWN, "not known: no proc");
	} else if (strcmp(link, "user:[4026531837]")) {	/* PROC_USER_INIT_INO */
		set(fact, CHECK_NO, "not the host's user namespace: capabilities count inside of it only");
		set_hint(fact, "needs the host's, as without --userns or hostUsers: false");
	} else {
		set(fact, CHECK_YES, "users of the host, processes %s",
		    process_is_initial(proc) ? "of the host" : "of a namespace of its own");
	}
}

static void detect_jit(struct check *c, int proc)
{
	struct check_fact *fact = &c->facts[CHECK_JIT];
	char word[16];
	int result = read_word(proc, "sys/net/core/bpf_jit_enable", word, sizeof(word));

	if (proc < 0)
		set(fact, CHECK_UNKNOWN, "not known: no proc");
	else if (result == -ENOENT)
		set(fact, CHECK_UNKNOWN, "not known: a kernel without CONFIG_BPF_JIT, or not the host's network namespace");
	else if (result < 0)
		set(fact, CHECK_UNKNOWN, "not known: only root may read net.core.bpf_jit_enable");
	else
		set(fact, word[0] == '0' ? CHECK_NO : CHECK_YES, "net.core.bpf_jit_enable is %s", word);
	if (fact->state == CHECK_NO)
		set_hint(fact, "sysctl net.core.bpf_jit_enable=1; without it the probe is slower");
}

/* "none [integrity] confidentiality": only the last is in the tracer's way. */
static void detect_lockdown(struct check *c)
{
	struct check_fact *fact = &c->facts[CHECK_LOCKDOWN];
	struct error f = { 0 };
	char words[64], *word = NULL;
	int dir = pseudofs_securityfs(&f);
	int result = read_word(dir, "lockdown", words, sizeof(words));

	close_if(dir);
	if (result >= 0 && (word = strchr(words, '[')))
		word[strcspn(word, "]")] = '\0';
	if (word && !strcmp(word + 1, "confidentiality")) {
		set(fact, CHECK_NO, "%s", word + 1);
		set_hint(fact, "it leaves the kernel's log only; boot with lockdown=integrity");
	} else if (word) {
		set(fact, CHECK_YES, "%s", word + 1);
	} else if (result == -ENOENT || dir == -ENODEV) {
		set(fact, CHECK_YES, "this kernel has none");
	} else if (dir < 0) {
		set(fact, CHECK_UNKNOWN, "not known: securityfs cannot be opened");
		set_hint(fact, f.hint);
	} else {
		set(fact, CHECK_UNKNOWN, "not known: only root may read /sys/kernel/security/lockdown");
	}
	error_clear(&f);
}

static void detect_bpf(struct check *c)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct bpf_program_spec spec = {
		.name = "check", .type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = insns, .insn_count = 2, .license = "Dual BSD/GPL",
	};
	struct check_fact *fact = &c->facts[CHECK_BPF];
	struct error f = { 0 };
	int fd = bpf_program_new(&spec);

	if (fd < 0) {
		error_set(&f, fd, "load a program");
		load_explain(&f, fd);
		set_error(fact, &f);
		return;
	}
	close(fd);
	set(fact, CHECK_YES, "programs load, with %s",
	    bpf_has_helper(BPF_FUNC_probe_read_kernel) ? "probe_read_kernel" :
	    "probe_read (before Linux 5.5, or locked down)");
}

static void detect_btf(struct check *c, const char *path)
{
	struct check_fact *fact = &c->facts[CHECK_BTF];
	struct btf_file file;
	int sysfs, result;

	if (path && !strcmp(path, "none")) {
		set(fact, CHECK_NO, "not to be used, as --btf none says");
		return;
	}
	sysfs = path ? AT_FDCWD : pseudofs_sysfs(NULL);
	result = path || sysfs >= 0 ?
		btf_file_open(&file, sysfs, path ? path : "kernel/btf/vmlinux") : sysfs;
	if (result < 0) {
		set(fact, CHECK_NO, "%s: %s", path ? path : "/sys/kernel/btf/vmlinux",
		    error_text(result));
		set_hint(fact, "needs CONFIG_DEBUG_INFO_BTF, or --btf FILE");
	} else {
		set(fact, CHECK_YES, "%s, %llu KiB", path ? path : "the kernel's own",
		    (unsigned long long)file.size >> 10);
	}
	if (result >= 0)
		btf_file_close(&file);
	close_if(sysfs);
}

/* ---- the tracepoint ------------------------------------------------------- */

static void name_fields(char *to, size_t size, const struct tracepoint_format *format)
{
	size_t used = 0;

	to[0] = '\0';
	for (int i = TRACEPOINT_PID; i < TRACEPOINT_ITEMS; i++)
		if (tracepoint_format_has(format, (enum tracepoint_item)i) && used < size)
			used += (size_t)snprintf(to + used, size - used, " %s",
						 tracepoint_format_names[i]);
}

static void detect_perf(struct check *c, const struct tracepoint *t, bool found,
			 int proc)
{
	struct check_fact *fact = &c->facts[CHECK_PERF];
	int cpu = sched_getcpu(), fd;
	char paranoid[16];

	if (cpu < 0)
		cpu = 0;
	fd = found ? perf_tracepoint_new(t->format.id, cpu, 1) : perf_output_new(cpu);
	if (read_word(proc, "sys/kernel/perf_event_paranoid", paranoid, sizeof(paranoid)) < 0)
		strcpy(paranoid, "unknown");
	set(fact, fd < 0 ? CHECK_NO : CHECK_YES, "%s; perf_event_paranoid is %s",
	    fd < 0 ? error_text(fd) : "events open", paranoid);
	if (fd < 0) {
		struct error f = { 0 };

		error_set(&f, fd, "open an event");
		perf_explain(&f, fd);
		set_hint(fact, f.hint);
	}
	close_if(fd);
}

/* Is its record wide? */
static bool detect_tracepoint(struct check *c, int root, int proc)
{
	struct check_fact *tracefs = &c->facts[CHECK_TRACEFS];
	struct check_fact *fact = &c->facts[CHECK_TRACEPOINT];
	struct tracepoint t = { .root = root, .tracefs = -1 };
	struct error f = { 0 };
	bool found = tracepoint_open(&t, &f) == 0;
	bool wide = found && tracepoint_format_is_wide(&t.format);
	char names[120];

	if (found) {
		name_fields(names, sizeof(names), &t.format);
		set(fact, CHECK_YES, "%s:%s", wide ? "wide" : "narrow", names);
	}
	if (t.tracefs >= 0) {
		set(tracefs, CHECK_YES, "opens");
		if (!found)
			set_error(fact, &f);
	} else {
		set_error(tracefs, &f);
		set(fact, CHECK_UNKNOWN, "not known: no tracefs");
	}
	detect_perf(c, &t, found, proc);
	tracepoint_close(&t);
	return wide;
}

static void detect_kmsg(struct check *c)
{
	struct error f = { 0 };
	int fd = kmsg_open(false, &f);

	if (fd < 0)
		set_error(&c->facts[CHECK_KMSG], &f);
	else
		set(&c->facts[CHECK_KMSG], CHECK_YES, "the kernel's log opens");
	close_if(fd);
}

/* ---- the host's files ----------------------------------------------------- */

static void detect_proc(struct check *c, int root)
{
	struct check_fact *fact = &c->facts[CHECK_PROC];
	int proc = process_open_proc(root);

	c->no_proc = proc < 0;
	if (proc >= 0) {
		set(fact, CHECK_YES, "shows the host's processes");
	} else {
		set(fact, CHECK_NO, "none that shows the host's processes");
		set_hint(fact, "needs the host's pid namespace, or --host-root DIR");
	}
	close_if(proc);
}

static void detect_cgroup(struct check *c, int root)
{
	struct check_fact *fact = &c->facts[CHECK_CGROUP];
	bool one = cgroup_is_mounted(root, 1);
	bool two = cgroup_is_mounted(root, 2);
	const char *mounted = one && two ? "1 and 2" : one ? "1" : two ? "2" : "none";
	struct cgroup_files files;

	cgroup_open(&files, root);
	c->no_cgroup = files.dir < 0;
	if (files.dir >= 0) {
		set(fact, CHECK_YES, "memory controller of version %d; mounted: %s",
		    files.version, mounted);
	} else {
		set(fact, CHECK_NO, "no memory controller; mounted: %s", mounted);
		set_hint(fact, "needs cgroups mounted at /sys/fs/cgroup, and no cgroup_disable=memory");
	}
	cgroup_close(&files);
}

/* ---- the program itself --------------------------------------------------- */

static void detect_score(struct check *c)
{
	struct check_fact *fact = &c->facts[CHECK_EXEMPT];
	int result = oom_safety_set_score();

	if (result >= 0) {
		set(fact, CHECK_YES, "-1000: never a victim itself");
		return;
	}
	set(fact, CHECK_NO, "the tracer may be a victim itself: %s", error_text(result));
	set_hint(fact, "needs CAP_SYS_RESOURCE, and proc");
}

static void detect_allocations(struct check *c)
{
	struct check_fact *fact = &c->facts[CHECK_HARMLESS];
	int result = oom_safety_set_io_flusher();

	if (result >= 0) {
		set(fact, CHECK_YES, "%s", result == OOM_SAFETY_IO_FLUSHER ?
		    "wait for memory, and start no OOM kill" :
		    "get memory that is kept back for real-time tasks");
		return;
	}
	set(fact, CHECK_NO, "may start an OOM kill: %s", error_text(result));
	set_hint(fact, "needs CAP_SYS_RESOURCE (from 5.6 on), or CAP_SYS_NICE");
}

/* Within the limit the program is locked, and what fits of the rest. The cache of
 * names is mapped outside of it (oom_safety_map()). */
static void detect_locked_memory(struct check *c, int proc)
{
	struct check_fact *fact = &c->facts[CHECK_MEMLOCK];
	int result = oom_safety_lock(span_of(NULL, 0));
	int64_t locked = vmstat_locked_bytes(proc);
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (result < 0)
		set(fact, CHECK_NO, "nothing is locked: ulimit -l allows %llu KiB",
		    (unsigned long long)limit.rlim_cur >> 10);
	else if (caps_have(CAPS_IPC_LOCK) || limit.rlim_cur == RLIM_INFINITY)
		set(fact, CHECK_YES, "all memory is locked, without a limit");
	else
		set(fact, CHECK_YES, "the program is locked (%lld KiB); ulimit -l allows %llu KiB, the cache of container names is outside",
		    (long long)locked >> 10, (unsigned long long)limit.rlim_cur >> 10);
	if (result < 0 || strstr(fact->text, "allows"))
		set_hint(fact, "CAP_IPC_LOCK, or a larger ulimit -l");
}

static void detect_capabilities(struct check *c)
{
	for (int i = 0; i < CHECK_CAPABILITIES; i++) {
		const struct check_capability *cap = &check_capabilities[i];

		c->held[i] = caps_have(cap->number) ||
			     (cap->instead && caps_have(cap->instead));
	}
}

/* ---- the sources ---------------------------------------------------------- */

static enum capability_backend find_backend(const struct fallback *opened,
					    const struct source *s, bool wide)
{
	if (!strcmp(s->ops->name, "kmsg"))
		return CAPABILITY_KMSG;
	if (!strcmp(s->ops->name, "perf"))
		return wide ? CAPABILITY_PERF_WIDE : CAPABILITY_PERF_NARROW;
	if (opened->without_btf)
		return wide ? CAPABILITY_WIDE : CAPABILITY_NARROW;
	return perf_stack_pointer_offset() ? CAPABILITY_BPF : CAPABILITY_BPF_NO_STACK;
}

static void add_source(struct check *c, const char *name)
{
	c->sources[c->tried++].name = name;
}

/* As the tracer does. */
static int try_sources(struct check *c, const struct options *o, int root,
		       bool wide, struct error *f)
{
	const struct source_options options = options_source(o, root);
	struct fallback opened;
	struct source *source;
	int result = fallback_open(&opened, &source, o->source, &options, f);

	for (size_t i = 0; i < opened.failures; i++) {
		add_source(c, opened.failed[i].name);
		set_error(&c->sources[i].fact, &opened.failed[i].error);
	}
	if (!result) {
		add_source(c, opened.name);
		set(&c->sources[c->tried - 1].fact, CHECK_YES, "opens: this one is used");
		c->backend = find_backend(&opened, source, wide);
		c->possible = true;
		source_close(source);
	}
	fallback_clear(&opened);
	return result;
}

int check_host(struct check *c, const struct options *o, struct error *f)
{
	const char *path = options_host_root(o);
	int root = hostfs_root(path), proc = pseudofs_procfs(NULL), result;
	bool wide;

	memset(c, 0, sizeof(*c));
	detect_kernel(c);
	detect_capabilities(c);
	detect_namespaces(c, proc);
	detect_bpf(c);
	detect_jit(c, proc);
	detect_lockdown(c);
	detect_btf(c, o->btf);
	wide = detect_tracepoint(c, root, proc);
	detect_kmsg(c);
	detect_proc(c, root);
	detect_cgroup(c, root);
	if (root < 0 && path)
		result = error_set(f, root, "open the host's root %s", path);
	else
		result = try_sources(c, o, root, wide, f);
	/* Last: whatever is opened from here on is locked, too. */
	detect_score(c);
	detect_allocations(c);
	detect_locked_memory(c, proc);
	close_if(proc);
	close_if(root);
	return result;
}

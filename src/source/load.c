// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "sys/bpf.h"
#include "sys/capabilities.h"
#include "sys/file.h"
#include "sys/perf.h"
#include "loader/embedded.h"
#include "source/record_btf.h"
#include "uapi/oom_record.h"

static const char tracepoint[] = "tracepoint/oom/mark_victim";
static const char kernel_btf[] = "/sys/kernel/btf/vmlinux";

enum { LOG_SIZE = 1 << 20 };

/* Helpers that old kernels lack, and their replacements. */
enum { NEW_READ, NEW_READ_STR, NEW_BOOT_CLOCK, REPLACEMENTS };

static const struct {
	uint32_t helper, older;
} replacements[REPLACEMENTS] = {
	[NEW_READ] = { BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read },	/* 5.5 */
	[NEW_READ_STR] = { BPF_FUNC_probe_read_kernel_str, BPF_FUNC_probe_read_str },
	[NEW_BOOT_CLOCK] = { BPF_FUNC_ktime_get_boot_ns, BPF_FUNC_ktime_get_ns }, /* 5.8 */
};

/* One attempt to load. */
struct attempt {
	const struct load_plan *plan;
	bool replace[REPLACEMENTS];
	bool replaced;		/* any of them */
	bool refused;		/* by the verifier */
};

/* ---- the object and its relocations ------------------------------------- */

static int open_object(struct loaded *l, const char *path, struct error *f)
{
	int result;

	if (!path)
		return object_open(&l->object, NULL,
				   span_of(bpf_object_start,
					   (size_t)(bpf_object_end - bpf_object_start)), f);
	result = file_read(path, &l->file);
	if (result < 0)
		return error_set(f, result, "read object %s", path);
	return object_open(&l->object, path, l->file, f);
}

/* A user's object need not have these variables. */
static void set_variables(struct object *o, const struct attempt *a)
{
	uint32_t page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	uint32_t sp_offset = perf_stack_pointer_offset();
	uint32_t window_start = perf_stack_window_start();
	uint32_t clock_known = a->replace[NEW_BOOT_CLOCK] ? 0 : OOM_KNOWS_BOOTTIME;

	object_set_variable(o, "page_size", &page_size, sizeof(page_size));
	object_set_variable(o, "sp_offset", &sp_offset, sizeof(sp_offset));
	object_set_variable(o, "window_start", &window_start, sizeof(window_start));
	object_set_variable(o, "clock_known", &clock_known, sizeof(clock_known));
}

static void replace_helpers(struct object *o, const struct attempt *a)
{
	for (int i = 0; i < REPLACEMENTS; i++)
		if (a->replace[i])
			object_replace_helper(o, replacements[i].helper,
					      replacements[i].older);
}

static int relocate_by_format(struct object *o, const struct tracepoint_format *format,
			      struct error *f)
{
	struct format_btf types;
	struct btf *btf = NULL;
	int result = btf_open(&btf, "the tracepoint's format",
			      format_btf_make(&types, format), f);

	if (!result)
		result = object_relocate(o, btf, f);
	btf_close(btf);
	return result;
}

static int relocate_by_file(struct object *o, struct btf_file *file,
			    const char *name, struct error *f)
{
	struct btf_source reader = {
		.read = btf_file_read, .ctx = file, .size = file->size,
	};
	struct btf *btf = NULL;
	int result;

	if (file->mapped.data)
		result = btf_open(&btf, name, file->mapped, f);
	else
		result = btf_open_source(&btf, name, &reader, f);
	if (!result)
		result = object_relocate(o, btf, f);
	btf_close(btf);
	return result;
}

static int relocate(struct object *o, const struct load_plan *plan, struct error *f)
{
	const char *name = plan->btf ? plan->btf : kernel_btf;
	struct btf_file file;
	int result;

	if (plan->format)
		return relocate_by_format(o, plan->format, f);
	if (plan->btf)
		result = btf_file_open(&file, AT_FDCWD, plan->btf);
	else
		result = btf_file_open(&file, plan->sysfs, "kernel/btf/vmlinux");
	if (result < 0) {
		error_set(f, result, "read the kernel's BTF from %s", name);
		error_hint(f, "needs CONFIG_DEBUG_INFO_BTF, or --btf FILE");
		return result;
	}
	result = relocate_by_file(o, &file, name, f);
	btf_file_close(&file);
	return result;
}

static int prepare_object(struct loaded *l, const struct attempt *a, struct error *f)
{
	int result = open_object(l, a->plan->object, f);

	if (result < 0)
		return result;
	set_variables(l->object, a);
	replace_helpers(l->object, a);
	return relocate(l->object, a->plan, f);
}

/* ---- maps --------------------------------------------------------------- */

int load_explain(struct error *f, int error)
{
	char missing[64];

	caps_missing_for_bpf(missing, sizeof(missing));
	if ((error == -EPERM || error == -EACCES) && missing[0])
		error_hint(f, "needs %s, or root", missing);
	else if (error == -EPERM)
		error_hint(f, "kernels before 5.11 count BPF memory: raise ulimit -l; or a seccomp filter, as of a container, or lockdown refuses bpf()");
	else if (error == -ENOSYS)
		error_hint(f, "this kernel has no bpf(): CONFIG_BPF_SYSCALL");
	return error;
}

static int create_map(struct loaded *l, const struct object_map *m, int cpus,
		      struct error *f)
{
	struct bpf_map_spec spec = {
		.name = m->name, .type = m->type, .key_size = m->key_size,
		.value_size = m->value_size, .max_entries = m->max_entries,
		.flags = m->map_flags,
	};
	uint32_t zero = 0;
	int fd, result = 0;

	if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !m->max_entries)
		spec.max_entries = (uint32_t)cpus;
	fd = bpf_map_new(&spec);
	if (fd < 0) {
		error_set(f, fd, "create map %s", m->name);
		return load_explain(f, fd);
	}
	l->maps[l->map_count++] = fd;
	if (m->data.data)
		result = bpf_map_update(fd, &zero, m->data.data);
	if (!result && m->frozen)
		result = bpf_map_freeze(fd);
	return result < 0 ? error_set(f, result, "fill map %s", m->name) : 0;
}

static int map_of(const struct loaded *l, const char *name)
{
	int i = object_map_index(l->object, name);

	return i < 0 ? -1 : l->maps[i];
}

static int create_maps(struct loaded *l, int cpus, struct error *f)
{
	uint32_t count = object_map_count(l->object);
	int result;

	if (count > LOAD_MAPS)
		return error_set(f, ENOTSUP, "create %u maps", count);
	for (uint32_t i = 0; i < count; i++) {
		result = create_map(l, object_map(l->object, i), cpus, f);
		if (result < 0)
			return result;
	}
	l->rings = map_of(l, "rings");
	l->failures = map_of(l, "failures");
	return l->rings < 0 ? error_set(f, ENOENT, "find map rings in the object") : 0;
}

/* ---- the program --------------------------------------------------------- */

/*
 * Finds the reason in the verifier's log: the last line before the statistics.
 * The last line that begins with a number has the instruction.
 */
static void find_reason(const char *log, char *to, size_t size, unsigned long *insn)
{
	const char *line = log, *words = "";
	size_t len = 0;
	char *end;

	*insn = UINT32_MAX;
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		unsigned long number = strtoul(line, &end, 10);

		if (*line == '\n' || !strncmp(line, "processed ", 10) ||
		    !strncmp(line, "verification time ", 18))
			continue;
		if (end > line && !strncmp(end, ": (", 3))
			*insn = number;
		words = line;
		len = strcspn(line, "\n");
	}
	snprintf(to, size, "%.*s", (int)len, words);
}

static void explain_log(struct loaded *l, uint32_t program, const char *log,
			struct error *f)
{
	unsigned long insn;
	char words[160], what[96];

	find_reason(log, words, sizeof(words), &insn);
	if (object_unresolved(l->object, program, (uint32_t)insn, what, sizeof(what)) < 0)
		error_why(f, "the verifier refused it: %s", words);
	else
		error_why(f, "it does not work without %s", what);
	error_hint(f, "-v shows the verifier's whole log");
}

/* Loads again with a log, which costs too much for the first try. */
static int explain_refusal(struct loaded *l, uint32_t program,
			   struct bpf_program_spec *spec, int error, struct error *f)
{
	error_set(f, error, "load program %s", spec->name);
	if (error == -EPERM || error == -ENOSYS || error_is_shortage(error))
		return load_explain(f, error);
	spec->log = calloc(1, LOG_SIZE);
	if (!spec->log)
		return error;
	spec->log_size = LOG_SIZE;
	if (bpf_program_new(spec) < 0 && spec->log[0])
		explain_log(l, program, spec->log, f);
	error_keep_log(f, spec->log);
	return error;
}

/* Allows the program one tail call to itself, through the map "rerun". */
static int allow_rerun(struct loaded *l, struct error *f)
{
	int map = map_of(l, "rerun"), result = 0;
	uint32_t zero = 0;

	if (map >= 0)
		result = bpf_map_update(map, &zero, &l->program);
	return result < 0 ? error_set(f, result, "fill map rerun") : 0;
}

static int load_program(struct loaded *l, struct attempt *a, struct error *f)
{
	int i = object_program_index(l->object, tracepoint, f);
	const struct object_program *program;
	struct bpf_program_spec spec;
	int result;

	if (i < 0)
		return i;
	result = object_link(l->object, (uint32_t)i, l->maps, f);
	if (result < 0)
		return result;
	program = object_program(l->object, (uint32_t)i);
	spec = (struct bpf_program_spec){
		.name = program->name, .type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = program->insns, .insn_count = program->insn_count,
		.license = object_license(l->object),
	};
	l->program = bpf_program_new(&spec);
	if (l->program >= 0)
		return allow_rerun(l, f);
	a->refused = true;
	return explain_refusal(l, (uint32_t)i, &spec, l->program, f);
}

/* ---- attempts ------------------------------------------------------------ */

static void drop_object(struct loaded *l)
{
	object_close(l->object);
	file_free(&l->file);
	l->object = NULL;
}

void load_close(struct loaded *l)
{
	if (l->program >= 0)
		close(l->program);
	for (uint32_t i = 0; i < l->map_count; i++)
		close(l->maps[i]);
	drop_object(l);
	*l = (struct loaded){ .program = -1, .rings = -1, .failures = -1 };
}

static int attempt(struct loaded *l, struct attempt *a, struct error *f)
{
	int result;

	*l = (struct loaded){ .program = -1, .rings = -1, .failures = -1 };
	if ((result = prepare_object(l, a, f)) < 0)
		return result;
	if ((result = create_maps(l, a->plan->cpus, f)) < 0)
		return result;
	return load_program(l, a, f);
}

static bool find_replacements(struct attempt *a)
{
	for (int i = 0; i < REPLACEMENTS; i++) {
		a->replace[i] = !bpf_has_helper(replacements[i].helper);
		a->replaced |= a->replace[i];
	}
	return a->replaced;
}

/* Is there another remedy for @error? */
static bool has_remedy(struct attempt *a, int error)
{
	if (error == -EPERM)
		return bpf_raise_memlock();
	return a->refused && !a->replaced && find_replacements(a);
}

/* Looks for missing helpers only after a refusal, which spares new kernels the
 * time. Each remedy is tried once. */
int load_probe(struct loaded *l, const struct load_plan *plan, struct error *f)
{
	struct attempt a = { .plan = plan };
	int result = attempt(l, &a, f);

	while (result < 0 && has_remedy(&a, result)) {
		load_close(l);
		if (f)
			error_clear(f);
		result = attempt(l, &a, f);
	}
	drop_object(l);
	return result;
}

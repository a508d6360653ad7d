// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The bpf source: the probe of bpf/, loaded by our own loader, attached to
 * oom/mark_victim, its records read from a ring per CPU.
 */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "kernel/bpf.h"
#include "kernel/btf_file.h"
#include "kernel/caps.h"
#include "kernel/mounts.h"
#include "kernel/perf.h"
#include "kernel/survive.h"
#include "loader/embedded.h"
#include "loader/object.h"
#include "source/rings.h"
#include "uapi/oom_record.h"

static const char tracepoint[] = "tracepoint/oom/mark_victim";

enum { MAPS_MAX = 16, LOG_SIZE = 1 << 20 };

struct bpf_source {
	struct source source;
	struct rings rings;
	int maps[MAPS_MAX];
	uint32_t map_count;
	int rings_map, failures_map;	/* among maps; borrowed */
	int program, event, sysfs;
	int tracefs;			/* kept: closing a detached mount waits
					 * for RCU, 20 ms that nobody has now */
	uint64_t *failures;		/* [possible CPUs], one lookup's room */
	uint8_t record[sizeof(struct oom_record) + 8192 + 512];

	/* Needed until everything is attached. */
	struct object *object;
	struct span file;		/* of --object, malloc'd */
};

/* ---- the object and its relocations ------------------------------------- */

static int read_file(const char *path, struct span *file, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	uint8_t *bytes = NULL;
	size_t used = 0;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		goto failed;
	if (!S_ISREG(st.st_mode) || st.st_size > 64 << 20) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		goto failed;
	}
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		goto failed;
	while ((n = read(fd, bytes + used, (size_t)st.st_size - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		goto failed;
	close(fd);
	*file = span_of(bytes, used);
	return 0;
failed:
	fault_set(f, errno, "read object %s", path);
	free(bytes);
	if (fd >= 0)
		close(fd);
	return -f->error;
}

static int open_object(struct bpf_source *b, const char *path, struct fault *f)
{
	int result;

	if (!path)
		return object_open(&b->object, NULL,
				   span_of(bpf_object_start,
					   (size_t)(bpf_object_end - bpf_object_start)), f);
	result = read_file(path, &b->file, f);
	return result < 0 ? result : object_open(&b->object, path, b->file, f);
}

/* An object of one's own need not have these. */
static void set_variables(struct object *o)
{
	uint32_t page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	uint32_t sp_offset = perf_stack_pointer_offset();
	uint32_t window_start = perf_stack_window_start();
	uint32_t clock_known = OOM_KNOWS_BOOTTIME;

	object_set_variable(o, "page_size", &page_size, sizeof(page_size));
	object_set_variable(o, "sp_offset", &sp_offset, sizeof(sp_offset));
	object_set_variable(o, "window_start", &window_start, sizeof(window_start));
	object_set_variable(o, "clock_known", &clock_known, sizeof(clock_known));
}

static int relocate_with(struct object *o, struct btf_file *file,
			 const char *name, struct fault *f)
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

static int relocate(struct bpf_source *b, const char *path, struct fault *f)
{
	struct btf_file file;
	int result;

	if (path)
		result = btf_file_open(&file, AT_FDCWD, path);
	else
		result = btf_file_open(&file, b->sysfs, "kernel/btf/vmlinux");
	if (result < 0) {
		fault_set(f, result, "read the kernel's BTF from %s",
			  path ? path : "/sys/kernel/btf/vmlinux");
		return fault_hint(f, "needs CONFIG_DEBUG_INFO_BTF, or --btf FILE");
	}
	result = relocate_with(b->object, &file,
			       path ? path : "/sys/kernel/btf/vmlinux", f);
	btf_file_close(&file);
	return result;
}

/* ---- maps and program --------------------------------------------------- */

/* The kernel's refusals, in the words of who can do something about them. */
static int explain(struct fault *f, int error)
{
	char missing[64];

	caps_missing_for_bpf(missing, sizeof(missing));
	if (error == -EPERM && missing[0])
		return fault_hint(f, "needs %s, or root", missing);
	if (error == -EPERM)
		return fault_hint(f, "kernels before 5.11 count BPF memory: raise ulimit -l; or BPF is locked down");
	if (error == -ENOSYS)
		return fault_hint(f, "this kernel has no bpf(): CONFIG_BPF_SYSCALL");
	return error;
}

static int create_map(struct bpf_source *b, const struct object_map *m,
		      struct fault *f)
{
	struct bpf_map_spec spec = {
		.name = m->name, .type = m->type, .key_size = m->key_size,
		.value_size = m->value_size, .max_entries = m->max_entries,
		.flags = m->map_flags,
	};
	uint32_t zero = 0;
	int fd, result = 0;

	if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !m->max_entries)
		spec.max_entries = (uint32_t)b->rings.cpus.possible;
	fd = bpf_map_new(&spec);
	if (fd < 0) {
		fault_set(f, fd, "create map %s", m->name);
		return explain(f, fd);
	}
	b->maps[b->map_count++] = fd;
	if (m->data.data)
		result = bpf_map_update(fd, &zero, m->data.data);
	if (!result && m->frozen)
		result = bpf_map_freeze(fd);
	return result < 0 ? fault_set(f, result, "fill map %s", m->name) : 0;
}

static int create_maps(struct bpf_source *b, struct fault *f)
{
	uint32_t count = object_map_count(b->object);
	int index, result;

	if (count > MAPS_MAX)
		return fault_set(f, ENOTSUP, "create %u maps", count);
	for (uint32_t i = 0; i < count; i++) {
		result = create_map(b, object_map(b->object, i), f);
		if (result < 0)
			return result;
	}
	index = object_map_index(b->object, "rings");
	if (index < 0)
		return fault_set(f, ENOENT, "find map rings in the object");
	b->rings_map = b->maps[index];
	index = object_map_index(b->object, "failures");
	b->failures_map = index < 0 ? -1 : b->maps[index];
	return 0;
}

/* The verifier's log ends with statistics; the line before says what was wrong. */
static void last_words(const char *log, char *to, size_t size)
{
	const char *line = log, *words = "";
	size_t len = 0;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (*line == '\n' || !strncmp(line, "processed ", 10) ||
		    !strncmp(line, "verification time ", 18))
			continue;
		words = line;
		len = strcspn(line, "\n");
	}
	snprintf(to, size, "%.*s", (int)len, words);
}

/* Loads again for the verifier's log, which the first try does without. */
static int explain_refusal(struct bpf_program_spec *spec, int error,
			   struct fault *f)
{
	char words[160];

	fault_set(f, error, "load program %s", spec->name);
	if (error == -EPERM || error == -ENOSYS)
		return explain(f, error);
	spec->log = calloc(1, LOG_SIZE);
	if (!spec->log)
		return error;
	spec->log_size = LOG_SIZE;
	if (bpf_program_new(spec) < 0 && spec->log[0]) {
		last_words(spec->log, words, sizeof(words));
		fault_why(f, "the verifier refused it: %s", words);
		fault_hint(f, "-v shows its whole log");
	}
	fault_keep_log(f, spec->log);
	return error;
}

static int load_program(struct bpf_source *b, struct fault *f)
{
	int i = object_program_index(b->object, tracepoint, f);
	const struct object_program *p;
	struct bpf_program_spec spec;
	int result;

	if (i < 0)
		return i;
	result = object_link(b->object, (uint32_t)i, b->maps, f);
	if (result < 0)
		return result;
	p = object_program(b->object, (uint32_t)i);
	spec = (struct bpf_program_spec){
		.name = p->name, .type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = p->insns, .insn_count = p->insn_count,
		.license = object_license(b->object),
	};
	b->program = bpf_program_new(&spec);
	if (b->program < 0)
		return explain_refusal(&spec, b->program, f);
	return 0;
}

/* ---- rings and attachment ----------------------------------------------- */

static int open_ring(void *ctx, int cpu)
{
	(void)ctx;
	return perf_output_new(cpu);
}

static int start_ring(void *ctx, int cpu, int fd)
{
	struct bpf_source *b = ctx;

	return bpf_map_update(b->rings_map, &cpu, &fd);
}

static int open_rings(struct bpf_source *b, unsigned int kib, struct fault *f)
{
	struct rings_kind kind = {
		.open = open_ring, .start = start_ring, .ctx = b,
		.time_offset = 0,
	};
	int result = rings_open(&b->rings, &kind, (size_t)kib << 10, f);

	if (result < 0)
		return result;
	b->failures = calloc((size_t)b->rings.cpus.possible, sizeof(*b->failures));
	if (!b->failures)
		return fault_set(f, ENOMEM, "open a ring on each CPU");
	b->source.fd = b->rings.epoll;
	return 0;
}

static int tracepoint_id(struct bpf_source *b, uint64_t *id, struct fault *f)
{
	char text[32];
	int result;

	b->tracefs = mounts_tracefs(f);
	if (b->tracefs < 0)
		return b->tracefs;
	result = mounts_read(b->tracefs, "events/oom/mark_victim/id", text, sizeof(text));
	if (result < 0) {
		fault_set(f, result, "find tracepoint oom/mark_victim");
		if (result == -ENOENT)
			fault_why(f, "this kernel does not have it");
		return fault_hint(f, "needs Linux 4.13 with CONFIG_FTRACE and CONFIG_PERF_EVENTS");
	}
	*id = strtoull(text, NULL, 10);
	return 0;
}

static int attach(struct bpf_source *b, struct fault *f)
{
	uint64_t id = 0;
	int result = tracepoint_id(b, &id, f);

	if (result < 0)
		return result;
	/* Any CPU that is online will do: the program serves them all. */
	for (int cpu = 0; cpu < b->rings.cpus.possible && b->event < 0; cpu++)
		if (cpus_online(&b->rings.cpus, cpu))
			b->event = perf_tracepoint_new(id, cpu, 0);
	result = b->event;
	if (result >= 0)
		result = perf_set_program(b->event, b->program);
	if (!result)
		result = perf_enable(b->event);
	if (result < 0) {
		fault_set(f, result, "attach to tracepoint oom/mark_victim");
		return explain(f, result);
	}
	return 0;
}

/* ---- the source ---------------------------------------------------------- */

static void bpf_source_close(struct source *s)
{
	struct bpf_source *b = (struct bpf_source *)s;

	if (b->event >= 0)
		close(b->event);
	rings_close(&b->rings);
	if (b->program >= 0)
		close(b->program);
	for (uint32_t i = 0; i < b->map_count; i++)
		close(b->maps[i]);
	if (b->sysfs >= 0)
		close(b->sysfs);
	if (b->tracefs >= 0)
		close(b->tracefs);
	object_close(b->object);
	free((void *)(uintptr_t)b->file.data);
	free(b->failures);
	free(b);
}

/* The probe's count of one kind of failed outputs, summed over all CPUs. */
static uint64_t failures_of(struct bpf_source *b, uint32_t kind)
{
	uint64_t sum = 0;

	if (b->failures_map < 0 ||
	    bpf_map_lookup(b->failures_map, &kind, b->failures) < 0)
		return 0;
	for (int cpu = 0; cpu < b->rings.cpus.possible; cpu++)
		sum += b->failures[cpu];
	return sum;
}

/*
 * The probe and the ring both count a full ring: the probe at once but only
 * on kernels whose helper says so, the ring with the next record that fits.
 */
static uint64_t bpf_source_lost(struct source *s)
{
	struct bpf_source *b = (struct bpf_source *)s;
	uint64_t full = failures_of(b, 0);

	if (b->rings.lost > full)
		full = b->rings.lost;
	return full + failures_of(b, 1);
}

/* u64 time, u32 size, then the record, padded. */
static int bpf_source_next(struct source *s, struct raw_event *raw)
{
	struct bpf_source *b = (struct bpf_source *)s;
	uint32_t size, record_size;
	int result = rings_next(&b->rings, &size);

	if (result <= 0)
		return result;
	if (size < 12)
		return -EBADMSG;
	memcpy(&record_size, b->rings.record + 8, sizeof(record_size));
	if (record_size > size - 12 || record_size > sizeof(b->record))
		return -EBADMSG;
	/* Only here is the record aligned. */
	memcpy(b->record, b->rings.record + 12, record_size);
	raw->source = SOURCE_BPF;
	raw->bytes = span_of(b->record, record_size);
	return 1;
}

static const struct source_ops bpf_source_ops = {
	.name = "bpf",
	.next = bpf_source_next,
	.lost = bpf_source_lost,
	.close = bpf_source_close,
};

static int set_up(struct bpf_source *b, const struct source_options *options,
		  struct fault *f)
{
	int result;

	b->sysfs = mounts_sysfs(f);
	if (b->sysfs < 0)
		return b->sysfs;
	if ((result = rings_prepare(&b->rings, b->sysfs, f)) < 0)
		return result;
	if ((result = open_object(b, options->object, f)) < 0)
		return result;
	set_variables(b->object);
	if ((result = relocate(b, options->btf, f)) < 0)
		return result;
	if ((result = create_maps(b, f)) < 0)
		return result;
	if ((result = load_program(b, f)) < 0)
		return result;
	if ((result = open_rings(b, options->ring_kib, f)) < 0)
		return result;
	/* Last: from here on every kill finds a ring that is read. */
	return attach(b, f);
}

int bpf_source_open(struct source **s, const struct source_options *options,
		    struct fault *f)
{
	struct bpf_source *b = calloc(1, sizeof(*b));
	int result;

	*s = NULL;
	if (!b)
		return fault_set(f, ENOMEM, "open the bpf source");
	b->source.ops = &bpf_source_ops;
	b->program = b->event = b->sysfs = b->tracefs = -1;
	b->rings.epoll = b->rings.watch = -1;
	result = set_up(b, options, f);
	if (result < 0) {
		bpf_source_close(&b->source);
		return result;
	}
	object_close(b->object);
	b->object = NULL;
	survive_touch(b->rings.record, sizeof(b->rings.record));
	survive_touch(b->record, sizeof(b->record));
	*s = &b->source;
	return 0;
}

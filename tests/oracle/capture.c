// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Preloaded into bpftool, this writes down what libbpf gives to the kernel:
 * the maps, and the instructions of the program called $CAPTURE_PROGRAM, to
 * the file $CAPTURE_FILE, in the form in which relocate.c prints ours.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <linux/bpf.h>

enum { FDS_MAX = 1024 };

static char names[FDS_MAX][BPF_OBJ_NAME_LEN + 1];

/* libbpf calls the map of .rodata of object x "x.rodata". */
static const char *base_name(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot ? dot : name;
}

static void print_program(FILE *to, const union bpf_attr *attr)
{
	const struct bpf_insn *insns = (void *)(unsigned long)attr->insns;
	unsigned int i, k;

	for (i = 0; i < attr->insn_cnt; i++) {
		struct bpf_insn insn = insns[i];
		int fd = insn.imm, map = insn.code == 0x18 && insn.src_reg;

		if (map)
			insn.imm = 0;
		for (k = 0; k < sizeof(insn); k++)
			fprintf(to, "%02x", ((unsigned char *)&insn)[k]);
		if (map && fd >= 0 && fd < FDS_MAX)
			fprintf(to, " %s", base_name(names[fd]));
		fputc('\n', to);
	}
}

/* Each load begins the file anew: what was tried before does not count. */
static void note_program(const union bpf_attr *attr)
{
	const char *wanted = getenv("CAPTURE_PROGRAM");
	const char *path = getenv("CAPTURE_FILE");
	FILE *to;

	if (!wanted || !path || strncmp(attr->prog_name, wanted,
					BPF_OBJ_NAME_LEN - 1))
		return;
	to = fopen(path, "w");
	if (!to)
		return;
	print_program(to, attr);
	fclose(to);
}

static void note_map(const union bpf_attr *attr, long fd)
{
	const char *path = getenv("CAPTURE_MAPS");
	const char *name = base_name(attr->map_name);
	FILE *to;

	if (fd < 0 || fd >= FDS_MAX)
		return;
	memcpy(names[fd], attr->map_name, BPF_OBJ_NAME_LEN);
	/* libbpf makes some of its own, to learn what the kernel can do. */
	if (!path || !*name || !strncmp(name, "libbpf_", 7))
		return;
	to = fopen(path, "a");
	if (!to)
		return;
	/* libbpf has it mapped, we need not; and it counts the CPUs. */
	fprintf(to, "%s type %u key %u value %u entries %u flags %#x\n", name,
		attr->map_type, attr->key_size, attr->value_size,
		attr->map_type == BPF_MAP_TYPE_PERF_EVENT_ARRAY ? 0 :
		attr->max_entries, attr->map_flags & ~(unsigned int)BPF_F_MMAPABLE);
	fclose(to);
}

long syscall(long number, ...)
{
	static long (*next)(long, ...);
	long a[6], result;
	va_list args;
	int i;

	if (!next)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == __NR_bpf && a[0] == BPF_PROG_LOAD)
		note_program((void *)a[1]);
	result = next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number == __NR_bpf && a[0] == BPF_MAP_CREATE)
		note_map((void *)a[1], result);
	return result;
}

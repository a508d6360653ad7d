// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/bpf.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long result = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return result < 0 ? -errno : (int)result;
}

static uint64_t address_of(const void *pointer)
{
	return (uintptr_t)pointer;
}

static void set_name(char to[BPF_OBJ_NAME_LEN], const char *name)
{
	/* The kernel takes letters, digits, '_' and '.'. */
	memcpy(to, name, strnlen(name, BPF_OBJ_NAME_LEN - 1));
}

/*
 * The kernel refuses an attr in which bytes that it does not know are set,
 * and an initialiser may leave padding and the union's longer members as
 * they were: hence memset(), each time.
 */
int bpf_map_new(const struct bpf_map_spec *spec)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = spec->type;
	attr.key_size = spec->key_size;
	attr.value_size = spec->value_size;
	attr.max_entries = spec->max_entries;
	attr.map_flags = spec->flags;
	set_name(attr.map_name, spec->name);
	return sys_bpf(BPF_MAP_CREATE, &attr);
}

int bpf_program_new(const struct bpf_program_spec *spec)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = spec->type;
	attr.insns = address_of(spec->insns);
	attr.insn_cnt = spec->insn_count;
	attr.license = address_of(spec->license);
	set_name(attr.prog_name, spec->name);
	if (spec->log) {
		attr.log_buf = address_of(spec->log);
		attr.log_size = spec->log_size;
		attr.log_level = 1;
	}
	return sys_bpf(BPF_PROG_LOAD, &attr);
}

int bpf_map_update(int fd, const void *key, const void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	attr.key = address_of(key);
	attr.value = address_of(value);
	attr.flags = BPF_ANY;
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

int bpf_map_lookup(int fd, const void *key, void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	attr.key = address_of(key);
	attr.value = address_of(value);
	return sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr);
}

int bpf_map_freeze(int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	return sys_bpf(BPF_MAP_FREEZE, &attr);
}

bool bpf_has_helper(uint32_t helper)
{
	/* The helper's buffer is on the stack; its other arguments are numbers. */
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -16 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = (int32_t)helper },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_program_spec spec = {
		.name = "test", .type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = insns, .insn_count = sizeof(insns) / sizeof(insns[0]),
		.license = "Dual BSD/GPL",
	};
	int fd = bpf_program_new(&spec);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

bool bpf_raise_memlock(void)
{
	struct rlimit wanted = { RLIM_INFINITY, RLIM_INFINITY }, now;

	if (getrlimit(RLIMIT_MEMLOCK, &now) < 0 || now.rlim_cur == RLIM_INFINITY)
		return false;
	if (setrlimit(RLIMIT_MEMLOCK, &wanted) == 0)
		return true;
	/* Without CAP_SYS_RESOURCE only up to the hard limit. */
	if (now.rlim_cur == now.rlim_max)
		return false;
	now.rlim_cur = now.rlim_max;
	return setrlimit(RLIMIT_MEMLOCK, &now) == 0;
}

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* bpf(2), one function per command that the tracer issues. */
#ifndef SYS_BPF_H
#define SYS_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

struct bpf_map_spec {
	const char *name;	/* the kernel keeps the first 15 bytes */
	uint32_t type, key_size, value_size, max_entries, flags;
};

struct bpf_program_spec {
	const char *name;
	uint32_t type;
	const struct bpf_insn *insns;
	uint32_t insn_count;
	const char *license;
	char *log;		/* where the verifier writes to; NULL: nowhere */
	uint32_t log_size;
};

/* Each returns a new descriptor that is closed on exec, or -errno. */
int bpf_map_new(const struct bpf_map_spec *spec);
int bpf_program_new(const struct bpf_program_spec *spec);

/* 0, or -errno. The sizes are those of the map; a per-CPU value has one
 * copy, padded to 8 bytes, for each possible CPU. */
int bpf_map_update(int fd, const void *key, const void *value);
int bpf_map_lookup(int fd, const void *key, void *value);

/* From now on only programs write to the map. 0, or -errno. */
int bpf_map_freeze(int fd);

/*
 * May a tracepoint program call @helper? Loads a small program that does. It supports
 * helpers without arguments, and helpers with a buffer, its size and an address. False
 * also if the tracer may not load programs.
 */
bool bpf_has_helper(uint32_t helper);

/*
 * Raises RLIMIT_MEMLOCK as far as allowed: kernels before 5.11 count BPF memory against
 * it. False: the limit is unchanged.
 */
bool bpf_raise_memlock(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel helpers that the probe calls, by number, with the first kernel
 * that has each, and readable names for the compiler's CO-RE builtins. Where
 * probe_read_kernel*() or ktime_get_boot_ns() is missing, the loader replaces
 * it by an older helper.
 */
#ifndef BPF_HELPERS_H
#define BPF_HELPERS_H

#include <linux/bpf.h>
#include <linux/types.h>

#define SEC(name)	__attribute__((section(name), used))
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))

/* Declaring a map by BTF: what libbpf's macros of the same names say. */
#define __uint(name, value)	int (*name)[value]
#define __type(name, value)	typeof(value) *name

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const tail_call)(void *ctx, void *programs, __u32 index) = (void *)12; /* 4.2 */
static __u32 (*const get_smp_processor_id)(void) = (void *)8;		/* 4.1 */
static __u64 (*const get_current_pid_tgid)(void) = (void *)14;		/* 4.2 */
static __u64 (*const get_current_uid_gid)(void) = (void *)15;		/* 4.2 */
static long (*const get_current_comm)(void *to, __u32 size) = (void *)16; /* 4.2 */
static long (*const perf_event_output)(void *ctx, void *map, __u64 flags,
				       void *data, __u64 size) = (void *)25; /* 4.4 */
static __u64 (*const get_current_task)(void) = (void *)35;		/* 4.8 */
static long (*const probe_read_kernel)(void *to, __u32 size,
				       const void *from) = (void *)113;	/* 5.5 */
static long (*const probe_read_kernel_str)(void *to, __u32 size,
					   const void *from) = (void *)115; /* 5.5 */
static __u64 (*const ktime_get_boot_ns)(void) = (void *)125;		/* 5.8 */

/* CO-RE: the loader fills these in from the running kernel's types. */
#define field_offset(type, member) \
	__builtin_preserve_field_info(((type *)0)->member, 0)
#define field_exists(type, member) \
	__builtin_preserve_field_info(((type *)0)->member, 2)
#define field_size(type, member) \
	__builtin_preserve_field_info(((type *)0)->member, 1)
#define type_size(type)		__builtin_preserve_type_info(*(type *)0, 1)
#define enum_value_exists(type, name) \
	__builtin_preserve_enum_value(*(type *)name, 0)
#define enum_value(type, name)	__builtin_preserve_enum_value(*(type *)name, 1)

/*
 * Reads a member through a kernel pointer. With a bad pointer the value is
 * zero, which every caller takes for "not there".
 */
#define read(pointer, member) ({					\
	typeof((pointer)->member) value_;				\
	probe_read_kernel((void *)&value_, sizeof(value_), &(pointer)->member); \
	value_;								\
})

/* Keeps values in memory, so that paths that meet here have the same registers. */
#define barrier()	asm volatile("" ::: "memory")

#endif

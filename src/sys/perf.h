/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* perf_event_open(2), and operations on its descriptors. */
#ifndef SYS_PERF_H
#define SYS_PERF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Where the stack pointer is in this architecture's struct pt_regs. */
uint32_t perf_stack_pointer_offset(void);

/*
 * The least distance in bytes from the stack pointer at the tracepoint in
 * mark_oom_victim() up to an oom_control: the frames in between are that large.
 */
uint32_t perf_stack_window_start(void);

/*
 * Each returns a new descriptor that is closed on exec, or -errno.
 * -ENODEV: the CPU is not online.
 */

/* The event that bpf_perf_event_output() writes to on @cpu; it wakes up at each record. */
int perf_output_new(int cpu);

/* The tracepoint @id, disabled, on @cpu; its records come as PERF_SAMPLE_RAW
 * behind PERF_SAMPLE_TID, TIME (CLOCK_MONOTONIC) and CPU if @sampled. */
int perf_tracepoint_new(uint64_t id, int cpu, int sampled);

/* Attaches @program to the tracepoint of @fd, which one descriptor does for
 * all CPUs; events reach it once @fd is enabled. 0, or -errno. */
int perf_set_program(int fd, int program);
int perf_enable(int fd);

/* Disables the event of @fd. 0, or -errno. */
int perf_disable(int fd);

/* How often the event of @fd happened while it was enabled, lost samples included. Or
 * -errno. */
int64_t perf_count(int fd);

/* Is the event of @fd still counting? An event ends for good when its CPU goes
 * offline, also if the CPU comes back. */
bool perf_is_running(int fd);

/* Adds to @f, which holds @error of perf_event_open(), a hint how to make it succeed.
 * Returns @error. */
int perf_explain(struct error *f, int error);

#endif

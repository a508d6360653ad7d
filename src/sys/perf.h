/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* perf_event_open(2) as the tracer needs it, and what is done with its fds. */
#ifndef SYS_PERF_H
#define SYS_PERF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Where the stack pointer is in this architecture's struct pt_regs. */
uint32_t perf_stack_pointer_offset(void);

/*
 * How many bytes above the stack pointer of a tracepoint in mark_oom_victim()
 * an oom_control may begin, at least: the frames between have that much.
 */
uint32_t perf_stack_window_start(void);

/*
 * Each returns a new descriptor that is closed on exec, or -errno.
 * -ENODEV: the CPU is not online.
 */

/* What bpf_perf_event_output() writes to on @cpu; wakes up at each record. */
int perf_output_new(int cpu);

/* The tracepoint @id, disabled, on @cpu; its records come as PERF_SAMPLE_RAW
 * behind PERF_SAMPLE_TID, TIME (CLOCK_MONOTONIC) and CPU if @sampled. */
int perf_tracepoint_new(uint64_t id, int cpu, int sampled);

/* Attaches @program to the tracepoint of @fd, which one descriptor does for
 * all CPUs; events reach it once @fd is enabled. 0, or -errno. */
int perf_set_program(int fd, int program);
int perf_enable(int fd);

/* Ends what perf_enable() began. 0, or -errno. */
int perf_disable(int fd);

/* How often the event of @fd happened while it was enabled, whatever became
 * of the samples. -errno when that cannot be known. */
int64_t perf_count(int fd);

/* Is the event of @fd still counting? An event ends for good when its CPU goes
 * offline, also if the CPU comes back. */
bool perf_is_running(int fd);

/* Adds to @f, in which @error of perf_event_open() is set, what would let it
 * succeed. Returns @error. */
int perf_explain(struct error *f, int error);

#endif

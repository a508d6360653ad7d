/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the kernel says of a process, and a cgroup to count its CPU time in. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC in seconds. */
double now(void);

/* Prints "bench: .." and ends the program, status 1. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* The number behind @key in a file of "key value" lines; -1: there is none. */
double file_number(const char *path, const char *key);
bool file_write(const char *path, const char *text);

/* Kilobytes (1024), in all of the process's memory; -1: not known. */
double process_pss(pid_t pid);
double process_peak_rss(pid_t pid);

/* Context switches of all threads: how often it has been woken up. */
double process_switches(pid_t pid);

/* Run time of its BPF programs, in ns, and how often they ran. */
void process_bpf_time(pid_t pid, double *run_ns, double *runs);

/*
 * Has the kernel count the run time of BPF programs until the descriptor is
 * closed; -1: it cannot.
 */
int bpf_time_on(void);

/*
 * A cgroup of version 2 whose CPU time includes all children, to be joined
 * before exec; "" where there is no cgroup2. CPU time in ms, or -1.
 */
void cpu_group_make(char *dir, size_t size, const char *name);
void cpu_group_remove(const char *dir);
double cpu_group_time(const char *dir);

/* A memory cgroup, v1 or v2, whose members are soon out of memory. */
void memory_group_make(char *dir, size_t size);

#endif

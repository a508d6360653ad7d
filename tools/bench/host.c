// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#define _GNU_SOURCE
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "%s%s\n", error ? ": " : "", error ? strerror(error) : "");
	va_end(arguments);
	exit(1);
}

double file_number(const char *path, const char *key)
{
	size_t length = strlen(key);
	double value = -1;
	char line[256];
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, key, length) == 0 && strchr(": \t", line[length])) {
			value = strtod(line + length + strspn(line + length, ": \t"), NULL);
			break;
		}
	if (file)
		fclose(file);
	return value;
}

bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return written;
}

static double process_number(pid_t pid, const char *file, const char *key)
{
	char path[384];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return file_number(path, key);
}

double process_pss(pid_t pid)
{
	return process_number(pid, "smaps_rollup", "Pss");
}

double process_peak_rss(pid_t pid)
{
	return process_number(pid, "status", "VmHWM");
}

/* The sum of what @each says of every entry of a directory of the process. */
static double sum_entries(pid_t pid, const char *directory,
			  double (*each)(pid_t pid, const char *path))
{
	char path[320];
	struct dirent *entry;
	double sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, directory);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		sum += each(pid, path);
	}
	if (dir)
		closedir(dir);
	return sum;
}

static double thread_switches(pid_t pid, const char *path)
{
	char file[320];

	snprintf(file, sizeof(file), "%s/status", path);
	return process_number(pid, file, "voluntary_ctxt_switches") +
	       process_number(pid, file, "nonvoluntary_ctxt_switches");
}

double process_switches(pid_t pid)
{
	return sum_entries(pid, "task", thread_switches);
}

static double fd_run_ns(pid_t pid, const char *path)
{
	double ns = process_number(pid, path, "run_time_ns");

	return ns > 0 ? ns : 0;
}

static double fd_runs(pid_t pid, const char *path)
{
	double runs = process_number(pid, path, "run_cnt");

	return runs > 0 ? runs : 0;
}

void process_bpf_time(pid_t pid, double *run_ns, double *runs)
{
	*run_ns = sum_entries(pid, "fdinfo", fd_run_ns);
	*runs = sum_entries(pid, "fdinfo", fd_runs);
}

int bpf_time_on(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.enable_stats.type = BPF_STATS_RUN_TIME;
	return (int)syscall(SYS_bpf, BPF_ENABLE_STATS, &attr, sizeof(attr));
}

/* The mount point of the first cgroup file system that @fits. */
static bool find_cgroup(char *to, size_t size,
			bool (*fits)(const char *where, const char *type, const char *options))
{
	FILE *mounts = fopen("/proc/mounts", "r");
	char line[4096], where[2048], type[64], options[1024];
	bool found = false;

	while (!found && mounts && fgets(line, sizeof(line), mounts))
		found = sscanf(line, "%*s %2047s %63s %1023s", where, type, options) == 3 &&
			fits(where, type, options);
	if (mounts)
		fclose(mounts);
	if (found)
		snprintf(to, size, "%s/trace_oomkill-bench-%d", where, (int)getpid());
	return found;
}

static bool is_v2(const char *where, const char *type, const char *options)
{
	(void)where;
	(void)options;
	return strcmp(type, "cgroup2") == 0;
}

static bool is_v1_memory(const char *where, const char *type, const char *options)
{
	(void)where;
	return strcmp(type, "cgroup") == 0 && strstr(options, ",memory");
}

static bool is_v2_memory(const char *where, const char *type, const char *options)
{
	char path[2200];

	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", where);
	return is_v2(where, type, options) && file_write(path, "+memory");
}

void cpu_group_make(char *dir, size_t size, const char *name)
{
	size_t length;

	dir[0] = '\0';
	if (!find_cgroup(dir, size, is_v2))
		return;
	length = strlen(dir);
	snprintf(dir + length, size - length, "-%s", name);
	if (mkdir(dir, 0755) != 0)
		die("%s", dir);
}

/* A child that was killed just now may still be on its way out. */
void cpu_group_remove(const char *dir)
{
	for (int tries = 0; rmdir(dir) != 0 && errno == EBUSY && tries < 100; tries++)
		usleep(10000);
}

double cpu_group_time(const char *dir)
{
	char path[4200];
	double us;

	snprintf(path, sizeof(path), "%s/cpu.stat", dir);
	us = dir[0] ? file_number(path, "usage_usec") : -1;
	return us < 0 ? -1 : us / 1000;
}

void memory_group_make(char *dir, size_t size)
{
	bool v1 = find_cgroup(dir, size, is_v1_memory);
	char path[4200];

	if (!v1 && !find_cgroup(dir, size, is_v2_memory)) {
		errno = 0;
		die("no memory controller in any mounted cgroup hierarchy");
	}
	if (mkdir(dir, 0755) != 0)
		die("%s", dir);
	snprintf(path, sizeof(path), "%s/%s", dir, v1 ? "memory.limit_in_bytes" : "memory.max");
	if (!file_write(path, "4M"))
		die("%s", path);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/perf.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "sys/capabilities.h"

/*
 * The layout of struct pt_regs is the kernel's ABI towards debuggers, fixed
 * per architecture. 0: not known, so nothing is looked for on the stack.
 */
uint32_t perf_stack_pointer_offset(void)
{
#if defined(__x86_64__)
	return 19 * 8;		/* .. ip, cs, flags, sp, ss */
#elif defined(__aarch64__)
	return 31 * 8;		/* regs[31], sp, pc, pstate */
#elif defined(__riscv) && __riscv_xlen == 64
	return 2 * 8;		/* epc, ra, sp */
#elif defined(__s390x__)
	return 3 * 8 + 15 * 8;	/* args[1], psw, gprs[16] */
#elif defined(__powerpc64__)
	return 1 * 8;		/* gpr[32] */
#elif defined(__mips64)
	return 29 * 8;		/* regs[32] */
#else
	return 0;
#endif
}

/* Seen: 216 to 456 bytes on x86-64, 440 to 760 on arm64 (5.10 to 7.3). */
uint32_t perf_stack_window_start(void)
{
#if defined(__aarch64__) || defined(__s390x__)
	return 384;
#else
	return 128;
#endif
}

static int sys_perf_event_open(struct perf_event_attr *attr, int cpu)
{
	long fd;

	attr->size = sizeof(*attr);
	attr->sample_period = 1;
	attr->wakeup_events = 1;
	attr->read_format = PERF_FORMAT_TOTAL_TIME_ENABLED;
	fd = syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

int perf_output_new(int cpu)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_BPF_OUTPUT;
	attr.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
	return sys_perf_event_open(&attr, cpu);
}

int perf_tracepoint_new(uint64_t id, int cpu, int sampled)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_TRACEPOINT;
	attr.config = id;
	attr.disabled = 1;
	if (sampled) {
		attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME |
				   PERF_SAMPLE_CPU | PERF_SAMPLE_RAW;
		/* perf's own clock matches no other; perf refuses CLOCK_BOOTTIME here. */
		attr.use_clockid = 1;
		attr.clockid = CLOCK_MONOTONIC;
	}
	return sys_perf_event_open(&attr, cpu);
}

/* Not ioctl(): with musl its request is an int, which those of mips are not. */
static int perf_ioctl(int fd, unsigned int request, int argument)
{
	return syscall(SYS_ioctl, fd, request, argument) < 0 ? -errno : 0;
}

int perf_set_program(int fd, int program)
{
	return perf_ioctl(fd, PERF_EVENT_IOC_SET_BPF, program);
}

int perf_enable(int fd)
{
	return perf_ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
}

int perf_disable(int fd)
{
	return perf_ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
}

/* What read() returns for PERF_FORMAT_TOTAL_TIME_ENABLED. */
struct reading {
	int64_t count;
	uint64_t enabled_ns;
};

static int read_event(int fd, struct reading *reading)
{
	ssize_t n = read(fd, reading, sizeof(*reading));

	if (n < 0)
		return -errno;
	return n == sizeof(*reading) ? 0 : -EBADMSG;
}

int64_t perf_count(int fd)
{
	struct reading reading;
	int result = read_event(fd, &reading);

	return result < 0 ? result : reading.count;
}

bool perf_is_running(int fd)
{
	struct reading first, second;

	return !read_event(fd, &first) && !read_event(fd, &second) &&
	       second.enabled_ns > first.enabled_ns;
}

int perf_explain(struct error *f, int error)
{
	bool allowed = caps_have(CAPS_PERFMON) || caps_have(CAPS_SYS_ADMIN);

	if (error == -ENOSYS)
		error_hint(f, "needs CONFIG_PERF_EVENTS");
	else if (error == -EACCES || (error == -EPERM && !allowed))
		error_hint(f, "needs CAP_PERFMON, or root");
	else if (error == -EPERM)
		error_hint(f, "a seccomp filter, as of a container, refuses perf_event_open()");
	return error;
}

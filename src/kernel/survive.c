// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kernel/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/mounts.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4		/* Linux 4.4 */
#endif

/* The linker's name for the ELF header at the beginning of the program. */
extern const ElfW(Ehdr) __ehdr_start;

enum {
	STACK_BYTES = 32 << 10,		/* the event's path takes half of it */
	BUFFER_BYTES = 8 << 10,
};

static void touch_range(uintptr_t from, uintptr_t to, struct span unneeded,
			uintptr_t page)
{
	for (uintptr_t at = from & -page; at < to; at += page)
		if (at - (uintptr_t)unneeded.data >= unneeded.size)
			(void)*(const volatile char *)at;
}

/* What was loaded from the file; between two segments there may be nothing. */
static void touch_program(struct span unneeded, uintptr_t page)
{
	uintptr_t start = (uintptr_t)&__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(start + __ehdr_start.e_phoff);
	uintptr_t base = start;		/* of a program at a fixed address: 0 */

	for (int i = 0; i < __ehdr_start.e_phnum; i++)
		if (p[i].p_type == PT_LOAD && !p[i].p_offset)
			base = start - p[i].p_vaddr;
	for (int i = 0; i < __ehdr_start.e_phnum; i++)
		if (p[i].p_type == PT_LOAD)
			touch_range(base + p[i].p_vaddr,
				    base + p[i].p_vaddr + p[i].p_filesz,
				    unneeded, page);
}

static __attribute__((noinline)) void touch_stack(uintptr_t page)
{
	volatile char stack[STACK_BYTES];

	for (size_t i = 0; i < sizeof(stack); i += page)
		stack[i] = 0;
}

/* The whole pages within what is not needed any more. */
static void drop(struct span unneeded, uintptr_t page)
{
	uintptr_t from = ((uintptr_t)unneeded.data + page - 1) & -page;
	uintptr_t to = ((uintptr_t)unneeded.data + unneeded.size) & -page;

	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

/*
 * MCL_CURRENT alone would bring in the whole stack as well as every buffer
 * that is sized for the worst case and hardly ever used: with MCL_ONFAULT we
 * choose, and what is touched later stays from then on.
 */
int survive_lock(struct span unneeded)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	drop(unneeded, page);
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return -errno;
	touch_program(unneeded, page);
	touch_stack(page);
	return 0;
}

void survive_touch(void *buffer, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *at = buffer;

	for (size_t i = 0; i < size && i < BUFFER_BYTES; i += page)
		at[i] = at[i];
}

/*
 * A real-time task, be its priority the lowest, is given pages down to three
 * quarters of the mark where the OOM killer starts (half of it from 6.3 on).
 * musl's sched_setscheduler() is a stub that fails.
 */
int survive_urgent(void)
{
	struct sched_param lowest = { .sched_priority = 1 };

	return syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &lowest) < 0 ? -errno : 0;
}

/* Also where no /proc is mounted. */
static int open_score_adj(void)
{
	int proc = mounts_procfs(NULL), fd, error;

	if (proc < 0)
		return proc;
	fd = openat(proc, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	error = errno;
	close(proc);
	return fd < 0 ? -error : fd;
}

int survive_exempt(void)
{
	int fd = open_score_adj();
	ssize_t n;
	int error;

	if (fd < 0)
		return fd;
	n = write(fd, "-1000", 5);
	error = errno;
	close(fd);
	return n < 0 ? -error : 0;
}

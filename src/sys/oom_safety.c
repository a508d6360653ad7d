// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/oom_safety.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/pseudofs.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4		/* Linux 4.4 */
#endif

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1		/* Linux 4.4 */
#endif

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57	/* Linux 5.6 */
#endif

/* The linker's name for the ELF header at the beginning of the program. */
extern const ElfW(Ehdr) __ehdr_start;

enum {
	STACK_BYTES = 16 << 10,		/* processing an event takes 12 KiB */
	STACK_START_BYTES = 128 << 10,	/* the start may have used so much */
	BUFFER_BYTES = 4 << 10,
};

/*
 * Code that only the start runs, and its constants: GNUmakefile lists the files,
 * the linker names the sections' ends. NULL in a build without these sections.
 */
extern const uint8_t __start_start_text[] __attribute__((weak));
extern const uint8_t __stop_start_text[] __attribute__((weak));
extern const uint8_t __start_start_rodata[] __attribute__((weak));
extern const uint8_t __stop_start_rodata[] __attribute__((weak));

/* The whole pages within @s: the others hold other data, too. */
static uintptr_t first_page(struct span s, uintptr_t page)
{
	return ((uintptr_t)s.data + page - 1) & -page;
}

static uintptr_t end_of_pages(struct span s, uintptr_t page)
{
	return ((uintptr_t)s.data + s.size) & -page;
}

enum { UNNEEDED = 3 };

struct unneeded {
	struct span spans[UNNEEDED];
};

static bool is_needed(uintptr_t at, const struct unneeded *u, uintptr_t page)
{
	for (size_t i = 0; i < UNNEEDED; i++)
		if (at >= first_page(u->spans[i], page) &&
		    at < end_of_pages(u->spans[i], page))
			return false;
	return true;
}

static void touch_range(uintptr_t from, uintptr_t to, const struct unneeded *u,
			uintptr_t page)
{
	for (uintptr_t at = from & -page; at < to; at += page)
		if (is_needed(at, u, page))
			(void)*(const volatile char *)at;
}

static const ElfW(Phdr) *program_headers(uintptr_t *base)
{
	uintptr_t start = (uintptr_t)&__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(start + __ehdr_start.e_phoff);

	*base = start;			/* of a program at a fixed address: 0 */
	for (int i = 0; i < __ehdr_start.e_phnum; i++)
		if (p[i].p_type == PT_LOAD && !p[i].p_offset)
			*base = start - p[i].p_vaddr;
	return p;
}

/* The segments that were loaded from the file; there may be gaps between them. */
static void touch_program(const struct unneeded *u, uintptr_t page)
{
	uintptr_t base;
	const ElfW(Phdr) *p = program_headers(&base);

	for (int i = 0; i < __ehdr_start.e_phnum; i++)
		if (p[i].p_type == PT_LOAD)
			touch_range(base + p[i].p_vaddr,
				    base + p[i].p_vaddr + p[i].p_filesz,
				    u, page);
}

static __attribute__((noinline)) void touch_stack(uintptr_t page)
{
	volatile char stack[STACK_BYTES];

	for (size_t i = 0; i < sizeof(stack); i += page)
		stack[i] = 0;
}

static void drop(const struct unneeded *u, uintptr_t page)
{
	for (size_t i = 0; i < UNNEEDED; i++) {
		uintptr_t from = first_page(u->spans[i], page);
		uintptr_t to = end_of_pages(u->spans[i], page);

		if (from < to)
			madvise((void *)from, to - from, MADV_DONTNEED);
	}
}

/* Frees the stack that only the start has used. */
static void drop_stack(uintptr_t page)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0) & -page;

	madvise((void *)(here - STACK_START_BYTES), STACK_START_BYTES - STACK_BYTES,
		MADV_DONTNEED);
}

static int lock_range(uintptr_t from, uintptr_t to, uintptr_t page)
{
	return (int)syscall(SYS_mlock2, from & -page, to - (from & -page), MLOCK_ONFAULT);
}

/* Locks the program's segments and the stack below here, which processing a kill needs. The
 * rings are kernel memory, and the cache of names is dispensable. */
static int lock_program(uintptr_t page)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0), base;
	const ElfW(Phdr) *p = program_headers(&base);
	int result = lock_range(here - STACK_BYTES, here, page);

	for (int i = 0; i < __ehdr_start.e_phnum && !result; i++)
		if (p[i].p_type == PT_LOAD)
			result = lock_range(base + p[i].p_vaddr,
					    base + p[i].p_vaddr + p[i].p_memsz, page);
	return result ? -errno : OOM_SAFETY_PROGRAM;
}

/*
 * Without MCL_ONFAULT the kernel would bring in the whole stack, and every buffer
 * that is sized for the worst case. With it, pages are locked when touched.
 */
int oom_safety_lock(struct span unneeded)
{
	const struct unneeded u = { {
		unneeded,
		span_of(__start_start_text, (size_t)(__stop_start_text - __start_start_text)),
		span_of(__start_start_rodata,
			(size_t)(__stop_start_rodata - __start_start_rodata)),
	} };
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int result = OOM_SAFETY_ALL;

	drop(&u, page);
	drop_stack(page);
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		result = lock_program(page);
	if (result < 0)
		return result;
	touch_program(&u, page);
	touch_stack(page);
	return result;
}

static void *map_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* MCL_FUTURE would lock the new mapping, too; it is suspended if the limit is too small. */
void *oom_safety_map(size_t size)
{
	void *memory = map_memory(size);

	if (memory || errno != EAGAIN || mlockall(MCL_CURRENT | MCL_ONFAULT) < 0)
		return memory;
	memory = map_memory(size);
	mlockall(MCL_FUTURE | MCL_ONFAULT);
	return memory;
}

void oom_safety_prefault(void *buffer, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *at = buffer;

	for (size_t i = 0; i < size && i < BUFFER_BYTES; i += page)
		at[i] = at[i];
}

/*
 * PR_SET_IO_FLUSHER marks a task that writes back other tasks' data. Its allocations must
 * not wait for that writeback, so the kernel clears __GFP_FS in them, and out_of_memory()
 * returns at once for such allocations.
 *
 * A real-time task may use pages below the min watermark, at which the OOM killer starts:
 * down to three quarters of it (from 6.3 on: half). musl's sched_setscheduler() is a
 * stub that fails, hence the system call.
 */
int oom_safety_set_io_flusher(void)
{
	struct sched_param lowest = { .sched_priority = 1 };

	if (prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0) == 0)
		return OOM_SAFETY_IO_FLUSHER;
	if (syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &lowest) == 0)
		return OOM_SAFETY_REALTIME;
	return -errno;
}

/* Also where no /proc is mounted. */
static int open_score_adj(void)
{
	int proc = pseudofs_procfs(NULL), fd, error;

	if (proc < 0)
		return proc;
	fd = openat(proc, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	error = errno;
	close(proc);
	return fd < 0 ? -error : fd;
}

int oom_safety_set_score(void)
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

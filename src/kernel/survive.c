// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kernel/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4		/* Linux 4.4 */
#endif

/* The linker's names for where the program begins and ends in memory. */
extern const char __executable_start[], _end[];

/* Far more than the event's path takes. */
enum { STACK_BYTES = 64 << 10 };

static void touch(const volatile char *from, const volatile char *to, long page)
{
	for (; from < to; from += page)
		(void)*from;
}

static __attribute__((noinline)) void touch_stack(long page)
{
	volatile char stack[STACK_BYTES];

	for (size_t i = 0; i < sizeof(stack); i += (size_t)page)
		stack[i] = 0;
}

/*
 * MCL_CURRENT alone would bring in the whole stack as well as every buffer
 * that is sized for the worst case and hardly ever used: with MCL_ONFAULT we
 * choose, and what is touched later stays from then on.
 */
int survive_lock(void)
{
	long page = sysconf(_SC_PAGESIZE);

	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return -errno;
	touch(__executable_start, _end, page);
	touch_stack(page);
	return 0;
}

int survive_exempt(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int error;

	if (fd < 0)
		return -errno;
	n = write(fd, "-1000", 5);
	error = errno;
	close(fd);
	return n < 0 ? -error : 0;
}

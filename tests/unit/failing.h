/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes the n-th allocation or system call fail. The unit tests are linked so
 * that these calls come here first.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>

/* From now on, all of malloc, calloc, realloc and strdup succeed but the @n-th one (0: the next). */
void failing_begin(unsigned int n);

/*
 * All succeed again. True: one has failed in between. Check allocates as well,
 * so there should be no assertion in between.
 */
bool failing_end(void);

/*
 * The same for system calls: open, openat, read, pread, recvfrom,
 * epoll_create1, and those that are made by syscall(). The @n-th fails with
 * @error.
 */
void failing_calls_begin(unsigned int n, int error);
bool failing_calls_end(void);

#endif

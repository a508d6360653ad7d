// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *s);

static unsigned int left;
static bool armed, failed;

void failing_begin(unsigned int n)
{
	left = n;
	failed = false;
	armed = true;
}

bool failing_end(void)
{
	armed = false;
	return failed;
}

static bool fails(void)
{
	if (!armed || failed || left--)
		return false;
	return failed = true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

/* ---- system calls ---- */

int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __real_pread(int fd, void *to, size_t size, off_t at);
ssize_t __real_recvfrom(int fd, void *to, size_t size, int flags,
			struct sockaddr *from, socklen_t *from_size);
long __real_syscall(long number, ...);
int __real_epoll_create1(int flags);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap_pread(int fd, void *to, size_t size, off_t at);
ssize_t __wrap_recvfrom(int fd, void *to, size_t size, int flags,
			struct sockaddr *from, socklen_t *from_size);
long __wrap_syscall(long number, ...);
int __wrap_epoll_create1(int flags);

static unsigned int calls_left;
static int call_error;
static bool calls_armed, call_failed;

void failing_calls_begin(unsigned int n, int error)
{
	calls_left = n;
	call_error = error;
	call_failed = false;
	calls_armed = true;
}

bool failing_calls_end(void)
{
	calls_armed = false;
	return call_failed;
}

static bool call_fails(void)
{
	if (!calls_armed || call_failed || calls_left--)
		return false;
	errno = call_error;
	return call_failed = true;
}

static mode_t mode_of(int flags, va_list *args)
{
	return flags & O_CREAT ? va_arg(*args, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, &args);
	va_end(args);
	return call_fails() ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, &args);
	va_end(args);
	return call_fails() ? -1 : __real_openat(dir, path, flags, mode);
}

ssize_t __wrap_read(int fd, void *to, size_t size)
{
	return call_fails() ? -1 : __real_read(fd, to, size);
}

ssize_t __wrap_pread(int fd, void *to, size_t size, off_t at)
{
	return call_fails() ? -1 : __real_pread(fd, to, size, at);
}

ssize_t __wrap_recvfrom(int fd, void *to, size_t size, int flags,
			struct sockaddr *from, socklen_t *from_size)
{
	return call_fails() ? -1 : __real_recvfrom(fd, to, size, flags, from, from_size);
}

/* syscall() itself takes six words, however many the caller has passed. */
__attribute__((no_sanitize("address")))
long __wrap_syscall(long number, ...)
{
	va_list args;
	long arg[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	return call_fails() ? -1 :
		__real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

int __wrap_epoll_create1(int flags)
{
	return call_fails() ? -1 : __real_epoll_create1(flags);
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "failing.h"

#include <stddef.h>

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

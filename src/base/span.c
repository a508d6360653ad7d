// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/span.h"

#include <errno.h>
#include <string.h>

struct span span_sub(struct span s, uint64_t off, uint64_t len)
{
	if (!span_has(s, off, len))
		return (struct span){ NULL, 0 };
	return span_of(s.data + off, (size_t)len);
}

int span_copy(struct span s, uint64_t off, void *to, size_t len)
{
	if (!span_has(s, off, len))
		return -EBADMSG;
	memcpy(to, s.data + off, len);
	return 0;
}

const char *span_string(struct span s, uint64_t off)
{
	if (!span_has(s, off, 1))
		return NULL;
	if (!memchr(s.data + off, '\0', s.size - (size_t)off))
		return NULL;
	return (const char *)s.data + off;
}

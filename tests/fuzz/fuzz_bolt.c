// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as the pages of a database with a good start: whatever is found,
 * by key or one after the other, is text of bounded length, and there is an end.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "identity/bolt.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { PAGE = 1024 };

static void check(const char *text)
{
	assert(strlen(text) < BOLT_TEXT_SIZE);
}

static int each(void *ctx, const char *key, const char *value)
{
	check(key);
	check(value);
	++*(int *)ctx;
	return 0;
}

static void put_meta(uint8_t *page, uint64_t pages)
{
	const uint32_t head[] = { 0xed0cdaed, 2, PAGE, 0 };
	const uint64_t rest[] = { 1, 0, 0, pages, 1 };
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	uint8_t *m = page + 16;

	memset(page, 0, PAGE);
	memcpy(m, head, sizeof(head));
	memcpy(m + 16, rest, sizeof(rest));
	for (int i = 0; i < 56; i++)
		sum = (sum ^ m[i]) * UINT64_C(0x100000001b3);
	memcpy(m + 56, &sum, sizeof(sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static const char *const names[] = { "a", "", "labels" };
	static struct bolt b;
	static int fd = -1;
	uint8_t page[PAGE];

	if (fd < 0)
		fd = memfd_create("bolt", MFD_CLOEXEC);
	put_meta(page, 2 + size / PAGE);
	assert(!ftruncate(fd, 0));
	assert(pwrite(fd, page, PAGE, 0) == PAGE);
	assert(pwrite(fd, input, size, PAGE) == (ssize_t)size);
	assert(!bolt_open(&b, fd) && bolt_is_current(&b));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bolt_bucket in = b.root;
		char value[BOLT_TEXT_SIZE];
		int result = bolt_get(&b, &in, names[i], value, sizeof(value));
		int found = 0;

		assert(!result || result == -ENOENT || result == -EBADMSG);
		if (!result)
			check(value);
		result = bolt_enter(&b, &in, names[i]);
		assert(!result || result == -ENOENT || result == -EBADMSG);
		result = bolt_each(&b, &in, each, &found);
		assert((!result || result == -EBADMSG) && found <= 4096);
	}
	return 0;
}

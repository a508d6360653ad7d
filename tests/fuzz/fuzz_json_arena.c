// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a runtime's state file: what is taken from it are strings of
 * bounded length and numbers that make sense, and what is remembered of it is
 * the same.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "identity/runtime_layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static const struct layout_kind *const kinds[] = {
	&docker_kind, &containerd_kind, &crio_kind, &list_kind,
};

static void check(const struct metadata *f)
{
	for (int i = 0; i < METADATA_TEXTS; i++)
		assert(!f->text[i] || (f->text[i][0] &&
				       strlen(f->text[i]) < METADATA_TEXT_SIZE));
	assert(f->number[METADATA_PID] == EVENT_UNKNOWN || f->number[METADATA_PID] > 0);
	assert(f->number[METADATA_STARTED_NS] == EVENT_UNKNOWN ||
	       f->number[METADATA_STARTED_NS] >= 0);
}

static void check_table(struct cache *t, const struct metadata *f)
{
	const struct cache_stamp none = { 0 };
	struct cache_stamp stamp;
	struct metadata got;

	cache_keep(t, "id", f, &none);
	assert(cache_find(t, "id", &got, &stamp));
	for (int i = 0; i < METADATA_TEXTS; i++)
		assert(!got.text[i] == !f->text[i] &&
		       (!got.text[i] || !strcmp(got.text[i], f->text[i])));
	assert(!memcmp(got.number, f->number, sizeof(got.number)));
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static struct cache table;
	static int fd = -1;
	static struct json_arena s;
	int result;

	if (fd < 0) {
		fd = memfd_create("state", MFD_CLOEXEC);
		assert(!cache_open(&table));
	}
	assert(!ftruncate(fd, 0));
	assert(pwrite(fd, input, size, 0) == (ssize_t)size);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *value;
		struct metadata f;

		assert(!lseek(fd, 0, SEEK_SET));
		result = json_arena_read(&s, fd);
		assert(result == 0 || result == -EBADMSG);
		assert(!result == !!s.top);
		if (result)
			continue;
		metadata_init(&f);
		value = kinds[i]->shared ? json_array_get(s.top, 0) : s.top;
		if (json_is_object(value) && kinds[i]->parse(value, "id", &f)) {
			check(&f);
			check_table(&table, &f);
		}
		json_arena_close(&s);
	}
	return 0;
}

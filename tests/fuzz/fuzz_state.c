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

#include "identity/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static const struct place_kind *const kinds[] = {
	&docker_kind, &containerd_kind, &crio_kind, &list_kind,
};

static void check(const struct facts *f)
{
	for (int i = 0; i < FACT_TEXTS; i++)
		assert(!f->text[i] || (f->text[i][0] &&
				       strlen(f->text[i]) < FACT_TEXT_SIZE));
	assert(f->number[FACT_PID] == EVENT_UNKNOWN || f->number[FACT_PID] > 0);
	assert(f->number[FACT_STARTED_NS] == EVENT_UNKNOWN ||
	       f->number[FACT_STARTED_NS] >= 0);
}

static void check_table(struct table *t, const struct facts *f)
{
	const struct table_stamp none = { 0 };
	struct table_stamp stamp;
	struct facts got;

	table_keep(t, "id", f, &none);
	assert(table_find(t, "id", &got, &stamp));
	for (int i = 0; i < FACT_TEXTS; i++)
		assert(!got.text[i] == !f->text[i] &&
		       (!got.text[i] || !strcmp(got.text[i], f->text[i])));
	assert(!memcmp(got.number, f->number, sizeof(got.number)));
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static struct table table;
	static int fd = -1;
	struct state s = { .top = NULL };
	int result;

	if (fd < 0) {
		fd = memfd_create("state", MFD_CLOEXEC);
		assert(!table_open(&table));
	}
	assert(!ftruncate(fd, 0));
	assert(pwrite(fd, input, size, 0) == (ssize_t)size);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *value;
		struct facts f;

		assert(!lseek(fd, 0, SEEK_SET));
		result = state_read(&s, fd);
		assert(result == 0 || result == -EBADMSG);
		assert(!result == !!s.top);
		if (result)
			continue;
		facts_init(&f);
		value = kinds[i]->shared ? json_array_get(s.top, 0) : s.top;
		if (json_is_object(value) && kinds[i]->take(value, "id", &f)) {
			check(&f);
			check_table(&table, &f);
		}
		state_close(&s);
	}
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A ring whose head, tail and content are the input's. Reading it ends, takes
 * no byte from outside, and leaves it empty.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sys/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { RING_SIZE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct perf_event_mmap_page meta = { 0 };
	static uint8_t body[RING_RECORD_SIZE];
	uint8_t *data;
	struct ring_record record;
	struct ring ring;
	uint64_t filled;
	int result, steps = 0;

	if (size < 16)
		return 0;
	memcpy(&meta.data_tail, input, 8);
	memcpy(&filled, input + 8, 8);
	meta.data_head = meta.data_tail + filled;
	data = calloc(1, RING_SIZE);
	memcpy(data, input + 16, size - 16 < RING_SIZE ? size - 16 : RING_SIZE);
	ring_init(&ring, &meta, data, RING_SIZE);

	while ((result = ring_peek(&ring, &record)) > 0) {
		assert(record.size <= RING_SIZE);
		assert(ring_copy(&ring, &record, 0, body, record.size) == 0);
		assert(ring_copy(&ring, &record, 1, body, record.size) < 0);
		ring_pop(&ring, &record);
		/* Each takes its header at least. */
		assert(++steps <= RING_SIZE / 8);
	}
	assert(meta.data_tail == meta.data_head);
	assert(ring_peek(&ring, &record) == 0);
	free(data);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A ring whose size, head, tail and content are the input's. A size that is no
 * power of two is refused; else reading ends, takes no byte from outside, and
 * leaves the ring empty.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sys/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { RING_MOST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct perf_event_mmap_page meta = { 0 };
	static uint8_t body[RING_RECORD_SIZE];
	uint8_t *data;
	struct ring_record record;
	struct ring ring;
	uint64_t filled;
	uint32_t bytes, steps = 0;
	int result;

	if (size < 18)
		return 0;
	memcpy(&meta.data_tail, input, 8);
	memcpy(&filled, input + 8, 8);
	meta.data_head = meta.data_tail + filled;
	bytes = input[16] & 1 ? 1u << input[17] % 13 :
		RING_MOST - (uint32_t)(input[16] | input[17] << 8) % RING_MOST;
	data = calloc(1, bytes);
	memcpy(data, input + 18, size - 18 < bytes ? size - 18 : bytes);
	result = ring_init(&ring, &meta, data, bytes);
	assert(!result == (__builtin_popcount(bytes) == 1));
	if (result) {
		free(data);
		return 0;
	}

	while ((result = ring_peek(&ring, &record)) > 0) {
		assert(record.size <= bytes);
		assert(ring_copy(&ring, &record, 0, body, record.size) == 0);
		assert(ring_copy(&ring, &record, 1, body, record.size) < 0);
		ring_pop(&ring, &record);
		/* Each takes its header at least. */
		assert(++steps <= bytes / 8);
	}
	assert(meta.data_tail == meta.data_head);
	assert(ring_peek(&ring, &record) == 0);
	free(data);
	return 0;
}

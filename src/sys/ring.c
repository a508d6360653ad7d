// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/ring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t head_of(const struct ring *r)
{
	/* Pairs with the kernel's barrier before it stores data_head: what the
	 * head covers has been written. */
	return __atomic_load_n(&r->meta->data_head, __ATOMIC_ACQUIRE);
}

static void set_tail(struct ring *r, uint64_t tail)
{
	r->tail = tail;
	/* Pairs with the kernel's read of data_tail before it writes: our
	 * copies are done before the room is used again. */
	__atomic_store_n(&r->meta->data_tail, tail, __ATOMIC_RELEASE);
}

/* Offsets in a ring are positions modulo its size, taken by a mask. */
static bool is_power_of_two(uint64_t size)
{
	return size && !(size & (size - 1));
}

size_t ring_round_bytes(size_t bytes)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);

	while (size && size < bytes)
		size <<= 1;
	return size;
}

int ring_map(struct ring *r, int fd, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory;

	/* The kernel would round up a size between two pages, and use it whole. */
	if (!is_power_of_two(bytes) || bytes < page)
		return -EINVAL;
	/* Writable: in a read-only ring the kernel overwrites unread records. */
	memory = mmap(NULL, page + bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	ring_init(r, memory, (uint8_t *)memory + page, bytes);
	r->mapped = page + bytes;
	return 0;
}

int ring_init(struct ring *r, struct perf_event_mmap_page *meta, void *data,
	      uint64_t data_size)
{
	if (!is_power_of_two(data_size))
		return -EINVAL;
	*r = (struct ring){
		.meta = meta, .data = data, .size = data_size,
		.tail = meta->data_tail,
	};
	return 0;
}

void ring_unmap(struct ring *r)
{
	if (r->mapped)
		munmap(r->meta, r->mapped);
	*r = (struct ring){ 0 };
}

/* Copies from position @at, around the end of the ring if need be. */
static void copy_out(const struct ring *r, uint64_t at, void *to, size_t len)
{
	uint64_t off = at & (r->size - 1);
	size_t first = len < r->size - off ? len : (size_t)(r->size - off);

	memcpy(to, r->data + off, first);
	memcpy((uint8_t *)to + first, r->data, len - first);
}

int ring_peek(struct ring *r, struct ring_record *record)
{
	struct perf_event_header header;
	uint64_t head = head_of(r);
	/* Positions are not masked, or a full ring would look empty. */
	uint64_t filled = head - r->tail;

	if (!filled)
		return 0;
	if (filled < sizeof(header) || filled > r->size)
		goto broken;
	copy_out(r, r->tail, &header, sizeof(header));
	if (header.size < sizeof(header) || header.size % 8 ||
	    header.size > filled)
		goto broken;
	record->type = header.type;
	record->size = header.size - (uint32_t)sizeof(header);
	return 1;
broken:
	set_tail(r, head);
	return -EBADMSG;
}

int ring_copy(const struct ring *r, const struct ring_record *record,
	      uint32_t off, void *to, uint32_t len)
{
	if (off > record->size || len > record->size - off)
		return -EBADMSG;
	copy_out(r, r->tail + sizeof(struct perf_event_header) + off, to, len);
	return 0;
}

void ring_pop(struct ring *r, const struct ring_record *record)
{
	set_tail(r, r->tail + sizeof(struct perf_event_header) + record->size);
}

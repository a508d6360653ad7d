/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The reader's end of a perf ring buffer, which the kernel writes to at the same time.
 * Records are copied out, as they may wrap around the end, and their payload is aligned
 * to only 4 bytes.
 */
#ifndef SYS_RING_H
#define SYS_RING_H

#include <stddef.h>
#include <stdint.h>

#include <linux/perf_event.h>

struct ring {
	struct perf_event_mmap_page *meta;	/* NULL: not mapped */
	uint8_t *data;
	uint64_t size;				/* bytes, a power of two */
	uint64_t tail;				/* our data_tail */
	size_t mapped;				/* bytes to unmap */
};

/* A record at the tail; @size counts what follows its header. */
struct ring_record {
	uint32_t type;				/* PERF_RECORD_* */
	uint32_t size;
};

/* The largest record: its size has 16 bits and counts the header. */
enum { RING_RECORD_SIZE = 65536 - sizeof(struct perf_event_header) };

/* The smallest size of a ring with room for @bytes: a power of two, and a page
 * at least. 0: it would not fit a size_t. */
size_t ring_round_bytes(size_t bytes);

/*
 * Maps the ring of perf descriptor @fd with @bytes for data. 0, or -errno:
 * -EINVAL @bytes is no size that ring_round_bytes() returns; -EPERM it is more
 * than perf_event_mlock_kb and RLIMIT_MEMLOCK allow without CAP_IPC_LOCK.
 */
int ring_map(struct ring *r, int fd, size_t bytes);

/*
 * Reads from @data_size bytes at @data instead; nothing to unmap. For tests.
 * 0, or -EINVAL: @data_size is no power of two.
 */
int ring_init(struct ring *r, struct perf_event_mmap_page *meta, void *data,
	      uint64_t data_size);

/* A ring that is not mapped is fine. */
void ring_unmap(struct ring *r);

/*
 * Peeks at the oldest record. 1: there is one; 0: there is none; -EBADMSG: the record is
 * malformed. Everything up to the head is dropped then, since the beginning of the next
 * record is unknown.
 */
int ring_peek(struct ring *r, struct ring_record *record);

/* Copies @len bytes at @off behind the header of the peeked @record. 0, or
 * -EBADMSG when they are not all in it. */
int ring_copy(const struct ring *r, const struct ring_record *record,
	      uint32_t off, void *to, uint32_t len);

/* Hands the peeked record's room back to the kernel. */
void ring_pop(struct ring *r, const struct ring_record *record);

#endif

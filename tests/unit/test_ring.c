// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* sys/ring on memory of our own, with the kernel's half played here. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sys/ring.h"

Suite *ring_suite(void);

enum { SIZE = 256 };

static struct perf_event_mmap_page meta;
static uint8_t data[SIZE];
static struct ring ring;

/* Positions near the end of what 64 bits count must be like any other. */
static void start_at(uint64_t position)
{
	memset(&meta, 0, sizeof(meta));
	memset(data, 0xee, sizeof(data));
	meta.data_head = meta.data_tail = position;
	ring_init(&ring, &meta, data, SIZE);
}

static void put(const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[meta.data_head++ % SIZE] = ((const uint8_t *)bytes)[i];
}

static void put_record(uint32_t type, const char *body, uint16_t size)
{
	struct perf_event_header h = {
		.type = type, .size = (uint16_t)(sizeof(h) + size),
	};

	put(&h, sizeof(h));
	put(body, size);
}

START_TEST(empty)
{
	struct ring_record record;

	start_at(0);
	ck_assert_int_eq(ring_peek(&ring, &record), 0);
}
END_TEST

/* Each start position makes the record wrap at another byte. */
START_TEST(wraps_anywhere)
{
	struct ring_record record;
	char body[25] = { 0 };

	start_at(UINT64_MAX - 600 + (uint64_t)_i);
	put_record(PERF_RECORD_SAMPLE, "abcdefghijklmnopqrstuvwx", 24);
	put_record(PERF_RECORD_LOST, "12345678", 8);

	ck_assert_int_eq(ring_peek(&ring, &record), 1);
	ck_assert_uint_eq(record.type, PERF_RECORD_SAMPLE);
	ck_assert_uint_eq(record.size, 24);
	ck_assert_int_eq(ring_copy(&ring, &record, 0, body, 24), 0);
	ck_assert_str_eq(body, "abcdefghijklmnopqrstuvwx");
	ring_pop(&ring, &record);

	ck_assert_int_eq(ring_peek(&ring, &record), 1);
	ck_assert_uint_eq(record.type, PERF_RECORD_LOST);
	ck_assert_uint_eq(record.size, 8);
	ring_pop(&ring, &record);
	ck_assert_int_eq(ring_peek(&ring, &record), 0);
	ck_assert_uint_eq(meta.data_tail, meta.data_head);
}
END_TEST

START_TEST(copies_within_the_record_only)
{
	struct ring_record record;
	char byte;

	start_at(0);
	put_record(PERF_RECORD_SAMPLE, "12345678", 8);
	put_record(PERF_RECORD_SAMPLE, "87654321", 8);
	ck_assert_int_eq(ring_peek(&ring, &record), 1);
	ck_assert_int_eq(ring_copy(&ring, &record, 7, &byte, 1), 0);
	ck_assert_int_eq(byte, '8');
	ck_assert_int_eq(ring_copy(&ring, &record, 8, &byte, 1), -EBADMSG);
	ck_assert_int_eq(ring_copy(&ring, &record, UINT32_MAX, &byte, 1), -EBADMSG);
}
END_TEST

START_TEST(full_is_not_empty)
{
	struct ring_record record;

	start_at(SIZE * 3);
	for (int i = 0; i < SIZE / 16; i++)
		put_record(PERF_RECORD_SAMPLE, "12345678", 8);
	for (int i = 0; i < SIZE / 16; i++) {
		ck_assert_int_eq(ring_peek(&ring, &record), 1);
		ring_pop(&ring, &record);
	}
	ck_assert_int_eq(ring_peek(&ring, &record), 0);
}
END_TEST

/* A size that is none: what is there is dropped, and reading goes on. */
START_TEST(broken_sizes)
{
	static const uint16_t sizes[] = { 0, 7, 12, 24, 65528 };
	struct perf_event_header h = { .type = PERF_RECORD_SAMPLE, .size = sizes[_i] };
	struct ring_record record;

	start_at(40);
	put(&h, sizeof(h));
	put("12345678", 8);
	ck_assert_int_eq(ring_peek(&ring, &record), -EBADMSG);
	ck_assert_int_eq(ring_peek(&ring, &record), 0);
	put_record(PERF_RECORD_SAMPLE, "12345678", 8);
	ck_assert_int_eq(ring_peek(&ring, &record), 1);
}
END_TEST

START_TEST(broken_heads)
{
	static const uint64_t heads[] = { 4, SIZE + 1, UINT64_MAX };
	struct ring_record record;

	start_at(0);
	meta.data_head = heads[_i];
	ck_assert_int_eq(ring_peek(&ring, &record), -EBADMSG);
	ck_assert_int_eq(ring_peek(&ring, &record), 0);
}
END_TEST

/* The mask that makes an offset of a position needs a power of two. */
START_TEST(refused_sizes)
{
	static const size_t sizes[] = { 0, 3, 96, 5120, 12288, 102400, 1024000, SIZE_MAX };
	struct ring other = { .size = 1 };

	ck_assert_int_eq(ring_map(&other, -1, sizes[_i]), -EINVAL);
	ck_assert_int_eq(ring_init(&other, &meta, data, sizes[_i]), -EINVAL);
	ck_assert_uint_eq(other.size, 1);
	/* Smaller than a page. */
	ck_assert_int_eq(ring_map(&other, -1, 512), -EINVAL);
	/* A good size gets as far as to the descriptor. */
	ck_assert_int_eq(ring_map(&other, -1, ring_round_bytes(1)), -EBADF);
}
END_TEST

START_TEST(rounded_sizes)
{
	static const struct { size_t bytes, pages; } cases[] = {
		{ 0, 1 }, { 1, 1 }, { 4096, 1 }, { 5120, 2 }, { 12288, 4 },
		{ 102400, 32 }, { 1024000, 256 }, { 1 << 20, 256 }, { 65536 << 10, 16384 },
	};
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	ck_assert_uint_eq(ring_round_bytes(cases[_i].bytes / 4096 * page + cases[_i].bytes % 4096),
			  cases[_i].pages * page);
	ck_assert_uint_eq(ring_round_bytes(SIZE_MAX), 0);
}
END_TEST

Suite *ring_suite(void)
{
	Suite *s = suite_create("ring");
	TCase *t = tcase_create("ring");

	tcase_add_test(t, empty);
	tcase_add_loop_test(t, wraps_anywhere, 0, SIZE);
	tcase_add_test(t, copies_within_the_record_only);
	tcase_add_test(t, full_is_not_empty);
	tcase_add_loop_test(t, broken_sizes, 0, 5);
	tcase_add_loop_test(t, broken_heads, 0, 3);
	tcase_add_loop_test(t, refused_sizes, 0, 8);
	tcase_add_loop_test(t, rounded_sizes, 0, 9);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The tracepoint's format file, and perf samples read by it. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event/decode.h"
#include "event/tracepoint_format.h"
#include "formats.h"

Suite *tracepoint_format_suite(void);

static struct tracepoint_format format;
static struct oom_event event;

static int parse(const char *text)
{
	return tracepoint_format_parse(&format, span_of(text, strlen(text)));
}

START_TEST(narrow)
{
	ck_assert_int_eq(parse(FORMAT_NARROW), 0);
	ck_assert_uint_eq(format.id, 609);
	ck_assert_uint_eq(format.fields[TRACEPOINT_PID].offset, 8);
	ck_assert_uint_eq(format.fields[TRACEPOINT_PID].size, 4);
	ck_assert(format.fields[TRACEPOINT_PID].is_signed);
	ck_assert_uint_eq(format.fields[TRACEPOINT_COMMON_PID].offset, 4);
	ck_assert(!tracepoint_format_is_wide(&format));
	for (int i = TRACEPOINT_COMM; i < TRACEPOINT_ITEMS; i++)
		ck_assert(!tracepoint_format_has(&format, (enum tracepoint_item)i));
}
END_TEST

START_TEST(wide)
{
	ck_assert_int_eq(parse(FORMAT_WIDE), 0);
	ck_assert(tracepoint_format_is_wide(&format));
	for (int i = 0; i < TRACEPOINT_ITEMS; i++)
		ck_assert(tracepoint_format_has(&format, (enum tracepoint_item)i));
	ck_assert(format.fields[TRACEPOINT_COMM].data_loc);
	ck_assert_uint_eq(format.fields[TRACEPOINT_COMM].offset, 12);
	ck_assert_uint_eq(format.fields[TRACEPOINT_PGTABLES].offset, 56);
	ck_assert_uint_eq(format.fields[TRACEPOINT_PGTABLES].size, 8);
	ck_assert(!format.fields[TRACEPOINT_UID].is_signed);
	ck_assert_uint_eq(format.fields[TRACEPOINT_OOM_SCORE_ADJ].size, 2);
	ck_assert(format.fields[TRACEPOINT_OOM_SCORE_ADJ].is_signed);
}
END_TEST

START_TEST(longs_of_four_bytes)
{
	ck_assert_int_eq(parse(FORMAT_WIDE_32), 0);
	ck_assert_uint_eq(format.fields[TRACEPOINT_TOTAL_VM].size, 4);
	ck_assert_uint_eq(format.fields[TRACEPOINT_OOM_SCORE_ADJ].offset, 40);
}
END_TEST

#define FIELD(declaration, offset, size, sign) \
	"\tfield:" declaration ";\toffset:" offset ";\tsize:" size ";\tsigned:" sign ";\n"

static const struct {
	const char *text;
	int result;
} oddities[] = {
	/* A name in an array, and one that only ends like ours. */
	{ FORMAT_HEAD FIELD("char comm[16]", "12", "16", "0"), 0 },
	{ FORMAT_HEAD FIELD("int task_uid", "12", "3", "0"), 0 },
	{ FORMAT_HEAD FIELD("struct { int x; } odd", "12", "4", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("", "12", "4", "0"), 0 },
	{ FORMAT_HEAD FIELD("]", "12", "4", "0"), 0 },
	/* Sizes that no number has. */
	{ FORMAT_HEAD FIELD("int uid", "12", "0", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "12", "3", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "12", "16", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("__data_loc char[] comm", "12", "8", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("__data_loc int[] uid", "12", "4", "0"), -EBADMSG },
	/* Numbers that are none. */
	{ FORMAT_HEAD FIELD("int uid", "65536", "4", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "99999999999", "4", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "-8", "4", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "", "4", "0"), -EBADMSG },
	{ FORMAT_HEAD FIELD("int uid", "12", "4", "2"), -EBADMSG },
	{ FORMAT_HEAD "\tfield:int uid\n", -EBADMSG },
	{ FORMAT_HEAD "\tfield:int uid;\n", -EBADMSG },
	/* Twice the same. */
	{ FORMAT_HEAD FIELD("int pid", "12", "4", "1"), -EBADMSG },
	/* Cut within a line, or another tracepoint's. */
	{ FORMAT_HEAD "\tfield:int ui", -EBADMSG },
	{ "", -EBADMSG },
	{ "name: mark_victim\nID: \n", -EBADMSG },
	{ "ID: 7\n" FIELD("int common_pid", "4", "4", "1"), -ENOTSUP },
	{ "ID: 7\n" FIELD("int pid", "4", "4", "1"), -ENOTSUP },
};

START_TEST(odd_text)
{
	ck_assert_int_eq(parse(oddities[_i].text), oddities[_i].result);
}
END_TEST

START_TEST(char_array)
{
	static const char record[] = "0123456789abtail\0oomer.....";
	struct span text;

	ck_assert_int_eq(parse(FORMAT_HEAD FIELD("char comm[16]", "12", "16", "0")), 0);
	ck_assert_int_eq(tracepoint_format_text(&format, TRACEPOINT_COMM, span_of(record, 28), &text), 0);
	ck_assert_uint_eq(text.size, 4);
	ck_assert_int_eq(memcmp(text.data, "tail", 4), 0);
	ck_assert_int_eq(tracepoint_format_text(&format, TRACEPOINT_COMM, span_of(record, 27), &text),
			 -EBADMSG);
}
END_TEST

/* ---- samples -------------------------------------------------------------- */

static const struct decode_host host = {
	.page_size = 4096,
	.unix_minus_boot_ns = 1000,
	.unix_minus_mono_ns = 3000,
	.initial_pids = true,
};

/* As perf lays it out; the record begins at an odd multiple of 4 bytes. */
static struct {
	uint32_t tgid, tid;
	uint64_t time_ns;
	uint32_t cpu, reserved;
	uint32_t raw_size;
	uint8_t raw[80];
} __attribute__((packed)) sample;

static const size_t sample_size = sizeof(sample);

static void put(enum tracepoint_item item, uint64_t value)
{
	const struct tracepoint_field *f = &format.fields[item];
	union { uint8_t b; uint16_t h; uint32_t w; uint64_t d; } u;

	switch (f->size) {
	case 1: u.b = (uint8_t)value; break;
	case 2: u.h = (uint16_t)value; break;
	case 4: u.w = (uint32_t)value; break;
	default: u.d = value;
	}
	memcpy(sample.raw + f->offset, &u, f->size);
}

static void make_sample(const char *text)
{
	ck_assert_int_eq(parse(text), 0);
	memset(&sample, 0, sizeof(sample));
	sample.tgid = 700;
	sample.tid = 701;
	sample.time_ns = 50000;
	sample.cpu = 3;
	sample.raw_size = sizeof(sample.raw);
	put(TRACEPOINT_COMMON_PID, 701);
	put(TRACEPOINT_PID, 900);
	if (!tracepoint_format_is_wide(&format))
		return;
	put(TRACEPOINT_COMM, 72 | 6 << 16);
	memcpy(sample.raw + 72, "oomer", 6);
	put(TRACEPOINT_TOTAL_VM, 4000);
	put(TRACEPOINT_ANON_RSS, 3000);
	put(TRACEPOINT_FILE_RSS, 200);
	put(TRACEPOINT_SHMEM_RSS, 0);
	put(TRACEPOINT_PGTABLES, 48);
	put(TRACEPOINT_UID, 4294967294);
	put(TRACEPOINT_OOM_SCORE_ADJ, (uint64_t)-500);
}

static int decode(const struct decode_host *h)
{
	event_init(&event);
	return decode_sample(&event, span_of(&sample, sample_size), &format, h);
}

static void check_wide(void)
{
	ck_assert_int_eq(decode(&host), 0);
	ck_assert_str_eq(event.target.comm, "oomer");
	ck_assert_int_eq(event.victim.total_vm_bytes, 4000 * 1024);
	ck_assert_int_eq(event.victim.anon_rss_bytes, 3000 * 1024);
	ck_assert_int_eq(event.victim.file_rss_bytes, 200 * 1024);
	ck_assert_int_eq(event.victim.shmem_rss_bytes, 0);
	ck_assert_int_eq(event.victim.pgtables_bytes, 48 * 1024);
	ck_assert_int_eq(event.target.uid, 4294967294);
	ck_assert_int_eq(event.victim.oom_score_adj, -500);
}

START_TEST(narrow_sample)
{
	make_sample(FORMAT_NARROW);
	ck_assert_int_eq(decode(&host), 0);
	ck_assert_int_eq(event.source, SOURCE_PERF);
	ck_assert_int_eq(event.time_unix_ns, 53000);
	ck_assert_int_eq(event.time_boot_ns, 52000);
	ck_assert_int_eq(event.oom.cpu, 3);
	ck_assert_int_eq(event.trigger.tid, 701);
	ck_assert_int_eq(event.trigger.tgid, 700);
	ck_assert_int_eq(event.target.tid, 900);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.target.comm);
	ck_assert_int_eq(event.target.uid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.anon_rss_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.oom_score_adj, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.totalpages, EVENT_UNKNOWN);
}
END_TEST

START_TEST(wide_sample)
{
	make_sample(FORMAT_WIDE);
	check_wide();
}
END_TEST

START_TEST(wide_sample_of_32_bits)
{
	make_sample(FORMAT_WIDE_32);
	check_wide();
}
END_TEST

/* The trigger is the victim: what is known of one is known of the other. */
START_TEST(suicide)
{
	make_sample(FORMAT_NARROW);
	put(TRACEPOINT_PID, 701);
	ck_assert_int_eq(decode(&host), 0);
	ck_assert_int_eq(event.target.tgid, 700);
}
END_TEST

/* Ids of our own pid namespace are not the initial one's. */
START_TEST(other_pid_namespace)
{
	struct decode_host nested = host;

	make_sample(FORMAT_NARROW);
	nested.initial_pids = false;
	ck_assert_int_eq(decode(&nested), 0);
	ck_assert_int_eq(event.trigger.tid, 701);
	ck_assert_int_eq(event.trigger.tgid, EVENT_UNKNOWN);
	sample.tid = 0;
	ck_assert_int_eq(decode(&host), 0);
	ck_assert_int_eq(event.trigger.tgid, EVENT_UNKNOWN);
}
END_TEST

START_TEST(absurd_memory)
{
	make_sample(FORMAT_WIDE);
	put(TRACEPOINT_TOTAL_VM, UINT64_MAX);
	put(TRACEPOINT_ANON_RSS, (uint64_t)INT64_MAX >> 9);
	ck_assert_int_eq(decode(&host), 0);
	ck_assert_int_eq(event.victim.total_vm_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.anon_rss_bytes, EVENT_UNKNOWN);
}
END_TEST

START_TEST(comm_outside)
{
	make_sample(FORMAT_WIDE);
	put(TRACEPOINT_COMM, 76 | 5 << 16);
	ck_assert_int_eq(decode(&host), -EBADMSG);
}
END_TEST

/* Cut at each byte. */
START_TEST(truncated_sample)
{
	make_sample(FORMAT_WIDE);
	for (size_t size = 0; size < sample_size; size++) {
		event_init(&event);
		ck_assert_int_eq(decode_sample(&event, span_of(&sample, size),
					       &format, &host), -EBADMSG);
	}
	/* .. and a record that ends before its members do. */
	for (uint32_t size = 0; size < 66; size++) {
		sample.raw_size = size;
		ck_assert_int_eq(decode(&host), -EBADMSG);
	}
}
END_TEST

Suite *tracepoint_format_suite(void)
{
	Suite *s = suite_create("tracepoint_format");
	TCase *t = tcase_create("tracepoint_format");

	tcase_add_test(t, narrow);
	tcase_add_test(t, wide);
	tcase_add_test(t, longs_of_four_bytes);
	tcase_add_loop_test(t, odd_text, 0, sizeof(oddities) / sizeof(oddities[0]));
	tcase_add_test(t, char_array);
	tcase_add_test(t, narrow_sample);
	tcase_add_test(t, wide_sample);
	tcase_add_test(t, wide_sample_of_32_bits);
	tcase_add_test(t, suicide);
	tcase_add_test(t, other_pid_namespace);
	tcase_add_test(t, absurd_memory);
	tcase_add_test(t, comm_outside);
	tcase_add_test(t, truncated_sample);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* kernel/cpus: lists of CPUs; source/rings: how large a ring is. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sys/cpus.h"
#include "source/rings.h"

Suite *cpus_suite(void);

START_TEST(lists)
{
	static const struct {
		const char *text;
		int count;		/* what is returned */
		const char *set;	/* '1' for each number from 0 */
	} cases[] = {
		{ "0\n", 1, "1" }, { "0-3\n", 4, "1111" },
		{ "0-1,4,6-7\n", 8, "11001011" }, { "", 0, "" }, { "\n", 0, "" },
		{ "8191\n", 8192, "0" },
		{ "x", -EBADMSG, "" }, { "0-", -EBADMSG, "" },
		{ "3-1", -EBADMSG, "" }, { "0 1", -EBADMSG, "" },
		{ "8192", -EBADMSG, "" }, { "-1", -EBADMSG, "" },
		{ "0-99999999999999999999", -EBADMSG, "" },
	};
	uint8_t bits[CPUS_MAX / 8] = { 0 };

	ck_assert_int_eq(cpus_parse(cases[_i].text, bits), cases[_i].count);
	for (int i = 0; cases[_i].set[i]; i++)
		ck_assert_int_eq(bits[i / 8] >> i % 8 & 1, cases[_i].set[i] == '1');
}
END_TEST

START_TEST(default_ring)
{
	const uint64_t gib = 1 << 30, mib = 1 << 20;
	static const size_t kib = 1 << 10;

	if (sysconf(_SC_PAGESIZE) != 4096)
		return;
	/* A small host: a burst of a thousand records of up to 1 KiB. */
	ck_assert_uint_eq(rings_default_bytes(1, gib), mib);
	ck_assert_uint_eq(rings_default_bytes(8, 4 * gib), mib);
	/* 16 MiB in all, each ring's own page counted. */
	for (int cpus = 1; cpus <= 1024; cpus++)
		ck_assert_uint_le((uint64_t)cpus * (rings_default_bytes(cpus, 64 * gib) + 4096),
				  16 * mib);
	ck_assert_uint_eq(rings_default_bytes(256, 64 * gib), 32 * kib);
	/* A tiny one: no more than a 64th of its memory. */
	ck_assert_uint_eq(rings_default_bytes(1, 32 * mib), 256 * kib);
	ck_assert_uint_eq(rings_default_bytes(4096, gib), 4096);
}
END_TEST

Suite *cpus_suite(void)
{
	Suite *s = suite_create("cpus");
	TCase *t = tcase_create("cpus");

	tcase_add_loop_test(t, lists, 0, 13);
	tcase_add_test(t, default_ring);
	suite_add_tcase(s, t);
	return s;
}

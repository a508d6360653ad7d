// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * source/rings on memory of our own: the order of samples, damage, and CPUs that
 * come online while records are written to their old ring.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "failing.h"
#include "source/rings.h"
#include "tree.h"

Suite *rings_suite(void);

enum { CPUS = 3, MADE = 8, RING_SIZE = 256 };

/* Each ring that is mapped takes the next of these, instead of perf's memory. */
static struct made {
	struct perf_event_mmap_page meta;
	uint8_t data[RING_SIZE];
	int cpu, fd;
	bool open;
} made[MADE];
static int made_count, map_error;
static bool faking;

int __real_ring_map(struct ring *ring, int fd, size_t bytes);
int __wrap_ring_map(struct ring *ring, int fd, size_t bytes);

int __wrap_ring_map(struct ring *ring, int fd, size_t bytes)
{
	int result = -map_error;

	if (!faking)
		return __real_ring_map(ring, fd, bytes);
	map_error = 0;
	if (result)
		return result;
	return ring_init(ring, &made[made_count - 1].meta, made[made_count - 1].data, RING_SIZE);
}

static struct rings rings;
static int announcer;		/* its messages reach rings.watch */
static int late_cpu, late_value;	/* a record that comes while a ring is opened */

static struct made *find_ring(int cpu, int nth)
{
	for (int i = 0; i < made_count; i++)
		if (made[i].cpu == cpu && !nth--)
			return &made[i];
	ck_abort_msg("CPU %d has no such ring", cpu);
	return NULL;
}

/* A sample whose time and body are @value. */
static void put_sample(struct made *m, uint64_t value)
{
	struct { struct perf_event_header header; uint64_t time; } sample = {
		{ .type = PERF_RECORD_SAMPLE, .size = sizeof(sample) }, value,
	};

	for (size_t i = 0; i < sizeof(sample); i++)
		m->data[m->meta.data_head++ % RING_SIZE] = ((const uint8_t *)&sample)[i];
}

static int open_ring(void *ctx, int cpu)
{
	struct made *m = &made[made_count];

	(void)ctx;
	if (late_cpu == cpu && late_value) {
		put_sample(find_ring(cpu, 0), (uint64_t)late_value);
		late_value = 0;
	}
	ck_assert_int_lt(made_count, MADE);
	made_count++;
	memset(m, 0, sizeof(*m));
	m->cpu = cpu;
	m->fd = eventfd(0, EFD_NONBLOCK);
	return m->fd;
}

static int start_ring(void *ctx, int cpu, int fd)
{
	(void)ctx;
	ck_assert_int_eq(made[made_count - 1].cpu, cpu);
	ck_assert_int_eq(made[made_count - 1].fd, fd);
	return 0;
}

static int tree;

/* In place: the file is kept open. */
static void set_online(const char *list)
{
	int fd = open("devices/system/cpu/online", O_WRONLY | O_TRUNC);

	ck_assert_int_eq(write(fd, list, strlen(list)), strlen(list));
	close(fd);
}

static void setup(void)
{
	const struct rings_kind kind = { .open = open_ring, .start = start_ring };
	struct error f = { 0 };
	int ends[2];

	tree = tree_make();
	tree_put("devices/system/cpu/possible", "0-2\n");
	tree_put("devices/system/cpu/online", "0-1\n");
	memset(&rings, 0, sizeof(rings));
	made_count = map_error = late_value = 0;
	late_cpu = -1;
	faking = true;
	ck_assert_int_eq(rings_prepare(&rings, tree, &f), 0);
	if (rings.watch >= 0)
		close(rings.watch);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
	rings.watch = ends[0];
	announcer = ends[1];
	ck_assert_int_eq(rings_open(&rings, &kind, 4096, &f), 0);
	ck_assert_int_eq(made_count, 2);
}

static void teardown(void)
{
	rings_close(&rings);
	close(announcer);
	tree_remove(tree);
	faking = false;
}

static void announce(const char *path)
{
	char message[80];
	int len = snprintf(message, sizeof(message), "online@/devices/system/cpu/%s", path);

	ck_assert_int_eq(send(announcer, message, (size_t)len + 1, 0), len + 1);
}

static void expect(uint64_t value)
{
	struct span sample;
	uint64_t found = 0;

	ck_assert_int_eq(rings_next(&rings, &sample), 1);
	ck_assert_uint_eq(sample.size, sizeof(found));
	memcpy(&found, sample.data, sizeof(found));
	ck_assert_uint_eq(found, value);
}

static void expect_nothing(void)
{
	struct span sample;

	ck_assert_int_eq(rings_next(&rings, &sample), 0);
}

START_TEST(oldest_first)
{
	put_sample(find_ring(1, 0), 10);
	put_sample(find_ring(0, 0), 11);
	put_sample(find_ring(1, 0), 12);
	put_sample(find_ring(0, 0), 13);
	for (uint64_t i = 10; i < 14; i++)
		expect(i);
	expect_nothing();
	ck_assert_uint_eq(rings.samples, 4);
}
END_TEST

/* One ring is given up, and counted; the other one goes on. */
START_TEST(damage_is_counted)
{
	struct span sample;

	put_sample(find_ring(0, 0), 1);
	put_sample(find_ring(1, 0), 2);
	find_ring(0, 0)->data[6] = 7;	/* the size in the header */
	ck_assert_int_eq(rings_next(&rings, &sample), -EBADMSG);
	ck_assert_uint_eq(rings.damaged, 1);
	expect(2);
	put_sample(find_ring(0, 0), 3);
	expect(3);
	expect_nothing();
	ck_assert_uint_eq(rings.damaged, 1);
}
END_TEST

START_TEST(new_cpu)
{
	expect_nothing();
	announce("cpu2");
	expect_nothing();
	ck_assert_int_eq(made_count, 3);
	put_sample(find_ring(2, 0), 1);
	expect(1);
}
END_TEST

START_TEST(other_announcements)
{
	static const char *const paths[] = { "cpu3", "cpu", "cpu1x", "cpufreq", "cpu-1", "cpu99999" };

	announce(paths[_i]);
	expect_nothing();
	ck_assert_int_eq(made_count, 2);
}
END_TEST

/* The kill happens when all rings have been found empty, and the new ring is
 * being opened; with _i, only one ring may be locked at a time. */
START_TEST(replaced_ring_is_read_to_its_end)
{
	expect_nothing();
	late_cpu = 1;
	late_value = 42;
	map_error = _i ? EPERM : 0;
	announce("cpu1");
	expect(42);
	expect_nothing();
	ck_assert_int_eq(made_count, 3 + _i);
	put_sample(find_ring(1, 1 + _i), 43);
	expect(43);
	ck_assert_int_eq(rings.cpu[1].old.fd, -1);
	ck_assert_ptr_null(rings.cpu[1].old.ring.meta);
	ck_assert_int_eq(rings.cpu[1].now.fd, find_ring(1, 1 + _i)->fd);
}
END_TEST

START_TEST(ring_that_cannot_be_opened)
{
	expect_nothing();
	map_error = ENOMEM;
	announce("cpu2");
	expect_nothing();
	expect_nothing();
	ck_assert_int_eq(made_count, 3);
	announce("cpu2");
	expect_nothing();
	ck_assert_int_eq(made_count, 4);
}
END_TEST

/* What the kernel dropped may have been about any CPU that is online now. */
START_TEST(lost_announcements)
{
	struct span sample;
	int result;

	expect_nothing();
	set_online("0,2\n");
	failing_calls_begin(0, ENOBUFS);
	result = rings_next(&rings, &sample);
	ck_assert(failing_calls_end());
	ck_assert_int_eq(result, 0);
	put_sample(find_ring(2, 0), 5);
	expect(5);
	expect_nothing();
}
END_TEST

Suite *rings_suite(void)
{
	Suite *s = suite_create("rings");
	TCase *t = tcase_create("rings");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, oldest_first);
	tcase_add_test(t, damage_is_counted);
	tcase_add_test(t, new_cpu);
	tcase_add_loop_test(t, other_announcements, 0, 6);
	tcase_add_loop_test(t, replaced_ring_is_read_to_its_end, 0, 2);
	tcase_add_test(t, ring_that_cannot_be_opened);
	tcase_add_test(t, lost_announcements);
	suite_add_tcase(s, t);
	return s;
}

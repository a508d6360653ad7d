// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* event/decode: a good record, then one thing at a time taken from it. */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "event/decode.h"
#include "uapi/oom_record.h"

Suite *decode_suite(void);

static struct decode_host host = {
	.page_size = 4096, .control_seen = true, .unix_minus_boot_ns = 1000000,
	.unix_minus_mono_ns = 2000000,
};

static struct {
	struct oom_record r;
	uint8_t levels[8192];
} record;
static struct oom_event event;
static size_t record_size;

static void add_level(const char *name, uint64_t max, bool limiting)
{
	struct oom_record_level level = {
		.max = max, .high = 0x7ffffffffffff, .usage = 3, .swap_max = 4,
		.swap_usage = OOM_RECORD_NO_LIMIT, .limiting = limiting,
		.oom_group = limiting,
		.name_size = (uint16_t)(strlen(name) + 1),
	};
	size_t at = record.r.size - sizeof(record.r);

	memcpy(record.levels + at, &level, sizeof(level));
	memcpy(record.levels + at + sizeof(level), name, level.name_size);
	record.r.size = (uint16_t)(record.r.size + sizeof(level) +
				   ((level.name_size + 7) & ~7U));
	record.r.levels++;
}

static void make_record(void)
{
	memset(&record, 0, sizeof(record));
	event_init(&event);
	record.r = (struct oom_record){
		.version = OOM_RECORD_VERSION, .size = sizeof(record.r),
		.known = OOM_KNOWS_CREDENTIALS | OOM_KNOWS_TRIGGER |
			 OOM_KNOWS_VICTIM | OOM_KNOWS_MM | OOM_KNOWS_SWAP |
			 OOM_KNOWS_CONTROL | OOM_KNOWS_MEMCG | OOM_KNOWS_BOOTTIME |
			 OOM_KNOWS_NODEMASK,
		.cpu = 1, .time_ns = 5000, .incident_ns = 4000,
		.trigger = {
			.tgid = 10, .tid = 11, .uid = 12, .gid = 13,
			.mntns = 14, .parent_tgid = 15, .parent_tid = 16,
			.ns_tgid = 17, .comm = "trigger", .parent_comm = "init",
		},
		.victim = {
			.tgid = 20, .tid = 21, .uid = 22, .gid = 23,
			.comm = "sixteen-bytes-ok", .parent_comm = "sh",
		},
		.start_ns = 2000, .oom_score_adj = -7, .threads = 3,
		.total_vm_bytes = 1, .anon_rss_bytes = 2, .file_rss_bytes = 3,
		.shmem_rss_bytes = 4, .swap_bytes = 5, .pgtables_bytes = 6,
		.totalpages = 262144, .constraint = 3, .order = -1,
		.gfp_mask = 0xcc0, .nodemask = 1, .memcg_hierarchy = 4,
	};
	add_level("leaf", 512, false);
	add_level("parent", 1024, true);
	add_level("", 0x7ffffffffffff, false);
	record_size = record.r.size;
}

static int decode(void)
{
	return decode_record(&event, span_of(&record, record_size), &host);
}

START_TEST(all_is_known)
{
	make_record();
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.source, SOURCE_BPF);
	ck_assert_int_eq(event.time_unix_ns, 1005000);
	ck_assert_int_eq(event.trigger.tgid, 10);
	ck_assert_int_eq(event.trigger.tid, 11);
	ck_assert_int_eq(event.trigger.uid, 12);
	ck_assert_int_eq(event.trigger.gid, 13);
	ck_assert_int_eq(event.trigger.mntns, 14);
	ck_assert_int_eq(event.trigger.parent_tgid, 15);
	ck_assert_int_eq(event.trigger.parent_tid, 16);
	ck_assert_int_eq(event.trigger.nspid, 17);
	ck_assert_str_eq(event.trigger.comm, "trigger");
	ck_assert_int_eq(event.target.tgid, 20);
	ck_assert_int_eq(event.target.tid, 21);
	ck_assert_str_eq(event.target.comm, "sixteen-bytes-ok");
	ck_assert_int_eq(event.victim.start_unix_ns, 1002000);
	ck_assert_int_eq(event.victim.uptime_ns, 3000);
	ck_assert_int_eq(event.victim.oom_score_adj, -7);
	ck_assert_int_eq(event.victim.exiting, 0);
	ck_assert_int_eq(event.victim.swap_bytes, 5);
	ck_assert_int_eq(event.oom.totalpages, 262144);
	ck_assert_int_eq(event.oom.constraint, CONSTRAINT_MEMCG);
	ck_assert_int_eq(event.oom.order, -1);
	ck_assert_int_eq(event.oom.incident, 4000);
}
END_TEST

START_TEST(path_and_limits)
{
	make_record();
	ck_assert_int_eq(decode(), 0);
	ck_assert_str_eq(event.victim.cgroup, "/parent/leaf");
	ck_assert_str_eq(event.oom.memcg, "/parent");
	ck_assert_int_eq(event.oom.limiting_level, 1);
	ck_assert_int_eq(event.oom.memcg_version, 1);
	ck_assert_int_eq(event.oom.level_count, 3);
	ck_assert_int_eq(event.oom.levels[0].max_bytes, 512 * 4096);
	ck_assert_int_eq(event.oom.levels[0].oom_group, 0);
	ck_assert_int_eq(event.oom.levels[1].oom_group, 1);
	ck_assert_int_eq(event.oom.levels[2].max_bytes, EVENT_UNLIMITED);
	ck_assert_int_eq(event.oom.levels[0].high_bytes, EVENT_UNLIMITED);
	ck_assert_int_eq(event.oom.levels[0].swap_usage_bytes, EVENT_UNKNOWN);
}
END_TEST

/* A limit was hit only where the constraint says so. */
START_TEST(no_limit_without_its_constraint)
{
	for (uint32_t constraint = CONSTRAINT_NONE; constraint < CONSTRAINT_MEMCG;
	     constraint++) {
		make_record();
		record.r.constraint = constraint;
		ck_assert_int_eq(decode(), 0);
		ck_assert_str_eq(event.victim.cgroup, "/parent/leaf");
		ck_assert_ptr_null(event.oom.memcg);
		ck_assert_int_eq(event.oom.limiting_level, EVENT_UNKNOWN);
	}
	make_record();
	record.r.known &= ~(uint32_t)OOM_KNOWS_CONTROL;
	ck_assert_int_eq(decode(), 0);
	ck_assert_ptr_null(event.oom.memcg);
}
END_TEST

/* Above 2^53 - 1 bytes a limit is none: 2^41 - 1 pages are the most. */
START_TEST(a_limit_beyond_all_memory_is_none)
{
	make_record();
	add_level("most", (UINT64_C(1) << 41) - 2, false);
	add_level("more", (UINT64_C(1) << 41) - 1, false);
	record_size = record.r.size;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.oom.levels[3].max_bytes, (INT64_C(1) << 53) - 2 * 4096);
	ck_assert_int_eq(event.oom.levels[4].max_bytes, EVENT_UNLIMITED);
}
END_TEST

START_TEST(root_alone)
{
	make_record();
	record.r.size = sizeof(record.r);
	record.r.levels = 0;
	add_level("", 0x7ffffffffffff, false);
	ck_assert_int_eq(decode(), 0);
	ck_assert_str_eq(event.victim.cgroup, "/");
	ck_assert_ptr_null(event.oom.memcg);
	ck_assert_int_eq(event.oom.limiting_level, EVENT_UNKNOWN);
}
END_TEST

START_TEST(cut_path_says_so)
{
	make_record();
	record.r.levels_cut = 1;
	ck_assert_int_eq(decode(), 0);
	ck_assert_str_eq(event.victim.cgroup, ".../parent/leaf");
}
END_TEST

/* Without its bit a group is unknown, whatever its members hold. */
START_TEST(nothing_is_known)
{
	make_record();
	record.r.known = 0;
	record.r.levels = 0;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.time_unix_ns, 2005000);
	ck_assert_int_eq(event.target.tid, 21);
	ck_assert_int_eq(event.target.tgid, EVENT_UNKNOWN);
	ck_assert_int_eq(event.trigger.tgid, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.trigger.comm);
	ck_assert_ptr_null(event.target.comm);
	ck_assert_int_eq(event.trigger.mntns, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.anon_rss_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.victim.swap_bytes, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.totalpages, EVENT_UNKNOWN);
	ck_assert_int_eq(event.oom.nodemask, EVENT_UNKNOWN);
	ck_assert_ptr_null(event.victim.cgroup);
}
END_TEST

START_TEST(exiting_victim)
{
	make_record();
	record.r.task_flags = 4;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.victim.exiting, 1);
}
END_TEST

/* A task that is being killed and marks itself: nobody has chosen it. */
START_TEST(marked_only)
{
	make_record();
	record.r.known |= OOM_KNOWS_SEARCHED;
	record.r.signal_flags = 4;
	record.r.victim.tgid = record.r.trigger.tgid;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.victim.exiting, 0);

	event_init(&event);
	record.r.known &= ~(uint32_t)OOM_KNOWS_CONTROL;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.victim.exiting, 1);

	/* The search may just not work here. */
	event_init(&event);
	host.control_seen = false;
	ck_assert_int_eq(decode(), 0);
	host.control_seen = true;
	ck_assert_int_eq(event.victim.exiting, EVENT_UNKNOWN);

	event_init(&event);
	record.r.victim.tgid++;
	ck_assert_int_eq(decode(), 0);
	ck_assert_int_eq(event.victim.exiting, 0);
}
END_TEST

START_TEST(other_version)
{
	make_record();
	record.r.version++;
	ck_assert_int_eq(decode(), -ENOTSUP);
}
END_TEST

/* A record that ends early is an error at each of its bytes. */
START_TEST(truncated)
{
	make_record();
	for (size_t size = 0; size < record.r.size; size++) {
		event_init(&event);
		ck_assert_int_eq(decode_record(&event, span_of(&record, size), &host),
				 -EBADMSG);
	}
}
END_TEST

START_TEST(contradictions)
{
	struct oom_record_level *first = (void *)record.levels;

	make_record();
	switch (_i) {
	case 0: record.r.size++; break;
	case 1: record.r.levels = OOM_RECORD_LEVELS + 1; break;
	case 2: record.r.levels++; break;
	case 3: record.r.size = sizeof(record.r) - 1; break;
	case 4: first->name_size = 0; break;
	case 5: first->name_size = OOM_RECORD_NAME + 1; break;
	case 6: first->name_size = 4; break;	/* cuts off the NUL */
	case 7: first->name_size = 6; break;	/* takes bytes behind it */
	case 8: record.r.known &= ~(uint32_t)OOM_KNOWS_MEMCG; break;
	}
	ck_assert_int_eq(decode(), -EBADMSG);
}
END_TEST

START_TEST(text_runs_out)
{
	static const char long_name[2000] = { [0 ... 1998] = 'x' };

	event_init(&event);
	for (int i = 0; i < EVENT_TEXT_SIZE / 2000; i++)
		ck_assert_ptr_nonnull(event_text(&event, long_name, sizeof(long_name)));
	ck_assert_ptr_null(event_text(&event, long_name, sizeof(long_name)));
	ck_assert_str_eq(event_text(&event, "short", 3), "sho");
}
END_TEST

Suite *decode_suite(void)
{
	Suite *s = suite_create("decode");
	TCase *t = tcase_create("decode");

	tcase_add_test(t, all_is_known);
	tcase_add_test(t, path_and_limits);
	tcase_add_test(t, no_limit_without_its_constraint);
	tcase_add_test(t, a_limit_beyond_all_memory_is_none);
	tcase_add_test(t, root_alone);
	tcase_add_test(t, cut_path_says_so);
	tcase_add_test(t, nothing_is_known);
	tcase_add_test(t, exiting_victim);
	tcase_add_test(t, marked_only);
	tcase_add_test(t, other_version);
	tcase_add_test(t, truncated);
	tcase_add_loop_test(t, contradictions, 0, 9);
	tcase_add_test(t, text_runs_out);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/suggest.h"
#include "output/selection.h"

Suite *selection_suite(void);

static struct selection chosen;

/* The names of what is chosen, joined by spaces. */
static const char *names(void)
{
	static char joined[8192];

	joined[0] = '\0';
	for (size_t i = 0; i < chosen.count; i++) {
		strcat(joined, i ? " " : "");
		strcat(joined, chosen.at[i]->name);
	}
	return joined;
}

static void start(void)
{
	ck_assert_int_eq(selection_set(&chosen, "default", NULL), 0);
	ck_assert_int_eq(selection_change(&chosen, "tpid,pages,tcomm", NULL), 0);
}

START_TEST(the_default_is_the_documented_table)
{
	ck_assert_int_eq(selection_set(&chosen, "default", NULL), 0);
	ck_assert_str_eq(names(), "runtime.containerName tmntns_id fprocess.pid "
			 "fprocess.creds.uid fprocess.creds.gid tpid pages "
			 "fprocess.comm tcomm");
}
END_TEST

START_TEST(sets_have_what_they_promise)
{
	ck_assert_int_eq(selection_set(&chosen, "k8s", NULL), 0);
	ck_assert_ptr_nonnull(strstr(names(), "k8s.node k8s.namespace "
				     "k8s.podName k8s.containerName tmntns_id"));
	ck_assert_ptr_null(strstr(names(), "runtime"));
	ck_assert_int_eq(selection_set(&chosen, "wide", NULL), 0);
	ck_assert_ptr_nonnull(strstr(names(), "tprocess.anon_rss_bytes"));
	ck_assert_ptr_nonnull(strstr(names(), "oom.limit_bytes"));
	ck_assert_int_eq(selection_set(&chosen, "k8s-wide", NULL), 0);
	ck_assert_ptr_nonnull(strstr(names(), "k8s.podName k8s.containerName tmntns_id"));
	ck_assert_ptr_nonnull(strstr(names(), "tcomm tprocess.anon_rss_bytes"));
}
END_TEST

static const struct {
	const char *words, *names;
} changes[] = {
	{ "tcomm,tpid", "tcomm tpid" },
	{ "tcomm,tcomm", "tcomm" },
	{ "+source", "tpid pages tcomm source" },
	{ "+tpid", "tpid pages tcomm" },
	{ "-pages", "tpid tcomm" },
	{ "-pages,+source,-tpid", "tcomm source" },
	{ "-source", "tpid pages tcomm" },
	{ "+source,timestamp", "source timestamp" },	/* a bare one: anew */
	{ "-pages,source", "source" },
	{ "FCOMM", "fprocess.comm" },
	{ "fcomm", "fprocess.comm" },
	{ "FPROCESS.PID", "fprocess.pid" },
	{ "runtime.containername", "runtime.containerName" },
	{ "k8s.owner", "k8s.owner.kind k8s.owner.name" },
	{ "tprocess,-tprocess.creds,-tprocess.parent,-tprocess.tid,-tprocess.nspid",
	  "tprocess.ancestors tprocess.anon_rss_bytes tprocess.cgroup "
	  "tprocess.cmdline tprocess.cmdline_source tprocess.exiting "
	  "tprocess.file_rss_bytes tprocess.oom_score_adj "
	  "tprocess.pgtables_bytes tprocess.rss_bytes tprocess.rss_source tprocess.shmem_rss_bytes "
	  "tprocess.start_time tprocess.swap_bytes tprocess.threads "
	  "tprocess.total_vm_bytes tprocess.uptime_ns tprocess.where" },
};

START_TEST(changes_as_told)
{
	struct error f = { 0 };

	start();
	ck_assert_int_eq(selection_change(&chosen, changes[_i].words, &f), 0);
	ck_assert_str_eq(names(), changes[_i].names);
	ck_assert_int_eq(f.error, 0);
}
END_TEST

static const struct {
	const char *words, *message;
} refusals[] = {
	{ "pags", "field 'pags': no such field (did you mean 'pages'? "
		  "--list-fields names them all)" },
	{ "tpid,tcom", "field 'tcom': no such field (did you mean 'tcomm'? "
		       "--list-fields names them all)" },
	{ "fprocess.credits.uid", "field 'fprocess.credits.uid': no such field "
		"(did you mean 'fprocess.creds.uid'? --list-fields names them all)" },
	{ "+zzzzzzzz", "field 'zzzzzzzz': no such field (--list-fields names "
		       "them all)" },
	{ "", "field '': no such field (--list-fields names them all)" },
	{ "tpid,", "field '': no such field (--list-fields names them all)" },
	{ "+", "field '': no such field (--list-fields names them all)" },
	{ "-tpid,-pages,-tcomm", "fields: none is left" },
	/* A group's name ends at a dot. */
	{ "tproces", "field 'tproces': no such field (--list-fields names them "
		     "all)" },
};

START_TEST(refuses_what_there_is_not)
{
	struct error f = { 0 };
	char message[400];

	start();
	ck_assert_int_eq(selection_change(&chosen, refusals[_i].words, &f), -EINVAL);
	error_format(&f, message, sizeof(message));
	ck_assert_str_eq(message, refusals[_i].message);
}
END_TEST

START_TEST(refuses_a_set_there_is_not)
{
	struct error f = { 0 };

	ck_assert_int_eq(selection_set(&chosen, "narrow", &f), -EINVAL);
	ck_assert_str_eq(f.what, "columns 'narrow'");
}
END_TEST

START_TEST(a_word_of_any_length_is_refused)
{
	char words[4096];
	struct error f = { 0 };

	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	start();
	ck_assert_int_eq(selection_change(&chosen, words, &f), -EINVAL);
}
END_TEST

START_TEST(every_field_fits_and_sorting_brings_back_the_table)
{
	selection_all(&chosen);
	ck_assert_uint_eq(chosen.count, field_count);
	ck_assert_uint_le(field_count, SELECTION_SIZE);
	for (size_t i = 0; i < field_count / 2; i++) {
		const struct field *f = chosen.at[i];

		chosen.at[i] = chosen.at[field_count - 1 - i];
		chosen.at[field_count - 1 - i] = f;
	}
	selection_sort(&chosen);
	for (size_t i = 0; i < field_count; i++)
		ck_assert_ptr_eq(chosen.at[i], &fields[i]);
}
END_TEST

static const struct {
	const char *word, *name, *nearest;
} near_names[] = {
	{ "json", "json", "json" },
	{ "JSON", "json", "json" },
	{ "yes", "eys", "eys" },		/* swapped neighbours: one step */
	{ "yes", "sey", NULL },
	{ "jsn", "json", "json" },
	{ "jsonn", "json", "json" },
	{ "yaml", "json", NULL },
	{ "", "json", NULL },
	{ "a-word-that-is-longer-than-any-name-could-be", "json", NULL },
};

START_TEST(knows_what_is_near)
{
	struct suggestion n = { .word = near_names[_i].word };

	suggestion_try(&n, near_names[_i].name);
	ck_assert_pstr_eq(n.name, near_names[_i].nearest);
}
END_TEST

START_TEST(the_first_of_the_nearest_wins)
{
	struct suggestion n = { .word = "tcomn" };

	suggestion_try(&n, "tcrown");
	suggestion_try(&n, "tcomm");
	suggestion_try(&n, "tcome");
	ck_assert_str_eq(n.name, "tcomm");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *selection_suite(void)
{
	Suite *s = suite_create("selection");
	TCase *c = tcase_create("selection");

	tcase_add_test(c, the_default_is_the_documented_table);
	tcase_add_test(c, sets_have_what_they_promise);
	tcase_add_loop_test(c, changes_as_told, 0, COUNT(changes));
	tcase_add_loop_test(c, refuses_what_there_is_not, 0, COUNT(refusals));
	tcase_add_test(c, refuses_a_set_there_is_not);
	tcase_add_test(c, a_word_of_any_length_is_refused);
	tcase_add_test(c, every_field_fits_and_sorting_brings_back_the_table);
	tcase_add_loop_test(c, knows_what_is_near, 0, COUNT(near_names));
	tcase_add_test(c, the_first_of_the_nearest_wins);
	suite_add_tcase(s, c);
	return s;
}

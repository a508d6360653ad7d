// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* What --check makes of facts, and what it promises of each field. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

Suite *check_suite(void);

static struct check facts;
static char page[CHECK_PAGE + 1];

static void set_fact(struct check_fact *f, enum check_state state,
		     const char *text, const char *hint)
{
	f->state = state;
	snprintf(f->text, sizeof(f->text), "%s", text);
	snprintf(f->hint, sizeof(f->hint), "%s", hint);
}

static void set_source(size_t i, const char *name, enum check_state state)
{
	facts.sources[i].name = name;
	set_fact(&facts.sources[i].fact, state, state == CHECK_YES ? "opens" : "refused",
		 state == CHECK_YES ? "" : "try harder");
	facts.tried = i + 1;
}

/* A host on which all is well. */
static void make_facts(void)
{
	memset(&facts, 0, sizeof(facts));
	for (int i = 0; i < CHECK_ITEMS; i++)
		set_fact(&facts.facts[i], CHECK_YES, "is there", "");
	memset(facts.held, true, sizeof(facts.held));
	set_source(0, "bpf", CHECK_YES);
	facts.possible = true;
	facts.backend = CAPABILITY_BPF;
}

static const char *render(enum output_mode mode)
{
	struct text t = text_on(page, CHECK_PAGE);

	check_render(&facts, mode, &t);
	ck_assert(!t.cut);
	page[t.used] = '\0';
	return page;
}

static json_t *render_json(void)
{
	json_error_t error;
	json_t *got = json_loads(render(OUTPUT_JSON), JSON_REJECT_DUPLICATES, &error);

	ck_assert_msg(got != NULL, "%s in %s", error.text, page);
	ck_assert_ptr_eq(strchr(page, '\n'), page + strlen(page) - 1);
	return got;
}

static void has(const char *part)
{
	ck_assert_msg(strstr(page, part) != NULL, "no '%s' in:\n%s", part, page);
}

static void has_not(const char *part)
{
	ck_assert_msg(!strstr(page, part), "'%s' in:\n%s", part, page);
}

/* ---- the screen ---- */

START_TEST(a_good_host_in_one_screen)
{
	make_facts();
	render(OUTPUT_COLUMNS);
	has("trace_oomkill " VERSION ": OOM kills can be traced here, with source bpf\n"
	    "  ok kernel               is there\n"
	    "  ok architecture         is there\n"
	    "  ok CAP_BPF              ");
	has("Sources, the best first:\n  ok bpf                  opens\nFields:\n");
	has("known                all others\n");
	has_not("never known");
	has_not("  no ");
	has_not("  ?  ");
}
END_TEST

START_TEST(what_is_missing_has_its_reason_and_its_way_out)
{
	make_facts();
	set_fact(&facts.facts[CHECK_BTF], CHECK_NO, "no such file", "needs --btf");
	set_fact(&facts.facts[CHECK_JIT], CHECK_UNKNOWN, "not known: no proc", "");
	facts.held[1] = false;
	set_source(0, "bpf", CHECK_NO);
	set_source(1, "bpf without BTF", CHECK_YES);
	facts.backend = CAPABILITY_NARROW;
	set_fact(&facts.facts[CHECK_KMSG], CHECK_NO, "not yours", "");
	render(OUTPUT_STORY);
	has("with source bpf without BTF\n");
	has("  no btf                  no such file -> needs --btf\n");
	has("  ?  jit                  not known: no proc\n");
	has("  no CAP_PERFMON          bpf, perf");
	has("  no bpf                  refused -> try harder\n"
	    "  ok bpf without BTF      opens\n");
	has("never known          fprocess.parent.comm");
	has(" oom.constraint ");
	has("if in time           ");
}
END_TEST

START_TEST(where_nothing_works_no_field_is_promised)
{
	json_t *got, *field;
	size_t i;

	make_facts();
	set_source(0, "kmsg", CHECK_NO);
	facts.possible = false;
	render(OUTPUT_COLUMNS);
	has("OOM kills cannot be traced here\n");
	has_not("Fields");
	got = render_json();
	ck_assert(json_is_false(json_object_get(got, "possible")));
	ck_assert(json_is_null(json_object_get(got, "source")));
	json_array_foreach(json_object_get(got, "fields"), i, field)
		ck_assert_str_eq(json_string_value(json_object_get(field, "known")), "no");
	json_decref(got);
}
END_TEST

/* Bytes of a path that somebody gave, and words longer than a line. */
START_TEST(no_line_is_too_long_and_no_byte_dangerous)
{
	char long_word[160];

	make_facts();
	memset(long_word, 'x', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	set_fact(&facts.facts[CHECK_BTF], CHECK_NO,
		 "/a\033[2J\nb\x80 \xe2\x80\xae \xe6\xbc\xa2\xe6\xbc\xa2", long_word);
	set_fact(&facts.facts[CHECK_TRACEPOINT], CHECK_YES, long_word, " two  spaces ");
	render(OUTPUT_COLUMNS);
	has("  no btf                  /a\\x1b[2J\\nb\xef\xbf\xbd \\u202e");
	has("-> two spaces\n");
	for (char *line = strtok(page, "\n"); line; line = strtok(NULL, "\n")) {
		ck_assert_msg(text_width(line, strlen(line)) <= 79, "%s", line);
		ck_assert_msg(line[strlen(line) - 1] != ' ', "'%s'", line);
		for (char *at = line; *at; at++)
			ck_assert_int_ge((unsigned char)*at, ' ');
	}
	json_decref(render_json());
}
END_TEST

/* ---- JSON ---- */

START_TEST(json_says_the_same)
{
	json_t *got, *fact, *last;

	make_facts();
	set_fact(&facts.facts[CHECK_BTF], CHECK_NO, "no such file", "needs --btf");
	set_fact(&facts.facts[CHECK_JIT], CHECK_UNKNOWN, "", "");
	facts.held[0] = false;
	set_source(0, "bpf", CHECK_NO);
	set_source(1, "perf", CHECK_YES);
	got = render_json();
	fact = json_object_get(json_object_get(got, "host"), "btf");
	ck_assert(json_is_false(json_object_get(fact, "ok")));
	ck_assert_str_eq(json_string_value(json_object_get(fact, "text")), "no such file");
	ck_assert_str_eq(json_string_value(json_object_get(fact, "hint")), "needs --btf");
	fact = json_object_get(json_object_get(got, "host"), "jit");
	ck_assert(json_is_null(json_object_get(fact, "ok")));
	ck_assert(json_is_null(json_object_get(fact, "text")));
	ck_assert_uint_eq(json_object_size(json_object_get(got, "host")), CHECK_ITEMS);
	ck_assert_str_eq(json_string_value(json_object_get(got, "source")), "perf");
	ck_assert(json_is_true(json_object_get(got, "possible")));
	fact = json_array_get(json_object_get(got, "capabilities"), 0);
	ck_assert(json_is_false(json_object_get(fact, "held")));
	ck_assert_str_eq(json_string_value(json_object_get(fact, "name")), "CAP_BPF");
	last = json_array_get(json_object_get(got, "sources"), 1);
	ck_assert(json_is_true(json_object_get(last, "ok")));
	ck_assert_uint_eq(json_array_size(json_object_get(got, "fields")), field_count);
	json_decref(got);
}
END_TEST

START_TEST(other_modes)
{
	make_facts();
	ck_assert_str_eq(render(OUTPUT_NONE), "");
	ck_assert(!strncmp(render(OUTPUT_YAML), "---\ncapabilities:\n", 18));
	json_decref(json_loads(render(OUTPUT_JSONPRETTY), 0, NULL));
	has("\n  \"possible\": true,\n");
}
END_TEST

START_TEST(the_longest_facts_fit_the_page)
{
	char most[sizeof(facts.facts[0].text)];

	make_facts();
	memset(most, 1, sizeof(most) - 1);
	most[sizeof(most) - 1] = '\0';
	for (int i = 0; i < CHECK_ITEMS; i++)
		set_fact(&facts.facts[i], CHECK_NO, most, most);
	for (size_t i = 0; i < FALLBACK_BACKENDS; i++) {
		set_source(i, "bpf without BTF", CHECK_NO);
		set_fact(&facts.sources[i].fact, CHECK_NO, most, most);
	}
	render(OUTPUT_COLUMNS);
	json_decref(render_json());
	render(OUTPUT_JSONPRETTY);
}
END_TEST

/* ---- what is promised ---- */

/* One row has it, and only one. */
static int count_rows(const char *name)
{
	int count = 0;

	for (size_t i = 0; i < capability_count; i++) {
		size_t len = strlen(capabilities[i].name);

		count += !strncmp(name, capabilities[i].name, len) &&
			 (!name[len] || name[len] == '.');
	}
	return count;
}

START_TEST(each_field_is_in_one_row)
{
	for (size_t i = 0; i < field_count; i++)
		ck_assert_msg(count_rows(fields[i].name) == 1,
			      "%s is in %d rows of source/capability.c, which says where "
			      "each backend has it from", fields[i].name,
			      count_rows(fields[i].name));
}
END_TEST

START_TEST(each_row_is_of_a_field)
{
	for (size_t i = 0; i < capability_count; i++) {
		bool used = false;

		for (int k = 0; k < CAPABILITY_BACKENDS; k++)
			ck_assert_int_le(capabilities[i].from[k], FROM_RUNTIME);
		for (size_t k = 0; k < field_count; k++)
			used |= !strncmp(fields[k].name, capabilities[i].name,
					 strlen(capabilities[i].name));
		ck_assert_msg(used, "%s", capabilities[i].name);
		/* A row that is cut short ends with fields that nothing gives. */
		ck_assert_msg(capabilities[i].from[CAPABILITY_KMSG] != FROM_NOTHING ||
			      capabilities[i].from[CAPABILITY_WIDE] == FROM_NOTHING,
			      "%s", capabilities[i].name);
	}
}
END_TEST

static enum check_known known(const char *field)
{
	return check_known(&facts, capability_find(field, facts.backend));
}

START_TEST(what_is_read_later_takes_its_files)
{
	make_facts();
	ck_assert_int_eq(known("tprocess.ancestors"), KNOWN_IN_TIME);
	ck_assert_int_eq(known("oom.top.processes"), KNOWN_IN_TIME);
	facts.no_proc = true;
	ck_assert_int_eq(known("tprocess.ancestors"), KNOWN_NEVER);
	ck_assert_int_eq(known("runtime.containerName"), KNOWN_IN_TIME);
	ck_assert_int_eq(known("tpid"), KNOWN_ALWAYS);
	facts.no_cgroup = true;
	ck_assert_int_eq(known("oom.top.processes"), KNOWN_NEVER);
	facts.backend = CAPABILITY_PERF_WIDE;
	ck_assert_int_eq(known("oom.constraint"), KNOWN_IN_TIME);
	ck_assert_int_eq(known("tpid"), KNOWN_NEVER);
	ck_assert_int_eq(known("tcomm"), KNOWN_ALWAYS);
}
END_TEST

START_TEST(without_the_search_of_the_stack_the_report_has_the_pages)
{
	make_facts();
	facts.backend = CAPABILITY_BPF_NO_STACK;
	ck_assert_int_eq(known("pages"), KNOWN_IN_TIME);
	ck_assert_int_eq(known("oom.verdict"), KNOWN_IN_TIME);
	facts.facts[CHECK_KMSG].state = CHECK_NO;
	ck_assert_int_eq(known("pages"), KNOWN_NEVER);
	ck_assert_int_eq(known("oom.verdict"), KNOWN_NEVER);
	ck_assert_int_eq(known("tpid"), KNOWN_ALWAYS);
	facts.backend = CAPABILITY_KMSG;
	ck_assert_int_eq(known("pages"), KNOWN_ALWAYS);
}
END_TEST

Suite *check_suite(void)
{
	Suite *s = suite_create("check");
	TCase *output = tcase_create("output"), *reach = tcase_create("reach");

	tcase_add_test(output, a_good_host_in_one_screen);
	tcase_add_test(output, what_is_missing_has_its_reason_and_its_way_out);
	tcase_add_test(output, where_nothing_works_no_field_is_promised);
	tcase_add_test(output, no_line_is_too_long_and_no_byte_dangerous);
	tcase_add_test(output, json_says_the_same);
	tcase_add_test(output, other_modes);
	tcase_add_test(output, the_longest_facts_fit_the_page);
	suite_add_tcase(s, output);
	tcase_add_test(reach, each_field_is_in_one_row);
	tcase_add_test(reach, each_row_is_of_a_field);
	tcase_add_test(reach, what_is_read_later_takes_its_files);
	tcase_add_test(reach, without_the_search_of_the_stack_the_report_has_the_pages);
	suite_add_tcase(s, reach);
	return s;
}

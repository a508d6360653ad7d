// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

Suite *options_suite(void);

static struct options got;
static struct error error;

/* Splits @line at its spaces and parses it behind a program's name. */
static int parse(const char *line)
{
	static char copy[256];
	char *argv[40] = { "trace_oomkill" }, *save;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	error_clear(&error);
	memset(&got, 0, sizeof(got));
	return options_parse(&got, argc, argv, &error);
}

START_TEST(nothing_said_is_the_default)
{
	struct selection expected;

	ck_assert_int_eq(parse(""), 0);
	ck_assert_int_eq(got.action, ACTION_TRACE);
	ck_assert_int_eq(got.output, OUTPUT_COLUMNS);
	ck_assert_uint_eq(got.timeout_s, 0);
	ck_assert_uint_eq(got.ring_kib, 0);
	ck_assert_int_eq(got.ready_fd, -1);
	ck_assert_int_eq(got.counts_fd, -1);
	ck_assert_int_eq(got.source, -1);
	ck_assert(!got.verbose);
	ck_assert_ptr_null(got.object);
	ck_assert_ptr_null(got.btf);
	ck_assert_ptr_null(got.host_root);
	selection_set(&expected, "default", NULL);
	ck_assert_uint_eq(got.fields.count, expected.count);
	ck_assert_ptr_eq(got.fields.at[0], expected.at[0]);
}
END_TEST

START_TEST(an_empty_argv_is_no_crash)
{
	char *argv[] = { NULL };

	memset(&got, 0, sizeof(got));
	ck_assert_int_eq(options_parse(&got, 0, argv, &error), 0);
}
END_TEST

START_TEST(each_form_of_an_argument_is_read)
{
	static const char *const lines[] = {
		"-o json -t 5 -v", "-ojson -t5 -v", "-vo json -t 5",
		"-vojson --timeout=5", "--output json --verbose --timeout 5",
		"--output=yaml -v --output=json -t 05 --timeout 5",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_msg(!parse(lines[i]), "%s", lines[i]);
		ck_assert_int_eq(got.output, OUTPUT_JSON);
		ck_assert_uint_eq(got.timeout_s, 5);
		ck_assert(got.verbose);
	}
}
END_TEST

START_TEST(each_mode_has_a_name)
{
	static const struct {
		const char *line;
		enum output_mode mode;
	} modes[] = {
		{ "-o columns", OUTPUT_COLUMNS }, { "-o json", OUTPUT_JSON },
		{ "-o jsonpretty", OUTPUT_JSONPRETTY },
		{ "-o story", OUTPUT_STORY },
		{ "-o yaml", OUTPUT_YAML }, { "-o none", OUTPUT_NONE },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		ck_assert_int_eq(parse(modes[i].line), 0);
		ck_assert_int_eq(got.output, modes[i].mode);
	}
}
END_TEST

START_TEST(arguments_are_kept)
{
	ck_assert_int_eq(parse("--object a.o --btf=none --host-root /host "
			       "--ring-kib 64 --ready-fd 3 --source perf "
			       "--timeout 2147483647"), 0);
	ck_assert_str_eq(got.object, "a.o");
	ck_assert_str_eq(got.btf, "none");
	ck_assert_str_eq(got.host_root, "/host");
	ck_assert_uint_eq(got.ring_kib, 64);
	ck_assert_int_eq(got.ready_fd, 3);
	ck_assert_int_eq(got.source, SOURCE_PERF);
	ck_assert_uint_eq(got.timeout_s, 2147483647);
	ck_assert_int_eq(parse("--object="), 0);
	ck_assert_str_eq(got.object, "");
}
END_TEST

START_TEST(history_may_have_an_argument)
{
	ck_assert_int_eq(parse("-v"), 0);
	ck_assert_int_eq(got.history, HISTORY_NONE);
	ck_assert_int_eq(parse("--history -v"), 0);
	ck_assert_int_eq(got.history, HISTORY_FIRST);
	ck_assert(got.verbose);
	ck_assert_int_eq(parse("--history=only"), 0);
	ck_assert_int_eq(got.history, HISTORY_ONLY);
	ck_assert_int_eq(parse("--history only"), 0);
	ck_assert_int_eq(got.history, HISTORY_ONLY);
	ck_assert_int_eq(parse("--history only -v"), 0);
	ck_assert_int_eq(got.history, HISTORY_ONLY);
	ck_assert(got.verbose);
	ck_assert_int_eq(parse("--history="), -EINVAL);
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
	ck_assert_int_eq(parse("-v --"), 0);
	ck_assert(got.verbose);
	ck_assert_int_eq(parse("--object -- --"), 0);
	ck_assert_str_eq(got.object, "--");
}
END_TEST

START_TEST(times_have_units)
{
	static const struct {
		const char *line;
		unsigned int seconds;
	} times[] = {
		{ "-t 10s", 10 }, { "-t10s", 10 }, { "-t 1m", 60 }, { "-t 2h", 7200 },
		{ "-t 1d", 86400 }, { "-t 1h30m", 5400 }, { "-t 1m5", 65 },
		{ "-t 0s", 0 }, { "-t 24855d", 2147472000 }, { "-t 60S", 60 },
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		ck_assert_msg(!parse(times[i].line), "%s", times[i].line);
		ck_assert_uint_eq(got.timeout_s, times[i].seconds);
	}
}
END_TEST

START_TEST(actions_are_told)
{
	ck_assert_int_eq(parse("--help"), 0);
	ck_assert_int_eq(got.action, ACTION_HELP);
	ck_assert_int_eq(parse("-h"), 0);
	ck_assert_int_eq(got.action, ACTION_HELP);
	ck_assert_int_eq(parse("-V"), 0);
	ck_assert_int_eq(got.action, ACTION_VERSION);
	ck_assert_int_eq(parse("-o json --list-fields"), 0);
	ck_assert_int_eq(got.action, ACTION_LIST_FIELDS);
	ck_assert_int_eq(got.output, OUTPUT_JSON);
}
END_TEST

START_TEST(fields_start_from_what_the_mode_shows)
{
	ck_assert_int_eq(parse("-o json"), 0);
	ck_assert_uint_eq(got.fields.count, field_count);
	ck_assert_int_eq(parse("--fields -oom -o json"), 0);
	ck_assert_uint_lt(got.fields.count, field_count);
	ck_assert_uint_gt(got.fields.count, field_count / 2);
	ck_assert_int_eq(parse("--fields -pages"), 0);
	ck_assert_uint_eq(got.fields.count, 8);
	ck_assert_int_eq(parse("--fields=+source --columns k8s"), 0);
	ck_assert_uint_eq(got.fields.count, 13);
	ck_assert_int_eq(parse("-o json --columns default"), 0);
	ck_assert_uint_eq(got.fields.count, 9);
}
END_TEST

START_TEST(filters_are_read)
{
	static struct oom_event event;

	ck_assert_int_eq(parse(""), 0);
	ck_assert_uint_eq(got.filter.count, 0);
	ck_assert_int_eq(parse("-F tpid>5 --filter tpid<9,tcomm=x -c a,!b "
			       "--k8s-containername c -n web -p d -l k=v "
			       "-r docker --containers"), 0);
	ck_assert_uint_eq(got.filter.count, 11);
	ck_assert_int_eq(parse("-n a -F tpid=7 -n b,c -A"), 0);
	ck_assert_uint_eq(got.filter.count, 1);
	event_init(&event);
	ck_assert(!filter_match(&got.filter, &event));
	event.target.tgid = 7;
	ck_assert(filter_match(&got.filter, &event));
}
END_TEST

START_TEST(another_set_takes_the_same_words)
{
	struct selection set;

	ck_assert_int_eq(parse("--fields +source,-pages"), 0);
	ck_assert_int_eq(options_fields(&got, "k8s", &set, NULL), 0);
	ck_assert_uint_eq(set.count, 12);
	ck_assert_str_eq(set.at[0]->name, "k8s.node");
	ck_assert_str_eq(set.at[11]->name, "source");
}
END_TEST

static const struct {
	const char *line, *message;
} wrong[] = {
	{ "-F pags=1", "--filter 'pags=1': no such field (did you mean 'pages'? "
		       "--list-fields names them all)" },
	{ "-F tpid=1 -F tcomm~[", "--filter 'tcomm~[': a [ is not closed" },
	{ "--runtimes crio", "--runtimes 'crio': not one of docker, containerd, "
			     "cri-o, podman, lxc, systemd-nspawn, libvirt "
			     "(did you mean 'cri-o'?)" },
	{ "-l a", "--k8s-selector 'a': neither k=v nor k!=v" },
	{ "-p a,", "--k8s-podname '': a name is empty" },
	{ "x", "argument 'x': none is expected (try --help)" },
	{ "-", "argument '-': none is expected (try --help)" },
	{ "-- -v", "argument '-v': none is expected (try --help)" },
	{ "-v only", "argument 'only': none is expected (try --help)" },
	{ "-x", "-x: no such option (try --help)" },
	{ "-vx", "-vx: no such option x (try --help)" },
	{ "--outptu json", "--outptu: no such option (did you mean --output? "
			   "try --help)" },
	{ "--out json", "--out: no such option (did you mean --output? try --help)" },
	{ "--outputs=json", "--outputs: no such option (did you mean "
			    "--output? try --help)" },
	{ "--pod=x", "--pod: no such option (did you mean --k8s-podname? try --help)" },
	{ "--qwertyuiop", "--qwertyuiop: no such option (try --help)" },
	{ "-o", "--output: an argument is missing (try --help)" },
	{ "-v --object", "--object: an argument is missing (try --help)" },
	{ "--verbose=1", "--verbose '1': takes no argument (try --help)" },
	{ "-o jsn", "--output 'jsn': not one of columns, json, jsonpretty, "
		    "yaml, story, none (did you mean 'json'?)" },
	{ "-o JSON", "--output 'JSON': not one of columns, json, jsonpretty, "
		     "yaml, story, none (did you mean 'json'?)" },
	{ "-o xml", "--output 'xml': not one of columns, json, jsonpretty, "
		    "yaml, story, none (try --help)" },
	{ "--history onyl", "--history 'onyl': not one of only (did you mean 'only'?)" },
	{ "-t 5x", "--timeout '5x': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "-t s", "--timeout 's': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "-t 5m-", "--timeout '5m-': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "-t -1", "--timeout '-1': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "--timeout=", "--timeout '': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "-t 0x10", "--timeout '0x10': not a time as in 90, 10s, 5m, 2h or 1d (try --help)" },
	{ "-t 2147483648", "--timeout '2147483648': more than 2147483647 seconds "
			   "(0 is for ever)" },
	{ "-t 24856d", "--timeout '24856d': more than 2147483647 seconds "
		       "(0 is for ever)" },
	{ "-t 24855d24855d", "--timeout '24855d24855d': more than 2147483647 seconds "
			     "(0 is for ever)" },
	{ "-t 4294967297", "--timeout '4294967297': more than 2147483647 seconds "
			   "(0 is for ever)" },
	{ "-t 99999999999999999999", "--timeout '99999999999999999999': more than "
				     "2147483647 seconds (0 is for ever)" },
	{ "--ring-kib 0", "--ring-kib '0': not a whole number from 1 to 65536 (try --help)" },
	{ "--ring-kib 65537", "--ring-kib '65537': not a whole number from 1 to 65536 "
			      "(try --help)" },
	{ "--ready-fd x", "--ready-fd 'x': not a whole number from 0 to 2147483647 "
			  "(try --help)" },
	{ "--source ebpf", "--source 'ebpf': not one of auto, bpf, perf, kmsg "
			   "(did you mean 'bpf'?)" },
	{ "--fields pags", "field 'pags': no such field (did you mean 'pages'? "
			   "--list-fields names them all)" },
	{ "--columns x", "columns 'x': not one of default, host, k8s, wide, k8s-wide" },
};

START_TEST(refuses_in_one_line)
{
	char message[600];

	ck_assert_int_eq(parse(wrong[_i].line), -EINVAL);
	error_format(&error, message, sizeof(message));
	ck_assert_str_eq(message, wrong[_i].message);
}
END_TEST

/* ---- --help, --version and the manual ---- */

static char page[4096];

static void make_page(void (*make)(struct text *t))
{
	struct text t = text_on(page, sizeof(page) - 1);

	make(&t);
	ck_assert(!t.cut);
	page[t.used] = '\0';
}

START_TEST(help_fits_a_terminal)
{
	size_t lines = 0;

	make_page(options_help);
	for (char *line = strtok(page, "\n"); line; line = strtok(NULL, "\n")) {
		ck_assert_msg(strlen(line) < 80, "%s", line);
		lines++;
	}
	ck_assert_uint_lt(lines, 40);
}
END_TEST

START_TEST(help_shows_each_option_that_is_told_about)
{
	char option[40];

	make_page(options_help);
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];

		snprintf(option, sizeof(option), "--%s%c", row->name,
			 row->argument && row->argument[0] == '[' ? '[' : ' ');
		ck_assert_msg(!!strstr(page, option) == !!row->about, "%s", option);
		if (row->about)
			ck_assert_msg(strstr(page, row->about) != NULL, "%s", option);
	}
}
END_TEST

START_TEST(version_is_one_line)
{
	make_page(options_version);
	ck_assert_str_eq(page, "trace_oomkill " VERSION "\n");
}
END_TEST

static char *read_manual(void)
{
	FILE *f = fopen("src/trace_oomkill.8", "r");
	char *manual = NULL;
	size_t size = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_gt(getdelim(&manual, &size, '\0', f), 0);
	fclose(f);
	return manual;
}

/* ".It Fl o Ar mode , Fl -output Ar mode", ".It Fl -list-fields" */
static void manual_line(char *to, size_t size, const struct option_row *row)
{
	char argument[40] = "", letter[64] = "";

	if (row->argument && row->argument[0] == '[')
		snprintf(argument, sizeof(argument), " Ns Op Cm %.*s",
			 (int)strlen(row->argument) - 2, row->argument + 1);
	else if (row->argument)
		snprintf(argument, sizeof(argument), " Ar %s", row->argument);
	for (char *c = argument + 4; row->argument && row->argument[0] != '[' && *c; c++)
		*c |= 0x20;
	if (row->letter)
		snprintf(letter, sizeof(letter), "Fl %c%s , ", row->letter, argument);
	snprintf(to, size, "\n.It %sFl -%s%s\n", letter, row->name, argument);
	if (!row->argument && row->letter)
		snprintf(to, size, "\n.It Fl %c , Fl -%s\n", row->letter, row->name);
}

START_TEST(the_manual_has_the_options_of_help)
{
	char *manual = read_manual(), line[160], *at;
	size_t shown = 0, described = 0;

	for (size_t i = 0; i < option_count; i++) {
		manual_line(line, sizeof(line), &option_rows[i]);
		ck_assert_msg(!!strstr(manual, line) == !!option_rows[i].about,
			      "the manual and --help differ:%s", line);
		shown += !!option_rows[i].about;
	}
	for (at = manual; (at = strstr(at, "\n.It Fl ")); at++)
		described++;
	ck_assert_uint_eq(described, shown);
	free(manual);
}
END_TEST

START_TEST(the_synopsis_has_every_option)
{
	char *manual = read_manual(), word[64];
	char *start = strstr(manual, ".Sh SYNOPSIS"), *end = strstr(manual, ".Sh DESCRIPTION");

	ck_assert(start && end && start < end);
	*end = '\0';
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_rows[i];
		bool found = false;

		/* "Fl v\n", "Fl o Ar mode", "Fl -history Ns Op .." */
		for (int form = row->letter ? 0 : 1; form < 2 && !found; form++) {
			if (form)
				snprintf(word, sizeof(word), "Fl -%s", row->name);
			else
				snprintf(word, sizeof(word), "Fl %c", row->letter);
			for (char *at = start; (at = strstr(at, word)) && !found; at++)
				found = at[strlen(word)] == '\n' || at[strlen(word)] == ' ';
		}
		ck_assert_msg(found, "--%s is not in the synopsis", row->name);
	}
	free(manual);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *options_suite(void)
{
	Suite *s = suite_create("options");
	TCase *c = tcase_create("options");

	tcase_add_test(c, nothing_said_is_the_default);
	tcase_add_test(c, an_empty_argv_is_no_crash);
	tcase_add_test(c, each_form_of_an_argument_is_read);
	tcase_add_test(c, each_mode_has_a_name);
	tcase_add_test(c, arguments_are_kept);
	tcase_add_test(c, history_may_have_an_argument);
	tcase_add_test(c, two_dashes_end_the_options);
	tcase_add_test(c, times_have_units);
	tcase_add_test(c, actions_are_told);
	tcase_add_test(c, fields_start_from_what_the_mode_shows);
	tcase_add_test(c, filters_are_read);
	tcase_add_test(c, another_set_takes_the_same_words);
	tcase_add_loop_test(c, refuses_in_one_line, 0, COUNT(wrong));
	tcase_add_test(c, help_fits_a_terminal);
	tcase_add_test(c, help_shows_each_option_that_is_told_about);
	tcase_add_test(c, version_is_one_line);
	tcase_add_test(c, the_manual_has_the_options_of_help);
	tcase_add_test(c, the_synopsis_has_every_option);
	suite_add_tcase(s, c);
	return s;
}

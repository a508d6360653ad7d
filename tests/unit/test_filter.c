// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "sample.h"

Suite *filter_suite(void);

static struct filter filter;
static struct oom_event event;
static struct error error;

static void start(void)
{
	memset(&filter, 0, sizeof(filter));
	error_clear(&error);
	setenv("TZ", "UTC", 1);
}

static void check_match(const char *rules, bool expected)
{
	start();
	ck_assert_msg(!filter_add(&filter, rules, &error), "'%s' is refused", rules);
	ck_assert_msg(filter_match(&filter, &event) == expected, "'%s'", rules);
}

/* On sample_full(). */
static const char *const holding[] = {
	"", "tpid=733501", "tpid==733501", "tpid!=1", "tpid<733502",
	"tpid<=733501", "tpid>733500", "tpid>=733501", "tpid<=0xffffff",
	"tprocess.oom_score_adj==-998", "tprocess.oom_score_adj<0",
	"oom.limit_bytes==512M", "oom.limit_bytes>=524288K", "oom.limit_bytes<1G",
	"oom.limit_bytes<1T", "oom.limit_bytes<max", "oom.limit_bytes!=max",
	"oom.gfp_mask=0xcc0", "oom.gfp_mask=3264",
	"tprocess.exiting=false", "tprocess.exiting==0", "tprocess.exiting!=true",
	"k8s.hostnetwork!=1",
	"oom.constraint=memcg", "oom.constraint!=none", "oom.constraint~^mem",
	"source==bpf", "source!~kmsg",
	"tcomm=python3", "tcomm==python3", "tcomm!=python", "tcomm~yth",
	"tcomm~^python\\d$", "tcomm!~^tail$", "tcomm>python", "tcomm<pythonz",
	"tcomm>=python3", "tcomm<=python3",
	"k8s.podLabels=app=api\\,tier=backend",	/* "\," is a comma */
	"k8s.podLabels~api\\,tier",
	"tcomm~p.{1\\,9}n", "tcomm~^p\\w*\\d$",
	"tcomm=python3,tpid>1,pages==262144",
	"timestamp_raw>=1787293246123456789",
	"timestamp=1787293246123456789",
	"timestamp>2026-08-21T06:20:46.1Z", "timestamp<2026-08-21T06:20:46.2Z",
	"timestamp>2026-08-21T09:20:46+03:00", "timestamp<=2027-01-01T00:00:00Z",
	"timestamp>=2026-08-21T06:20:46",	/* local time */
	"timestamp>=2026-08-21", "timestamp<2026-08-22", "timestamp>=2026-08-21 06:20",
	"timestamp_raw<2026-08-22", "tprocess.start_time<2027-01-01",
	/* names and titles, in any case, and blanks */
	"TCOMM=python3", "Tcomm==python3", "tpid > 1 , tcomm == python3", " tpid=733501 ",
	"Oom.Memcg!=", "memcg!=", "LIMIT>=512M", "constraint==memcg", "CONSTRAINT == MEMCG",
	"tcomm == \"python3\"", "tcomm='python3'", "tcomm ~ '^py'",
	"oom.limit_bytes==512MB", "oom.limit_bytes==512MiB", "oom.limit_bytes==512mib",
	"oom.limit_bytes==0.5G", "oom.limit_bytes==0.5 GiB", "oom.limit_bytes<1.5T",
	"oom.limit_bytes==536870912B", "oom.limit_bytes==536870912", "limit!=MAX",
	"tprocess.uptime_ns>1ms", "uptime<1000d", "tprocess.uptime_ns>0.5s",
};

static const char *const failing[] = {
	"tpid=1", "tpid!=733501", "tpid<733501", "tpid>733501", "tpid<=1",
	"tpid>=733502", "oom.limit_bytes==513M", "oom.limit_bytes==max",
	"tprocess.exiting=true", "tprocess.exiting!=0",
	"oom.constraint=none", "oom.constraint!=memcg", "oom.constraint~none",
	"tcomm=python", "tcomm=Python3", "tcomm=", "tcomm~^yth", "tcomm!~python",
	"tcomm<python3", "tcomm>python3",
	"tcomm=python3,tpid=1", "tpid=1,tcomm=python3",
	"timestamp<2026-08-21T06:20:46Z",
	"timestamp<2026-08-21", "timestamp>2026-08-21T06:21", "tcomm == python",
	"oom.limit_bytes>0.5G", "oom.limit_bytes<512MB", "tprocess.uptime_ns<1ms",
	"why == host", "why==cpuset",
};

START_TEST(holds)
{
	sample_full(&event);
	check_match(holding[_i], true);
}
END_TEST

START_TEST(does_not_hold)
{
	sample_full(&event);
	check_match(failing[_i], false);
}
END_TEST

/* On an event of which nothing is known. */
static const struct {
	const char *rules;
	bool expected;
} unknowns[] = {
	{ "tpid=0", false }, { "tpid!=0", true }, { "tpid<0", false },
	{ "tpid>=0", false }, { "tpid<=0", false }, { "tpid>-1", false },
	{ "tprocess.exiting=false", false }, { "tprocess.exiting!=true", true },
	{ "timestamp<2027-01-01T00:00:00Z", false },
	{ "oom.limit_bytes<=max", false }, { "oom.limit_bytes!=max", true },
	{ "tcomm=", true }, { "tcomm!=", false }, { "tcomm!=x", true },
	{ "tcomm~x", false }, { "tcomm!~x", true }, { "tcomm~^$", true },
	{ "tcomm<a", true }, { "tcomm>a", false },
	{ "oom.constraint=memcg", false }, { "oom.constraint!=memcg", true },
	{ "oom.constraint=", true }, { "oom.constraint!~memcg", true },
};

START_TEST(what_is_unknown)
{
	event_init(&event);
	check_match(unknowns[_i].rules, unknowns[_i].expected);
}
END_TEST

static const struct {
	const char *rules, *message;
} refusals[] = {
	{ "pags>1", "'pags>1': no such field (did you mean 'pages'? "
		    "--list-fields names them all)" },
	{ "limt>1", "'limt>1': no such field (did you mean 'LIMIT'? "
		    "--list-fields names them all)" },
	{ "anon>1G", "'anon>1G': no such field (did you mean 'ANON_RSS'? "
		     "--list-fields names them all)" },
	{ "tprocess=x", "'tprocess=x': a group of fields (as in tprocess.ancestors; "
			"--list-fields names them all)" },
	{ "tcomm=x,,", "'': an operator is missing (field OP value; a comma within a value "
		       "is written \\,)" },
	{ "tcomm=x,", "'': an operator is missing (field OP value, OP one of "
		      "== != < <= > >= ~ !~)" },
	{ "tcomm", "'tcomm': an operator is missing (field OP value, OP one of "
		   "== != < <= > >= ~ !~)" },
	{ "tcomm=~x", "'tcomm=~x': no such operator (did you mean ~?)" },
	{ "tcomm===x", "'tcomm===x': no such operator (did you mean ==?)" },
	{ "tcomm<>x", "'tcomm<>x': no such operator (did you mean !=?)" },
	{ "tpid => 5", "'tpid => 5': no such operator (did you mean >=?)" },
	{ "tpid=!~=5", "'tpid=!~=5': no such operator (field OP value, OP one of "
		       "== != < <= > >= ~ !~)" },
	{ "=x", "'=x': no such field (--list-fields names them all)" },
	{ "pages>x", "'pages>x': the value is not a number (as in pages>1)" },
	{ "pages>", "'pages>': the value is not a number (as in pages>1)" },
	{ "pages>1x", "'pages>1x': the value is not a whole number (as in pages>1)" },
	{ "pages>1M", "'pages>1M': the value counts pages (as in pages>262144, or did you "
		      "mean oom.limit_bytes>1M?)" },
	{ "tpid>1.5", "'tpid>1.5': the value is not a whole number (as in tpid>1)" },
	{ "pages>99999999999999999999", "'pages>99999999999999999999': "
					"the value is not a number (as in pages>1)" },
	{ "oom.limit_bytes>9999999999G", "'oom.limit_bytes>9999999999G': "
					 "the value is too large" },
	{ "limit > 1X", "'limit > 1X': no such unit (as in oom.limit_bytes>512M)" },
	{ "limit>1GBB", "'limit>1GBB': no such unit (as in oom.limit_bytes>512M)" },
	{ "limit>1s", "'limit>1s': no such unit (as in oom.limit_bytes>512M)" },
	{ "limit>1.5", "'limit>1.5': the value is not a whole number (as in "
		       "oom.limit_bytes>512M)" },
	{ "limit>1.G", "'limit>1.G': the value is not a number (as in oom.limit_bytes>512M)" },
	{ "limit>-1.5G", "'limit>-1.5G': the value is not a number (as in oom.limit_bytes>512M)" },
	{ "uptime>1G", "'uptime>1G': no such unit (as in tprocess.uptime_ns>10s)" },
	{ "uptime>x", "'uptime>x': the value is not a number (as in tprocess.uptime_ns>10s)" },
	{ "oom.usage_bytes=max", "'oom.usage_bytes=max': "
				 "the value is not a number (as in oom.usage_bytes=512M)" },
	{ "pages~1", "'pages~1': only strings have regular expressions (did you mean pages==1?)" },
	{ "oom.levels=1", "'oom.levels=1': a list cannot be compared (did you mean oom.memcg?)" },
	{ "tprocess.exiting=yes", "'tprocess.exiting=yes': the value is neither "
				  "true nor false (as in tprocess.exiting=true)" },
	{ "tprocess.exiting=off", "'tprocess.exiting=off': the value is neither "
				  "true nor false (as in tprocess.exiting=false)" },
	{ "tprocess.exiting<true", "'tprocess.exiting<true': of a boolean only == "
				   "and != are known (did you mean tprocess.exiting==true?)" },
	{ "oom.constraint=memg", "'oom.constraint=memg': not one of none, cpuset, "
				 "memory_policy, memcg (did you mean 'memcg'?)" },
	{ "oom.constraint=x", "'oom.constraint=x': not one of none, cpuset, "
			      "memory_policy, memcg" },
	{ "oom.constraint<memcg", "'oom.constraint<memcg': of a name only == != ~ "
				  "and !~ are known" },
	{ "timestamp>yesterday", "'timestamp>yesterday': the value is no time (as in "
				 "timestamp>2026-08-21 or 2026-08-21T09:20:46+03:00)" },
	{ "timestamp>10s", "'timestamp>10s': the value is no time (as in "
			   "timestamp>2026-08-21 or 2026-08-21T09:20:46+03:00)" },
	{ "timestamp>2026-02-30T00:00:00Z", "'timestamp>2026-02-30T00:00:00Z': the value is no "
		"time (as in timestamp>2026-08-21 or 2026-08-21T09:20:46+03:00)" },
	{ "tcomm~a(b", "'tcomm~a(b': a ( is not closed" },
	{ "tcomm~a{1,2}", "'2}': an operator is missing (field OP value; a comma within a "
			  "value is written \\,)" },
};

START_TEST(refuses)
{
	char message[400];

	start();
	ck_assert_int_eq(filter_add(&filter, refusals[_i].rules, &error), -EINVAL);
	error_format(&error, message, sizeof(message));
	ck_assert_str_eq(message, refusals[_i].message);
}
END_TEST

/* On sample_full(): lists, each with its kind; several are joined by spaces. */
static const struct {
	enum filter_list list;
	const char *names[3];
	bool expected;
} lists[] = {
	{ FILTER_NAMESPACE, { "web" }, true },
	{ FILTER_NAMESPACE, { "db" }, false },
	{ FILTER_NAMESPACE, { "" }, true },
	{ FILTER_NAMESPACE, { "db,web" }, true },
	{ FILTER_NAMESPACE, { "db", "web" }, true },
	{ FILTER_NAMESPACE, { "we" }, false },
	{ FILTER_NAMESPACE, { "!web" }, false },
	{ FILTER_NAMESPACE, { "!db" }, true },
	{ FILTER_NAMESPACE, { "!db,!kube-system" }, true },
	{ FILTER_NAMESPACE, { "web,!db" }, true },
	{ FILTER_NAMESPACE, { "web,!web" }, false },
	{ FILTER_CONTAINER, { "test-trace-oomkill-with-a-long-name" }, true },
	{ FILTER_CONTAINER, { "test" }, false },
	{ FILTER_K8S_CONTAINER, { "app" }, true },
	{ FILTER_POD, { "api-7f9" }, true },
	{ FILTER_POD, { "!api-7f9" }, false },
	{ FILTER_RUNTIME, { "docker,containerd" }, true },
	{ FILTER_RUNTIME, { "docker" }, false },
	{ FILTER_RUNTIME, { "!podman" }, true },
	{ FILTER_SELECTOR, { "app=api" }, true },
	{ FILTER_SELECTOR, { "tier==backend" }, true },
	{ FILTER_SELECTOR, { "app=api,tier=backend" }, true },
	{ FILTER_SELECTOR, { "app=api,tier=front" }, false },
	{ FILTER_SELECTOR, { "app=api", "tier!=front" }, true },
	{ FILTER_SELECTOR, { "app!=api" }, false },
	{ FILTER_SELECTOR, { "none!=x" }, true },
	{ FILTER_SELECTOR, { "app=ap" }, false },
	{ FILTER_SELECTOR, { "pp=api" }, false },
	{ FILTER_SELECTOR, { "app=" }, false },
	{ FILTER_IN_CONTAINER, { "" }, true },
};

static void add_lists(int i)
{
	start();
	for (int k = 0; k < 3 && lists[i].names[k]; k++)
		ck_assert_int_eq(filter_add_names(&filter, lists[i].list,
						  lists[i].names[k], &error), 0);
}

START_TEST(names_in_lists)
{
	sample_full(&event);
	add_lists(_i);
	ck_assert_int_eq(filter_match(&filter, &event), lists[_i].expected);
	for (size_t i = 0; i < filter.count; i++)
		ck_assert(!filter_hangs_on(&filter, &event, i));
}
END_TEST

START_TEST(lists_and_rules_must_all_hold)
{
	sample_full(&event);
	start();
	filter_add_names(&filter, FILTER_NAMESPACE, "db,web", &error);
	filter_add_names(&filter, FILTER_POD, "other,api-7f9", &error);
	filter_add(&filter, "tpid>1", &error);
	ck_assert(filter_match(&filter, &event));
	event.k8s.pod = "third";
	ck_assert(!filter_match(&filter, &event));
	event.k8s.pod = "other";
	ck_assert(filter_match(&filter, &event));
	event.k8s.namespace = "x";
	ck_assert(!filter_match(&filter, &event));
	filter_drop_names(&filter, FILTER_NAMESPACE);
	ck_assert(filter_match(&filter, &event));
	filter_add(&filter, "tpid<1", &error);
	ck_assert(!filter_match(&filter, &event));
}
END_TEST

/* The field on which the outcome hangs, or "". */
static const char *open_field(void)
{
	for (size_t i = 0; i < filter.count; i++)
		if (filter_hangs_on(&filter, &event, i))
			return filter.rules[i].field->name;
	return "";
}

START_TEST(an_unknown_field_is_named)
{
	event_init(&event);
	start();
	filter_add(&filter, "runtime.containerName=x", &error);
	ck_assert_str_eq(open_field(), "runtime.containerName");
	ck_assert(!filter_match(&filter, &event));
	start();
	filter_add_names(&filter, FILTER_CONTAINER, "x,y", &error);
	ck_assert_str_eq(open_field(), "runtime.containerName");
	ck_assert(!filter_match(&filter, &event));
	ck_assert(!filter_hangs_on(&filter, &event, 1));	/* once for each field */
	event.runtime.container_name = "";
	ck_assert_str_eq(open_field(), "");
	start();
	filter_add_names(&filter, FILTER_CONTAINER, "!x", &error);
	event.runtime.container_name = NULL;
	ck_assert_str_eq(open_field(), "runtime.containerName");
	ck_assert(filter_match(&filter, &event));
	start();
	filter_add_names(&filter, FILTER_IN_CONTAINER, NULL, &error);
	ck_assert(!filter_match(&filter, &event));
	ck_assert_str_eq(open_field(), "runtime.containerId");
	event.runtime.container_id = "";
	ck_assert(!filter_match(&filter, &event));
	ck_assert_str_eq(open_field(), "");
	event.runtime.container_id = "88df";
	ck_assert(filter_match(&filter, &event));
}
END_TEST

START_TEST(the_outcome_hangs_on_fields_of_any_type)
{
	static const char *const unknown[] = {
		"tpid>1", "tcomm~x", "oom.constraint==memcg", "tprocess.exiting==true",
		"timestamp>2026-01-01", "oom.limit_bytes>1G", "tpid!=1",
	};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		event_init(&event);
		start();
		filter_add(&filter, unknown[i], &error);
		ck_assert_str_eq(open_field(), filter.rules[0].field->name);
	}
}
END_TEST

START_TEST(a_known_field_may_decide)
{
	event_init(&event);
	event.target.tgid = 7;
	start();
	filter_add(&filter, "tcomm=x,tpid=8", &error);
	ck_assert_str_eq(open_field(), "");
	start();
	filter_add(&filter, "tcomm=x,tpid=7", &error);
	ck_assert_str_eq(open_field(), "tcomm");
}
END_TEST

static const struct {
	enum filter_list list;
	const char *names, *message;
} name_refusals[] = {
	{ FILTER_POD, ",", "'': a name is empty" },
	{ FILTER_POD, "a,", "'': a name is empty" },
	{ FILTER_POD, "!", "'!': a name is empty" },
	{ FILTER_RUNTIME, "crio", "'crio': not one of docker, containerd, cri-o, "
				  "podman, lxc, systemd-nspawn, libvirt (did you mean 'cri-o'?)" },
	{ FILTER_SELECTOR, "app", "'app': neither k=v nor k!=v" },
	{ FILTER_SELECTOR, "=v", "'=v': neither k=v nor k!=v" },
	{ FILTER_SELECTOR, "a!b", "'a!b': neither k=v nor k!=v" },
};

START_TEST(refuses_names)
{
	char message[400];

	start();
	ck_assert_int_eq(filter_add_names(&filter, name_refusals[_i].list,
					  name_refusals[_i].names, &error), -EINVAL);
	error_format(&error, message, sizeof(message));
	ck_assert_str_eq(message, name_refusals[_i].message);
}
END_TEST

START_TEST(too_much_is_refused)
{
	char word[FILTER_TEXT + 1];
	int added = 0;

	start();
	while (!filter_add(&filter, "tpid=1", &error))
		added++;
	ck_assert_int_eq(added, FILTER_RULES);
	start();
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_int_eq(filter_add_names(&filter, FILTER_POD, word, &error), -EINVAL);
	error_clear(&error);
	ck_assert_int_eq(filter_add(&filter, word, &error), -EINVAL);
	word[sizeof(word) - 2] = '\0';
	error_clear(&error);
	ck_assert_int_eq(filter_add_names(&filter, FILTER_POD, word, &error), 0);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof(table[0]))

Suite *filter_suite(void)
{
	Suite *s = suite_create("filter");
	TCase *t = tcase_create("filter");

	tcase_add_loop_test(t, holds, 0, COUNT(holding));
	tcase_add_loop_test(t, does_not_hold, 0, COUNT(failing));
	tcase_add_loop_test(t, what_is_unknown, 0, COUNT(unknowns));
	tcase_add_loop_test(t, refuses, 0, COUNT(refusals));
	tcase_add_loop_test(t, names_in_lists, 0, COUNT(lists));
	tcase_add_test(t, lists_and_rules_must_all_hold);
	tcase_add_test(t, an_unknown_field_is_named);
	tcase_add_test(t, the_outcome_hangs_on_fields_of_any_type);
	tcase_add_test(t, a_known_field_may_decide);
	tcase_add_loop_test(t, refuses_names, 0, COUNT(name_refusals));
	tcase_add_test(t, too_much_is_refused);
	suite_add_tcase(s, t);
	return s;
}

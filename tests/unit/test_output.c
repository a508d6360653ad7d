// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Golden files in tests/data/golden: one for each event, mode and width.
 * GOLDEN=write writes them anew, to be read before they are kept.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "explain/verdict.h"
#include "outputs.h"

Suite *output_suite(void);

/* ---- stories, with the verdict that follows from the rest ---- */

static void story_full(struct oom_event *e)
{
	sample_full(e);
	e->oom.levels[1].name = "kubepods-pod1858680e_b044_4fd5_9dd4_f137e30e2180.slice";
	e->oom.gfp_flags = NULL;
	e->oom.group = EVENT_UNKNOWN;
	verdict_complete(e);
}

static void story_member(struct oom_event *e)
{
	story_full(e);
	e->oom.incident_member = 2;
}

/* No container, no limit; two pages in one piece, and everything on one line. */
static void story_host(struct oom_event *e)
{
	sample_full(e);
	e->k8s = (struct event_k8s){ .hostnetwork = EVENT_UNKNOWN };
	e->runtime = (struct event_runtime){ .container_id = "" };
	e->systemd.unit = "nginx.service";
	e->oom.constraint = CONSTRAINT_NONE;
	e->oom.limiting_level = EVENT_UNKNOWN;
	e->oom.group = EVENT_UNKNOWN;
	e->oom.level_count = 0;
	e->oom.order = 1;
	e->trigger.tgid = e->target.tgid;
	e->victim.swap_bytes = 20 << 20;
	e->top.complete = 0;
	verdict_complete(e);
}

/* Version 1, a plain cgroup, filled by files in a tmpfs. */
static void story_tmpfs(struct oom_event *e)
{
	story_host(e);
	e->systemd.unit = "";
	e->victim.cgroup = "/tank/small";
	e->oom.constraint = CONSTRAINT_MEMCG;
	e->oom.memcg_version = 1;
	e->oom.memcg = "/tank";
	e->oom.order = 0;
	e->oom.level_count = 3;
	e->oom.levels[2] = e->oom.levels[3];
	e->oom.levels[0].name = "small";
	e->oom.levels[1].name = "tank";
	e->oom.limiting_level = 1;
	e->stat.shmem_bytes = 300 << 20;
	e->stat.slab_bytes = EVENT_UNKNOWN;
	verdict_complete(e);
}

/* Docker on version 1: ids of 64 digits, and a container whose name is unknown. */
static void story_docker(struct oom_event *e)
{
	story_tmpfs(e);
	e->runtime.container_id = "88df7f96a1b2c3d4e5f60718293a4b5c"
				  "6d7e8f90112233445566778899aabbcc";
	e->oom.levels[0].name = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	e->oom.levels[1].name = e->runtime.container_id;
	e->oom.levels[0].max_bytes = EVENT_UNLIMITED;
	e->oom.levels[0].swap_max_bytes = EVENT_UNLIMITED;
	e->oom.levels[0].swap_usage_bytes = e->oom.levels[0].usage_bytes;
	e->oom.memcg_version = 1;
	verdict_complete(e);
}

static void story_hostile(struct oom_event *e)
{
	sample_hostile(e);
	e->victim.cmdline = "sh -c \x1b[2J\rforged\n  largest    none";
	verdict_complete(e);
}

static void story_unknown(struct oom_event *e)
{
	event_init(e);
	verdict_complete(e);
}

/* ---- golden files ---- */

static const struct {
	const char *name;
	void (*make)(struct oom_event *e);
	enum output_mode mode;
	const char *set;
	unsigned int width;
} golden[] = {
	{ "full.txt", sample_full, OUTPUT_COLUMNS, "default", 0 },
	{ "full-132.txt", sample_full, OUTPUT_COLUMNS, "default", 132 },
	{ "full-80.txt", sample_full, OUTPUT_COLUMNS, "default", 80 },
	{ "full-40.txt", sample_full, OUTPUT_COLUMNS, "default", 40 },
	{ "full-1.txt", sample_full, OUTPUT_COLUMNS, "default", 1 },
	{ "full-host.txt", sample_full, OUTPUT_COLUMNS, "host", 0 },
	{ "full-host-80.txt", sample_full, OUTPUT_COLUMNS, "host", 80 },
	{ "full-host-120.txt", sample_full, OUTPUT_COLUMNS, "host", 120 },
	{ "full-k8s.txt", sample_full, OUTPUT_COLUMNS, "k8s", 0 },
	{ "full-k8s-100.txt", sample_full, OUTPUT_COLUMNS, "k8s", 100 },
	{ "full-wide.txt", sample_full, OUTPUT_COLUMNS, "wide", 0 },
	{ "full-wide-200.txt", sample_full, OUTPUT_COLUMNS, "wide", 200 },
	{ "full.json", sample_full, OUTPUT_JSON, NULL, 0 },
	{ "full.pretty.json", sample_full, OUTPUT_JSONPRETTY, NULL, 80 },
	{ "full.yaml", sample_full, OUTPUT_YAML, NULL, 0 },
	{ "unknown.txt", event_init, OUTPUT_COLUMNS, "default", 0 },
	{ "unknown-wide.txt", event_init, OUTPUT_COLUMNS, "wide", 0 },
	{ "unknown.json", event_init, OUTPUT_JSON, NULL, 0 },
	{ "unknown.yaml", event_init, OUTPUT_YAML, NULL, 0 },
	{ "hostile.txt", sample_hostile, OUTPUT_COLUMNS, "default", 0 },
	{ "hostile-80.txt", sample_hostile, OUTPUT_COLUMNS, "default", 80 },
	{ "hostile.json", sample_hostile, OUTPUT_JSON, NULL, 0 },
	{ "hostile.yaml", sample_hostile, OUTPUT_YAML, NULL, 0 },
	{ "hostile-fields.txt", sample_hostile, OUTPUT_COLUMNS,
	  "timestamp,oom.gfp_mask,tprocess.exiting,source,oom.order,oom.constraint,"
	  "tprocess.parent.comm,tpid", 0 },
	{ "full-fields.txt", sample_full, OUTPUT_COLUMNS,
	  "oom.usage_bytes,oom.levels,k8s.hostnetwork", 0 },
	{ "full-fields-60.txt", sample_full, OUTPUT_COLUMNS,
	  "oom.usage_bytes,oom.levels,tprocess.exiting", 60 },
	{ "full-lists-70.txt", sample_full, OUTPUT_COLUMNS,
	  "tpid,oom.top.processes,tprocess.ancestors,oom.verdict", 70 },
	{ "full-lists.txt", sample_full, OUTPUT_COLUMNS,
	  "tpid,oom.top.processes,tprocess.ancestors,oom.verdict,pages_source", 0 },
	{ "full.story", story_full, OUTPUT_STORY, NULL, 0 },
	{ "full-50.story", story_full, OUTPUT_STORY, NULL, 50 },
	{ "full-5.story", story_full, OUTPUT_STORY, NULL, 5 },
	{ "member.story", story_member, OUTPUT_STORY, NULL, 0 },
	{ "host.story", story_host, OUTPUT_STORY, NULL, 0 },
	{ "tmpfs.story", story_tmpfs, OUTPUT_STORY, NULL, 0 },
	{ "docker.story", story_docker, OUTPUT_STORY, NULL, 0 },
	{ "hostile.story", story_hostile, OUTPUT_STORY, NULL, 0 },
	{ "unknown.story", story_unknown, OUTPUT_STORY, NULL, 0 },
	{ "deep-wide.txt", sample_deep, OUTPUT_COLUMNS, "wide", 0 },
	{ "deep.json", sample_deep, OUTPUT_JSON, NULL, 0 },
};

static void compare_golden(const char *name, const char *text)
{
	char path[128], kept[2 * OUTPUT_LINE_SIZE];
	const char *want = getenv("GOLDEN");
	bool write_it = want && !strcmp(want, "write");
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), TEST_DATA "/golden/%s", name);
	f = fopen(path, write_it ? "w" : "r");
	ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
	if (write_it) {
		fputs(text, f);
		fclose(f);
		return;
	}
	n = fread(kept, 1, sizeof(kept) - 1, f);
	kept[n] = '\0';
	fclose(f);
	for (n = 0; kept[n] && kept[n] == text[n]; n++)
		;
	ck_assert_msg(!strcmp(kept, text), "%s, byte %zu\nexpected: %.300s\n"
		      "got: %.300s", path, n, kept + n, text + n);
}

START_TEST(is_as_golden)
{
	int fd = open_scratch();

	/* Summer time by rule, which needs no files: +02:00, +03:00. */
	setenv("TZ", "EET-2EEST,M3.5.0/3,M10.5.0/4", 1);
	choose(golden[_i].mode, golden[_i].set);
	golden[_i].make(&event);
	ck_assert_int_eq(output_open(&out, golden[_i].mode, &selected, fd,
				     golden[_i].width, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	compare_golden(golden[_i].name, read_back(fd));
	close(fd);
}
END_TEST

/* No line of a table is wider than the terminal, whatever the width is. */
START_TEST(columns_fit_every_terminal)
{
	static const char *const sets[] = { "default", "k8s", "wide" };
	unsigned int width = (unsigned int)_i;

	for (size_t i = 0; i < 3; i++) {
		int fd = open_scratch();
		char *line, *save;

		choose(OUTPUT_COLUMNS, sets[i]);
		ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected,
					     fd, width, NULL), 0);
		sample_full(&event);
		output_event(&out, &event, NULL);
		sample_hostile(&event);
		output_event(&out, &event, NULL);
		read_back(fd);
		close(fd);
		for (line = strtok_r(got, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			ck_assert_uint_le(text_width(line, strlen(line)), width);
	}
}
END_TEST

/* ---- the table on a terminal ---- */

/* Opens a table of @set on a terminal of @width columns. */
static int open_table(const char *set, unsigned int width)
{
	int fd = open_scratch();

	choose(OUTPUT_COLUMNS, set);
	ck_assert_int_eq(output_open(&out, OUTPUT_COLUMNS, &selected, fd, width, NULL), 0);
	return fd;
}

static void put_event(int64_t uid, const char *container)
{
	sample_full(&event);
	event.trigger.uid = uid;
	event.runtime.container_name = container;
	event.runtime.container_id = container;
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
}

/* Line @n of what was written, counted from 0; NULL: there are not so many. */
static const char *line_at(int fd, int n)
{
	static char line[OUTPUT_LINE_SIZE];
	const char *at = read_back(fd);

	while (n-- && at)
		at = (at = strchr(at, '\n')) ? at + 1 : NULL;
	if (!at || !*at)
		return NULL;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}

START_TEST(a_resized_terminal_is_fitted)
{
	int fd = open_table("default", 200);

	put_event(0, "web");
	ck_assert_ptr_null(line_at(fd, 2));	/* titles, row */
	output_resize(&out, 60);
	put_event(0, "web");
	ck_assert_uint_le(text_width(line_at(fd, 2), strlen(line_at(fd, 2))), 60);
	ck_assert_ptr_nonnull(strstr(line_at(fd, 2), "TCOMM"));
	ck_assert_uint_le(text_width(line_at(fd, 3), strlen(line_at(fd, 3))), 60);
	put_event(0, "web");			/* a row alone */
	ck_assert_ptr_null(line_at(fd, 5));
	output_resize(&out, 200);
	put_event(0, "web");
	ck_assert_ptr_nonnull(strstr(line_at(fd, 5), "RUNTIME.CONTAINERNAME"));
	ck_assert_ptr_nonnull(strstr(line_at(fd, 6), "python3"));
	close(fd);
}
END_TEST

/* The user id is wider than its column; with any width it is whole or not there. */
START_TEST(a_number_is_never_cut)
{
	int fd = open_table("fprocess.creds.uid,fprocess.creds.gid,tpid,tcomm", (unsigned int)_i);

	put_event(4294967294, "web");
	for (int n = 0; line_at(fd, n); n++) {
		const char *at = strstr(line_at(fd, n), "42949");

		ck_assert_msg(!at || !strncmp(at, "4294967294", 10), "%s", line_at(fd, n));
		ck_assert_msg(!strstr(line_at(fd, n), "7335") ||
			      strstr(line_at(fd, n), "733501"), "%s", line_at(fd, n));
		ck_assert_uint_le(text_width(line_at(fd, n), strlen(line_at(fd, n))),
				  (unsigned int)_i);
	}
	close(fd);
}
END_TEST

/* Where a number alone is asked for, it is wider than the terminal. */
START_TEST(a_number_alone_is_not_cut)
{
	int fd = open_table("tpid,tpid", 3);

	put_event(0, "web");
	ck_assert_ptr_nonnull(strstr(read_back(fd), "733501\n"));
	close(fd);
}
END_TEST

START_TEST(columns_without_room_are_counted)
{
	int fd = open_table("default", 60);
	unsigned int titles = 0, more = 0;
	char *at, line[512];

	put_event(0, "web");
	snprintf(line, sizeof(line), "%s", line_at(fd, 1));
	at = strchr(line, '+');
	ck_assert_ptr_nonnull(at);
	ck_assert_int_eq(sscanf(at, "+%u more", &more), 1);
	*at = '\0';
	/* The victim is the last to go. */
	ck_assert_ptr_nonnull(strstr(line, "TCOMM"));
	ck_assert_ptr_null(strstr(line, "FGID"));
	for (char *save, *word = strtok_r(line, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		titles++;
	ck_assert_uint_eq(titles + more, selected.count);
	close(fd);
}
END_TEST

START_TEST(empty_columns_give_their_room_away)
{
	int fd = open_table("runtime.containerName,tcomm,fprocess.comm,tprocess.where", 80);

	put_event(0, "");
	ck_assert_ptr_nonnull(strstr(read_back(fd), "pod web/api-7f9 container app"));
	/* A container comes: it has room, and titles say where. */
	put_event(0, "test-trace-oomkill");
	ck_assert_ptr_nonnull(strstr(line_at(fd, 3), "RUNTIME"));
	ck_assert_ptr_nonnull(strstr(line_at(fd, 4), "test-trace"));
	close(fd);
}
END_TEST

START_TEST(sizes_are_short_on_a_terminal_only)
{
	int fd = open_table("tprocess.rss_bytes,oom.limit_bytes,timestamp", 80);

	put_event(0, "web");
	ck_assert_ptr_nonnull(strstr(read_back(fd), " 503M   512M  "));
	close(fd);
	fd = open_table("tprocess.rss_bytes,oom.limit_bytes", 0);
	put_event(0, "web");
	ck_assert_ptr_nonnull(strstr(read_back(fd), "   527433728     536870912\n"));
	close(fd);
}
END_TEST

/* ---- the story on a terminal ---- */

/* What a story is on a terminal of @width columns with @term, @no_color. */
static const char *story_on_terminal(unsigned int width, const char *term,
				     const char *no_color)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios raw;
	ssize_t n;

	ck_assert_int_ge(master, 0);
	ck_assert(!grantpt(master) && !unlockpt(master));
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	ck_assert_int_eq(tcsetattr(slave, TCSANOW, &raw), 0);
	term ? setenv("TERM", term, 1) : unsetenv("TERM");
	no_color ? setenv("NO_COLOR", no_color, 1) : unsetenv("NO_COLOR");
	choose(OUTPUT_STORY, NULL);
	story_tmpfs(&event);
	ck_assert_int_eq(output_open(&out, OUTPUT_STORY, &selected, slave, width, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	n = read(master, got, sizeof(got) - 1);
	ck_assert_int_gt(n, 0);
	got[n] = '\0';
	close(slave);
	close(master);
	return got;
}

START_TEST(a_terminal_gets_colours)
{
	const char *text = story_on_terminal(80, "xterm", NULL), *at;

	/* The sentence, and the line of the limit that was hit; nothing else. */
	ck_assert(!strncmp(text, "\x1b[1;31mpython3 (pid 733501", 26));
	at = strstr(text, "\x1b[0m\n  when ");
	ck_assert_ptr_nonnull(at);
	at = strstr(at + 4, "\x1b");
	ck_assert_ptr_nonnull(at);
	ck_assert(!strncmp(at, "\x1b[1;31m* tank: ", 15));
	at = strstr(at + 4, "\x1b");
	ck_assert(at && !strncmp(at, "\x1b[0m\n", 5));
	ck_assert_ptr_null(strstr(at + 1, "\x1b"));
	story_on_terminal(80, "xterm", "");	/* empty: as if it were not set */
	ck_assert_ptr_nonnull(strchr(got, '\x1b'));
}
END_TEST

static const struct {
	const char *term, *no_color;
} colourless[] = {
	{ "xterm", "1" }, { "dumb", NULL }, { "", NULL }, { NULL, NULL },
};

START_TEST(who_wants_no_colours_gets_none)
{
	ck_assert_ptr_null(strchr(story_on_terminal(80, colourless[_i].term,
						    colourless[_i].no_color), '\x1b'));
}
END_TEST

/* No line ends with a number whose unit begins the next one. */
START_TEST(a_number_stays_with_its_unit)
{
	int fd = open_scratch();

	choose(OUTPUT_STORY, NULL);
	story_tmpfs(&event);
	output_open(&out, OUTPUT_STORY, &selected, fd, (unsigned int)_i, NULL);
	output_event(&out, &event, NULL);
	read_back(fd);
	for (const char *at = got; (at = strchr(at, '\n')); at++)
		ck_assert_msg(at[-1] < '0' || at[-1] > '9' || strncmp(at + 1, "    ", 4),
			      "%s", got);
	/* A time in one piece. */
	ck_assert(strstr(got, "2026-08-21T09:20:46.123456789") || strstr(got, "Aug 21 09:20:46\n"));
	close(fd);
}
END_TEST

START_TEST(list_has_each_field)
{
	static const enum output_mode modes[] = { OUTPUT_COLUMNS, OUTPUT_YAML };

	for (size_t m = 0; m < 2; m++) {
		int fd = open_scratch();

		ck_assert_int_eq(output_list_fields(modes[m], fd, NULL), 0);
		read_back(fd);
		for (size_t i = 0; i < field_count; i++) {
			ck_assert(strstr(got, fields[i].name) != NULL);
			ck_assert(strstr(got, fields[i].about) != NULL);
		}
		close(fd);
	}
}
END_TEST

START_TEST(list_is_json_for_machines)
{
	int fd = open_scratch();
	json_t *list;

	ck_assert_int_eq(output_list_fields(OUTPUT_JSON, fd, NULL), 0);
	list = json_loads(read_back(fd), 0, NULL);
	ck_assert_uint_eq(json_array_size(list), field_count);
	for (size_t i = 0; i < field_count; i++)
		ck_assert_str_eq(json_string_value(json_object_get(
			json_array_get(list, i), "name")), fields[i].name);
	json_decref(list);
	close(fd);
}
END_TEST

START_TEST(list_is_nothing_in_mode_none)
{
	int fd = open_scratch();

	ck_assert_int_eq(output_list_fields(OUTPUT_NONE, fd, NULL), 0);
	ck_assert_str_eq(read_back(fd), "");
	close(fd);
}
END_TEST

/* ---- JSON, as a reader sees it ---- */

START_TEST(keys_are_sorted)
{
	json_t *json;
	char *sorted;

	selection_all(&selected);
	sample_deep(&event);
	json = event_as_json(OUTPUT_JSON);
	sorted = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
	got[strlen(got) - 1] = '\0';
	ck_assert_str_eq(got, sorted);
	free(sorted);
	json_decref(json);
}
END_TEST

START_TEST(pretty_is_the_same)
{
	json_t *one, *other;

	selection_all(&selected);
	sample_hostile(&event);
	one = event_as_json(OUTPUT_JSON);
	other = event_as_json(OUTPUT_JSONPRETTY);
	ck_assert(json_equal(one, other));
	json_decref(one);
	json_decref(other);
}
END_TEST

START_TEST(fields_restrict_json)
{
	choose(OUTPUT_JSON, "tpid,fprocess.parent.pid,pages,fprocess.comm,"
	       "oom.cpu");
	sample_full(&event);
	json_decref(event_as_json(OUTPUT_JSON));
	ck_assert_str_eq(got, "{\"fprocess\":{\"comm\":\"tail\",\"parent\":"
			 "{\"pid\":733470}},\"oom\":{\"cpu\":3},"
			 "\"pages\":262144,\"tpid\":733501}\n");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *output_suite(void)
{
	Suite *s = suite_create("output");
	TCase *c = tcase_create("forms");

	tcase_add_loop_test(c, is_as_golden, 0, COUNT(golden));
	tcase_add_loop_test(c, columns_fit_every_terminal, 1, 260);
	tcase_add_test(c, a_resized_terminal_is_fitted);
	tcase_add_loop_test(c, a_number_is_never_cut, 12, 100);
	tcase_add_test(c, a_number_alone_is_not_cut);
	tcase_add_test(c, columns_without_room_are_counted);
	tcase_add_test(c, empty_columns_give_their_room_away);
	tcase_add_test(c, sizes_are_short_on_a_terminal_only);
	tcase_add_test(c, a_terminal_gets_colours);
	tcase_add_loop_test(c, who_wants_no_colours_gets_none, 0, COUNT(colourless));
	tcase_add_loop_test(c, a_number_stays_with_its_unit, 40, 100);
	tcase_add_test(c, list_has_each_field);
	tcase_add_test(c, list_is_json_for_machines);
	tcase_add_test(c, list_is_nothing_in_mode_none);
	tcase_add_test(c, keys_are_sorted);
	tcase_add_test(c, pretty_is_the_same);
	tcase_add_test(c, fields_restrict_json);
	suite_add_tcase(s, c);
	return s;
}

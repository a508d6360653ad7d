// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "outputs.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct output out;
struct oom_event event;
struct selection selected;
char got[2 * OUTPUT_LINE_SIZE];

int open_scratch(void)
{
	char name[] = "/tmp/trace_oomkill-test-XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	unlink(name);
	return fd;
}

const char *read_back(int fd)
{
	ssize_t n = pread(fd, got, sizeof(got) - 1, 0);

	ck_assert_int_ge(n, 0);
	got[n] = '\0';
	return got;
}

void choose(enum output_mode mode, const char *set)
{
	if (set && strchr(set, ','))
		ck_assert_int_eq(selection_change(&selected, set, NULL), 0);
	else if (mode == OUTPUT_COLUMNS)
		ck_assert_int_eq(selection_set(&selected, set, NULL), 0);
	else
		selection_all(&selected);
}

json_t *event_as_json(enum output_mode mode)
{
	int fd = open_scratch();
	json_error_t error;
	json_t *json;

	ck_assert_int_eq(output_open(&out, mode, &selected, fd, 0, NULL), 0);
	ck_assert_int_eq(output_event(&out, &event, NULL), 0);
	read_back(fd);
	close(fd);
	if (mode == OUTPUT_JSON)	/* one line, and it ends there */
		ck_assert_ptr_eq(strchr(got, '\n'), got + strlen(got) - 1);
	json = json_loads(got, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(json != NULL, "%s: %s", error.text, got);
	return json;
}

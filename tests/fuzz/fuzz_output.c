// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * An event with any values, in any form: JSON that jansson reads and that has
 * each field, rows that fit the terminal, and in none of them a control byte
 * but the newlines of that form.
 *
 * Bytes: mode, width, levels, level that ran out, then for each field the
 * number or the length of the string and how often it is repeated.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "output/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static struct output output;
static struct oom_event event;
static char written[2 * OUTPUT_LINE_SIZE];
static const uint8_t *in;
static size_t left;

static uint8_t take(void)
{
	if (!left)
		return 0;
	left--;
	return *in++;
}

static int64_t take_number(void)
{
	uint8_t bytes = take();
	uint64_t value = 0;

	if (bytes > 8)
		return EVENT_UNKNOWN;
	while (bytes--)
		value = value << 8 | take();
	return (int64_t)value;
}

static const char *take_string(void)
{
	size_t len = take(), times = (size_t)take() + 1, at = 0;
	char *s;

	if (len == 255)
		return NULL;
	s = event.text + event.text_used;
	if (event.text_used + len * times + 1 > sizeof(event.text))
		return NULL;
	for (; at < len; at++)
		if (!(s[at] = (char)take()))
			break;
	for (len = at; --times; at += len)
		memcpy(s + at, s, len);
	s[at] = '\0';
	event.text_used += at + 1;
	return s;
}

static void take_row(void *base, const struct field *f)
{
	void *at = (char *)base + f->offset;

	if (f->type == FIELD_STRING)
		*(const char **)at = take_string();
	else
		*(int64_t *)at = take_number();
}

static void take_list(const struct field *f)
{
	const struct field_list *list = f->list;
	int64_t count = *(int64_t *)((char *)&event + list->count_offset);

	for (int64_t i = 0; i < count; i++)
		for (size_t k = 0; k < list->row_count; k++)
			take_row((char *)&event + f->offset + (size_t)i * list->item_size,
				 &list->rows[k]);
}

static void take_event(void)
{
	event_init(&event);
	event.oom.level_count = take() % (EVENT_LEVELS + 1);
	event.oom.limiting_level = (int8_t)take();
	take_list(field_find("oom.levels"));
	for (size_t i = 0; i < field_count; i++)
		if (fields[i].type != FIELD_LIST && !fields[i].of_limit &&
		    strcmp(fields[i].name, "oom.limiting_level"))
			take_row(&event, &fields[i]);
	event.top.count = take() % (EVENT_TOP + 2) - 1;
	event.victim.ancestor_count = take() % (EVENT_ANCESTORS + 2) - 1;
	take_list(field_find("oom.top.processes"));
	take_list(field_find("tprocess.ancestors"));
}

static size_t write_event(enum output_mode mode, unsigned int width)
{
	static struct selection selected;
	static int fd = -1;
	ssize_t n;

	if (fd < 0)
		fd = memfd_create("output", 0);
	assert(!ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET));
	selection_all(&selected);
	assert(!output_open(&output, mode, &selected, fd, width, NULL));
	assert(!output_event(&output, &event, NULL));
	n = pread(fd, written, sizeof(written), 0);
	assert(n > 0 && written[n - 1] == '\n');
	return (size_t)n;
}

static size_t count_leaves(json_t *value)
{
	size_t count = 0;
	const char *key;
	json_t *child;

	if (!json_is_object(value))
		return 1;
	json_object_foreach(value, key, child)
		count += count_leaves(child);
	return count;
}

static void check_json(size_t len)
{
	json_t *json = json_loadb(written, len, JSON_REJECT_DUPLICATES, NULL);

	assert(json);
	assert(count_leaves(json) == field_count);
	json_decref(json);
}

static void check_rows(size_t len, unsigned int width)
{
	const char *end = written + len, *newline;
	unsigned int lines = 0;

	for (const char *at = written; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		assert(!width || text_width(at, (size_t)(newline - at)) <= width);
		lines++;
	}
	assert(lines == 2 || (width && lines == 3));	/* titles twice */
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	enum output_mode mode;
	unsigned int width;
	size_t len;

	in = input;
	left = size;
	mode = (enum output_mode)(take() % OUTPUT_NONE);
	width = take() * 4u;
	take_event();
	len = write_event(mode, width);
	for (size_t i = 0; i < len; i++)
		assert((unsigned char)written[i] >= 0x20 || written[i] == '\n');
	assert(!memchr(written, 0x7f, len));
	if (mode == OUTPUT_COLUMNS)
		check_rows(len, width);
	else if (mode == OUTPUT_JSON || mode == OUTPUT_JSONPRETTY)
		check_json(len);
	if (mode == OUTPUT_JSON)
		assert(memchr(written, '\n', len) == written + len - 1);
	return 0;
}

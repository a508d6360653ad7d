// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a saved log, and as the text of a record: the first is the same in
 * whatever pieces it comes, the second comes back as it was written.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsg/record.h"

#define HEADER	"3,7,2498926505,-,caller=T9;"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_span(const struct log_line *l, const char *line, size_t size)
{
	const char *text = (const char *)l->text.data;

	assert(text >= line && text <= line + size);
	assert(l->text.size <= size - (size_t)(text - line));
}

/* A number for all that was read, when the log comes @step bytes at a time. */
static uint64_t read_all(const uint8_t *input, size_t size, size_t step)
{
	struct transport *t = transport_open();
	struct log_line l;
	uint64_t hash = 14695981039346656037u;
	int result;

	/* 2026-11-24 00:08:56 UTC */
	transport_set_end(t, INT64_C(1795478936000000000));
	while ((result = transport_next(t, &l)) != 0) {
		if (result == -EAGAIN) {
			size_t room;
			uint8_t *to = transport_room(t, &room);

			assert(room);
			room = room < step ? room : step;
			room = room < size ? room : size;
			memcpy(to, input, room);
			transport_add(t, room);
			input += room;
			size -= room;
			continue;
		}
		if (result == -ENOTSUP)
			break;
		assert(result == 1);
		assert(l.writer <= LOG_WRITER_OTHER);
		assert(l.time_ns == EVENT_UNKNOWN || l.time_ns >= 0);
		assert(l.time_unix_ns == EVENT_UNKNOWN || l.time_unix_ns >= 0);
		for (size_t i = 0; i < l.text.size; i++)
			hash = (hash ^ l.text.data[i]) * 1099511628211u;
		hash = (hash ^ (uint64_t)l.time_ns ^ (uint64_t)l.time_unix_ns << 1 ^
			(uint64_t)l.writer << 2 ^ (uint64_t)l.gap << 5) * 1099511628211u;
	}
	hash ^= transport_counts(t)->unread << 7 ^ transport_counts(t)->quoted << 9;
	if (transport_foreign(t))
		hash = 0;
	transport_close(t);
	return hash;
}

/* It does not matter in which pieces a log comes. */
static void check_saved(const uint8_t *input, size_t size)
{
	uint64_t whole = read_all(input, size, SIZE_MAX);

	assert(read_all(input, size, size > 100 ? 97 : 1) == whole);
}

static size_t escape(char *to, const uint8_t *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '\\';

		used += (size_t)sprintf(to + used, plain ? "%c" : "\\x%02x", text[i]);
	}
	return used;
}

static void check_record(const uint8_t *input, size_t size)
{
	char *record = malloc(strlen(HEADER) + 4 * size + 3);
	struct log_line l;
	size_t used = strlen(HEADER);

	memcpy(record, HEADER, used);
	used += escape(record + used, input, size);
	record[used++] = '\n';
	assert(!log_line_record(&l, record, used));
	assert(l.sequence == 7 && l.writer == LOG_WRITER_KERNEL && l.caller == 9);
	assert(l.time_ns == INT64_C(2498926505000));
	assert(l.text.size == size && !memcmp(l.text.data, input, size));
	free(record);
}

/* The whole of it, header and all. */
static void check_raw(const uint8_t *input, size_t size)
{
	char *record = malloc(size + 1);
	struct log_line l;
	int result;

	memcpy(record, input, size);
	result = log_line_record(&l, record, size);
	assert(!result || result == -EBADMSG);
	if (!result) {
		check_span(&l, record, size);
		assert(l.writer != LOG_WRITER_UNKNOWN && l.time_ns >= 0 && l.sequence >= 0);
	}
	free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	if (size > 4096)
		return 0;
	check_saved(input, size);
	check_record(input, size);
	check_raw(input, size);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a line of a saved log, and as the text of a record: the first
 * stays within its line, the second comes back as it was written.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsg/record.h"
#include "kmsg/log_saved.h"

#define HEADER	"3,7,2498926505,-,caller=T9;"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_span(const struct log_line *l, const char *line, size_t size)
{
	const char *text = (const char *)l->text.data;

	assert(text >= line && text <= line + size);
	assert(l->text.size <= size - (size_t)(text - line));
}

static void check_saved(const uint8_t *input, size_t size)
{
	/* 2026-11-24 00:08:56 UTC */
	struct log_saved saved = { .now_unix_ns = INT64_C(1795478936000000000) };
	struct log_line l;

	/* Twice: what the first line leaves behind is for the second. */
	for (int i = 0; i < 2; i++) {
		char *line = malloc(size + 1);	/* 1: malloc(0) may be NULL */
		int result;

		memcpy(line, input, size);
		result = log_saved_line(&l, &saved, line, size);
		assert(!result || result == -ENOENT);
		assert(saved.prefix <= size);
		if (!result) {
			check_span(&l, line, size);
			assert(l.writer >= LOG_WRITER_UNKNOWN && l.writer <= LOG_WRITER_OTHER);
			assert(l.time_ns == EVENT_UNKNOWN || l.time_ns >= 0);
			assert(l.time_unix_ns == EVENT_UNKNOWN || l.time_unix_ns >= 0);
		}
		free(line);
	}
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

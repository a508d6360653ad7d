// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any text as a format file, and what follows its first NUL as a sample of
 * that layout: refused, or a format with a victim, and an event in which
 * every string lies in the event's own text.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static struct oom_event event;

/* A copy of its own, for the sanitizer to see where it ends. */
static uint8_t *copy(const uint8_t *bytes, size_t size)
{
	uint8_t *to = malloc(size ? size : 1);

	memcpy(to, bytes, size);
	return to;
}

static void check_format(const struct tracepoint_format *f)
{
	assert(f->id);
	assert(tracepoint_format_has(f, TRACEPOINT_PID) && tracepoint_format_has(f, TRACEPOINT_COMMON_PID));
	for (int i = 0; i < TRACEPOINT_ITEMS; i++)
		assert(i == TRACEPOINT_COMM || f->fields[i].size <= 8);
}

static void decode(const struct tracepoint_format *f, const uint8_t *input, size_t size)
{
	struct decode_host host = { .page_size = 4096, .initial_pids = true };
	uint8_t *bytes = copy(input, size);
	const char *comm;
	int result;

	event_init(&event);
	result = decode_sample(&event, span_of(bytes, size), f, &host);
	free(bytes);
	assert(result == 0 || result == -EBADMSG);
	comm = event.target.comm;
	assert(!comm || (comm >= event.text && comm < event.text + event.text_used));
	assert(!comm || strlen(comm) < EVENT_TEXT_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	size_t len = strnlen((const char *)input, size);
	uint8_t *text = copy(input, len);
	struct tracepoint_format format;
	int result = tracepoint_format_parse(&format, span_of(text, len));

	free(text);
	assert(result == 0 || result == -EBADMSG || result == -ENOTSUP);
	if (result)
		return 0;
	check_format(&format);
	if (len < size)
		decode(&format, input + len + 1, size - len - 1);
	return 0;
}

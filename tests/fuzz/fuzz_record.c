// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as the probe's record: refused, or an event in which every string
 * lies in the event's own text and every level is whole.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static struct oom_event event;

static void check_text(const char *s)
{
	assert(!s || (s >= event.text && s < event.text + event.text_used));
	assert(!s || strlen(s) < EVENT_TEXT_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct decode_host host = { .page_size = 4096 };
	/* A copy of its own, for the sanitizer to see where it ends. */
	uint8_t *bytes = malloc(size ? size : 1);
	int result;

	memcpy(bytes, input, size);
	event_init(&event);
	result = decode_record(&event, span_of(bytes, size), &host);
	free(bytes);
	assert(result == 0 || result == -EBADMSG || result == -ENOTSUP);
	if (result < 0)
		return 0;
	check_text(event.trigger.comm);
	check_text(event.trigger.parent_comm);
	check_text(event.target.comm);
	check_text(event.target.parent_comm);
	check_text(event.victim.cgroup);
	check_text(event.oom.memcg);
	assert(event.oom.level_count <= EVENT_LEVELS);
	assert(event.oom.limiting_level < event.oom.level_count);
	for (int64_t i = 0; i < event.oom.level_count; i++)
		check_text(event.oom.levels[i].name);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as the files of /proc and of a cgroup: nothing but numbers from 0
 * and EVENT_UNKNOWN comes out, and strings that end where they should.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/cgroup.h"
#include "host/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static struct oom_event event;

static void check(int64_t value)
{
	assert(value == EVENT_UNKNOWN || value >= 0);
}

static void check_status(struct span text)
{
	struct process_status s;
	int result = process_parse_status(&s, text);

	assert(result == 0 || result == -EBADMSG);
	if (result)
		return;
	assert(strnlen(s.comm, sizeof(s.comm)) < sizeof(s.comm));
	check(s.parent_tgid);
	check(s.nspid);
	check(s.ns_tgid);
	check(s.swap_bytes);
}

static void check_process(struct span text)
{
	struct process_stat s;
	int64_t version;
	struct span path = process_parse_cgroup(text, &version);

	assert(!path.size || (path.data >= text.data &&
	       path.data + path.size <= text.data + text.size));
	assert(!path.size || version == 1 || version == 2);
	if (process_parse_stat(&s, text) == 0) {
		check(s.start_ns);
		check(s.arg_start);
		check(s.env_end);
	}
}

static void check_stat(struct span text, int version)
{
	event_init(&event);
	cgroup_parse_stat(&event.stat, text, version);
	check(event.stat.anon_bytes);
	check(event.stat.file_bytes);
	check(event.stat.shmem_bytes);
	check(event.stat.slab_bytes);
	check(event.stat.sock_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	/* A copy of its own, for the sanitizer to see where it ends. */
	char *bytes = malloc(size ? size : 1);
	struct span text = span_of(bytes, size);
	const char *line;

	memcpy(bytes, input, size);
	check_status(text);
	check_process(text);
	check_stat(text, 1);
	check_stat(text, 2);
	check(cgroup_parse_number(text, 4096));
	line = process_join_words(&event, bytes, size < PROCESS_CMDLINE_SIZE ? size
							: PROCESS_CMDLINE_SIZE);
	assert(!line || (*line && strlen(line) <= PROCESS_CMDLINE_SIZE + 3));
	free(bytes);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any words as the command line: options in which every value is one that
 * --help allows and something is left to show, or an error that says why not.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { WORDS = 12 };

/* Splits at newlines; each word in memory of its own. */
static int split(char *argv[WORDS + 2], const char *at, size_t left)
{
	int argc = 0;

	argv[argc++] = strdup("trace_oomkill");
	while (left && argc <= WORDS) {
		const char *end = memchr(at, '\n', left);
		size_t len = end ? (size_t)(end - at) : left;

		argv[argc++] = strndup(at, len);
		left -= end ? len + 1 : len;
		at += end ? len + 1 : len;
	}
	argv[argc] = NULL;
	return argc;
}

static void check_options(const struct options *o)
{
	assert(o->action <= ACTION_LIST_FIELDS);
	assert(o->output <= OUTPUT_NONE);
	assert(o->fields.count > 0 && o->fields.count <= field_count);
	for (size_t i = 0; i < o->fields.count; i++)
		for (size_t k = 0; k < i; k++)
			assert(o->fields.at[i] != o->fields.at[k]);
	assert(o->ready_fd >= -1);
	assert(o->source >= -1 && o->source <= SOURCE_KMSG);
	assert(o->ring_kib <= 65536);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static struct options options;
	struct error error = { 0 };
	char *argv[WORDS + 2];
	int argc = split(argv, (const char *)input, size);
	int result;

	memset(&options, 0, sizeof(options));
	result = options_parse(&options, argc, argv, &error);

	assert(result == 0 || result == -EINVAL);
	assert((result == 0) == (error.error == 0));
	if (result)
		assert(error.what[0] && error.why[0]);
	else
		check_options(&options);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as JSON: the same values are shown however the bytes come in, and
 * jansson agrees on what is JSON, on the strings in it and on how many values
 * there are.
 */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

/* Of all values; sums, so that the order of members does not matter. */
struct sums {
	uint64_t strings, scalars, ends;
	bool cut;
};

static struct json json;
static struct span rest;
static size_t step;
static char buffer[16];

static uint64_t hash(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h;
}

static int sum(void *to, const struct json *j)
{
	struct sums *s = to;
	const char *key = "";

	for (unsigned int i = 0; json_key(j, i); i++)
		key = json_key(j, i);
	s->cut |= j->cut || key[0] == '\x01';
	if (j->type == JSON_IS_END)
		s->ends++;
	else
		s->scalars++;
	if (j->type == JSON_IS_STRING)
		s->strings += hash(j->text, j->len) * 31 + hash(key, strlen(key));
	assert(strlen(j->text) == j->len);
	return 0;
}

static ssize_t more(void *from, void *to, size_t size)
{
	struct span *s = from;
	size_t len = s->size < step ? s->size : step;

	len = len < size ? len : size;
	memcpy(to, s->data, len);
	*s = span_sub(*s, len, s->size - len);
	return (ssize_t)len;
}

static void sum_tree(const json_t *value, const char *key, struct sums *s)
{
	const json_t *member;
	const char *name;
	size_t i;

	if (json_is_object(value))
		json_object_foreach((json_t *)value, name, member)
			sum_tree(member, name, s);
	else if (json_is_array(value))
		json_array_foreach(value, i, member)
			sum_tree(member, "", s);
	if (json_is_object(value) || json_is_array(value))
		s->ends++;
	else
		s->scalars++;
	if (json_is_string(value))
		s->strings += hash(json_string_value(value), json_string_length(value)) * 31 +
			      hash(key, strlen(key));
}

/* jansson refuses broken UTF-8, half pairs, and numbers that are too big. */
static bool is_plain(const uint8_t *input, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (input[i] >= 0x80)
			return false;
	return !memmem(input, size, "\\u", 2);
}

static bool is_about_numbers(const json_error_t *e)
{
	enum json_error_code code = json_error_code(e);

	return code == json_error_numeric_overflow;
}

static void compare(const uint8_t *input, size_t size, int result, struct sums *own)
{
	struct sums theirs = { 0 };
	json_error_t error;
	json_t *tree = json_loadb((const char *)input, size,
				  JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);

	if (!tree) {
		assert(result || !is_plain(input, size) || is_about_numbers(&error) ||
		       json_error_code(&error) == json_error_duplicate_key);
		return;
	}
	assert(!result || result == -EBADMSG);	/* too deep */
	if (!result && !own->cut) {
		sum_tree(tree, "", &theirs);
		assert(theirs.scalars == own->scalars && theirs.ends == own->ends);
		assert(theirs.strings == own->strings);
	}
	json_decref(tree);
}

/* Deeper than this program goes, or with keys that leave no room? */
static bool is_deep(const uint8_t *input, size_t size)
{
	size_t opened = 0;

	for (size_t i = 0; i < size; i++)
		opened += input[i] == '{' || input[i] == '[';
	return opened > JSON_DEPTH || size > JSON_KEYS_SIZE / 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct sums whole = { 0 }, parts = { 0 };
	int result;

	json.ahead = span_of(input, size);
	json.more = NULL;
	json.value = sum;
	json.to = &whole;
	result = json_parse(&json);
	assert(result == 0 || result == -EBADMSG);

	rest = span_of(input, size);
	step = size % sizeof(buffer) + 1;
	json.ahead = span_of(NULL, 0);
	json.more = more;
	json.from = &rest;
	json.buffer = buffer;
	json.buffer_size = sizeof(buffer);
	json.limit = size + 1;
	json.to = &parts;
	assert(json_parse(&json) == result);
	assert(!memcmp(&whole, &parts, sizeof(whole)));

	if (!is_deep(input, size))
		compare(input, size, result, &whole);
	return 0;
}

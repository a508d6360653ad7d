// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes, made safe: valid UTF-8 without a control byte, the same when it
 * is cleaned again, never past the end of its buffer; as JSON a string that
 * jansson reads. The first byte is the size of the smaller buffer.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

typedef void (*make)(struct text *t, const char *s, size_t len);

/* A text of just @room bytes, for the sanitizer to see where it ends. */
static struct text made(make how, const char *s, size_t len, size_t room)
{
	struct text t = text_on(malloc(room ? room : 1), room);

	how(&t, s, len);
	assert(t.used <= room);
	return t;
}

/* The tags and what else stands beyond U+E0000 cannot be seen: in no output. */
static bool has_tag(const struct text *t)
{
	return memmem(t->data, t->used, "\xf3\xa0", 2) != NULL;
}

static void check_bytes(const struct text *t)
{
	json_t *string = json_stringn(t->data, t->used);	/* UTF-8? */

	assert(string || t->cut);
	json_decref(string);
	assert(!has_tag(t));
	for (size_t i = 0; i < t->used; i++)
		assert((unsigned char)t->data[i] >= 0x20 && t->data[i] != 0x7f);
}

/* What fits is a prefix of that width, and one more column takes more of it. */
static void check_width(const struct text *t)
{
	size_t width = text_width(t->data, t->used);

	assert(text_fit(t->data, t->used, width) == t->used);
	for (size_t w = 0; w < width && w < 8; w++) {
		size_t fit = text_fit(t->data, t->used, w);

		assert(fit < t->used);
		assert(text_width(t->data, fit) <= w);
		assert(text_width(t->data, fit) + 2 > w);
	}
}

static void check_clean(const char *s, size_t len)
{
	struct text once = made(text_clean, s, len, len * 10);
	struct text twice = made(text_clean, once.data, once.used, once.used);

	assert(!once.cut && !twice.cut);
	assert(twice.used == once.used);
	assert(!memcmp(twice.data, once.data, once.used));
	check_bytes(&once);
	check_width(&once);
	free(once.data);
	free(twice.data);
}

static void check_json(const char *s, size_t len)
{
	struct text once = made(text_json, s, len, len * 6 + 2), twice;
	json_t *value = json_loadb(once.data, once.used,
				   JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	assert(!once.cut && value);
	check_bytes(&once);
	twice = made(text_json, json_string_value(value),
		     json_string_length(value), once.used);
	assert(twice.used == once.used);
	assert(!memcmp(twice.data, once.data, once.used));
	json_decref(value);
	free(once.data);
	free(twice.data);
}

/* With less room it is a prefix of the whole. */
static void check_cut(make how, const char *s, size_t len, size_t room)
{
	struct text whole = made(how, s, len, len * 10 + 2);
	struct text cut = made(how, s, len, room);

	assert(cut.cut == (whole.used > room));
	assert(!memcmp(whole.data, cut.data, cut.used));
	check_bytes(&cut);
	free(whole.data);
	free(cut.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	const char *s = (const char *)input + 1;

	if (!size)
		return 0;
	check_clean(s, size - 1);
	check_json(s, size - 1);
	check_cut(text_clean, s, size - 1, input[0]);
	check_cut(text_json, s, size - 1, input[0]);
	check_cut(text_yaml, s, size - 1, input[0]);
	return 0;
}

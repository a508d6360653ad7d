// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as BTF, in memory and read in pieces: both say the same of every
 * type, or refuse it for the same reason.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/btf.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { TYPES_MAX = 2000, PARTS_MAX = 50 };

static int read_bytes(void *ctx, uint64_t off, void *to, size_t len)
{
	return span_copy(*(struct span *)ctx, off, to, len);
}

static void check_same(struct btf *b[2], int x, int y)
{
	struct error f[2] = { { 0 }, { 0 } };

	assert(x == y);
	assert(x == 0 || x == -EBADMSG || x == -ENOTSUP);
	if (!x)
		return;
	assert(btf_failed(b[0], &f[0]) == x && btf_failed(b[1], &f[1]) == y);
	assert(f[0].why[0] && !strcmp(f[0].why, f[1].why));
}

/* Only in memory may a name be long. */
static void check_names(struct btf *b[2], uint32_t off)
{
	const char *x = btf_name(b[0], off), *y = btf_name(b[1], off);

	if (x && strlen(x) < 1024)
		assert(y && !strcmp(x, y));
	else
		assert(!y);
	if (x)
		assert(btf_essential_length(x) <= strlen(x));
}

/* Whatever kind it is, it is asked for the parts of every kind. */
static void check_parts(struct btf *b[2], const struct btf_desc *d, uint32_t i)
{
	struct btf_enumerator e[2] = { { 0 }, { 0 } };
	struct btf_member_desc m[2] = { { 0 }, { 0 } };
	uint32_t id[2] = { 0, 0 };

	if (btf_is_enum(d)) {
		check_same(b, btf_enumerator(b[0], d, i, &e[0]),
			   btf_enumerator(b[1], d, i, &e[1]));
		assert(e[0].name == e[1].name && e[0].value == e[1].value);
	} else if (btf_is_composite(d)) {
		check_same(b, btf_member(b[0], d, i, &m[0]),
			   btf_member(b[1], d, i, &m[1]));
		assert(!memcmp(&m[0], &m[1], sizeof(m[0])));
		check_names(b, m[0].name);
	} else if (d->kind == BTF_KIND_FUNC_PROTO) {
		check_same(b, btf_param(b[0], d, i, &id[0]),
			   btf_param(b[1], d, i, &id[1]));
	} else if (d->kind == BTF_KIND_DATASEC) {
		check_same(b, btf_variable(b[0], d, i, &id[0]),
			   btf_variable(b[1], d, i, &id[1]));
	}
	assert(id[0] == id[1]);
}

static bool check_type(struct btf *b[2], uint32_t id)
{
	struct btf_desc d[2];
	uint32_t size[2] = { 0, 0 };
	int err = btf_describe(b[0], id, &d[0]);

	check_same(b, err, btf_describe(b[1], id, &d[1]));
	if (err)
		return false;
	assert(d[0].id == d[1].id && d[0].kind == d[1].kind &&
	       d[0].vlen == d[1].vlen && d[0].body == d[1].body);
	check_names(b, d[0].name);
	check_same(b, btf_size(b[0], id, &size[0]),
		   btf_size(b[1], id, &size[1]));
	assert(size[0] == size[1]);
	for (uint32_t i = 0; i < d[0].vlen && i < PARTS_MAX; i++)
		check_parts(b, &d[0], i);
	check_same(b, btf_strip(b[0], id, &d[0]), btf_strip(b[1], id, &d[1]));
	return true;
}

static void check_find(struct btf *b)
{
	struct btf_wanted w[] = {
		{ .name = "int", .kind = BTF_KIND_INT },
		{ .name = "s", .kind = BTF_KIND_STRUCT },
		{ .name = "e", .kind = BTF_KIND_ENUM },
	};
	struct btf_desc d;

	btf_find(b, w, 3);
	for (int i = 0; i < 3; i++) {
		for (uint32_t k = 0; k < w[i].count; k++) {
			assert(!k || w[i].ids[k - 1] < w[i].ids[k]);
			assert(!btf_describe(b, w[i].ids[k], &d));
		}
	}
	btf_wanted_free(w, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	struct span span = span_of(bytes, size);
	struct btf_source source = { read_bytes, &span, size };
	struct error f[2] = { { 0 }, { 0 } };
	struct btf *b[2];
	uint32_t id = 0;
	int err;

	memcpy(bytes, input, size);
	err = btf_open(&b[0], "x", span, &f[0]);
	assert(btf_open_source(&b[1], "x", &source, &f[1]) == err);
	assert(!err == !!b[0] && !err == !!b[1]);
	assert(err == -f[0].error && !strcmp(f[0].why, f[1].why));
	assert(!err == !f[0].why[0]);
	while (!err && id < TYPES_MAX && check_type(b, id))
		id++;
	if (!err)
		check_find(b[0]);
	btf_close(b[0]);
	btf_close(b[1]);
	free(bytes);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * loader/btf: every kind of type, by id and by name, in memory and read in
 * pieces; and all that it must not believe.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "failing.h"
#include "loader/btf.h"

Suite *btf_suite(void);

static struct build_btf types;
static struct bytes bytes;
static struct error failure;
static struct btf *b;
static bool in_pieces;

static void setup(void)
{
	build_btf_begin(&types);
	memset(&bytes, 0, sizeof(bytes));
	memset(&failure, 0, sizeof(failure));
	b = NULL;
	in_pieces = false;
}

static void setup_pieces(void)
{
	setup();
	in_pieces = true;
}

static void teardown(void)
{
	btf_close(b);
	build_btf_free(&types);
	bytes_free(&bytes);
}

static int read_bytes(void *ctx, uint64_t off, void *to, size_t len)
{
	(void)ctx;
	return span_copy(bytes_span(&bytes), off, to, len);
}

static int open_bytes(void)
{
	struct btf_source source = { .read = read_bytes, .size = bytes.size };

	btf_close(b);
	memset(&failure, 0, sizeof(failure));
	if (in_pieces)
		return btf_open_source(&b, "types", &source, &failure);
	return btf_open(&b, "types", bytes_span(&bytes), &failure);
}

static void open_good(void)
{
	build_btf_end(&types, &bytes);
	ck_assert_int_eq(open_bytes(), 0);
	ck_assert_ptr_nonnull(b);
}

static void failed(int result, int error, const char *why)
{
	ck_assert_int_eq(result, -error);
	ck_assert_int_eq(btf_failed(b, &failure), -error);
	ck_assert_str_eq(failure.why, why);
	ck_assert_str_eq(failure.what, "types");
	memset(&failure, 0, sizeof(failure));
}

static void refused(int error, const char *why)
{
	ck_assert_int_eq(open_bytes(), -error);
	ck_assert_str_eq(failure.why, why);
	ck_assert_ptr_null(b);
}

START_TEST(every_kind)
{
	uint32_t integer = build_int(&types, "int", 4, BTF_INT_SIGNED);
	uint32_t pointer = build_ref(&types, NULL, BTF_KIND_PTR, integer);
	uint32_t array = build_array(&types, integer, 5);
	uint32_t s = build_composite(&types, "s", BTF_KIND_STRUCT, 12, 2);
	uint32_t u, e, e64, fwd, proto, var, section, id;
	struct btf_member_desc m;
	struct btf_enumerator v;
	struct btf_array_desc a;
	struct btf_desc d;

	build_member(&types, "a", integer, 0);
	build_member(&types, "b", pointer, 32);
	u = build_bitfields(&types, "u", BTF_KIND_UNION, 4, 1);
	build_bitfield(&types, "bits", integer, 5, 3);
	e = build_enum(&types, "e", 4, 0, 2);
	build_value(&types, "ONE", 1);
	build_value(&types, "MINUS", (uint32_t)-2);
	fwd = build_type(&types, "fwd", BTF_KIND_FWD, 0, 1, 0);
	build_ref(&types, "t", BTF_KIND_TYPEDEF, integer);
	build_ref(&types, NULL, BTF_KIND_VOLATILE, integer);
	build_ref(&types, NULL, BTF_KIND_CONST, integer);
	build_ref(&types, NULL, BTF_KIND_RESTRICT, pointer);
	proto = build_proto(&types, integer, 1);
	build_param(&types, "p", pointer);
	build_ref(&types, "f", BTF_KIND_FUNC, proto);
	var = build_ref(&types, "v", BTF_KIND_VAR, integer);
	bytes_add_u32(&types.types, BTF_VAR_STATIC);
	section = build_type(&types, ".data", BTF_KIND_DATASEC, 1, 0, 4);
	bytes_add_u32(&types.types, var);
	bytes_add_u32(&types.types, 0);
	bytes_add_u32(&types.types, 4);
	build_type(&types, "float", BTF_KIND_FLOAT, 0, 0, 4);
	build_ref(&types, "tag", BTF_KIND_DECL_TAG, s);
	bytes_add_u32(&types.types, (uint32_t)-1);
	build_ref(&types, "user", BTF_KIND_TYPE_TAG, integer);
	e64 = build_enum64(&types, "e64", 0, 1);
	build_value64(&types, "BIG", 0x123456789abcdef0);
	open_good();

	ck_assert_int_eq(btf_describe(b, 0, &d), 0);
	ck_assert_uint_eq(d.kind, BTF_KIND_UNKN);
	/* From the last to the first: the index is made on the way. */
	ck_assert_int_eq(btf_describe(b, e64, &d), 0);
	ck_assert_uint_eq(d.kind, BTF_KIND_ENUM64);
	ck_assert_int_eq(btf_enumerator(b, &d, 0, &v), 0);
	ck_assert_uint_eq(v.value, 0x123456789abcdef0);
	ck_assert_str_eq(btf_name(b, v.name), "BIG");
	ck_assert_int_eq(btf_describe(b, section, &d), 0);
	ck_assert_int_eq(btf_variable(b, &d, 0, &id), 0);
	ck_assert_uint_eq(id, var);
	ck_assert_int_eq(btf_describe(b, proto, &d), 0);
	ck_assert_int_eq(btf_param(b, &d, 0, &id), 0);
	ck_assert_uint_eq(id, pointer);
	failed(btf_param(b, &d, 1, &id), EBADMSG,
	       "type 12 has 1 parts, not 2");
	ck_assert_int_eq(btf_describe(b, fwd, &d), 0);
	ck_assert_int_eq(d.kflag, 1);
	ck_assert_int_eq(btf_describe(b, e, &d), 0);
	ck_assert_int_eq(btf_enumerator(b, &d, 1, &v), 0);
	ck_assert_int_eq((int64_t)v.value, -2);
	ck_assert_int_eq(btf_describe(b, u, &d), 0);
	ck_assert_int_eq(btf_member(b, &d, 0, &m), 0);
	ck_assert_uint_eq(m.bit_offset, 5);
	ck_assert_uint_eq(m.bits, 3);
	ck_assert_int_eq(btf_describe(b, s, &d), 0);
	ck_assert_str_eq(btf_name(b, d.name), "s");
	ck_assert_uint_eq(d.size, 12);
	ck_assert_int_eq(btf_member(b, &d, 1, &m), 0);
	ck_assert_str_eq(btf_name(b, m.name), "b");
	ck_assert_uint_eq(m.type, pointer);
	ck_assert_uint_eq(m.bit_offset, 32);
	ck_assert_uint_eq(m.bits, 0);
	ck_assert_int_eq(btf_describe(b, array, &d), 0);
	ck_assert_int_eq(btf_array(b, &d, &a), 0);
	ck_assert_uint_eq(a.type, integer);
	ck_assert_uint_eq(a.count, 5);
	ck_assert_int_eq(btf_describe(b, integer, &d), 0);
	ck_assert_int_eq(btf_integer(b, &d, &id), 0);
	ck_assert_uint_eq(BTF_INT_BITS(id), 32);
	ck_assert_uint_eq(BTF_INT_ENCODING(id), BTF_INT_SIGNED);
	failed(btf_describe(b, types.count + 1, &d), EBADMSG,
	       "there is no type 20");
	failed(btf_describe(b, UINT32_MAX, &d), EBADMSG,
	       "there is no type 4294967295");
}
END_TEST

/* More than one window and one step of the index, looked up in every order. */
START_TEST(many_types)
{
	enum { MANY = 3000 };
	struct btf_desc d;
	char name[32];
	uint32_t i;

	for (i = 1; i <= MANY; i++) {
		snprintf(name, sizeof(name), "type_%u", i);
		if (i % 3) {
			build_ref(&types, name, BTF_KIND_TYPEDEF, 0);
			continue;
		}
		build_composite(&types, name, BTF_KIND_STRUCT, 4, i % 7);
		for (uint32_t k = 0; k < i % 7; k++)
			build_member(&types, "m", 1, 0);
	}
	open_good();
	for (i = 0; i < 3 * MANY; i++) {
		uint32_t id = 1 + (i * 1009) % MANY;

		ck_assert_int_eq(btf_describe(b, id, &d), 0);
		ck_assert_uint_eq(d.id, id);
		snprintf(name, sizeof(name), "type_%u", id);
		ck_assert_str_eq(btf_name(b, d.name), name);
		ck_assert_uint_eq(d.kind, id % 3 ? BTF_KIND_TYPEDEF :
						   BTF_KIND_STRUCT);
	}
}
END_TEST

START_TEST(sizes)
{
	uint32_t integer = build_int(&types, "int", 4, BTF_INT_SIGNED);
	uint32_t pointer = build_ref(&types, NULL, BTF_KIND_PTR, 0);
	uint32_t array = build_array(&types, pointer, 3);
	uint32_t named = build_ref(&types, "t", BTF_KIND_TYPEDEF, array);
	uint32_t nested = build_array(&types, named, 5);
	uint32_t constant = build_ref(&types, NULL, BTF_KIND_CONST, nested);
	uint32_t flexible = build_array(&types, integer, 0);
	uint32_t huge = build_array(&types, integer, UINT32_MAX / 4);
	uint32_t larger = build_array(&types, huge, 2);
	uint32_t wraps = build_array(&types, build_array(&types, integer,
							 1 << 16), 1 << 16);
	uint32_t function = build_proto(&types, 0, 0);
	uint32_t size;

	open_good();
	btf_set_pointer_size(b, 8);
	ck_assert_int_eq(btf_size(b, constant, &size), 0);
	ck_assert_uint_eq(size, 8 * 3 * 5);
	ck_assert_int_eq(btf_size(b, flexible, &size), 0);
	ck_assert_uint_eq(size, 0);
	ck_assert_int_eq(btf_size(b, huge, &size), 0);
	ck_assert_uint_eq(size, UINT32_MAX / 4 * 4);
	failed(btf_size(b, larger, &size), EBADMSG, "type 1 is too large");
	failed(btf_size(b, function, &size), EBADMSG, "type 12 has no size");
	failed(btf_size(b, wraps, &size), EBADMSG, "type 10 is too large");
	failed(btf_size(b, 0, &size), EBADMSG, "type 0 has no size");
}
END_TEST

/* A pointer is as wide as a long, which a 32-bit kernel says. */
START_TEST(pointer_sizes)
{
	static const struct {
		const char *name;
		uint32_t bytes, expected;
	} longs[] = {
		{ "long", 4, 4 },
		{ "long int", 8, 8 },
		{ "long unsigned int", 4, 4 },
		{ "unsigned long", 8, 8 },
		{ "long long int", 4, sizeof(void *) },
		{ "long", 2, sizeof(void *) },
	};
	uint32_t size, pointer = build_ref(&types, NULL, BTF_KIND_PTR, 0);

	build_int(&types, "int", sizeof(void *) == 8 ? 4 : 8, 0);
	build_int(&types, longs[_i].name, longs[_i].bytes, 0);
	open_good();
	ck_assert_int_eq(btf_size(b, pointer, &size), 0);
	ck_assert_uint_eq(size, longs[_i].expected);
}
END_TEST

START_TEST(loops)
{
	uint32_t self = build_ref(&types, "t", BTF_KIND_TYPEDEF, 1);
	uint32_t one = build_ref(&types, NULL, BTF_KIND_CONST, 3);
	uint32_t two = build_ref(&types, NULL, BTF_KIND_VOLATILE, one);
	uint32_t array = build_array(&types, 4, 1);
	struct btf_desc d;
	uint32_t size;

	open_good();
	failed(btf_strip(b, self, &d), EBADMSG, "type 1 refers to itself");
	failed(btf_strip(b, two, &d), EBADMSG, "type 3 refers to itself");
	failed(btf_size(b, one, &size), EBADMSG, "type 2 refers to itself");
	failed(btf_size(b, array, &size), EBADMSG, "type 4 refers to itself");
}
END_TEST

START_TEST(strips)
{
	uint32_t integer = build_int(&types, "int", 4, 0), id = integer;
	uint32_t dangling = build_ref(&types, "d", BTF_KIND_TYPEDEF, 77);
	struct btf_desc d;

	id = build_ref(&types, NULL, BTF_KIND_CONST, id);
	id = build_ref(&types, "a", BTF_KIND_TYPEDEF, id);
	id = build_ref(&types, NULL, BTF_KIND_RESTRICT, id);
	id = build_ref(&types, "rcu", BTF_KIND_TYPE_TAG, id);
	id = build_ref(&types, NULL, BTF_KIND_VOLATILE, id);
	open_good();
	ck_assert_int_eq(btf_strip(b, id, &d), 0);
	ck_assert_uint_eq(d.id, integer);
	ck_assert_int_eq(btf_strip(b, 0, &d), 0);
	ck_assert_uint_eq(d.kind, BTF_KIND_UNKN);
	failed(btf_strip(b, dangling, &d), EBADMSG, "there is no type 77");
}
END_TEST

START_TEST(unknown_kinds)
{
	struct btf_desc d;

	build_int(&types, "int", 4, 0);
	build_type(&types, "new", (uint32_t[]){ 0, 20, 31, 77 }[_i], 0, 0, 0);
	open_good();
	ck_assert_int_eq(btf_describe(b, 1, &d), 0);
	failed(btf_describe(b, 2, &d), ENOTSUP,
	       (const char *[]){ "type 2 is of unknown kind 0",
				 "type 2 is of unknown kind 20",
				 "type 2 is of unknown kind 31",
				 "type 2 is of unknown kind 77" }[_i]);
}
END_TEST

/*
 * Newer kernels tell how long types are of each kind that they use, so that
 * one that is not known can be passed over: two bytes for each kind, what
 * follows a type once and for each of its vlen.
 */
START_TEST(newer_kinds)
{
	struct {
		struct btf_header h;
		uint32_t layout_off, layout_len;
	} h = { .h = { .magic = BTF_MAGIC, .version = BTF_VERSION } };
	uint8_t layout[21 * 4] = { [20 * 4] = 8, [20 * 4 + 1] = 20 };
	uint32_t last, odd = build_type(&types, "new", 20, 3, 0, 0);
	struct btf_desc d;

	bytes_add(&types.types, NULL, 8 + 3 * 20);
	last = build_int(&types, "int", 4, 0);
	h.h.hdr_len = sizeof(h);
	h.h.type_len = (uint32_t)types.types.size;
	h.layout_off = h.h.type_len;
	h.layout_len = sizeof(layout);
	h.h.str_off = h.h.type_len + h.layout_len;
	h.h.str_len = (uint32_t)types.strings.size;
	bytes_add(&bytes, &h, sizeof(h));
	bytes_add(&bytes, types.types.data, types.types.size);
	bytes_add(&bytes, layout, sizeof(layout));
	bytes_add(&bytes, types.strings.data, types.strings.size);
	ck_assert_int_eq(open_bytes(), 0);
	ck_assert_int_eq(btf_describe(b, last, &d), 0);
	ck_assert_str_eq(btf_name(b, d.name), "int");
	ck_assert_int_eq(btf_describe(b, odd, &d), 0);
	ck_assert_uint_eq(d.kind, 20);
	/* Void is no type, whatever is said of it. */
	bytes_set_u32(&bytes, sizeof(h) + 4, 3);
	ck_assert_int_eq(open_bytes(), 0);
	failed(btf_describe(b, odd, &d), ENOTSUP,
	       "type 1 is of unknown kind 0");
	bytes_set_u32(&bytes, sizeof(h) + 4, 20 << 24 | 3);
	bytes_set_u32(&bytes, offsetof(struct btf_header, str_len) + 8,
		      20 * 4);
	ck_assert_int_eq(open_bytes(), 0);
	failed(btf_describe(b, last, &d), ENOTSUP,
	       "type 1 is of unknown kind 20");
	bytes_set_u32(&bytes, offsetof(struct btf_header, str_len) + 8, 4000);
	refused(EBADMSG, "BTF kinds end beyond the data");
}
END_TEST

/* More members than old kernels could count. */
START_TEST(wide_vlen)
{
	uint32_t id = build_composite(&types, "s", BTF_KIND_STRUCT, 0, 0x20001);
	struct btf_member_desc m;
	struct btf_desc d;

	bytes_add(&types.types, NULL, 0x20001 * 12);
	id = build_int(&types, "int", 4, 0);
	open_good();
	ck_assert_int_eq(btf_describe(b, id, &d), 0);
	ck_assert_str_eq(btf_name(b, d.name), "int");
	ck_assert_int_eq(btf_describe(b, 1, &d), 0);
	ck_assert_int_eq(btf_member(b, &d, 0x20000, &m), 0);
	ck_assert_int_eq(btf_member(b, &d, 0x20001, &m), -EBADMSG);
}
END_TEST

START_TEST(header)
{
	static const struct {
		size_t off;
		uint32_t value;
		int error;
		const char *why;
	} cases[] = {
		{ 0, BTF_MAGIC | 2 << 16, ENOTSUP,
		  "BTF version 2 is not known" },
		{ 0, 0x9feb | 1 << 16, ENOTSUP,
		  "BTF of the other byte order" },
		{ 0, 0x1234, EBADMSG, "not BTF (magic 0x1234)" },
		{ 4, 23, EBADMSG, "BTF header of 23 bytes" },
		{ 4, UINT32_MAX, EBADMSG, "BTF header of 4294967295 bytes" },
		{ 8, UINT32_MAX, EBADMSG, "BTF types end beyond the data" },
		{ 8, 2, EBADMSG, "BTF types and strings overlap" },
		{ 12, UINT32_MAX, EBADMSG, "BTF types end beyond the data" },
		{ 12, 20, EBADMSG, "BTF types and strings overlap" },
		{ 16, UINT32_MAX, EBADMSG, "BTF strings end beyond the data" },
		{ 20, UINT32_MAX, EBADMSG, "BTF strings end beyond the data" },
		{ 20, 0, EBADMSG, "BTF without strings" },
		{ 20, 3, EBADMSG, "BTF strings without an end" },
	};

	build_int(&types, "int", 4, 0);
	build_btf_end(&types, &bytes);
	bytes_set_u32(&bytes, cases[_i].off, cases[_i].value);
	refused(cases[_i].error, cases[_i].why);
}
END_TEST

START_TEST(strings_must_begin_with_none)
{
	build_int(&types, "int", 4, 0);
	types.strings.data[0] = 'x';
	build_btf_end(&types, &bytes);
	refused(EBADMSG, "BTF strings without an end");
}
END_TEST

/* A type that runs over the end of the types, though not of the data. */
START_TEST(truncated_types)
{
	struct btf_desc d;

	build_composite(&types, "s", BTF_KIND_STRUCT, 4, _i ? 0xffffff : 1);
	open_good();
	failed(btf_describe(b, 1, &d), EBADMSG, "type 1 is truncated");
	bytes_free(&bytes);
	bytes_add(&types.types, NULL, 7);
	build_btf_free(&types);
	build_btf_begin(&types);
	build_int(&types, "int", 4, 0);
	bytes_add(&types.types, NULL, 4);
	open_good();
	ck_assert_int_eq(btf_describe(b, 1, &d), 0);
	failed(btf_describe(b, 2, &d), EBADMSG, "truncated type");
}
END_TEST

START_TEST(truncated_anywhere)
{
	struct bytes whole;
	size_t size;

	build_int(&types, "int", 4, 0);
	build_btf_end(&types, &bytes);
	whole = bytes;
	for (size = 0; size < whole.size; size++) {
		memset(&bytes, 0, sizeof(bytes));
		bytes_add(&bytes, whole.data, size);
		ck_assert_int_eq(open_bytes(), -EBADMSG);
		ck_assert_int_ne(failure.why[0], '\0');
		bytes_free(&bytes);
	}
	bytes_free(&whole);
}
END_TEST

START_TEST(names)
{
	build_int(&types, "int", 4, 0);
	open_good();
	ck_assert_str_eq(btf_name(b, 0), "");
	ck_assert_str_eq(btf_name(b, 2), "nt");
	ck_assert_ptr_null(btf_name(b, 5));
	failed(-EBADMSG, EBADMSG, "name at 5 is out of bounds");
	ck_assert_ptr_null(btf_name(b, UINT32_MAX));
}
END_TEST

START_TEST(essential_length)
{
	static const struct {
		const char *name;
		size_t length;
	} cases[] = {
		{ "", 0 }, { "a", 1 }, { "task_struct", 11 },
		{ "task_struct___v61", 11 }, { "a___b", 1 },
		{ "a___b___c", 5 }, { "___b", 4 }, { "a___", 4 },
		{ "a____b", 6 }, { "a__b", 4 }, { "a____b___c", 6 },
		{ "_____", 5 }, { "x___y_", 1 }, { "x_____y", 7 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_uint_eq(btf_essential_length(cases[i].name),
				  cases[i].length);
}
END_TEST

START_TEST(finds)
{
	struct btf_wanted w[] = {
		{ .name = "task___local", .kind = BTF_KIND_STRUCT },
		{ .name = "e", .kind = BTF_KIND_ENUM64 },
		{ .name = "task", .kind = BTF_KIND_UNION },
		{ .name = "absent", .kind = BTF_KIND_STRUCT },
		{ .name = "e", .kind = BTF_KIND_ENUM },
		{ .name = "t", .kind = BTF_KIND_TYPEDEF },
	};
	uint32_t i, first = build_composite(&types, "task", BTF_KIND_STRUCT, 4,
					    0);
	uint32_t last;

	build_composite(&types, "task", BTF_KIND_UNION, 4, 0);
	build_composite(&types, "tasks", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, NULL, BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "tas", BTF_KIND_STRUCT, 4, 0);
	for (i = 0; i < 5; i++)
		build_composite(&types, "task___2", BTF_KIND_STRUCT, 4, 0);
	build_enum(&types, "e", 4, 0, 0);
	last = build_enum64(&types, "e___x", 0, 0);
	build_ref(&types, "t___one", BTF_KIND_TYPEDEF, first);
	open_good();
	ck_assert_int_eq(btf_find(b, w, 6), 0);
	ck_assert_uint_eq(w[0].count, 6);
	ck_assert_uint_eq(w[0].ids[0], first);
	for (i = 1; i < 6; i++)
		ck_assert_uint_eq(w[0].ids[i], 5 + i);
	ck_assert_uint_eq(w[1].count, 2);
	ck_assert_uint_eq(w[1].ids[0], last - 1);
	ck_assert_uint_eq(w[1].ids[1], last);
	ck_assert_uint_eq(w[2].count, 1);
	ck_assert_uint_eq(w[2].ids[0], first + 1);
	ck_assert_uint_eq(w[3].count, 0);
	ck_assert_ptr_null(w[3].ids);
	ck_assert_uint_eq(w[4].count, 2);
	ck_assert_uint_eq(w[5].count, 1);
	btf_wanted_free(w, 6);
	ck_assert_ptr_null(w[0].ids);
	ck_assert_int_eq(btf_find(b, NULL, 0), 0);
}
END_TEST

/* What is behind the last name's first type is not even looked at. */
START_TEST(finds_the_first)
{
	struct btf_wanted w[] = {
		{ .name = "b", .kind = BTF_KIND_STRUCT },
		{ .name = "a", .kind = BTF_KIND_STRUCT },
	};
	uint32_t a = build_composite(&types, "a", BTF_KIND_STRUCT, 4, 0), b1;

	build_composite(&types, "a___x", BTF_KIND_STRUCT, 4, 0);
	b1 = build_composite(&types, "b", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "b", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "s", BTF_KIND_STRUCT, 4, 0);
	bytes_set_u32(&types.types, types.types.size - 12, 1000);
	open_good();
	ck_assert_int_eq(btf_find_first(b, w, 2), 0);
	ck_assert_uint_eq(w[0].count, 1);
	ck_assert_uint_eq(w[0].ids[0], b1);
	ck_assert_uint_eq(w[1].count, 2);
	ck_assert_uint_eq(w[1].ids[0], a);
	btf_wanted_free(w, 2);
	w[1].name = "c";
	failed(btf_find_first(b, w, 2), EBADMSG, "name at 1000 is out of bounds");
	btf_wanted_free(w, 2);
	ck_assert_int_eq(btf_find_first(b, w, 0), 0);
}
END_TEST

START_TEST(find_meets_what_is_broken)
{
	struct btf_wanted w = { .name = "s", .kind = BTF_KIND_STRUCT };

	build_composite(&types, "s", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "x", BTF_KIND_STRUCT, 4, 0);
	bytes_set_u32(&types.types, 12, 1000);
	open_good();
	failed(btf_find(b, &w, 1), EBADMSG, "name at 1000 is out of bounds");
	ck_assert_uint_eq(w.count, 1);
	btf_wanted_free(&w, 1);
}
END_TEST

/* With the @n-th allocation failing, which Check makes too: no asserts here. */
static int open_and_find(unsigned int n, bool *failing)
{
	struct btf_wanted w[2] = {
		{ .name = "s", .kind = BTF_KIND_STRUCT },
		{ .name = "t", .kind = BTF_KIND_STRUCT },
	};
	int err;

	failing_begin(n);
	err = open_bytes();
	if (!err) {
		err = btf_find(b, w, 2);
		if (err)
			btf_failed(b, &failure);
	}
	*failing = failing_end();
	btf_wanted_free(w, 2);
	return err;
}

START_TEST(allocations_fail)
{
	bool failing = true;
	unsigned int i;
	int err;

	build_composite(&types, "s", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "s", BTF_KIND_STRUCT, 4, 0);
	build_composite(&types, "t", BTF_KIND_STRUCT, 4, 0);
	build_btf_end(&types, &bytes);
	for (i = 0; failing; i++) {
		err = open_and_find(i, &failing);
		ck_assert_int_eq(err, failing ? -ENOMEM : 0);
		ck_assert_int_eq(failure.error, -err);
		ck_assert_str_eq(failure.why, failing ? "out of memory" : "");
	}
	ck_assert_uint_ge(i, 8);
}
END_TEST

static int read_nothing(void *ctx, uint64_t off, void *to, size_t len)
{
	(void)off, (void)to, (void)len;
	return --*(int *)ctx < 0 ? -EIO : read_bytes(NULL, off, to, len);
}

START_TEST(reads_fail)
{
	int left = _i;
	struct btf_source source = { .read = read_nothing, .ctx = &left };
	struct btf_desc d;
	int err;

	for (uint32_t i = 0; i < 3000; i++)
		build_ref(&types, "typedef", BTF_KIND_TYPEDEF, 0);
	build_btf_end(&types, &bytes);
	source.size = bytes.size;
	err = btf_open_source(&b, "types", &source, &failure);
	if (!err) {
		err = btf_describe(b, 3000, &d);
		btf_failed(b, &failure);
	}
	ck_assert_int_eq(err, -EIO);
	ck_assert_int_eq(failure.error, EIO);
	ck_assert_ptr_nonnull(strstr(failure.why, "reading at byte "));
}
END_TEST

static void add_tests(TCase *t)
{
	tcase_add_test(t, every_kind);
	tcase_add_test(t, many_types);
	tcase_add_test(t, sizes);
	tcase_add_loop_test(t, pointer_sizes, 0, 6);
	tcase_add_test(t, loops);
	tcase_add_test(t, strips);
	tcase_add_loop_test(t, unknown_kinds, 0, 4);
	tcase_add_test(t, newer_kinds);
	tcase_add_test(t, wide_vlen);
	tcase_add_loop_test(t, header, 0, 13);
	tcase_add_test(t, strings_must_begin_with_none);
	tcase_add_loop_test(t, truncated_types, 0, 2);
	tcase_add_test(t, truncated_anywhere);
	tcase_add_test(t, names);
	tcase_add_test(t, finds);
	tcase_add_test(t, finds_the_first);
	tcase_add_test(t, find_meets_what_is_broken);
	tcase_add_test(t, allocations_fail);
}

Suite *btf_suite(void)
{
	Suite *s = suite_create("btf");
	TCase *memory = tcase_create("in memory");
	TCase *pieces = tcase_create("in pieces");

	tcase_add_checked_fixture(memory, setup, teardown);
	add_tests(memory);
	tcase_add_test(memory, essential_length);
	tcase_add_loop_test(memory, reads_fail, 0, 4);
	suite_add_tcase(s, memory);
	tcase_add_checked_fixture(pieces, setup_pieces, teardown);
	add_tests(pieces);
	suite_add_tcase(s, pieces);
	return s;
}

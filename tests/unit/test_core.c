// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * loader/core_*: relocations calculated between two sets of types, the
 * program's and the kernel's, which each test makes. What libbpf comes to
 * where clang can emit it is compared by tests/system/oracle.sh.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "build.h"
#include "loader/btf.h"
#include "loader/core.h"

Suite *core_suite(void);

/* 0: the program's, 1: the kernel's. */
static struct build_btf types[2];
static struct bytes bytes[2];
static struct btf *btf[2];
static struct btf_wanted cands;
static struct core_result result;
static struct error failure;
static bool no_kernel;

#define L (&types[0])
#define K (&types[1])

static void setup(void)
{
	memset(bytes, 0, sizeof(bytes));
	memset(&cands, 0, sizeof(cands));
	memset(&failure, 0, sizeof(failure));
	memset(&result, 0xee, sizeof(result));
	btf[0] = btf[1] = NULL;
	no_kernel = false;
	build_btf_begin(L);
	build_btf_begin(K);
}

static void teardown(void)
{
	btf_wanted_free(&cands, 1);
	for (int i = 0; i < 2; i++) {
		btf_close(btf[i]);
		build_btf_free(&types[i]);
		bytes_free(&bytes[i]);
	}
}

static void open_types(void)
{
	static const char *const names[] = { "program", "kernel" };

	for (int i = 0; i < 2; i++) {
		bytes_free(&bytes[i]);
		build_btf_end(&types[i], &bytes[i]);
		btf_close(btf[i]);
		ck_assert_int_eq(btf_open(&btf[i], names[i],
					  bytes_span(&bytes[i]), NULL), 0);
		btf_set_pointer_size(btf[i], 8);
	}
}

/* Relocates @access of local type @root. Returns what core_calculate() does. */
static int relocate(uint32_t root, const char *access, uint32_t kind)
{
	struct bpf_core_relo relo = {
		.type_id = root, .kind = kind,
		.access_str_off = build_string(L, access),
	};
	struct btf_desc d;

	open_types();
	memset(&failure, 0, sizeof(failure));
	btf_wanted_free(&cands, 1);
	if (!btf_describe(btf[0], root, &d)) {
		cands.name = btf_name(btf[0], d.name);
		cands.kind = d.kind;
		ck_assert_ptr_nonnull(cands.name);
		ck_assert_int_eq(btf_find(btf[1], &cands, 1), 0);
	}
	return core_calculate(&relo, btf[0], no_kernel ? NULL : btf[1], &cands,
			      &result, &failure);
}

static void becomes(uint32_t root, const char *access, uint32_t kind,
		    uint64_t local, uint64_t target)
{
	int err = relocate(root, access, kind);

	ck_assert_str_eq(failure.why, "");
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(result.poison, 0);
	ck_assert_uint_eq(result.local, local);
	ck_assert_uint_eq(result.target, target);
}

static void is_poison(uint32_t root, const char *access, uint32_t kind)
{
	ck_assert_int_eq(relocate(root, access, kind), 0);
	ck_assert_int_eq(result.poison, 1);
}

static void refused(int err, int error, const char *what, const char *why)
{
	ck_assert_str_eq(failure.why, why);
	ck_assert_str_eq(failure.what, what);
	ck_assert_int_eq(err, -error);
	ck_assert_int_eq(failure.error, error);
}

/* struct s { int first; <what>; } here, { <what>; } at another place there. */
static uint32_t two_structs(uint32_t local_type, uint32_t kernel_type)
{
	uint32_t s = build_composite(L, "s", BTF_KIND_STRUCT, 64, 1);

	build_member(L, "field", local_type, 32);
	build_composite(K, "s", BTF_KIND_STRUCT, 64, 2);
	build_member(K, "other", kernel_type, 0);
	build_member(K, "field", kernel_type, 128);
	return s;
}

START_TEST(offset)
{
	uint32_t i = build_int(L, "int", 4, BTF_INT_SIGNED);
	uint32_t s;

	build_int(K, "int", 4, BTF_INT_SIGNED);
	s = two_structs(i, i);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16);
	ck_assert(result.validate);
	ck_assert_uint_eq(result.local_size, 4);
	ck_assert_uint_eq(result.target_size, 4);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_SIZE, 4, 4);
	becomes(s, "0:0", BPF_CORE_FIELD_EXISTS, 1, 1);
	becomes(s, "0:0", BPF_CORE_FIELD_SIGNED, 1, 1);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		becomes(s, "0:0", BPF_CORE_FIELD_LSHIFT_U64, 32, 32);
	becomes(s, "0:0", BPF_CORE_FIELD_RSHIFT_U64, 32, 32);
	becomes(s, "0", BPF_CORE_TYPE_SIZE, 64, 64);
	becomes(s, "0", BPF_CORE_TYPE_EXISTS, 1, 1);
	becomes(s, "0", BPF_CORE_TYPE_ID_LOCAL, s, s);
	ck_assert(!result.validate);
	becomes(s, "0", BPF_CORE_TYPE_ID_TARGET, s, 2);
	ck_assert(!result.validate);
	/* The third of them behind a pointer. */
	becomes(s, "2:0", BPF_CORE_FIELD_BYTE_OFFSET, 128 + 4, 128 + 16);
	becomes(s, "2", BPF_CORE_FIELD_BYTE_OFFSET, 128, 128);
	becomes(s, "0", BPF_CORE_FIELD_BYTE_SIZE, 64, 64);
}
END_TEST

/* A field, type, enumerator that is not there: no is an answer, or none. */
static void all_absent(uint32_t s, uint32_t e)
{
	is_poison(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET);
	is_poison(s, "0:0", BPF_CORE_FIELD_BYTE_SIZE);
	is_poison(s, "0:0", BPF_CORE_FIELD_SIGNED);
	is_poison(s, "0:0", BPF_CORE_FIELD_LSHIFT_U64);
	is_poison(s, "0:0", BPF_CORE_FIELD_RSHIFT_U64);
	becomes(s, "0:0", BPF_CORE_FIELD_EXISTS, 1, 0);
	is_poison(e, "0", BPF_CORE_ENUMVAL_VALUE);
	becomes(e, "0", BPF_CORE_ENUMVAL_EXISTS, 1, 0);
}

START_TEST(absent)
{
	uint32_t i = build_int(L, "int", 4, 0), s, e;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "field", i, 0);
	e = build_enum(L, "e", 4, 0, 1);
	build_value(L, "ONE", 1);
	all_absent(s, e);
	becomes(s, "0", BPF_CORE_TYPE_EXISTS, 1, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	becomes(s, "0", BPF_CORE_TYPE_SIZE, 4, 0);
	becomes(s, "0", BPF_CORE_TYPE_ID_TARGET, s, 0);
	becomes(s, "0", BPF_CORE_TYPE_ID_LOCAL, s, s);
	build_composite(K, "s", BTF_KIND_STRUCT, 4, 0);
	build_enum(K, "e", 4, 0, 0);
	all_absent(s, e);
	becomes(s, "0", BPF_CORE_TYPE_EXISTS, 1, 1);
	no_kernel = true;
	all_absent(s, e);
	becomes(s, "0", BPF_CORE_TYPE_EXISTS, 1, 0);
	becomes(s, "0", BPF_CORE_TYPE_SIZE, 4, 0);
	becomes(s, "0", BPF_CORE_TYPE_ID_LOCAL, s, s);
}
END_TEST

/* struct s { struct { union { int *a; }; }; } */
START_TEST(anonymous_members)
{
	uint32_t i = build_int(L, "int", 4, 0), s, inner;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 1);
	build_member(L, "a", i, 32);
	build_int(K, "int", 4, 0);
	inner = build_composite(K, NULL, BTF_KIND_UNION, 4, 2);
	build_member(K, "x", i, 0);
	build_member(K, "a", i, 0);
	inner = build_ref(K, NULL, BTF_KIND_CONST, inner);
	build_composite(K, NULL, BTF_KIND_STRUCT, 12, 2);
	build_member(K, "y", i, 0);
	build_member(K, NULL, inner, 64);
	build_composite(K, NULL, BTF_KIND_STRUCT, 12, 1);
	build_member(K, "z", i, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 32, 3);
	build_member(K, NULL, 5, 0);
	build_member(K, NULL, 4, 128);
	build_member(K, NULL, i, 0);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16 + 8);
	/* And the other way round. */
	inner = build_composite(L, NULL, BTF_KIND_STRUCT, 8, 1);
	build_member(L, "y", i, 0);
	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 2);
	build_member(L, "a", i, 0);
	build_member(L, NULL, inner, 32);
	becomes(s, "0:1:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16);
}
END_TEST

START_TEST(arrays)
{
	uint32_t i = build_int(L, "int", 4, 0), s;

	build_int(K, "int", 4, 0);
	s = two_structs(build_array(L, build_array(L, i, 4), 3),
			build_array(K, build_array(K, i, 5), 2));
	becomes(s, "0:0:1:3", BPF_CORE_FIELD_BYTE_OFFSET,
		4 + 16 + 12, 16 + 20 + 12);
	ck_assert_uint_eq(result.local_size, 4);
	/* Of whole arrays, a load takes one element. */
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16);
	ck_assert_uint_eq(result.local_size, 4);
	ck_assert_uint_eq(result.target_size, 4);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_SIZE, 48, 40);
	becomes(s, "0:0:1", BPF_CORE_FIELD_BYTE_SIZE, 16, 20);
	/* The kernel's has no third. */
	is_poison(s, "0:0:2:0", BPF_CORE_FIELD_BYTE_OFFSET);
	becomes(s, "0:0:2:0", BPF_CORE_FIELD_EXISTS, 1, 0);
	refused(relocate(s, "0:0:1:3", BPF_CORE_FIELD_SIGNED), ENOTSUP,
		"program: struct s.field[1][3] (signedness)",
		"signedness of an array's element");
	refused(relocate(s, "0:0:3:0", BPF_CORE_FIELD_BYTE_OFFSET), EBADMSG,
		"program: struct s (byte offset)",
		"element 3 of an array of 3");
}
END_TEST

/* As the last member, an array of none has as many as one likes. */
START_TEST(flexible_arrays)
{
	uint32_t i = build_int(L, "int", 4, 0), s, middle, nested;

	build_int(K, "int", 4, 0);
	s = two_structs(build_array(L, i, 0), build_array(K, i, 0));
	becomes(s, "0:0:7", BPF_CORE_FIELD_BYTE_OFFSET, 4 + 28, 16 + 28);
	middle = build_composite(L, "m", BTF_KIND_STRUCT, 64, 2);
	build_member(L, "field", 2, 32);
	build_member(L, "end", i, 32);
	refused(relocate(middle, "0:0:0", BPF_CORE_FIELD_BYTE_OFFSET), EBADMSG,
		"program: struct m (byte offset)",
		"element 0 of an array of 0");
	/* Of the elements of an array, none is the last member. */
	nested = build_array(L, 2, 3);
	s = build_composite(L, "o", BTF_KIND_STRUCT, 64, 1);
	build_member(L, "field", nested, 32);
	refused(relocate(s, "0:0:1:5", BPF_CORE_FIELD_BYTE_OFFSET), EBADMSG,
		"program: struct o (byte offset)",
		"element 5 of an array of 0");
	/* It is in the middle there. */
	s = build_composite(L, "n", BTF_KIND_STRUCT, 64, 1);
	build_member(L, "field", 2, 32);
	build_composite(K, "n", BTF_KIND_STRUCT, 64, 2);
	build_member(K, "field", 2, 32);
	build_member(K, "end", i, 32);
	is_poison(s, "0:0:0", BPF_CORE_FIELD_BYTE_OFFSET);
}
END_TEST

struct bits {
	uint32_t type_size, offset, bits;
	uint64_t byte_offset, byte_size, left, right;
};

/* Of what the kernel has; the left shift is that of little-endian hosts. */
static const struct bits bits[] = {
	{ 4, 0, 1, 0, 4, 63, 63 },
	{ 4, 31, 1, 0, 4, 32, 63 },
	{ 4, 32, 3, 4, 4, 61, 61 },
	{ 1, 13, 3, 1, 1, 56, 61 },
	{ 2, 14, 4, 0, 4, 46, 60 },	/* across a u16 */
	{ 4, 30, 5, 0, 8, 29, 59 },	/* across a u32 */
	{ 8, 70, 58, 8, 8, 0, 6 },
	{ 1, 31, 2, 0, 8, 31, 62 },
};

static uint32_t two_bitfields(const struct bits *c)
{
	uint32_t i = build_int(L, "i", 4, 0), s;

	s = build_bitfields(L, "s", BTF_KIND_STRUCT, 16, 1);
	build_bitfield(L, "field", i, 7, 2);
	build_int(K, "i", c->type_size, BTF_INT_SIGNED);
	build_bitfields(K, "s", BTF_KIND_STRUCT, 16, 1);
	build_bitfield(K, "field", i, c->offset, c->bits);
	return s;
}

START_TEST(bitfields)
{
	const struct bits *c = &bits[_i];
	uint32_t s = two_bitfields(c);

	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 0, c->byte_offset);
	ck_assert(!result.validate);
	ck_assert_uint_eq(result.target_size, 0);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_SIZE, 4, c->byte_size);
	ck_assert(!result.validate);
	becomes(s, "0:0", BPF_CORE_FIELD_SIGNED, 0, 1);
	ck_assert(result.validate);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		becomes(s, "0:0", BPF_CORE_FIELD_LSHIFT_U64, 55, c->left);
	ck_assert_int_eq(relocate(s, "0:0", BPF_CORE_FIELD_RSHIFT_U64), 0);
	ck_assert_uint_eq(result.target, c->right);
	ck_assert_uint_eq(result.local, 62);
	ck_assert(result.validate);
}
END_TEST

START_TEST(impossible_bitfields)
{
	static const struct bits wide = { 8, 60, 10, 0, 0, 0, 0 };
	static const struct bits none = { 0, 0, 1, 0, 0, 0, 0 };
	uint32_t s = two_bitfields(_i ? &wide : &none);

	refused(relocate(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET), EBADMSG,
		"program: struct s.field (byte offset)",
		_i ? "kernel: bitfield wider than a load" :
		     "kernel: bitfield of a type without size");
}
END_TEST

START_TEST(flavors)
{
	uint32_t i = build_int(L, "int", 4, 0), s, e;

	s = build_composite(L, "s___old", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "field", i, 0);
	e = build_enum(L, "e___x", 4, 0, 1);
	build_value(L, "ONE___x", 1);
	build_int(K, "int", 4, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 64, 1);
	build_member(K, "field", i, 64);
	build_enum(K, "e", 4, 0, 2);
	build_value(K, "TWO", 2);
	build_value(K, "ONE", 11);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 0, 8);
	becomes(e, "0", BPF_CORE_ENUMVAL_VALUE, 1, 11);
	/* A member has no flavors. */
	s = build_composite(L, "s___new", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "field___x", i, 0);
	is_poison(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET);
}
END_TEST

/* Several candidates must come to the same, and those that do are kept. */
START_TEST(candidates)
{
	uint32_t i = build_int(L, "int", 4, 0), s;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 2);
	build_member(L, "a", i, 0);
	build_member(L, "b", i, 32);
	build_int(K, "int", 4, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 16, 1);
	build_member(K, "b", i, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 16, 2);
	build_member(K, "a", i, 64);
	build_member(K, "b", i, 96);
	build_composite(K, "s___2", BTF_KIND_STRUCT, 16, 2);
	build_member(K, "a", i, 64);
	build_member(K, "b", i, 64);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 0, 8);
	ck_assert_uint_eq(cands.count, 2);
	ck_assert_uint_eq(cands.ids[0], 3);
	ck_assert_uint_eq(cands.ids[1], 4);
	refused(relocate(s, "0:1", BPF_CORE_FIELD_BYTE_OFFSET), EINVAL,
		"program: struct s.b (byte offset)",
		"kernel: types 2 and 3 of the kernel disagree: 0 or 12");
	/* The offset counts although it was not asked for. */
	refused(relocate(s, "0:1", BPF_CORE_FIELD_BYTE_SIZE), EINVAL,
		"program: struct s.b (byte size)",
		"kernel: types 2 and 3 of the kernel disagree: 4 or 4");
	refused(relocate(s, "0", BPF_CORE_TYPE_ID_TARGET), EINVAL,
		"program: struct s (target type id)",
		"kernel: types 2 and 3 of the kernel disagree: 2 or 3");
}
END_TEST

/* Where no candidate matches, all are left for relocations to come. */
START_TEST(candidates_are_kept)
{
	struct bpf_core_relo relo = { .kind = BPF_CORE_FIELD_EXISTS };
	uint32_t i = build_int(L, "int", 4, 0), s, found;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 2);
	build_member(L, "absent", i, 0);
	build_member(L, "b", i, 32);
	build_int(K, "int", 4, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 16, 1);
	build_member(K, "b", i, 0);
	found = build_string(L, "0:1");
	becomes(s, "0:0", BPF_CORE_FIELD_EXISTS, 1, 0);
	ck_assert_uint_eq(cands.count, 1);
	relo.type_id = s;
	relo.access_str_off = found;
	ck_assert_int_eq(core_calculate(&relo, btf[0], btf[1], &cands,
					&result, &failure), 0);
	ck_assert_uint_eq(result.target, 1);
}
END_TEST

/* The first member of the name decides. */
START_TEST(two_members_of_a_name)
{
	uint32_t i = build_int(L, "int", 4, 0), s, p;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "a", i, 0);
	build_int(K, "int", 4, 0);
	p = build_ref(K, NULL, BTF_KIND_PTR, i);
	build_composite(K, "s", BTF_KIND_STRUCT, 16, 2);
	build_member(K, "a", p, 0);
	build_member(K, "a", i, 64);
	becomes(s, "0:0", BPF_CORE_FIELD_EXISTS, 1, 0);
}
END_TEST

enum shape {
	INT, UNSIGNED, LONG, POINTER, STRUCT, UNION, ENUM, ENUM_X, ENUM_NONE,
	ENUM64, FWD, FWD_X, FLOAT, ARRAY_OF_INT, ARRAY_OF_STRUCT, FUNCTION, ODD_INT,
	TYPEDEF_INT, SHAPES
};

static uint32_t odd_int(struct build_btf *b)
{
	uint32_t id = build_int(b, "odd", 4, 0);

	bytes_set_u32(&b->types, b->types.size - 4, 3 << 16 | 5);
	return id;
}

static uint32_t make(struct build_btf *b, enum shape shape)
{
	switch (shape) {
	case INT:
		return build_int(b, "int", 4, BTF_INT_SIGNED);
	case UNSIGNED:
		return build_int(b, "unsigned", 4, 0);
	case LONG:
		return build_int(b, "long", 8, 0);
	case POINTER:
		return build_ref(b, NULL, BTF_KIND_PTR, 0);
	case STRUCT:
		return build_composite(b, "x", BTF_KIND_STRUCT, 4, 0);
	case UNION:
		return build_composite(b, "y", BTF_KIND_UNION, 4, 0);
	case ENUM:
		return build_enum(b, "e", 4, 0, 0);
	case ENUM_X:
		return build_enum(b, "x", 8, 0, 0);
	case ENUM_NONE:
		return build_enum(b, NULL, 4, 0, 0);
	case ENUM64:
		return build_enum64(b, "e___f", 0, 0);
	case FWD:
		return build_type(b, "f", BTF_KIND_FWD, 0, 0, 0);
	case FWD_X:
		return build_type(b, "x", BTF_KIND_FWD, 0, 0, 0);
	case FLOAT:
		return build_type(b, "float", BTF_KIND_FLOAT, 0, 0, 4);
	case ARRAY_OF_INT:
		return build_array(b, make(b, INT), 1);
	case ARRAY_OF_STRUCT:
		return build_array(b, make(b, STRUCT), 1);
	case FUNCTION:
		return build_proto(b, 0, 0);
	case ODD_INT:
		return odd_int(b);
	case TYPEDEF_INT:
		return build_ref(b, "t", BTF_KIND_TYPEDEF, make(b, LONG));
	case SHAPES:
		break;
	}
	return 0;
}

/* As which types a field may come back, others than its own. */
static const bool may_be[SHAPES][SHAPES] = {
	[INT] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1, [TYPEDEF_INT] = 1 },
	[UNSIGNED] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1,
		       [TYPEDEF_INT] = 1 },
	[LONG] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1, [TYPEDEF_INT] = 1 },
	[POINTER] = { [POINTER] = 1 },
	[STRUCT] = { [STRUCT] = 1, [UNION] = 1 },
	[UNION] = { [STRUCT] = 1, [UNION] = 1 },
	[ENUM] = { [ENUM] = 1, [ENUM64] = 1, [ENUM_NONE] = 1 },
	[ENUM_X] = { [ENUM_X] = 1, [ENUM_NONE] = 1 },
	[ENUM_NONE] = { [ENUM] = 1, [ENUM_X] = 1, [ENUM_NONE] = 1,
			[ENUM64] = 1 },
	[ENUM64] = { [ENUM] = 1, [ENUM64] = 1, [ENUM_NONE] = 1 },
	[FWD] = { [FWD] = 1 },
	[FWD_X] = { [FWD_X] = 1 },
	[FLOAT] = { [FLOAT] = 1 },
	[ARRAY_OF_INT] = { [ARRAY_OF_INT] = 1 },
	[ARRAY_OF_STRUCT] = { [ARRAY_OF_STRUCT] = 1 },
	[TYPEDEF_INT] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1,
			  [TYPEDEF_INT] = 1 },
};

static void check_rule(const bool rule[SHAPES][SHAPES],
		       uint32_t (*add)(uint32_t local, uint32_t kernel),
		       const char *access, uint32_t kind)
{
	uint32_t root;

	for (enum shape l = 0; l < SHAPES; l++) {
		for (enum shape k = 0; k < SHAPES; k++) {
			root = add(make(L, l), make(K, k));
			ck_assert_int_eq(relocate(root, access, kind), 0);
			ck_assert_msg(result.target == rule[l][k],
				      "%d as %d", l, k);
			teardown();
			setup();
		}
	}
}

START_TEST(compatible_fields)
{
	check_rule(may_be, two_structs, "0:0", BPF_CORE_FIELD_EXISTS);
}
END_TEST

/* Which loads may change their width. */
START_TEST(resizes)
{
	static const struct {
		enum shape local, kernel;
		bool unsafe;
	} cases[] = {
		{ UNSIGNED, LONG, false }, { LONG, UNSIGNED, false },
		{ INT, LONG, true }, { LONG, INT, true },
		{ INT, UNSIGNED, false }, { POINTER, POINTER, false },
		{ ENUM, ENUM64, true }, { UNSIGNED, TYPEDEF_INT, false },
	};
	uint32_t s = two_structs(make(L, cases[_i].local),
				 make(K, cases[_i].kernel));

	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16);
	ck_assert_int_eq(result.resize_unsafe, cases[_i].unsafe);
}
END_TEST

/* A bitfield here, none there: no load does for both. */
START_TEST(bitfield_no_more)
{
	uint32_t i = build_int(L, "int", 4, 0), s;

	s = build_bitfields(L, "s", BTF_KIND_STRUCT, 16, 1);
	build_bitfield(L, "field", i, 0, 2);
	build_int(K, "int", 4, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 16, 1);
	build_member(K, "field", i, 32);
	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 0, 4);
	ck_assert(result.resize_unsafe);
}
END_TEST

/* A 32-bit kernel's pointers are narrower, and may be. */
START_TEST(narrow_pointers)
{
	struct bpf_core_relo relo = { .kind = BPF_CORE_FIELD_BYTE_OFFSET };
	uint32_t s = two_structs(make(L, POINTER), make(K, POINTER));

	becomes(s, "0:0", BPF_CORE_FIELD_BYTE_OFFSET, 4, 16);
	btf_set_pointer_size(btf[1], 4);
	relo.type_id = s;
	relo.access_str_off = (uint32_t)L->strings.size - 4;
	ck_assert_int_eq(core_calculate(&relo, btf[0], btf[1], &cands,
					&result, &failure), 0);
	ck_assert_uint_eq(result.local_size, 8);
	ck_assert_uint_eq(result.target_size, 4);
	ck_assert(!result.resize_unsafe);
}
END_TEST

START_TEST(enums)
{
	uint32_t e = build_enum(L, "e", 4, 1, 3), e64;

	build_value(L, "A", 1);
	build_value(L, "B", (uint32_t)-1);
	build_value(L, "C", 3);
	build_enum64(K, "e", 0, 2);
	build_value64(K, "B", 0x8000000000000000);
	build_value64(K, "A", 0x1ffffffff);
	becomes(e, "0", BPF_CORE_ENUMVAL_VALUE, 1, 0x1ffffffff);
	becomes(e, "1", BPF_CORE_ENUMVAL_VALUE, UINT64_MAX,
		0x8000000000000000);
	is_poison(e, "2", BPF_CORE_ENUMVAL_VALUE);
	becomes(e, "2", BPF_CORE_ENUMVAL_EXISTS, 1, 0);
	becomes(e, "0", BPF_CORE_TYPE_SIZE, 4, 8);
	becomes(e, "0", BPF_CORE_TYPE_EXISTS, 1, 1);
	e64 = build_enum64(L, "e", 0, 1);
	build_value64(L, "B", 7);
	becomes(e64, "0", BPF_CORE_ENUMVAL_VALUE, 7, 0x8000000000000000);
	/* Through a typedef, which has a name of its own. */
	e64 = build_ref(L, "t", BTF_KIND_TYPEDEF, e);
	build_ref(K, "t", BTF_KIND_TYPEDEF, 1);
	becomes(e64, "0", BPF_CORE_ENUMVAL_VALUE, 1, 0x1ffffffff);
	build_ref(K, "t", BTF_KIND_TYPEDEF, build_int(K, "int", 4, 0));
	becomes(e64, "0", BPF_CORE_ENUMVAL_EXISTS, 1, 1);
	refused(relocate(e, "3", BPF_CORE_ENUMVAL_VALUE), EBADMSG,
		"program: enum e (enumerator value)",
		"type 1 has 3 parts, not 4");
}
END_TEST

#define ANY_ENUM { [ENUM] = 1, [ENUM_X] = 1, [ENUM_NONE] = 1, [ENUM64] = 1 }

/* "Type exists": kinds must agree down to the last, names need not. */
static const bool may_exist[SHAPES][SHAPES] = {
	[INT] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1, [TYPEDEF_INT] = 1 },
	[UNSIGNED] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1,
		       [TYPEDEF_INT] = 1 },
	[LONG] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1, [TYPEDEF_INT] = 1 },
	[POINTER] = { [POINTER] = 1 },
	[STRUCT] = { [STRUCT] = 1 },
	[UNION] = { [UNION] = 1 },
	[ENUM] = ANY_ENUM,
	[ENUM_X] = ANY_ENUM,
	[ENUM_NONE] = ANY_ENUM,
	[ENUM64] = ANY_ENUM,
	[FWD] = { [FWD] = 1, [FWD_X] = 1 },
	[FWD_X] = { [FWD] = 1, [FWD_X] = 1 },
	[ARRAY_OF_INT] = { [ARRAY_OF_INT] = 1 },
	[ARRAY_OF_STRUCT] = { [ARRAY_OF_STRUCT] = 1 },
	[FUNCTION] = { [FUNCTION] = 1 },
	[TYPEDEF_INT] = { [INT] = 1, [UNSIGNED] = 1, [LONG] = 1,
			  [TYPEDEF_INT] = 1 },
};

/* typedef <shape> *root */
static uint32_t two_typedefs(uint32_t local, uint32_t kernel)
{
	build_ref(K, "root", BTF_KIND_TYPEDEF,
		  build_ref(K, NULL, BTF_KIND_PTR, kernel));
	return build_ref(L, "root", BTF_KIND_TYPEDEF,
			 build_ref(L, NULL, BTF_KIND_PTR, local));
}

START_TEST(compatible_types)
{
	check_rule(may_exist, two_typedefs, "0", BPF_CORE_TYPE_EXISTS);
}
END_TEST

static uint32_t function(struct build_btf *b, enum shape returns,
			 enum shape first, uint32_t count)
{
	uint32_t r = make(b, returns), p = make(b, first);
	uint32_t id = build_proto(b, r, count);

	for (uint32_t i = 0; i < count; i++)
		build_param(b, "p", p);
	return id;
}

START_TEST(compatible_functions)
{
	static const struct {
		enum shape returns, first;
		uint32_t count;
		bool same;
	} cases[] = {
		{ INT, POINTER, 2, true }, { LONG, POINTER, 2, true },
		{ POINTER, POINTER, 2, false }, { INT, INT, 2, false },
		{ INT, POINTER, 1, false },
	};
	uint32_t t = two_typedefs(function(L, INT, POINTER, 2),
				  function(K, cases[_i].returns,
					   cases[_i].first, cases[_i].count));

	becomes(t, "0", BPF_CORE_TYPE_EXISTS, 1, cases[_i].same);
}
END_TEST

/* "Type matches", behind a pointer as types are here: names and kinds. */
static const bool may_match[SHAPES][SHAPES] = {
	[INT] = { [INT] = 1 }, [UNSIGNED] = { [UNSIGNED] = 1 },
	[LONG] = { [LONG] = 1, [TYPEDEF_INT] = 1 },
	[POINTER] = { [POINTER] = 1 },
	[STRUCT] = { [STRUCT] = 1, [FWD_X] = 1 },
	[UNION] = { [UNION] = 1 },
	[ENUM] = { [ENUM] = 1 },
	[ENUM_X] = { [ENUM_X] = 1 },
	[ENUM_NONE] = { [ENUM_NONE] = 1 },
	[ENUM64] = { [ENUM64] = 1 },
	[FWD] = { [FWD] = 1 },
	[FWD_X] = { [FWD_X] = 1, [STRUCT] = 1 },
	[ARRAY_OF_INT] = { [ARRAY_OF_INT] = 1 },
	[ARRAY_OF_STRUCT] = { [ARRAY_OF_STRUCT] = 1 },
	[FUNCTION] = { [FUNCTION] = 1 },
	[ODD_INT] = { [ODD_INT] = 1 },
	[TYPEDEF_INT] = { [LONG] = 1, [TYPEDEF_INT] = 1 },
};

START_TEST(matching_types)
{
	check_rule(may_match, two_typedefs, "0", BPF_CORE_TYPE_MATCHES);
}
END_TEST

START_TEST(matching_members)
{
	uint32_t i = build_int(L, "int", 4, BTF_INT_SIGNED), s;
	uint32_t x = make(L, STRUCT);

	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 2);
	build_member(L, "a", i, 0);
	build_member(L, "x", x, 32);
	build_int(K, "int", 4, BTF_INT_SIGNED);
	make(K, STRUCT);
	build_composite(K, "s", BTF_KIND_STRUCT, 99, 3);
	build_member(K, "b", i, 0);
	build_member(K, "x", x, 0);
	build_member(K, "a", i, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 1);
	/* One more than the kernel has; one of another type; another kind. */
	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 1);
	build_member(L, "absent", i, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 1);
	build_member(L, "a", x, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	s = build_composite(L, "s", BTF_KIND_UNION, 8, 1);
	build_member(L, "a", i, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 4);
	for (int n = 0; n < 4; n++)
		build_member(L, "a", i, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
}
END_TEST

/* What is behind a pointer need not be there in full. */
START_TEST(matching_pointers)
{
	uint32_t i = build_int(L, "int", 4, BTF_INT_SIGNED), s, k;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 8, 1);
	build_member(L, "absent", i, 0);
	k = build_composite(K, "s", BTF_KIND_STRUCT, 8, 0);
	becomes(s, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	becomes(two_typedefs(s, k), "0", BPF_CORE_TYPE_MATCHES, 1, 1);
}
END_TEST

START_TEST(matching_enums)
{
	uint32_t e = build_enum(L, "e", 4, 0, 1), other;

	build_value(L, "A", 1);
	other = build_enum(L, "e", 4, 0, 1);
	build_value(L, "Z", 1);
	build_enum(K, "e", 4, 0, 2);
	build_value(K, "B", 1);
	build_value(K, "A___new", 2);
	becomes(e, "0", BPF_CORE_TYPE_MATCHES, 1, 1);
	becomes(other, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
	e = build_enum(L, "e", 8, 0, 0);
	becomes(e, "0", BPF_CORE_TYPE_MATCHES, 1, 0);
}
END_TEST

/* Types made to keep us busy for ever, or to end our stack. */
START_TEST(hostile_nesting)
{
	uint32_t i = build_int(L, "int", 4, 0), s, n;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "absent", i, 0);
	build_composite(K, "s", BTF_KIND_STRUCT, 4, 1);
	build_member(K, NULL, 1, 0);
	refused(relocate(s, "0:0", BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s.absent (field exists)",
		"kernel: type 1 is nested too deeply");
	/* Each of 40 structs has two of the next. */
	build_btf_free(K);
	build_btf_begin(K);
	build_composite(K, "s", BTF_KIND_STRUCT, 4, 2);
	for (n = 2; n < 40; n++) {
		build_member(K, NULL, n, 0);
		build_member(K, NULL, n, 0);
		build_composite(K, NULL, BTF_KIND_STRUCT, 4, n < 39 ? 2 : 0);
	}
	refused(relocate(s, "0:0", BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s.absent (field exists)",
		"kernel: types take too long to compare");
}
END_TEST

START_TEST(hostile_pointers)
{
	uint32_t t = build_ref(L, "t", BTF_KIND_TYPEDEF, 2);

	build_ref(L, NULL, BTF_KIND_PTR, 2);
	build_ref(K, "t", BTF_KIND_TYPEDEF, 2);
	build_ref(K, NULL, BTF_KIND_PTR, 2);
	refused(relocate(t, "0", BPF_CORE_TYPE_EXISTS), EBADMSG,
		"program: t (type exists)",
		"kernel: type 2 is nested too deeply");
	refused(relocate(t, "0", BPF_CORE_TYPE_MATCHES), EBADMSG,
		"program: t (type matches)",
		"kernel: type 2 is nested too deeply");
}
END_TEST

/* A function that takes itself, twice; a struct that holds itself, twice. */
START_TEST(hostile_recursion)
{
	uint32_t t = build_ref(L, "t", BTF_KIND_TYPEDEF, 2), s;

	build_ref(K, "t", BTF_KIND_TYPEDEF, 2);
	for (int n = 0; n < 2; n++) {
		build_proto(&types[n], 0, 2);
		build_param(&types[n], NULL, 2);
		build_param(&types[n], NULL, 2);
		s = build_composite(&types[n], "s", BTF_KIND_STRUCT, 0, 2);
		build_member(&types[n], "s", s, 0);
		build_member(&types[n], "r", s, 0);
	}
	ck_assert_int_eq(relocate(t, "0", BPF_CORE_TYPE_EXISTS), -EBADMSG);
	ck_assert_int_eq(relocate(t, "0", BPF_CORE_TYPE_MATCHES), -EBADMSG);
	ck_assert_int_eq(relocate(s, "0", BPF_CORE_TYPE_MATCHES), -EBADMSG);
	ck_assert_str_eq(failure.why, "kernel: type 3 is nested too deeply");
}
END_TEST

START_TEST(malformed)
{
	static const char *const access[] = {
		"", ":", "0:", ":0", "0::0", "0:x", "x", "-1", "0:-1", " 0",
		"0 ", "99999999999", "0:4294967296", "0,0",
		"2147483648",
	};
	uint32_t i = build_int(L, "int", 4, 0), s, e, none;

	s = build_composite(L, "s", BTF_KIND_STRUCT, 4, 1);
	build_member(L, "a", i, 0);
	e = build_enum(L, "e", 4, 0, 1);
	build_value(L, "A", 1);
	none = build_composite(L, NULL, BTF_KIND_STRUCT, 4, 0);
	refused(relocate(s, access[_i], BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s (field exists)", "malformed access string");
	refused(relocate(e, access[_i], BPF_CORE_ENUMVAL_VALUE), EBADMSG,
		"program: enum e (enumerator value)",
		"malformed access string");
	refused(relocate(s, "1", BPF_CORE_TYPE_EXISTS), EBADMSG,
		"program: struct s (type exists)", "malformed access string");
	refused(relocate(e, "0:0", BPF_CORE_ENUMVAL_VALUE), EBADMSG,
		"program: enum e (enumerator value)",
		"malformed access string");
	refused(relocate(s, "0:1", BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s (field exists)",
		"type 2 has 1 parts, not 2");
	refused(relocate(s, "0:0:0", BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s (field exists)", "type 1 has no parts");
	refused(relocate(s, "0", BPF_CORE_ENUMVAL_VALUE), EBADMSG,
		"program: struct s (enumerator value)", "type 2 is no enum");
	refused(relocate(none, "0", BPF_CORE_TYPE_EXISTS), ENOTSUP,
		"program: struct (anonymous) (type exists)",
		"type 4 has no name");
	refused(relocate(s, "0", 13), ENOTSUP, "program: struct s (kind 13)",
		"relocation of unknown kind");
	refused(relocate(99, "0", BPF_CORE_TYPE_EXISTS), EBADMSG,
		"program: (anonymous) (type exists)", "there is no type 99");
}
END_TEST

/* Nested 64 deep is deep enough, and no further. */
START_TEST(deep_access)
{
	char access[2 * 70 + 1] = "0";
	uint32_t i = build_int(L, "int", 4, 0), s = i;

	for (int n = 0; n < 70; n++) {
		uint32_t inner = s;

		s = build_composite(L, "s", BTF_KIND_STRUCT, 4, 1);
		build_member(L, "m", inner, 0);
		if (n < 69)
			strcat(access, ":0");
	}
	refused(relocate(s, access, BPF_CORE_FIELD_EXISTS), EBADMSG,
		"program: struct s (field exists)",
		"type 71 is nested too deeply");
	access[2 * 63 + 1] = '\0';
	ck_assert_int_eq(relocate(s, access, BPF_CORE_FIELD_EXISTS), 0);
}
END_TEST

START_TEST(descriptions)
{
	static const struct {
		uint32_t root;
		const char *access;
		uint32_t kind;
		const char *text;
	} cases[] = {
		{ 3, "0:0:2", 0, "struct s.array[2] (byte offset)" },
		{ 3, "4:0", 2, "struct s[4].array (field exists)" },
		{ 3, "0", 9, "struct s (type size)" },
		{ 4, "0", 11, "enum e::A (enumerator value)" },
		{ 1, "0", 8, "int (type exists)" },
		{ 5, "0", 12, "union u (type matches)" },
	};
	struct bpf_core_relo relo;
	char text[64], small[8];

	build_array(L, build_int(L, "int", 4, 0), 3);
	build_composite(L, "s", BTF_KIND_STRUCT, 12, 1);
	build_member(L, "array", 2, 0);
	build_enum(L, "e", 4, 0, 1);
	build_value(L, "A", 1);
	build_composite(L, "u", BTF_KIND_UNION, 12, 0);
	relo = (struct bpf_core_relo){
		.type_id = cases[_i].root, .kind = cases[_i].kind,
		.access_str_off = build_string(L, cases[_i].access),
	};
	open_types();
	core_describe(&relo, btf[0], text, sizeof(text));
	ck_assert_str_eq(text, cases[_i].text);
	core_describe(&relo, btf[0], small, sizeof(small));
	ck_assert_int_eq(strncmp(small, text, 7), 0);
	ck_assert_uint_eq(strlen(small), 7);
}
END_TEST

/* ---- patching ------------------------------------------------------------- */

#define MOVE	(BPF_ALU64 | BPF_MOV | BPF_K)
#define WIDE	(BPF_LD | BPF_IMM | BPF_DW)
#define LOAD(n)	(BPF_LDX | BPF_MEM | (n))

static const struct patch {
	struct bpf_insn insn[2];
	struct core_result r;
	int result;
	struct bpf_insn expected[2];
	const char *why;
} patches[] = {
	{ { { .code = MOVE, .imm = 8 } },
	  { .local = 8, .target = 16, .validate = true },
	  0, { { .code = MOVE, .imm = 16 } }, "" },
	{ { { .code = MOVE, .imm = -2 } },
	  { .local = (uint64_t)-2, .target = (uint64_t)-3, .validate = true },
	  0, { { .code = MOVE, .imm = -3 } }, "" },
	{ { { .code = BPF_ALU | BPF_ADD | BPF_K, .imm = 9 } },
	  { .local = 8, .target = 16 },
	  0, { { .code = BPF_ALU | BPF_ADD | BPF_K, .imm = 16 } }, "" },
	{ { { .code = MOVE, .imm = 9 } },
	  { .local = 8, .target = 16, .validate = true },
	  -EINVAL, { { 0 } },
	  "the instruction holds 9, but by its types it is 8" },
	{ { { .code = BPF_ALU64 | BPF_MOV | BPF_X } },
	  { .target = 16 }, -EBADMSG, { { 0 } }, "no immediate to relocate" },
	{ { { .code = WIDE, .imm = -1 }, { .imm = 1 } },
	  { .local = 0x1ffffffff, .target = 0x8000000000000001,
	    .validate = true },
	  0, { { .code = WIDE, .imm = 1 }, { .imm = INT32_MIN } }, "" },
	{ { { .code = WIDE, .imm = 1 }, { .imm = 0 } },
	  { .local = 2, .target = 3, .validate = true }, -EINVAL, { { 0 } },
	  "the instruction holds 1, but by its types it is 2" },
	{ { { .code = WIDE, .src_reg = 1 } },
	  { .target = 3 }, -EBADMSG, { { 0 } }, "not a 64-bit immediate" },
	{ { { .code = WIDE }, { .code = MOVE } },
	  { .target = 3 }, -EBADMSG, { { 0 } }, "not a 64-bit immediate" },
	{ { { .code = LOAD(BPF_W), .off = 8 } },
	  { .local = 8, .target = 32767, .validate = true, .local_size = 4,
	    .target_size = 4 },
	  0, { { .code = LOAD(BPF_W), .off = 32767 } }, "" },
	{ { { .code = LOAD(BPF_W), .off = 8 } },
	  { .local = 8, .target = 32768, .validate = true },
	  -ERANGE, { { 0 } }, "offset 32768 is too large for an access" },
	{ { { .code = LOAD(BPF_W), .off = 8 } },
	  { .local = 9, .target = 32768, .validate = true }, -EINVAL,
	  { { 0 } }, "the instruction holds 8, but by its types it is 9" },
	{ { { .code = LOAD(BPF_W), .off = 8 } },
	  { .local = 8, .target = 16, .local_size = 4, .target_size = 8 },
	  0, { { .code = LOAD(BPF_DW), .off = 16 } }, "" },
	{ { { .code = BPF_STX | BPF_MEM | BPF_DW, .off = 8 } },
	  { .local = 8, .target = 16, .local_size = 8, .target_size = 2 },
	  0, { { .code = BPF_STX | BPF_MEM | BPF_H, .off = 16 } }, "" },
	{ { { .code = BPF_ST | BPF_MEM | BPF_H, .off = 8, .imm = 7 } },
	  { .local = 8, .target = 16, .local_size = 2, .target_size = 1 },
	  0, { { .code = BPF_ST | BPF_MEM | BPF_B, .off = 16, .imm = 7 } },
	  "" },
	{ { { .code = LOAD(BPF_W) } },
	  { .local_size = 8, .target_size = 4 }, -EINVAL, { { 0 } },
	  "access of 4 bytes to a field of 8" },
	{ { { .code = LOAD(BPF_W) } },
	  { .local_size = 4, .target_size = 3 }, -EINVAL, { { 0 } },
	  "the kernel's field of 3 bytes cannot be accessed at once" },
	{ { { .code = LOAD(BPF_W), .dst_reg = 3, .off = 8 } },
	  { .local = 8, .target = 16, .local_size = 4, .target_size = 8,
	    .resize_unsafe = true },
	  1, { { .code = BPF_JMP | BPF_CALL, .imm = CORE_POISON } }, "" },
	{ { { .code = MOVE, .dst_reg = 3, .imm = 8 } },
	  { .local = 9, .poison = true, .validate = true },
	  1, { { .code = BPF_JMP | BPF_CALL, .imm = CORE_POISON } }, "" },
	{ { { .code = WIDE, .imm = 8 }, { .imm = 1 } }, { .poison = true },
	  1, { { .code = BPF_JMP | BPF_CALL, .imm = CORE_POISON },
	       { .code = BPF_JMP | BPF_CALL, .imm = CORE_POISON } }, "" },
	{ { { .code = BPF_JMP | BPF_JA } }, { .target = 1 },
	  -EBADMSG, { { 0 } }, "instruction 0x05 cannot be relocated" },
};

enum { PATCHES = sizeof(patches) / sizeof(patches[0]) };

START_TEST(patch)
{
	const struct patch *c = &patches[_i];
	struct bpf_core_relo relo = { .kind = BPF_CORE_FIELD_BYTE_OFFSET };
	struct bpf_insn insn[2];
	int err;

	relo.type_id = build_int(L, "int", 4, 0);
	relo.access_str_off = build_string(L, "0");
	open_types();
	memcpy(insn, c->insn, sizeof(insn));
	err = core_patch(&relo, btf[0], &c->r, insn, 2, &failure);
	ck_assert_int_eq(err, c->result);
	ck_assert_str_eq(failure.why, c->why);
	if (err < 0)
		ck_assert_str_eq(failure.what, "program: int (byte offset)");
	else
		ck_assert_mem_eq(insn, c->expected, sizeof(insn));
}
END_TEST

/* The second half of a wide load may be beyond the end. */
START_TEST(patch_at_the_end)
{
	struct bpf_core_relo relo = { .type_id = 0 };
	struct bpf_insn insn = { .code = WIDE };
	struct core_result r = { .poison = true };

	open_types();
	ck_assert_int_eq(core_patch(&relo, btf[0], &r, &insn, 1, NULL), 1);
	insn.code = WIDE;
	r.poison = false;
	ck_assert_int_eq(core_patch(&relo, btf[0], &r, &insn, 1, NULL),
			 -EBADMSG);
}
END_TEST

static void add_rules(TCase *t)
{
	tcase_add_test(t, compatible_fields);
	tcase_add_test(t, compatible_types);
	tcase_add_loop_test(t, compatible_functions, 0, 5);
	tcase_add_test(t, matching_types);
	tcase_add_test(t, matching_members);
	tcase_add_test(t, matching_pointers);
	tcase_add_test(t, matching_enums);
	tcase_add_test(t, bitfield_no_more);
	tcase_add_loop_test(t, resizes, 0, 8);
	tcase_add_test(t, narrow_pointers);
}

static void add_hostile(TCase *t)
{
	tcase_add_test(t, hostile_nesting);
	tcase_add_test(t, hostile_pointers);
	tcase_add_test(t, hostile_recursion);
	tcase_add_loop_test(t, malformed, 0, 15);
	tcase_add_test(t, deep_access);
}

Suite *core_suite(void)
{
	Suite *s = suite_create("core");
	TCase *t = tcase_create("core");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, offset);
	tcase_add_test(t, absent);
	tcase_add_test(t, anonymous_members);
	tcase_add_test(t, arrays);
	tcase_add_test(t, flexible_arrays);
	tcase_add_loop_test(t, bitfields, 0, 8);
	tcase_add_loop_test(t, impossible_bitfields, 0, 2);
	tcase_add_test(t, flavors);
	tcase_add_test(t, candidates);
	tcase_add_test(t, candidates_are_kept);
	tcase_add_test(t, two_members_of_a_name);
	tcase_add_test(t, enums);
	add_rules(t);
	add_hostile(t);
	tcase_add_loop_test(t, descriptions, 0, 6);
	tcase_add_loop_test(t, patch, 0, PATCHES);
	tcase_add_test(t, patch_at_the_end);
	suite_add_tcase(s, t);
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/core_internal.h"

/* ---- values ---- */

/* A member's position, and the load that reads it. */
struct core_layout {
	uint32_t type;		/* of the member, past typedefs */
	uint32_t kind;		/* of that type */
	bool is_signed;
	bool bitfield;
	uint32_t bit_offset;	/* from the root */
	uint32_t bits;
	uint32_t offset;	/* bytes: what a load has to cover */
	uint32_t size;
};

/*
 * The smallest load that covers a bitfield: of its type's size, aligned to
 * that, or of twice the size when it crosses a boundary.
 */
static int cover_bitfield(struct btf *b, uint32_t type_size, struct core_layout *p)
{
	uint32_t size = type_size;

	if (!size)
		return btf_refuse(b, EBADMSG, "bitfield of a type without size");
	p->offset = p->bit_offset / 8 / size * size;
	while (p->bit_offset + p->bits - p->offset * 8 > size * 8) {
		if (size >= 8)
			return btf_refuse(b, EBADMSG,
					  "bitfield wider than a load");
		size *= 2;
		p->offset = p->bit_offset / 8 / size * size;
	}
	p->size = size;
	return 0;
}

static int find_sign(struct btf *b, const struct btf_desc *d, bool *is_signed)
{
	uint32_t data;
	int result;

	*is_signed = btf_is_enum(d) && d->kflag;
	if (d->kind != BTF_KIND_INT)
		return 0;
	result = btf_integer(b, d, &data);
	if (!result)
		*is_signed = BTF_INT_ENCODING(data) & BTF_INT_SIGNED;
	return result;
}

static int find_layout(struct btf *b, const struct core_spec *s,
		       struct core_layout *p)
{
	const struct core_step *last = &s->steps[s->count - 1];
	struct btf_member_desc m;
	struct btf_desc d;
	int result = btf_describe(b, last->type, &d);

	if (!result)
		result = btf_member(b, &d, last->index, &m);
	if (!result)
		result = btf_strip(b, m.type, &d);
	if (!result)
		result = find_sign(b, &d, &p->is_signed);
	if (result)
		return result;
	p->type = d.id;
	p->bit_offset = (uint32_t)s->bit_offset;
	p->bits = m.bits;
	p->bitfield = m.bits > 0;
	if (p->bitfield)
		return cover_bitfield(b, d.size, p);
	result = btf_size(b, d.id, &p->size);
	p->offset = p->bit_offset / 8;
	p->bits = p->size * 8;
	return result;
}

/* Of an array of any dimension: the size of one element. */
static int load_size(struct btf *b, uint32_t type, uint32_t *size)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int depth, result;

	for (depth = 0; depth < CORE_DEPTH_MAX; depth++) {
		result = btf_strip(b, type, &d);
		if (result)
			return result;
		if (d.kind != BTF_KIND_ARRAY)
			return btf_size(b, d.id, size);
		result = btf_array(b, &d, &a);
		if (result)
			return result;
		type = a.type;
	}
	return btf_refuse(b, EBADMSG, "type %u is nested too deeply", type);
}

static uint32_t left_shift(const struct core_layout *p)
{
	uint32_t first = p->bit_offset - p->offset * 8;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return 64 - (first + p->bits);
#else
	return (8 - p->size) * 8 + first;
#endif
}

/*
 * A compiler may read a bitfield with another load than this one: only its sign
 * and the right shift are exact.
 */
static int evaluate_member(struct btf *b, const struct core_spec *s,
			   struct core_value *v)
{
	struct core_layout p;
	int result = find_layout(b, s, &p);

	if (result)
		return result;
	v->exact = !p.bitfield;
	switch (s->kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		v->value = p.offset;
		v->type = p.bitfield ? 0 : p.type;
		return p.bitfield ? 0 : load_size(b, p.type, &v->size);
	case BPF_CORE_FIELD_BYTE_SIZE:
		v->value = p.size;
		return 0;
	case BPF_CORE_FIELD_SIGNED:
		v->value = p.is_signed;
		v->exact = true;
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		v->value = left_shift(&p);
		return 0;
	}
	v->value = 64 - p.bits;
	v->exact = true;
	return 0;
}

static int evaluate_element(struct btf *b, const struct core_spec *s,
			    struct core_value *v)
{
	uint32_t type = s->steps[s->count - 1].type, size;
	int result = btf_size(b, type, &size);

	if (result)
		return result;
	switch (s->kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		v->value = (uint32_t)s->bit_offset / 8;
		v->type = type;
		return load_size(b, type, &v->size);
	case BPF_CORE_FIELD_BYTE_SIZE:
		v->value = size;
		return 0;
	}
	return btf_refuse(b, ENOTSUP, "%s of an array's element",
			  core_kind_name(s->kind));
}

static int evaluate_field(struct btf *b, const struct core_spec *s,
			  struct core_value *v)
{
	v->value = 1;
	if (s->kind == BPF_CORE_FIELD_EXISTS)
		return 0;
	if (s->bit_offset > UINT32_MAX)
		return btf_refuse(b, EBADMSG, "offset beyond 512 MiB");
	if (s->steps[s->count - 1].name)
		return evaluate_member(b, s, v);
	return evaluate_element(b, s, v);
}

static int evaluate_enumerator(struct btf *b, const struct core_spec *s,
			       struct core_value *v)
{
	struct btf_enumerator e;
	struct btf_desc d;
	int result;

	v->value = 1;
	if (s->kind == BPF_CORE_ENUMVAL_EXISTS)
		return 0;
	result = btf_describe(b, s->steps[0].type, &d);
	if (!result)
		result = btf_enumerator(b, &d, s->steps[0].index, &e);
	if (!result)
		v->value = e.value;
	return result;
}

static int evaluate_type(struct btf *b, const struct core_spec *s,
			 struct core_value *v)
{
	uint32_t size;
	int result;

	v->value = 1;
	if (s->kind == BPF_CORE_TYPE_ID_TARGET) {
		v->value = s->root;
		v->exact = false;	/* ids change when objects are linked */
	}
	if (s->kind != BPF_CORE_TYPE_SIZE)
		return 0;
	result = btf_size(b, s->root, &size);
	if (!result)
		v->value = size;
	return result;
}

int core_evaluate(struct btf *b, const struct core_spec *s,
		  struct core_value *v)
{
	*v = (struct core_value){ .exact = true };
	if (core_is_field(s->kind))
		return evaluate_field(b, s, v);
	if (core_is_enumerator(s->kind))
		return evaluate_enumerator(b, s, v);
	return evaluate_type(b, s, v);
}

/* ---- candidates ---- */

bool core_wants_target(const struct bpf_core_relo *relo)
{
	return relo->kind != BPF_CORE_TYPE_ID_LOCAL;
}

/* Kinds that have no value without a target, not even "no" or 0. */
static bool needs_target(uint32_t kind)
{
	return (core_is_field(kind) && kind != BPF_CORE_FIELD_EXISTS) ||
	       kind == BPF_CORE_ENUMVAL_VALUE;
}

/*
 * May a load of this type be made wider or narrower? Pointers and unsigned
 * integers keep their value, for a load clears the rest of the register.
 */
static int is_resizable(struct btf *b, const struct core_value *v)
{
	struct btf_desc d;
	uint32_t data;
	int result = btf_describe(b, v->type, &d);

	if (result || d.kind == BTF_KIND_PTR)
		return result ? result : BTF_KIND_PTR;
	if (d.kind != BTF_KIND_INT)
		return 0;
	result = btf_integer(b, &d, &data);
	if (result)
		return result;
	return BTF_INT_ENCODING(data) == BTF_INT_SIGNED ? 0 : BTF_KIND_INT;
}

static int check_resize(struct btf *local, struct btf *target,
			const struct core_value *l, const struct core_value *t,
			struct core_result *r)
{
	int a, b;

	r->local_size = l->size;
	r->target_size = t->size;
	if (l->size == t->size)
		return 0;
	a = is_resizable(local, l);
	b = a < 0 ? a : is_resizable(target, t);
	if (b < 0)
		return b;
	r->resize_unsafe = !a || a != b;
	return 0;
}

/* Values by both sides' types; @there is NULL when the target has nothing. */
static int evaluate_both(struct btf *local, const struct core_spec *here,
			 struct btf *target, const struct core_spec *there,
			 struct core_result *r)
{
	struct core_value l, t = { 0 };
	int result = core_evaluate(local, here, &l);

	memset(r, 0, sizeof(*r));
	if (result)
		return result;
	r->local = l.value;
	r->validate = l.exact;
	r->poison = !there && needs_target(here->kind);
	if (!there)
		return 0;
	result = core_evaluate(target, there, &t);
	if (result)
		return result;
	r->found = true;
	r->target = t.value;
	return check_resize(local, target, &l, &t, r);
}

/* The candidates that match: all must have the same value. */
struct matches {
	struct core_result r;
	uint64_t bit_offset;
	uint32_t matches;
	uint32_t first;		/* the id of the first one */
};

static int note_match(struct matches *v, const struct core_result *r,
		      const struct core_spec *s, struct btf *target)
{
	if (!v->matches++) {
		v->r = *r;
		v->bit_offset = s->bit_offset;
		v->first = s->root;
		return 0;
	}
	if (v->bit_offset == s->bit_offset && v->r.target == r->target)
		return 0;
	return btf_refuse(target, EINVAL, "types %u and %u of the kernel "
			  "disagree: %" PRIu64 " or %" PRIu64, v->first,
			  s->root, v->r.target, r->target);
}

static int try_candidates(struct core_pair *p, const struct core_spec *here,
			  struct btf_wanted *cands, struct matches *v)
{
	uint32_t kept = 0;
	struct core_spec there;
	struct core_result r;
	int result;

	for (uint32_t i = 0; i < cands->count; i++) {
		result = core_spec_match(p, here, cands->ids[i], &there);
		if (!result)
			continue;
		if (result > 0)
			result = evaluate_both(p->local, here, p->target, &there, &r);
		if (!result)
			result = note_match(v, &r, &there, p->target);
		if (result)
			return result;
		cands->ids[kept++] = cands->ids[i];
	}
	if (kept)
		cands->count = kept;
	return 0;
}

/* Candidates are found by name. */
static int check_named(struct btf *local, uint32_t root)
{
	const char *name = NULL;
	struct btf_desc d;
	int result = btf_describe(local, root, &d);

	if (!result)
		name = btf_name(local, d.name);
	if (!name)
		return btf_failed(local, NULL);
	if (!*name)
		return btf_refuse(local, ENOTSUP, "type %u has no name", root);
	return 0;
}

static int resolve_relocation(const struct bpf_core_relo *relo, struct core_pair *p,
			      struct btf_wanted *cands, struct core_result *r)
{
	struct matches v = { .matches = 0 };
	struct core_spec here;
	int result = core_spec_parse(relo, p->local, &here);

	if (result)
		return result;
	if (!core_wants_target(relo)) {
		*r = (struct core_result){ .local = relo->type_id,
					   .target = relo->type_id };
		return 0;
	}
	result = check_named(p->local, relo->type_id);
	if (!result && p->target && cands)
		result = try_candidates(p, &here, cands, &v);
	if (result)
		return result;
	if (!v.matches)
		return evaluate_both(p->local, &here, NULL, NULL, r);
	*r = v.r;
	return 0;
}

int core_refuse(const struct bpf_core_relo *relo, struct btf *local,
		struct error *f, int error, const char *why, ...)
{
	char cause[sizeof(f->why)], what[sizeof(f->what)];
	va_list args;
	int len;

	va_start(args, why);
	vsnprintf(cause, sizeof(cause), why, args);
	va_end(args);
	len = snprintf(what, sizeof(what), "%s: ", local->name);
	if (len < 0 || (size_t)len > sizeof(what))
		len = 0;
	core_describe(relo, local, what + len, sizeof(what) - (size_t)len);
	return error_refuse(f, error, what, "%s", cause);
}

/* The BTF reader that failed has the cause; this adds the relocation. */
static int refuse_relocation(const struct bpf_core_relo *relo, struct btf *local,
			     struct btf *target, int result, struct error *f)
{
	if (local->error.error || !target)
		return core_refuse(relo, local, f, result, "%s",
				   local->error.why);
	return core_refuse(relo, local, f, result, "%s: %s", target->name,
			   target->error.why);
}

int core_calculate(const struct bpf_core_relo *relo, struct btf *local,
		   struct btf *target, struct btf_wanted *cands,
		   struct core_result *r, struct error *f)
{
	struct core_pair p = { local, target, CORE_WORK_MAX };
	int result;

	error_clear(&local->error);
	if (target)
		error_clear(&target->error);
	if (!core_kind_name(relo->kind))
		result = btf_refuse(local, ENOTSUP, "relocation of unknown kind");
	else
		result = resolve_relocation(relo, &p, cands, r);
	return result < 0 ? refuse_relocation(relo, local, target, result, f) : 0;
}

/* ---- patching ---- */

/* One instruction to patch. */
struct patch {
	const struct bpf_core_relo *relo;
	struct btf *local;
	const struct core_result *r;
	struct bpf_insn *insn;
	uint32_t left;
	struct error *f;
};

#define patch_refuse(s, error, ...) \
	core_refuse((s)->relo, (s)->local, (s)->f, error, __VA_ARGS__)

static bool is_wide_load(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static void poison_one(struct bpf_insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	insn->code = BPF_JMP | BPF_CALL;
	insn->imm = CORE_POISON;
}

static int poison_insn(struct patch *s)
{
	if (is_wide_load(s->insn) && s->left > 1)
		poison_one(s->insn + 1);
	poison_one(s->insn);
	return 1;
}

static int check_value(struct patch *s, uint64_t value)
{
	if (!s->r->validate || value == s->r->local)
		return 0;
	return patch_refuse(s, EINVAL, "the instruction holds %" PRId64
			    ", but by its types it is %" PRId64,
			    (int64_t)value, (int64_t)s->r->local);
}

/* r1 = 8, r1 += 8 */
static int patch_alu(struct patch *s)
{
	int result;

	if (BPF_SRC(s->insn->code) != BPF_K)
		return patch_refuse(s, EBADMSG, "no immediate to relocate");
	result = check_value(s, (uint64_t)(int64_t)s->insn->imm);
	if (!result)
		s->insn->imm = (int32_t)(uint32_t)s->r->target;
	return result;
}

static uint32_t access_size(const struct bpf_insn *insn)
{
	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	}
	return 8;
}

static int size_code(uint32_t size)
{
	switch (size) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	case 8:
		return BPF_DW;
	}
	return -1;
}

static int resize_access(struct patch *s)
{
	int code = size_code(s->r->target_size);

	if (s->r->local_size == s->r->target_size)
		return 0;
	if (access_size(s->insn) != s->r->local_size)
		return patch_refuse(s, EINVAL, "access of %u bytes to a field "
				    "of %u", access_size(s->insn),
				    s->r->local_size);
	if (code < 0)
		return patch_refuse(s, EINVAL, "the kernel's field of %u bytes "
				    "cannot be accessed at once",
				    s->r->target_size);
	s->insn->code = (uint8_t)((s->insn->code & ~0x18) | code);
	return 0;
}

/* r1 = *(u64 *)(r2 + 8), *(u64 *)(r2 + 8) = r1, *(u64 *)(r2 + 8) = 1 */
static int patch_access(struct patch *s)
{
	int result = check_value(s, (uint64_t)(int64_t)s->insn->off);

	if (result)
		return result;
	if (s->r->target > INT16_MAX)
		return patch_refuse(s, ERANGE, "offset %" PRIu64 " is too large "
				    "for an access", s->r->target);
	if (s->r->resize_unsafe)
		return poison_insn(s);
	s->insn->off = (int16_t)s->r->target;
	return resize_access(s);
}

/* r1 = 8 ll */
static int patch_wide(struct patch *s)
{
	struct bpf_insn *lo = s->insn, *hi = s->insn + 1;
	uint64_t value;
	int result;

	if (!is_wide_load(lo) || s->left < 2 || lo->src_reg || lo->off ||
	    hi->code || hi->dst_reg || hi->src_reg || hi->off)
		return patch_refuse(s, EBADMSG, "not a 64-bit immediate");
	value = (uint64_t)(uint32_t)hi->imm << 32 | (uint32_t)lo->imm;
	result = check_value(s, value);
	if (result)
		return result;
	lo->imm = (int32_t)(uint32_t)s->r->target;
	hi->imm = (int32_t)(uint32_t)(s->r->target >> 32);
	return 0;
}

int core_patch(const struct bpf_core_relo *relo, struct btf *local,
	       const struct core_result *r, struct bpf_insn *insn,
	       uint32_t left, struct error *f)
{
	struct patch s = { relo, local, r, insn, left, f };

	if (r->poison)
		return poison_insn(&s);
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return patch_alu(&s);
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		return patch_access(&s);
	case BPF_LD:
		return patch_wide(&s);
	}
	return patch_refuse(&s, EBADMSG, "instruction 0x%02x cannot be relocated",
			    insn->code);
}

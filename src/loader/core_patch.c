// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/core_patch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "loader/core_internal.h"

/* What is being patched, and where to complain. */
struct site {
	const struct bpf_core_relo *relo;
	struct btf *local;
	const struct core_result *r;
	struct bpf_insn *insn;
	uint32_t left;
	struct error *f;
};

#define site_refuse(s, error, ...) \
	core_refuse((s)->relo, (s)->local, (s)->f, error, __VA_ARGS__)

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static void poison_one(struct bpf_insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	insn->code = BPF_JMP | BPF_CALL;
	insn->imm = CORE_POISON;
}

static int poison(struct site *s)
{
	if (is_wide(s->insn) && s->left > 1)
		poison_one(s->insn + 1);
	poison_one(s->insn);
	return 1;
}

static int check_value(struct site *s, uint64_t value)
{
	if (!s->r->validate || value == s->r->local)
		return 0;
	return site_refuse(s, EINVAL, "the instruction holds %" PRId64
			   ", but by its types it is %" PRId64,
			   (int64_t)value, (int64_t)s->r->local);
}

/* r1 = 8, r1 += 8 */
static int patch_alu(struct site *s)
{
	int err;

	if (BPF_SRC(s->insn->code) != BPF_K)
		return site_refuse(s, EBADMSG, "no immediate to relocate");
	err = check_value(s, (uint64_t)(int64_t)s->insn->imm);
	if (!err)
		s->insn->imm = (int32_t)(uint32_t)s->r->target;
	return err;
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

static int resize_access(struct site *s)
{
	int code = size_code(s->r->target_size);

	if (s->r->local_size == s->r->target_size)
		return 0;
	if (access_size(s->insn) != s->r->local_size)
		return site_refuse(s, EINVAL, "access of %u bytes to a field "
				   "of %u", access_size(s->insn),
				   s->r->local_size);
	if (code < 0)
		return site_refuse(s, EINVAL, "the kernel's field of %u bytes "
				   "cannot be accessed at once",
				   s->r->target_size);
	s->insn->code = (uint8_t)((s->insn->code & ~0x18) | code);
	return 0;
}

/* r1 = *(u64 *)(r2 + 8), *(u64 *)(r2 + 8) = r1, *(u64 *)(r2 + 8) = 1 */
static int patch_access(struct site *s)
{
	int err = check_value(s, (uint64_t)(int64_t)s->insn->off);

	if (err)
		return err;
	if (s->r->target > INT16_MAX)
		return site_refuse(s, ERANGE, "offset %" PRIu64 " is too large "
				   "for an access", s->r->target);
	if (s->r->resize_unsafe)
		return poison(s);
	s->insn->off = (int16_t)s->r->target;
	return resize_access(s);
}

/* r1 = 8 ll */
static int patch_wide(struct site *s)
{
	struct bpf_insn *lo = s->insn, *hi = s->insn + 1;
	uint64_t value;
	int err;

	if (!is_wide(lo) || s->left < 2 || lo->src_reg || lo->off ||
	    hi->code || hi->dst_reg || hi->src_reg || hi->off)
		return site_refuse(s, EBADMSG, "not a 64-bit immediate");
	value = (uint64_t)(uint32_t)hi->imm << 32 | (uint32_t)lo->imm;
	err = check_value(s, value);
	if (err)
		return err;
	lo->imm = (int32_t)(uint32_t)s->r->target;
	hi->imm = (int32_t)(uint32_t)(s->r->target >> 32);
	return 0;
}

int core_patch(const struct bpf_core_relo *relo, struct btf *local,
	       const struct core_result *r, struct bpf_insn *insn,
	       uint32_t left, struct error *f)
{
	struct site s = { relo, local, r, insn, left, f };

	if (r->poison)
		return poison(&s);
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
	return site_refuse(&s, EBADMSG, "instruction 0x%02x cannot be relocated",
			   insn->code);
}

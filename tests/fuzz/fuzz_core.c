// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as types of a program, types of a kernel and relocations between
 * them: a result, or an error that says why; the same one when asked again.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { RELOCATIONS_MAX = 16 };

/* What the input begins with; then come both types, then relocations. */
struct head {
	uint16_t local_size;
	uint16_t kernel_size;
};

struct record {
	uint32_t type, access, kind;
	struct bpf_insn insn;
};

static struct btf *take(const uint8_t **at, size_t *left, size_t size)
{
	struct btf *b = NULL;

	if (size > *left)
		size = *left;
	btf_open(&b, "x", span_of(*at, size), NULL);
	if (b)
		btf_set_pointer_size(b, 8);
	*at += size;
	*left -= size;
	return b;
}

static int calculate(const struct bpf_core_relo *relo, struct btf *local,
		     struct btf *kernel, struct core_result *r,
		     struct error *f)
{
	struct btf_wanted w = { .name = NULL };
	struct btf_desc d;
	int err;

	if (!btf_describe(local, relo->type_id, &d)) {
		w.name = btf_name(local, d.name);
		w.kind = d.kind;
	}
	if (w.name && kernel)
		btf_find(kernel, &w, 1);
	err = core_calculate(relo, local, kernel, &w, r, f);
	btf_wanted_free(&w, 1);
	return err;
}

static bool is_same(const struct core_result *a, const struct core_result *b)
{
	return a->local == b->local && a->target == b->target &&
	       a->validate == b->validate && a->poison == b->poison &&
	       a->local_size == b->local_size &&
	       a->target_size == b->target_size &&
	       a->resize_unsafe == b->resize_unsafe;
}

static void relocate(const struct record *record, struct btf *local,
		     struct btf *kernel)
{
	struct bpf_core_relo relo = {
		.type_id = record->type, .access_str_off = record->access,
		.kind = record->kind,
	};
	struct bpf_insn insn[2] = { record->insn, { 0 } };
	struct core_result r[2];
	struct error f[2] = { { 0 }, { 0 } };
	char text[64];
	int err = calculate(&relo, local, kernel, &r[0], &f[0]);

	assert(err == 0 || err == -EBADMSG || err == -ENOTSUP ||
	       err == -EINVAL);
	assert(err == -f[0].error && !err == !f[0].why[0]);
	assert(calculate(&relo, local, kernel, &r[1], &f[1]) == err);
	assert(!strcmp(f[0].why, f[1].why));
	core_describe(&relo, local, text, sizeof(text));
	assert(strlen(text) < sizeof(text));
	if (err)
		return;
	assert(is_same(&r[0], &r[1]));
	err = core_patch(&relo, local, &r[0], insn, 2, &f[0]);
	assert(err >= 0 || f[0].why[0]);
	if (err == 1)
		assert(insn[0].imm == CORE_POISON);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct btf *local, *kernel;
	struct head head = { 0, 0 };
	struct record record;
	int i;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, input, sizeof(head));
	input += sizeof(head);
	size -= sizeof(head);
	local = take(&input, &size, head.local_size);
	kernel = take(&input, &size, head.kernel_size);
	for (i = 0; local && i < RELOCATIONS_MAX && size >= sizeof(record); i++) {
		memcpy(&record, input, sizeof(record));
		relocate(&record, local, kernel);
		input += sizeof(record);
		size -= sizeof(record);
	}
	btf_close(local);
	btf_close(kernel);
	return 0;
}

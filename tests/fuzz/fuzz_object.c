// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a BPF object, and others as the kernel's types: an object with
 * whole maps and programs, or an error that says why.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { MAPS_MAX = 64 };

static void check_maps(const struct object *o)
{
	for (uint32_t i = 0; i < object_map_count(o); i++) {
		const struct object_map *m = object_map(o, i);

		assert(m->name && object_map_index(o, m->name) <= (int)i);
		assert(!m->data.data || m->data.size == m->value_size);
	}
}

static void check_program(const struct object *o, uint32_t i)
{
	const struct object_program *p = object_program(o, i);
	char text[64];

	assert(p->insns && p->insn_count);
	for (uint32_t k = 0; k < p->insn_count; k++) {
		const struct bpf_insn *insn = &p->insns[k];

		/* What a call was linked to is a place in the program. */
		if (insn->code == (BPF_JMP | BPF_CALL) &&
		    insn->src_reg == BPF_PSEUDO_CALL)
			assert((int64_t)k + insn->imm + 1 >= 0 &&
			       (int64_t)k + insn->imm + 1 < p->insn_count);
	}
	object_unresolved(o, i, 0, text, sizeof(text));
}

static void use(struct object *o, struct btf *kernel)
{
	static const int fds[MAPS_MAX];
	struct error f = { 0 };
	uint64_t value = 1;
	int err;

	check_maps(o);
	object_set_variable(o, "constant", &value, 4);
	object_set_variable(o, "zero", &value, 8);
	object_replace_helper(o, BPF_FUNC_probe_read_kernel,
			      BPF_FUNC_probe_read);
	err = object_relocate(o, kernel, &f);
	assert(err <= 0 && err == -f.error && !err == !f.why[0]);
	if (object_map_count(o) > MAPS_MAX)
		return;
	for (uint32_t i = 0; !err && i < object_program_count(o); i++) {
		err = object_link(o, i, fds, &f);
		assert(err <= 0 && err == -f.error && !err == !f.why[0]);
		if (!err)
			check_program(o, i);
	}
}

/* The last two bytes say how much of the rest is the kernel's types. */
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct object *o = NULL;
	struct btf *kernel = NULL;
	struct error f = { 0 };
	size_t types;
	uint8_t *bytes;
	int err;

	if (size < 2)
		return 0;
	size -= 2;
	types = (size_t)(input[size] | input[size + 1] << 8);
	if (types > size)
		types = size;
	size -= types;
	bytes = malloc(size ? size : 1);
	memcpy(bytes, input, size);
	if (types)
		btf_open(&kernel, "kernel", span_of(input + size, types), NULL);
	err = object_open(&o, "x", span_of(bytes, size), &f);
	assert(!err == !!o && err == -f.error && !err == !f.why[0]);
	assert(err == 0 || err == -EBADMSG || err == -ENOTSUP ||
	       err == -ENOENT || err == -EINVAL);
	if (!err)
		use(o, kernel);
	object_close(o);
	btf_close(kernel);
	free(bytes);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as an ELF file: an error that says why, or a file whose sections,
 * symbols and relocations all lie within its bytes.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_within(struct span file, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	assert(bytes >= file.data && size <= file.size &&
	       bytes <= file.data + file.size - size);
}

static void check_name(struct span file, const char *name)
{
	assert(name);
	if (*name)
		check_within(file, name, strlen(name) + 1);
}

static void check_section(const struct elf *e, uint32_t i)
{
	struct elf_relocation r;
	struct elf_section s;
	uint32_t k;

	assert(!elf_section(e, i, &s));
	check_name(e->file, s.name);
	if (s.data.data)
		check_within(e->file, s.data.data, s.data.size);
	for (k = 0; k < elf_relocation_count(&s); k++)
		elf_relocation(&s, k, &r);
	assert(!i || elf_section_index(e, s.name) <= (int)i);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	/* A copy of its own, for the sanitizer to see where it ends. */
	uint8_t *bytes = malloc(size ? size : 1);
	struct error f = { 0 };
	struct elf_symbol s;
	struct elf e;
	int err;

	memcpy(bytes, input, size);
	err = elf_open(&e, "x", span_of(bytes, size), &f);
	assert(err == 0 || err == -EBADMSG || err == -ENOTSUP);
	assert(err == -f.error && !err == !f.why[0]);
	for (uint32_t i = 0; !err && i < e.section_count; i++)
		check_section(&e, i);
	for (uint32_t i = 0; !err && i < e.symbol_count; i++)
		if (!elf_symbol(&e, i, &s, &f))
			check_name(e.file, s.name);
	free(bytes);
	return 0;
}

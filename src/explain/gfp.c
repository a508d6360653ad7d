// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "explain/gfp.h"

/*
 * Bits 0 to 22 have the same meaning from 5.4 to 7.3, except bit 9, which 6.3 removed.
 * From bit 23 on the meaning depends on version and configuration.
 */
static const char *const bits[] = {
	"GFP_DMA", "__GFP_HIGHMEM", "GFP_DMA32", "__GFP_MOVABLE",
	"__GFP_RECLAIMABLE", "__GFP_HIGH", "__GFP_IO", "__GFP_FS",
	"__GFP_ZERO", "__GFP_ATOMIC", "__GFP_DIRECT_RECLAIM",
	"__GFP_KSWAPD_RECLAIM", "__GFP_WRITE", "__GFP_NOWARN",
	"__GFP_RETRY_MAYFAIL", "__GFP_NOFAIL", "__GFP_NORETRY",
	"__GFP_MEMALLOC", "__GFP_COMP", "__GFP_NOMEMALLOC", "__GFP_HARDWALL",
	"__GFP_THISNODE", "__GFP_ACCOUNT",
};

enum { BITS = sizeof(bits) / sizeof(bits[0]) };

/* Combinations: the first one whose bits are all set replaces these bits. */
static const struct {
	uint32_t mask;
	const char *name;
} sets[] = {
	{ 0x1c24ca, "GFP_TRANSHUGE" }, { 0x1c20ca, "GFP_TRANSHUGE_LIGHT" },
	{ 0x100cca, "GFP_HIGHUSER_MOVABLE" }, { 0x100cc2, "GFP_HIGHUSER" },
	{ 0x100cc0, "GFP_USER" }, { 0x400cc0, "GFP_KERNEL_ACCOUNT" },
	{ 0xcc0, "GFP_KERNEL" }, { 0xc40, "GFP_NOFS" },
	{ 0xa20, "GFP_ATOMIC" }, { 0x820, "GFP_ATOMIC" },
	{ 0xc00, "GFP_NOIO" }, { 0x800, "GFP_NOWAIT" },
};

/* Adds @name for the bits @mask, and takes them out of *@rest. */
static void put(struct text *t, uint64_t *rest, uint64_t mask, const char *name,
		const char **between)
{
	if ((*rest & mask) != mask)
		return;
	text_string(t, *between);
	text_string(t, name);
	*between = "|";
	*rest &= ~mask;
}

void gfp_names(struct text *t, int64_t mask)
{
	uint64_t rest = mask < 0 ? 0 : (uint64_t)mask;
	const char *between = "";

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		put(t, &rest, sets[i].mask, sets[i].name, &between);
	for (unsigned int i = 0; i < BITS; i++)
		put(t, &rest, UINT64_C(1) << i, bits[i], &between);
	if (!rest)
		return;
	text_string(t, between);
	text_hex(t, rest);
}

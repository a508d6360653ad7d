/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of the BTF reader share: the reader itself, its bytes, and
 * the walk over all types.
 */
#ifndef LOADER_BTF_INTERNAL_H
#define LOADER_BTF_INTERNAL_H

#include "loader/btf.h"

/*
 * The longest name that is looked at. The kernel allows 511 bytes in a name
 * of its own.
 */
#define BTF_NAME_MAX	1024

/* As much of a source is to be had at once, at any offset. */
#define BTF_READ_MAX	BTF_NAME_MAX

/* The offset of one type in so many is remembered. */
#define BTF_STRIDE	16

/* So many types of late are kept decoded: relocations ask for few, often. */
#define BTF_RECENT	64

struct btf_section {
	uint64_t start;		/* offset from the begin of the bytes */
	uint64_t size;
};

/* A part of a source that was read. */
struct btf_window {
	uint64_t start;
	uint32_t size;		/* 0: nothing is in it */
	uint8_t bytes[];
};

struct btf {
	char *name;
	struct span bytes;	/* NULL: they are read from the source */
	struct btf_source source;
	struct btf_window **windows;	/* last used first */
	struct btf_section types, strings, layout;
	uint32_t known;		/* types walked over so far */
	uint64_t frontier;	/* offset in types of the next one */
	uint32_t *index;	/* offsets of types 1, 1 + BTF_STRIDE, ... */
	struct btf_desc recent[BTF_RECENT];	/* by id modulo their number */
	uint32_t pointer_size;	/* 0: not looked for yet */
	struct error error;	/* why the last failing call failed */
};

/* The windows of a source. */
int btf_windows_open(struct btf *b);
void btf_windows_close(struct btf *b);
const uint8_t *btf_window_bytes(struct btf *b, uint64_t off, uint32_t len,
				uint64_t *have);

/*
 * The @len bytes at @off, or NULL: out of bounds or unreadable, and the error
 * says so. At most BTF_READ_MAX bytes where they come from a source, and
 * valid until the next call. In truth there are @have bytes.
 */
static inline const uint8_t *btf_bytes_here(struct btf *b, uint64_t off,
					    uint32_t len, uint64_t *have)
{
	if (!span_has(b->bytes, off, len))
		return btf_window_bytes(b, off, len, have);
	*have = b->bytes.size - off;
	return b->bytes.data + off;
}

static inline const uint8_t *btf_bytes(struct btf *b, uint64_t off,
				       uint32_t len)
{
	uint64_t have;

	return btf_bytes_here(b, off, len, &have);
}

/* Records why a call fails. Returns -code. */
#define btf_refuse(b, code, ...) \
	(error_clear(&(b)->error), \
	 error_refuse(&(b)->error, code, (b)->name, __VA_ARGS__))

/* The parts of btf_type.info, as wide as the newest kernels use them. */
#define BTF_KIND(info)		((info) >> 24 & 0x7f)
#define BTF_VLEN(info)		((info) & 0xffffff)

/* For a set of kinds: all that are known fit. */
#define BTF_KIND_BIT(info)	(1ull << (BTF_KIND(info) & 0x3f))

/* A walk over all types: begin with { .next = 0 }. */
struct btf_cursor {
	uint64_t next;		/* offset in types of the type after @d */
	struct btf_desc d;
};

/*
 * Goes on to the next type whose kind has its bit in @kinds, or to type
 * @until (0: none). 1, 0 after the last type, or as in btf.h.
 */
int btf_skim(struct btf *b, struct btf_cursor *c, uint64_t kinds,
	     uint32_t until);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Type information (BTF), of an object or of the kernel. Pure: untrusted bytes
 * in, types out. It is read in place, or through a small window, never held.
 */
#ifndef LOADER_BTF_H
#define LOADER_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/btf.h>

#include "base/error.h"
#include "base/span.h"

struct btf;

/* Where BTF lies that is not in memory. All of it is borrowed. */
struct btf_source {
	/* Reads exactly @len bytes at @off. 0, or -errno. */
	int (*read)(void *ctx, uint64_t off, void *to, size_t len);
	void *ctx;
	uint64_t size;		/* bytes in all */
};

/*
 * Opens BTF that lies in memory (@bytes is borrowed until the close; prefer
 * this where the kernel's BTF can be mapped), or behind @source. Only the
 * header is read here. @name is copied; it begins the text of every error.
 * -EBADMSG malformed, -ENOTSUP another byte order or version, -ENOMEM, or what
 * the source's read returned.
 */
int btf_open(struct btf **b, const char *name, struct span bytes,
	     struct error *f);
int btf_open_source(struct btf **b, const char *name,
		    const struct btf_source *source, struct error *f);
void btf_close(struct btf *b);

/*
 * The size of a pointer in bytes: 8 in a BPF program, on every host. What is
 * not set is learnt from the size of a long, as it is for the kernel.
 */
void btf_set_pointer_size(struct btf *b, uint32_t size);

/* Copies why the last call on @b failed to @f. Returns -errno. */
int btf_failed(const struct btf *b, struct error *f);

/* One type, decoded. */
struct btf_desc {
	uint32_t id;
	uint32_t kind;		/* BTF_KIND_*; BTF_KIND_UNKN is void, id 0 */
	uint32_t vlen;
	bool kflag;
	uint32_t name;		/* for btf_name(); 0: it has none */
	uint32_t size;		/* bytes, for a kind that has a size */
	uint32_t type;		/* id, for a kind that refers to another */
	uint64_t body;		/* where members, enumerators, ... begin */
};

/*
 * All of these return 0, or -EBADMSG for what is malformed, -ENOTSUP for a kind
 * of type that is not known, or what the source's read returned.
 */

/* Decodes type @id. */
int btf_describe(struct btf *b, uint32_t id, struct btf_desc *d);

/* The same, past const, volatile, restrict, type tags and typedefs. */
int btf_strip(struct btf *b, uint32_t id, struct btf_desc *d);

/* The size in bytes of type @id, through typedefs, arrays and pointers. */
int btf_size(struct btf *b, uint32_t id, uint32_t *size);

struct btf_member_desc {
	uint32_t name;
	uint32_t type;
	uint32_t bit_offset;
	uint32_t bits;		/* of a bitfield; 0: it is none */
};

struct btf_enumerator {
	uint32_t name;
	uint64_t value;		/* sign-extended from 32 bits, or 64 bits */
};

struct btf_array_desc {
	uint32_t type;		/* of an element */
	uint32_t count;		/* 0: a flexible array */
};

/* The @i-th member, enumerator or parameter of @d, which is of that kind. */
int btf_member(struct btf *b, const struct btf_desc *d, uint32_t i,
	       struct btf_member_desc *m);
int btf_enumerator(struct btf *b, const struct btf_desc *d, uint32_t i,
		   struct btf_enumerator *e);
int btf_param(struct btf *b, const struct btf_desc *d, uint32_t i,
	      uint32_t *type);
int btf_array(struct btf *b, const struct btf_desc *d,
	      struct btf_array_desc *a);

/* Type id of the @i-th variable of a DATASEC. */
int btf_variable(struct btf *b, const struct btf_desc *d, uint32_t i,
		 uint32_t *type);

/* offset, encoding and bits of a BTF_KIND_INT, see BTF_INT_*(). */
int btf_integer(struct btf *b, const struct btf_desc *d, uint32_t *data);

/*
 * The string at @off of the string section, "" for 0, NULL when malformed.
 * Valid for as long as the bytes are when they lie in memory, otherwise until
 * the next call on @b.
 */
const char *btf_name(struct btf *b, uint32_t off);

/* Length of @name up to its last `___flavor`, which is no part of it. */
size_t btf_essential_length(const char *name);

static inline bool btf_is_enum(const struct btf_desc *d)
{
	return d->kind == BTF_KIND_ENUM || d->kind == BTF_KIND_ENUM64;
}

static inline bool btf_is_composite(const struct btf_desc *d)
{
	return d->kind == BTF_KIND_STRUCT || d->kind == BTF_KIND_UNION;
}

/* Candidates for one name: @name and @kind in, ids out. */
struct btf_wanted {
	const char *name;	/* borrowed; only its essential part counts */
	uint32_t kind;		/* an enum also finds a 64-bit one, and back */
	uint32_t *ids;		/* malloc'd; NULL: none */
	uint32_t count;
};

/*
 * Finds the types of all @n wanted names in one pass over @b. The ids are in
 * ascending order; free them with btf_wanted_free(), after a failure too.
 * -ENOMEM, or as above.
 */
int btf_find(struct btf *b, struct btf_wanted *wanted, size_t n);

/*
 * The same, but ends as soon as each name has a type. What the whole kernel
 * knows comes early in its BTF: an eighth of it is read instead of all.
 */
int btf_find_first(struct btf *b, struct btf_wanted *wanted, size_t n);
void btf_wanted_free(struct btf_wanted *wanted, size_t n);

#endif

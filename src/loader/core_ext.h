/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The CO-RE relocations of an object, one after the other, from .BTF.ext.
 */
#ifndef LOADER_CORE_EXT_H
#define LOADER_CORE_EXT_H

#include <stdint.h>

#include <linux/bpf.h>

#include "base/error.h"
#include "base/span.h"
#include "loader/btf.h"

struct core_ext {
	const char *what;	/* "object FILE", borrowed, for messages */
	struct btf *btf;	/* borrowed, for names */
	struct span records;	/* borrowed */
	uint32_t record_size;
	uint64_t at;
	uint32_t left;		/* records of this section */
	const char *section;	/* the section that they are for */
};

/*
 * Begins with the first relocation of @bytes, which is all of .BTF.ext (NULL:
 * there are none). 0, -EBADMSG, or -ENOTSUP another version or byte order.
 */
int core_ext_open(struct core_ext *e, const char *what, struct span bytes,
		  struct btf *btf, struct error *f);

/* Yields the next one, for @e->section. 1, 0 at the end, -EBADMSG. */
int core_ext_next(struct core_ext *e, struct bpf_core_relo *relo,
		  struct error *f);

#endif

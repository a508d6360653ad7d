/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of the CO-RE calculation share. All of them return -errno,
 * and the BTF reader that failed knows why.
 */
#ifndef LOADER_CORE_INTERNAL_H
#define LOADER_CORE_INTERNAL_H

#include "loader/btf.h"
#include "loader/core.h"

/* Steps from the root of a relocation to what it is about. */
#define CORE_STEPS_MAX	64

/* Links of pointers and arrays, and levels of nested members or parameters. */
#define CORE_DEPTH_MAX	32

/*
 * Members that one comparison of two types may look at. The widest type of a
 * kernel has some 500; only types made to stall us get here.
 */
#define CORE_WORK_MAX	1000000

/* One step: member @index of composite @type, or element @index of an array. */
struct core_step {
	uint32_t type;		/* of an array: of the element */
	uint32_t index;
	uint32_t name;		/* of the member or enumerator; 0: an element */
};

/*
 * Which part of a type a relocation is about. Anonymous members on the way are
 * no steps of their own, for the kernel may have more or fewer of them.
 */
struct core_spec {
	uint32_t root;
	uint32_t kind;		/* BPF_CORE_* */
	uint32_t count;
	uint32_t depth;		/* steps, anonymous members included */
	uint64_t bit_offset;	/* from the root */
	struct core_step steps[CORE_STEPS_MAX];
};

bool core_is_field(uint32_t kind);
bool core_is_type(uint32_t kind);
bool core_is_enumerator(uint32_t kind);

/* "byte offset"; NULL: this kind is not known. */
const char *core_kind_name(uint32_t kind);

/* Says in @f that @relo was refused, and why. Returns -error. */
int core_refuse(const struct bpf_core_relo *relo, struct btf *local,
		struct error *f, int error, const char *why, ...)
	__attribute__((format(printf, 5, 6)));

/* Follows the access string of @relo through its own types. */
int core_spec_parse(const struct bpf_core_relo *relo, struct btf *local,
		    struct core_spec *s);

/* Adds element @index of an array whose elements are of @type. */
int core_spec_element(struct btf *b, struct core_spec *s, uint32_t type,
		      uint32_t index);

/*
 * May element @index of array type @array be accessed: is it within, or the
 * array the flexible one at the end of the member that @s ends with? 1 or 0.
 */
int core_spec_indexes(struct btf *b, const struct core_spec *s,
		      const struct btf_array_desc *array, uint32_t index);

/* Two types to compare, with what may still be spent on it. */
struct core_pair {
	struct btf *local, *target;
	uint32_t work;
};

/* One more part is looked at: 0, or -EBADMSG when that is enough. */
int core_work(struct core_pair *p);

/* -EBADMSG: the way to @target leads through too many others. */
int core_too_deep(struct core_pair *p, uint32_t target);

/* Do the names at these offsets agree up to their flavor? 1 or 0. */
int core_names_agree(struct core_pair *p, uint32_t local, uint32_t target);

/* Describes both types, past typedefs and the like. */
int core_strip_both(struct core_pair *p, uint32_t local, uint32_t target,
		    struct btf_desc *l, struct btf_desc *t);

/* The types of their @i-th parameters. */
int core_param_types(struct core_pair *p, const struct btf_desc *l,
		     const struct btf_desc *t, uint32_t i, uint32_t *local,
		     uint32_t *target);

/* The types that two pointers, arrays or functions lead to. */
int core_go_on(struct core_pair *p, const struct btf_desc *l,
	       const struct btf_desc *t, uint32_t *local, uint32_t *target);

/* The rules for a field, for type-exists, for type-matches: 1 or 0. */
int core_field_compatible(struct core_pair *p, uint32_t local,
			  uint32_t target);
int core_type_compatible(struct core_pair *p, uint32_t local,
			 uint32_t target);
int core_type_matches(struct core_pair *p, uint32_t local, uint32_t target);

/* Finds in type @root of the target what @local is about: 1 or 0. */
int core_spec_match(struct core_pair *p, const struct core_spec *local,
		    uint32_t root, struct core_spec *target);

/* What a relocation comes to by the types of one side. */
struct core_value {
	uint64_t value;
	bool exact;		/* no compiler could have come to another */
	uint32_t type;		/* of a field, for its offset alone; or 0 */
	uint32_t size;		/* of a load of it, in bytes; or 0 */
};

int core_evaluate(struct btf *b, const struct core_spec *s,
		  struct core_value *v);

#endif

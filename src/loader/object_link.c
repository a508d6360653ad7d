// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A program as the kernel takes it: its function, behind it those that it
 * calls in the order of their first call, and the references between them.
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/core_relo.h"
#include "loader/refuse.h"

/* The kernel's limits. */
#define FUNCTIONS_MAX	256
#define INSNS_MAX	1000000

static struct object_placement *find_placement(const struct object_image *m,
					       uint32_t function)
{
	uint32_t i;

	for (i = 0; i < m->placement_count; i++) {
		if (m->placements[i].function == function)
			return &m->placements[i];
	}
	return NULL;
}

/* Gives @function a place, and behind it those that it calls. */
static int place(const struct object *o, struct object_image *m,
		 uint32_t function)
{
	const struct object_function *fn = &o->functions[function];
	const struct object_reference *r;
	uint32_t i;
	int err = 0;

	if (find_placement(m, function))
		return 0;
	if (m->placement_count == FUNCTIONS_MAX ||
	    fn->count > INSNS_MAX - m->insn_count)
		return -E2BIG;
	m->placements[m->placement_count++] =
		(struct object_placement){ function, m->insn_count };
	m->insn_count += fn->count;
	for (i = 0; i < fn->count && !err; i++) {
		r = &o->codes[fn->code].references[fn->start + i];
		if (r->kind == REFERENCE_CALL)
			err = place(o, m, r->target);
	}
	return err;
}

/* Where a reference is written to: an instruction of a placed function. */
struct spot {
	const struct object *o;
	const struct object_image *m;
	const struct object_function *fn;
	uint32_t at;		/* in the program */
	uint32_t left;		/* instructions of the function from here on */
	struct error *f;
};

static int write_map(const struct spot *s, const struct object_reference *r,
		     const int *map_fds)
{
	struct bpf_insn *insn = &s->m->insns[s->at];
	int fd = map_fds ? map_fds[r->target] : -1;

	if (fd < 0)
		return object_refuse(s->o, s->f, EINVAL, "map %s is not there",
				     s->o->maps[r->target].name);
	if (s->left < 2)
		return object_refuse(s->o, s->f, EBADMSG, "function %s ends "
				     "within an instruction", s->fn->name);
	insn[0].src_reg = BPF_PSEUDO_MAP_FD;
	insn[0].imm = fd;
	insn[1].imm = 0;
	if (r->kind == REFERENCE_DATA) {
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		insn[1].imm = (int32_t)r->offset;
	}
	return 0;
}

static int write_reference(const struct spot *s,
			   const struct object_reference *r, const int *map_fds)
{
	const struct object_placement *callee;

	switch (r->kind) {
	case REFERENCE_NONE:
		return 0;
	case REFERENCE_MAP:
	case REFERENCE_DATA:
		return write_map(s, r, map_fds);
	case REFERENCE_CALL:
		callee = find_placement(s->m, r->target);
		s->m->insns[s->at].imm = (int32_t)callee->start -
					 (int32_t)s->at - 1;
		return 0;
	}
	return 0;
}

static int write_function(const struct object *o, struct object_image *m,
			  const struct object_placement *p, const int *map_fds,
			  struct error *f)
{
	const struct object_function *fn = &o->functions[p->function];
	const struct object_code *c = &o->codes[fn->code];
	struct spot s = { o, m, fn, p->start, fn->count, f };
	uint32_t i;
	int err = 0;

	memcpy(m->insns + p->start, c->insns + fn->start,
	       fn->count * sizeof(*m->insns));
	for (i = 0; i < fn->count && !err; i++, s.at++, s.left--)
		err = write_reference(&s, &c->references[fn->start + i],
				      map_fds);
	return err;
}

static int build(const struct object *o, struct object_image *m,
		 uint32_t entry, const int *map_fds, struct error *f)
{
	uint32_t i;
	int err;

	if (!object_room(m->placements, FUNCTIONS_MAX))
		return object_refuse(o, f, ENOMEM, "out of memory");
	err = place(o, m, entry);
	if (err)
		return object_refuse(o, f, err, "program %s is too large",
				     o->functions[entry].name);
	if (!object_room(m->insns, m->insn_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (i = 0; i < m->placement_count && !err; i++)
		err = write_function(o, m, &m->placements[i], map_fds, f);
	return err;
}

int object_link(struct object *o, uint32_t i, const int *map_fds,
		struct error *f)
{
	int err;

	if (i >= o->program_count)
		return object_refuse(o, f, ENOENT, "no program %u", i);
	object_unlink(o, i);
	err = build(o, &o->images[i], o->entries[i], map_fds, f);
	if (err) {
		object_unlink(o, i);
		return err;
	}
	o->programs[i].insns = o->images[i].insns;
	o->programs[i].insn_count = o->images[i].insn_count;
	return 0;
}

void object_unlink(struct object *o, uint32_t i)
{
	struct object_image *m = &o->images[i];

	free(m->insns);
	free(m->placements);
	memset(m, 0, sizeof(*m));
	o->programs[i].insns = NULL;
	o->programs[i].insn_count = 0;
}

/* The place that instruction @insn of the program is in. */
static const struct object_placement *placed_at(const struct object *o,
						const struct object_image *m,
						uint32_t insn)
{
	const struct object_placement *p;
	uint32_t i;

	for (i = 0; i < m->placement_count; i++) {
		p = &m->placements[i];
		if (insn >= p->start &&
		    insn - p->start < o->functions[p->function].count)
			return p;
	}
	return NULL;
}

int object_unresolved(const struct object *o, uint32_t i, uint32_t insn,
		      char *to, size_t size)
{
	const struct object_placement *p = NULL;
	const struct object_function *fn;
	uint32_t k;

	if (i < o->program_count)
		p = placed_at(o, &o->images[i], insn);
	if (!p)
		return -ENOENT;
	fn = &o->functions[p->function];
	insn = insn - p->start + fn->start;
	for (k = 0; k < o->poison_count; k++) {
		if (o->poisons[k].code != fn->code ||
		    o->poisons[k].insn != insn)
			continue;
		core_describe(&o->poisons[k].relo, o->btf, to, size);
		return 0;
	}
	return -ENOENT;
}

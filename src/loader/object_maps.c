// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Maps that are declared in .maps: each variable there is a struct whose
 * members say by their types what the map is to be:
 *
 *	struct {
 *		int (*type)[BPF_MAP_TYPE_ARRAY];	the array's length
 *		int (*max_entries)[1];
 *		__u32 *key;				the size of what it
 *		struct record *value;			points to
 *	} records SEC(".maps");
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/refuse.h"

#define MAPS	".maps"

/* int (*name)[N] says N. */
static int read_number(struct object *o, uint32_t type, uint32_t *n)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int err = btf_strip(o->btf, type, &d);

	if (err || d.kind != BTF_KIND_PTR)
		return err ? err : -EINVAL;
	err = btf_strip(o->btf, d.type, &d);
	if (err || d.kind != BTF_KIND_ARRAY)
		return err ? err : -EINVAL;
	err = btf_array(o->btf, &d, &a);
	if (!err)
		*n = a.count;
	return err;
}

/* T *name says sizeof(T). It must agree with what was said before. */
static int read_size(struct object *o, uint32_t type, uint32_t *size)
{
	uint32_t before = *size;
	struct btf_desc d;
	int err = btf_strip(o->btf, type, &d);

	if (err || d.kind != BTF_KIND_PTR)
		return err ? err : -EINVAL;
	err = btf_size(o->btf, d.type, size);
	if (!err && before && before != *size)
		return -EINVAL;
	return err;
}

/* -ENOENT: there is no such attribute. */
static int read_attribute(struct object *o, struct object_map *map,
			  const char *name, uint32_t type)
{
	if (!strcmp(name, "type"))
		return read_number(o, type, &map->type);
	if (!strcmp(name, "max_entries"))
		return read_number(o, type, &map->max_entries);
	if (!strcmp(name, "map_flags"))
		return read_number(o, type, &map->map_flags);
	if (!strcmp(name, "key_size"))
		return read_number(o, type, &map->key_size);
	if (!strcmp(name, "value_size"))
		return read_number(o, type, &map->value_size);
	if (!strcmp(name, "key"))
		return read_size(o, type, &map->key_size);
	if (!strcmp(name, "value"))
		return read_size(o, type, &map->value_size);
	return -ENOENT;
}

static int read_member(struct object *o, struct object_map *map,
		       const struct btf_desc *d, uint32_t i, struct error *f)
{
	struct btf_member_desc m;
	const char *name;
	int err = btf_member(o->btf, d, i, &m);

	if (err)
		return btf_failed(o->btf, f);
	name = btf_name(o->btf, m.name);
	if (!name)
		return btf_failed(o->btf, f);
	err = read_attribute(o, map, name, m.type);
	if (err == -ENOENT)
		return object_refuse(o, f, ENOTSUP, "map %s: attribute %s is "
				     "not known", map->name, name);
	if (err == -EINVAL)
		return object_refuse(o, f, EBADMSG, "map %s: malformed "
				     "attribute %s", map->name, name);
	return err ? btf_failed(o->btf, f) : 0;
}

/* The types give no offsets before they are linked, but symbols do. */
static int find_symbol(struct object *o, const char *name, uint32_t section,
		       struct elf_symbol *s, struct error *f)
{
	uint32_t i;
	int err;

	for (i = 1; i < o->elf.symbol_count; i++) {
		err = elf_symbol(&o->elf, i, s, f);
		if (err)
			return err;
		if (s->section == section && !strcmp(s->name, name))
			return 0;
	}
	return object_refuse(o, f, ENOENT, "map %s: missing symbol", name);
}

static int read_map(struct object *o, uint32_t section, uint32_t var,
		    struct error *f)
{
	struct object_storage storage = { .section = section };
	struct object_map map = { .type = BPF_MAP_TYPE_UNSPEC };
	struct elf_symbol s;
	struct btf_desc d;
	uint32_t i;
	int err = btf_describe(o->btf, var, &d);

	if (!err)
		map.name = btf_name(o->btf, d.name);
	if (!map.name || btf_strip(o->btf, d.type, &d))
		return btf_failed(o->btf, f);
	if (d.kind != BTF_KIND_STRUCT)
		return object_refuse(o, f, ENOTSUP, "map %s is declared as no "
				     "struct", map.name);
	for (i = 0; i < d.vlen && !err; i++)
		err = read_member(o, &map, &d, i, f);
	if (!err && map.type == BPF_MAP_TYPE_UNSPEC)
		err = object_refuse(o, f, EBADMSG, "map %s has no type",
				    map.name);
	if (!err)
		err = find_symbol(o, map.name, section, &s, f);
	if (err)
		return err;
	storage.offset = s.value;
	object_add_map(o, &map, &storage);
	return 0;
}

/* The DATASEC of .maps, which lists the variables in it. */
static int find_maps(struct object *o, struct btf_desc *d, struct error *f)
{
	struct btf_wanted w = { .name = MAPS, .kind = BTF_KIND_DATASEC };
	int err;

	if (!o->btf)
		return object_refuse(o, f, ENOTSUP, "maps without types (.BTF) "
				     "to say what they are");
	err = btf_find(o->btf, &w, 1);
	if (!err && w.count)
		err = btf_describe(o->btf, w.ids[0], d);
	if (err)
		btf_failed(o->btf, f);
	else if (!w.count)
		err = object_refuse(o, f, ENOTSUP, "maps that no type (.BTF) "
				    "describes");
	btf_wanted_free(&w, 1);
	return err;
}

static bool is_old(const char *name)
{
	return !strcmp(name, "maps") || !strncmp(name, "maps/", 5);
}

static int check_sections(struct object *o, struct error *f)
{
	struct elf_section s;
	uint32_t i;

	for (i = 1; i < o->elf.section_count; i++) {
		elf_section(&o->elf, i, &s);
		if (is_old(s.name) && s.size)
			return object_refuse(o, f, ENOTSUP, "map definitions "
					     "of the old form, in section %s",
					     s.name);
	}
	return 0;
}

static int read_declared(struct object *o, uint32_t section,
			 const struct btf_desc *d, struct error *f)
{
	uint32_t i, var;
	int err = 0;

	for (i = 0; i < d->vlen && !err; i++) {
		if (btf_variable(o->btf, d, i, &var))
			return btf_failed(o->btf, f);
		err = read_map(o, section, var, f);
	}
	return err;
}

int object_read_maps(struct object *o, struct error *f)
{
	int section = elf_section_index(&o->elf, MAPS);
	struct btf_desc d = { .vlen = 0 };
	size_t room;
	int err = check_sections(o, f);

	if (!err && section >= 0)
		err = find_maps(o, &d, f);
	if (err)
		return err;
	room = (size_t)d.vlen + o->elf.section_count;
	if (!object_room(o->maps, room) || !object_room(o->storage, room))
		return object_refuse(o, f, ENOMEM, "out of memory");
	if (section >= 0)
		err = read_declared(o, (uint32_t)section, &d, f);
	return err ? err : object_read_data(o, f);
}

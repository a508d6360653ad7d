// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * ---- global variables ----
 *
 * Each section of them becomes an array map with one entry, the section.
 */

/*
 * The largest entry of an array on 5.4 (KMALLOC_MAX_SIZE with 4 KiB pages). It
 * also bounds what a broken object can have allocated: a .bss is as large as
 * its header says.
 */
enum { DATA_MAX = 4 << 20 };

void object_add_map(struct object *o, const struct object_map *map,
		    const struct object_storage *storage)
{
	o->maps[o->map_count] = *map;
	o->storage[o->map_count] = *storage;
	o->map_count++;
}

int object_map_at(const struct object *o, uint32_t section, uint64_t offset)
{
	for (uint32_t i = 0; i < o->map_count; i++) {
		const struct object_storage *s = &o->storage[i];

		if (s->section == section &&
		    (s->is_data ? offset < o->maps[i].value_size :
				  offset == s->offset))
			return (int)i;
	}
	return -1;
}

/* ".data" and ".data.once", but not ".database" */
static bool is_section(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && (!name[len] || name[len] == '.');
}

static int add_data(struct object *o, uint32_t section,
		    const struct elf_section *s, struct error *f)
{
	struct object_storage storage = { .section = section,
					  .is_data = true };
	struct object_map map = { .name = s->name,
				  .type = BPF_MAP_TYPE_ARRAY,
				  .key_size = sizeof(uint32_t),
				  .value_size = (uint32_t)s->size,
				  .max_entries = 1,
				  .data = s->data };

	if (s->size > DATA_MAX)
		return object_refuse(o, f, ENOTSUP, "section %s is larger than "
				     "%d bytes, the most that every kernel takes",
				     s->name, DATA_MAX);
	if (is_section(s->name, ".rodata")) {
		map.map_flags = BPF_F_RDONLY_PROG;
		map.frozen = true;
	}
	object_add_map(o, &map, &storage);
	return 0;
}

static int add_if_data(struct object *o, uint32_t section, struct error *f)
{
	struct elf_section s;

	elf_section(&o->elf, section, &s);
	if (!s.size)
		return 0;
	if (s.type == SHT_PROGBITS && (is_section(s.name, ".rodata") ||
				       is_section(s.name, ".data")))
		return add_data(o, section, &s, f);
	if (s.type == SHT_NOBITS && is_section(s.name, ".bss"))
		return add_data(o, section, &s, f);
	return 0;
}

int object_read_data(struct object *o, struct error *f)
{
	int result = 0;

	for (uint32_t i = 1; i < o->elf.section_count && !result; i++)
		result = add_if_data(o, i, f);
	return result;
}

/* The initial value of data map @i, as a copy that may be changed. */
static uint8_t *copy_of_data(struct object *o, uint32_t i)
{
	struct object_storage *s = &o->storage[i];
	struct object_map *map = &o->maps[i];

	if (s->bytes)
		return s->bytes;
	s->bytes = calloc(1, map->value_size);
	if (!s->bytes)
		return NULL;
	span_copy(map->data, 0, s->bytes, map->data.size);
	map->data = span_of(s->bytes, map->value_size);
	return s->bytes;
}

static int set_bytes(struct object *o, const struct elf_symbol *s,
		     const void *value, size_t size)
{
	int i = object_map_at(o, s->section, s->value);
	uint8_t *bytes;

	if (i < 0 || !o->storage[i].is_data)
		return -ENOENT;
	if (s->size != size || size > o->maps[i].value_size - s->value)
		return -EINVAL;
	bytes = copy_of_data(o, (uint32_t)i);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes + s->value, value, size);
	return 0;
}

int object_set_variable(struct object *o, const char *symbol,
			const void *value, size_t size)
{
	struct elf_symbol s;

	for (uint32_t i = 1; i < o->elf.symbol_count; i++) {
		if (!elf_symbol(&o->elf, i, &s, NULL) &&
		    s.type == STT_OBJECT && !strcmp(s.name, symbol))
			return set_bytes(o, &s, value, size);
	}
	return -ENOENT;
}

/*
 * ---- declared maps ----
 *
 * Each variable in .maps is a struct whose members' types describe the map:
 *
 *	struct {
 *		int (*type)[BPF_MAP_TYPE_ARRAY];	the array's length
 *		int (*max_entries)[1];
 *		__u32 *key;				the size of what it
 *		struct record *value;			points to
 *	} records SEC(".maps");
 */

#define MAPS	".maps"

/* int (*name)[N] */
static int read_array_length(struct object *o, uint32_t type, uint32_t *n)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int result = btf_strip(o->btf, type, &d);

	if (result || d.kind != BTF_KIND_PTR)
		return result ? result : -EINVAL;
	result = btf_strip(o->btf, d.type, &d);
	if (result || d.kind != BTF_KIND_ARRAY)
		return result ? result : -EINVAL;
	result = btf_array(o->btf, &d, &a);
	if (!result)
		*n = a.count;
	return result;
}

/* T *name. An explicit key_size or value_size must agree with it. */
static int read_pointee_size(struct object *o, uint32_t type, uint32_t *size)
{
	uint32_t before = *size;
	struct btf_desc d;
	int result = btf_strip(o->btf, type, &d);

	if (result || d.kind != BTF_KIND_PTR)
		return result ? result : -EINVAL;
	result = btf_size(o->btf, d.type, size);
	if (!result && before && before != *size)
		return -EINVAL;
	return result;
}

/* -ENOENT: there is no such attribute. */
static int read_attribute(struct object *o, struct object_map *map,
			  const char *name, uint32_t type)
{
	if (!strcmp(name, "type"))
		return read_array_length(o, type, &map->type);
	if (!strcmp(name, "max_entries"))
		return read_array_length(o, type, &map->max_entries);
	if (!strcmp(name, "map_flags"))
		return read_array_length(o, type, &map->map_flags);
	if (!strcmp(name, "key_size"))
		return read_array_length(o, type, &map->key_size);
	if (!strcmp(name, "value_size"))
		return read_array_length(o, type, &map->value_size);
	if (!strcmp(name, "key"))
		return read_pointee_size(o, type, &map->key_size);
	if (!strcmp(name, "value"))
		return read_pointee_size(o, type, &map->value_size);
	return -ENOENT;
}

static int read_map_member(struct object *o, struct object_map *map,
			   const struct btf_desc *d, uint32_t i, struct error *f)
{
	struct btf_member_desc m;
	const char *name;
	int result = btf_member(o->btf, d, i, &m);

	if (result)
		return btf_failed(o->btf, f);
	name = btf_name(o->btf, m.name);
	if (!name)
		return btf_failed(o->btf, f);
	result = read_attribute(o, map, name, m.type);
	if (result == -ENOENT)
		return object_refuse(o, f, ENOTSUP, "map %s: attribute %s is "
				     "not known", map->name, name);
	if (result == -EINVAL)
		return object_refuse(o, f, EBADMSG, "map %s: malformed "
				     "attribute %s", map->name, name);
	return result ? btf_failed(o->btf, f) : 0;
}

/* Variables in BTF have no offsets before the object is linked. */
static int find_map_symbol(struct object *o, const char *name, uint32_t section,
			   struct elf_symbol *s, struct error *f)
{
	int result;

	for (uint32_t i = 1; i < o->elf.symbol_count; i++) {
		result = elf_symbol(&o->elf, i, s, f);
		if (result)
			return result;
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
	int result = btf_describe(o->btf, var, &d);

	if (!result)
		map.name = btf_name(o->btf, d.name);
	if (!map.name || btf_strip(o->btf, d.type, &d))
		return btf_failed(o->btf, f);
	if (d.kind != BTF_KIND_STRUCT)
		return object_refuse(o, f, ENOTSUP, "map %s is declared as no "
				     "struct", map.name);
	for (uint32_t i = 0; i < d.vlen && !result; i++)
		result = read_map_member(o, &map, &d, i, f);
	if (!result && map.type == BPF_MAP_TYPE_UNSPEC)
		result = object_refuse(o, f, EBADMSG, "map %s has no type",
				       map.name);
	if (!result)
		result = find_map_symbol(o, map.name, section, &s, f);
	if (result)
		return result;
	storage.offset = s.value;
	object_add_map(o, &map, &storage);
	return 0;
}

/* The DATASEC of .maps, which lists the variables in it. */
static int find_maps(struct object *o, struct btf_desc *d, struct error *f)
{
	struct btf_wanted w = { .name = MAPS, .kind = BTF_KIND_DATASEC };
	int result;

	if (!o->btf)
		return object_refuse(o, f, ENOTSUP, "maps without types (.BTF) "
				     "to say what they are");
	result = btf_find(o->btf, &w, 1);
	if (!result && w.count)
		result = btf_describe(o->btf, w.ids[0], d);
	if (result)
		btf_failed(o->btf, f);
	else if (!w.count)
		result = object_refuse(o, f, ENOTSUP, "maps that no type (.BTF) "
				       "describes");
	btf_wanted_free(&w, 1);
	return result;
}

static int check_sections(struct object *o, struct error *f)
{
	struct elf_section s;

	for (uint32_t i = 1; i < o->elf.section_count; i++) {
		elf_section(&o->elf, i, &s);
		if (s.size && (!strcmp(s.name, "maps") ||
			       !strncmp(s.name, "maps/", 5)))
			return object_refuse(o, f, ENOTSUP, "map definitions "
					     "of the old form, in section %s",
					     s.name);
	}
	return 0;
}

static int read_declared(struct object *o, uint32_t section,
			 const struct btf_desc *d, struct error *f)
{
	uint32_t var;
	int result = 0;

	for (uint32_t i = 0; i < d->vlen && !result; i++) {
		if (btf_variable(o->btf, d, i, &var))
			return btf_failed(o->btf, f);
		result = read_map(o, section, var, f);
	}
	return result;
}

int object_read_maps(struct object *o, struct error *f)
{
	int section = elf_section_index(&o->elf, MAPS);
	struct btf_desc d = { .vlen = 0 };
	size_t room;
	int result = check_sections(o, f);

	if (!result && section >= 0)
		result = find_maps(o, &d, f);
	if (result)
		return result;
	room = (size_t)d.vlen + o->elf.section_count;
	if (!object_room(o->maps, room) || !object_room(o->storage, room))
		return object_refuse(o, f, ENOMEM, "out of memory");
	if (section >= 0)
		result = read_declared(o, (uint32_t)section, &d, f);
	return result ? result : object_read_data(o, f);
}

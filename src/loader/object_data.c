// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Global variables: each of their sections becomes an array of one entry, and
 * the entry is the section.
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/refuse.h"

/*
 * An array's entry may not be larger where kmalloc() gives no more (5.4, 4 KiB
 * pages: KMALLOC_MAX_SIZE). Also, a .bss is as large as its header says: only
 * this keeps a broken object from having all of the memory.
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
	uint32_t i;

	for (i = 0; i < o->map_count; i++) {
		const struct object_storage *s = &o->storage[i];

		if (s->section == section &&
		    (s->is_data ? offset < o->maps[i].value_size :
				  offset == s->offset))
			return (int)i;
	}
	return -1;
}

/* ".data" and ".data.once", but not ".database" */
static bool is_named(const char *name, const char *prefix)
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
	if (is_named(s->name, ".rodata")) {
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
	if (s.type == SHT_PROGBITS && (is_named(s.name, ".rodata") ||
				       is_named(s.name, ".data")))
		return add_data(o, section, &s, f);
	if (s.type == SHT_NOBITS && is_named(s.name, ".bss"))
		return add_data(o, section, &s, f);
	return 0;
}

int object_read_data(struct object *o, struct error *f)
{
	uint32_t i;
	int err = 0;

	for (i = 1; i < o->elf.section_count && !err; i++)
		err = add_if_data(o, i, f);
	return err;
}

/* The value that data map @i begins with, as a copy to be changed. */
static uint8_t *own_bytes(struct object *o, uint32_t i)
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
	bytes = own_bytes(o, (uint32_t)i);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes + s->value, value, size);
	return 0;
}

int object_set_variable(struct object *o, const char *symbol,
			const void *value, size_t size)
{
	struct elf_symbol s;
	uint32_t i;

	for (i = 1; i < o->elf.symbol_count; i++) {
		if (!elf_symbol(&o->elf, i, &s, NULL) &&
		    s.type == STT_OBJECT && !strcmp(s.name, symbol))
			return set_bytes(o, &s, value, size);
	}
	return -ENOENT;
}

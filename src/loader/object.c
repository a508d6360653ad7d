// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/object_internal.h"
#include "loader/refuse.h"

#define PREFIX	"object "

static int set_name(struct object *o, const char *name)
{
	size_t size;

	if (!name)
		name = "<embedded>";
	size = sizeof(PREFIX) + strlen(name);
	o->what = malloc(size);
	if (!o->what)
		return -ENOMEM;
	snprintf(o->what, size, PREFIX "%s", name);
	return 0;
}

static int read_license(struct object *o, struct error *f)
{
	int i = elf_section_index(&o->elf, "license");
	struct elf_section s;

	if (i < 0)
		return 0;
	elf_section(&o->elf, (uint32_t)i, &s);
	o->license = span_string(s.data, 0);
	return o->license ? 0 : object_refuse(o, f, EBADMSG,
					      "the licence has no end");
}

static int read_types(struct object *o, struct error *f)
{
	int err, i = elf_section_index(&o->elf, ".BTF");
	struct elf_section s;

	if (i < 0)
		return 0;
	elf_section(&o->elf, (uint32_t)i, &s);
	err = btf_open(&o->btf, o->what, s.data, f);
	if (!err)
		btf_set_pointer_size(o->btf, 8);
	return err;
}

static int read_object(struct object *o, struct span file, struct error *f)
{
	int err = elf_open(&o->elf, o->what, file, f);

	if (!err)
		err = read_license(o, f);
	if (!err)
		err = read_types(o, f);
	if (!err)
		err = object_read_code(o, f);
	if (!err)
		err = object_read_maps(o, f);
	return err ? err : object_read_references(o, f);
}

int object_open(struct object **to, const char *name, struct span file,
		struct error *f)
{
	struct object *o = calloc(1, sizeof(*o));
	int err = -ENOMEM;

	*to = NULL;
	if (!o || set_name(o, name)) {
		object_close(o);
		return refuse(f, err, "object", "out of memory");
	}
	err = read_object(o, file, f);
	if (err) {
		object_close(o);
		return err;
	}
	*to = o;
	return 0;
}

static void free_codes(struct object *o)
{
	uint32_t i;

	for (i = 0; i < o->code_count; i++) {
		free(o->codes[i].insns);
		free(o->codes[i].references);
	}
	free(o->codes);
	free(o->functions);
}

static void free_maps(struct object *o)
{
	uint32_t i;

	for (i = 0; i < o->map_count; i++)
		free(o->storage[i].bytes);
	free(o->storage);
	free(o->maps);
}

static void free_programs(struct object *o)
{
	uint32_t i;

	for (i = 0; i < o->program_count; i++)
		object_unlink(o, i);
	free(o->images);
	free(o->entries);
	free(o->programs);
	free(o->poisons);
}

void object_close(struct object *o)
{
	if (!o)
		return;
	free_programs(o);
	free_maps(o);
	free_codes(o);
	btf_close(o->btf);
	free(o->what);
	free(o);
}

const char *object_license(const struct object *o)
{
	return o->license;
}

uint32_t object_map_count(const struct object *o)
{
	return o->map_count;
}

const struct object_map *object_map(const struct object *o, uint32_t i)
{
	return i < o->map_count ? &o->maps[i] : NULL;
}

int object_map_index(const struct object *o, const char *name)
{
	uint32_t i;

	for (i = 0; i < o->map_count; i++) {
		if (!strcmp(o->maps[i].name, name))
			return (int)i;
	}
	return -ENOENT;
}

uint32_t object_program_count(const struct object *o)
{
	return o->program_count;
}

const struct object_program *object_program(const struct object *o, uint32_t i)
{
	return i < o->program_count ? &o->programs[i] : NULL;
}

int object_program_index(const struct object *o, const char *section,
			 struct error *f)
{
	static const char tracepoint[] = "tracepoint/";
	uint32_t i;

	for (i = 0; i < o->program_count; i++) {
		if (!strcmp(o->programs[i].section, section))
			return (int)i;
	}
	if (!strncmp(section, tracepoint, strlen(tracepoint)))
		return object_refuse(o, f, ENOENT, "no program for the "
				     "tracepoint %s",
				     section + strlen(tracepoint));
	return object_refuse(o, f, ENOENT, "no program in section %s", section);
}

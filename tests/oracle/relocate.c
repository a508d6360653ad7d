// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * relocate OBJECT BTF|none SECTION: prints the final instructions of the
 * program in SECTION as the loader makes them, each one a line of 16 digits
 * and the map that it refers to, for tests/system/oracle.sh to compare them
 * with libbpf's. relocate OBJECT BTF|none: prints the maps. With -r, BTF is
 * read piece by piece instead of lying in memory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/object.h"

enum { MAPS_MAX = 64, MAP_FD = 1000 };

static void die(const struct error *f, const char *what)
{
	char text[600];

	if (f && f->error) {
		error_format(f, text, sizeof(text));
		fprintf(stderr, "relocate: %s\n", text);
	} else {
		perror(what);
	}
	exit(1);
}

static struct span read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes;
	size_t used = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		die(NULL, path);
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		die(NULL, path);
	while ((n = read(fd, bytes + used, (size_t)st.st_size - used)) > 0)
		used += (size_t)n;
	close(fd);
	return span_of(bytes, used);
}

static void print_maps(const struct object *o)
{
	for (uint32_t i = 0; i < object_map_count(o); i++) {
		const struct object_map *m = object_map(o, i);

		printf("%s type %u key %u value %u entries %u flags %#x\n",
		       m->name, m->type, m->key_size, m->value_size,
		       m->max_entries, m->map_flags);
	}
}

static void print_insn(const struct object *o, struct bpf_insn insn)
{
	const char *map = NULL;

	if (insn.code == (BPF_LD | BPF_IMM | BPF_DW) && insn.src_reg) {
		map = object_map(o, (uint32_t)insn.imm - MAP_FD)->name;
		insn.imm = 0;
	}
	for (size_t i = 0; i < sizeof(insn); i++)
		printf("%02x", ((const uint8_t *)&insn)[i]);
	printf("%s%s\n", map ? " " : "", map ? map : "");
}

static void print_program(struct object *o, const char *section)
{
	const struct object_program *p;
	struct error f = { 0 };
	int fds[MAPS_MAX], i = object_program_index(o, section, &f);

	for (int k = 0; k < MAPS_MAX; k++)
		fds[k] = MAP_FD + k;
	if (i < 0 || object_link(o, (uint32_t)i, fds, &f))
		die(&f, section);
	p = object_program(o, (uint32_t)i);
	for (uint32_t k = 0; k < p->insn_count; k++)
		print_insn(o, p->insns[k]);
}

static int read_span(void *ctx, uint64_t off, void *to, size_t len)
{
	return span_copy(*(struct span *)ctx, off, to, len);
}

static struct btf *open_types(const char *path, struct span *types, int pieces)
{
	struct btf_source source = { .read = read_span, .ctx = types };
	struct error f = { 0 };
	struct btf *b;
	int err;

	*types = read_file(path);
	source.size = types->size;
	if (pieces)
		err = btf_open_source(&b, path, &source, &f);
	else
		err = btf_open(&b, path, *types, &f);
	if (err)
		die(&f, path);
	return b;
}

int main(int argc, char **argv)
{
	int pieces = argc > 1 && !strcmp(argv[1], "-r");
	struct span file, types = { 0 };
	struct btf *kernel = NULL;
	struct error f = { 0 };
	struct object *o;

	argc -= pieces;
	argv += pieces;
	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: relocate [-r] OBJECT BTF|none [SECTION]\n");
		return 2;
	}
	file = read_file(argv[1]);
	if (object_open(&o, argv[1], file, &f))
		die(&f, argv[1]);
	if (strcmp(argv[2], "none"))
		kernel = open_types(argv[2], &types, pieces);
	if (object_relocate(o, kernel, &f))
		die(&f, argv[1]);
	if (argc == 3)
		print_maps(o);
	else
		print_program(o, argv[3]);
	object_close(o);
	btf_close(kernel);
	free((void *)(uintptr_t)types.data);
	free((void *)(uintptr_t)file.data);
	return 0;
}

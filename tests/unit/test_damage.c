// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * An object as clang made it, cut off at every byte and with every byte of its
 * headers changed: an object comes out, or an error that says why; never both,
 * never neither, and nothing worse.
 */
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "loader/object.h"

Suite *damage_suite(void);

static const char path[] = TEST_OBJ "/core_kinds.bpf.o";
static const int fds[64];
static struct bytes file;

static void setup(void)
{
	FILE *f = fopen(path, "rb");
	uint8_t part[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s is not there", path);
	memset(&file, 0, sizeof(file));
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		bytes_add(&file, part, n);
	fclose(f);
}

static void teardown(void)
{
	bytes_free(&file);
}

static void check_maps(const struct object *o)
{
	for (uint32_t i = 0; i < object_map_count(o); i++) {
		const struct object_map *m = object_map(o, i);

		ck_assert_ptr_nonnull(m->name);
		ck_assert(!m->data.data || m->data.size == m->value_size);
	}
}

/* As far as it goes. True: to the end. */
static bool use(struct span bytes, struct error *f)
{
	struct object *o = NULL;
	int err = object_open(&o, "x.o", bytes, f);

	ck_assert_int_eq(!err, o != NULL);
	if (!err) {
		check_maps(o);
		err = object_relocate(o, NULL, f);
	}
	for (uint32_t i = 0; !err && i < object_program_count(o); i++)
		err = object_link(o, i, fds, f);
	ck_assert_int_eq(err, -f->error);
	ck_assert_int_eq(!err, !f->why[0]);
	object_close(o);
	return !err;
}

START_TEST(undamaged)
{
	struct error f = { 0 };

	ck_assert(use(bytes_span(&file), &f));
}
END_TEST

START_TEST(truncated)
{
	for (size_t size = 0; size < file.size; size++) {
		struct bytes part = { NULL, 0 };
		struct error f = { 0 };

		/* A copy of its own, for the sanitizer to see where it ends. */
		part.data = malloc(size ? size : 1);
		memcpy(part.data, file.data, size);
		ck_assert_msg(!use(span_of(part.data, size), &f),
			      "%zu bytes are enough", size);
		ck_assert_int_eq(f.error, EBADMSG);
		bytes_free(&part);
	}
}
END_TEST

static void change_all(size_t from, size_t size, uint8_t mask)
{
	for (size_t i = from; i < from + size; i++) {
		struct error f = { 0 };

		file.data[i] ^= mask;
		use(bytes_span(&file), &f);
		file.data[i] ^= mask;
	}
}

START_TEST(changed_headers)
{
	static const uint8_t masks[] = { 0xff, 0x80, 0x01, 0x10 };
	Elf64_Ehdr h;
	Elf64_Shdr s;

	memcpy(&h, file.data, sizeof(h));
	change_all(0, sizeof(h), masks[_i]);
	change_all(h.e_shoff, h.e_shnum * sizeof(s), masks[_i]);
	for (int i = 1; i < h.e_shnum; i++) {
		memcpy(&s, file.data + h.e_shoff + (size_t)i * sizeof(s),
		       sizeof(s));
		change_all(s.sh_offset, s.sh_size < 64 ? s.sh_size : 64,
			   masks[_i]);
	}
}
END_TEST

Suite *damage_suite(void)
{
	Suite *s = suite_create("damage");
	TCase *t = tcase_create("damage");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, undamaged);
	tcase_add_test(t, truncated);
	tcase_add_loop_test(t, changed_headers, 0, 4);
	suite_add_tcase(s, t);
	return s;
}

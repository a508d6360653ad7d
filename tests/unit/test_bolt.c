// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/bolt.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

Suite *bolt_suite(void);

/*
 * A database of eight pages, written here by the description of the format:
 *	2: the root: "v1", a bucket at 3, and "word"
 *	3: a branch to the leaves 4 ("a" to "c") and 5 ("m" to "z")
 *	4: "a", "b" with a bucket in the place of its value, "c"
 *	5: "m", "n" with a bucket at 6, "z"
 *	6: a leaf for what a test wants to have
 */
enum { PAGE = 4096, PAGES = 8, BRANCH = 1, LEAF = 2, META = 4 };
enum { ROOT = 2, FORK, LEFT, RIGHT, OWN };

static uint8_t file[PAGES * PAGE];
static uint32_t used[PAGES];		/* from the end of the page */
static struct bolt bolt;
static int fd;

static void put16(uint8_t *at, uint16_t v) { memcpy(at, &v, sizeof(v)); }
static void put32(uint8_t *at, uint32_t v) { memcpy(at, &v, sizeof(v)); }
static void put64(uint8_t *at, uint64_t v) { memcpy(at, &v, sizeof(v)); }

static void begin(uint32_t page, uint16_t flags)
{
	memset(file + page * PAGE, 0, PAGE);
	put64(file + page * PAGE, page);
	put16(file + page * PAGE + 8, flags);
	used[page] = 0;
}

static uint8_t *count_of(uint32_t page) { return file + page * PAGE + 10; }

/* The place for another element, and below the others @size bytes of its own. */
static uint8_t *next(uint32_t page, uint32_t size, uint8_t **bytes)
{
	uint16_t count;
	uint8_t *element;

	memcpy(&count, count_of(page), sizeof(count));
	element = file + page * PAGE + 16 + count * 16;
	put16(count_of(page), (uint16_t)(count + 1));
	used[page] += size;
	*bytes = file + (page + 1) * PAGE - used[page];
	return element;
}

static void leaf_bytes(uint32_t page, uint32_t flags, const char *key,
		       const void *value, uint32_t size)
{
	uint32_t len = (uint32_t)strlen(key);
	uint8_t *bytes, *e = next(page, len + size, &bytes);

	put32(e, flags);
	put32(e + 4, (uint32_t)(bytes - e));
	put32(e + 8, len);
	put32(e + 12, size);
	memcpy(bytes, key, len);
	memcpy(bytes + len, value, size);
}

static void leaf(uint32_t page, const char *key, const char *value)
{
	leaf_bytes(page, 0, key, value, (uint32_t)strlen(value));
}

static void bucket(uint32_t page, const char *key, uint64_t at)
{
	uint8_t value[16] = { 0 };

	put64(value, at);
	leaf_bytes(page, 1, key, value, sizeof(value));
}

static void branch(uint32_t page, const char *key, uint64_t to)
{
	uint32_t len = (uint32_t)strlen(key);
	uint8_t *bytes, *e = next(page, len, &bytes);

	put32(e, (uint32_t)(bytes - e));
	put32(e + 4, len);
	put64(e + 8, to);
	memcpy(bytes, key, len);
}

static void meta_at(uint64_t at, uint32_t page_size, uint64_t root, uint64_t commit)
{
	uint8_t *m = file + at + 16;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	memset(file + at, 0, 16 + 64);
	put16(file + at + 8, META);
	put32(m, 0xed0cdaed);
	put32(m + 4, 2);
	put32(m + 8, page_size);
	put64(m + 16, root);
	put64(m + 40, sizeof(file) / page_size);
	put64(m + 48, commit);
	for (int i = 0; i < 56; i++)
		sum = (sum ^ m[i]) * UINT64_C(0x100000001b3);
	put64(m + 56, sum);
}

static void build(void)
{
	uint8_t small[16 + 16 + 16 + 8] = { 0 };

	memset(file, 0, sizeof(file));
	meta_at(0, PAGE, OWN, 6);
	meta_at(PAGE, PAGE, ROOT, 7);
	begin(ROOT, LEAF);
	bucket(ROOT, "v1", FORK);
	leaf(ROOT, "word", "of the root");
	begin(FORK, BRANCH);
	branch(FORK, "a", LEFT);
	branch(FORK, "m", RIGHT);
	begin(LEFT, LEAF);
	leaf(LEFT, "a", "first");
	put16(small + 16 + 8, LEAF);	/* root 0: its page follows */
	put16(small + 16 + 10, 1);
	put32(small + 32 + 4, 16);
	put32(small + 32 + 8, 3);
	put32(small + 32 + 12, 5);
	memcpy(small + 48, "keyvalue", 8);
	leaf_bytes(LEFT, 1, "b", small, sizeof(small));
	leaf(LEFT, "c", "");
	begin(RIGHT, LEAF);
	leaf(RIGHT, "m", "right");
	bucket(RIGHT, "n", OWN);
	leaf(RIGHT, "z", "last");
	begin(OWN, LEAF);
}

static void save(void)
{
	ck_assert_int_eq(pwrite(fd, file, sizeof(file), 0), sizeof(file));
}

static void make_file(void)
{
	fd = memfd_create("bolt", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	build();
}

static void remove_file(void)
{
	close(fd);
}

static struct bolt_bucket enter(const char *name)
{
	struct bolt_bucket b = bolt.root;

	if (name)
		ck_assert_int_eq(bolt_enter(&bolt, &b, name), 0);
	return b;
}

/* What @key has in the bucket @name of the root, or of that itself. */
static const char *get(const char *name, const char *key)
{
	static char value[64];
	struct bolt_bucket in = enter(name);

	return bolt_get(&bolt, &in, key, value, sizeof(value)) ? NULL : value;
}

static void open_it(void)
{
	save();
	ck_assert_int_eq(bolt_open(&bolt, fd), 0);
}

START_TEST(finds_values)
{
	open_it();
	ck_assert_str_eq(get(NULL, "word"), "of the root");
	ck_assert_str_eq(get("v1", "a"), "first");
	ck_assert_str_eq(get("v1", "c"), "");
	ck_assert_str_eq(get("v1", "m"), "right");
	ck_assert_str_eq(get("v1", "z"), "last");
}
END_TEST

static const char *const absent[] = { "", "A", "aa", "b", "d", "n", "zz", "mm", "words" };

START_TEST(finds_no_others)
{
	struct bolt_bucket in;

	open_it();
	ck_assert_ptr_null(get("v1", absent[_i]));
	in = enter("v1");
	if (absent[_i][0] != 'b' && absent[_i][0] != 'n')
		ck_assert_int_eq(bolt_enter(&bolt, &in, absent[_i]), -ENOENT);
	in = enter(NULL);
	ck_assert_int_eq(bolt_enter(&bolt, &in, "word"), -ENOENT);
}
END_TEST

START_TEST(enters_small_buckets)
{
	struct bolt_bucket in;
	char value[8];

	open_it();
	in = enter("v1");
	ck_assert_int_eq(bolt_enter(&bolt, &in, "b"), 0);
	ck_assert_int_eq(bolt_get(&bolt, &in, "key", value, sizeof(value)), 0);
	ck_assert_str_eq(value, "value");
	ck_assert_int_eq(bolt_get(&bolt, &in, "key", value, 5), -ENOENT);
}
END_TEST

static int join(void *ctx, const char *key, const char *value)
{
	strcat(strcat(strcat(strcat(ctx, key), "="), value), " ");
	return 0;
}

static int stop(void *ctx, const char *key, const char *value)
{
	join(ctx, key, value);
	return -EXDEV;
}

static int all_of(const char *name, int (*each)(void *, const char *, const char *),
		  char *text)
{
	struct bolt_bucket in = enter(name);

	text[0] = '\0';
	return bolt_each(&bolt, &in, each, text);
}

START_TEST(tells_all)
{
	char text[256];

	open_it();
	ck_assert_int_eq(all_of("v1", join, text), 0);
	ck_assert_str_eq(text, "a=first c= m=right z=last ");
	ck_assert_int_eq(all_of("v1", stop, text), -EXDEV);
	ck_assert_str_eq(text, "a=first ");
}
END_TEST

START_TEST(passes_over_what_is_no_text)
{
	char text[256], longer[BOLT_TEXT_SIZE + 1];

	memset(longer, 'x', BOLT_TEXT_SIZE);
	longer[BOLT_TEXT_SIZE] = '\0';
	leaf(ROOT, "x1", longer);
	leaf(ROOT, longer, "x2");
	leaf_bytes(ROOT, 0, "y", "a\0b", 3);
	leaf(ROOT, "z", "there");
	open_it();
	ck_assert_int_eq(all_of(NULL, join, text), 0);
	ck_assert_str_eq(text, "word=of the root z=there ");
	ck_assert_ptr_null(get(NULL, "y"));
	ck_assert_ptr_null(get(NULL, "x1"));
}
END_TEST

/* ---- commits ------------------------------------------------------------------ */

START_TEST(takes_the_later_root)
{
	leaf(OWN, "word", "of the older");
	open_it();
	ck_assert_str_eq(get(NULL, "word"), "of the root");
	ck_assert(bolt_is_current(&bolt));
	meta_at(0, PAGE, OWN, 8);
	save();
	ck_assert(!bolt_is_current(&bolt));
	ck_assert_int_eq(bolt_open(&bolt, fd), 0);
	ck_assert_str_eq(get(NULL, "word"), "of the older");
}
END_TEST

START_TEST(takes_the_older_of_a_torn_commit)
{
	leaf(OWN, "word", "of the older");
	file[PAGE + 16 + 20] ^= 1;
	open_it();
	ck_assert_str_eq(get(NULL, "word"), "of the older");
}
END_TEST

static const uint32_t page_sizes[] = { 4096, 16384 };

/* Nothing says then how large a page is. */
START_TEST(finds_the_second_meta)
{
	memset(file, 0, 2 * PAGE);
	meta_at(page_sizes[_i], page_sizes[_i], 0, 9);
	begin(0, LEAF);
	leaf(0, "word", "on page 0");
	open_it();
	ck_assert_uint_eq(bolt.page_size, page_sizes[_i]);
	ck_assert_str_eq(get(NULL, "word"), "on page 0");
}
END_TEST

/* ---- damage ---------------------------------------------------------------------- */

static void nothing(void) { memset(file, 0, sizeof(file)); }
static void torn(void) { file[16 + 20] ^= 1; file[PAGE + 16 + 20] ^= 1; }
static void small_pages(void) { meta_at(0, 512, ROOT, 9); meta_at(PAGE, 512, ROOT, 9); }
static void root_beyond(void) { meta_at(0, PAGE, PAGES, 9); meta_at(PAGE, PAGE, PAGES, 9); }

static void (*const no_files[])(void) = { nothing, torn, small_pages, root_beyond };

START_TEST(refuses_other_files)
{
	no_files[_i]();
	save();
	ck_assert_int_eq(bolt_open(&bolt, fd), -EBADMSG);
}
END_TEST

static uint8_t *element(uint32_t page, int i) { return file + page * PAGE + 16 + i * 16; }

static void round_about(void) { put64(element(FORK, 0) + 8, FORK); }
static void page_beyond(void) { put64(element(FORK, 0) + 8, PAGES); }
static void no_page(void) { begin(LEFT, META); }
static void both_kinds(void) { begin(LEFT, BRANCH | LEAF); }
static void no_branches(void) { begin(FORK, BRANCH); }
static void key_beyond(void) { put32(element(LEFT, 0) + 4, UINT32_MAX); }
static void key_of_all(void) { put32(element(FORK, 0), UINT32_MAX); }

static void (*const damages[])(void) = {
	round_about, page_beyond, no_page, both_kinds, no_branches, key_beyond, key_of_all,
};

START_TEST(survives_damage)
{
	struct bolt_bucket in;
	char text[256], value[8];

	damages[_i]();
	open_it();
	in = enter("v1");
	ck_assert_int_eq(bolt_get(&bolt, &in, "a", value, sizeof(value)), -EBADMSG);
	ck_assert_int_eq(bolt_enter(&bolt, &in, "a"), -EBADMSG);
	/* A branch's keys are no part of what it leads to. */
	ck_assert_int_eq(all_of("v1", join, text),
			 damages[_i] == no_branches || damages[_i] == key_of_all ? 0 : -EBADMSG);
}
END_TEST

START_TEST(survives_bad_buckets)
{
	struct bolt_bucket in;

	begin(ROOT, LEAF);
	leaf_bytes(ROOT, 1, "a", "short", 5);
	bucket(ROOT, "b", PAGES);
	open_it();
	in = bolt.root;
	ck_assert_int_eq(bolt_enter(&bolt, &in, "a"), -EBADMSG);
	ck_assert_int_eq(bolt_enter(&bolt, &in, "b"), -EBADMSG);
}
END_TEST

/* One page again and again is a tree of any size. */
START_TEST(comes_to_an_end)
{
	char text[256];

	begin(FORK, BRANCH);
	for (int i = 0; i < 200; i++)
		branch(FORK, "", OWN);
	for (int i = 0; i < 200; i++)
		leaf_bytes(OWN, 1, "", "", 0);
	open_it();
	ck_assert_int_eq(all_of("v1", join, text), -EBADMSG);
}
END_TEST

Suite *bolt_suite(void)
{
	Suite *s = suite_create("bolt");
	TCase *t = tcase_create("bolt");

	tcase_add_checked_fixture(t, make_file, remove_file);
	tcase_add_test(t, finds_values);
	tcase_add_loop_test(t, finds_no_others, 0, sizeof(absent) / sizeof(absent[0]));
	tcase_add_test(t, enters_small_buckets);
	tcase_add_test(t, tells_all);
	tcase_add_test(t, passes_over_what_is_no_text);
	tcase_add_test(t, takes_the_later_root);
	tcase_add_test(t, takes_the_older_of_a_torn_commit);
	tcase_add_loop_test(t, finds_the_second_meta, 0,
			    sizeof(page_sizes) / sizeof(page_sizes[0]));
	tcase_add_loop_test(t, refuses_other_files, 0,
			    sizeof(no_files) / sizeof(no_files[0]));
	tcase_add_loop_test(t, survives_damage, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(t, survives_bad_buckets);
	tcase_add_test(t, comes_to_an_end);
	suite_add_tcase(s, t);
	return s;
}

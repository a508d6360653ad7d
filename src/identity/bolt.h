/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A file of bbolt (go.etcd.io/bbolt), the database of containerd. A bucket holds
 * keys with values, and further buckets. Each bucket is a B+tree of pages, in the
 * byte order of the machine. The reader takes no lock and trusts no byte.
 *
 * containerd may write meanwhile. A commit writes to unused pages, and then to one
 * of two meta pages, which points to the new root. The pages below the previous
 * root are reused by the next commit at the earliest. So if bolt_is_current()
 * after reading, the data that was read is consistent.
 */
#ifndef IDENTITY_BOLT_H
#define IDENTITY_BOLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BOLT_WINDOW = 4096,
	BOLT_TEXT_SIZE = 512,		/* longer keys and values are skipped */
	BOLT_DEPTH = 24,		/* a deeper tree is refused as damaged */
};

struct bolt_bucket {
	uint64_t page;			/* where its first page is in the file */
};

struct bolt {
	int fd;				/* borrowed */
	uint32_t page_size;
	uint64_t pages, commit;
	struct bolt_bucket root;
	uint64_t window_at;
	size_t window_size;
	uint8_t window[BOLT_WINDOW];
};

/* 0, or -EBADMSG: @fd is no bbolt file. */
int bolt_open(struct bolt *b, int fd);

/* Has nothing been committed since bolt_open()? */
bool bolt_is_current(const struct bolt *b);

/* Goes into the bucket @name of @in. 0, -ENOENT, or -EBADMSG: it is damaged. */
int bolt_enter(struct bolt *b, struct bolt_bucket *in, const char *name);

/*
 * Calls @each with the keys of @in and their values, in the order of the keys'
 * bytes, until @each returns something other than 0. Returns that value, 0 at the
 * end, or -EBADMSG. Buckets, and keys or values with a NUL in them, are skipped.
 */
int bolt_each(struct bolt *b, const struct bolt_bucket *in,
	      int (*each)(void *ctx, const char *key, const char *value), void *ctx);

/* Puts the value of @key into the @size bytes at @to. 0, -ENOENT or -EBADMSG. */
int bolt_get(struct bolt *b, const struct bolt_bucket *in, const char *key,
	     char *to, size_t size);

#endif

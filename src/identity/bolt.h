/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A file of bbolt (go.etcd.io/bbolt), the database in which containerd keeps
 * what it was told: buckets of keys and values, and of further buckets, each a
 * B+tree of pages, in the byte order of the machine. No lock is taken, and no
 * bytes are trusted.
 *
 * Its owner may be writing. A commit writes to pages that are in no use, and
 * then one of two meta pages, which says where the new root is. What the older
 * root led to is not written over before the commit after that. So what was
 * read is whole if bolt_is_current() then.
 */
#ifndef IDENTITY_BOLT_H
#define IDENTITY_BOLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BOLT_WINDOW = 4096,
	BOLT_TEXT_SIZE = 512,		/* keys and values that are longer are passed over */
	BOLT_DEPTH = 24,		/* a deeper tree is none */
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

/* 0, or -EBADMSG: @fd is no such file. */
int bolt_open(struct bolt *b, int fd);

/* Has nothing been committed since bolt_open()? */
bool bolt_is_current(const struct bolt *b);

/* Goes into the bucket @name of @in. 0, -ENOENT, or -EBADMSG: it is damaged. */
int bolt_enter(struct bolt *b, struct bolt_bucket *in, const char *name);

/*
 * Calls @each with the keys of @in and their values, in the order of the keys'
 * bytes, until it returns something other than 0. That, or 0, or -EBADMSG. A
 * key or value with a NUL in it is passed over, and so is a bucket.
 */
int bolt_each(struct bolt *b, const struct bolt_bucket *in,
	      int (*each)(void *ctx, const char *key, const char *value), void *ctx);

/* Puts the value of @key into the @size bytes at @to. 0, -ENOENT or -EBADMSG. */
int bolt_get(struct bolt *b, const struct bolt_bucket *in, const char *key,
	     char *to, size_t size);

#endif

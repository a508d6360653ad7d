/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Containers by their ids: a ring of records, in which a new record overwrites
 * the oldest, and for each hash a chain through the ring from new to old. A
 * chain ends where it leaves the ring: records are never unlinked.
 */
#ifndef IDENTITY_CACHE_H
#define IDENTITY_CACHE_H

#include <stdbool.h>

#include "identity/metadata.h"

/*
 * Room for 10,000 containers with all metadata of Kubernetes, some 500 bytes each.
 * The kernel allocates a page of it at the first write to it.
 */
enum {
	CACHE_RING_BYTES = 6 << 20, CACHE_CHAINS = 8192,
	CACHE_RECORD_BYTES = 48 << 10,	/* all texts as long as they may be */
};

/* Tells one version of a file from the next. All zero: no file. */
struct cache_stamp {
	uint64_t inode, mtime_ns, size;
};

struct cache {
	unsigned char *ring;		/* NULL: nothing is kept */
	uint64_t *chains;		/* the newest record of each hash */
	uint64_t from, to;		/* what of all that was written is there */
	_Alignas(8) char composed[CACHE_RECORD_BYTES];	/* the next record */
};

/* 0, or -errno: the cache stays empty. A half-opened cache may be closed. */
int cache_open(struct cache *t);
void cache_close(struct cache *t);

/* Puts the cached metadata of @id into @f. Its texts are valid until cache_keep(). */
bool cache_find(const struct cache *t, const char *id, struct metadata *f,
		struct cache_stamp *stamp);

/*
 * Stores @f for @id, in place of an older record. @f may have texts from
 * cache_find(). All texts from cache_find() are invalid afterwards.
 */
void cache_keep(struct cache *t, const char *id, const struct metadata *f,
		const struct cache_stamp *stamp);

#endif

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
 * For 10,000 containers with all that Kubernetes tells of them, which is some
 * 500 bytes each. Memory is touched when it is used.
 */
enum {
	CACHE_RING_BYTES = 6 << 20, CACHE_CHAINS = 8192,
	CACHE_RECORD_BYTES = 48 << 10,	/* all texts as long as they may be */
};

/* Tells one state of a file from the next. All zero: of no file. */
struct cache_stamp {
	uint64_t inode, mtime_ns, size;
};

struct cache {
	unsigned char *ring;		/* NULL: nothing is kept */
	uint64_t *chains;		/* the newest record of each hash */
	uint64_t from, to;		/* what of all that was written is there */
	_Alignas(8) char composed[CACHE_RECORD_BYTES];	/* the next record */
};

/* 0, or -errno; the table keeps nothing then. Half a table may be closed. */
int cache_open(struct cache *t);
void cache_close(struct cache *t);

/* Puts what is known of @id into @f, which borrows it until something is kept. */
bool cache_find(const struct cache *t, const char *id, struct metadata *f,
		struct cache_stamp *stamp);

/*
 * Keeps what is known now of @id in place of what was. @f may have texts of
 * the table's own; what was borrowed from it is not valid any more.
 */
void cache_keep(struct cache *t, const char *id, const struct metadata *f,
		const struct cache_stamp *stamp);

#endif

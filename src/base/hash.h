/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * FNV-1a. A user who chooses the input can make hashes collide, so callers must bound the
 * cost of a collision.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/span.h"

#define HASH_FNV32	2166136261u		/* of no bytes */
#define HASH_FNV64	UINT64_C(14695981039346656037)

/* The hash of what gave @hash, followed by @s. */
static inline uint32_t hash_fnv32_add(uint32_t hash, struct span s)
{
	for (size_t i = 0; i < s.size; i++)
		hash = (hash ^ s.data[i]) * 16777619u;
	return hash;
}

static inline uint64_t hash_fnv64_add(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.size; i++)
		hash = (hash ^ s.data[i]) * UINT64_C(1099511628211);
	return hash;
}

static inline uint32_t hash_fnv32(struct span s)
{
	return hash_fnv32_add(HASH_FNV32, s);
}

static inline uint64_t hash_fnv64(struct span s)
{
	return hash_fnv64_add(HASH_FNV64, s);
}

#endif

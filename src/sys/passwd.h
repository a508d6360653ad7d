/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The host's /etc/passwd and /etc/group, read anew each time: no allocation,
 * and never out of date.
 */
#ifndef SYS_PASSWD_H
#define SYS_PASSWD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* What both files have in common: "name:password:id:rest". */
struct account {
	struct span name;	/* never empty */
	uint32_t id;
	struct span rest;	/* what follows the id */
};

/*
 * Tells @take of each entry in the file @path below @root until it returns
 * true: that is enough. What is no entry, and a line of 4 KiB, is passed over;
 * what is beyond 1 MiB is not read. No file is an empty one.
 */
void passwd_each(int root, const char *path,
		   bool (*take)(void *ctx, const struct account *a), void *ctx);

/* The part of @rest before its next ':' or its end; @rest is what follows. */
struct span account_part(struct span *rest);

#endif

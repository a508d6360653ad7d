/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads the host's /etc/passwd and /etc/group each time, so that nothing is allocated and
 * nothing is out of date.
 */
#ifndef SYS_PASSWD_H
#define SYS_PASSWD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* An entry of either file: "name:password:id:rest". */
struct account {
	struct span name;	/* never empty */
	uint32_t id;
	struct span rest;	/* what follows the id */
};

/*
 * Calls @take with each entry in the file @path below @root, until it returns true.
 * Malformed lines, and lines of 4 KiB or more, are skipped. Only the first 1 MiB is read.
 * A missing file has no entries.
 */
void passwd_each(int root, const char *path,
		   bool (*take)(void *ctx, const struct account *a), void *ctx);

/* Takes the part of @rest up to the next ':' or the end. */
struct span account_part(struct span *rest);

#endif

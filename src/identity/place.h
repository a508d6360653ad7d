/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The directories in which runtimes keep the state of their containers, a
 * directory for each by its id, and how to read what is there.
 */
#ifndef IDENTITY_PLACE_H
#define IDENTITY_PLACE_H

#include <stdbool.h>

#include "identity/facts.h"
#include "identity/state.h"
#include "identity/table.h"

enum { PLACE_PATH_SIZE = 256 };

/* A kind of runtime. */
struct place_kind {
	const char *runtime;	/* as container_parse() calls it */
	const char *file;	/* of a container, below the directory of its id */
	/* Puts what the file says into @f, which borrows it. */
	void (*take)(const json_t *file, struct facts *f);
};

struct place {
	const struct place_kind *kind;
	char path[PLACE_PATH_SIZE];	/* on the host */
};

extern const struct place_kind docker_kind;

/*
 * Opens the state file of @id and says which state it is. A descriptor, or
 * -errno, -ENOENT: there is no such container here.
 */
int place_open(const struct place *p, int root, const char *id,
	       struct table_stamp *stamp);

/* Docker's, as its configuration has it, to @to; otherwise it stays empty. */
void docker_find_root(int root, char *to, size_t size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Paths of cgroups, from the root of their hierarchy: "/", "/a/b". */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* How many parts a path has: "/a/b" 2, "/" 0. */
int64_t path_depth(const char *path);

/* Is @path @parent itself, or below it? */
bool path_is_within(struct span path, struct span parent);

#endif

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/path.h"

#include <string.h>

#include "base/scan.h"

int64_t path_depth(const char *path)
{
	int64_t depth = 0;

	for (; *path; path++)
		depth += path[0] == '/' && path[1] && path[1] != '/';
	return depth;
}

bool path_is_within(struct span path, struct span parent)
{
	if (scan_is(parent, "/"))
		return scan_begins(path, "/");
	return parent.size && path.size >= parent.size &&
		!memcmp(path.data, parent.data, parent.size) &&
		(path.size == parent.size || path.data[parent.size] == '/');
}

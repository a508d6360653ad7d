/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The state directories of a user's ("rootless") container runtimes. */
#ifndef IDENTITY_ROOTLESS_H
#define IDENTITY_ROOTLESS_H

#include "identity/runtime_layout.h"

enum { ROOTLESS_LAYOUTS = 5 };

struct rootless {
	char path[LAYOUT_PATH_SIZE], run[32];
	struct runtime_layout layouts[ROOTLESS_LAYOUTS];	/* which borrow these */
};

/*
 * Finds the directories of user @uid. False: the host's /etc/passwd, at @root, has no
 * such user. No mount point in @mounts, which is borrowed, is entered: what users
 * mount must not stop the tracer.
 */
bool rootless_find(struct rootless *h, int root, int64_t uid, const struct slow_mounts *mounts);

#endif

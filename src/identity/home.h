/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the runtimes of a user, "rootless" ones, keep their state. */
#ifndef IDENTITY_HOME_H
#define IDENTITY_HOME_H

#include "identity/place.h"

enum { HOME_PLACES = 5 };

struct home {
	char path[PLACE_PATH_SIZE], run[32];
	struct place places[HOME_PLACES];	/* which borrow these */
};

/*
 * Finds the places of user @uid. False: the host's /etc/passwd, at @root, has no
 * such user.
 */
bool home_find(struct home *h, int root, int64_t uid);

#endif

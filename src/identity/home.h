/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where the runtimes of a user, "rootless" ones, keep their state. */
#ifndef IDENTITY_HOME_H
#define IDENTITY_HOME_H

#include "identity/place.h"

enum { HOME_PLACES = 5 };

/*
 * Puts into @to the places of user @uid; returns how many there are. 0: the
 * host's /etc/passwd, at @root, has no such user.
 */
size_t home_places(int root, int64_t uid, struct place to[HOME_PLACES]);

#endif

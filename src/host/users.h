/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of users and groups from the host's /etc/passwd and /etc/group, read
 * anew for each event: no allocation, and never out of date.
 */
#ifndef HOST_USERS_H
#define HOST_USERS_H

#include "event/event.h"

/*
 * Fills user and group of @e's trigger and target where uid and gid are
 * known and the name is not: "uid:1000" and "gid:1000" when the files have
 * none. @root is the host's root directory (sys/hostfs.h); -1: no files.
 */
void users_complete(int root, struct oom_event *e);

#endif

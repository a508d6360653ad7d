/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of users and groups from the host's /etc/passwd and /etc/group. The files are
 * read for each event, so that nothing is allocated and nothing is out of date.
 */
#ifndef HOST_USERS_H
#define HOST_USERS_H

#include "event/event.h"

/*
 * Fills unknown user and group names of @e's trigger and target from their uid and
 * gid; "uid:1000" and "gid:1000" if the files have no name. @root is the host's root
 * directory (sys/hostfs.h); -1: no files.
 */
void users_complete(int root, struct oom_event *e);

#endif

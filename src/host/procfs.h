/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What /proc still knows of the trigger and the victim, for the sources that
 * could not ask the kernel at the moment of the kill.
 */
#ifndef HOST_PROCFS_H
#define HOST_PROCFS_H

#include <stdbool.h>

#include "event/event.h"

/*
 * Opens the host's /proc: that below the directory @root (-1: none), or ours,
 * mounted or not. It must show the initial pid namespace: in another one the
 * ids of an event are those of strangers. A descriptor; -ENXIO: there are
 * only others; or -errno.
 */
int procfs_open(int root);

/* Are we ourselves in the initial pid namespace? False too where that is not
 * to be seen in @proc. */
bool procfs_has_us(int proc);

/*
 * Fills what is unknown of trigger and target, by their thread ids: tgid,
 * nspid, parent, comm, mount namespace, and the victim's memory cgroup. What
 * is gone already stays unknown, and so does most with @proc -1. No allocation.
 */
void procfs_complete(int proc, struct oom_event *e);

#endif

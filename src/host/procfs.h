/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What /proc still knows of the trigger and the victim, for the sources that
 * could not ask the kernel at the moment of the kill.
 */
#ifndef HOST_PROCFS_H
#define HOST_PROCFS_H

#include "event/event.h"

/*
 * Opens /proc, mounted or not, if it shows the initial pid namespace: in
 * another one the ids of an event are those of strangers. A descriptor;
 * -ENXIO: it is of another namespace; or -errno.
 */
int procfs_open(void);

/*
 * Fills what is unknown of trigger and target, by their thread ids: tgid,
 * nspid, parent, comm, mount namespace, and the victim's memory cgroup. What
 * is gone already stays unknown, and so does most with @proc -1. No allocation.
 */
void procfs_complete(int proc, struct oom_event *e);

#endif

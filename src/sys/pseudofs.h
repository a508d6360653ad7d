/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's file systems as directory descriptors: where the host has
 * mounted them, or mounted nowhere at all (detached, Linux 5.2), so that
 * nothing on the host changes and nothing is left behind.
 */
#ifndef SYS_PSEUDOFS_H
#define SYS_PSEUDOFS_H

#include "base/error.h"

/*
 * Each returns a directory descriptor that is closed on exec, or -errno and
 * an error with the way out.
 */
int pseudofs_sysfs(struct error *f);
int pseudofs_procfs(struct error *f);
int pseudofs_securityfs(struct error *f);

/*
 * The same for tracefs, which may also be mounted below @root, a directory
 * with the host's files (sys/hostfs.h); -1: there is none.
 */
int pseudofs_tracefs(int root, struct error *f);

/* The same for the device nodes, which open; without an error: there is always
 * another way. */
int pseudofs_devtmpfs(void);

/* The hierarchy of cgroup version 2. There is no such thing for version 1: to
 * mount it could take its controller away from version 2. */
int pseudofs_cgroup2(void);

/*
 * Opens @path below directory @dir and reads it whole into @to as a string.
 * Returns its length, or -errno; -EMSGSIZE when @size is too small.
 */
int pseudofs_read(int dir, const char *path, char *to, int size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Opens the kernel's pseudo file systems: at their mount points, or else as a detached
 * mount (Linux 5.2), which changes nothing on the host and leaves nothing behind.
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

/* The same for a devtmpfs whose device nodes can be opened. No error is set, as callers
 * have alternatives. */
int pseudofs_devtmpfs(void);

/* The hierarchy of cgroup version 2. Version 1 is not mounted here, as mounting it could
 * take a controller away from version 2. */
int pseudofs_cgroup2(void);

/*
 * Opens @path below directory @dir and reads it whole into @to as a string.
 * Returns its length, or -errno; -EMSGSIZE when @size is too small.
 */
int pseudofs_read(int dir, const char *path, char *to, int size);

#endif

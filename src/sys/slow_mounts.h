/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Mount points of file systems on which a read may block forever: network file systems,
 * FUSE, autofs, and every type that is not known to be local. They are read from mountinfo,
 * which involves no file system. statfs() never returns if a server or a FUSE daemon does
 * not answer, and a walk through an autofs mount point waits for its daemon.
 */
#ifndef SYS_SLOW_MOUNTS_H
#define SYS_SLOW_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOW_MOUNTS_MAX = 8192 };

struct slow_mounts {
	int fd;				/* mountinfo of the namespace that has the root */
	size_t count;
	uint64_t paths[SLOW_MOUNTS_MAX];	/* hashes */
};

/*
 * Reads the mounts of the namespace that the directory @root is in. 0, or
 * -errno: -EXDEV: @root itself is on such a file system; -E2BIG: too many.
 */
int slow_mounts_open(struct slow_mounts *m, int root);
void slow_mounts_close(struct slow_mounts *m);

/* Is the entry @name of the directory @dir such a mount point? True also if that is
 * unknown. */
bool slow_mounts_has(const struct slow_mounts *m, int dir, const char *name);

/* Has anything been mounted or unmounted since slow_mounts_open()? */
bool slow_mounts_changed(const struct slow_mounts *m);

#endif

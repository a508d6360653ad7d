/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What cgroup.c and cgroup_top.c share. */
#ifndef HOST_CGROUP_INTERNAL_H
#define HOST_CGROUP_INTERNAL_H

#include "host/cgroup.h"

/* Opens the cgroup @path, "/a/b", or NULL. A descriptor, or -errno. */
int cgroup_directory(const struct cgroup_files *c, const char *path);

/* How long ago the kill was; EVENT_UNKNOWN: its time is not known. */
int64_t cgroup_delay_ns(const struct oom_event *e);

#endif

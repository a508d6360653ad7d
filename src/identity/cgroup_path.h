/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The containers, the pod and the systemd unit that a cgroup belongs to, as far as
 * its path names them. No file is read.
 */
#ifndef IDENTITY_CGROUP_PATH_H
#define IDENTITY_CGROUP_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* A cgroup's name is at most 255 bytes long, and so is what is within it. */
enum { CONTAINER_NAME_SIZE = 256 };

struct container_ref {
	const char *runtime;	/* "docker", ..; NULL: the path does not tell */
	char id[CONTAINER_NAME_SIZE];	/* empty: no container */
	uint32_t owner;		/* the user whose runtime it is; 0: the host's */
	unsigned int nesting;	/* how many containers are around it */
	size_t path_len;	/* of the path of its cgroup */
};

struct container {
	struct container_ref inner;	/* the innermost */
	struct container_ref outer;	/* the outermost, if it is another one */
	struct container_ref of_pod;	/* the one that belongs to the pod */
	char pod_uid[CONTAINER_NAME_SIZE];	/* of the outermost */
	const char *qos;		/* "Guaranteed", "Burstable", "BestEffort" */
	char unit[CONTAINER_NAME_SIZE];	/* innermost service, scope, .. */
	char slice[CONTAINER_NAME_SIZE];
};

/*
 * Parses @path, which starts at the root of the hierarchy, into @c. Any path is
 * valid: all strings are empty or NULL if it names no container.
 */
void cgroup_path_parse(struct container *c, const char *path);

/* Is @s an id in the form that Docker, containerd, CRI-O and Podman generate? */
bool cgroup_path_is_id(struct span s);

/*
 * Is the cgroup of the first @len bytes of @path the one that @configured
 * names, linux.cgroupsPath of an OCI runtime's config.json? That is a path, or
 * SLICE:PREFIX:NAME where systemd makes the cgroup.
 */
bool cgroup_path_is(const char *path, size_t len, const char *configured);

#endif

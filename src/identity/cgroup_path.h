/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the path of a cgroup says about the containers, the pod and the
 * systemd unit it belongs to. No file is read: a path is all it takes.
 */
#ifndef IDENTITY_CGROUP_PATH_H
#define IDENTITY_CGROUP_PATH_H

#include <stdint.h>

/* A cgroup's name is at most 255 bytes long, and so is what is within it. */
enum { CONTAINER_NAME_SIZE = 256 };

struct container_ref {
	const char *runtime;	/* "docker", ..; NULL: the path does not tell */
	char id[CONTAINER_NAME_SIZE];	/* empty: no container */
	uint32_t owner;		/* the user whose runtime it is; 0: the host's */
};

struct container {
	struct container_ref inner;	/* the innermost */
	struct container_ref outer;	/* the outermost, if it is another one */
	struct container_ref of_pod;	/* the one that belongs to the pod */
	char pod_uid[CONTAINER_NAME_SIZE];
	const char *qos;		/* "Guaranteed", "Burstable", "BestEffort" */
	char unit[CONTAINER_NAME_SIZE];	/* innermost service, scope, .. */
	char slice[CONTAINER_NAME_SIZE];
};

/*
 * Reads @path, which starts at the root of the hierarchy. Whatever it is,
 * @c is what it says: all strings empty or NULL when that is nothing.
 */
void cgroup_path_parse(struct container *c, const char *path);

#endif

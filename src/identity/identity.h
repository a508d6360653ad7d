/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The victim's container, pod and systemd unit. */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>

#include "event/event.h"
#include "identity/cgroup_path.h"
#include "identity/lookup.h"
#include "identity/watch.h"

enum { IDENTITY_NODE_SIZE = 256 };

struct identity {
	int root;		/* of the host's files; -1: none */
	bool node_given;	/* @node is the name in a cluster, not the host's */
	char node[IDENTITY_NODE_SIZE];
	/* The container that is the host, as kind makes them; empty: none. */
	char container[CONTAINER_NAME_SIZE];
	bool container_known;
	struct lookup lookup;
	struct watcher watcher;
};

/*
 * Prepares @id, which is all zero, with the host's root directory @root
 * (sys/hostfs.h), which it borrows; -1: no files. @node is the name of this
 * node, NULL: the host's name.
 */
void identity_open(struct identity *id, int root, const char *node);

/* Is the host a node of Kubernetes: has it a kubelet's pods, or a node name? */
bool identity_is_node(const struct identity *id);

/*
 * Begins to fill the cache, once the program is ready. Returns a descriptor
 * that is readable when identity_watch() has work, or -errno: new containers are
 * not noticed. identity_watch() loads a few containers; true: more are waiting.
 */
int identity_start(struct identity *id);
bool identity_watch(struct identity *id);
void identity_close(struct identity *id);

/*
 * Fills runtime, k8s and systemd of @e from the victim's cgroup path. Without a
 * path they stay unknown; for a path that leads through no container their
 * strings are empty. With @files the container is looked up, too. No allocation.
 */
void identity_complete(struct identity *id, struct oom_event *e, bool files);

/* What the path alone says, of a kill on any host: ids, pod and unit, no names. */
void identity_from_path(struct oom_event *e);

#endif

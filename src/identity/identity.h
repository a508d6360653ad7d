/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Who the victim was: its container, pod and systemd unit. */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>

#include "event/event.h"
#include "identity/cgroup_path.h"
#include "identity/lookup.h"
#include "identity/watch.h"

enum { IDENTITY_NODE_SIZE = 256 };

struct identity {
	int root;		/* of the host's files; -1: not to be had */
	bool node_given;	/* @node is that of a Kubernetes cluster for sure */
	char node[IDENTITY_NODE_SIZE];
	/* The container that is the host, as kind makes them; empty: none. */
	char container[CONTAINER_NAME_SIZE];
	bool container_known;
	struct lookup known;
	struct watcher learner;
};

/*
 * Prepares @id, which is all zero, with the host's root directory @root
 * (sys/hostfs.h), which it borrows; -1: no files. @node is the name of this
 * node, NULL: the host's.
 */
void identity_open(struct identity *id, int root, const char *node);

/*
 * Is the host a node of Kubernetes? It is where a kubelet keeps its pods, or
 * where somebody has named the node.
 */
bool identity_is_node(const struct identity *id);

/*
 * To be called once the program is ready: from now on containers are
 * remembered for when their files are gone. A descriptor that has something to
 * read when others appear, or -errno: nobody says so. Either way
 * identity_learn() learns a few of those that are there, true: and there are more.
 */
int identity_start(struct identity *id);
bool identity_learn(struct identity *id);
void identity_close(struct identity *id);

/*
 * Fills runtime, k8s and systemd of @e from the victim's cgroup path, which
 * must be known: otherwise all of it stays unknown. A path that leads
 * through no container says so: its strings are empty then. The rest is from
 * the files of the container's runtime, or remembered, if @files may be read.
 * No allocation.
 */
void identity_complete(struct identity *id, struct oom_event *e, bool files);

/* What the path alone says, of a kill on any host: ids, pod and unit, no names. */
void identity_from_path(struct oom_event *e);

#endif

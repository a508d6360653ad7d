/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of containers from the names of their log files. The kubelet names these
 * files in the same way for every runtime, and keeps them as long as the pod exists.
 */
#ifndef IDENTITY_KUBELET_LOGS_H
#define IDENTITY_KUBELET_LOGS_H

#include <stdbool.h>

#include "identity/metadata.h"

enum { KUBELET_LOGS_NAME_SIZE = 256 };

/* Holds the names that were found. */
struct kubelet_logs_names {
	char container[KUBELET_LOGS_NAME_SIZE], pod[KUBELET_LOGS_NAME_SIZE];
};

/*
 * Fills pod, namespace and container name in @f where they are unknown. It searches
 * /var/log/containers below the host's root @root for the container @id, and
 * /var/log/pods for @pod_uid. @f borrows from @n. False: nothing was added.
 */
bool kubelet_logs_find(struct kubelet_logs_names *n, int root, const char *id, const char *pod_uid,
	       struct metadata *f);

#endif

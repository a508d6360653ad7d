/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The names that a kubelet gives to the logs of its containers, whichever the
 * runtime. They stay for as long as the pod does, not only the container.
 */
#ifndef IDENTITY_KUBELET_LOGS_H
#define IDENTITY_KUBELET_LOGS_H

#include <stdbool.h>

#include "identity/metadata.h"

enum { KUBELET_LOGS_NAME_SIZE = 256 };

/* What the texts that were found are in. */
struct kubelet_logs_names {
	char container[KUBELET_LOGS_NAME_SIZE], pod[KUBELET_LOGS_NAME_SIZE];
};

/*
 * Adds to @f the pod, its namespace and the container in it, as far as @f
 * does not know them and they are found: by the container's @id below
 * /var/log/containers, by @pod_uid below /var/log/pods. @root: the host's.
 * @f borrows from @n. False: there was nothing to add.
 */
bool kubelet_logs_find(struct kubelet_logs_names *n, int root, const char *id, const char *pod_uid,
	       struct metadata *f);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What containerd keeps of its containers until they are removed:
 * io.containerd.metadata.v1.bolt/meta.db below its root directory, whose
 * buckets are in core/metadata/buckets.go of containerd.
 */
#ifndef IDENTITY_CONTAINERD_DB_H
#define IDENTITY_CONTAINERD_DB_H

#include <stddef.h>

#include "identity/bolt.h"

/*
 * Puts into the @size bytes at @to the labels (metadata_add_label()) of the
 * container @id of Kubernetes'. @file is the database, as the host at @root has
 * it, and @b for reading it. 0, or -errno and nothing to be read at @to: -ENOENT: there is no such
 * container, or it has none; -E2BIG: they are too long.
 */
int containerd_db_labels(struct bolt *b, int root, const char *file, const char *id,
			 char *to, size_t size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * containerd's database of containers, io.containerd.metadata.v1.bolt/meta.db below
 * its root directory. core/metadata/buckets.go of containerd describes its buckets.
 */
#ifndef IDENTITY_CONTAINERD_DB_H
#define IDENTITY_CONTAINERD_DB_H

#include <stddef.h>

#include "identity/bolt.h"

/*
 * Writes the labels (metadata_add_label()) of the Kubernetes container @id to the @size
 * bytes at @to. @file is the path of the database below the host's root @root, @b the
 * reader's memory. 0, or -errno with @to undefined: -ENOENT: no such container, or no
 * labels; -E2BIG: the labels are too long.
 */
int containerd_db_labels(struct bolt *b, int root, const char *file, const char *id,
			 char *to, size_t size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The labels of a pod as one text, "k=v,k=v". */
#ifndef IDENTITY_LABELS_H
#define IDENTITY_LABELS_H

#include <stdbool.h>

#include "base/text.h"

/*
 * Adds a label, unless it is of those that the kubelet and runtimes give to
 * every container: these are columns of their own. What is no label of Kubernetes'
 * and would be read as several is left out, too.
 */
void labels_add(struct text *t, const char *key, const char *value);

#endif

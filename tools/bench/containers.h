/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The files of idle containers, in a directory that stands for a host's. */
#ifndef CONTAINERS_H
#define CONTAINERS_H

#include <stddef.h>

enum { CONTAINERS = 200, CONTAINER_ID_SIZE = 65 };

/* Makes them below a new directory, whose name is put into @root, a template of
 * mkdtemp(). */
void containers_make(char *root);
void containers_remove(const char *root);

/* The id of one, below @CONTAINERS. */
void container_id(char to[CONTAINER_ID_SIZE], int which);

#endif

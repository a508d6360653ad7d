/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A host's files, for the tests of who reads them: below the working directory. */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include <stddef.h>

/* An empty one, in which we are then; its descriptor as hostfs_root() has it. */
int tree_make(void);
void tree_remove(int root);

/* The directories that @path is in. */
void tree_directories(const char *path);

/* As runtimes do it: another file takes the place of the old one. */
void tree_put_bytes(const char *path, const void *bytes, size_t size);
void tree_put(const char *path, const char *text);

/* Takes away all that is at @path. */
void tree_take(const char *path);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The state directories of container runtimes, which have a subdirectory for each
 * container id, and how to read the files in them.
 */
#ifndef IDENTITY_RUNTIME_LAYOUT_H
#define IDENTITY_RUNTIME_LAYOUT_H

#include <stdbool.h>

#include "identity/metadata.h"
#include "identity/json_arena.h"
#include "identity/cache.h"
#include "sys/slow_mounts.h"

enum { LAYOUT_PATH_SIZE = 256 };

/* A kind of runtime. */
struct layout_kind {
	const char *runtime;	/* as cgroup_path_parse() calls it; NULL: of several */
	const char *file;	/* of a container, below the directory of its id */
	const char *pid_file;	/* the same; NULL: the file has the pid */
	bool shared;		/* @file lists all, in the directory itself */
	bool listed;		/* all are in such a list, too */
	bool namespaced;	/* directories of namespaces hold those of ids */
	/* Fills @f, which borrows from @file, with what the file or the value of
	 * a list says of @id. False: the container is of another runtime. */
	bool (*parse)(const json_t *file, const char *id, struct metadata *f);
	/* The labels of the pod, in the file of its sandbox; NULL: it has none. */
	const json_t *(*labels)(const json_t *file);
};

/* A directory on the host: @path, and @below it (NULL: nothing), where a user
 * may make links. None of these is followed. */
struct layout_path {
	const char *path, *below;
};

struct runtime_layout {
	const struct layout_kind *kind;
	struct layout_path at;
	struct layout_path run;		/* where pid files are; NULL: there, too */
	const char *store;		/* containerd's database; NULL: none */
	const struct slow_mounts *mounts;	/* not to be entered; NULL: none */
};

extern const struct layout_kind docker_kind, containerd_kind, crio_kind, list_kind,
	volatile_list_kind;

/* Opens the directory itself. A descriptor, or -errno. */
int layout_list(const struct runtime_layout *p, int root);

/* Is @name a namespace with containers of this runtime's own? */
bool layout_has_namespace(const struct runtime_layout *p, const char *name);

/* Opens the directory that @id's file is in. A descriptor, or -errno. */
int layout_enter(const struct runtime_layout *p, int root, const char *id);

/* Opens the state file in @dir and fills @stamp. A descriptor, or -errno. */
int layout_open(const struct runtime_layout *p, int dir, struct cache_stamp *stamp);

/* Reads the pid of the first process from its own file, which was written when
 * the process was started. Without such a file @f stays as it is. */
void layout_read_pid(const struct runtime_layout *p, int root, int dir, const char *id,
		    struct metadata *f);

/* Copies Docker's data-root from its configuration to @to, which stays empty if
 * there is none. @s is for reading. */
void docker_find_root(struct json_arena *s, int root, char *to, size_t size);

#endif

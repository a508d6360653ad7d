/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The directories in which runtimes keep the state of their containers, a
 * directory for each by its id, and how to read what is there.
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
	bool shared;		/* @file is a list of all, in the place itself */
	bool listed;		/* all of them are in such a list, too */
	bool namespaced;	/* in the place are namespaces, and in them ids */
	/* Puts what the file, or a value of the list, says of @id into @f,
	 * which borrows it up to the next time. False: that is another's. */
	bool (*take)(const json_t *file, const char *id, struct metadata *f);
	/* The labels of the pod, in the file of its sandbox; NULL: it has none. */
	const json_t *(*labels)(const json_t *file);
};

/* A directory on the host. Where there is @below, who it belongs to may put
 * links there: none is followed. NULL: @path is all of it. */
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

/* The place itself, to be looked through. A descriptor, or -errno. */
int layout_list(const struct runtime_layout *p, int root);

/* Is @name a namespace with containers of this runtime's own? */
bool layout_has_space(const struct runtime_layout *p, const char *name);

/*
 * The directory that @id's file is in, if there is such a container: a
 * descriptor, or -errno.
 */
int layout_enter(const struct runtime_layout *p, int root, const char *id);

/*
 * Opens the state file in the directory @dir and says which state it is. A
 * descriptor, or -errno, -ENOENT: there is none.
 */
int layout_open(const struct runtime_layout *p, int dir, struct cache_stamp *stamp);

/*
 * The pid of the first process from a file of its own, which was written when
 * that was started; @f stays as it is where there is no such file.
 */
void layout_take_pid(const struct runtime_layout *p, int root, int dir, const char *id,
		    struct metadata *f);

/* Docker's, as its configuration has it, to @to; otherwise it stays empty. */
void docker_find_root(int root, char *to, size_t size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The directories in which runtimes keep the state of their containers, a
 * directory for each by its id, and how to read what is there.
 */
#ifndef IDENTITY_PLACE_H
#define IDENTITY_PLACE_H

#include <stdbool.h>

#include "identity/facts.h"
#include "identity/state.h"
#include "identity/table.h"

enum { PLACE_PATH_SIZE = 256 };

/* A kind of runtime. */
struct place_kind {
	const char *runtime;	/* as container_parse() calls it; NULL: of several */
	const char *file;	/* of a container, below the directory of its id */
	const char *pid_file;	/* the same; NULL: the file has the pid */
	bool shared;		/* @file is a list of all, in the place itself */
	bool listed;		/* all of them are in such a list, too */
	bool namespaced;	/* in the place are namespaces, and in them ids */
	/* Puts what the file, or a value of the list, says of @id into @f,
	 * which borrows it up to the next time. False: that is another's. */
	bool (*take)(const json_t *file, const char *id, struct facts *f);
	/* The labels of the pod, in the file of its sandbox; NULL: it has none. */
	const json_t *(*labels)(const json_t *file);
};

/* A directory on the host. Where there is @below, who it belongs to may put
 * links there: none is followed. NULL: @path is all of it. */
struct place_path {
	const char *path, *below;
};

struct place {
	const struct place_kind *kind;
	struct place_path at;
	struct place_path run;		/* where pid files are; NULL: there, too */
	const char *store;		/* containerd's database; NULL: none */
};

extern const struct place_kind docker_kind, containerd_kind, crio_kind, list_kind,
	volatile_list_kind;

/* The place itself, to be looked through. A descriptor, or -errno. */
int place_list(const struct place *p, int root);

/* Is @name a namespace with containers of this runtime's own? */
bool place_has_space(const struct place *p, const char *name);

/*
 * The directory that @id's file is in, if there is such a container: a
 * descriptor, or -errno.
 */
int place_enter(const struct place *p, int root, const char *id);

/*
 * Opens the state file in the directory @dir and says which state it is. A
 * descriptor, or -errno, -ENOENT: there is none.
 */
int place_open(const struct place *p, int dir, struct table_stamp *stamp);

/*
 * The pid of the first process from a file of its own, which was written when
 * that was started; @f stays as it is where there is no such file.
 */
void place_take_pid(const struct place *p, int root, int dir, const char *id,
		    struct facts *f);

/* Docker's, as its configuration has it, to @to; otherwise it stays empty. */
void docker_find_root(int root, char *to, size_t size);

#endif

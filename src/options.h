/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The command line as a struct, or what is wrong with it. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "filter/filter.h"
#include "output/selection.h"
#include "output/output.h"
#include "source/source.h"

enum options_action {
	ACTION_TRACE, ACTION_HELP, ACTION_VERSION, ACTION_LIST_FIELDS, ACTION_CHECK,
};

enum { OPTIONS_FILTERS = 32 };

enum options_history { HISTORY_NONE, HISTORY_FIRST, HISTORY_ONLY };

struct options {
	enum options_action action;	/* the last one asked for */
	enum output_mode output;
	struct selection fields;	/* ready for output_open() */
	struct filter filter;		/* ready for filter_match() */
	unsigned int timeout_s;		/* 0: for ever */
	unsigned int ring_kib;		/* per CPU; 0: the default */
	int ready_fd;			/* -1: tell nobody */
	int source;			/* enum event_source; -1: the best that works */
	enum options_history history;	/* kills from before the start */
	bool verbose;
	bool strict;			/* a loss or a difference is a status */
	bool all_namespaces;
	/* What the arguments say, borrowed from argv; NULL: not given. */
	const char *object, *btf, *host_root;
	const char *columns, *field_words;
	struct {
		int list;		/* enum filter_list; -1: --filter */
		const char *words;
	} filters[OPTIONS_FILTERS];
	size_t filter_count;
};

/*
 * One option: parsed, shown by --help and held against the manual. One that
 * has no @about yet is parsed, but not shown.
 */
struct option_row {
	char letter;			/* 0: it has no short form */
	const char *name;
	const char *argument;		/* NULL: it takes none; "[=..": it need not have one */
	const char *about;
	/* Takes its argument in. NULL, or in words what is wrong with it. */
	const char *(*take)(struct options *o, const char *argument);
};

extern const struct option_row option_rows[];
extern const size_t option_count;

/*
 * Reads the arguments after argv[0] into @o, which is all zeros: most of its
 * 25 KiB stay untouched. 0, or -EINVAL and an error that names the offending
 * word: a usage error, status 2.
 */
int options_parse(struct options *o, int argc, char *const argv[],
		  struct error *f);

/*
 * What --fields makes of the set @name, for columns: "k8s" where none was
 * asked for, on a node of Kubernetes. 0, or -EINVAL and an error.
 */
int options_fields(const struct options *o, const char *name,
		   struct selection *to, struct error *f);

/* Where the host's files are said to be: --host-root, or $HOST_ROOT, or NULL. */
const char *options_host_root(const struct options *o);

/* What is said of the source; @root is that of the host's files, or -1. */
struct source_options options_source(const struct options *o, int root);

/* The text of --help and of --version; 4 KiB hold either. */
void options_help(struct text *t);
void options_version(struct text *t);

#endif

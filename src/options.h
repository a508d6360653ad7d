/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Parses the command line into a struct. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	int ready_fd, counts_fd;	/* -1: none */
	int source;			/* enum event_source; -1: the best that works */
	enum options_history history;	/* kills from before the start */
	bool verbose;
	bool strict;			/* a loss or a difference gives status 3 */
	bool all_namespaces;
	/* Arguments, borrowed from argv; NULL: not given. */
	const char *object, *btf, *host_root;
	const char *columns, *field_words;
	struct {
		int list;		/* enum filter_list; -1: --filter */
		const char *words;
	} filters[OPTIONS_FILTERS];
	size_t filter_count;
};

enum option_type {
	OPTION_FLAG,			/* bool, set */
	OPTION_VALUE,			/* an enum, becomes @value */
	OPTION_STRING,			/* const char *, borrowed from argv */
	OPTION_NUMBER,			/* unsigned int, @least to @most */
	OPTION_TIME,			/* unsigned int, seconds: "90", "10s", "1h30m" */
	OPTION_WORD,			/* int or enum, @value more than the index into @words */
	OPTION_FILTER,			/* kept in @filters; @value: enum filter_list, -1 */
};

/* One option: parsed, shown by --help and held against the manual. */
struct option_row {
	char letter;			/* 0: it has no short form */
	uint8_t type;			/* enum option_type */
	uint16_t offset;		/* in struct options */
	const char *name;
	const char *argument;		/* NULL: it takes none; "[=..": optional */
	const char *about;
	int value;			/* with an optional argument: without it */
	unsigned int least, most;
	const char *const *words;	/* closed by NULL */
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
 * Selects the fields of the set @name for columns, changed by --fields. @name is "k8s" on a
 * node of Kubernetes if the user chose no set. 0, or -EINVAL and an error.
 */
int options_fields(const struct options *o, const char *name,
		   struct selection *to, struct error *f);

/* The host's root directory: --host-root, or $HOST_ROOT, or NULL. */
const char *options_host_root(const struct options *o);

/* The options of the source; @root is the host's root directory, or -1. */
struct source_options options_source(const struct options *o, int root);

/* The text of --help and of --version; 4 KiB hold either. */
void options_help(struct text *t);
void options_version(struct text *t);

#endif

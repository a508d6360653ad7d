// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

/* ---- the table ------------------------------------------------------------ */

static const char *const source_words[] = { "auto", "bpf", "perf", "kmsg", NULL };
static const char *const history_words[] = { "only", NULL };

/* The member's offset, refused by the compiler when its type is another. */
#define PLACE(member, ctype) \
	.offset = offsetof(struct options, member) + \
	0 * sizeof(char[__builtin_types_compatible_p( \
		__typeof__(((struct options *)0)->member), ctype) ? 1 : -1])
#define FLAG(member)	.type = OPTION_FLAG, PLACE(member, bool)
#define ACTION(which)	.type = OPTION_VALUE, PLACE(action, enum options_action), .value = (which)
#define STRING(member)	.type = OPTION_STRING, PLACE(member, const char *)
#define TIME(member)	.type = OPTION_TIME, PLACE(member, unsigned int), .most = INT_MAX
#define WORD(member, ctype, table) \
	.type = OPTION_WORD, PLACE(member, ctype), .words = (table)
#define FILTER(which)	.type = OPTION_FILTER, .value = (which)

const struct option_row option_rows[] = {
	{ 'o', .name = "output", .argument = "MODE",
	  WORD(output, enum output_mode, output_mode_names),
	  .about = "columns, json, jsonpretty, yaml, story or none" },
	{ .name = "columns", .argument = "SET", STRING(columns),
	  .about = "default, host, k8s, wide or k8s-wide" },
	{ .name = "fields", .argument = "LIST", STRING(field_words),
	  .about = "show a,b; add +a; leave out -a" },
	{ .name = "list-fields", ACTION(ACTION_LIST_FIELDS),
	  .about = "list all fields, and exit" },
	{ .name = "check", ACTION(ACTION_CHECK),
	  .about = "say what this host offers and lacks, and exit" },
	{ 'F', .name = "filter", .argument = "RULES", FILTER(-1),
	  .about = "only what fits, as in 'why==host, tpid > 9'" },
	{ 'c', .name = "containername", .argument = "LIST", FILTER(FILTER_CONTAINER),
	  .about = "only of these containers; !x: not of x" },
	{ .name = "k8s-containername", .argument = "LIST", FILTER(FILTER_K8S_CONTAINER),
	  .about = "the same by the name in the pod" },
	{ 'n', .name = "k8s-namespace", .argument = "LIST", FILTER(FILTER_NAMESPACE),
	  .about = "only of these namespaces" },
	{ 'p', .name = "k8s-podname", .argument = "LIST", FILTER(FILTER_POD),
	  .about = "only of these pods" },
	{ 'l', .name = "k8s-selector", .argument = "LABELS", FILTER(FILTER_SELECTOR),
	  .about = "only of pods with k=v,k!=v" },
	{ 'A', .name = "all-namespaces", FLAG(all_namespaces),
	  .about = "of all namespaces, whatever -n says" },
	{ 'r', .name = "runtimes", .argument = "LIST", FILTER(FILTER_RUNTIME),
	  .about = "only of docker, containerd, cri-o, podman, .." },
	{ .name = "containers", FILTER(FILTER_IN_CONTAINER),
	  .about = "only kills in containers" },
	{ 't', .name = "timeout", .argument = "TIME", TIME(timeout_s),
	  .about = "end after 90, 10s, 5m, 2h or 1d; 0: never" },
	{ .name = "history", .argument = "[=only]",
	  WORD(history, enum options_history, history_words), .value = HISTORY_FIRST,
	  .about = "first the kills in the kernel's log; only: no others" },
	{ .name = "strict", FLAG(strict),
	  .about = "status 3 if kills were lost, not written or not seen" },
	{ 'v', .name = "verbose", FLAG(verbose), .about = "say more on stderr" },
	{ .name = "source", .argument = "SOURCE", WORD(source, int, source_words), .value = -1,
	  .about = "auto, bpf, perf or kmsg: what reports the kills" },
	{ .name = "btf", .argument = "FILE", STRING(btf),
	  .about = "the kernel's types; none: do without" },
	{ .name = "object", .argument = "FILE", STRING(object),
	  .about = "load this BPF object, not the built-in one" },
	{ .name = "host-root", .argument = "DIR", STRING(host_root),
	  .about = "where the host's file system is mounted" },
	{ .name = "ring-kib", .argument = "N", .type = OPTION_NUMBER,
	  PLACE(ring_kib, unsigned int), .least = 1, .most = 65536,
	  .about = "size of each CPU's ring, in KiB" },
	{ .name = "ready-fd", .argument = "FD", .type = OPTION_NUMBER, PLACE(ready_fd, int),
	  .most = INT_MAX, .about = "write a newline there when tracing" },
	{ .name = "counts-fd", .argument = "FD", .type = OPTION_NUMBER, PLACE(counts_fd, int),
	  .most = INT_MAX, .about = "write the counts there as JSON, for a program" },
	{ 'h', .name = "help", ACTION(ACTION_HELP), .about = "show this, and exit" },
	{ 'V', .name = "version", ACTION(ACTION_VERSION),
	  .about = "show the version, and exit" },
};

const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

/* ---- one option ----------------------------------------------------------- */

/* Names the option and its argument, NULL: none, and what is wrong. */
static int refuse(struct error *f, const struct option_row *row, const char *argument,
		  const char *why)
{
	if (argument)
		error_set(f, EINVAL, "--%s '%s'", row->name, argument);
	else
		error_set(f, EINVAL, "--%s", row->name);
	error_why(f, "%s", why);
	error_hint(f, "try --help");
	return -EINVAL;
}

static bool read_digits(const char **at, unsigned int most, unsigned int *to)
{
	*to = 0;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		unsigned int digit = (unsigned int)(**at - '0');

		if (*to > (most - digit) / 10)
			return false;
		*to = *to * 10 + digit;
	}
	return true;
}

static int read_number(struct error *f, const struct option_row *row, const char *word,
		       unsigned int *to)
{
	const char *at = word;
	unsigned int value;

	if (read_digits(&at, row->most, &value) && !*at && at > word && value >= row->least) {
		*to = value;
		return 0;
	}
	refuse(f, row, word, "");
	error_why(f, "not a whole number from %u to %u", row->least, row->most);
	return -EINVAL;
}

/* "90", "10s", "1h30m" */
static int read_time(struct error *f, const struct option_row *row, const char *word,
		     unsigned int *to)
{
	static const char units[] = "smhd";
	static const unsigned int unit_s[] = { 1, 60, 3600, 86400 };
	unsigned int sum = 0, value;
	const char *at = word;

	do {
		const char *start = at, *unit;
		bool fits = read_digits(&at, row->most, &value);

		if (fits && at == start)
			return refuse(f, row, word, "not a time as in 90, 10s, 5m, 2h or 1d");
		unit = fits && *at ? strchr(units, *at | 0x20) : units;
		if (!unit)
			return refuse(f, row, word, "not a time as in 90, 10s, 5m, 2h or 1d");
		if (!fits || value > (row->most - sum) / unit_s[unit - units]) {
			refuse(f, row, word, "");
			error_why(f, "more than %u seconds", row->most);
			error_hint(f, "0 is for ever");
			return -EINVAL;
		}
		sum += value * unit_s[unit - units];
		at += *at != '\0';
	} while (*at);
	*to = sum;
	return 0;
}

/* "not one of a, b, c", and the nearest of them. */
static int refuse_word(struct error *f, const struct option_row *row, const char *word)
{
	struct suggestion near = { .word = word };
	char list[128];
	struct text t = text_on(list, sizeof(list) - 1);

	for (size_t i = 0; row->words[i]; i++) {
		text_string(&t, i ? ", " : "");
		text_string(&t, row->words[i]);
		suggestion_try(&near, row->words[i]);
	}
	list[t.used] = '\0';
	refuse(f, row, word, "");
	error_why(f, "not one of %s", list);
	if (near.name)
		error_hint(f, "did you mean '%s'?", near.name);
	return -EINVAL;
}

static int read_word(struct error *f, const struct option_row *row, const char *word, int *to)
{
	if (!word) {
		*to = row->value;
		return 0;
	}
	for (int i = 0; row->words[i]; i++)
		if (!strcmp(row->words[i], word)) {
			*to = row->value + i + (row->argument[0] == '[');
			return 0;
		}
	return refuse_word(f, row, word);
}

/* Keeps a filter, to be parsed when all options are known. */
static int keep_filter(struct options *o, struct error *f, const struct option_row *row,
		       const char *words)
{
	if (o->filter_count == OPTIONS_FILTERS)
		return refuse(f, row, words, "that is one filter too many");
	o->filters[o->filter_count].list = row->value;
	o->filters[o->filter_count++].words = words;
	return 0;
}

static int set_option(struct options *o, struct error *f, const struct option_row *row,
		      const char *argument)
{
	void *to = (char *)o + row->offset;

	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)to = true;
		return 0;
	case OPTION_VALUE:
		*(int *)to = row->value;
		return 0;
	case OPTION_STRING:
		*(const char **)to = argument;
		return 0;
	case OPTION_NUMBER:
		return read_number(f, row, argument, to);
	case OPTION_TIME:
		return read_time(f, row, argument, to);
	case OPTION_WORD:
		return read_word(f, row, argument, to);
	default:
		return keep_filter(o, f, row, argument);
	}
}

/* ---- the command line ----------------------------------------------------- */

struct reader {
	struct options *o;
	char *const *next;		/* the first word not read yet, or NULL */
	struct error *f;
};

/* @len bytes of @word are the option, without what follows its "=". */
static int refuse_long(struct error *f, const char *word, size_t len)
{
	char option[64];
	struct suggestion near = { .word = option + 2 };

	if (len >= sizeof(option))
		len = sizeof(option) - 1;
	memcpy(option, word, len);
	option[len] = '\0';
	error_set(f, EINVAL, "%s", option);
	error_why(f, "no such option");
	error_hint(f, "try --help");
	for (size_t i = 0; i < option_count; i++)
		suggestion_try_part(&near, option_rows[i].name);
	if (near.name)
		error_hint(f, "did you mean --%s? try --help", near.name);
	return -EINVAL;
}

/* @argument is NULL when it was not given in the same word. */
static int read_option(struct reader *r, const struct option_row *row, const char *argument)
{
	bool optional = row->argument && row->argument[0] == '[';

	if (!row->argument && argument)
		return refuse(r->f, row, argument, "takes no argument");
	if (row->argument && !argument && !optional && !*r->next)
		return refuse(r->f, row, NULL, "an argument is missing");
	/* No option is positional: a next word without "-" is the argument. */
	if (row->argument && !argument && (!optional || (*r->next && **r->next != '-')))
		argument = *r->next++;
	return set_option(r->o, r->f, row, argument);
}

/* --name, --name=argument, --name argument */
static int read_long(struct reader *r, const char *word)
{
	size_t len = strcspn(word + 2, "=");

	for (size_t i = 0; i < option_count; i++) {
		const char *name = option_rows[i].name;

		if (strlen(name) == len && !strncmp(name, word + 2, len))
			return read_option(r, &option_rows[i],
					   word[2 + len] ? word + 3 + len : NULL);
	}
	return refuse_long(r->f, word, 2 + len);
}

static const struct option_row *find_letter(char letter)
{
	for (size_t i = 0; i < option_count; i++)
		if (letter && option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

/* -v, -vo json, -vojson */
static int read_letters(struct reader *r, const char *word)
{
	const struct option_row *row;
	int result;

	for (const char *at = word + 1; *at; at++) {
		row = find_letter(*at);
		if (!row) {
			error_set(r->f, EINVAL, "%s", word);
			error_why(r->f, word[2] ? "no such option %c" : "no such option", *at);
			error_hint(r->f, "try --help");
			return -EINVAL;
		}
		if (row->argument)
			return read_option(r, row, at[1] ? at + 1 : NULL);
		result = read_option(r, row, NULL);
		if (result)
			return result;
	}
	return 0;
}

static int read_words(struct reader *r)
{
	bool ended = false;
	int result = 0;

	while (!result && *r->next) {
		const char *word = *r->next++;

		if (!ended && !strcmp(word, "--")) {
			ended = true;
		} else if (ended || word[0] != '-' || !word[1]) {
			error_set(r->f, EINVAL, "argument '%s'", word);
			error_why(r->f, "none is expected");
			error_hint(r->f, "try --help");
			return -EINVAL;
		} else {
			result = word[1] == '-' ? read_long(r, word) : read_letters(r, word);
		}
	}
	return result;
}

/* ---- fields and filters ---------------------------------------------------- */

int options_fields(const struct options *o, const char *name,
		   struct selection *to, struct error *f)
{
	int result = selection_set(to, name, f);

	if (!result && o->field_words)
		result = selection_change(to, o->field_words, f);
	return result;
}

/* The default fields depend on --output, which may follow --fields. */
static int choose_fields(struct options *o, struct error *f)
{
	if (o->output == OUTPUT_COLUMNS || o->columns)
		return options_fields(o, o->columns ? o->columns : "default",
				      &o->fields, f);
	selection_all(&o->fields);
	return o->field_words ? selection_change(&o->fields, o->field_words, f) : 0;
}

/* Adds to an error about a word the option that the word belongs to. */
static int name_option(struct error *f, int list)
{
	char what[sizeof(f->what)];
	size_t i = 0;

	while (option_rows[i].type != OPTION_FILTER || option_rows[i].value != list)
		i++;
	memcpy(what, f->what, sizeof(what));
	f->error = 0;
	return error_set(f, EINVAL, "--%s %s", option_rows[i].name, what);
}

static int choose_filters(struct options *o, struct error *f)
{
	for (size_t i = 0; i < o->filter_count; i++) {
		int list = o->filters[i].list;
		const char *words = o->filters[i].words;
		int result = list < 0 ? filter_add(&o->filter, words, f) :
			filter_add_names(&o->filter, (enum filter_list)list, words, f);

		if (result)
			return name_option(f, list);
	}
	if (o->all_namespaces)
		filter_drop_names(&o->filter, FILTER_NAMESPACE);
	return 0;
}

int options_parse(struct options *o, int argc, char *const argv[],
		  struct error *f)
{
	struct reader r = { .o = o, .next = argv + (argc > 0), .f = f };
	int result;

	o->ready_fd = -1;
	o->counts_fd = -1;
	o->source = -1;
	result = read_words(&r);
	if (!result)
		result = choose_fields(o, f);
	return result ? result : choose_filters(o, f);
}

const char *options_host_root(const struct options *o)
{
	return o->host_root ? o->host_root : getenv("HOST_ROOT");
}

struct source_options options_source(const struct options *o, int root)
{
	return (struct source_options){
		.object = o->object, .btf = o->btf, .ring_kib = o->ring_kib,
		.root = root,
	};
}

/* ---- --help and --version ------------------------------------------------- */

static void help_row(struct text *t, const struct option_row *row)
{
	size_t start = t->used, width;

	text_string(t, row->letter ? "  -" : "      --");
	if (row->letter) {
		text_char(t, row->letter);
		text_string(t, ", --");
	}
	text_string(t, row->name);
	if (row->argument) {
		if (row->argument[0] != '[')
			text_char(t, ' ');
		text_string(t, row->argument);
	}
	width = t->used - start;
	text_repeat(t, ' ', width < 27 ? 27 - width : 2);
	text_string(t, row->about);
	text_char(t, '\n');
}

void options_help(struct text *t)
{
	text_string(t, "Usage: trace_oomkill [OPTION]...\n"
		    "Reports each OOM kill on this host: who asked for memory, "
		    "who died, why.\n\n");
	for (size_t i = 0; i < option_count; i++)
		if (option_rows[i].about)
			help_row(t, &option_rows[i]);
	text_string(t, "\nStatus: 0 done, 1 failed, 2 usage, 3 --strict. "
		    "More: man trace_oomkill\n");
}

void options_version(struct text *t)
{
	text_string(t, "trace_oomkill " VERSION "\n");
}

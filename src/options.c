// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

/* ---- what each option does ---- */

/* The place of @word among @names, or -1. */
static int find_word(const char *const *names, const char *word)
{
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], word))
			return i;
	return -1;
}

/* A whole number up to @most, in decimal digits and nothing else. */
static const char *read_number(const char *word, unsigned int most,
			       unsigned int *to)
{
	unsigned int value = 0, digit;
	const char *at = word;

	for (; *at >= '0' && *at <= '9'; at++) {
		digit = (unsigned int)(*at - '0');
		if (value > (most - digit) / 10)
			return "that is too large";
		value = value * 10 + digit;
	}
	if (*at || at == word)
		return "not a whole number";
	*to = value;
	return NULL;
}

static const char *take_output(struct options *o, const char *word)
{
	int mode = find_word(output_mode_names, word);

	if (mode < 0)
		return "not one of columns, json, jsonpretty, yaml, story, none";
	o->output = (enum output_mode)mode;
	return NULL;
}

static const char *take_columns(struct options *o, const char *word)
{
	o->columns = word;
	return NULL;
}

static const char *take_fields(struct options *o, const char *word)
{
	o->field_words = word;
	return NULL;
}

/* Read when all options are known. */
static const char *keep_filter(struct options *o, int list, const char *words)
{
	if (o->filter_count == OPTIONS_FILTERS)
		return "that is one filter too many";
	o->filters[o->filter_count].list = list;
	o->filters[o->filter_count++].words = words;
	return NULL;
}

static const char *take_filter(struct options *o, const char *words)
{
	return keep_filter(o, -1, words);
}

static const char *take_container(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_CONTAINER, words);
}

static const char *take_k8s_container(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_K8S_CONTAINER, words);
}

static const char *take_namespace(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_NAMESPACE, words);
}

static const char *take_pod(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_POD, words);
}

static const char *take_selector(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_SELECTOR, words);
}

static const char *take_runtimes(struct options *o, const char *words)
{
	return keep_filter(o, FILTER_RUNTIME, words);
}

static const char *take_containers(struct options *o, const char *none)
{
	return keep_filter(o, FILTER_IN_CONTAINER, none);
}

static const char *take_all_namespaces(struct options *o, const char *none)
{
	(void)none;
	o->all_namespaces = true;
	return NULL;
}

static const char *take_list_fields(struct options *o, const char *none)
{
	(void)none;
	o->action = ACTION_LIST_FIELDS;
	return NULL;
}

static const char *take_check(struct options *o, const char *none)
{
	(void)none;
	o->action = ACTION_CHECK;
	return NULL;
}

static const char *take_timeout(struct options *o, const char *word)
{
	return read_number(word, INT_MAX, &o->timeout_s);
}

static const char *take_history(struct options *o, const char *word)
{
	if (word && strcmp(word, "only"))
		return "not only";
	o->history = word ? HISTORY_ONLY : HISTORY_FIRST;
	return NULL;
}

static const char *take_strict(struct options *o, const char *none)
{
	(void)none;
	o->strict = true;
	return NULL;
}

static const char *take_verbose(struct options *o, const char *none)
{
	(void)none;
	o->verbose = true;
	return NULL;
}

static const char *take_source(struct options *o, const char *word)
{
	static const char *const names[] = {
		"auto", "bpf", "perf", "kmsg", NULL
	};
	int at = find_word(names, word);

	if (at < 0)
		return "not one of auto, bpf, perf, kmsg";
	o->source = at - 1;
	return NULL;
}

static const char *take_btf(struct options *o, const char *word)
{
	o->btf = word;
	return NULL;
}

static const char *take_object(struct options *o, const char *word)
{
	o->object = word;
	return NULL;
}

static const char *take_host_root(struct options *o, const char *word)
{
	o->host_root = word;
	return NULL;
}

static const char *take_ring_kib(struct options *o, const char *word)
{
	const char *wrong = read_number(word, 65536, &o->ring_kib);

	return wrong ? wrong : o->ring_kib ? NULL : "that is no ring at all";
}

static const char *take_ready_fd(struct options *o, const char *word)
{
	unsigned int fd;
	const char *wrong = read_number(word, INT_MAX, &fd);

	if (!wrong)
		o->ready_fd = (int)fd;
	return wrong;
}

static const char *take_help(struct options *o, const char *none)
{
	(void)none;
	o->action = ACTION_HELP;
	return NULL;
}

static const char *take_version(struct options *o, const char *none)
{
	(void)none;
	o->action = ACTION_VERSION;
	return NULL;
}

const struct option_row option_rows[] = {
	{ 'o', "output", "MODE", "columns, json, jsonpretty, yaml, story or none",
	  take_output },
	{ 0, "columns", "SET", "a set of columns: default, k8s, wide or k8s-wide",
	  take_columns },
	{ 0, "fields", "LIST", "show a,b; add +a; leave out -a", take_fields },
	{ 0, "list-fields", NULL, "list all fields, and exit",
	  take_list_fields },
	{ 0, "check", NULL, "say what this host offers and lacks, and exit",
	  take_check },
	{ 'F', "filter", "RULES", "only what fits, as in tcomm~^java,pages>9",
	  take_filter },
	{ 'c', "containername", "LIST", "only of these containers; !x: not of x",
	  take_container },
	{ 0, "k8s-containername", "LIST", "the same by the name in the pod",
	  take_k8s_container },
	{ 'n', "k8s-namespace", "LIST", "only of these namespaces",
	  take_namespace },
	{ 'p', "k8s-podname", "LIST", "only of these pods", take_pod },
	{ 'l', "k8s-selector", "LABELS", "only of pods with k=v,k!=v",
	  take_selector },
	{ 'A', "all-namespaces", NULL, "of all namespaces, whatever -n says",
	  take_all_namespaces },
	{ 'r', "runtimes", "LIST", "only of docker, containerd, cri-o, podman, ..",
	  take_runtimes },
	{ 0, "containers", NULL, "only what happens in containers",
	  take_containers },
	{ 't', "timeout", "SECONDS", "end after that time; 0: never",
	  take_timeout },
	{ 0, "history", "[=only]", "first the kills in the kernel's log; only: no others",
	  take_history },
	{ 0, "strict", NULL, "status 3 if kills were lost or not seen",
	  take_strict },
	{ 'v', "verbose", NULL, "say more on stderr", take_verbose },
	{ 0, "source", "SOURCE", "auto, bpf, perf or kmsg: where kills are learnt of",
	  take_source },
	{ 0, "btf", "FILE", "the kernel's types; none: do without", take_btf },
	{ 0, "object", "FILE", "load this BPF object, not the built-in one",
	  take_object },
	{ 0, "host-root", "DIR", "where the host's files are", take_host_root },
	{ 0, "ring-kib", "N", "size of each CPU's ring, in KiB",
	  take_ring_kib },
	{ 0, "ready-fd", "FD", "write a newline there when tracing",
	  take_ready_fd },
	{ 'h', "help", NULL, "show this, and exit", take_help },
	{ 'V', "version", NULL, "show the version, and exit", take_version },
};

const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

/* ---- reading argv ---- */

struct reader {
	struct options *o;
	char *const *next;		/* the first word not read yet, or NULL */
	struct error *f;
};

/* Says what is wrong with the word that the error names already. */
static int refuse(struct error *f, const char *why)
{
	error_why(f, "%s", why);
	error_hint(f, "try --help");
	return -EINVAL;
}

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
	refuse(f, "no such option");
	for (size_t i = 0; i < option_count; i++)
		suggestion_try(&near, option_rows[i].name);
	if (near.name)
		error_hint(f, "did you mean --%s? try --help", near.name);
	return -EINVAL;
}

static int refuse_argument(struct error *f, const struct option_row *row,
			   const char *argument, const char *why)
{
	if (argument)
		error_set(f, EINVAL, "--%s '%s'", row->name, argument);
	else
		error_set(f, EINVAL, "--%s", row->name);
	return refuse(f, why);
}

/* Takes @row in; @argument is NULL when it was not given with the option. */
static int take(struct reader *r, const struct option_row *row,
		const char *argument)
{
	const char *wrong;

	if (!row->argument && argument)
		return refuse_argument(r->f, row, argument, "takes no argument");
	if (row->argument && !argument && row->argument[0] != '[') {
		if (!*r->next)
			return refuse_argument(r->f, row, NULL,
					       "an argument is missing");
		argument = *r->next++;
	}
	wrong = row->take(r->o, argument);
	return wrong ? refuse_argument(r->f, row, argument, wrong) : 0;
}

/* --name, --name=argument, --name argument */
static int take_long(struct reader *r, const char *word)
{
	size_t len = strcspn(word + 2, "=");

	for (size_t i = 0; i < option_count; i++) {
		const char *name = option_rows[i].name;

		if (strlen(name) == len && !strncmp(name, word + 2, len))
			return take(r, &option_rows[i],
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

static int refuse_letters(struct error *f, const char *word)
{
	error_set(f, EINVAL, "%s", word);
	return refuse(f, "no such option");
}

/* -v, -vo json, -vojson */
static int take_letters(struct reader *r, const char *word)
{
	const struct option_row *row;
	int err;

	for (const char *at = word + 1; *at; at++) {
		row = find_letter(*at);
		if (!row)
			return refuse_letters(r->f, word);
		if (row->argument)
			return take(r, row, at[1] ? at + 1 : NULL);
		err = take(r, row, NULL);
		if (err)
			return err;
	}
	return 0;
}

static int take_word(struct reader *r, const char *word)
{
	if (word[0] != '-' || !word[1] || !strcmp(word, "--")) {
		error_set(r->f, EINVAL, "argument '%s'", word);
		return refuse(r->f, "none is expected");
	}
	return word[1] == '-' ? take_long(r, word) : take_letters(r, word);
}

int options_fields(const struct options *o, const char *name,
		   struct selection *to, struct error *f)
{
	int err = selection_set(to, name, f);

	if (!err && o->field_words)
		err = selection_change(to, o->field_words, f);
	return err;
}

/* What is shown depends on --output, which may come behind --fields. */
static int choose_fields(struct options *o, struct error *f)
{
	if (o->output == OUTPUT_COLUMNS || o->columns)
		return options_fields(o, o->columns ? o->columns : "default",
				      &o->fields, f);
	selection_all(&o->fields);
	return o->field_words ? selection_change(&o->fields, o->field_words, f) : 0;
}

/* @f says what is wrong with some word; by which option was it given? */
static int blame(struct error *f, int list)
{
	static const char *const names[FILTER_LISTS] = {
		[FILTER_CONTAINER] = "containername",
		[FILTER_K8S_CONTAINER] = "k8s-containername",
		[FILTER_NAMESPACE] = "k8s-namespace",
		[FILTER_POD] = "k8s-podname",
		[FILTER_SELECTOR] = "k8s-selector",
		[FILTER_RUNTIME] = "runtimes",
		[FILTER_IN_CONTAINER] = "containers",
	};
	char word[sizeof(f->what)];

	memcpy(word, f->what, sizeof(word));
	snprintf(f->what, sizeof(f->what), "--%s %.128s",
		 list < 0 ? "filter" : names[list], word);
	return -EINVAL;
}

static int choose_filters(struct options *o, struct error *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < o->filter_count; i++) {
		int list = o->filters[i].list;
		const char *words = o->filters[i].words;

		err = list < 0 ? filter_add(&o->filter, words, f) :
			filter_add_names(&o->filter, (enum filter_list)list, words, f);
		if (err)
			return blame(f, list);
	}
	if (o->all_namespaces)
		filter_drop_names(&o->filter, FILTER_NAMESPACE);
	return 0;
}

int options_parse(struct options *o, int argc, char *const argv[],
		  struct error *f)
{
	struct reader r = { .o = o, .next = argv + (argc > 0), .f = f };
	int err = 0;

	o->ready_fd = -1;
	o->source = -1;
	while (!err && *r.next)
		err = take_word(&r, *r.next++);
	if (!err)
		err = choose_fields(o, f);
	return err ? err : choose_filters(o, f);
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

/* ---- --help and --version ---- */

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

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/selection.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"

#define HOST	"timestamp,tprocess.where,tcomm,tpid,tprocess.rss_bytes," \
		"oom.limit_bytes,oom.verdict,fprocess.comm"
#define VICTIM	"tmntns_id,fprocess.pid,fprocess.creds.uid,fprocess.creds.gid," \
		"tpid,pages,fprocess.comm,tcomm"
#define K8S	"k8s.node,k8s.namespace,k8s.podName,k8s.containerName," VICTIM
#define GADGET	"runtime.containerName," VICTIM
#define WHY	",tprocess.anon_rss_bytes,tprocess.file_rss_bytes," \
		"tprocess.shmem_rss_bytes,tprocess.swap_bytes,oom.limit_bytes," \
		"oom.usage_bytes,oom.constraint,oom.memcg,tprocess.cgroup"

/* The sets, in the words of --fields. */
static const struct {
	const char *name, *words;
} sets[] = {
	{ "default", GADGET }, { "host", HOST }, { "k8s", K8S },
	{ "wide", GADGET WHY }, { "k8s-wide", K8S WHY },
};

void selection_all(struct selection *s)
{
	s->count = 0;
	for (size_t i = 0; i < field_count; i++)
		s->at[s->count++] = &fields[i];
}

int selection_set(struct selection *s, const char *name, struct error *f)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (!strcmp(sets[i].name, name))
			return selection_change(s, sets[i].words, f);
	error_set(f, EINVAL, "columns '%s'", name);
	error_why(f, "not one of default, host, k8s, wide, k8s-wide");
	return -EINVAL;
}

static void remove_field(struct selection *s, const struct field *field)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->at[i] != field)
			s->at[kept++] = s->at[i];
	s->count = kept;
}

static void add_field(struct selection *s, const struct field *field)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->at[i] == field)
			return;
	s->at[s->count++] = field;
}

/* Is the field, its title, or a group that it belongs to called this? */
static bool is_called(const struct field *f, const char *word)
{
	size_t len = strlen(word);

	return !strcasecmp(f->title, word) ||
	       (!strncasecmp(f->name, word, len) &&
		(f->name[len] == '\0' || f->name[len] == '.'));
}

static int refuse_word(const char *word, struct error *f)
{
	struct suggestion near = { .word = word };

	for (size_t i = 0; i < field_count; i++) {
		suggestion_try(&near, fields[i].name);
		suggestion_try(&near, fields[i].title);
	}
	error_set(f, EINVAL, "field '%s'", word);
	error_why(f, "no such field");
	if (near.name)
		error_hint(f, "did you mean '%s'? --list-fields names them all",
			   near.name);
	else
		error_hint(f, "--list-fields names them all");
	return -EINVAL;
}

static int change_by(struct selection *s, const char *word, struct error *f)
{
	bool found = false;
	bool minus = *word == '-';

	word += minus || *word == '+';
	for (size_t i = 0; *word && i < field_count; i++) {
		if (!is_called(&fields[i], word))
			continue;
		found = true;
		if (minus)
			remove_field(s, &fields[i]);
		else
			add_field(s, &fields[i]);
	}
	return found ? 0 : refuse_word(word, f);
}

/* Copies the word at *words, which goes on behind the comma; NULL at the end. */
static void next_word(const char **words, char *word, size_t size)
{
	size_t len = strcspn(*words, ",");
	size_t kept = len < size ? len : size - 1;

	memcpy(word, *words, kept);
	word[kept] = '\0';
	*words = (*words)[len] ? *words + len + 1 : NULL;
}

static bool has_bare_word(const char *words)
{
	char word[2];

	while (words) {
		next_word(&words, word, sizeof(word));
		if (*word != '+' && *word != '-')
			return true;
	}
	return false;
}

int selection_change(struct selection *s, const char *words, struct error *f)
{
	char word[64];
	int err;

	if (has_bare_word(words))
		s->count = 0;
	while (words) {
		next_word(&words, word, sizeof(word));
		err = change_by(s, word, f);
		if (err)
			return err;
	}
	if (s->count)
		return 0;
	error_set(f, EINVAL, "fields");
	error_why(f, "none is left");
	return -EINVAL;
}

bool selection_has(const struct selection *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (field_is_of(s->at[i]->name, name))
			return true;
	return false;
}

void selection_sort(struct selection *s)
{
	for (size_t i = 1; i < s->count; i++) {
		const struct field *field = s->at[i];
		size_t k = i;

		for (; k && s->at[k - 1] > field; k--)
			s->at[k] = s->at[k - 1];
		s->at[k] = field;
	}
}

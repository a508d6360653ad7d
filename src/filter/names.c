// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Lists of names: --containername and its like. */
#include <errno.h>
#include <string.h>

#include "filter/filter_internal.h"

static const char *const list_fields[FILTER_LISTS] = {
	[FILTER_CONTAINER] = "runtime.containerName",
	[FILTER_K8S_CONTAINER] = "k8s.containerName",
	[FILTER_NAMESPACE] = "k8s.namespace",
	[FILTER_POD] = "k8s.podName",
	[FILTER_SELECTOR] = "k8s.podLabels",
	[FILTER_RUNTIME] = "runtime.runtimeName",
	[FILTER_IN_CONTAINER] = "runtime.containerId",
};

/* Those that identity/container knows. */
static const char *const runtimes[] = {
	"docker", "containerd", "cri-o", "podman", "lxc", "systemd-nspawn",
	"libvirt", NULL,
};

/* k=v, k==v or k!=v: kept as k=v */
static const char *read_label(struct filter_rule *r, char *word)
{
	size_t key = strcspn(word, "=!");
	char *from = word + key, *value;

	r->op = OP_LABEL;
	r->negated = *from == '!';
	from += r->negated;
	if (!key || *from != '=')
		return "neither k=v nor k!=v";
	from += 1 + (from[1] == '=' && !r->negated);
	value = word + key + 1;
	word[key] = '=';
	memmove(value, from, strlen(from) + 1);
	r->string = word;
	return NULL;
}

static const char *read_name(struct filter_rule *r, const char *word)
{
	r->op = OP_EQUAL;
	r->negated = *word == '!';
	r->one_of = !r->negated;
	r->string = word + r->negated;
	if (!*r->string)
		return "a name is empty";
	if (r->list != FILTER_RUNTIME)
		return NULL;
	for (size_t i = 0; runtimes[i]; i++)
		if (!strcmp(runtimes[i], r->string))
			return NULL;
	return "not one of docker, containerd, cri-o, podman, lxc, systemd-nspawn, libvirt";
}

static int add_name(struct filter *f, enum filter_list list, char *word,
		    struct error *error)
{
	struct filter_rule *r = filter_new_rule(f, word, error);
	const char *wrong;
	char shown[64];

	if (!r)
		return -EINVAL;
	strncpy(shown, word, sizeof(shown) - 1);
	shown[sizeof(shown) - 1] = '\0';
	r->field = field_find(list_fields[list]);
	r->list = (uint8_t)list;
	wrong = list == FILTER_SELECTOR ? read_label(r, word) : read_name(r, word);
	if (wrong)
		return filter_refuse(error, shown, wrong);
	f->count++;
	return 0;
}

static int add_container(struct filter *f, struct error *error)
{
	struct filter_rule *r = filter_new_rule(f, "containers", error);

	if (!r)
		return -EINVAL;
	*r = (struct filter_rule){
		.field = field_find(list_fields[FILTER_IN_CONTAINER]),
		.list = FILTER_IN_CONTAINER, .op = OP_EQUAL, .negated = true,
		.string = "",
	};
	f->count++;
	return 0;
}

int filter_add_names(struct filter *f, enum filter_list list,
		     const char *names, struct error *error)
{
	int result = 0;

	if (list == FILTER_IN_CONTAINER)
		return add_container(f, error);
	while (!result && names && *names) {
		size_t len = strcspn(names, ",");
		char *word = filter_keep(f, names, len);

		result = word ? add_name(f, list, word, error) :
			filter_refuse(error, "..", "the names are too long");
		names += len;
		if (*names && !*++names && !result)
			result = filter_refuse(error, "", "a name is empty");
	}
	return result;
}

void filter_drop_names(struct filter *f, enum filter_list list)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->rules[i].list != list)
			f->rules[kept++] = f->rules[i];
	f->count = kept;
}

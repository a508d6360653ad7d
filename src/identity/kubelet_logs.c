// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/kubelet_logs.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sys/hostfs.h"

/* A name in a directory that ends in @end, to @name. */
struct search {
	const char *end[3];		/* which follow one another */
	char *name;
};

/* Cuts @end off the end of the @len bytes at @name: what is left, or 0. */
static size_t cut(const char *name, size_t len, const char *end)
{
	size_t size = strlen(end);

	if (!size || len <= size || memcmp(name + len - size, end, size) != 0)
		return end[0] ? 0 : len;
	return len - size;
}

static int compare(void *ctx, const char *name)
{
	const struct search *s = ctx;
	size_t len = strlen(name);

	for (int i = 2; len && i >= 0; i--)
		len = cut(name, len, s->end[i]);
	if (!len || len >= KUBELET_LOGS_NAME_SIZE)
		return 0;
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	return 1;
}

static bool search(const struct search *s, int root, const char *path)
{
	int dir = hostfs_open(root, path, O_DIRECTORY);
	int result;

	s->name[0] = '\0';
	if (dir < 0)
		return false;
	result = hostfs_each(dir, compare, (void *)s);
	close(dir);
	return result > 0;
}

/* Takes the first word off @name: no name of Kubernetes has a '_' in it. */
static const char *take_word(char **name)
{
	char *word = *name, *end = strchr(word, '_');

	*name = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return word;
}

static bool put(struct metadata *f, enum metadata_text which, const char *text)
{
	if (f->text[which])
		return false;
	metadata_text(f, which, text);
	return f->text[which] != NULL;
}

/* POD_NAMESPACE_CONTAINER-ID.log, a link to the next */
static bool find_container(struct kubelet_logs_names *n, int root, const char *id, struct metadata *f)
{
	const struct search s = { { "-", id, ".log" }, n->container };
	const char *pod, *namespace;
	char *rest = n->container;

	if (!search(&s, root, "/var/log/containers"))
		return false;
	pod = take_word(&rest);
	namespace = rest ? take_word(&rest) : NULL;
	if (!rest || strchr(rest, '_'))
		return false;
	return put(f, METADATA_POD, pod) + put(f, METADATA_NAMESPACE, namespace) +
	       put(f, METADATA_CONTAINER, rest) > 0;
}

/* NAMESPACE_POD_UID/CONTAINER/0.log */
static bool find_pod(struct kubelet_logs_names *n, int root, const char *uid, struct metadata *f)
{
	const struct search s = { { "_", uid, "" }, n->pod };
	const char *namespace;
	char *rest = n->pod;

	if (!search(&s, root, "/var/log/pods"))
		return false;
	namespace = take_word(&rest);
	if (!rest || strchr(rest, '_'))
		return false;
	return put(f, METADATA_NAMESPACE, namespace) + put(f, METADATA_POD, rest) > 0;
}

bool kubelet_logs_find(struct kubelet_logs_names *n, int root, const char *id, const char *pod_uid,
	       struct metadata *f)
{
	bool found = false;

	if (root >= 0 && id[0] && !f->text[METADATA_CONTAINER])
		found = find_container(n, root, id, f);
	if (root >= 0 && pod_uid[0] && !f->text[METADATA_POD])
		found |= find_pod(n, root, pod_uid, f);
	return found;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/containerd_db.h"

#include <errno.h>
#include <unistd.h>

#include "identity/metadata.h"
#include "sys/hostfs.h"

/* Reads are repeated after a commit. More commits during one read do not occur. */
enum { TRIES = 4 };

static int enter(struct bolt *b, struct bolt_bucket *in, const char *const path[])
{
	int result = 0;

	*in = b->root;
	for (; *path && !result; path++)
		result = bolt_enter(b, in, *path);
	return result;
}

static int add_label(void *ctx, const char *key, const char *value)
{
	metadata_add_label(ctx, key, value);
	return 0;
}

static int read_labels(struct bolt *b, const char *id, char *to, size_t size)
{
	const char *const path[] = { "v1", "k8s.io", "containers", id, "labels", NULL };
	struct text t = text_on(to, size - 1);
	struct bolt_bucket labels;
	int result = enter(b, &labels, path);

	if (!result)
		result = bolt_each(b, &labels, add_label, &t);
	to[t.used] = '\0';
	if (!result && t.cut)
		result = -E2BIG;
	return result || t.used ? result : -ENOENT;
}

int containerd_db_labels(struct bolt *b, int root, const char *file, const char *id,
			 char *to, size_t size)
{
	int fd = hostfs_open(root, file, 0);
	int result = fd < 0 ? fd : -EAGAIN;

	for (int i = 0; i < TRIES && result == -EAGAIN; i++) {
		result = bolt_open(b, fd);
		if (result < 0)
			break;
		result = read_labels(b, id, to, size);
		if (!bolt_is_current(b))
			result = -EAGAIN;
	}
	if (fd >= 0)
		close(fd);
	return result;
}

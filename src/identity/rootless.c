// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Docker's data-root is ~/.local/share/docker there (docs.docker.com, rootless
 * mode), Podman's storage ~/.local/share/containers/storage and its runroot
 * /run/user/UID/containers (containers-storage.conf(5)).
 */
#include "identity/rootless.h"

#include <stdio.h>
#include <string.h>

#include "sys/passwd.h"

#define STORAGE	".local/share/containers/storage/"
#define RUN	"containers/"

static const struct {
	const struct layout_kind *kind;
	const char *below, *run;
} usual_layouts[ROOTLESS_LAYOUTS] = {
	{ &docker_kind, ".local/share/docker/containers", NULL },
	{ &list_kind, STORAGE "overlay-containers", RUN "overlay-containers" },
	{ &list_kind, STORAGE "vfs-containers", RUN "vfs-containers" },
	{ &volatile_list_kind, STORAGE "overlay-containers", RUN "overlay-containers" },
	{ &volatile_list_kind, STORAGE "vfs-containers", RUN "vfs-containers" },
};

struct search {
	int64_t uid;
	struct rootless *home;
};

/* ada:x:1000:1000:Ada:/home/ada:/bin/sh */
static bool find_home(void *ctx, const struct account *a)
{
	const struct search *s = ctx;
	struct span rest = a->rest, home;

	if (a->id != s->uid)
		return false;
	account_part(&rest);		/* the group */
	account_part(&rest);		/* the person */
	home = account_part(&rest);
	if (home.size && home.data[0] == '/' && home.size < sizeof(s->home->path)) {
		memcpy(s->home->path, home.data, home.size);
		s->home->path[home.size] = '\0';
	}
	return true;
}

bool rootless_find(struct rootless *h, int root, int64_t uid, const struct slow_mounts *mounts)
{
	struct search s = { uid, h };

	h->path[0] = '\0';
	passwd_each(root, "/etc/passwd", find_home, &s);
	snprintf(h->run, sizeof(h->run), "/run/user/%lld", (long long)uid);
	for (size_t i = 0; i < ROOTLESS_LAYOUTS; i++)
		h->layouts[i] = (struct runtime_layout){
			.kind = usual_layouts[i].kind, .mounts = mounts,
			.at = { h->path, usual_layouts[i].below },
			.run = { usual_layouts[i].run ? h->run : NULL, usual_layouts[i].run },
		};
	return h->path[0];
}

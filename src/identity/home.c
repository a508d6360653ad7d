// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Docker's data-root is ~/.local/share/docker there (docs.docker.com, rootless
 * mode), Podman's storage ~/.local/share/containers/storage and its runroot
 * /run/user/UID/containers (containers-storage.conf(5)).
 */
#include "identity/home.h"

#include <stdio.h>
#include <string.h>

#include "kernel/accounts.h"

#define STORAGE	".local/share/containers/storage/"
#define RUN	"containers/"

static const struct {
	const struct place_kind *kind;
	const char *below, *run;
} usual[HOME_PLACES] = {
	{ &docker_kind, ".local/share/docker/containers", NULL },
	{ &list_kind, STORAGE "overlay-containers", RUN "overlay-containers" },
	{ &list_kind, STORAGE "vfs-containers", RUN "vfs-containers" },
	{ &volatile_list_kind, STORAGE "overlay-containers", RUN "overlay-containers" },
	{ &volatile_list_kind, STORAGE "vfs-containers", RUN "vfs-containers" },
};

struct search {
	int64_t uid;
	char home[PLACE_PATH_SIZE];
};

/* ada:x:1000:1000:Ada:/home/ada:/bin/sh */
static bool take(void *ctx, const struct account *a)
{
	struct search *s = ctx;
	struct span rest = a->rest, home;

	if (a->id != s->uid)
		return false;
	account_part(&rest);		/* the group */
	account_part(&rest);		/* the person */
	home = account_part(&rest);
	if (home.size && home.data[0] == '/' && home.size < sizeof(s->home))
		memcpy(s->home, home.data, home.size);
	return true;
}

size_t home_places(int root, int64_t uid, struct place to[HOME_PLACES])
{
	struct search s = { .uid = uid };

	accounts_each(root, "/etc/passwd", take, &s);
	if (!s.home[0])
		return 0;
	for (size_t i = 0; i < HOME_PLACES; i++) {
		struct place *p = &to[i];

		p->kind = usual[i].kind;
		strcpy(p->at.path, s.home);
		p->at.below = usual[i].below;
		p->run.path[0] = '\0';
		p->run.below = usual[i].run;
		if (usual[i].run)
			snprintf(p->run.path, sizeof(p->run.path), "/run/user/%lld",
				 (long long)uid);
	}
	return HOME_PLACES;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/known.h"

#include <string.h>
#include <unistd.h>

/* ---- places ---------------------------------------------------------------- */

/* Where a runtime keeps its state if it was not told otherwise. */
static const struct {
	const struct place_kind *kind;
	const char *path;
} usual_places[] = {
	{ &docker_kind, "/var/lib/docker/containers" },
	{ &docker_kind, "/var/snap/docker/common/var-lib-docker/containers" },
};

static void add_place(struct known *k, const struct place_kind *kind, const char *path)
{
	struct place *p = &k->places[k->place_count];

	for (size_t i = 0; i < k->place_count; i++)
		if (!strcmp(k->places[i].path, path))
			return;
	if (k->place_count == KNOWN_PLACES || strlen(path) >= sizeof(p->path))
		return;
	p->kind = kind;
	strcpy(p->path, path);
	k->place_count++;
}

static void add_docker(struct known *k)
{
	static const char below[] = "/containers";
	char path[PLACE_PATH_SIZE] = "";

	docker_find_root(k->root, path, sizeof(path) - sizeof(below));
	if (path[0])
		add_place(k, &docker_kind, strcat(path, below));
}

/* When it is first needed: the start is not the time to read files. */
static void find_places(struct known *k)
{
	if (k->place_count || k->root < 0)
		return;
	for (size_t i = 0; i < sizeof(usual_places) / sizeof(usual_places[0]); i++)
		add_place(k, usual_places[i].kind, usual_places[i].path);
	add_docker(k);
}

/* ---- containers ------------------------------------------------------------ */

static bool fits(const struct place *p, const char *runtime)
{
	return !runtime || !strcmp(runtime, p->kind->runtime);
}

/*
 * @old is what the table has, with the stamp of the file that said it. 1: @f
 * is more; 0: the file says what is known; -errno: there is none, or it says
 * nothing.
 */
static int read_at(struct known *k, const struct place *p, const char *id,
		   const struct facts *old, const struct table_stamp *stamp,
		   struct facts *f)
{
	struct table_stamp now;
	int fd = place_open(p, k->root, id, &now);
	int result;

	if (fd < 0)
		return fd;
	if (!memcmp(&now, stamp, sizeof(now))) {
		close(fd);
		return 0;
	}
	result = state_read(&k->state, fd);
	close(fd);
	if (result < 0)
		return result;
	p->kind->take(k->state.top, f);
	facts_complete(f, old);
	table_keep(&k->table, id, f, &now);
	return 1;
}

static int read_anywhere(struct known *k, const char *runtime, const char *id,
			 const struct facts *old, const struct table_stamp *stamp,
			 struct facts *f)
{
	int result = -1;

	for (size_t i = 0; i < k->place_count && result < 0; i++)
		if (fits(&k->places[i], runtime))
			result = read_at(k, &k->places[i], id, old, stamp, f);
	return result;
}

bool known_find(struct known *k, const char *runtime, const char *id,
		struct facts *f)
{
	struct table_stamp stamp = { 0 };
	struct facts old;
	bool known;

	find_places(k);
	facts_init(f);
	facts_init(&old);
	known = table_find(&k->table, id, &old, &stamp);
	if (read_anywhere(k, runtime, id, &old, &stamp, f) <= 0) {
		*f = old;
		return known;
	}
	table_find(&k->table, id, f, &stamp);	/* what it has said is old now */
	return true;
}

void known_release(struct known *k)
{
	state_close(&k->state);
}

/* ---- remembering ----------------------------------------------------------- */

void known_open(struct known *k, int root)
{
	memset(k, 0, sizeof(*k));
	k->root = root;
}

int known_start(struct known *k)
{
	return table_open(&k->table);
}

void known_close(struct known *k)
{
	table_close(&k->table);
}

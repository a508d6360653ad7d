// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Any bytes as a cgroup path: what they say is in bounds, and one container
 * more below them is the innermost, with all that was said before around it.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "identity/cgroup_path.h"

#define ID	"6dc3fdffbf66b1239d55e98da9aaa759ea51ed35d04eb09d19ebd78963aa26c2"
#define BELOW	"/docker-" ID ".scope"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_ref(const struct container_ref *ref)
{
	assert(memchr(ref->id, '\0', sizeof(ref->id)));
	assert(ref->id[0] || !ref->runtime);
}

static void check(const struct container *c)
{
	check_ref(&c->inner);
	check_ref(&c->outer);
	check_ref(&c->of_pod);
	assert(memchr(c->unit, '\0', sizeof(c->unit)));
	assert(memchr(c->slice, '\0', sizeof(c->slice)));
	assert(c->inner.id[0] || !c->outer.id[0]);
	assert(c->pod_uid[0] ? c->qos != NULL : !c->of_pod.id[0] && !c->qos);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static struct container c, below;
	char *path = malloc(size + sizeof(BELOW));
	const struct container_ref *outer = &c.outer;

	memcpy(path, input, size);
	path[size] = '\0';
	cgroup_path_parse(&c, path);
	check(&c);
	strcpy(path + strlen(path), BELOW);
	cgroup_path_parse(&below, path);
	check(&below);
	free(path);

	if (!outer->id[0])
		outer = &c.inner;
	assert(!strcmp(below.inner.id, ID));
	assert(!strcmp(below.inner.runtime, "docker"));
	assert(!strcmp(below.outer.id, outer->id));
	assert(!strcmp(below.pod_uid, c.pod_uid));
	assert(!strcmp(below.slice, c.slice));
	assert(!strcmp(below.unit, &BELOW[1]));
	return 0;
}

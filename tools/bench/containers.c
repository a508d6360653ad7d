// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#define _GNU_SOURCE
#include "containers.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

/* As much as Docker writes of a container that was told little. */
static const char form[] =
	"{\"StreamConfig\":{},\"State\":{\"Running\":true,\"Paused\":false,\"Restarting\":false,"
	"\"OOMKilled\":false,\"RemovalInProgress\":false,\"Dead\":false,\"Pid\":%d,\"ExitCode\":0,"
	"\"Error\":\"\",\"StartedAt\":\"2026-11-25T19:58:02.651493635Z\",\"FinishedAt\":"
	"\"0001-01-01T00:00:00Z\",\"Health\":null},\"ID\":\"%s\",\"Created\":"
	"\"2026-11-25T19:58:02.3Z\",\"Managed\":false,\"Path\":\"sleep\",\"Args\":[\"1000000\"],"
	"\"Config\":{\"Hostname\":\"host-%d\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":"
	"false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,"
	"\"StdinOnce\":false,\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin\"],"
	"\"Cmd\":[\"sleep\",\"1000000\"],\"Image\":\"registry/image:%d\",\"Volumes\":null,"
	"\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{\"app\":\"%d\"}},"
	"\"Image\":\"sha256:e93032aab9cfe93032aab9cfe93032aab9cfe93032aab9cfe93032aab9cfe930\","
	"\"NetworkSettings\":{\"Bridge\":\"\",\"SandboxID\":\"\",\"HairpinMode\":false,"
	"\"LinkLocalIPv6Address\":\"\",\"LinkLocalIPv6PrefixLen\":0,\"Networks\":{\"none\":{"
	"\"IPAMConfig\":null,\"Links\":null,\"Aliases\":null,\"NetworkID\":\"\",\"EndpointID\":"
	"\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"MacAddress\":\"\"}},"
	"\"Service\":null,\"Ports\":null,\"SandboxKey\":\"\",\"IsAnonymousEndpoint\":false},"
	"\"LogPath\":\"\",\"Name\":\"/container-%d\",\"Driver\":\"overlay2\",\"OS\":\"linux\","
	"\"MountLabel\":\"\",\"ProcessLabel\":\"\",\"RestartCount\":0,\"HasBeenStartedBefore\":"
	"true,\"HasBeenManuallyStopped\":false,\"MountPoints\":{},\"SecretReferences\":null}";

void container_id(char to[CONTAINER_ID_SIZE], int which)
{
	snprintf(to, CONTAINER_ID_SIZE, "%064x", 0xc0ffee00u + (unsigned int)which);
}

static void make_directory(const char *root, const char *below)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", root, below);
	if (mkdir(path, 0755) != 0)
		die("%s", path);
}

static void make_one(const char *root, int which)
{
	char id[CONTAINER_ID_SIZE], path[512];
	FILE *file;

	container_id(id, which);
	snprintf(path, sizeof(path), "var/lib/docker/containers/%s", id);
	make_directory(root, path);
	snprintf(path, sizeof(path), "%s/var/lib/docker/containers/%s/config.v2.json", root, id);
	file = fopen(path, "w");
	if (!file || fprintf(file, form, 1000 + which, id, which, which, which, which) < 0 ||
	    fclose(file) != 0)
		die("%s", path);
}

void containers_make(char *root)
{
	static const char *const ways[] = {
		"var", "var/lib", "var/lib/docker", "var/lib/docker/containers",
	};

	if (!mkdtemp(root))
		die("%s", root);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		make_directory(root, ways[i]);
	for (int i = 0; i < CONTAINERS; i++)
		make_one(root, i);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void containers_remove(const char *root)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

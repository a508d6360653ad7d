// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "host/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/status.h"
#include "sys/hostfs.h"
#include "sys/pseudofs.h"

/* Of the flags of a process: the kernel made it, in its own namespace. */
enum { PF_KTHREAD = 0x200000 };

/*
 * "2 (kthreadd) S 0 0 0 0 -1 2129984 ..": process 2 of the initial namespace
 * starts all kernel threads, and no other namespace has any. The name proves
 * nothing, anybody may have it.
 */
static bool shows_initial(int proc)
{
	char stat[1024];
	const char *word;

	if (pseudofs_read(proc, "2/stat", stat, sizeof(stat)) <= 0)
		return false;
	word = strrchr(stat, ')');
	/* The state, five numbers, and the flags. */
	for (int i = 0; i < 7 && word; i++)
		word = strchr(word + 1, ' ');
	return word && strtoul(word, NULL, 10) & PF_KTHREAD;
}

static int keep_initial(int proc)
{
	if (proc < 0 || shows_initial(proc))
		return proc;
	close(proc);
	return -ENXIO;
}

int procfs_open(int root)
{
	int proc = root < 0 ? -ENOENT :
		keep_initial(hostfs_open(root, "proc", O_DIRECTORY));

	return proc < 0 ? keep_initial(pseudofs_procfs(NULL)) : proc;
}

/* PROC_PID_INIT_INO of the kernel: the first namespace, since 3.8. */
bool procfs_has_us(int proc)
{
	char link[40];
	ssize_t n = readlinkat(proc, "self/ns/pid", link, sizeof(link) - 1);

	if (n < 0)
		return false;
	link[n] = '\0';
	return !strcmp(link, "pid:[4026531836]");
}

static void take(int64_t *to, int64_t number)
{
	if (*to == EVENT_UNKNOWN)
		*to = number;
}

/* "mnt:[4026531832]" */
static void take_mntns(int proc, struct event_task *t)
{
	char path[40], link[40];
	ssize_t n;

	if (t->mntns != EVENT_UNKNOWN)
		return;
	snprintf(path, sizeof(path), "%lld/ns/mnt", (long long)t->tid);
	n = readlinkat(proc, path, link, sizeof(link) - 1);
	if (n < 6 || memcmp(link, "mnt:[", 5))
		return;
	link[n] = '\0';
	t->mntns = strtoll(link + 5, NULL, 10);
}

/* Is this still the process that the source spoke of? Its name must agree:
 * an id that is used anew within a moment mostly goes to another program. */
static int is_same(const struct event_task *t, const char *comm)
{
	return !t->comm || !strncmp(t->comm, comm, strcspn(comm, "\n"));
}

static void complete_task(int proc, struct oom_event *e, struct event_task *t)
{
	char path[40], comm[32], text[4096];
	struct span status;
	int64_t nspid;
	int len;

	if (t->tid == EVENT_UNKNOWN ||
	    (t->tgid != EVENT_UNKNOWN && t->mntns != EVENT_UNKNOWN))
		return;
	snprintf(path, sizeof(path), "%lld/comm", (long long)t->tid);
	if (pseudofs_read(proc, path, comm, sizeof(comm)) <= 0 || !is_same(t, comm))
		return;
	/* The victim is leaving: its namespaces go first. */
	take_mntns(proc, t);
	if (!t->comm)
		t->comm = event_text(e, comm, strcspn(comm, "\n"));
	snprintf(path, sizeof(path), "%lld/status", (long long)t->tid);
	len = pseudofs_read(proc, path, text, sizeof(text));
	if (len <= 0)
		return;
	status = span_of(text, (size_t)len);
	if (status_first(status, "Tgid") <= 0)
		return;		/* reaped meanwhile: no id is left but zeros */
	take(&t->tgid, status_first(status, "Tgid"));
	take(&t->parent_tgid, status_first(status, "PPid"));
	take(&t->uid, status_first(status, "Uid"));
	take(&t->gid, status_first(status, "Gid"));
	/* It is the last of these, and the only one that may be gone by now. */
	nspid = status_last(status, "NStgid");
	if (nspid > 0)
		take(&t->nspid, nspid);
}

/* "4:memory:/a/b" where the controller is on v1, else "0::/a/b". */
static const char *memory_line(char *text, int64_t *version)
{
	char *unified = NULL;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (!controllers[1])
			unified = path;
		if (strcmp(controllers + 1, "memory"))
			continue;
		*version = 1;
		return path;
	}
	if (unified)
		*version = 2;
	return unified;
}

static void complete_cgroup(int proc, struct oom_event *e)
{
	char path[40], text[8192];
	int64_t version = EVENT_UNKNOWN;
	const char *cgroup;

	if (e->victim.cgroup || e->target.tgid == EVENT_UNKNOWN)
		return;
	snprintf(path, sizeof(path), "%lld/cgroup", (long long)e->target.tid);
	if (pseudofs_read(proc, path, text, sizeof(text)) <= 0)
		return;
	cgroup = memory_line(text, &version);
	/* "/../x" is what lies outside of our own cgroup namespace; "/" is what
	 * a process that is exiting shows, wherever it was. */
	if (!cgroup || !strncmp(cgroup, "/..", 3) || !cgroup[1])
		return;
	e->victim.cgroup = event_text(e, cgroup, strlen(cgroup));
	e->oom.memcg_version = version;
}

/* A thread that was killed for its own allocation is trigger and target. */
static void share_identity(struct event_task *to, const struct event_task *from)
{
	if (to->tid == EVENT_UNKNOWN || to->tid != from->tid)
		return;
	take(&to->tgid, from->tgid);
	take(&to->uid, from->uid);
	take(&to->gid, from->gid);
}

void procfs_complete(int proc, struct oom_event *e)
{
	if (e->target.tid == e->trigger.tid)
		event_fill_tpid(e, e->trigger.tgid, TPID_KERNEL);
	share_identity(&e->target, &e->trigger);
	if (proc < 0)
		return;
	complete_task(proc, e, &e->target);
	if (e->target.tgid != EVENT_UNKNOWN && e->tpid_source == EVENT_UNKNOWN)
		e->tpid_source = TPID_PROC;
	complete_cgroup(proc, e);
	complete_task(proc, e, &e->trigger);
}

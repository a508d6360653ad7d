// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/delivered.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MAGIC = 0x4f4f4d44,		/* OOMD */
	SLOTS = 16384,
	BOOT_ID = 36,
};

#define SAME_KILL_NS	(INT64_C(120) * 1000000000)

struct delivered_file {
	uint32_t magic, slots;
	char boot_id[BOOT_ID];
	uint32_t next;			/* the slot that the next kill takes */
	struct delivered_slot slot[SLOTS];
};

static int read_boot_id(char to[BOOT_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, to, BOOT_ID);

	if (fd >= 0)
		close(fd);
	return n == BOOT_ID ? 0 : -ENOENT;
}

static bool is_usable(const struct delivered_file *file, const char *boot_id)
{
	return file->magic == MAGIC && file->slots == SLOTS && file->next < SLOTS &&
	       !memcmp(file->boot_id, boot_id, BOOT_ID);
}

/*
 * Reserves the disk space first: a full disk is an error here, and would be a
 * SIGBUS later.
 */
static int map_file(struct delivered *d)
{
	int result = -posix_fallocate(d->fd, 0, sizeof(*d->file));
	void *file;

	if (result < 0)
		return result;
	file = mmap(NULL, sizeof(*d->file), PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, 0);
	if (file == MAP_FAILED)
		return -errno;
	d->file = file;
	return 0;
}

static int open_file(struct delivered *d, const char *path)
{
	char boot_id[BOOT_ID];
	int result = read_boot_id(boot_id);

	if (result < 0)
		return result;
	d->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (d->fd < 0 || flock(d->fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	result = map_file(d);
	if (result < 0 || is_usable(d->file, boot_id))
		return result;
	munmap(d->file, sizeof(*d->file));
	d->file = NULL;
	if (ftruncate(d->fd, 0) < 0)
		return -errno;
	result = map_file(d);
	if (result < 0)
		return result;
	memcpy(d->file->boot_id, boot_id, BOOT_ID);
	d->file->slots = SLOTS;
	d->file->magic = MAGIC;
	d->is_new = true;
	return 0;
}

int delivered_open(struct delivered *d, const char *path, struct error *e)
{
	int result;

	*d = (struct delivered){ .fd = -1 };
	result = open_file(d, path);
	if (result == 0)
		return 0;
	delivered_close(d);
	error_set(e, result, "use the state file %s", path);
	return result == -EWOULDBLOCK ?
		error_why(e, "another oomkill_agent uses it") : result;
}

void delivered_close(struct delivered *d)
{
	if (d->file)
		munmap(d->file, sizeof(*d->file));
	if (d->fd >= 0)
		close(d->fd);
	*d = (struct delivered){ .fd = -1 };
}

struct delivered_slot *delivered_find(struct delivered *d, int64_t tid,
				       int64_t time_ns, bool again)
{
	struct delivered_slot *slot;

	if (!d->file)
		return NULL;
	for (size_t i = 0; again && i < SLOTS; i++) {
		slot = &d->file->slot[(d->file->next + SLOTS - 1 - i) % SLOTS];
		if (!slot->tid)
			break;
		if (slot->tid == tid && llabs(slot->time_ns - time_ns) < SAME_KILL_NS)
			return slot;
	}
	slot = &d->file->slot[d->file->next];
	*slot = (struct delivered_slot){ .tid = tid, .time_ns = time_ns };
	d->file->next = (d->file->next + 1) % SLOTS;
	return slot;
}

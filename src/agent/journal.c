// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/journal.h"

#include <errno.h>
#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/socket.h"

/*
 * "NAME=value\n", or where the value has a newline "NAME\n", its length in 8
 * bytes, little endian, the value and "\n".
 */
static int put_field(void *record, const char *name, const char *value)
{
	uint64_t length = htole64(strlen(value));

	if (!strchr(value, '\n')) {
		fprintf(record, "%s=%s\n", name, value);
		return 0;
	}
	fprintf(record, "%s\n", name);
	fwrite(&length, sizeof(length), 1, record);
	fprintf(record, "%s\n", value);
	return 0;
}

/*
 * OBJECT_SYSTEMD_UNIT shows the record below `journalctl -u`, for a sender of
 * uid 0. The unit of a user's manager is below that user's user@UID.service.
 */
static void put_unit(FILE *record, const struct oom_kill *k)
{
	const char *cgroup = oom_kill_string(k, "tprocess.cgroup");
	const char *manager = cgroup ? strstr(cgroup, "/user@") : NULL;

	if (!*k->unit)
		return;
	if (!manager || !strncmp(k->unit, "user@", 5)) {
		put_field(record, "OBJECT_SYSTEMD_UNIT", k->unit);
		return;
	}
	put_field(record, "OBJECT_SYSTEMD_USER_UNIT", k->unit);
	fprintf(record, "OBJECT_SYSTEMD_UNIT=%.*s\n", (int)strcspn(manager + 1, "/"),
		manager + 1);
}

/* The record of @k, malloc'd; NULL: no memory. */
static char *make_record(const struct oom_kill *k, size_t *size)
{
	char *data = NULL;
	FILE *record = open_memstream(&data, size);

	if (!record)
		return NULL;
	put_field(record, "MESSAGE", k->sentence);
	put_field(record, "MESSAGE_ID", JOURNAL_MESSAGE_ID);
	put_field(record, "PRIORITY", k->scope == SCOPE_HOST ? "3" : "4");
	put_field(record, "SYSLOG_IDENTIFIER", "trace_oomkill");
	put_unit(record, k);
	oom_kill_each_field(k, put_field, record);
	put_field(record, "OOM_JSON", k->line);
	if (fclose(record) == 0)
		return data;
	free(data);
	return NULL;
}

/* A record too large for a datagram goes as a sealed memfd. */
static int send_memfd(int fd, const char *data, size_t size)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_control = &control, .msg_controllen = sizeof(control) };
	int memfd = memfd_create("record", MFD_CLOEXEC | MFD_ALLOW_SEALING), result = 0;

	if (memfd < 0)
		return -errno;
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &memfd, sizeof(int));
	if (write(memfd, data, size) != (ssize_t)size ||
	    fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0 ||
	    sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		result = -errno;
	close(memfd);
	return result;
}

static int deliver(struct destination *d, const struct oom_kill *k, struct error *e)
{
	size_t size;
	char *data = make_record(k, &size);
	int result = 0;

	if (!data)
		return error_set(e, ENOMEM, "make a record for the journal");
	destination_mark(d, k);
	if (send(d->wait.fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		result = errno == EMSGSIZE ? send_memfd(d->wait.fd, data, size) : -errno;
	free(data);
	if (result < 0 && result != -EAGAIN)
		error_set(e, result, "send a record to the journal");
	return result;
}

int journal_open(struct destination *d, const char *path, struct error *e)
{
	int fd = socket_connect(path);

	if (fd < 0)
		return error_set(e, fd, "connect to the journal at %s", path);
	d->name = "journal";
	d->deliver = deliver;
	d->wait = (struct pollfd){ .fd = fd, .events = POLLOUT };
	return 0;
}

void journal_close(struct destination *d)
{
	if (d->wait.fd >= 0)
		close(d->wait.fd);
	d->wait.fd = -1;
}

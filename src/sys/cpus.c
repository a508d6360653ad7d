// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/cpus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "sys/pseudofs.h"

/* "0-3,8-11\n" */
int cpus_parse(const char *text, uint8_t bits[CPUS_MAX / 8])
{
	long highest = -1;

	while (*text && *text != '\n') {
		char *end;
		long first = strtol(text, &end, 10), last = first;

		if (end == text)
			return -EBADMSG;
		if (*end == '-') {
			text = end + 1;
			last = strtol(text, &end, 10);
			if (end == text)
				return -EBADMSG;
		}
		if (first < 0 || last < first || last >= CPUS_MAX)
			return -EBADMSG;
		for (long cpu = first; cpu <= last; cpu++)
			bits[cpu / 8] |= (uint8_t)(1 << cpu % 8);
		if (last > highest)
			highest = last;
		text = *end == ',' ? end + 1 : end;
		if (text == end && *end && *end != '\n')
			return -EBADMSG;
	}
	return (int)highest + 1;
}

int cpus_read(struct cpus *c, int sysfs)
{
	static const char possible[] = "devices/system/cpu/possible";
	static const char online[] = "devices/system/cpu/online";
	uint8_t ignored[CPUS_MAX / 8];
	char text[4096];
	int result;

	memset(c, 0, sizeof(*c));
	result = pseudofs_read(sysfs, possible, text, sizeof(text));
	if (result < 0)
		return result;
	c->possible = cpus_parse(text, ignored);
	if (c->possible <= 0)
		return -EBADMSG;
	result = pseudofs_read(sysfs, online, text, sizeof(text));
	if (result < 0)
		return result;
	result = cpus_parse(text, c->online);
	return result < 0 || result > c->possible ? -EBADMSG : 0;
}

int cpus_watch(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

int cpus_announced(int fd)
{
	static const char prefix[] = "online@/devices/system/cpu/cpu";
	struct sockaddr_nl from = { 0 };
	socklen_t from_size = sizeof(from);
	char message[4096], *end;
	long cpu;
	ssize_t n = recvfrom(fd, message, sizeof(message) - 1, 0,
			     (struct sockaddr *)&from, &from_size);

	if (n < 0)
		return -errno;
	message[n] = '\0';
	/* Any process may send to the group; the kernel is port 0. */
	if (from.nl_pid || strncmp(message, prefix, sizeof(prefix) - 1))
		return -ENOENT;
	cpu = strtol(message + sizeof(prefix) - 1, &end, 10);
	if (*end || end == message + sizeof(prefix) - 1 || cpu < 0 || cpu >= CPUS_MAX)
		return -ENOENT;
	return (int)cpu;
}

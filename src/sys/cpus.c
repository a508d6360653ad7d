// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sys/cpus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/netlink.h>

#include "sys/pseudofs.h"

enum { LIST_SIZE = 4096 };

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

int cpus_open(struct cpus *c, int sysfs)
{
	static const char possible[] = "devices/system/cpu/possible";
	static const char online[] = "devices/system/cpu/online";
	uint8_t ignored[CPUS_MAX / 8];
	char text[LIST_SIZE];
	int result;

	memset(c, 0, sizeof(*c));
	c->file = -1;
	result = pseudofs_read(sysfs, possible, text, sizeof(text));
	if (result < 0)
		return result;
	c->possible = cpus_parse(text, ignored);
	if (c->possible <= 0)
		return -EBADMSG;
	c->file = openat(sysfs, online, O_RDONLY | O_CLOEXEC);
	return c->file < 0 ? -errno : cpus_refresh(c);
}

int cpus_refresh(struct cpus *c)
{
	uint8_t online[CPUS_MAX / 8] = { 0 };
	char text[LIST_SIZE];
	ssize_t n = pread(c->file, text, sizeof(text) - 1, 0);
	int result;

	if (n < 0)
		return -errno;
	text[n] = '\0';
	result = cpus_parse(text, online);
	if (result < 0 || result > c->possible)
		return -EBADMSG;
	memcpy(c->online, online, sizeof(online));
	return 0;
}

void cpus_close(struct cpus *c)
{
	if (c->file >= 0)
		close(c->file);
	c->file = -1;
}

/* Accepts messages that begin with "online@/devices/system/cpu/cpu". */
static int filter_messages(int fd)
{
#define WORD_IS(at, word, skip) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at), \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word, 0, skip)
	struct sock_filter insns[] = {
		WORD_IS(0, 0x6f6e6c69, 15),	/* onli */
		WORD_IS(4, 0x6e65402f, 13),	/* ne@/ */
		WORD_IS(8, 0x64657669, 11),	/* devi */
		WORD_IS(12, 0x6365732f, 9),	/* ces/ */
		WORD_IS(16, 0x73797374, 7),	/* syst */
		WORD_IS(20, 0x656d2f63, 5),	/* em/c */
		WORD_IS(24, 0x70752f63, 3),	/* pu/c */
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 28),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x7075, 0, 1),	/* pu */
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
#undef WORD_IS
	struct sock_fprog program = {
		.len = sizeof(insns) / sizeof(insns[0]), .filter = insns,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int cpus_watch(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -errno;
	/* Without the filter the watch still works, and wakes the tracer more often. */
	filter_messages(fd);
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

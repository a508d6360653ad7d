// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * usage: datagrams SOCKET
 *
 * Stands for a journal or a syslog daemon: binds the datagram socket, says
 * "ready", and writes each datagram (or the file whose descriptor comes with
 * it) to standard output, followed by a line "--".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void copy_file(int fd)
{
	char bytes[4096];
	ssize_t n;
	off_t at = 0;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		fwrite(bytes, 1, (size_t)n, stdout);
		at += n;
	}
	close(fd);
}

int main(int argc, char *argv[])
{
	static char bytes[1 << 18];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return EXIT_FAILURE;
	strcpy(address.sun_path, argv[1]);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		union {
			struct cmsghdr header;
			char bytes[CMSG_SPACE(sizeof(int))];
		} control;
		struct iovec data = { .iov_base = bytes, .iov_len = sizeof(bytes) };
		struct msghdr message = {
			.msg_iov = &data, .msg_iovlen = 1,
			.msg_control = &control, .msg_controllen = sizeof(control),
		};
		ssize_t n = recvmsg(fd, &message, 0);
		struct cmsghdr *sent = CMSG_FIRSTHDR(&message);

		if (n < 0)
			return EXIT_FAILURE;
		fwrite(bytes, 1, (size_t)n, stdout);
		if (sent && sent->cmsg_type == SCM_RIGHTS) {
			int file;

			memcpy(&file, CMSG_DATA(sent), sizeof(file));
			copy_file(file);
		}
		puts("--");
		fflush(stdout);
	}
}

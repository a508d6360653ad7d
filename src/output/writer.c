// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* At the end the writer gives up on a reader that has been stalled for so long. */
enum { PATIENCE_MS = 500 };

bool writer_is_kernel_log(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 11);
}

struct writer writer_on(int fd)
{
	struct stat st;

	return (struct writer){
		.fd = fd, .ends = { -1, -1 },
		.is_pipe = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode),
		.is_log = writer_is_kernel_log(fd),
	};
}

/* 1: a write would succeed or fail at once; 0: call again; or -errno. */
static int wait_for_reader(struct writer *s)
{
	struct pollfd wait[1 + WRITER_ENDS] = { { .fd = s->fd, .events = POLLOUT } };
	int n;

	if (s->is_log)
		return 1;
	for (int i = 0; i < WRITER_ENDS; i++)
		wait[1 + i] = (struct pollfd){ .fd = s->ends[i], .events = POLLIN };
	n = s->ending ? poll(wait, 1, PATIENCE_MS) : poll(wait, 1 + WRITER_ENDS, -1);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (wait[0].revents)
		return 1;
	if (s->ending)
		return -ECANCELED;
	s->ending = true;
	return 0;
}

/*
 * How many bytes can be written without waiting for the reader: PIPE_BUF into a pipe that
 * is ready, the whole capacity of a pipe that is empty.
 */
static size_t fitting(const struct writer *s, size_t len)
{
	int held;

	if (!s->is_pipe || len <= PIPE_BUF)
		return len;
	if (ioctl(s->fd, FIONREAD, &held) == 0 && held == 0 &&
	    fcntl(s->fd, F_GETPIPE_SZ) >= (int)len)
		return len;
	return PIPE_BUF;
}

/* Waits also if another process has made the terminal or pipe non-blocking. */
static int write_some(struct writer *s, const char *bytes, size_t len)
{
	int ready = wait_for_reader(s);
	ssize_t n;

	if (ready <= 0)
		return ready;
	n = write(s->fd, bytes, fitting(s, len));
	if (n > 0)
		return (int)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n < 0 ? -errno : -EIO;
}

/* Removes the last @size bytes, which were just written, from a regular file. */
static void remove_part(int fd, off_t size)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (at < size || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != at)
		return;
	if (ftruncate(fd, at - size) == 0)
		lseek(fd, at - size, SEEK_SET);
}

int writer_write(struct writer *s, const struct text *t, struct error *f)
{
	size_t done = 0;
	int n = s->stopped ? -ECANCELED : 0;

	while (n >= 0 && done < t->used) {
		n = write_some(s, t->data + done, t->used - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (n >= 0)
		return 0;
	s->stopped = true;
	if (n == -ECANCELED)
		return n;
	if (done)
		remove_part(s->fd, (off_t)done);
	error_set(f, n, "write the output");
	if (n == -EPIPE)
		error_why(f, "whoever read it is gone");
	return n;
}

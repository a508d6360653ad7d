// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the tracer finds its pipes. */
enum { FD_READY = 3, FD_COUNTS = 4, FD_FREE = 16 };

struct pipes {
	int events[2], words[2], ready[2], counts[2];
};

static int open_pipes(struct pipes *p)
{
	int (*all[])[2] = { &p->events, &p->words, &p->ready, &p->counts };
	int result = 0;

	memset(p, -1, sizeof(*p));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !result; i++) {
		if (pipe2(*all[i], O_CLOEXEC) < 0) {
			result = -errno;
			break;
		}
		/* Above the numbers that the child gives them. */
		for (int end = 0; end < 2 && !result; end++) {
			int fd = fcntl((*all[i])[end], F_DUPFD_CLOEXEC, FD_FREE);

			if (fd < 0)
				result = -errno;
			close((*all[i])[end]);
			(*all[i])[end] = fd;
		}
		fcntl((*all[i])[0], F_SETFL, O_NONBLOCK);
	}
	return result;
}

static void close_ends(const struct pipes *p, int end)
{
	const int fds[] = { p->events[end], p->words[end], p->ready[end], p->counts[end] };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* In the child. */
static void run_tracer(const char *path, char *const *arguments, const struct pipes *p,
		       pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* An agent that is killed takes the tracer with it. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	dup2(p->events[1], STDOUT_FILENO);
	dup2(p->words[1], STDERR_FILENO);
	dup2(p->ready[1], FD_READY);
	dup2(p->counts[1], FD_COUNTS);
	execv(path, arguments);
	dprintf(STDERR_FILENO, "oomkill_agent: run %s: %s\n", path, strerror(errno));
	_exit(127);
}

static struct line_reader reader_on(int fd, char *data, size_t size)
{
	return (struct line_reader){
		.wait = { .fd = fd, .events = POLLIN }, .data = data, .size = size,
	};
}

int tracer_start(struct tracer *t, const char *path, char *const *arguments,
		 size_t count, struct error *e)
{
	char *all[TRACER_ARGUMENTS + 8] = {
		(char *)path, "-o", "json", "--ready-fd", "3", "--counts-fd", "4",
	};
	pid_t parent = getpid();
	struct pipes p;
	int result = open_pipes(&p);

	memset(&t->process, 0, sizeof(t->process));
	if (!result && count > TRACER_ARGUMENTS)
		result = -E2BIG;
	for (size_t i = 0, own = 7; !result && i < count; i++)
		all[own + i] = arguments[i];
	if (!result) {
		t->pid = fork();
		if (t->pid == 0)
			run_tracer(path, all, &p, parent);
		if (t->pid < 0)
			result = -errno;
	}
	close_ends(&p, 1);
	if (result < 0) {
		close_ends(&p, 0);
		t->pid = 0;
		return error_set(e, result, "start the tracer %s", path);
	}
	t->process = (struct pollfd){
		.fd = (int)syscall(SYS_pidfd_open, t->pid, 0), .events = POLLIN,
	};
	t->announced = (struct pollfd){ .fd = p.ready[0], .events = POLLIN };
	t->events = reader_on(p.events[0], t->event_data, sizeof(t->event_data));
	t->words = reader_on(p.words[0], t->word_data, sizeof(t->word_data));
	t->counts = reader_on(p.counts[0], t->count_data, sizeof(t->count_data));
	return 0;
}

/* Hands on the whole lines of @r; what is left begins the next one. */
static void take_lines(struct line_reader *r, void (*line)(void *context, const char *line,
							   size_t length), void *context)
{
	size_t from = 0;
	char *end;

	while ((end = memchr(r->data + from, '\n', r->used - from))) {
		size_t to = (size_t)(end - r->data);

		if (!r->skipping)
			line(context, r->data + from, to - from);
		r->skipping = false;
		from = to + 1;
	}
	r->used -= from;
	memmove(r->data, r->data + from, r->used);
}

bool line_reader_run(struct line_reader *r, void (*line)(void *context, const char *line,
							 size_t length), void *context)
{
	bool whole = true;
	ssize_t n;

	while (r->wait.fd >= 0) {
		n = read(r->wait.fd, r->data + r->used, r->size - r->used);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0) {
			/* A line without its end was cut by the tracer's end. */
			whole = whole && !r->used;
			close(r->wait.fd);
			r->wait.fd = -1;
			break;
		}
		r->used += (size_t)n;
		take_lines(r, line, context);
		if (r->used == r->size) {
			whole = whole && r->skipping;
			r->skipping = true;
			r->used = 0;
		}
	}
	return whole;
}

void tracer_stop(struct tracer *t)
{
	if (t->pid)
		kill(t->pid, SIGTERM);
}

bool tracer_reap(struct tracer *t, bool wait)
{
	if (t->pid && waitpid(t->pid, &t->status, wait ? 0 : WNOHANG) == t->pid)
		t->pid = 0;
	return !t->pid;
}

void tracer_close(struct tracer *t)
{
	struct pollfd *all[] = {
		&t->process, &t->announced, &t->events.wait, &t->words.wait, &t->counts.wait,
	};

	if (t->pid) {
		kill(t->pid, SIGKILL);
		tracer_reap(t, true);
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i]->fd >= 0)
			close(all[i]->fd);
		all[i]->fd = -1;
	}
}

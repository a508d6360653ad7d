// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- starting --------------------------------------------------------------- */

struct variables {
	char **list;			/* closed by NULL */
	size_t count, room;
};

static int add_variable(void *context, const char *name, const char *value)
{
	struct variables *v = context;

	if (v->count + 1 >= v->room)
		return -ENOBUFS;
	if (asprintf(&v->list[v->count], "%s=%s", name, value) < 0)
		return -ENOMEM;
	v->list[++v->count] = NULL;
	return 0;
}

static void free_variables(struct variables *v, size_t from)
{
	for (size_t i = from; i < v->count; i++)
		free(v->list[i]);
	free(v->list);
}

/* A file in memory with the line: a pipe might be full before the program reads it. */
static int make_input(const struct oom_kill *k)
{
	int fd = memfd_create("kill", MFD_CLOEXEC), result = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, k->line, k->length) != (ssize_t)k->length || write(fd, "\n", 1) != 1 ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		result = errno ? -errno : -EIO;
		close(fd);
	}
	return result ? result : fd;
}

/* In the child. Only calls that are allowed behind fork(). */
static void run_program(const char *path, char **variables, int input, int output)
{
	char *const arguments[] = { (char *)path, NULL };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execve(path, arguments, variables);
	dprintf(STDERR_FILENO, "cannot be run: %s\n", strerror(errno));
	_exit(127);
}

static int start(struct hook *h, const struct oom_kill *k, char **variables, struct error *e)
{
	struct itimerspec limit = { .it_value.tv_sec = (time_t)h->limit_s };
	int input = make_input(k), output[2] = { -1, -1 };
	int result = input;

	if (input >= 0 && pipe2(output, O_CLOEXEC) < 0)
		result = -errno;
	if (result >= 0) {
		destination_mark(h->destination, k);
		h->pid = fork();
		if (h->pid == 0)
			run_program(h->path, variables, input, output[1]);
		result = h->pid < 0 ? -errno : 0;
	}
	if (result < 0) {
		h->pid = 0;
		error_set(e, result, "run %s", h->path);
	} else {
		setpgid(h->pid, h->pid);
		fcntl(output[0], F_SETFL, O_NONBLOCK);
		h->output.fd = output[0];
		h->process.fd = (int)syscall(SYS_pidfd_open, h->pid, 0);
		timerfd_settime(h->timer.fd, 0, &limit, NULL);
		output[0] = -1;
	}
	if (input >= 0)
		close(input);
	for (int i = 0; i < 2; i++)
		if (output[i] >= 0)
			close(output[i]);
	return result;
}

static int deliver(struct destination *d, const struct oom_kill *k, struct error *e)
{
	struct hook *h = d->context;
	struct variables v = { .room = 64 };
	size_t inherited = 0;
	int result;

	while (environ[inherited])
		inherited++;
	v.room += inherited;
	v.list = calloc(v.room, sizeof(*v.list));
	if (!v.list)
		return error_set(e, ENOMEM, "run %s", h->path);
	memcpy(v.list, environ, inherited * sizeof(*v.list));
	v.count = inherited;
	result = oom_kill_each_field(k, add_variable, &v);
	if (result < 0)
		error_set(e, result, "run %s", h->path);
	else
		result = start(h, k, v.list, e);
	free_variables(&v, inherited);
	return result < 0 ? result : -EINPROGRESS;
}

/* ---- watching it ------------------------------------------------------------ */

static void say_line(struct hook *h)
{
	char line[HOOK_LINE + 64];

	snprintf(line, sizeof(line), "%s: %.*s", strrchr(h->path, '/') + 1, (int)h->used, h->line);
	h->say(line);
	h->used = 0;
}

static void read_output(struct hook *h)
{
	char bytes[512];
	ssize_t n = h->output.fd < 0 ? 0 : read(h->output.fd, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || h->used == sizeof(h->line))
			say_line(h);
		if (bytes[i] != '\n')
			h->line[h->used++] = bytes[i];
	}
	if (n != 0 || h->output.fd < 0)
		return;
	if (h->used)
		say_line(h);
	close(h->output.fd);
	h->output.fd = -1;
}

static void end(struct hook *h, int status)
{
	static const struct itimerspec off;
	struct error *last = &h->destination->last;
	int result = 0;

	timerfd_settime(h->timer.fd, 0, &off, NULL);
	read_output(h);
	close(h->process.fd);
	if (h->output.fd >= 0)
		close(h->output.fd);
	h->process.fd = h->output.fd = -1;
	h->pid = 0;
	h->used = 0;
	if (h->timed_out || !WIFEXITED(status) || WEXITSTATUS(status)) {
		result = -EIO;
		error_clear(last);
		error_set(last, EIO, "run %s", h->path);
		if (h->timed_out)
			error_why(last, "it was killed after %u s", h->limit_s);
		else if (WIFEXITED(status))
			error_why(last, "it ended with status %d", WEXITSTATUS(status));
		else
			error_why(last, "signal %d ended it", WTERMSIG(status));
	}
	h->timed_out = false;
	destination_finish(h->destination, result);
}

void hook_serve(struct hook *h)
{
	uint64_t expirations;
	int status;

	read_output(h);
	if (h->pid && read(h->timer.fd, &expirations, sizeof(expirations)) > 0) {
		h->timed_out = true;
		kill(-h->pid, SIGKILL);
	}
	if (h->pid && waitpid(h->pid, &status, WNOHANG) == h->pid)
		end(h, status);
}

int hook_open(struct hook *h, struct destination *d, const char *path,
	      unsigned int limit_s, void (*say)(const char *line), struct error *e)
{
	*h = (struct hook){
		.destination = d, .path = path, .limit_s = limit_s, .say = say,
		.process = { .fd = -1, .events = POLLIN },
		.output = { .fd = -1, .events = POLLIN },
		.timer = { .fd = -1, .events = POLLIN },
	};
	if (*path != '/') {
		error_set(e, EINVAL, "--exec %s", path);
		return error_why(e, "the path is not absolute");
	}
	if (access(path, X_OK) < 0)
		return error_set(e, errno, "--exec %s", path);
	h->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (h->timer.fd < 0)
		return error_set(e, errno, "make a timer");
	d->name = "exec";
	d->deliver = deliver;
	d->context = h;
	return 0;
}

void hook_close(struct hook *h)
{
	int status;

	if (h->pid) {
		kill(-h->pid, SIGKILL);
		if (waitpid(h->pid, &status, 0) == h->pid)
			end(h, status);
	}
	if (h->timer.fd >= 0)
		close(h->timer.fd);
	h->timer.fd = -1;
}

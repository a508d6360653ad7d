// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#define _GNU_SOURCE
#include "subject.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

#define READY_FD 9

static void *zeroes(size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		die("memory");
	return bytes;
}

void subject_prepare(struct subject *s)
{
	s->pid = s->out = s->ready = -1;
	s->begun = zeroes(sizeof(s->begun[0]));
	s->seen = zeroes(VICTIMS_MAX * sizeof(s->seen[0]));
	s->event_time = zeroes(VICTIMS_MAX * sizeof(s->event_time[0]));
	cpu_group_make(s->group, sizeof(s->group), s->name);
}

void subject_free(struct subject *s)
{
	if (s->pid > 0)
		subject_end(s, SIGKILL);
	if (s->group[0])
		cpu_group_remove(s->group);
}

/* In the child: nothing but exec comes after the time is taken. */
__attribute__((noreturn)) static void become(struct subject *s, int out, int ready)
{
	char procs[4200];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", s->group);
	if (s->group[0] && !file_write(procs, "0"))
		_exit(126);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0 ||
	    dup2(ready, READY_FD) < 0)
		_exit(126);
	*s->begun = now();
	execvp(s->argv[0], s->argv);
	perror(s->argv[0]);
	_exit(127);
}

/* Its writing end is not where the child is about to put another. */
static void make_pipe(int *reads, int *writes)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("pipe");
	*reads = ends[0];
	*writes = fcntl(ends[1], F_DUPFD_CLOEXEC, READY_FD + 1);
	if (*writes < 0)
		die("descriptor");
	close(ends[1]);
}

void subject_start(struct subject *s)
{
	int out, ready;

	make_pipe(&s->out, &out);
	make_pipe(&s->ready, &ready);
	s->used = 0;
	s->cpu_before = cpu_group_time(s->group);
	s->pid = fork();
	if (s->pid < 0)
		die("fork");
	if (s->pid == 0)
		become(s, out, ready);
	setpgid(s->pid, s->pid);	/* whichever of the two comes first */
	close(out);
	close(ready);
}

static bool is_attached(struct subject *s)
{
	char byte;
	ssize_t count;

	if (!s->attached_line)
		return read(s->ready, &byte, 1) == 1;
	while (!strstr(s->buffer, s->attached_line)) {
		count = read(s->out, s->buffer + s->used, sizeof(s->buffer) - 1 - s->used);
		if (count <= 0)
			return false;
		s->used += (size_t)count;
		s->buffer[s->used] = '\0';
	}
	return true;
}

void subject_await(struct subject *s)
{
	s->buffer[0] = '\0';
	if (!is_attached(s)) {
		errno = 0;
		die("%s ended before it was attached: %s", s->name, s->buffer);
	}
	s->start_ms = (now() - *s->begun) * 1000;
	s->cpu_ms = cpu_group_time(s->group) - s->cpu_before;
}

void subject_forget(struct subject *s)
{
	memset(s->seen, 0, VICTIMS_MAX * sizeof(s->seen[0]));
	s->lost_events = 0;
}

static void take_line(struct subject *s, const char *line, double time)
{
	double event_time = 0;
	long pid = s->victim(line, &event_time);

	if (pid > 0 && pid < VICTIMS_MAX) {
		s->seen[pid] = time;
		s->event_time[pid] = event_time;
	} else if (s->lost) {
		s->lost_events += s->lost(line);
	}
}

bool subject_read(struct subject *s)
{
	ssize_t count = read(s->out, s->buffer + s->used, sizeof(s->buffer) - 1 - s->used);
	double time = now();
	char *line = s->buffer, *end;

	if (count <= 0)
		return count < 0 && errno == EINTR;
	s->used += (size_t)count;
	s->buffer[s->used] = '\0';
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		take_line(s, line, time);
	}
	s->used -= (size_t)(line - s->buffer);
	memmove(s->buffer, line, s->used + 1);
	return true;
}

void subject_end(struct subject *s, int signal)
{
	int status;

	if (signal)
		kill(-s->pid, signal);
	if (waitpid(s->pid, &status, 0) < 0)
		die("wait for %s", s->name);
	s->pid = -1;
	close(s->out);
	close(s->ready);
	s->out = s->ready = -1;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * A process that is made to be OOM killed: it eats memory in the way the
 * command line asks for and tells on stdout how far it is. Used by the system
 * tests and, built statically, in the guests of the kernel matrix.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB 1048576UL
#define ALL (-1L) /* eat until killed */
#define UNSET (-1L)
#define CGROUPS_MAX 4

struct plan {
	const char *comm;
	const char *cgroups[CGROUPS_MAX];
	int cgroup_count;
	const char *file; /* written to, not mapped */
	const char *map;  /* read through a mapping */
	long anon_mib;
	long shmem_mib;
	long file_mib;
	const char *score_adj;
	long cpu;
	long uid;
	long gid;
	bool wait;	   /* for a byte on stdin before eating */
	bool hold;	   /* stay when all is eaten */
	bool share;	   /* a second process lives in the same mm */
	bool thread;	   /* eat in a thread that is not the leader */
	bool leader_exits; /* and let the leader end before */
	const char *thread_comm;
	long members;
	long repeat;
	long feed;
};

static const char help[] =
	"usage: oomer [options]\n"
	"\n"
	"First it gets into position, in this order:\n"
	"  --cgroup DIR      join DIR (by DIR/cgroup.procs); up to four times\n"
	"  --adj N           set its oom_score_adj\n"
	"  --cpu N           run on CPU N only\n"
	"  --gid N, --uid N  become that group and user\n"
	"  --comm NAME       call itself NAME (any bytes)\n"
	"  --wait            wait for a byte or the end of stdin\n"
	"Then it eats, in this order:\n"
	"  --map FILE        read FILE through a mapping (file RSS)\n"
	"  --shmem MIB       shared anonymous memory\n"
	"  --file FILE:MIB   write that much to FILE (on a tmpfs, say)\n"
	"  --anon MIB|all    private memory; all: until killed\n"
	"  --hold            and stays until it is killed\n"
	"How it is made up:\n"
	"  --thread          a thread other than the leader eats\n"
	"  --leader-exits    the same, and the leader ends before it eats\n"
	"  --thread-comm NAME  the name of that thread\n"
	"  --share           a second process shares its memory (CLONE_VM)\n"
	"  --members N       N processes at once do all this, the first one waits\n"
	"  --repeat N        each does it N times, in a new process each time\n"
	"  --feed N          N times, each after a byte on stdin: a child eats and\n"
	"                    stays, then this process eats until the child is\n"
	"                    killed, and gives its own memory back\n"
	"\n"
	"On stdout, each line in one write: 'start PID' when in position,\n"
	"'eaten PID' when done eating, and with --members or --repeat\n"
	"'end PID signal N' or 'end PID status N' for each process that ended.\n"
	"Status: 0 done, 1 something failed, 2 usage.\n";

static void say(const char *what, long pid, const char *how, int value)
{
	char line[96];
	int n = how ? snprintf(line, sizeof(line), "%s %ld %s %d\n", what, pid, how, value)
		    : snprintf(line, sizeof(line), "%s %ld\n", what, pid);

	if (write(STDOUT_FILENO, line, (size_t)n) != n)
		_exit(1);
}

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	fputs("oomer: ", stderr);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, ": %s\n", strerror(error));
	va_end(arguments);
	_exit(1);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("%s", path);
	close(fd);
}

static void join_cgroup(const char *dir)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/cgroup.procs", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		die("%s", dir);
	}
	write_file(path, "0");
}

static void pin(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		die("cpu %ld", cpu);
}

/* The user comes late: a plain one may not join cgroups or lower its score. */
static void take_position(const struct plan *plan)
{
	for (int i = 0; i < plan->cgroup_count; i++)
		join_cgroup(plan->cgroups[i]);
	if (plan->score_adj)
		write_file("/proc/self/oom_score_adj", plan->score_adj);
	if (plan->cpu != UNSET)
		pin(plan->cpu);
	if (plan->gid != UNSET && setgid((gid_t)plan->gid) != 0)
		die("gid %ld", plan->gid);
	if (plan->uid != UNSET && setuid((uid_t)plan->uid) != 0)
		die("uid %ld", plan->uid);
	if (plan->comm && prctl(PR_SET_NAME, plan->comm) != 0)
		die("comm");
}

/* Not zeroes, which a compressing swap device would give back for nothing. */
static void touch(char *bytes, size_t size)
{
	static unsigned int seed = 1;

	for (size_t i = 0; i + sizeof(seed) <= size; i += sizeof(seed)) {
		seed = seed * 1664525 + 1013904223;
		memcpy(bytes + i, &seed, sizeof(seed));
	}
}

static void eat_memory(long mib, int flags)
{
	for (long i = 0; mib == ALL || i < mib; i++) {
		char *bytes = mmap(NULL, MIB, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

		if (bytes == MAP_FAILED)
			die("mmap");
		touch(bytes, MIB);
	}
}

static void eat_file(const char *path, long mib)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	static char bytes[65536];

	if (fd < 0)
		die("%s", path);
	touch(bytes, sizeof(bytes));
	for (long i = 0; mib == ALL || i < mib * (long)(MIB / sizeof(bytes)); i++)
		if (write(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			die("%s", path);
	close(fd);
}

static void map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	const volatile char *bytes;

	if (size <= 0)
		die("%s", path);
	bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		die("%s", path);
	for (off_t i = 0; i < size; i += 4096)
		(void)bytes[i];
	close(fd);
}

static void eat(const struct plan *plan)
{
	if (plan->map)
		map_file(plan->map);
	eat_memory(plan->shmem_mib, MAP_SHARED);
	if (plan->file)
		eat_file(plan->file, plan->file_mib);
	eat_memory(plan->anon_mib, MAP_PRIVATE);
	say("eaten", getpid(), NULL, 0);
	while (plan->hold)
		pause();
}

static void *eat_in_thread(void *argument)
{
	const struct plan *plan = argument;

	if (plan->thread_comm && prctl(PR_SET_NAME, plan->thread_comm) != 0)
		die("thread-comm");
	eat(plan);
	exit(0);
}

static void eat_as_thread(struct plan *plan)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, eat_in_thread, plan);
	if (errno != 0)
		die("thread");
	if (plan->leader_exits) /* this thread alone, not the process */
		syscall(SYS_exit, 0);
	pthread_join(thread, NULL);
}

static int share_memory(void *argument)
{
	(void)argument;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (pause() < 0)
		;
	return 0;
}

static void act(struct plan *plan)
{
	static char stack[16384] __attribute__((aligned(16)));
	char byte;

	take_position(plan);
	if (plan->share && clone(share_memory, stack + sizeof(stack), CLONE_VM, NULL) < 0)
		die("clone");
	say("start", getpid(), NULL, 0);
	if (plan->wait && read(STDIN_FILENO, &byte, 1) < 0)
		die("stdin");
	if (plan->thread)
		eat_as_thread(plan);
	else
		eat(plan);
}

/* No child outlives its parent, however that one ends. */
static pid_t fork_child(void)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return pid;
}

static void reap(pid_t which, bool tell)
{
	int status;
	pid_t pid = waitpid(which, &status, 0);

	if (pid < 0)
		die("wait");
	if (!tell)
		return;
	if (WIFSIGNALED(status))
		say("end", pid, "signal", WTERMSIG(status));
	else
		say("end", pid, "status", WEXITSTATUS(status));
}

static void work(struct plan *plan)
{
	for (long i = 0; i < plan->repeat; i++) {
		pid_t pid = fork_child();

		if (pid == 0) {
			act(plan);
			_exit(0);
		}
		reap(pid, true);
	}
	if (plan->repeat == 0)
		act(plan);
}

/* The child may be killed: it has an oom_score_adj of 0 again. */
static void feed_child(struct plan *plan)
{
	enum { MIB_MAX = 1024 };
	static char *eaten[MIB_MAX];
	int ready[2], status = 0, count = 0;
	char byte;
	pid_t pid;

	if (read(STDIN_FILENO, &byte, 1) != 1 || pipe(ready) < 0)
		die("stdin");
	pid = fork_child();
	if (pid == 0) {
		write_file("/proc/self/oom_score_adj", "0");
		eat_memory(plan->anon_mib, MAP_PRIVATE);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		die("child");
	while (count < MIB_MAX && waitpid(pid, &status, WNOHANG) == 0) {
		eaten[count] = mmap(NULL, MIB, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (eaten[count] == MAP_FAILED)
			die("mmap");
		touch(eaten[count++], MIB);
	}
	while (count)
		munmap(eaten[--count], MIB);
	close(ready[0]);
	close(ready[1]);
	say("end", pid, "signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void work_as_feeder(struct plan *plan)
{
	take_position(plan);
	say("start", getpid(), NULL, 0);
	for (long i = 0; i < plan->feed; i++)
		feed_child(plan);
}

static void work_as_members(struct plan *plan)
{
	for (long i = 0; i < plan->members; i++)
		if (fork_child() == 0) {
			work(plan);
			_exit(0);
		}
	for (long i = 0; i < plan->members; i++)
		reap(-1, plan->repeat == 0);
}

__attribute__((noreturn)) static void usage(const char *name, const char *value)
{
	fprintf(stderr, "oomer: bad value for --%s: '%s' (see --help)\n", name, value);
	exit(2);
}

static long number(const char *name, const char *text, bool all_allowed)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (all_allowed && strcmp(text, "all") == 0)
		return ALL;
	if (end == text || *end != '\0' || value < 0)
		usage(name, text);
	return value;
}

static void set_file(struct plan *plan, char *text)
{
	char *colon = strrchr(text, ':');

	if (!colon)
		usage("file", text);
	*colon = '\0';
	plan->file = text;
	plan->file_mib = number("file", colon + 1, true);
}

enum option_id {
	HELP, CGROUP, ADJ, CPU, GID, UID, COMM, WAIT, MAP, SHMEM, FILE_MIB, ANON,
	HOLD, THREAD, LEADER_EXITS, THREAD_COMM, SHARE, MEMBERS, REPEAT, FEED,
};

static const struct option options[] = {
	{"help", no_argument, NULL, HELP},
	{"cgroup", required_argument, NULL, CGROUP},
	{"adj", required_argument, NULL, ADJ},
	{"cpu", required_argument, NULL, CPU},
	{"gid", required_argument, NULL, GID},
	{"uid", required_argument, NULL, UID},
	{"comm", required_argument, NULL, COMM},
	{"wait", no_argument, NULL, WAIT},
	{"map", required_argument, NULL, MAP},
	{"shmem", required_argument, NULL, SHMEM},
	{"file", required_argument, NULL, FILE_MIB},
	{"anon", required_argument, NULL, ANON},
	{"hold", no_argument, NULL, HOLD},
	{"thread", no_argument, NULL, THREAD},
	{"leader-exits", no_argument, NULL, LEADER_EXITS},
	{"thread-comm", required_argument, NULL, THREAD_COMM},
	{"share", no_argument, NULL, SHARE},
	{"members", required_argument, NULL, MEMBERS},
	{"repeat", required_argument, NULL, REPEAT},
	{"feed", required_argument, NULL, FEED},
	{NULL, 0, NULL, 0},
};

static void set_option(struct plan *plan, int id, char *value)
{
	switch (id) {
	case HELP:
		fputs(help, stdout);
		exit(0);
	case CGROUP:
		if (plan->cgroup_count == CGROUPS_MAX)
			usage("cgroup", value);
		plan->cgroups[plan->cgroup_count++] = value;
		return;
	case ADJ:
		plan->score_adj = value;
		return;
	case CPU:
		plan->cpu = number("cpu", value, false);
		return;
	case GID:
		plan->gid = number("gid", value, false);
		return;
	case UID:
		plan->uid = number("uid", value, false);
		return;
	case COMM:
		plan->comm = value;
		return;
	case WAIT:
		plan->wait = true;
		return;
	case MAP:
		plan->map = value;
		return;
	case SHMEM:
		plan->shmem_mib = number("shmem", value, true);
		return;
	case FILE_MIB:
		set_file(plan, value);
		return;
	case ANON:
		plan->anon_mib = number("anon", value, true);
		return;
	case HOLD:
		plan->hold = true;
		return;
	case THREAD:
		plan->thread = true;
		return;
	case LEADER_EXITS:
		plan->thread = plan->leader_exits = true;
		return;
	case THREAD_COMM:
		plan->thread_comm = value;
		return;
	case SHARE:
		plan->share = true;
		return;
	case MEMBERS:
		plan->members = number("members", value, false);
		return;
	case REPEAT:
		plan->repeat = number("repeat", value, false);
		return;
	case FEED:
		plan->feed = number("feed", value, false);
		return;
	default: /* getopt has said why */
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct plan plan = {.cpu = UNSET, .uid = UNSET, .gid = UNSET};
	int id;

	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(&plan, id, optarg);
	if (optind < argc) {
		fprintf(stderr, "oomer: unexpected '%s' (see --help)\n", argv[optind]);
		return 2;
	}
	if (plan.feed > 0)
		work_as_feeder(&plan);
	else if (plan.members > 0)
		work_as_members(&plan);
	else
		work(&plan);
	return 0;
}

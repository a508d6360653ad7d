// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Runs a command on a kernel that refuses some system calls: what a container,
 * a hardened or a smaller kernel does, by a seccomp filter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_fsopen
#define SYS_fsopen 430
#endif

#define RULES_MAX 8
#define RULE_SIZE 5 /* instructions */
#define STATEMENT(code, k) BPF_STMT(code, (unsigned int)(k))
#define JUMP_UNLESS(k, distance) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)(k), 0, distance)

/* The low half of the argument; on a big-endian machine it comes second. */
#define NUMBER offsetof(struct seccomp_data, nr)
#define ARGUMENT (offsetof(struct seccomp_data, args) + \
		  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0))

struct name {
	const char *name;
	long number;
};

static const struct name calls[] = {
	{"bpf", SYS_bpf},
	{"perf_event_open", SYS_perf_event_open},
	{"fsopen", SYS_fsopen},
	{"mlockall", SYS_mlockall},
	{"socket", SYS_socket},
	{NULL, 0},
};

static const struct name errors[] = {
	{"EPERM", EPERM}, {"EACCES", EACCES}, {"ENOSYS", ENOSYS},
	{"ENOMEM", ENOMEM}, {"EINVAL", EINVAL}, {"EMFILE", EMFILE},
	{"E2BIG", E2BIG}, {"ENOENT", ENOENT}, {NULL, 0},
};

static const char help[] =
	"usage: deny CALL[:ARGUMENT]=ERROR.. -- COMMAND..\n"
	"\n"
	"Runs COMMAND; the system call CALL, or only those whose first argument is\n"
	"ARGUMENT, fail with ERROR: bpf:5=EPERM refuses to load programs.\n";

__attribute__((noreturn)) static void usage(const char *word)
{
	if (word)
		fprintf(stderr, "deny: do not understand '%s'\n", word);
	fputs(help, stderr);
	exit(2);
}

static long find(const struct name *names, const char *name, size_t len)
{
	for (; names->name; names++)
		if (strlen(names->name) == len && memcmp(names->name, name, len) == 0)
			return names->number;
	return -1;
}

/*
 * The number of the call, the argument, and the error that comes of both;
 * whichever does not fit goes on with the next rule.
 */
static void make_rule(struct sock_filter *to, const char *word)
{
	const char *equals = strchr(word, '='), *colon = strchr(word, ':');
	const char *end = colon ? colon : equals;
	long call, error;

	if (!equals || end > equals)
		usage(word);
	call = find(calls, word, (size_t)(end - word));
	error = find(errors, equals + 1, strlen(equals + 1));
	if (call < 0 || error < 0)
		usage(word);

	to[0] = (struct sock_filter)STATEMENT(BPF_LD | BPF_W | BPF_ABS, NUMBER);
	to[1] = (struct sock_filter)JUMP_UNLESS((unsigned int)call, 3);
	to[2] = (struct sock_filter)STATEMENT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT);
	to[3] = (struct sock_filter)STATEMENT(BPF_JMP | BPF_JA, 0);
	if (colon)
		to[3] = (struct sock_filter)JUMP_UNLESS(strtoul(colon + 1, NULL, 0), 1);
	to[4] = (struct sock_filter)STATEMENT(BPF_RET | BPF_K,
					      SECCOMP_RET_ERRNO | (unsigned int)error);
}

int main(int argc, char **argv)
{
	struct sock_filter code[RULES_MAX * RULE_SIZE + 1];
	struct sock_fprog program = {.filter = code};
	int rules = 0;

	while (rules + 1 < argc && strcmp(argv[rules + 1], "--") != 0) {
		if (rules == RULES_MAX)
			usage(argv[rules + 1]);
		make_rule(code + rules * RULE_SIZE, argv[rules + 1]);
		rules++;
	}
	if (rules == 0 || rules + 2 >= argc)
		usage(NULL);
	code[rules * RULE_SIZE] = (struct sock_filter)STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)(rules * RULE_SIZE + 1);

	/* Without new privileges a filter would need CAP_SYS_ADMIN. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
		perror("deny: seccomp");
		return 1;
	}
	execvp(argv[rules + 2], argv + rules + 2);
	perror(argv[rules + 2]);
	return 127;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Measures trace_oomkill and what else would tell of the same kills, at the
 * same time, on this host: a tracefs instance with oom/mark_victim enabled
 * and its trace_pipe read by cat, and bpftrace where it is installed.
 * tools/bench/README.md says how each number comes about.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "containers.h"
#include "host.h"
#include "samples.h"
#include "subject.h"

enum { OURS, PIPE, BPFTRACE, SUBJECTS };

static struct options {
	char *program, *oomer;
	int runs, kills, idle_s;
} options = { "obj/trace_oomkill", "obj/tests/oomer", 15, 2000, 30 };

static char tracefs[] = "/tmp/trace_oomkill-bench.XXXXXX";
static char container_files[] = "/tmp/trace_oomkill-bench.XXXXXX";
static char instance[128], script[1024], memory_group[4096], container_group[4200];
static int subject_count;

/* ---- what the programs say -------------------------------------------------- */

/* The sixth column is the victim's; the titles and messages have no number there. */
static long our_victim(const char *line, double *event_time)
{
	long pid = 0;

	(void)event_time;
	return sscanf(line, "%*s %*d %*d %*d %*d %ld", &pid) == 1 ? pid : 0;
}

static double our_lost(const char *line)
{
	double lost = 0;

	return sscanf(line, "trace_oomkill: %*d kill%*[s,] %lf lost", &lost) == 1 ? lost : 0;
}

/* "  oomer-123  [001] d..1.  1234.567890: mark_victim: pid=123 comm=oomer .." */
static long pipe_victim(const char *line, double *event_time)
{
	const char *event = strstr(line, ": mark_victim: pid="), *time = event;

	if (!event)
		return 0;
	while (time > line && time[-1] != ' ')
		time--;
	*event_time = strtod(time, NULL);
	return strtol(strchr(event, '=') + 1, NULL, 10);
}

static double pipe_lost(const char *line)
{
	const char *lost = strstr(line, "[LOST ");

	return lost ? strtod(lost + 6, NULL) : 0;
}

static long bpftrace_victim(const char *line, double *event_time)
{
	long pid = 0;

	(void)event_time;
	return sscanf(line, "victim %ld", &pid) == 1 ? pid : 0;
}

static double bpftrace_lost(const char *line)
{
	double lost = 0;

	return sscanf(line, "Lost %lf events", &lost) == 1 ? lost : 0;
}

static long oomer_victim(const char *line, double *event_time)
{
	long pid = 0;
	int signal = 0;

	(void)event_time;
	return sscanf(line, "end %ld signal %d", &pid, &signal) == 2 && signal == SIGKILL ? pid : 0;
}

static struct subject subjects[SUBJECTS] = {
	[OURS] = {
		.name = "trace_oomkill",
		.argv = { NULL, "--ready-fd", "9" },
		.victim = our_victim, .lost = our_lost, .ends = true,
	},
	[PIPE] = {
		.name = "trace_pipe",
		.argv = { "sh", "-c", script },
		.victim = pipe_victim, .lost = pipe_lost,
	},
	[BPFTRACE] = {
		.name = "bpftrace",
		.argv = { "bpftrace", "-B", "line", "-e",
			  "BEGIN { printf(\"attached\\n\"); } tracepoint:oom:mark_victim "
			  "{ printf(\"victim %d\\n\", args->pid); }" },
		.attached_line = "attached\n",
		.victim = bpftrace_victim, .lost = bpftrace_lost, .ends = true,
	},
};

static struct subject oomer = {
	.name = "oomer",
	.argv = { NULL, "--cgroup", memory_group, "--anon", "all", "--members", NULL,
		  "--repeat", NULL },
	.victim = oomer_victim,
};

/* ---- starting and ending them ------------------------------------------------- */

static void instance_file(char *to, size_t size, const char *name)
{
	snprintf(to, size, "%s/%s", instance, name);
}

static void start(int which)
{
	char path[256];

	subject_start(&subjects[which]);
	subject_await(&subjects[which]);
	subject_forget(&subjects[which]);
	if (which == PIPE) {	/* no part of what a user would do */
		instance_file(path, sizeof(path), "trace_clock");
		if (!file_write(path, "mono"))
			die("%s", path);
	}
}

static void remove_instance(void)
{
	char path[256];

	instance_file(path, sizeof(path), "events/oom/mark_victim/enable");
	file_write(path, "0");
	rmdir(instance);
}

static void end(int which, int signal)
{
	subject_end(&subjects[which], signal);
	if (which == PIPE)
		remove_instance();
}

/* ---- kills ---------------------------------------------------------------------- */

static bool apart;		/* the victims have a processor of their own */

/* Reads from those that have something to say, for at most @ms; false: none had. */
static bool read_subjects(int ms, bool *oomer_ended)
{
	struct pollfd polls[SUBJECTS + 1];
	int i;

	for (i = 0; i < subject_count; i++)
		polls[i] = (struct pollfd){ .fd = subjects[i].out, .events = POLLIN };
	polls[i] = (struct pollfd){ .fd = *oomer_ended ? -1 : oomer.out, .events = POLLIN };
	if (poll(polls, (nfds_t)i + 1, ms) <= 0)
		return false;
	for (i = 0; i < subject_count; i++)
		if (polls[i].revents && !subject_read(&subjects[i]))
			subjects[i].out = -1;
	if (polls[i].revents)
		*oomer_ended = !subject_read(&oomer);
	return true;
}

/*
 * Puts the process @pid, or 0: this one, on the first processor that may be
 * used or on all others. With one alone everything stays as it is.
 */
static void place(pid_t pid, bool first)
{
	static cpu_set_t all;
	cpu_set_t set;
	size_t cpu = 0;

	if (!CPU_COUNT(&all))
		sched_getaffinity(0, sizeof(all), &all);
	if (CPU_COUNT(&all) < 2)
		return;
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	set = all;
	CPU_CLR(cpu, &set);
	if (first) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
	}
	sched_setaffinity(pid, sizeof(set), &set);
}

/* Makes @members times @repeat kills, and reads what is said of them meanwhile. */
static void kill_some(int members, int repeat)
{
	char words[2][16];
	bool ended = false;

	snprintf(words[0], sizeof(words[0]), "%d", members);
	snprintf(words[1], sizeof(words[1]), "%d", repeat);
	oomer.argv[6] = words[0];
	oomer.argv[8] = words[1];
	subject_forget(&oomer);
	if (apart)
		place(0, true);
	subject_start(&oomer);
	if (apart)
		place(0, false);
	while (!ended)
		read_subjects(-1, &ended);
	subject_end(&oomer, 0);
}

/* Until nothing has come for a second. */
static void read_rest(void)
{
	bool ended = true;

	while (read_subjects(1000, &ended))
		;
}

static int count_reported(const struct subject *s)
{
	int count = 0;

	for (long pid = 1; pid < VICTIMS_MAX; pid++)
		count += oomer.seen[pid] != 0 && s->seen[pid] != 0;
	return count;
}

/* ---- what is measured ------------------------------------------------------------- */

static struct result {
	struct samples start_ms, bare_start_ms, beside_start_ms, cpu_ms, latency_us;
	double pss_kib, peak_kib, wakeups, file_kb, probe_us, names_us;
	double output_us, levels_us;
	double reported, lost;
} results[SUBJECTS];

/* @more: further arguments of ours, up to NULL. */
static void start_with(char *const more[])
{
	char **end = subjects[OURS].argv;

	while (*end)
		end++;
	for (size_t i = 0; more[i]; i++)
		end[i] = more[i];
	start(OURS);
	for (size_t i = 0; more[i]; i++)
		end[i] = NULL;
}

static void measure_start_with(char *const more[], struct samples *to)
{
	start_with(more);
	samples_add(to, subjects[OURS].start_ms);
	end(OURS, SIGKILL);
}

static void measure_starts(void)
{
	for (int run = 0; run < options.runs; run++) {
		for (int i = 0; i < subject_count; i++) {
			start(i);
			samples_add(&results[i].start_ms, subjects[i].start_ms);
			if (subjects[i].cpu_ms >= 0)
				samples_add(&results[i].cpu_ms, subjects[i].cpu_ms);
			end(i, SIGKILL);
		}
		/* As on a kernel that does not describe its types. */
		measure_start_with((char *[]){ "--btf", "none", NULL },
				   &results[OURS].bare_start_ms);
		measure_start_with((char *[]){ "--host-root", container_files, NULL },
				   &results[OURS].beside_start_ms);
	}
}

/* CPU time in ms of @kills kills in one of the containers; -1: not known. */
static double kill_in_container(char *const more[], int kills)
{
	double before, after;

	start_with(more);
	read_rest();		/* the names are learnt then */
	before = cpu_group_time(subjects[OURS].group);
	oomer.argv[2] = container_group;
	kill_some(1, kills);
	oomer.argv[2] = memory_group;
	read_rest();
	after = cpu_group_time(subjects[OURS].group);
	end(OURS, SIGKILL);
	return before < 0 || after < 0 ? -1 : after - before;
}

/* What it takes to find a name is what it takes less without a name. */
static void measure_names(void)
{
	enum { KILLS = 200 };
	double with = kill_in_container((char *[]){ "--host-root", container_files,
					"--fields", "runtime,tpid", NULL }, KILLS);
	double without = kill_in_container((char *[]){ "--host-root", container_files,
					   "--fields", "tpid", NULL }, KILLS);

	results[OURS].names_us = with < 0 || without < 0 ? -1 : (with - without) * 1000 / KILLS;
}

/* The time of a kill in the probe, or in another @object, in us; -1: not known. */
static double probe_time(char *object)
{
	double ns, runs;
	int fd = bpf_time_on();

	start_with((char *[]){ object ? "--object" : NULL, object, NULL });
	kill_some(1, 200);
	read_rest();
	process_bpf_time(subjects[OURS].pid, &ns, &runs);
	end(OURS, SIGKILL);
	if (fd >= 0)
		close(fd);
	return runs > 0 ? ns / runs / 1000 : -1;
}

/*
 * What the output with its wake-up takes of a kill's time in the probe, and what
 * the levels of the memory cgroup path do: the difference to a probe without.
 */
static void measure_shares(void)
{
	double whole = probe_time(NULL);
	double without_output = probe_time("obj/tests/without_output.bpf.o");
	double without_levels = probe_time("obj/tests/without_levels.bpf.o");

	results[OURS].output_us = whole < 0 ? -1 : whole - without_output;
	results[OURS].levels_us = whole < 0 ? -1 : without_output - without_levels;
}

/* The kernel is asked to take the time only here: it costs some. */
static void measure_probes(void)
{
	double ns, runs;
	int fd = bpf_time_on();

	kill_some(1, 200);
	read_rest();
	for (int i = 0; i < subject_count; i++) {
		process_bpf_time(subjects[i].pid, &ns, &runs);
		results[i].probe_us = runs > 0 ? ns / runs / 1000 : -1;
	}
	if (fd >= 0)
		close(fd);
}

static void signal_others(int which, int signal)
{
	for (int i = 0; i < subject_count; i++)
		if (i != which)
			kill(subjects[i].pid, signal);
}

/*
 * One reader at a time, and not on the processor where the victim dies: that
 * one is not free for milliseconds, while the kernel writes its report to a
 * console. trace_pipe tells the kernel's time of each kill, when it goes on.
 */
static void measure_latency(int which)
{
	for (int i = 0; i < subject_count; i++)
		subject_forget(&subjects[i]);
	place(subjects[which].pid, false);
	signal_others(which, SIGSTOP);
	kill_some(1, 300);
	signal_others(which, SIGCONT);
	read_rest();
	for (long pid = 1; pid < VICTIMS_MAX; pid++)
		if (subjects[PIPE].seen[pid] != 0 && subjects[which].seen[pid] != 0)
			samples_add(&results[which].latency_us, 1e6 *
				    (subjects[which].seen[pid] - subjects[PIPE].event_time[pid]));
}

static void measure_latencies(void)
{
	apart = true;
	for (int i = 0; i < subject_count; i++)
		measure_latency(i);
	apart = false;
}

/* Kills of others on the same host would spoil it: then once more. */
static void measure_idle(void)
{
	double before[SUBJECTS], kills;

	for (int try = 0; try < 5; try++) {
		kills = file_number("/proc/vmstat", "oom_kill");
		for (int i = 0; i < subject_count; i++)
			before[i] = process_switches(subjects[i].pid);
		sleep((unsigned int)options.idle_s);
		for (int i = 0; i < subject_count; i++)
			results[i].wakeups = process_switches(subjects[i].pid) - before[i];
		if (file_number("/proc/vmstat", "oom_kill") == kills)
			return;
	}
	fprintf(stderr, "bench: others had processes killed in the idle time: "
		"the wake-ups are not only its own\n");
}

static void measure_memory(void)
{
	for (int i = 0; i < subject_count; i++) {
		results[i].pss_kib = process_pss(subjects[i].pid);
		results[i].peak_kib = process_peak_rss(subjects[i].pid);
	}
}

static void measure_stall(void)
{
	for (int i = 0; i < subject_count; i++) {
		subject_forget(&subjects[i]);
		kill(subjects[i].pid, SIGSTOP);
	}
	kill_some(4, options.kills / 4);
	for (int i = 0; i < subject_count; i++) {
		kill(subjects[i].pid, SIGCONT);
		if (subjects[i].ends)
			kill(subjects[i].pid, SIGINT);
	}
	read_rest();
	for (int i = 0; i < subject_count; i++) {
		results[i].reported = count_reported(&subjects[i]);
		results[i].lost = subjects[i].lost_events;
	}
}

static void measure(void)
{
	struct stat status;

	for (int i = 0; i < subject_count; i++)
		results[i].file_kb = results[i].names_us =
			results[i].output_us = results[i].levels_us = -1;
	if (stat(options.program, &status) == 0)
		results[OURS].file_kb = (double)status.st_size / 1000;
	measure_starts();
	measure_names();
	measure_shares();
	for (int i = 0; i < subject_count; i++)
		start(i);
	measure_probes();
	measure_latencies();
	measure_idle();
	measure_memory();
	measure_stall();
	for (int i = 0; i < subject_count; i++)
		end(i, subjects[i].ends ? 0 : SIGKILL);
}

/* ---- the table ---------------------------------------------------------------------- */

static char cells[SUBJECTS][64];

static void row(const char *what, const char *target, bool reached)
{
	printf("%-38s  %-22s", what, target);
	for (int i = 0; i < subject_count; i++)
		printf("  %-22s", cells[i]);
	printf("  %s\n", reached ? "reached" : "NOT REACHED");
}

#define MEMBER(type, member) offsetof(struct result, member)

static void sample_row(const char *what, size_t member, const char *target, bool reached)
{
	for (int i = 0; i < subject_count; i++)
		samples_format((struct samples *)((char *)&results[i] + member), cells[i],
			       sizeof(cells[i]));
	row(what, target, reached);
}

static void number_row(const char *what, size_t member, const char *format, const char *target,
		       bool reached)
{
	for (int i = 0; i < subject_count; i++) {
		double value = *(double *)((char *)&results[i] + member);

		snprintf(cells[i], sizeof(cells[i]), value < 0 ? "-" : format, value);
	}
	row(what, target, reached);
}

static double median(struct samples *s)
{
	return samples_quantile(s, 0.5);
}

static void print_head(void)
{
	struct utsname host;

	uname(&host);
	printf("Linux %s, %s, %ld CPUs; starts: medians of %d (min-max); latencies: of %zu kills\n\n",
	       host.release, host.machine, sysconf(_SC_NPROCESSORS_ONLN), options.runs,
	       results[OURS].latency_us.count);
	printf("%-38s  %-22s", "", "target");
	for (int i = 0; i < subject_count; i++)
		printf("  %-22s", subjects[i].name);
	printf("\n");
}

static void print_table(void)
{
	struct result *ours = &results[OURS], *pipe = &results[PIPE];
	char target[64];

	print_head();
	sample_row("exec to attached, ms", offsetof(struct result, start_ms), "<= 5",
		   median(&ours->start_ms) <= 5);
	snprintf(target, sizeof(target), "< %.1f, half of it", median(&pipe->start_ms) / 2);
	sample_row("  against trace_pipe", offsetof(struct result, start_ms), target,
		   median(&ours->start_ms) < median(&pipe->start_ms) / 2);
	sample_row("  without BTF", offsetof(struct result, bare_start_ms), "<= 3",
		   median(&ours->bare_start_ms) <= 3);
	sample_row("  beside 200 containers", offsetof(struct result, beside_start_ms), "<= 5",
		   median(&ours->beside_start_ms) <= 5);
	sample_row("CPU till then, ms", offsetof(struct result, cpu_ms), "<= 4",
		   median(&ours->cpu_ms) <= 4);
	number_row("steady PSS, KiB", offsetof(struct result, pss_kib), "%.0f", "<= 300",
		   ours->pss_kib <= 300);
	number_row("peak RSS, KiB", offsetof(struct result, peak_kib), "%.0f", "<= 1536",
		   ours->peak_kib <= 1536);
	snprintf(target, sizeof(target), "0 in %d s", options.idle_s);
	number_row("wake-ups while idle", offsetof(struct result, wakeups), "%.0f", target,
		   ours->wakeups == 0);
	number_row("program, kB", offsetof(struct result, file_kb), "%.1f", "<= 160",
		   ours->file_kb <= 160);
	number_row("BPF run time per kill, us", offsetof(struct result, probe_us), "%.1f", "<= 20",
		   ours->probe_us <= 20);
	number_row("  of it the output and the wake-up", offsetof(struct result, output_us), "%.1f",
		   "", true);
	number_row("  of it the memory cgroup's levels", offsetof(struct result, levels_us), "%.1f",
		   "", true);
	number_row("CPU per kill for a name, us", offsetof(struct result, names_us), "%.0f",
		   "<= 1000", ours->names_us >= 0 && ours->names_us <= 1000);
	snprintf(target, sizeof(target), "%d, or what is lost", options.kills);
	number_row("stopped during kills: reported", offsetof(struct result, reported), "%.0f",
		   target, ours->reported + ours->lost >= options.kills);
	number_row("  lost, as it says", offsetof(struct result, lost), "%.0f", "",
		   ours->reported + ours->lost >= options.kills);
	snprintf(target, sizeof(target), "<= %.0f", median(&pipe->latency_us));
	sample_row("kernel's event to line, us", offsetof(struct result, latency_us), target,
		   median(&ours->latency_us) <= median(&pipe->latency_us));
}

/* ---- order -------------------------------------------------------------------------- */

static void mount_tracefs(void)
{
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		die("private mounts");
	if (!mkdtemp(tracefs) || mount("none", tracefs, "tracefs", 0, NULL) != 0)
		die("mount tracefs on %s", tracefs);
	snprintf(instance, sizeof(instance), "%s/instances/trace_oomkill-bench-%d", tracefs,
		 (int)getpid());
	snprintf(script, sizeof(script),
		 "mkdir %s && echo 1 >%s/events/oom/mark_victim/enable && echo >&9 && "
		 "exec cat %s/trace_pipe", instance, instance, instance);
}

static void make_containers(void)
{
	char id[CONTAINER_ID_SIZE];

	containers_make(container_files);
	container_id(id, CONTAINERS / 2);
	snprintf(container_group, sizeof(container_group), "%s/docker-%s.scope", memory_group, id);
	if (mkdir(container_group, 0755) != 0)
		die("%s", container_group);
}

static bool is_installed(const char *name)
{
	char command[64];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", name);
	return system(command) == 0;
}

/* However it ends; the mount goes with the name space. */
static void clean_up(void)
{
	for (int i = 0; i < subject_count; i++)
		subject_free(&subjects[i]);
	subject_free(&oomer);
	remove_instance();
	rmdir(container_group);
	rmdir(memory_group);
	containers_remove(container_files);
	umount2(tracefs, MNT_DETACH);
	rmdir(tracefs);
}

static void quit(int signal)
{
	exit(128 + signal);
}

static void parse(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "p:o:r:k:i:")) != -1)
		switch (option) {
		case 'p': options.program = optarg; break;
		case 'o': options.oomer = optarg; break;
		case 'r': options.runs = atoi(optarg); break;
		case 'k': options.kills = atoi(optarg); break;
		case 'i': options.idle_s = atoi(optarg); break;
		default:
			fprintf(stderr, "usage: bench [-p PROGRAM] [-o OOMER] [-r RUNS] "
				"[-k KILLS] [-i IDLE_SECONDS]\n");
			exit(2);
		}
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	subjects[OURS].argv[0] = options.program;
	oomer.argv[0] = options.oomer;
	subject_count = is_installed("bpftrace") ? SUBJECTS : BPFTRACE;
	for (int i = 0; i < SUBJECTS; i++)
		subjects[i].pid = -1;
	oomer.pid = -1;
	atexit(clean_up);
	signal(SIGINT, quit);
	signal(SIGTERM, quit);
	mount_tracefs();
	memory_group_make(memory_group, sizeof(memory_group));
	make_containers();
	for (int i = 0; i < subject_count; i++)
		subject_prepare(&subjects[i]);
	subject_prepare(&oomer);
	measure();
	print_table();
	return 0;
}

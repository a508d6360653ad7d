// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/report_parse.h"

#include <errno.h>
#include <string.h>

#include "base/scan.h"

void report_copy(char *to, size_t size, struct span from)
{
	size_t used = strnlen((const char *)from.data,
			      from.size < size ? from.size : size - 1);

	memcpy(to, from.data, used);
	to[used] = '\0';
}

/* "9364kB"; more than an exabyte is none. */
static bool parse_size(struct span *s, int64_t *bytes)
{
	int64_t kb;

	if (!scan_number(s, &kb) || kb > INT64_C(1) << 50 || !scan_word(s, "kB"))
		return false;
	*bytes = kb * 1024;
	return true;
}

/* Finds "KEY" anywhere in @s and takes the number behind it. */
static int64_t signed_behind(struct span s, const char *key)
{
	struct span before;
	int64_t number;

	return scan_up_to(&s, key, &before) && scan_signed(&s, &number) ?
		number : EVENT_UNKNOWN;
}

static int64_t number_behind(struct span s, const char *key)
{
	int64_t number = signed_behind(s, key);

	return number < 0 ? EVENT_UNKNOWN : number;
}

/* ---- who asked ------------------------------------------------------------- */

bool report_parse_header(struct span s, struct report_oom *oom)
{
	struct span comm;
	int64_t gfp_mask;

	if (!scan_up_to(&s, " invoked oom-killer: gfp_mask=", &comm) ||
	    comm.size >= REPORT_COMM || !scan_hex(&s, &gfp_mask))
		return false;
	report_copy(oom->trigger_comm, sizeof(oom->trigger_comm), comm);
	oom->gfp_mask = gfp_mask;
	oom->order = signed_behind(s, ", order=");
	return true;
}

/* It prints no more than this of a comm, and something behind it. */
static bool has_comm(struct span s, const char *comm)
{
	size_t len = strnlen(comm, 20);

	return s.size > len && !memcmp(s.data, comm, len) && s.data[len] == ' ';
}

bool report_parse_cpu(struct span s, struct report_oom *oom)
{
	struct span before;
	int64_t cpu, euid, pid;

	if (!scan_word(&s, "CPU: ") || !scan_number(&s, &cpu))
		return false;
	if (scan_word(&s, " UID: ") && !scan_number(&s, &euid))
		return false;
	if (!scan_word(&s, " PID: ") || !scan_number(&s, &pid) ||
	    !scan_up_to(&s, " Comm: ", &before) || before.size ||
	    !has_comm(s, oom->trigger_comm))
		return false;
	oom->cpu = cpu;
	oom->trigger_tid = pid;
	return true;
}

/* ---- what ran out ---------------------------------------------------------- */

/*
 * A limit that is not set is the largest count of pages, in kB: LONG_MAX
 * bytes for a 64-bit kernel whatever its page size, LONG_MAX pages of 4 KiB
 * for a 32-bit one.
 */
static int64_t limit_of(int64_t kb)
{
	return kb > EVENT_UNLIMITED / 1024 || kb == INT64_C(0x7fffffff) * 4 ?
		EVENT_UNLIMITED : kb * 1024;
}

/* "usage 8192kB, limit 8192kB, failcnt 19" */
static bool parse_usage(struct span s, int64_t *usage, int64_t *limit)
{
	int64_t usage_bytes, limit_kb;

	if (!scan_word(&s, "usage ") || !parse_size(&s, &usage_bytes) ||
	    !scan_word(&s, ", limit ") || !scan_number(&s, &limit_kb) ||
	    !scan_word(&s, "kB, failcnt "))
		return false;
	*usage = usage_bytes;
	*limit = limit_of(limit_kb);
	return true;
}

static bool parse_swap(struct span s, struct report_oom *oom, int version)
{
	if (!parse_usage(s, &oom->swap_usage_bytes, &oom->swap_limit_bytes))
		return false;
	oom->memcg_version = version;
	return true;
}

/* "65418 pages RAM" */
static bool parse_host(struct span s, struct report_oom *oom)
{
	int64_t number;

	if (scan_word(&s, "Total swap = "))
		return parse_size(&s, &oom->swap_total_bytes);
	if (!scan_number(&s, &number))
		return false;
	if (scan_is(s, " pages RAM"))
		oom->ram_pages = number;
	else if (scan_is(s, " pages reserved"))
		oom->reserved_pages = number;
	else
		return false;
	return true;
}

static bool parse_zone(struct span s, struct report_oom *oom)
{
	int64_t bytes;
	struct span before;

	if (!scan_up_to(&s, " free:", &before) ||
	    !scan_up_to(&s, " present:", &before) || !parse_size(&s, &bytes) ||
	    !scan_begins(s, " managed:"))
		return false;
	if (oom->present_bytes == EVENT_UNKNOWN)
		oom->present_bytes = 0;
	if (oom->present_bytes < INT64_C(1) << 60)
		oom->present_bytes += bytes;
	return true;
}

bool report_parse_counter(struct span s, struct report_oom *oom)
{
	if (scan_word(&s, "memory: "))
		return parse_usage(s, &oom->usage_bytes, &oom->limit_bytes);
	if (scan_word(&s, "memory+swap: "))
		return parse_swap(s, oom, 1);
	if (scan_word(&s, "swap: "))
		return parse_swap(s, oom, 2);
	return parse_host(s, oom) || parse_zone(s, oom);
}

/* ---- who died -------------------------------------------------------------- */

static enum report_scope scope_of(struct span s)
{
	if (scan_is(s, "Memory cgroup out of memory: "))
		return REPORT_OF_MEMCG;
	if (scan_is(s, "Out of memory: "))
		return REPORT_OF_HOST;
	if (scan_is(s, "Out of memory (oom_kill_allocating_task): "))
		return REPORT_OF_CALLER;
	return REPORT_OF_NONE;
}

/* "9364kB, anon-rss:8064kB, file-rss:716kB, shmem-rss:0kB, UID:0 pgtables:56kB oom_score_adj:0" */
static void parse_sizes(struct span s, struct report_victim *v,
			int64_t *pgtables_kb)
{
	static const char *const keys[] = { ", anon-rss:", ", file-rss:", ", shmem-rss:" };
	int64_t *const values[] = {
		&v->anon_rss_bytes, &v->file_rss_bytes, &v->shmem_rss_bytes
	};
	int64_t bytes;

	if (!parse_size(&s, &bytes))
		return;
	v->total_vm_bytes = bytes;
	for (int i = 0; i < 3; i++) {
		if (!scan_word(&s, keys[i]) || !parse_size(&s, &bytes))
			return;
		*values[i] = bytes;
	}
	/* These came with 5.3, and to some kernels before it. */
	v->uid = number_behind(s, "UID:");
	v->oom_score_adj = signed_behind(s, "oom_score_adj:");
	*pgtables_kb = number_behind(s, "pgtables:");
}

int report_parse_killed(struct span s, struct report_victim *v,
			enum report_scope *scope, int64_t *pgtables_kb)
{
	struct span before;
	ptrdiff_t end;

	*pgtables_kb = EVENT_UNKNOWN;
	if (!scan_up_to(&s, "Killed process ", &before))
		return -ENOENT;
	*scope = scope_of(before);
	if (*scope == REPORT_OF_NONE || !scan_number(&s, &v->pid) ||
	    !scan_word(&s, " ("))
		return -ENOENT;
	end = scan_find_last(s, ") total-vm:");
	if (end < 0)
		return -EMSGSIZE;
	report_copy(v->comm, sizeof(v->comm), scan_front(s, (size_t)end));
	parse_sizes(scan_behind(s, (size_t)end + strlen(") total-vm:")), v,
		    pgtables_kb);
	return 0;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/report.h"

#include <errno.h>
#include <string.h>

#include "base/scan.h"
#include "kmsg/report_parse.h"

/*
 * The kernel writes one report at a time (oom_lock), in this order: invoked
 * oom-killer, CPU, counters, table of tasks, oom-kill, Killed process; then,
 * if memory.oom.group is set, "Tasks in PATH are going to be killed" and a
 * Killed process for each of the others. Lines of other things may come in
 * between. When reports come too often only the Killed lines are written.
 */

/*
 * A report is written at once: from one of its lines to the next it takes no
 * longer, on the slowest console. A member of a group follows the one before it.
 */
static const int64_t LINE_GAP_NS = 2000000000, GROUP_GAP_NS = 1000000000;

/* CPUs take the time a moment before they write; dates have whole seconds. */
static const int64_t CLOCK_SLACK_NS = 100000000, DATE_SLACK_NS = 1000000000;

static void oom_init(struct report_oom *oom)
{
	oom->trigger_tid = oom->trigger_tgid = oom->trigger_uid = EVENT_UNKNOWN;
	oom->cpu = oom->gfp_mask = oom->order = EVENT_UNKNOWN;
	oom->constraint = oom->nodemask = oom->memcg_version = EVENT_UNKNOWN;
	oom->usage_bytes = oom->limit_bytes = EVENT_UNKNOWN;
	oom->swap_usage_bytes = oom->swap_limit_bytes = EVENT_UNKNOWN;
	oom->ram_pages = oom->reserved_pages = EVENT_UNKNOWN;
	oom->swap_total_bytes = oom->present_bytes = EVENT_UNKNOWN;
	oom->node_lists = 0;
	oom->trigger_comm[0] = oom->memcg[0] = oom->cgroup[0] = '\0';
}

static void victim_init(struct report_victim *v)
{
	v->time_ns = v->time_unix_ns = v->incident = EVENT_UNKNOWN;
	v->pid = v->tgid = v->uid = v->oom_score_adj = EVENT_UNKNOWN;
	v->total_vm_bytes = EVENT_UNKNOWN;
	v->anon_rss_bytes = v->file_rss_bytes = v->shmem_rss_bytes = EVENT_UNKNOWN;
	v->pgtables_bytes = v->swap_bytes = v->page_size = EVENT_UNKNOWN;
	v->comm[0] = '\0';
}

/* Whatever is known of an OOM is forgotten, and with it what it was known by. */
static void forget(struct report *r)
{
	oom_init(&r->kill.oom);
	r->stage = REPORT_NONE;
	r->caller = r->part_time = r->part_date = EVENT_UNKNOWN;
	r->summary.used = r->stats.used = r->killed.used = 0;
	r->open = NULL;
	r->pgtables_column = r->swap_column = -1;
	if (r->any_row)
		memset(r->rows, 0, sizeof(r->rows));
	r->any_row = r->row_replaced = false;
}

void report_init(struct report *r)
{
	memset(r, 0, sizeof(*r));
	victim_init(&r->kill.victim);
	forget(r);
	r->last_ns = EVENT_UNKNOWN;
	r->last_time = r->last_date = r->next_sequence = EVENT_UNKNOWN;
}

void report_gap(struct report *r)
{
	forget(r);
	r->last_time = r->last_date = EVENT_UNKNOWN;
}

/* ---- time -------------------------------------------------------------------- */

/* Was @to written at most @gap_ns behind @from, by one clock? */
static bool follows(int64_t from, int64_t to, int64_t gap_ns, int64_t slack_ns)
{
	return from == EVENT_UNKNOWN || to == EVENT_UNKNOWN ||
		(to >= from - slack_ns && to - from <= gap_ns);
}

static bool is_same_moment(const struct report *r, const struct log_line *l)
{
	return follows(r->part_time, l->time_ns, LINE_GAP_NS, CLOCK_SLACK_NS) &&
		follows(r->part_date, l->time_unix_ns, LINE_GAP_NS, DATE_SLACK_NS);
}

static void note_part(struct report *r, const struct log_line *l)
{
	r->part_time = l->time_ns;
	r->part_date = l->time_unix_ns;
}

/* Anybody may write to the log, but not in the kernel's name. */
static bool is_kernels(const struct log_line *l)
{
	return l->writer != LOG_WRITER_OTHER;
}

/* "** 23 printk messages dropped **", "Missed 23 kernel messages", and a boot. */
static bool is_gap_line(const struct log_line *l)
{
	struct span s = l->text;
	int64_t count;

	if (!is_kernels(l))
		return false;
	if (scan_begins(s, "Linux version "))
		return true;
	if (scan_word(&s, "** "))
		return scan_number(&s, &count) &&
			(scan_begins(s, " printk messages dropped **") ||
			 scan_begins(s, " printk message dropped **"));
	return scan_word(&s, "Missed ") && scan_number(&s, &count) &&
		scan_begins(s, " kernel messages");
}

/*
 * Lines are missing before @l, or it was written after another boot: nothing
 * that was begun before it goes on behind it.
 */
static bool is_behind_gap(const struct report *r, const struct log_line *l)
{
	return l->gap ||
		(l->sequence != EVENT_UNKNOWN && r->next_sequence != EVENT_UNKNOWN &&
		l->sequence != r->next_sequence) ||
		!follows(r->last_time, l->time_ns, INT64_MAX, CLOCK_SLACK_NS) ||
		!follows(r->last_date, l->time_unix_ns, INT64_MAX, DATE_SLACK_NS) ||
		is_gap_line(l);
}

static void follow_log(struct report *r, const struct log_line *l)
{
	if (is_behind_gap(r, l))
		report_gap(r);
	if (l->sequence != EVENT_UNKNOWN)
		r->next_sequence = l->sequence + 1;
	if (l->time_ns != EVENT_UNKNOWN)
		r->last_time = l->time_ns;
	if (l->time_unix_ns != EVENT_UNKNOWN)
		r->last_date = l->time_unix_ns;
}

/* Only some kernels say who writes; what they do not say is no objection. */
static bool same_caller(const struct report *r, const struct log_line *l)
{
	return r->caller == EVENT_UNKNOWN || l->caller == EVENT_UNKNOWN ||
		r->caller == l->caller;
}

/* ---- lines that are written piece by piece --------------------------------- */

static void text_append(struct report_text *t, struct span s)
{
	size_t room = sizeof(t->bytes) - t->used;

	if (s.size > room)
		s.size = room;
	memcpy(t->bytes + t->used, s.data, s.size);
	t->used += s.size;
}

static void text_begin(struct report *r, struct report_text *t, struct span s)
{
	t->used = 0;
	text_append(t, s);
	r->open = t;
}

static struct span text_span(const struct report_text *t)
{
	return span_of(t->bytes, t->used);
}

/* ---- the table of tasks ---------------------------------------------------- */

static struct report_row *row_at(struct report *r, int64_t pid)
{
	return &r->rows[pid & (REPORT_ROWS - 1)];
}

static const struct report_row *row_find(struct report *r, int64_t pid)
{
	const struct report_row *row = row_at(r, pid);

	return pid > 0 && row->pid == pid ? row : NULL;
}

static void row_keep(struct report *r, const struct report_row *row)
{
	struct report_row *at = row_at(r, row->pid);

	if (at->pid)
		r->row_replaced = true;
	*at = *row;
	r->any_row = true;
}

static void take_row(struct report *r, struct span s)
{
	struct report_row row;

	if (report_parse_columns(s, &r->pgtables_column, &r->swap_column))
		return;
	if (report_parse_row(s, r->pgtables_column, r->swap_column, &row))
		row_keep(r, &row);
}

/* ---- a kill ---------------------------------------------------------------- */

/*
 * Kernels before 5.6 (and 5.4.20) print bytes and call them kB. Bytes are a
 * multiple of the page size and more than twice the RSS in kB, kB hardly ever
 * either; where the table does not decide it, it is not known.
 */
static int64_t pgtables_of(int64_t kb, const struct report_victim *v,
			   const struct report_row *row)
{
	if (kb == EVENT_UNKNOWN || kb > INT64_MAX / 1024)
		return EVENT_UNKNOWN;
	if (kb % 4096 || kb / 2 * 1024 < v->anon_rss_bytes + v->file_rss_bytes +
	    v->shmem_rss_bytes)
		return kb * 1024;
	if (row && row->pgtables_bytes == kb)
		return kb;
	return row && row->pgtables_bytes == kb * 1024 ? kb * 1024 : EVENT_UNKNOWN;
}

/* The table counts pages, the kill's line kB. */
static int64_t page_size_of(const struct report_victim *v,
			    const struct report_row *row)
{
	int64_t size;

	if (row->total_vm_pages <= 0 || v->total_vm_bytes % row->total_vm_pages)
		return EVENT_UNKNOWN;
	size = v->total_vm_bytes / row->total_vm_pages;
	return size >= 4096 && size <= 65536 && !(size & (size - 1)) ?
		size : EVENT_UNKNOWN;
}

static void take_victim_row(struct report *r, int64_t pgtables_kb)
{
	struct report_victim *v = &r->kill.victim;
	const struct report_row *row = row_find(r, v->pid);

	v->pgtables_bytes = pgtables_of(pgtables_kb, v, row);
	if (!row)
		return;
	v->tgid = row->tgid;
	v->page_size = page_size_of(v, row);
	if (v->page_size != EVENT_UNKNOWN && row->swap_pages >= 0 &&
	    row->swap_pages < INT64_MAX / v->page_size)
		v->swap_bytes = row->swap_pages * v->page_size;
}

static void take_trigger_row(struct report *r)
{
	struct report_oom *oom = &r->kill.oom;
	const struct report_row *row = row_find(r, oom->trigger_tid);

	if (row) {
		oom->trigger_tgid = row->tgid;
		oom->trigger_uid = row->uid;
	} else if (oom->trigger_tid == r->kill.victim.pid) {
		oom->trigger_tgid = r->kill.victim.tgid;
	}
}

/* "Memory cgroup out of memory" is said of a memory cgroup's OOM alone. */
static bool fits_scope(int64_t constraint, enum report_scope scope)
{
	return constraint == EVENT_UNKNOWN ||
		(constraint == CONSTRAINT_MEMCG) == (scope == REPORT_OF_MEMCG);
}

/*
 * "oom-kill:" names the process that was chosen; "Killed process" is that or, by
 * the table of tasks, a thread of it, which may have a name of its own.
 */
static bool is_chosen(struct report *r, const struct report_chosen *chosen)
{
	const struct report_victim *v = &r->kill.victim;
	const struct report_row *row = row_find(r, v->pid);

	if (chosen->uid != v->uid && v->uid != EVENT_UNKNOWN)
		return false;
	if (chosen->pid != v->pid)
		return row && row->tgid == chosen->pid;
	return !chosen->comm[0] || !strcmp(chosen->comm, v->comm);
}

/* Is the "oom-kill:" that was read last of this kill? A report has one. */
static bool take_summary(struct report *r, enum report_scope scope)
{
	struct report_victim *v = &r->kill.victim;
	struct report_chosen chosen;

	if (!report_parse_summary(text_span(&r->summary), text_span(&r->stats),
				  v->comm, &r->kill.oom, &chosen) ||
	    !fits_scope(r->kill.oom.constraint, scope) || !is_chosen(r, &chosen))
		return false;
	if (scope == REPORT_OF_CALLER)
		return true;
	v->tgid = chosen.pid;
	if (chosen.comm[0])
		memcpy(v->comm, chosen.comm, sizeof(v->comm));
	return true;
}

static bool is_member(struct report *r, const struct log_line *l)
{
	const struct report_victim *v = &r->kill.victim;

	if (r->stage != REPORT_GROUP || !same_caller(r, l))
		return false;
	if (r->any_row && !r->row_replaced && v->pid != r->first_pid &&
	    !row_find(r, v->pid))
		return false;
	return v->time_ns == EVENT_UNKNOWN || r->last_ns == EVENT_UNKNOWN ||
		v->time_ns - r->last_ns < GROUP_GAP_NS;
}

/* The first to die in a report, or one of which there is no report. */
static void take_first(struct report *r, const struct log_line *l,
		       enum report_scope scope)
{
	if (r->stage != REPORT_OPEN || !same_caller(r, l) || !is_same_moment(r, l) ||
	    !take_summary(r, scope))
		forget(r);
	if (scope == REPORT_OF_MEMCG)
		r->kill.oom.constraint = CONSTRAINT_MEMCG;
	r->stage = REPORT_KILLED;
	r->caller = l->caller;
	r->first_pid = r->kill.victim.pid;
	r->kill.victim.incident = r->kill.victim.time_ns;
	if (r->kill.victim.incident == EVENT_UNKNOWN)
		r->kill.victim.incident = r->kills;
}

static int take_killed(struct report *r, const struct log_line *l, struct span s)
{
	struct report_victim *v = &r->kill.victim;
	int64_t incident = v->incident, pgtables_kb;
	enum report_scope scope;
	int result;

	victim_init(v);
	result = report_parse_killed(s, v, &scope, &pgtables_kb);
	v->time_ns = l->time_ns;
	v->time_unix_ns = l->time_unix_ns;
	v->year_guessed = l->year_guessed;
	v->incident = incident;
	if (result < 0)
		return result;
	if (!is_member(r, l)) {
		take_first(r, l, scope);
	} else if (v->pid != r->first_pid) {
		r->kill.oom.cgroup[0] = '\0';
	} else {
		r->repeats++;	/* its group was killed, and so it again */
		return 0;
	}
	take_victim_row(r, pgtables_kb);
	take_trigger_row(r);
	r->last_ns = v->time_ns;
	r->kills++;
	return 1;
}

/* ---- every line ------------------------------------------------------------ */

static bool take_header(struct report *r, const struct log_line *l)
{
	if (scan_find(l->text, " invoked oom-killer: ") < 0)
		return false;
	forget(r);
	if (!report_parse_header(l->text, &r->kill.oom))
		return false;
	if (l->torn)
		r->kill.oom.trigger_comm[0] = '\0';
	r->stage = REPORT_OPEN;
	r->caller = l->caller;
	note_part(r, l);
	return true;
}

/* What is only looked for between the header and the kill. */
static void take_body(struct report *r, const struct log_line *l)
{
	struct report_oom *oom = &r->kill.oom;
	struct span s = l->text;

	if (!is_same_moment(r, l)) {
		forget(r);
		return;
	}
	note_part(r, l);
	if (scan_begins(s, "oom-kill:"))
		text_begin(r, &r->summary, s);
	else if (scan_begins(s, "Memory cgroup stats for "))
		text_begin(r, &r->stats, s);
	else if (scan_begins(s, "["))
		take_row(r, s);
	else if (scan_begins(s, "Out of memory and no killable processes") ||
		 scan_find(s, ": OOM victim ") >= 0)
		forget(r);
	else if (scan_is(s, "Mem-Info:"))
		oom->node_lists++;
	else if (oom->cpu != EVENT_UNKNOWN || !oom->trigger_comm[0] ||
		 !report_parse_cpu(s, oom))
		report_parse_counter(s, oom);
}

/*
 * The rest of a line that was begun earlier? A comm with a newline tears the
 * line in a saved log, where both parts may have the same prefix.
 */
static bool is_continued(const struct report *r, const struct log_line *l)
{
	if (!r->open || !same_caller(r, l))
		return false;
	return l->fragment || l->torn ||
		(r->open == &r->killed && l->time_ns != EVENT_UNKNOWN &&
		 l->time_ns == r->kill.victim.time_ns);
}

static void take_continued(struct report *r, const struct log_line *l)
{
	if (!l->fragment)
		text_append(r->open, span_of("\n", 1));
	text_append(r->open, l->text);
}

static int take_torn_kill(struct report *r, const struct log_line *l)
{
	int result = take_killed(r, l, text_span(&r->killed));

	if (result > 0) {
		r->killed.used = 0;
		r->open = NULL;
	}
	return result > 0;
}

int report_line(struct report *r, const struct log_line *l)
{
	int result;

	follow_log(r, l);
	if (!is_kernels(l))
		return 0;
	if (is_continued(r, l)) {
		take_continued(r, l);
		return r->open == &r->killed ? take_torn_kill(r, l) : 0;
	}
	if (take_header(r, l))
		return 0;
	result = take_killed(r, l, l->text);
	if (result == -EMSGSIZE)
		text_begin(r, &r->killed, l->text);
	if (result != -ENOENT)
		return result > 0;
	if (r->stage == REPORT_OPEN && same_caller(r, l))
		take_body(r, l);
	else if (r->stage == REPORT_KILLED && same_caller(r, l) &&
		 scan_begins(l->text, "Tasks in "))
		r->stage = REPORT_GROUP;
	return 0;
}

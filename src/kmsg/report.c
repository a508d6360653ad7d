// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/report.h"

#include <errno.h>
#include <string.h>

#include "base/scan.h"

/*
 * The kernel writes one report at a time (oom_lock), in the order of enum
 * message_kind; then, if memory.oom.group is set, "Tasks in PATH are going to be
 * killed" and a "Killed process" for each further member. Other lines may come in
 * between. If reports come too fast, the kernel omits all lines before "Kill process".
 *
 * On the slowest console two lines of a report are at most LINE_GAP_NS apart, two members
 * of a group GROUP_GAP_NS.
 */
static const int64_t LINE_GAP_NS = 2000000000, GROUP_GAP_NS = 1000000000;

/* A CPU takes the time a moment before it writes the line; dates have whole seconds. */
static const int64_t CLOCK_SLACK_NS = 100000000, DATE_SLACK_NS = 1000000000;

static void oom_init(struct report_oom *oom)
{
	*oom = (struct report_oom){
		.trigger_tid = EVENT_UNKNOWN, .trigger_tgid = EVENT_UNKNOWN,
		.trigger_uid = EVENT_UNKNOWN, .cpu = EVENT_UNKNOWN,
		.gfp_mask = EVENT_UNKNOWN, .order = EVENT_UNKNOWN,
		.constraint = EVENT_UNKNOWN, .nodemask = EVENT_UNKNOWN,
		.group = EVENT_UNKNOWN,
	};
	message_counters_init(&oom->counters);
}

/* Resets the OOM, and the state that assigns lines to it. */
static void forget(struct report *r)
{
	oom_init(&r->oom);
	r->stage = REPORT_NONE;
	r->part = MESSAGE_OTHER;
	r->caller = EVENT_UNKNOWN;
	r->moment = (struct report_moment){ EVENT_UNKNOWN, EVENT_UNKNOWN };
	r->has_header = r->has_selected = false;
	r->summary.used = r->stats.used = r->killed.used = 0;
	r->open = NULL;
	r->scope = SCOPE_NONE;
	r->first_pid = r->incident = EVENT_UNKNOWN;
	r->columns = (struct message_columns){ -1, -1, -1 };
	if (r->any_row)
		memset(r->rows, 0, sizeof(r->rows));
	r->any_row = r->row_replaced = false;
}

void report_init(struct report *r)
{
	memset(r, 0, sizeof(*r));
	forget(r);
	r->last = r->moment;
	r->next_sequence = r->unfinished_pid = r->numbered_ns = EVENT_UNKNOWN;
}

/* ---- time and gaps -------------------------------------------------------- */

/* Was @to written at most @gap_ns behind @from, by one clock? */
static bool follows(int64_t from, int64_t to, int64_t gap_ns, int64_t slack_ns)
{
	return from == EVENT_UNKNOWN || to == EVENT_UNKNOWN ||
		(to >= from - slack_ns && to - from <= gap_ns);
}

/* A clock counts only if both lines have it. */
static bool is_within_moment(const struct report_moment *from, const struct log_line *l,
			     int64_t gap_ns)
{
	return follows(from->time_ns, l->time_ns, gap_ns, CLOCK_SLACK_NS) &&
		follows(from->time_unix_ns, l->time_unix_ns, gap_ns, DATE_SLACK_NS);
}

static struct report_moment moment_of(const struct log_line *l)
{
	return (struct report_moment){ l->time_ns, l->time_unix_ns };
}

/* Only some kernels log the caller. An unknown caller matches any other. */
static bool same_caller(const struct report *r, const struct log_line *l)
{
	return r->caller == EVENT_UNKNOWN || l->caller == EVENT_UNKNOWN ||
		r->caller == l->caller;
}

static void note_unfinished(struct report *r)
{
	struct message_summary s = { .pid = EVENT_UNKNOWN };
	const char *comm = r->oom.trigger_comm;

	if (r->unfinished++)
		return;
	if (r->has_selected) {
		r->unfinished_pid = r->selected.pid;
		comm = r->selected.comm;
	} else if (message_read_summary(span_of(r->summary.bytes, r->summary.used),
					(struct span){ 0 }, "", &s)) {
		r->unfinished_pid = s.pid;
		comm = s.comm;
	}
	memcpy(r->unfinished_comm, comm, sizeof(r->unfinished_comm));
}

static bool names_victim(const struct report *r)
{
	return r->has_selected || r->summary.used;
}

static void note_unreadable(struct report *r, struct span s)
{
	if (r->unreadable++)
		return;
	if (s.size >= REPORT_UNREADABLE)
		s.size = REPORT_UNREADABLE - 1;
	memcpy(r->first_unreadable, s.data, s.size);
}

/* Room for a kill's line up to the end of the comm, and for the numbers behind it. */
enum { KILLED_BEGINNING = 512 };

/* Gives up a torn line of a kill whose rest has not come. */
static void end_killed(struct report *r)
{
	if (r->killed.used)
		note_unreadable(r, span_of(r->killed.bytes, r->killed.used));
	r->killed.used = 0;
	if (r->open == &r->killed)
		r->open = NULL;
}

/*
 * Ends an open report without a kill. It counts as unfinished if it names a victim, or
 * if it has a header and certainly @is_over.
 */
static void abandon(struct report *r, bool is_over)
{
	if (r->stage == REPORT_OPEN && (names_victim(r) || (is_over && r->has_header)))
		note_unfinished(r);
	end_killed(r);
	forget(r);
}

void report_gap(struct report *r)
{
	abandon(r, true);
	r->last = r->moment;
}

/* Is a line missing before @l, or was it written after another boot? */
static bool is_behind_gap(const struct report *r, const struct log_line *l)
{
	return l->gap ||
		(l->sequence != EVENT_UNKNOWN && r->next_sequence != EVENT_UNKNOWN &&
		 l->sequence != r->next_sequence) ||
		!is_within_moment(&r->last, l, INT64_MAX);
}

static void follow_log(struct report *r, const struct log_line *l)
{
	if (is_behind_gap(r, l))
		report_gap(r);
	if (l->sequence != EVENT_UNKNOWN)
		r->next_sequence = l->sequence + 1;
	if (l->time_ns != EVENT_UNKNOWN)
		r->last.time_ns = l->time_ns;
	if (l->time_unix_ns != EVENT_UNKNOWN)
		r->last.time_unix_ns = l->time_unix_ns;
}

/* ---- lines in several pieces ---------------------------------------------- */

static void text_append(struct report_text *t, struct span s)
{
	size_t room = sizeof(t->bytes) - t->used;

	if (s.size > room)
		s.size = room;
	if (s.size)
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

/* ---- the table of tasks --------------------------------------------------- */

static const struct message_row *find_row(const struct report *r, int64_t pid)
{
	const struct message_row *row = &r->rows[pid & (REPORT_ROWS - 1)];

	return pid > 0 && row->pid == pid ? row : NULL;
}

static void keep_row(struct report *r, const struct message_row *row)
{
	struct message_row *at = &r->rows[row->pid & (REPORT_ROWS - 1)];

	if (at->pid)
		r->row_replaced = true;
	*at = *row;
	r->any_row = true;
}

/* The table lists all processes that the kernel could choose. */
static bool is_in_table(const struct report *r, int64_t pid)
{
	return !r->any_row || r->row_replaced || find_row(r, pid);
}

/* The table counts pages, the kill's line kB. */
static int64_t page_size_of(const struct report_victim *v, const struct message_row *row)
{
	int64_t size;

	if (row->total_vm_pages <= 0 || v->total_vm_bytes < 0 ||
	    v->total_vm_bytes % row->total_vm_pages)
		return EVENT_UNKNOWN;
	size = v->total_vm_bytes / row->total_vm_pages;
	return size >= 4096 && size <= 65536 && !(size & (size - 1)) ?
		size : EVENT_UNKNOWN;
}

/*
 * Kernels before 5.6 (and 5.4.20) print bytes and call them kB. A number of bytes is a
 * multiple of the page size and more than twice the RSS in kB; a number of kB is hardly
 * ever either. If the table does not decide, the value is unknown.
 */
static int64_t pgtables_of(int64_t kb, const struct report_victim *v,
			   const struct message_row *row)
{
	if (kb == EVENT_UNKNOWN)
		return row ? row->pgtables_bytes : EVENT_UNKNOWN;
	if (kb > INT64_MAX / 1024)
		return EVENT_UNKNOWN;
	if (kb % 4096 || kb / 2 * 1024 < v->anon_rss_bytes + v->file_rss_bytes +
	    v->shmem_rss_bytes)
		return kb * 1024;
	if (row && row->pgtables_bytes == kb)
		return kb;
	return row && row->pgtables_bytes == kb * 1024 ? kb * 1024 : EVENT_UNKNOWN;
}

static void add_victim_row(const struct report *r, struct report_victim *v,
			   int64_t pgtables_kb)
{
	const struct message_row *row = find_row(r, v->pid);

	v->pgtables_bytes = pgtables_of(pgtables_kb, v, row);
	if (!row)
		return;
	v->tgid = row->tgid;
	v->page_size = page_size_of(v, row);
	if (v->uid == EVENT_UNKNOWN)
		v->uid = row->uid;
	if (v->oom_score_adj == EVENT_UNKNOWN)
		v->oom_score_adj = row->oom_score_adj;
	if (v->page_size != EVENT_UNKNOWN && row->swap_pages >= 0 &&
	    row->swap_pages < INT64_MAX / v->page_size)
		v->swap_bytes = row->swap_pages * v->page_size;
}

static void add_trigger_row(const struct report *r, struct report_kill *k)
{
	const struct message_row *row = find_row(r, k->oom.trigger_tid);

	if (row) {
		k->oom.trigger_tgid = row->tgid;
		k->oom.trigger_uid = row->uid;
	} else if (k->oom.trigger_tid == k->victim.pid) {
		k->oom.trigger_tgid = k->victim.tgid;
	}
}

/* ---- is it this report's kill? -------------------------------------------- */

/* The kernel prints "Memory cgroup out of memory" only for a memory cgroup's OOM. */
static bool fits_scope(int64_t constraint, enum message_scope scope)
{
	return constraint == EVENT_UNKNOWN ||
		(constraint == CONSTRAINT_MEMCG) == (scope == SCOPE_MEMCG);
}

/*
 * "oom-kill:" names the chosen process. "Killed process" names the same process or one
 * of its threads, which may have a different comm; the table of tasks has the leader.
 */
static bool is_chosen(const struct report *r, const struct message_summary *s,
		      const struct message_killed *k)
{
	const struct message_row *row = find_row(r, k->pid);

	if (s->uid != k->uid && k->uid != EVENT_UNKNOWN)
		return false;
	if (s->pid != k->pid)
		return row && row->tgid == s->pid;
	return !s->comm[0] || !strcmp(s->comm, k->comm);
}

static void add_summary(struct report *r, const struct message_summary *s)
{
	r->oom.constraint = s->constraint;
	r->oom.nodemask = s->nodemask;
	memcpy(r->oom.memcg, s->memcg, sizeof(r->oom.memcg));
	memcpy(r->oom.cgroup, s->cgroup, sizeof(r->oom.cgroup));
}

/* If the earlier lines name another memory cgroup, they belong to another OOM. */
static bool read_summary(struct report *r, const char *comm, struct message_summary *s)
{
	struct span text = text_span(&r->summary), stats = text_span(&r->stats);

	if (!message_read_summary(text, stats, comm, s))
		return false;
	if (s->constraint != EVENT_UNKNOWN && s->constraint != CONSTRAINT_MEMCG &&
	    r->oom.counters.usage_bytes != EVENT_UNKNOWN)
		oom_init(&r->oom);
	if (s->memcg[0] || !message_stats_path(stats).size)
		return true;
	message_read_summary(text, (struct span){ 0 }, comm, s);
	if (s->memcg[0])
		oom_init(&r->oom);
	return true;
}

/* From 5.1 on "oom-kill:" and "Killed process" name the same process. */
static bool join_summary(struct report *r, const struct message_killed *k)
{
	struct report_victim *v = &r->next.victim;
	struct message_summary s;

	if (r->has_selected || !read_summary(r, k->comm, &s) ||
	    !fits_scope(s.constraint, k->scope) || !is_chosen(r, &s, k))
		return false;
	add_summary(r, &s);
	if (k->scope == SCOPE_ALLOCATING_TASK)
		return true;
	v->tgid = s.pid;
	if (s.pid == k->pid)
		v->uid = s.uid;
	if (s.comm[0])
		memcpy(v->comm, s.comm, sizeof(v->comm));
	return true;
}

/*
 * Up to 5.0 "Kill process" names the chosen process, and "Killed process" the same
 * process or a child of it. 5.0 has "oom-kill:" as well.
 */
static bool join_selected(struct report *r, const struct message_killed *k)
{
	const struct message_selected *c = &r->selected;
	const struct message_row *row = find_row(r, k->pid);
	struct message_summary s;

	if (!r->has_selected || !is_in_table(r, c->pid) ||
	    (c->pid == k->pid && strcmp(c->comm, k->comm)))
		return false;
	if (r->summary.used) {
		if (!read_summary(r, c->comm, &s) || s.pid != c->pid || !fits_scope(s.constraint, c->scope))
			return false;
		add_summary(r, &s);
	} else if (r->oom.memcg[0] && c->scope != SCOPE_MEMCG) {
		return false;
	}
	if (c->pid != k->pid && !(row && row->tgid == c->pid))
		r->oom.cgroup[0] = '\0';
	return true;
}

/*
 * May the header belong to another report? In a log without times nothing shows that
 * lines between header and memory cgroup were lost, except for the missing "CPU:" line.
 */
static bool is_header_doubtful(const struct report *r, const struct log_line *l)
{
	return l->time_ns == EVENT_UNKNOWN && l->time_unix_ns == EVENT_UNKNOWN &&
		r->oom.trigger_tid == EVENT_UNKNOWN && r->part >= MESSAGE_LIMIT &&
		r->oom.counters.usage_bytes != EVENT_UNKNOWN;
}

static void drop_header(struct report_oom *oom)
{
	oom->gfp_mask = oom->order = EVENT_UNKNOWN;
	oom->trigger_comm[0] = oom->gfp_flags[0] = '\0';
}

static bool join_report(struct report *r, const struct log_line *l,
			const struct message_killed *k)
{
	if (r->stage != REPORT_OPEN || !same_caller(r, l) ||
	    !is_within_moment(&r->moment, l, LINE_GAP_NS) || !is_in_table(r, k->pid))
		return false;
	if (k->scope == SCOPE_NONE ? !join_selected(r, k) : !join_summary(r, k))
		return false;
	if (is_header_doubtful(r, l))
		drop_header(&r->oom);
	return true;
}

static bool is_member(const struct report *r, const struct log_line *l,
		      const struct message_killed *k)
{
	if (r->stage != REPORT_GROUP || !same_caller(r, l) ||
	    !is_within_moment(&r->moment, l, GROUP_GAP_NS))
		return false;
	if (r->first_pid == EVENT_UNKNOWN)
		return true;
	return k->scope == r->scope && (k->pid == r->first_pid || is_in_table(r, k->pid));
}

/* ---- a kill --------------------------------------------------------------- */

static void victim_init(struct report_victim *v, const struct log_line *l,
			const struct message_killed *k)
{
	*v = (struct report_victim){
		.time_ns = l->time_ns, .time_unix_ns = l->time_unix_ns,
		.year_guessed = l->year_guessed,
		.incident = EVENT_UNKNOWN, .pid = k->pid, .tgid = EVENT_UNKNOWN,
		.uid = EVENT_UNKNOWN, .oom_score_adj = k->oom_score_adj,
		.total_vm_bytes = k->total_vm_bytes, .anon_rss_bytes = k->anon_rss_bytes,
		.file_rss_bytes = k->file_rss_bytes, .shmem_rss_bytes = k->shmem_rss_bytes,
		.pgtables_bytes = EVENT_UNKNOWN, .swap_bytes = EVENT_UNKNOWN,
		.page_size = EVENT_UNKNOWN,
	};
	memcpy(v->comm, k->comm, sizeof(v->comm));
}

/* Begins an incident: the first victim of a report, or a victim without a report. */
static void begin_incident(struct report *r, const struct log_line *l,
			   const struct message_killed *k)
{
	enum message_scope scope = k->scope;

	if (!join_report(r, l, k))
		/* An open report with only a header may belong to this kill. */
		abandon(r, !is_within_moment(&r->moment, l, LINE_GAP_NS));
	else if (scope == SCOPE_NONE)
		scope = r->selected.scope;
	if (scope == SCOPE_MEMCG)
		r->oom.constraint = CONSTRAINT_MEMCG;
	r->caller = l->caller;
}

static void number_incident(struct report *r, const struct log_line *l,
			    const struct message_killed *k)
{
	r->first_pid = k->pid;
	r->scope = k->scope;
	if (l->time_ns == EVENT_UNKNOWN)
		r->incident = r->kills;
	else if (l->time_ns == r->numbered_ns)
		r->incident = r->numbered + 1;
	else
		r->incident = l->time_ns;
	r->numbered_ns = l->time_ns;
	r->numbered = r->incident;
}

static void add_kill(struct report *r, const struct log_line *l,
		     const struct message_killed *k)
{
	struct report_kill *next = &r->next;

	next->victim.incident = r->incident;
	if (k->uid != EVENT_UNKNOWN)
		next->victim.uid = k->uid;
	add_victim_row(r, &next->victim, k->pgtables_kb);
	next->oom = r->oom;
	add_trigger_row(r, next);
	r->next_last = k->last == &k->uid ? &next->victim.uid :
		k->last ? &next->victim.oom_score_adj : NULL;
	r->has_next = true;
	r->moment = moment_of(l);
	r->kills++;
}

static void read_kill(struct report *r, const struct log_line *l,
		      const struct message_killed *k)
{
	if (is_member(r, l, k)) {
		if (k->pid == r->first_pid) {
			/* With its group the kernel kills the first victim again. */
			r->repeats++;
			r->moment = moment_of(l);
			return;
		}
		victim_init(&r->next.victim, l, k);
		r->oom.cgroup[0] = '\0';
	} else {
		victim_init(&r->next.victim, l, k);
		begin_incident(r, l, k);
		r->stage = REPORT_KILLED;
	}
	if (r->first_pid == EVENT_UNKNOWN || r->stage == REPORT_KILLED)
		number_incident(r, l, k);
	add_kill(r, l, k);
}

/* "Tasks in PATH ..": the previous kill is the group's first victim. */
static void begin_group(struct report *r, const struct log_line *l, const char *path)
{
	if (r->stage != REPORT_KILLED || !same_caller(r, l) ||
	    !is_within_moment(&r->moment, l, GROUP_GAP_NS))
		abandon(r, false);
	r->oom.group = 1;
	memcpy(r->oom.group_memcg, path, sizeof(r->oom.group_memcg));
	if (r->stage == REPORT_KILLED && r->has_next) {
		r->next.oom.group = 1;
		memcpy(r->next.oom.group_memcg, path, sizeof(r->next.oom.group_memcg));
	}
	r->stage = REPORT_GROUP;
	r->caller = l->caller;
	r->moment = moment_of(l);
}

/* ---- the lines before the kill -------------------------------------------- */

static void open_report(struct report *r, const struct log_line *l, enum message_kind kind)
{
	abandon(r, kind == MESSAGE_HEADER);
	r->stage = REPORT_OPEN;
	r->caller = l->caller;
}

/* Kinds of lines that may begin a report whose header is missing. */
static bool begins_report(enum message_kind kind)
{
	return kind == MESSAGE_LIMIT || kind == MESSAGE_MEMCG_COUNTER ||
		kind == MESSAGE_COLUMNS || kind == MESSAGE_SUMMARY || kind == MESSAGE_SELECTED;
}

/* Kinds of lines that a report has at most once. */
static bool is_single(enum message_kind kind)
{
	return kind == MESSAGE_LIMIT || kind == MESSAGE_COLUMNS ||
		kind == MESSAGE_SUMMARY || kind == MESSAGE_SELECTED;
}

/*
 * Does the line continue the open report? If it comes too late, or belongs further up
 * in the kernel's order, the open report ends.
 */
static bool continues_report(struct report *r, const struct log_line *l,
			     enum message_kind kind)
{
	if (r->stage != REPORT_OPEN || !same_caller(r, l))
		return false;
	if (is_within_moment(&r->moment, l, LINE_GAP_NS) && kind >= r->part &&
	    !(kind == r->part && is_single(kind)))
		return true;
	abandon(r, false);
	return false;
}

static void add_header(struct report *r, const struct log_line *l,
		       const struct message_header *h)
{
	open_report(r, l, MESSAGE_HEADER);
	r->part = MESSAGE_HEADER;
	r->moment = moment_of(l);
	r->has_header = true;
	r->oom.gfp_mask = h->gfp_mask;
	r->oom.order = h->order;
	memcpy(r->oom.gfp_flags, h->gfp_flags, sizeof(r->oom.gfp_flags));
	/* The part of a comm before a newline is in the previous line. */
	if (!l->torn)
		memcpy(r->oom.trigger_comm, h->comm, sizeof(r->oom.trigger_comm));
}

/* Any stack dump has such a line, so its comm must match the header's: the kernel prints
 * at most 20 bytes of it. */
static void add_cpu(struct report_oom *oom, const struct message_cpu *c)
{
	size_t len = strnlen(oom->trigger_comm, 20);

	if (oom->cpu != EVENT_UNKNOWN || !len || c->comm.size <= len ||
	    memcmp(c->comm.data, oom->trigger_comm, len) || c->comm.data[len] != ' ')
		return;
	oom->cpu = c->cpu;
	oom->trigger_tid = c->tid;
}

static void add_part(struct report *r, const struct log_line *l, const struct message *m,
		     const struct message_counters *counters)
{
	struct report_oom *oom = &r->oom;

	switch (m->kind) {
	case MESSAGE_LIMIT:
		memcpy(oom->memcg, m->limit.memcg, sizeof(oom->memcg));
		memcpy(oom->cgroup, m->limit.cgroup, sizeof(oom->cgroup));
		break;
	case MESSAGE_STATS:
		if (!r->stats.used)
			text_begin(r, &r->stats, l->text);
		break;
	case MESSAGE_NODES:
		oom->node_lists++;
		break;
	case MESSAGE_MEMCG_COUNTER:
	case MESSAGE_HOST_COUNTER:
		message_counters_add(&oom->counters, counters);
		break;
	case MESSAGE_COLUMNS:
		r->columns = m->columns;
		break;
	case MESSAGE_ROW:
		keep_row(r, &m->row);
		break;
	case MESSAGE_SUMMARY:
		text_begin(r, &r->summary, l->text);
		break;
	case MESSAGE_SELECTED:
		r->selected = m->selected;
		r->has_selected = true;
		break;
	default:
		break;
	}
}

/* The rest of a torn line cannot be recognised by its beginning. */
static void read_part(struct report *r, const struct log_line *l, const struct message *m,
		      const struct message_counters *counters)
{
	if (l->torn)
		return;
	if (m->kind == MESSAGE_CPU) {
		if (r->stage == REPORT_OPEN && r->part <= MESSAGE_CPU && same_caller(r, l))
			add_cpu(&r->oom, &m->cpu);
		return;
	}
	if (!continues_report(r, l, m->kind)) {
		if (!begins_report(m->kind) || (r->stage == REPORT_OPEN && !same_caller(r, l)))
			return;
		open_report(r, l, m->kind);
	}
	add_part(r, l, m, counters);
	r->part = m->kind == MESSAGE_NODES ? MESSAGE_HOST_COUNTER : m->kind;
	r->moment = moment_of(l);
}

/* ---- every line ----------------------------------------------------------- */

/*
 * Is the line the rest of an earlier one? A newline in a comm splits the line in a saved
 * log, where both parts may have the same prefix.
 */
static bool is_continued(const struct report *r, const struct log_line *l)
{
	struct message_killed k;

	if (!r->open || !same_caller(r, l))
		return false;
	if (l->fragment || l->torn)
		return true;
	return r->open == &r->killed && l->time_ns != EVENT_UNKNOWN &&
		l->time_ns == r->killed_line.time_ns && message_read_killed(l->text, &k) < 0;
}

static void read_continued(struct report *r, const struct log_line *l)
{
	struct message_killed k;

	if (!l->fragment)
		text_append(r->open, span_of("\n", 1));
	text_append(r->open, l->text);
	if (r->open != &r->killed)
		return;
	if (message_read_killed(text_span(&r->killed), &k) < 0) {
		if (r->killed.used > KILLED_BEGINNING)
			end_killed(r);
		return;
	}
	r->open = NULL;
	r->killed.used = 0;
	read_kill(r, &r->killed_line, &k);
}

static void read_message(struct report *r, const struct log_line *l,
			 const struct message *m, const struct message_counters *counters)
{
	switch (m->kind) {
	case MESSAGE_OTHER:
		break;
	case MESSAGE_UNREADABLE:
		note_unreadable(r, l->text);
		break;
	case MESSAGE_GAP:
		report_gap(r);
		break;
	case MESSAGE_HEADER:
		add_header(r, l, &m->header);
		break;
	case MESSAGE_KILLED:
		end_killed(r);
		r->open = NULL;
		read_kill(r, l, &m->killed);
		break;
	case MESSAGE_KILLED_BEGUN:
		end_killed(r);
		text_begin(r, &r->killed, l->text);
		r->killed_line = *l;
		break;
	case MESSAGE_GROUP:
		begin_group(r, l, m->group);
		break;
	case MESSAGE_NO_KILL:
		if (r->stage == REPORT_OPEN && same_caller(r, l))
			forget(r);
		break;
	default:
		read_part(r, l, m, counters);
	}
}

/*
 * Does a kill that was read keep waiting for its following line? The group's line has
 * the same caller as the kill. Lines of others, such as the OOM reaper, do not count.
 */
static bool is_passed_over(const struct report *r, const struct log_line *l,
			   enum message_kind kind)
{
	if (kind == MESSAGE_KILLED || kind == MESSAGE_GAP || l->gap)
		return false;
	return l->writer == LOG_WRITER_OTHER || !same_caller(r, l) ||
		scan_begins(l->text, "oom_reaper: ");
}

int report_flush(struct report *r)
{
	if (!r->has_next)
		return 0;
	r->kill = r->next;
	r->has_next = false;
	return 1;
}

void report_end(struct report *r)
{
	abandon(r, true);
}

/* If the next line, without a time, continues the last number, the number is unknown. */
static void check_last_number(struct report *r, const struct log_line *l)
{
	bool goes_on = l->torn ||
		(l->time_ns == EVENT_UNKNOWN && l->time_unix_ns == EVENT_UNKNOWN &&
		 l->text.size && *l->text.data >= '0' && *l->text.data <= '9');

	if (r->has_next && r->next_last && same_caller(r, l) && goes_on)
		*r->next_last = EVENT_UNKNOWN;
	r->next_last = NULL;
}

int report_line(struct report *r, const struct log_line *line)
{
	struct log_line copy = *line, *l = &copy;
	struct message_counters counters;
	struct message m;
	int result = 0;

	follow_log(r, l);
	/* The rest of a torn line has no time of its own: use the previous line's. */
	if (l->torn) {
		l->time_ns = r->last.time_ns;
		l->time_unix_ns = r->last.time_unix_ns;
	}
	/* A forged line: any process that may write to the log is marked as its writer. */
	if (l->writer == LOG_WRITER_OTHER)
		return 0;
	check_last_number(r, l);
	if (is_continued(r, l)) {
		result = report_flush(r);
		read_continued(r, l);
		return result;
	}
	message_counters_init(&counters);
	message_read(&m, l->text, &r->columns, &counters);
	if (m.kind == MESSAGE_GROUP) {
		read_message(r, l, &m, &counters);
		return report_flush(r);
	}
	if (!is_passed_over(r, l, m.kind))
		result = report_flush(r);
	read_message(r, l, &m, &counters);
	return result;
}

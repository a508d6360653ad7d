// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "accounting.h"

void accounting_init(struct accounting *c)
{
	*c = (struct accounting){
		.host_least = EVENT_UNKNOWN, .host_most = EVENT_UNKNOWN,
	};
}

/* Is it the first victim of a group? The kernel counts that victim twice. */
static bool begins_group(const struct oom_event *e)
{
	return e->oom.group != 0 &&
		(e->oom.incident_member == 1 || e->oom.incident_member == EVENT_UNKNOWN);
}

void accounting_event(struct accounting *c, const struct oom_event *e)
{
	if (e->oom.marked_only == 1) {
		c->marked_only++;
		return;
	}
	c->kills++;
	c->unclear += e->oom.marked_only == EVENT_UNKNOWN;
	c->groups += begins_group(e);
}

/* If the kernel counts fewer kills, unclear events were marks. */
static void find_marks(struct accounting *c)
{
	int64_t more = (int64_t)(c->kills + c->lost) - c->host_most;
	uint64_t marks;

	if (more <= 0)
		return;
	marks = (uint64_t)more < c->unclear ? (uint64_t)more : c->unclear;
	c->kills -= marks;
	c->unclear -= marks;
	c->marked_only += marks;
}

void accounting_host(struct accounting *c, const int64_t start[2], const int64_t now[2])
{
	c->host_least = c->host_most = EVENT_UNKNOWN;
	if (start[0] < 0 || start[1] < start[0] || now[0] < start[1] || now[1] < now[0])
		return;
	c->host_least = now[0] - start[1];
	c->host_most = now[1] - start[0];
	find_marks(c);
}

int64_t accounting_difference(const struct accounting *c)
{
	int64_t seen = (int64_t)(c->kills + c->lost);

	if (c->host_least == EVENT_UNKNOWN)
		return 0;
	if (c->host_least > seen + (int64_t)c->groups)
		return c->host_least - seen - (int64_t)c->groups;
	return c->host_most < seen ? c->host_most - seen : 0;
}

static void put_count(struct text *t, uint64_t count, const char *what)
{
	text_string(t, ", ");
	text_number(t, (int64_t)count);
	text_string(t, what);
}

static void put_host(struct text *t, const struct accounting *c)
{
	int64_t difference = accounting_difference(c);

	if (c->host_least == EVENT_UNKNOWN) {
		text_string(t, "; the kernel's own count is unknown");
		return;
	}
	text_string(t, "; the kernel counted ");
	text_number(t, c->host_least);
	if (c->host_most != c->host_least) {
		text_string(t, c->host_most - c->host_least == 1 ? " or " : " to ");
		text_number(t, c->host_most);
	}
	if (difference)
		put_count(t, (uint64_t)(difference < 0 ? -difference : difference),
			  difference < 0 ? " fewer than these" : " more than these");
	else if (c->host_least > (int64_t)(c->kills + c->lost))
		text_string(t, ", the first of a group twice");
}

void accounting_format(struct text *t, const struct accounting *c, bool shown)
{
	text_number(t, (int64_t)c->kills);
	text_string(t, c->kills == 1 ? " kill" : " kills");
	put_count(t, c->lost, " lost");
	if (shown)
		put_count(t, c->shown, " shown");
	if (c->unwritten)
		put_count(t, c->unwritten, " not written");
	if (c->marked_only)
		put_count(t, c->marked_only, " already exiting");
	put_host(t, c);
}

void accounting_format_json(struct text *t, const struct accounting *c)
{
	int64_t unseen = accounting_difference(c);

	text_string(t, "{\"kills\":");
	text_number(t, (int64_t)c->kills);
	text_string(t, ",\"lost\":");
	text_number(t, (int64_t)c->lost);
	text_string(t, ",\"unwritten\":");
	text_number(t, (int64_t)c->unwritten);
	text_string(t, ",\"unseen\":");
	if (c->host_least == EVENT_UNKNOWN)
		text_string(t, "null");
	else
		text_number(t, unseen > 0 ? unseen : 0);
	text_string(t, "}\n");
}

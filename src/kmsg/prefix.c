// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/prefix.h"

#include <string.h>

#include "base/hash.h"
#include "base/scan.h"
#include "kmsg/record.h"
#include "kmsg/vendor.h"

/* The parts that a prefix consists of. */
enum kind {
	KIND_PRIORITY = 1, KIND_FACILITY, KIND_BRACKETS, KIND_VENDOR, KIND_DATE,
	KIND_UNIX, KIND_IDENTIFIER, KIND_RECORD, KIND_CRI, KIND_LOGCAT, KIND_JSON,
	KIND_WEAK,
};

/* More than any log has. */
enum { ELEMENTS = 12, WEAK_ELEMENTS = 3 };

struct cursor {
	struct span s;			/* what is left of the line */
	struct log_line *l;
	struct log_clock *clock;
	uint64_t kinds;
	uint32_t origin;
	struct log_date date;
	bool has_date;
	bool is_vouched;		/* the date's writer got the message from the kernel */
	bool has_writer;
	bool is_text;			/* the prefix has ended */
};

uint32_t prefix_hash(uint32_t hash, struct span s)
{
	hash = hash_fnv32_add(hash ? hash : HASH_FNV32, s);
	return hash ? hash : 1;
}

static void taken(struct cursor *c, struct span rest, enum kind kind)
{
	c->s = rest;
	c->kinds = c->kinds << 4 | (uint64_t)kind;
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(struct span s)
{
	return s.size && *s.data >= '0' && *s.data <= '9';
}

static bool take_blanks(struct span *s)
{
	size_t size = s->size;

	scan_blanks(s);
	return s->size < size;
}

/* Up to the next blank, which is taken, too. */
static bool take_token(struct span *s, struct span *token)
{
	size_t i = 0;

	while (i < s->size && i < 256 && s->data[i] != ' ' && s->data[i] != '\t')
		i++;
	if (!i || i == s->size || i == 256)
		return false;
	*token = scan_front(*s, i);
	*s = scan_behind(*s, i);
	scan_blanks(s);
	return true;
}

static void set_writer(struct cursor *c, enum log_writer writer)
{
	if (c->l->writer != LOG_WRITER_OTHER)
		c->l->writer = writer;
}

/* ---- priority, facility ---------------------------------------------------- */

/* "<6>", and the version of RFC 5424 behind it: "<6>1 " */
static bool take_priority(struct cursor *c)
{
	struct span rest = c->s, version;
	int64_t priority;

	if (!scan_word(&rest, "<") || !scan_number(&rest, &priority) ||
	    priority > 1023 || !scan_word(&rest, ">"))
		return false;
	set_writer(c, priority >> 3 ? LOG_WRITER_OTHER : LOG_WRITER_KERNEL);
	version = rest;
	if (scan_word(&version, "1 ") && is_digit(version))
		rest = version;
	taken(c, rest, KIND_PRIORITY);
	return true;
}

bool prefix_facility(struct span name, enum log_writer *writer)
{
	static const char *const names[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
		"uucp", "cron", "authpriv", "ftp", "local0", "local1", "local2",
		"local3", "local4", "local5", "local6", "local7", NULL
	};

	for (int i = 0; names[i]; i++) {
		if (!scan_is(name, names[i]))
			continue;
		*writer = i ? LOG_WRITER_OTHER : LOG_WRITER_KERNEL;
		return true;
	}
	return false;
}

static bool take_level(struct span *s)
{
	static const char *const names[] = {
		"emerg", "alert", "crit", "error", "err", "warning", "warn", "notice",
		"info", "debug", "panic", NULL
	};

	for (int i = 0; names[i]; i++)
		if (scan_word(s, names[i]))
			return true;
	return false;
}

/* "kern  :err   : " of dmesg -x, "kern: warning: " of Talos, "kern.warn " */
static bool take_facility(struct cursor *c)
{
	struct span rest = c->s, name = { 0 };
	enum log_writer writer;
	bool is_talos = false;

	while (name.size < rest.size && name.size < 9 &&
	       (is_letter(rest.data[name.size]) || is_digit(scan_behind(rest, name.size))))
		name.size++;
	name = scan_front(rest, name.size);
	if (name.size < 3 || *name.data < 'a' || !prefix_facility(name, &writer))
		return false;
	rest = scan_behind(rest, name.size);
	if (scan_word(&rest, ".")) {
		if (!take_level(&rest))
			return false;
		scan_word(&rest, ":");
	} else {
		scan_blanks(&rest);
		if (!scan_word(&rest, ":"))
			return false;
		is_talos = take_blanks(&rest);
		if (!take_level(&rest))
			return false;
		scan_blanks(&rest);
		if (!scan_word(&rest, ":"))
			return false;
	}
	if ((!scan_word(&rest, " ") && !scan_word(&rest, "\t")) ||
	    (is_talos && !scan_begins(rest, "[")))
		return false;
	set_writer(c, writer);
	taken(c, rest, KIND_FACILITY);
	return true;
}

/* ---- brackets --------------------------------------------------------------- */

/* Vendors' additions to the time: "@2" a CPU, ",0", "s", " <    0.000041>" */
static bool is_behind_seconds(struct span s)
{
	if (scan_word(&s, "@") || scan_word(&s, ",") || scan_word(&s, "s"))
		return s.size < 8;
	return !s.size || (take_blanks(&s) && scan_begins(s, "<"));
}

static bool read_seconds(struct cursor *c, struct span in)
{
	int64_t ns;

	if (!log_date_take_seconds(&in, &ns) || !is_behind_seconds(in))
		return false;
	c->l->time_ns = ns;
	return true;
}

static bool read_date(struct cursor *c, struct span in)
{
	struct log_date date;

	if (!log_date_take(&in, c->clock, &date) || in.size)
		return false;
	c->date = date;
	c->has_date = c->is_vouched = true;
	return true;
}

/* dmesg -d, -H: "<    0.000041>", "  +0.000006", "Nov23 23:41" */
static bool is_delta(struct span in)
{
	int64_t ns;

	if (scan_word(&in, "<")) {
		scan_blanks(&in);
		return log_date_take_seconds(&in, &ns) && scan_is(in, ">");
	}
	if (scan_word(&in, "+"))
		return log_date_take_seconds(&in, &ns) && !in.size;
	return log_date_take_minute(&in) && !in.size;
}

/* "pid:567,cpu2,comm", and the date before it: "2020:01:01 12:00:00" */
static bool is_vendor_bracket(struct span in)
{
	int64_t number;

	if (scan_word(&in, "pid:"))
		return scan_number(&in, &number) && scan_word(&in, ",cpu");
	return scan_number(&in, &number) && number > 1970 && scan_word(&in, ":") &&
		scan_number(&in, &number) && scan_word(&in, ":");
}

/* False: the brackets belong to the message. */
static bool read_bracket(struct cursor *c, struct span in)
{
	scan_blanks(&in);
	while (in.size && in.data[in.size - 1] == ' ')
		in.size--;
	if (read_seconds(c, in) || read_date(c, in) || is_delta(in))
		return true;
	if (log_line_caller(in) != EVENT_UNKNOWN) {
		c->l->caller = log_line_caller(in);
		return true;
	}
	return c->l->time_ns != EVENT_UNKNOWN && is_vendor_bracket(in);
}

/* "[ 2498.926846][  T123] ", "[2026-11-24T00:08:56.816823Z]: " */
static bool take_brackets(struct cursor *c)
{
	struct span rest = c->s, in, end = { 0 };

	while (scan_word(&rest, "[") &&
	       scan_up_to(&rest, "]", &in) && in.size < 64 && read_bracket(c, in))
		end = rest;
	if (!end.data)
		return false;
	if (c->has_date)
		scan_word(&end, ":");
	if (!scan_word(&end, " "))
		scan_word(&end, "\t");
	taken(c, end, KIND_BRACKETS);
	return true;
}

static bool take_vendor(struct cursor *c)
{
	struct span rest = c->s;

	if (!vendor_take(&rest))
		return false;
	taken(c, rest, KIND_VENDOR);
	return true;
}

/* ---- the writer -------------------------------------------------------------- */

static bool is_name_byte(uint8_t c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c >= 0x80 ||
		(c && strchr("_-./@+\\()", c));
}

static struct span name_of(struct span s)
{
	size_t i = 0;

	while (i < s.size && i < 64 && is_name_byte(s.data[i]))
		i++;
	return scan_front(s, i);
}

/* "[77]" */
static bool take_pid(struct span *s)
{
	struct span rest = *s;
	int64_t pid;

	if (!scan_word(&rest, "[") || !scan_number(&rest, &pid) || !scan_word(&rest, "]"))
		return false;
	*s = rest;
	return true;
}

/* RFC 5424: "kernel - - - ", "app 77 ID1 [a b=\"c\"] " */
static bool take_5424(struct span *s, enum log_writer *writer)
{
	struct span rest = *s, name, pid, id, data;

	if (!take_token(&rest, &name) || !take_token(&rest, &pid) ||
	    !take_token(&rest, &id) || name_of(name).size != name.size)
		return false;
	if (scan_begins(rest, "[")) {
		if (!scan_up_to(&rest, "] ", &data))
			return false;
	} else if (!scan_word(&rest, "- ")) {
		return false;
	}
	if (!scan_is(pid, "-") && !is_digit(pid))
		return false;
	scan_word(&rest, "\xef\xbb\xbf");
	*writer = scan_is(name, "kernel") && scan_is(pid, "-") ?
		LOG_WRITER_KERNEL : LOG_WRITER_OTHER;
	*s = rest;
	return true;
}

/*
 * "kernel: ", "sshd[77]: ". A name without a number may begin a message of the kernel:
 * "tail: OOM victim 4711 ..".
 */
static bool take_name(struct span *s, enum log_writer *writer)
{
	struct span name = name_of(*s), rest = scan_behind(*s, name.size);

	*writer = take_pid(&rest) ? LOG_WRITER_OTHER : LOG_WRITER_KERNEL;
	if (!name.size || !scan_word(&rest, ":") ||
	    (*writer == LOG_WRITER_KERNEL && !scan_is(name, "kernel")))
		return false;
	if (!scan_word(&rest, " "))
		scan_word(&rest, "\t");
	*s = rest;
	return true;
}

/* "kern.warn kernel: ", "kernel: ", "kernel - - - " */
static bool take_writer(struct cursor *c)
{
	enum log_writer writer;
	bool has_facility = take_facility(c);
	struct span rest = c->s;

	if (!take_name(&rest, &writer) && !take_5424(&rest, &writer))
		return has_facility;
	set_writer(c, writer);
	c->has_writer = true;
	taken(c, rest, KIND_IDENTIFIER);
	return true;
}

static bool take_known(struct cursor *c);

/* "host kernel: ", "kernel: ", "host [ 2498.926846] ", behind a date or a time */
static bool take_identifier(struct cursor *c)
{
	struct cursor behind = *c;
	struct span host;

	if (take_writer(c)) {
		c->is_vouched = true;
		return true;
	}
	if (!take_token(&behind.s, &host) || name_of(host).size != host.size)
		return false;
	behind.origin = prefix_hash(behind.origin, host);
	if (take_writer(&behind)) {
		behind.is_vouched = true;
	} else if (c->l->time_ns != EVENT_UNKNOWN || !take_known(&behind)) {
		return false;
	} else if (behind.l->time_ns != EVENT_UNKNOWN && behind.l->sequence == EVENT_UNKNOWN &&
		   c->date.year_guessed) {
		/* a syslog daemon dates netconsole's messages itself */
		behind.is_vouched = true;
	}
	*c = behind;
	return true;
}

/* ---- dates ------------------------------------------------------------------- */

/* CRI's logs: "stdout F ", behind a date */
static bool take_cri(struct cursor *c)
{
	struct span rest = c->s;

	if ((!scan_word(&rest, "stdout ") && !scan_word(&rest, "stderr ")) ||
	    (!scan_word(&rest, "F ") && !scan_word(&rest, "P ")))
		return false;
	taken(c, rest, KIND_CRI);
	return true;
}

/* Behind a date, or alone: "    0     0 W kernel  : ", "W/kernel  (    0): " */
static bool take_logcat(struct cursor *c)
{
	struct span rest = c->s;
	bool is_kernel;

	if (!vendor_take_logcat(&rest, &is_kernel))
		return false;
	set_writer(c, is_kernel ? LOG_WRITER_KERNEL : LOG_WRITER_OTHER);
	c->is_vouched = c->has_writer = true;
	taken(c, rest, KIND_LOGCAT);
	return true;
}

/* The last of several dates counts: it is nearest to the message. */
static bool take_date(struct cursor *c)
{
	struct span rest = c->s;
	struct log_date date;

	if (!log_date_take(&rest, c->clock, &date) ||
	    (!scan_word(&rest, " ") && !scan_word(&rest, "\t") && !scan_word(&rest, ": ")))
		return false;
	c->date = date;
	c->has_date = true;
	c->is_vouched = c->is_text = date.by_dmesg;
	taken(c, rest, KIND_DATE);
	if (!date.by_dmesg && !take_cri(c) && !take_logcat(c))
		take_identifier(c);
	return true;
}

/* journalctl -o short-unix: "1795478936.816823 host kernel: " */
static bool take_unix(struct cursor *c)
{
	const struct log_line before = *c->l;
	struct cursor behind = *c;
	int64_t ns;

	if (!log_date_take_seconds(&behind.s, &ns) || !take_blanks(&behind.s))
		return false;
	behind.kinds = behind.kinds << 4 | KIND_UNIX;
	if (!take_identifier(&behind) || c->l->writer != LOG_WRITER_KERNEL) {
		*c->l = before;
		return false;
	}
	*c = behind;
	c->date = (struct log_date){ .unix_ns = ns };
	c->has_date = true;
	return true;
}

/* A record of /dev/kmsg, and netconsole's: "6.12.1,6,2191,2498926505,-;" */
static bool take_record(struct cursor *c)
{
	struct span rest = c->s, release;
	char *record = (char *)(uintptr_t)rest.data;
	struct log_line l;

	if (log_line_record(&l, record, rest.size) < 0) {
		if (!scan_up_to(&rest, ",", &release) || release.size > 64 ||
		    scan_find(release, ".") < 0 || name_of(release).size != release.size)
			return false;
		record = (char *)(uintptr_t)rest.data;
		if (log_line_record(&l, record, rest.size) < 0)
			return false;
	}
	set_writer(c, l.writer);
	c->l->sequence = l.sequence;
	c->l->time_ns = l.time_ns;
	c->l->caller = l.caller;
	c->l->fragment = l.fragment;
	c->is_text = true;
	taken(c, l.text, KIND_RECORD);
	return true;
}

/* Stops at a JSON object, which kmsg/envelope parses. */
static bool take_json(struct cursor *c)
{
	struct span rest = c->s;

	if (!scan_word(&rest, "{") || (scan_blanks(&rest), !scan_begins(rest, "\"")))
		return false;
	c->is_text = true;
	taken(c, c->s, KIND_JSON);
	return true;
}

/* ---- the whole prefix -------------------------------------------------------- */

/* Takes a part that only log lines have. */
static bool take_known(struct cursor *c)
{
	if (!c->s.size || c->is_text)
		return false;
	if (*c->s.data == '<')
		return take_priority(c);
	if (*c->s.data == '{')
		return take_json(c);
	if (*c->s.data == '[')
		return take_brackets(c);
	if (is_digit(c->s))
		return take_record(c) || take_date(c) || take_unix(c);
	if (take_facility(c)) {
		take_writer(c);
		return true;
	}
	if (c->s.size > 1 && c->s.data[1] == '/')
		return take_logcat(c);
	return take_date(c);
}

/*
 * "/var/log/kern.log:", "12:", "10.5.0.2: ", "web-1  | ", "> ", "   12\t", and blanks:
 * these may precede any text.
 */
static bool skip_weak(struct span *s, uint32_t *origin)
{
	struct span rest = *s, token;
	size_t i = 0;

	if (take_blanks(&rest) || scan_word(&rest, ">") || scan_word(&rest, "\xef\xbb\xbf")) {
		*s = rest;
		return true;
	}
	while (i < rest.size && i < 256 && rest.data[i] != ' ' && rest.data[i] != '\t' &&
	       rest.data[i] != ':')
		i++;
	if (i && i < rest.size && i < 256 && rest.data[i] == ':') {
		token = scan_front(rest, i);
		*s = scan_behind(rest, i + 1);
	} else if (take_token(&rest, &token) && scan_word(&rest, "|")) {
		*s = rest;
	} else {
		rest = *s;
		if (!take_token(&rest, &token) || !is_digit(token))
			return false;
		*s = rest;
	}
	if (!is_digit(token) || scan_find(token, ".") >= 0)
		*origin = prefix_hash(*origin, token);
	return true;
}

/* kubectl logs --prefix: "[pod/NAME/CONTAINER] "; logcli: "{app=\"x\"} " */
static bool skip_label(struct span *s)
{
	struct span rest = *s, in;

	if (scan_word(&rest, "[pod/")) {
		if (!scan_up_to(&rest, "] ", &in))
			return false;
	} else if (!scan_word(&rest, "{") || scan_begins(rest, "\"") ||
		   !scan_up_to(&rest, "} ", &in) || scan_find(in, "=") < 0) {
		return false;
	}
	*s = rest;
	return true;
}

/* "kern.log" of "kern.log-12" */
static struct span name_of_context(struct span s)
{
	struct span name = s;

	while (name.size && is_digit(scan_behind(name, name.size - 1)))
		name.size--;
	return name.size > 1 && name.size < s.size && name.data[name.size - 1] == '-' ?
		scan_front(name, name.size - 1) : s;
}

/* grep -C: "kern.log-12-" before a line of context. */
static bool take_context(struct cursor *c)
{
	for (size_t i = 1; i < c->s.size && i < 256; i++) {
		struct cursor behind = *c;

		if (c->s.data[i] == ' ' || c->s.data[i] == '\t')
			break;
		if (c->s.data[i] != '-')
			continue;
		behind.s = scan_behind(c->s, i + 1);
		behind.kinds = behind.kinds << 4 | KIND_WEAK;
		behind.origin = prefix_hash(c->origin, name_of_context(scan_front(c->s, i)));
		if (!take_known(&behind))
			continue;
		*c = behind;
		return true;
	}
	return false;
}

/* A few names before the kernel's time: "pod container [ 2498.926846] " */
static bool take_names(struct cursor *c)
{
	struct cursor behind = *c;
	struct span name;

	for (int i = 0; i < WEAK_ELEMENTS && take_token(&behind.s, &name); i++) {
		behind.origin = prefix_hash(behind.origin, name);
		if (!scan_begins(behind.s, "["))
			continue;
		behind.kinds = c->kinds << 4 | KIND_WEAK;
		if (!take_brackets(&behind))
			return false;
		*c = behind;
		return true;
	}
	return false;
}

/* Takes a part that may precede any text only if a known prefix follows. */
static bool take_weak(struct cursor *c)
{
	struct cursor behind = *c;

	if (c->is_text || c->l->time_ns != EVENT_UNKNOWN || c->l->writer == LOG_WRITER_KERNEL)
		return false;
	for (int i = 0; i < WEAK_ELEMENTS; i++) {
		if (!skip_label(&behind.s) && !skip_weak(&behind.s, &behind.origin))
			break;
		behind.kinds = c->kinds << 4 | KIND_WEAK;
		if (!take_known(&behind))
			continue;
		*c = behind;
		return true;
	}
	return take_context(c) || (!c->kinds && take_names(c));
}

void prefix_take(struct prefix *p, struct log_line *l, struct log_clock *clock)
{
	struct cursor c = { .s = l->text, .l = l, .clock = clock };

	for (int i = 0; i < ELEMENTS && l->time_ns == EVENT_UNKNOWN && !c.is_text; i++)
		if (!take_known(&c) && !take_weak(&c))
			break;
	/* journalctl -o short-monotonic has the host behind the time. */
	if (l->time_ns != EVENT_UNKNOWN && !c.is_text && !take_vendor(&c) &&
	    !c.has_writer)
		take_identifier(&c);
	l->text = c.s;
	if (c.has_date && c.is_vouched) {
		l->time_unix_ns = c.date.unix_ns;
		l->year_guessed = c.date.year_guessed && c.date.unix_ns != EVENT_UNKNOWN;
	}
	p->kinds = c.kinds;
	p->origin = c.origin;
}

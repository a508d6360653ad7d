// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Reads rules and lists of names; match.c applies them. */
#include "filter/filter.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/scan.h"
#include "base/suggest.h"
#include "base/text.h"

/* ---- the store ------------------------------------------------------------ */

static int refuse_rule(struct error *error, const char *rule, const char *why)
{
	error_set(error, EINVAL, "'%s'", rule);
	return error_why(error, "%s", why);
}

/* Keeps a copy of the @len bytes at @s; NULL: there is no room. */
static char *keep(struct filter *f, const char *s, size_t len)
{
	char *copy = f->text + f->text_used;

	if (len >= sizeof(f->text) - f->text_used)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	f->text_used += len + 1;
	return copy;
}

/* A rule that is in force when f->count is raised; NULL and an error: no room. */
static struct filter_rule *new_rule(struct filter *f, const char *rule, struct error *error)
{
	if (f->count == FILTER_RULES) {
		refuse_rule(error, rule, "there are too many rules");
		return NULL;
	}
	f->rules[f->count] = (struct filter_rule){ .list = FILTER_LISTS };
	return &f->rules[f->count];
}

/* ---- values --------------------------------------------------------------- */

/* A rule while it is read. */
struct reading {
	struct filter *filter;
	struct filter_rule *rule;
	const char *words;		/* the whole rule */
	const char *op;			/* as it is spelt */
	struct error *error;
};

static int refuse_value(const struct reading *r, const char *why)
{
	return refuse_rule(r->error, r->words, why);
}

/* The same, with a value that would have been right. */
static int refuse_with_example(const struct reading *r, const char *why, const char *value)
{
	refuse_value(r, why);
	return error_hint(r->error, "as in %s%s%s", r->rule->field->name, r->op, value);
}

struct unit {
	const char *name;		/* in small letters */
	int64_t factor;
};

static const struct unit sizes[] = {
	{ "k", 1 << 10 }, { "m", 1 << 20 }, { "g", 1 << 30 }, { "t", INT64_C(1) << 40 }, { NULL, 0 },
};

static const struct unit times[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ "m", INT64_C(60000000000) }, { "min", INT64_C(60000000000) },
	{ "h", INT64_C(3600000000000) }, { "d", INT64_C(86400000000000) }, { NULL, 0 },
};

static bool is_bytes(const struct field *field)
{
	return !strcmp(field->unit, "bytes");
}

/* Fields with ns in their name are durations; others in ns count since 1970. */
static bool is_duration(const struct field *field)
{
	return !strcmp(field->unit, "ns") && scan_ends(span_of(field->name, strlen(field->name)), "_ns");
}

static bool is_instant(const struct field *field)
{
	return field->type == FIELD_TIME || (!strcmp(field->unit, "ns") && !is_duration(field));
}

/* What stands behind a number: "", "G", "GB", "GiB", "B"; "10s". 0: no such unit. */
static int64_t find_unit(const struct field *field, struct span word)
{
	char name[8] = "";
	const struct unit *u = is_bytes(field) ? sizes : times;

	if (!word.size)
		return 1;
	if (word.size >= sizeof(name))
		return 0;
	for (size_t i = 0; i < word.size; i++)
		name[i] = (char)(word.data[i] | 0x20);
	if (is_bytes(field) && !strcmp(name, "b"))
		return 1;
	if (is_bytes(field) && (!strcmp(name + 1, "b") || !strcmp(name + 1, "ib")))
		name[1] = '\0';
	while (u->name && strcmp(u->name, name))
		u++;
	return u->factor;
}

/* A fraction of @factor, without an overflow on the way. */
static int64_t part_of(int64_t factor, int64_t billionths)
{
	return factor / 1000000000 * billionths + factor % 1000000000 * billionths / 1000000000;
}

/* "1G", "1.5GiB", "10s": @number has what stands before the point. */
static int read_quantity(const struct reading *r, struct span s)
{
	const struct field *field = r->rule->field;
	const char *example = is_bytes(field) ? "512M" : "10s";
	bool point = scan_word(&s, ".");
	size_t before = s.size;
	int64_t fraction = point ? scan_fraction_ns(&s) : 0, factor;

	if (point && (s.size == before || *r->rule->string == '-'))
		return refuse_with_example(r, "the value is not a number", example);
	scan_blanks(&s);
	factor = find_unit(field, s);
	if (!factor)
		return refuse_with_example(r, "no such unit", example);
	if (factor == 1 && point)
		return refuse_with_example(r, "the value is not a whole number", example);
	if (__builtin_mul_overflow(r->rule->number, factor, &r->rule->number) ||
	    __builtin_add_overflow(r->rule->number, part_of(factor, fraction), &r->rule->number))
		return refuse_value(r, "the value is too large");
	return 0;
}

/* Any other number; a unit of bytes is meant for another field. */
static int read_plain(const struct reading *r, struct span rest)
{
	if (!rest.size)
		return 0;
	if (!strcmp(r->rule->field->unit, "pages") && strchr("kmgtKMGT", *rest.data)) {
		refuse_value(r, "the value counts pages");
		return error_hint(r->error, "as in %s%s262144, or did you mean oom.limit_bytes%s%s?",
				  r->rule->field->name, r->op, r->op, r->rule->string);
	}
	return refuse_with_example(r, "the value is not a whole number", "1");
}

static int read_number(const struct reading *r)
{
	struct filter_rule *rule = r->rule;
	bool quantity = is_bytes(rule->field) || is_duration(rule->field);
	struct span s = span_of(rule->string, strlen(rule->string));

	if (rule->field->type == FIELD_LIMIT && !strcasecmp(rule->string, "max")) {
		rule->number = EVENT_UNLIMITED;
		return 0;
	}
	if (scan_hex(&s, &rule->number))
		return s.size ? refuse_with_example(r, "the value is not a whole number", "0xcc0") : 0;
	if (!scan_signed(&s, &rule->number))
		return refuse_with_example(r, "the value is not a number", is_bytes(rule->field) ?
					   "512M" : quantity ? "10s" : "1");
	return quantity ? read_quantity(r, s) : read_plain(r, s);
}

/* 2026-08-21, 2026-08-21T09:20:46.5+03:00, or nanoseconds since 1970 */
static int read_instant(const struct reading *r)
{
	struct span s = span_of(r->rule->string, strlen(r->rule->string));

	if (scan_signed(&s, &r->rule->number) && !s.size)
		return 0;
	s = span_of(r->rule->string, strlen(r->rule->string));
	if (date_take(&s, &r->rule->number) && !s.size)
		return 0;
	return refuse_with_example(r, "the value is no time", "2026-08-21 or 2026-08-21T09:20:46+03:00");
}

static int read_bool(const struct reading *r)
{
	static const struct {
		const char *word;
		bool value, known;
	} words[] = {
		{ "true", true, true }, { "1", true, true },
		{ "false", false, true }, { "0", false, true },
		{ "yes", true, false }, { "on", true, false }, { "y", true, false },
		{ "no", false, false }, { "off", false, false }, { "n", false, false },
	};
	bool meant = true;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(r->rule->string, words[i].word))
			continue;
		r->rule->number = meant = words[i].value;
		if (words[i].known && r->rule->op == FILTER_EQUAL)
			return 0;
	}
	if (r->rule->op != FILTER_EQUAL) {
		refuse_value(r, "of a boolean only == and != are known");
		return error_hint(r->error, "did you mean %s==%s?", r->rule->field->name,
				  meant ? "true" : "false");
	}
	return refuse_with_example(r, "the value is neither true nor false",
				   meant ? "true" : "false");
}

static int read_enum(const struct reading *r)
{
	const char *const *values = r->rule->field->values;
	struct suggestion near = { .word = r->rule->string };
	char list[160];
	struct text t = text_on(list, sizeof(list) - 1);

	for (size_t i = 0; values[i]; i++) {
		if (!strcasecmp(values[i], r->rule->string)) {
			r->rule->string = values[i];
			return 0;
		}
		suggestion_try(&near, values[i]);
		text_string(&t, i ? ", " : "");
		text_string(&t, values[i]);
	}
	if (!*r->rule->string)
		return 0;		/* unknown */
	list[t.used] = '\0';
	refuse_value(r, "");
	error_why(r->error, "not one of %s", list);
	if (near.name)
		error_hint(r->error, "did you mean '%s'?", near.name);
	return -EINVAL;
}

/* Comparing a list asks for one of its items, or for a field that sums it up. */
static int refuse_list(const struct reading *r)
{
	static const char *const instead[][2] = {
		{ "oom.levels", "oom.memcg" }, { "oom.top.processes", "oom.top.scanned" },
		{ "tprocess.ancestors", "tprocess.parent.comm" },
	};

	refuse_value(r, "a list cannot be compared");
	for (size_t i = 0; i < sizeof(instead) / sizeof(instead[0]); i++)
		if (!strcmp(instead[i][0], r->rule->field->name))
			error_hint(r->error, "did you mean %s?", instead[i][1]);
	return -EINVAL;
}

static int read_value(const struct reading *r)
{
	struct filter_rule *rule = r->rule;
	int type = rule->field->type;
	const char *wrong = NULL;

	if (type == FIELD_LIST)
		return refuse_list(r);
	if (rule->op == FILTER_REGEX) {
		if (type != FIELD_STRING && type != FIELD_ENUM) {
			refuse_value(r, "only strings have regular expressions");
			return error_hint(r->error, "did you mean %s%s%s?", rule->field->name,
					  rule->negated ? "!=" : "==", rule->string);
		}
		rule->regex = regex_compile(&r->filter->regexes, rule->string, &wrong);
		return wrong ? refuse_value(r, wrong) : 0;
	}
	if (type == FIELD_STRING)
		return 0;
	if (type == FIELD_ENUM && rule->op != FILTER_EQUAL)
		return refuse_value(r, "of a name only == != ~ and !~ are known");
	if (type == FIELD_ENUM)
		return read_enum(r);
	if (type == FIELD_BOOL)
		return read_bool(r);
	return is_instant(rule->field) ? read_instant(r) : read_number(r);
}

/* ---- rules as in --filter ------------------------------------------------- */

static const struct {
	char word[3];
	uint8_t op;
	bool negated;
} ops[] = {
	{ "==", FILTER_EQUAL, false }, { "=", FILTER_EQUAL, false },
	{ "!=", FILTER_EQUAL, true }, { "<", FILTER_LESS, false },
	{ "<=", FILTER_LESS_EQUAL, false }, { ">", FILTER_GREATER, false },
	{ ">=", FILTER_GREATER_EQUAL, false }, { "~", FILTER_REGEX, false },
	{ "!~", FILTER_REGEX, true },
};

static int refuse_op(struct error *error, const char *rule, const char *op)
{
	static const char *const meant[][2] = {
		{ "=~", "~" }, { "~=", "~" }, { "===", "==" }, { "!==", "!=" }, { "=!", "!=" },
		{ "!", "!=" }, { "<>", "!=" }, { "=>", ">=" }, { "=<", "<=" }, { "~~", "~" },
		{ "!=~", "!~" }, { "~!", "!~" }, { ">>", ">" }, { "<<", "<" },
	};

	refuse_rule(error, rule, *op ? "no such operator" : "an operator is missing");
	error_hint(error, "field OP value, OP one of == != < <= > >= ~ !~");
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++)
		if (!strcmp(meant[i][0], op))
			error_hint(error, "did you mean %s?", meant[i][1]);
	return -EINVAL;
}

static int find_op(struct filter_rule *r, const char *rule, const char *op, struct error *error)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(ops[i].word, op))
			continue;
		r->op = ops[i].op;
		r->negated = ops[i].negated;
		return 0;
	}
	return refuse_op(error, rule, op);
}

static int refuse_field(struct error *error, const char *rule, const char *name)
{
	struct suggestion near = { .word = name };
	size_t len = strlen(name);

	refuse_rule(error, rule, "no such field");
	error_hint(error, "--list-fields names them all");
	for (size_t i = 0; i < field_count; i++) {
		if (len && !strncasecmp(fields[i].name, name, len) && fields[i].name[len] == '.') {
			error_why(error, "a group of fields");
			return error_hint(error, "as in %s; --list-fields names them all",
					  fields[i].name);
		}
		suggestion_try_part(&near, fields[i].name);
		suggestion_try_part(&near, fields[i].title);
	}
	if (near.name)
		error_hint(error, "did you mean '%s'? --list-fields names them all", near.name);
	return -EINVAL;
}

/* By its name, or by the title of its column, in any case. */
static int find_field(struct filter_rule *r, const char *rule, const char *name,
		      struct error *error)
{
	for (size_t i = 0; i < field_count; i++)
		if (!strcasecmp(fields[i].name, name) || !strcasecmp(fields[i].title, name)) {
			r->field = &fields[i];
			return 0;
		}
	return refuse_field(error, rule, name);
}

/* Quotes around a whole value are the shell's, or a habit. */
static const char *strip_quotes(char *value)
{
	size_t len = strlen(value);

	if (len < 2 || (*value != '"' && *value != '\'') || value[len - 1] != *value)
		return value;
	value[len - 1] = '\0';
	return value + 1;
}

static char *strip_blanks(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	for (len = strlen(s); len && (s[len - 1] == ' ' || s[len - 1] == '\t'); len--)
		;
	s[len] = '\0';
	return s;
}

/* @rule is cut into its pieces. */
static int add_rule(struct filter *f, char *rule, struct error *error)
{
	size_t name_len = strcspn(rule, "=!<>~"), op_len = strspn(rule + name_len, "=!<>~");
	char words[sizeof(error->what)], op[4] = "?";
	struct reading r = { f, new_rule(f, rule, error), words, op, error };
	int result;

	if (!r.rule)
		return -EINVAL;
	strncpy(words, rule, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	if (op_len < sizeof(op)) {
		memcpy(op, rule + name_len, op_len);
		op[op_len] = '\0';
	}
	result = find_op(r.rule, words, op, error);
	if (result < 0)
		return result;
	rule[name_len] = '\0';
	result = find_field(r.rule, words, strip_blanks(rule), error);
	if (result < 0)
		return result;
	r.rule->string = strip_quotes(strip_blanks(rule + name_len + op_len));
	result = read_value(&r);
	f->count += !result;
	return result;
}

/* Copies the @len bytes at @s, in which "\," is a comma; other backslashes stay. */
static char *keep_rule(struct filter *f, const char *s, size_t len)
{
	char *rule = keep(f, s, len), *to = rule;

	for (const char *from = rule; rule && *from; from++) {
		if (*from == '\\' && from[1] == ',')
			from++;
		else if (*from == '\\' && from[1])
			*to++ = *from++;
		*to++ = *from;
	}
	if (rule)
		*to = '\0';
	return rule;
}

int filter_add(struct filter *f, const char *rules, struct error *error)
{
	const char *start = rules;
	int result = 0;

	while (!result && *rules) {
		size_t len = 0;
		char *rule;

		while (rules[len] && rules[len] != ',')
			len += rules[len] == '\\' && rules[len + 1] ? 2 : 1;
		rule = keep_rule(f, rules, len);
		if (!rule)
			return refuse_rule(error, "..", "the rules are too long");
		result = add_rule(f, strip_blanks(rule), error);
		if (result && rules > start && strcspn(rules, "=!<>~") >= len)
			error_hint(error, "field OP value; a comma within a value is written \\,");
		rules += len;
		if (!result && *rules && !*++rules)
			result = refuse_op(error, "", "");
	}
	return result;
}

/* ---- lists of names ------------------------------------------------------- */

static const char *const list_fields[FILTER_LISTS] = {
	[FILTER_CONTAINER] = "runtime.containerName",
	[FILTER_K8S_CONTAINER] = "k8s.containerName",
	[FILTER_NAMESPACE] = "k8s.namespace",
	[FILTER_POD] = "k8s.podName",
	[FILTER_SELECTOR] = "k8s.podLabels",
	[FILTER_RUNTIME] = "runtime.runtimeName",
	[FILTER_IN_CONTAINER] = "runtime.containerId",
};

/* The runtimes that identity/cgroup_path knows. */
static const char *const runtimes[] = {
	"docker", "containerd", "cri-o", "podman", "lxc", "systemd-nspawn",
	"libvirt", NULL,
};

/* k=v, k==v or k!=v: kept as k=v */
static int read_label(struct filter_rule *r, char *word, struct error *error)
{
	size_t key = strcspn(word, "=!");
	char *from = word + key, *value;

	r->op = FILTER_LABEL;
	r->negated = *from == '!';
	from += r->negated;
	if (!key || *from != '=') {
		refuse_rule(error, word, "neither k=v nor k!=v");
		return -EINVAL;
	}
	from += 1 + (from[1] == '=' && !r->negated);
	value = word + key + 1;
	word[key] = '=';
	memmove(value, from, strlen(from) + 1);
	r->string = word;
	return 0;
}

static int check_runtime(const char *name, struct error *error)
{
	struct suggestion near = { .word = name };

	for (size_t i = 0; runtimes[i]; i++) {
		if (!strcmp(runtimes[i], name))
			return 0;
		suggestion_try(&near, runtimes[i]);
	}
	refuse_rule(error, name, "not one of docker, containerd, cri-o, podman, lxc, "
		    "systemd-nspawn, libvirt");
	if (near.name)
		error_hint(error, "did you mean '%s'?", near.name);
	return -EINVAL;
}

static int read_name(struct filter_rule *r, const char *word, struct error *error)
{
	r->op = FILTER_EQUAL;
	r->negated = *word == '!';
	r->one_of = !r->negated;
	r->string = word + r->negated;
	if (!*r->string)
		return refuse_rule(error, word, "a name is empty");
	return r->list == FILTER_RUNTIME ? check_runtime(r->string, error) : 0;
}

static int add_name(struct filter *f, enum filter_list list, char *word,
		    struct error *error)
{
	struct filter_rule *r = new_rule(f, word, error);
	int result;

	if (!r)
		return -EINVAL;
	r->field = field_find(list_fields[list]);
	r->list = (uint8_t)list;
	result = list == FILTER_SELECTOR ? read_label(r, word, error) : read_name(r, word, error);
	f->count += !result;
	return result;
}

static int add_container(struct filter *f, struct error *error)
{
	struct filter_rule *r = new_rule(f, "containers", error);

	if (!r)
		return -EINVAL;
	*r = (struct filter_rule){
		.field = field_find(list_fields[FILTER_IN_CONTAINER]),
		.list = FILTER_IN_CONTAINER, .op = FILTER_EQUAL, .negated = true,
		.string = keep(f, "", 0),
	};
	if (!r->string)
		return refuse_rule(error, "..", "the rules are too long");
	f->count++;
	return 0;
}

int filter_add_names(struct filter *f, enum filter_list list,
		     const char *names, struct error *error)
{
	int result = 0;

	if (list == FILTER_IN_CONTAINER)
		return add_container(f, error);
	while (!result && names && *names) {
		size_t len = strcspn(names, ",");
		char *word = keep(f, names, len);

		result = word ? add_name(f, list, strip_blanks(word), error) :
			refuse_rule(error, "..", "the names are too long");
		names += len;
		if (*names && !*++names && !result)
			result = refuse_rule(error, "", "a name is empty");
	}
	return result;
}

void filter_drop_names(struct filter *f, enum filter_list list)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->rules[i].list != list)
			f->rules[kept++] = f->rules[i];
	f->count = kept;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The table of fields, held against itself, the JSON schema and the manual.
 * Run from the top of the source.
 */
#include <check.h>
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/fields.h"
#include "sample.h"

Suite *fields_suite(void);

static struct oom_event event;

/* ---- the table itself ---- */

static void check_rows(const struct field *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &rows[i];

		if (i)
			ck_assert_msg(strcmp(f[-1].name, f->name) < 0,
				      "%s is out of order", f->name);
		ck_assert_msg(f->unit && f->about && *f->about, "%s", f->name);
		ck_assert_msg(f->width >= strlen(f->title), "%s", f->name);
		ck_assert_msg(strlen(f->about) <= 66, "%s", f->name);
		ck_assert_msg((f->type == FIELD_ENUM) == !!f->values, "%s", f->name);
		ck_assert_msg((f->type == FIELD_LIST) == !!f->list, "%s", f->name);
	}
}

START_TEST(rows_are_sorted_and_complete)
{
	check_rows(fields, field_count);
	for (size_t i = 0; i < field_count; i++)
		if (fields[i].list)
			check_rows(fields[i].list->rows, fields[i].list->row_count);
}
END_TEST

/* Is one of the fields called this, or in a group of that name? */
static bool is_taken(const char *title, const struct field *by)
{
	size_t len = strlen(title);

	return !strcasecmp(by->title, title) ||
	       (!strncasecmp(by->name, title, len) &&
		(!by->name[len] || by->name[len] == '.'));
}

START_TEST(titles_are_of_one_field_only)
{
	for (size_t i = 0; i < field_count; i++)
		for (size_t k = 0; k < field_count; k++)
			ck_assert_msg(i == k || !is_taken(fields[i].title, &fields[k]),
				      "%s: %s", fields[i].title, fields[k].name);
}
END_TEST

/* A key is a value or an object, never both. */
START_TEST(no_field_is_a_group_too)
{
	for (size_t i = 1; i < field_count; i++) {
		size_t len = strlen(fields[i - 1].name);

		ck_assert_msg(strncmp(fields[i].name, fields[i - 1].name, len) ||
			      fields[i].name[len] != '.', "%s", fields[i].name);
	}
}
END_TEST

/* What a reader made for the gadget finds, with the types it expects. */
static const struct {
	const char *name, *type;
} promised[] = {
	{ "fprocess.comm", "string" }, { "fprocess.creds.gid", "int" },
	{ "fprocess.creds.group", "string" }, { "fprocess.creds.uid", "int" },
	{ "fprocess.creds.user", "string" }, { "fprocess.mntns_id", "int" },
	{ "fprocess.parent.comm", "string" }, { "fprocess.parent.pid", "int" },
	{ "fprocess.parent.tid", "int" }, { "fprocess.pid", "int" },
	{ "fprocess.tid", "int" }, { "k8s.containerName", "string" },
	{ "k8s.hostnetwork", "bool" }, { "k8s.namespace", "string" },
	{ "k8s.node", "string" }, { "k8s.owner.kind", "string" },
	{ "k8s.owner.name", "string" }, { "k8s.podLabels", "string" },
	{ "k8s.podName", "string" }, { "pages", "int" },
	{ "runtime.containerId", "string" },
	{ "runtime.containerImageDigest", "string" },
	{ "runtime.containerImageName", "string" },
	{ "runtime.containerName", "string" },
	{ "runtime.containerPid", "int" },
	{ "runtime.containerStartedAt", "int" },
	{ "runtime.runtimeName", "string" }, { "tcomm", "string" },
	{ "timestamp", "time" }, { "timestamp_raw", "int" },
	{ "tmntns_id", "int" }, { "tpid", "int" },
};

START_TEST(keeps_the_promised_names_and_types)
{
	const struct field *f = field_find(promised[_i].name);

	ck_assert_msg(f != NULL, "%s", promised[_i].name);
	ck_assert_str_eq(field_type_name(f), promised[_i].type);
}
END_TEST

/* ---- values ---- */

START_TEST(reads_values)
{
	sample_full(&event);
	ck_assert_str_eq(field_string(field_find("tcomm"), &event), "python3");
	ck_assert_int_eq(field_number(field_find("tpid"), &event), 733501);
	ck_assert_int_eq(field_number(field_find("tprocess.tid"), &event), 733503);
	ck_assert_int_eq(field_number(field_find("oom.cpu"), &event), 3);
	ck_assert_ptr_null(field_find("oom"));
	ck_assert_ptr_null(field_find("TPID"));
}
END_TEST

START_TEST(the_limit_is_of_the_limiting_level)
{
	const struct field *f = field_find("oom.limit_bytes");

	sample_full(&event);
	ck_assert_int_eq(field_number(f, &event), 512 << 20);
	event.oom.limiting_level = 0;
	ck_assert_int_eq(field_number(f, &event), EVENT_UNLIMITED);
	event.oom.limiting_level = event.oom.level_count;
	ck_assert_int_eq(field_number(f, &event), EVENT_UNKNOWN);
	event.oom.limiting_level = EVENT_UNKNOWN;
	ck_assert_int_eq(field_number(f, &event), EVENT_UNKNOWN);
}
END_TEST

/* JSON's numbers are doubles for jq, JavaScript and others. */
START_TEST(no_limit_is_a_number_that_every_reader_holds)
{
	volatile double number = (double)EVENT_UNLIMITED, next = number + 1;

	ck_assert_int_eq((int64_t)number, EVENT_UNLIMITED);
	ck_assert_int_eq((int64_t)next, EVENT_UNLIMITED + 1);
	ck_assert_int_eq((int64_t)(number - 1), EVENT_UNLIMITED - 1);
}
END_TEST

START_TEST(all_is_unknown_at_first)
{
	event_init(&event);
	for (size_t i = 0; i < field_count; i++)
		if (fields[i].type == FIELD_STRING)
			ck_assert_msg(!field_string(&fields[i], &event),
				      "%s", fields[i].name);
		else
			ck_assert_msg((fields[i].list ? field_items(&fields[i], &event) :
				       field_number(&fields[i], &event)) ==
				      EVENT_UNKNOWN, "%s", fields[i].name);
}
END_TEST

START_TEST(enums_have_names)
{
	const struct field *source = field_find("source");
	const struct field *constraint = field_find("oom.constraint");

	ck_assert_str_eq(field_value(source, SOURCE_BPF), "bpf");
	ck_assert_str_eq(field_value(source, SOURCE_PERF), "perf");
	ck_assert_str_eq(field_value(source, SOURCE_KMSG), "kmsg");
	ck_assert_str_eq(field_value(field_find("oom.verdict"), VERDICT_UNKNOWN),
			 "unknown");
	ck_assert_str_eq(field_value(field_find("oom.levels_source"), LEVELS_REPORT),
			 "report");
	ck_assert_str_eq(field_value(field_find("pages_source"), PAGES_MEMINFO),
			 "meminfo");
	ck_assert_str_eq(field_value(field_find("tprocess.cmdline_source"), CMDLINE_PROC),
			 "proc");
	ck_assert_ptr_null(field_value(source, SOURCE_KMSG + 1));
	ck_assert_ptr_null(field_value(source, EVENT_UNKNOWN));
	ck_assert_ptr_null(field_value(source, -1));
	ck_assert_str_eq(field_value(constraint, CONSTRAINT_NONE), "none");
	ck_assert_str_eq(field_value(constraint, CONSTRAINT_CPUSET), "cpuset");
	ck_assert_str_eq(field_value(constraint, CONSTRAINT_MEMORY_POLICY),
			 "memory_policy");
	ck_assert_str_eq(field_value(constraint, CONSTRAINT_MEMCG), "memcg");
}
END_TEST

/* ---- the schema ---- */

static json_t *schema;

static void load_schema(void)
{
	json_error_t error;

	schema = json_load_file("uapi/event.schema.json", JSON_REJECT_DUPLICATES,
				&error);
	ck_assert_msg(schema != NULL, "line %d: %s", error.line, error.text);
}

static void free_schema(void)
{
	json_decref(schema);
}

/* The property of a dotted name, or NULL. Each object on the way requires it. */
static json_t *find_property(json_t *object, const char *name)
{
	char path[64], *save, *part;

	snprintf(path, sizeof(path), "%s", name);
	for (part = strtok_r(path, ".", &save); part && object;
	     part = strtok_r(NULL, ".", &save)) {
		json_t *required = json_object_get(object, "required"), *word;
		bool found = false;
		size_t i;

		json_array_foreach(required, i, word)
			found |= !strcmp(json_string_value(word), part);
		ck_assert_msg(found, "%s is not required", name);
		ck_assert(json_is_false(json_object_get(object, "additionalProperties")));
		object = json_object_get(json_object_get(object, "properties"), part);
	}
	return object;
}

static void check_enum(const struct field *f, json_t *values)
{
	size_t i;

	for (i = 0; f->values[i]; i++)
		ck_assert_str_eq(json_string_value(json_array_get(values, i)),
				 f->values[i]);
	ck_assert(json_is_null(json_array_get(values, i)));
	ck_assert_uint_eq(json_array_size(values), i + 1);
}

static void check_property(json_t *object, const struct field *f)
{
	static const char *const types[] = {
		[FIELD_INT] = "integer", [FIELD_HEX] = "integer",
		[FIELD_LIMIT] = "integer", [FIELD_BOOL] = "boolean",
		[FIELD_TIME] = "string", [FIELD_STRING] = "string",
		[FIELD_LIST] = "array", [FIELD_ENUM] = NULL,
	};
	json_t *property = find_property(object, f->name), *type;

	ck_assert_msg(property != NULL, "%s is not in the schema", f->name);
	ck_assert_pstr_eq(json_string_value(json_object_get(property, "description")),
			  f->about);
	if (f->type == FIELD_ENUM) {
		check_enum(f, json_object_get(property, "enum"));
		return;
	}
	type = json_object_get(property, "type");
	ck_assert_pstr_eq(json_string_value(json_array_get(type, 0)),
			  types[f->type]);
	ck_assert_pstr_eq(json_string_value(json_array_get(type, 1)), "null");
	if (f->type == FIELD_LIMIT)
		ck_assert_int_eq(json_integer_value(json_object_get(property, "maximum")),
				 EVENT_UNLIMITED);
	ck_assert_uint_eq(json_array_size(type), 2);
}

/* How many values, as against objects, the schema describes. */
static size_t count_values(json_t *object)
{
	json_t *properties = json_object_get(object, "properties"), *property;
	const char *key;
	size_t count = 0;

	if (!properties)
		return 1;
	json_object_foreach(properties, key, property)
		count += count_values(property);
	return count;
}

START_TEST(the_schema_has_each_field)
{
	for (size_t i = 0; i < field_count; i++)
		check_property(schema, &fields[i]);
}
END_TEST

static void check_list(const char *name, int most)
{
	const struct field *f = field_find(name);
	json_t *list = find_property(schema, name);
	json_t *item = json_object_get(list, "items");

	for (size_t i = 0; i < f->list->row_count; i++)
		check_property(item, &f->list->rows[i]);
	ck_assert_uint_eq(count_values(item), f->list->row_count);
	ck_assert_int_eq(json_integer_value(json_object_get(list, "minItems")),
			 f->list->least);
	ck_assert_int_eq(json_integer_value(json_object_get(list, "maxItems")), most);
}

START_TEST(the_schema_has_each_field_of_the_lists)
{
	check_list("oom.levels", EVENT_LEVELS);
	check_list("oom.top.processes", EVENT_TOP);
	check_list("tprocess.ancestors", EVENT_ANCESTORS);
	ck_assert_int_eq(json_integer_value(json_object_get(find_property(schema,
			 "oom.limiting_level"), "maximum")), EVENT_LEVELS - 1);
}
END_TEST

START_TEST(the_schema_has_nothing_else)
{
	ck_assert_uint_eq(count_values(schema), field_count);
}
END_TEST

/* ---- the manual ---- */

/* A minus before a digit is \- there; so is none of the others. */
static void put_manual_text(FILE *to, const char *s)
{
	for (; *s; s++) {
		if (*s == '-' && isdigit((unsigned char)s[1]))
			fputc('\\', to);
		fputc(*s, to);
	}
	fputc('\n', to);
}

static void put_manual_row(FILE *to, const struct field *f)
{
	fprintf(to, ".It Va %s Pq %s, %s", f->name, f->title, field_type_name(f));
	if (*f->unit)
		fprintf(to, ", %s", f->unit);
	fputc('\n', to);
	put_manual_text(to, f->about);
}

START_TEST(the_manual_has_each_field)
{
	FILE *manual = fopen("src/trace_oomkill.8", "r"), *row;
	char *page = NULL, *expected = NULL, *at;
	size_t size = 0, len = 0;

	ck_assert_ptr_nonnull(manual);
	ck_assert_int_gt(getdelim(&page, &size, '\0', manual), 0);
	fclose(manual);
	at = strstr(page, ".It Va ");
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; i < field_count; i++) {
		row = open_memstream(&expected, &len);
		put_manual_row(row, &fields[i]);
		fclose(row);
		ck_assert_msg(!strncmp(at, expected, len),
			      "here the manual should read:\n%s", expected);
		at += len;
		free(expected);
		expected = NULL;
	}
	ck_assert(!strncmp(at, ".\\\" The end of the fields.\n", 27));
	free(page);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *fields_suite(void)
{
	Suite *s = suite_create("fields");
	TCase *table = tcase_create("table"), *documents = tcase_create("documents");

	tcase_add_test(table, rows_are_sorted_and_complete);
	tcase_add_test(table, titles_are_of_one_field_only);
	tcase_add_test(table, no_field_is_a_group_too);
	tcase_add_loop_test(table, keeps_the_promised_names_and_types, 0,
			    COUNT(promised));
	tcase_add_test(table, reads_values);
	tcase_add_test(table, the_limit_is_of_the_limiting_level);
	tcase_add_test(table, no_limit_is_a_number_that_every_reader_holds);
	tcase_add_test(table, all_is_unknown_at_first);
	tcase_add_test(table, enums_have_names);
	suite_add_tcase(s, table);

	tcase_add_checked_fixture(documents, load_schema, free_schema);
	tcase_add_test(documents, the_schema_has_each_field);
	tcase_add_test(documents, the_schema_has_each_field_of_the_lists);
	tcase_add_test(documents, the_schema_has_nothing_else);
	tcase_add_test(documents, the_manual_has_each_field);
	suite_add_tcase(s, documents);
	return s;
}

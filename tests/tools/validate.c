// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * validate SCHEMA < lines: is each line one JSON object as SCHEMA describes?
 * Knows the part of JSON Schema 2020-12 that uapi/event.schema.json uses, and
 * refuses a schema with anything else, so that no word of it goes unchecked.
 * Prints what is wrong, "line N: .path: ..". Status 0 when all is well and
 * there was at least one line, 1 when not, 2 on a bad schema.
 *
 * With -f fields may be missing, as --fields leaves them out.
 */
#include <errno.h>
#include <jansson.h>
#include <regex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long line_number, complaints;
static bool may_miss;

/* The way from the root to the value at hand. */
struct runtime_layout {
	const struct runtime_layout *up;
	const char *key;		/* NULL: @index of an array */
	size_t index;
};

static void print_place(const struct runtime_layout *p)
{
	if (!p)
		return;
	print_place(p->up);
	if (p->key)
		printf(".%s", p->key);
	else
		printf("[%zu]", p->index);
}

static __attribute__((format(printf, 2, 3)))
void complain(const struct runtime_layout *p, const char *format, ...)
{
	va_list args;

	printf("line %lu: ", line_number);
	print_place(p);
	printf(": ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	complaints++;
}

static __attribute__((noreturn))
void refuse_schema(const char *what, const char *why)
{
	fprintf(stderr, "validate: schema: %s: %s\n", what, why);
	exit(2);
}

static bool has_type(json_t *value, const char *type)
{
	static const struct {
		const char *name;
		json_type type;
	} types[] = {
		{ "object", JSON_OBJECT }, { "array", JSON_ARRAY },
		{ "string", JSON_STRING }, { "integer", JSON_INTEGER },
		{ "null", JSON_NULL },
	};

	if (!strcmp(type, "boolean"))
		return json_is_boolean(value);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(type, types[i].name))
			return json_typeof(value) == types[i].type;
	refuse_schema(type, "unknown type");
}

/* ---- one function for each keyword ---- */

static void check(json_t *schema, json_t *value, const struct runtime_layout *p);

static void check_type(json_t *type, json_t *value, json_t *schema,
		       const struct runtime_layout *p)
{
	json_t *one;
	size_t i;

	(void)schema;
	if (json_is_string(type) && has_type(value, json_string_value(type)))
		return;
	json_array_foreach(type, i, one)
		if (has_type(value, json_string_value(one)))
			return;
	complain(p, "has another type than it should");
}

static void check_enum(json_t *values, json_t *value, json_t *schema,
		       const struct runtime_layout *p)
{
	json_t *one;
	size_t i;

	(void)schema;
	json_array_foreach(values, i, one)
		if (json_equal(one, value))
			return;
	complain(p, "is none of the values that it may have");
}

static void check_minimum(json_t *bound, json_t *value, json_t *schema,
			  const struct runtime_layout *p)
{
	(void)schema;
	if (json_is_integer(value) &&
	    json_integer_value(value) < json_integer_value(bound))
		complain(p, "%" JSON_INTEGER_FORMAT " is too small",
			 json_integer_value(value));
}

static void check_maximum(json_t *bound, json_t *value, json_t *schema,
			  const struct runtime_layout *p)
{
	(void)schema;
	if (json_is_integer(value) &&
	    json_integer_value(value) > json_integer_value(bound))
		complain(p, "%" JSON_INTEGER_FORMAT " is too large",
			 json_integer_value(value));
}

static void check_min_items(json_t *bound, json_t *value, json_t *schema,
			    const struct runtime_layout *p)
{
	(void)schema;
	if (json_is_array(value) &&
	    (json_int_t)json_array_size(value) < json_integer_value(bound))
		complain(p, "has too few items");
}

static void check_max_items(json_t *bound, json_t *value, json_t *schema,
			    const struct runtime_layout *p)
{
	(void)schema;
	if ((json_int_t)json_array_size(value) > json_integer_value(bound))
		complain(p, "has too many items");
}

static void check_pattern(json_t *pattern, json_t *value, json_t *schema,
			  const struct runtime_layout *p)
{
	regex_t regex;

	(void)schema;
	if (!json_is_string(value))
		return;
	if (regcomp(&regex, json_string_value(pattern), REG_EXTENDED | REG_NOSUB))
		refuse_schema(json_string_value(pattern), "bad pattern");
	if (regexec(&regex, json_string_value(value), 0, NULL, 0))
		complain(p, "\"%s\" has another form than it should",
			 json_string_value(value));
	regfree(&regex);
}

static void check_required(json_t *keys, json_t *value, json_t *schema,
			   const struct runtime_layout *p)
{
	json_t *key;
	size_t i;

	(void)schema;
	if (!json_is_object(value) || may_miss)
		return;
	json_array_foreach(keys, i, key)
		if (!json_object_get(value, json_string_value(key)))
			complain(p, "has no %s", json_string_value(key));
}

static void check_properties(json_t *properties, json_t *value, json_t *schema,
			     const struct runtime_layout *p)
{
	const char *key;
	json_t *child;

	(void)schema;
	json_object_foreach(value, key, child) {
		struct runtime_layout below = { .up = p, .key = key };
		json_t *property = json_object_get(properties, key);

		if (property)
			check(property, child, &below);
	}
}

static void check_additional(json_t *allowed, json_t *value, json_t *schema,
			     const struct runtime_layout *p)
{
	json_t *properties = json_object_get(schema, "properties"), *child;
	const char *key;

	if (!json_is_false(allowed))
		refuse_schema("additionalProperties", "not false");
	json_object_foreach(value, key, child)
		if (!json_object_get(properties, key))
			complain(p, "has %s, which the schema does not know", key);
}

static void check_items(json_t *item, json_t *value, json_t *schema,
			const struct runtime_layout *p)
{
	json_t *child;
	size_t i;

	(void)schema;
	json_array_foreach(value, i, child) {
		struct runtime_layout below = { .up = p, .index = i };

		check(item, child, &below);
	}
}

static const struct keyword {
	const char *name;
	/* NULL: it is a remark. */
	void (*check)(json_t *argument, json_t *value, json_t *schema,
		      const struct runtime_layout *p);
} keywords[] = {
	{ "$id", NULL }, { "$schema", NULL }, { "title", NULL },
	{ "description", NULL }, { "type", check_type },
	{ "enum", check_enum }, { "minimum", check_minimum },
	{ "maximum", check_maximum }, { "minItems", check_min_items },
	{ "maxItems", check_max_items }, { "pattern", check_pattern },
	{ "required", check_required }, { "properties", check_properties },
	{ "additionalProperties", check_additional }, { "items", check_items },
};

static const struct keyword *find_keyword(const char *name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (!strcmp(keywords[i].name, name))
			return &keywords[i];
	refuse_schema(name, "unknown keyword");
}

static void check(json_t *schema, json_t *value, const struct runtime_layout *p)
{
	const char *name;
	json_t *argument;

	if (!json_is_object(schema))
		refuse_schema("a schema", "not an object");
	json_object_foreach(schema, name, argument) {
		const struct keyword *keyword = find_keyword(name);

		if (keyword->check)
			keyword->check(argument, value, schema, p);
	}
}

static void check_line(json_t *schema, const char *line, size_t len)
{
	json_error_t error;
	json_t *value;

	line_number++;
	value = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!value) {
		complain(NULL, "%s at byte %d", error.text, error.position);
		return;
	}
	check(schema, value, NULL);
	json_decref(value);
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *schema;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	may_miss = argc == 3 && !strcmp(argv[1], "-f");
	if (argc != 2 + may_miss) {
		fprintf(stderr, "Usage: validate [-f] SCHEMA < LINES\n");
		return 2;
	}
	schema = json_load_file(argv[argc - 1], JSON_REJECT_DUPLICATES, &error);
	if (!schema)
		refuse_schema(error.source, error.text);
	while ((len = getline(&line, &size, stdin)) >= 0)
		check_line(schema, line, (size_t)len);
	if (!line_number)
		printf("no line at all\n");
	free(line);
	json_decref(schema);
	return complaints || !line_number;
}

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

struct output {
	char *to;
	size_t size;		/* with the NUL at the end */
	size_t length;		/* of all text, also of what did not fit */
};

/* One conversion: %-08llx */
struct conversion {
	bool left, zeros;
	int width;
	int precision;		/* -1: none */
	int length;		/* 0 int, 1 long, 2 long long, 3 size_t */
};

static void put(struct output *o, const char *s, size_t size)
{
	if (o->length < o->size) {
		size_t room = o->size - o->length;

		memcpy(o->to + o->length, s, size < room ? size : room);
	}
	o->length += size;
}

static void put_padded(struct output *o, const struct conversion *c, const char *s,
		       size_t size)
{
	size_t pad = c->width > 0 && (size_t)c->width > size ? (size_t)c->width - size : 0;

	if (c->zeros && pad && size && *s == '-') {
		put(o, s++, 1);
		size--;
	}
	for (; !c->left && pad; pad--)
		put(o, c->zeros ? "0" : " ", 1);
	put(o, s, size);
	for (; pad; pad--)
		put(o, " ", 1);
}

/* @letter is that of the conversion. */
static void put_number(struct output *o, const struct conversion *c, uint64_t value,
		       bool is_negative, char letter)
{
	const char *set = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned int base = letter == 'x' || letter == 'X' ? 16 : 10;
	char digits[24];
	size_t at = sizeof(digits);

	if (is_negative)
		value = -value;
	do {
		digits[--at] = set[value % base];
		value /= base;
	} while (value);
	if (is_negative)
		digits[--at] = '-';
	put_padded(o, c, digits + at, sizeof(digits) - at);
}

static int take_number(const char **at)
{
	int number = 0;

	for (; **at >= '0' && **at <= '9' && number < 10000; (*at)++)
		number = number * 10 + (**at - '0');
	return number;
}

/* Flags, width and precision; a `*` is in @stars, for the arguments' owner. */
static const char *parse(const char *at, struct conversion *c, bool stars[2])
{
	*c = (struct conversion){ .precision = -1 };
	for (; *at == '-' || *at == '0'; at++) {
		c->left |= *at == '-';
		c->zeros |= *at == '0';
	}
	c->zeros &= !c->left;
	stars[0] = *at == '*';
	at += stars[0];
	c->width = take_number(&at);
	stars[1] = at[0] == '.' && at[1] == '*';
	if (*at == '.') {
		at += 1 + stars[1];
		c->precision = take_number(&at);
	}
	for (; *at == 'l'; at++)
		c->length++;
	if (*at == 'z') {
		c->length = 3;
		at++;
	}
	return at;
}

int format_vsnprintf(char *to, size_t size, const char *format, va_list args)
{
	struct output o = { .to = to, .size = size };
	int result = 0;

	while (result >= 0 && *format) {
		size_t plain = strcspn(format, "%");
		struct conversion c;
		bool stars[2];
		int64_t number;
		const char *s;
		char letter;

		put(&o, format, plain);
		format += plain;
		if (!*format)
			break;
		format = parse(format + 1, &c, stars);
		if (stars[0])
			c.width = va_arg(args, int);
		if (stars[1])
			c.precision = va_arg(args, int);
		switch (*format++) {
		case '%':
			put(&o, "%", 1);
			break;
		case 'c':
			letter = (char)va_arg(args, int);
			put_padded(&o, &c, &letter, 1);
			break;
		case 's':
			s = va_arg(args, const char *);
			put_padded(&o, &c, s, c.precision < 0 ? strlen(s) :
				   strnlen(s, (size_t)c.precision));
			break;
		case 'd':
			number = c.length == 0 ? va_arg(args, int) :
				 c.length == 1 ? va_arg(args, long) :
				 c.length == 2 ? va_arg(args, long long) :
						 va_arg(args, ssize_t);
			put_number(&o, &c, (uint64_t)number, number < 0, 'd');
			break;
		case 'u':
		case 'x':
		case 'X':
			put_number(&o, &c, c.length == 0 ? va_arg(args, unsigned int) :
				   c.length == 1 ? va_arg(args, unsigned long) :
				   c.length == 2 ? va_arg(args, unsigned long long) :
						   va_arg(args, size_t),
				   false, format[-1]);
			break;
		default:
			result = -1;
		}
	}
	if (size)
		to[o.length < size ? o.length : size - 1] = '\0';
	return result < 0 || o.length > INT32_MAX ? -1 : (int)o.length;
}

int format_snprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int result;

	va_start(args, format);
	result = format_vsnprintf(to, size, format, args);
	va_end(args);
	return result;
}

/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The part of the printf family that the tracer and its libraries use: %s %d
 * %u %x %X %c and %%, with -, 0, width, precision and the length modifiers. The
 * linker puts these functions in the place of the C library's (GNUmakefile),
 * which have floating point and wide characters: 9 kB.
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * As vsnprintf() and snprintf(). -1 and what came before it for a conversion
 * that is not supported: tests/tree/formats.sh finds those.
 */
int format_vsnprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
int format_snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * usage: unit [--tap] [SUITE ...]
 *        unit --list
 *
 * Runs every suite of tests/unit/test_*.c, or those that are named. --tap
 * prints a line for each test, for tests/unit/run. --list names the suites.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) Suite *name##_suite(void);
#include "suites.h"
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define SUITE(name) { #name, name##_suite },
#include "suites.h"
#undef SUITE
	{ NULL, NULL }
};

static int is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return 1;
	return argc < 2;
}

static int list(void)
{
	for (int i = 0; suites[i].name; i++)
		puts(suites[i].name);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	SRunner *runner;
	int tap = argc > 1 && !strcmp(argv[1], "--tap");
	int failed;

	if (argc > 1 && !strcmp(argv[1], "--list"))
		return list();
	runner = srunner_create(NULL);

	/* It ends what hangs; Check's own 4 s also end what is slow on a busy host. */
	setenv("CK_DEFAULT_TIMEOUT", "120", 0);
	if (tap) {
		srunner_set_tap(runner, "-");
		argv++;
		argc--;
	}
	for (int i = 0; suites[i].name; i++)
		if (is_wanted(suites[i].name, argc, argv))
			srunner_add_suite(runner, suites[i].make());
	srunner_run_all(runner, tap ? CK_SILENT : CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

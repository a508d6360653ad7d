// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The report's table of tasks, which gained columns in 6.8 and may gain more:
 *
 * [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
 * [  18679]     0 18679     2341     2195    57344        0             0 tail
 */
#include "kmsg/report_parse.h"

#include "base/scan.h"

enum { COLUMNS = 16 };

bool report_parse_columns(struct span s, int *pgtables, int *swap)
{
	if (!scan_word(&s, "[  pid  ]"))
		return false;
	*pgtables = *swap = -1;
	scan_blanks(&s);
	if (!scan_begins(s, "uid  tgid total_vm "))
		return true;
	for (int i = 0; i < COLUMNS && s.size; i++) {
		struct span word = s;

		if (!scan_up_to(&s, " ", &word))
			break;
		if (scan_is(word, "pgtables_bytes"))
			*pgtables = i;
		if (scan_is(word, "swapents"))
			*swap = i;
		scan_blanks(&s);
	}
	return true;
}

bool report_parse_row(struct span s, int pgtables, int swap,
		      struct report_row *row)
{
	int64_t value[COLUMNS];
	int count = 0, most = pgtables > swap ? pgtables : swap;

	if (pgtables < 3 || swap < 3 || !scan_word(&s, "["))
		return false;
	scan_blanks(&s);
	if (!scan_number(&s, &row->pid) || !scan_word(&s, "]"))
		return false;
	for (; count < COLUMNS; count++) {
		scan_blanks(&s);
		/* Only the last of them, the score's adjustment, is ever negative. */
		if (!scan_signed(&s, &value[count]) || (value[count] < 0 && count <= most))
			break;
	}
	if (row->pid <= 0 || count <= pgtables || count <= swap)
		return false;
	row->uid = value[0];
	row->tgid = value[1];
	row->total_vm_pages = value[2];
	row->pgtables_bytes = value[pgtables];
	row->swap_pages = value[swap];
	return true;
}

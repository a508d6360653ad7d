/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The format files of oom/mark_victim that kernels of three kinds have. */
#ifndef TESTS_FORMATS_H
#define TESTS_FORMATS_H

#define FORMAT_HEAD							\
	"name: mark_victim\n"						\
	"ID: 609\n"							\
	"format:\n"							\
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"	\
	"\n"								\
	"\tfield:int pid;\toffset:8;\tsize:4;\tsigned:1;\n"

/* 5.10.223, amd64 */
#define FORMAT_NARROW	FORMAT_HEAD					\
	"\n"								\
	"print fmt: \"pid=%d\", REC->pid\n"

/* 6.18, amd64 */
#define FORMAT_WIDE	FORMAT_HEAD					\
	"\tfield:__data_loc char[] comm;\toffset:12;\tsize:4;\tsigned:0;\n" \
	"\tfield:unsigned long total_vm;\toffset:16;\tsize:8;\tsigned:0;\n" \
	"\tfield:unsigned long anon_rss;\toffset:24;\tsize:8;\tsigned:0;\n" \
	"\tfield:unsigned long file_rss;\toffset:32;\tsize:8;\tsigned:0;\n" \
	"\tfield:unsigned long shmem_rss;\toffset:40;\tsize:8;\tsigned:0;\n" \
	"\tfield:uid_t uid;\toffset:48;\tsize:4;\tsigned:0;\n"		\
	"\tfield:unsigned long pgtables;\toffset:56;\tsize:8;\tsigned:0;\n" \
	"\tfield:short oom_score_adj;\toffset:64;\tsize:2;\tsigned:1;\n" \
	"\n"								\
	"print fmt: \"pid=%d comm=%s total-vm=%lukB\", REC->pid\n"

/* The same with longs of 4 bytes, as on armhf. */
#define FORMAT_WIDE_32	FORMAT_HEAD					\
	"\tfield:__data_loc char[] comm;\toffset:12;\tsize:4;\tsigned:0;\n" \
	"\tfield:unsigned long total_vm;\toffset:16;\tsize:4;\tsigned:0;\n" \
	"\tfield:unsigned long anon_rss;\toffset:20;\tsize:4;\tsigned:0;\n" \
	"\tfield:unsigned long file_rss;\toffset:24;\tsize:4;\tsigned:0;\n" \
	"\tfield:unsigned long shmem_rss;\toffset:28;\tsize:4;\tsigned:0;\n" \
	"\tfield:uid_t uid;\toffset:32;\tsize:4;\tsigned:0;\n"		\
	"\tfield:unsigned long pgtables;\toffset:36;\tsize:4;\tsigned:0;\n" \
	"\tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;\n" \
	"\n"								\
	"print fmt: \"pid=%d comm=%s total-vm=%lukB\", REC->pid\n"

#endif

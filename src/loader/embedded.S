/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The probe, as clang made it, inside the program. */
	.section .rodata.bpf_object, "a"
	.balign 8
	.globl bpf_object_start
	.globl bpf_object_end
bpf_object_start:
	.incbin "trace_oomkill.bpf.o"
bpf_object_end:
	.byte 0
	.section .note.GNU-stack, "", %progbits

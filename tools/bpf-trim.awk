# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Takes out of clang's assembly of a BPF program what nothing reads once it is
# assembled: the line information in .BTF.ext, which clang writes with the
# types or not at all, and the names of labels (.L is the assembler's prefix
# for labels that get no symbol).
#
#	LBB0_4:
#	.section	.BTF.ext,"",@progbits
#	.long	20			header: length, then offset and length of
#	.long	908			function, line and relocation information
#	.long	16			# LineInfo
#	.long	16			# FieldReloc

{ gsub(/LBB[0-9]+_[0-9]+/, ".L&") }
/^\t\.section/ {
	is_ext = /\.BTF\.ext/
	words = 0
}
is_ext && /# LineInfo$/ { is_line = 1 }
is_ext && /# FieldReloc$/ { is_line = 0 }
is_line { next }
is_ext && /^\t\.long/ {
	words++
	if (words == 5) {
		line_bytes = $2
		$2 = 0
	} else if (words == 6) {
		$2 -= line_bytes
	}
	print "\t.long\t" $2
	next
}
{ print }

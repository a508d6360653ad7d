\x1b[2J\u202ex� (pid 4194304) was killed: somebody asked for it with the sysrq
    key.
  when      2026-01-15T12:00:00.000000001+02:00
  command   sh -c \x1b[2J\rforged\n  largest    none
  request   order -1
  facts     kill: kmsg

python3 (pid 733501, 503 MiB: 498 anon, 3 file, 2 shmem; swap 20 MiB) was killed
    in cgroup /tank/small: cgroup /tank's limit of 512 MiB, 1 cgroup above its
    own, was reached, most of it by tmpfs and shared memory; it asked for
    memory.
  when      2026-08-21T09:20:46.123456789+03:00
  victim    46 s old, 12 threads, user uid:1000, oom_score_adj -998, 1148 KiB
              page tables, 1300 MiB address space
  command   python3 -m api --port 80
  parents   tini (733478), containerd-shim (733470)
  limits      small: 512 MiB, no limit; with swap 0 of 512 MiB
            * tank: 512 MiB of 512 MiB; with swap 0 of 512 MiB
              host: no limit; with swap 0 of 512 MiB
  filled by 500 MiB anon, 3 MiB file, 300 MiB shmem and tmpfs, 0 sock (read
              1234 us after the kill)
  largest   worker (733502) 7 MiB, tini (733478) 800 KiB, of the first 7 looked
              at (read 2 ms after the kill)
  request   GFP_KERNEL, order 0, on CPU 3, 262144 pages to be had
  facts     kill: bpf, limits: probe, pages: oom_control, command: proc

python3 (pid 733501, 503 MiB: 498 anon, 3 file,
    2 shmem) was killed in pod
    web/api-7f9 container app: the pod's limit of
    512 MiB was reached; tail (pid 733493) asked
    for memory; all of cgroup /kubepods/podX was
    killed (memory.oom.group).
  when      2026-08-21T09:20:46.123456789+03:00
  victim    46 s old, 12 threads, user uid:1000,
              oom_score_adj -998, 1148 KiB page
              tables, 1300 MiB address space
  command   python3 -m api --port 80
  parents   tini (733478), containerd-shim
              (733470)
  limits      app: 512 MiB, no limit; swap 0 of
              512 MiB
            * pod web/api-7f9: 512 MiB of 512 MiB;
              swap 0 of 512 MiB
              kubepods: 512 MiB, no limit; swap
              0 of 512 MiB
              host: no limit; swap 0 of 512 MiB
  filled by 500 MiB anon, 3 MiB file, 2 MiB shmem
              and tmpfs, 4 MiB slab, 0 sock (read
              1234 us after the kill)
  largest   worker (733502) 7 MiB, tini (733478)
              800 KiB (read 2 ms after the kill)
  request   GFP_KERNEL, order 0, on CPU 3,
              262144 pages to be had
  incident  4711000000123; its other victims
              follow
  facts     kill: bpf, limits: probe, pages:
              oom_control, command: proc

  and       python3, pid 733501, 503 MiB: 498 anon, 3 file, 2 shmem, victim 2,
              of incident 4711000000123

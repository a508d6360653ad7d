a process was killed: it is not known why.

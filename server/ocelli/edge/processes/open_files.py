"""How many files a process may have open: each connection is one."""

import resource

_MOST = 1 << 20
"""The kernel gives no process more, unless it is told to (proc_sys_fs(5), nr_open)."""


def allow_many_files() -> None:
    """Raises this process's limit, and that of its children, to what the machine allows.

    A shell's is often 1024, for programs of old that keep files in a fixed set (select(2)); without
    descriptors a server takes no connections.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

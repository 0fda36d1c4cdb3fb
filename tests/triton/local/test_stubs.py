"""Dead stubs among the children of a process."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from ocelli.edge.triton.local.stubs import dead_stubs

# Starts a program in a thread and never collects it, as Triton does.
PARENT = """
import subprocess, sys, threading
def start():
    child = subprocess.Popen(sys.argv[1:])
    print(child.pid, flush=True)
    threading.Event().wait()
threading.Thread(target=start).start()
"""


def test_a_zombie_stub_is_found_and_nothing_else(tmp_path: Path):
    stub = tmp_path / "triton_python_backend_stub"
    shutil.copy("/bin/sleep", stub)
    for command, found in (([stub, "0"], True), ([stub, "300"], False), (["sleep", "0"], False)):
        parent = [sys.executable, "-c", PARENT, *command]
        with subprocess.Popen(parent, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            child = int(process.stdout.readline())
            give_up_at = time.monotonic() + (5.0 if found else 0.5)
            while child not in dead_stubs(process.pid) and time.monotonic() < give_up_at:
                time.sleep(0.02)
            assert dead_stubs(process.pid) == ({child} if found else set())
            process.kill()
        if psutil.pid_exists(child):
            psutil.Process(child).kill()
    assert dead_stubs(process.pid) == frozenset()

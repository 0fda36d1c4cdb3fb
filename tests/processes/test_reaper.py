"""The reaper as a program: everything below it ends when it must, in every way it can be told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from ocelli.edge.processes import reaper as reaper_module

# Prints the pids of itself and of two children, one of which has left its group and session.
TREE = """
import os, signal, subprocess, sys, time
stubborn = "stubborn" in sys.argv
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
near = subprocess.Popen(["sleep", "300"])
far = subprocess.Popen(["sleep", "300"], start_new_session=True)
print(os.getpid(), near.pid, far.pid, flush=True)
if "leave" in sys.argv:
    sys.exit(3)
time.sleep(300)
"""
REAPER = [sys.executable, "-m", "ocelli.edge.processes.reaper"]
Start = Callable[..., tuple[subprocess.Popen[str], list[psutil.Process]]]


@pytest.fixture
def reaper() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(
        *how: str, grace_s: float = 5.0
    ) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
        process = subprocess.Popen(
            [*REAPER, "--grace-s", str(grace_s), "--", sys.executable, "-c", TREE, *how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        pids = process.stdout.readline().split()
        return process, [psutil.Process(int(pid)) for pid in pids]

    yield start
    for process in started:
        with process:
            process.kill()


def gone(processes: list[psutil.Process], within_s: float) -> bool:
    left = psutil.wait_procs(processes, timeout=within_s)[1]
    return not [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    stdin, write_end = os.pipe()
    try:
        return subprocess.run(
            [*REAPER, "--", *command],
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    finally:
        os.close(stdin)
        os.close(write_end)


def test_end_of_file_ends_the_tree(reaper: Start):
    process, tree = reaper()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 128 + signal.SIGTERM
    assert gone(tree, 20.0)


def test_death_of_the_holder_by_sigkill_ends_the_tree():
    holder = """
import subprocess, sys
tree = subprocess.Popen([sys.executable, "-m", "ocelli.edge.processes.reaper", "--", *sys.argv[1:]],
                        stdin=subprocess.PIPE)
tree.wait()
"""
    command = [sys.executable, "-c", holder, sys.executable, "-c", TREE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        tree = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
        process.kill()
    assert gone(tree, 20.0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_tree(reaper: Start, number: signal.Signals):
    process, tree = reaper()
    process.send_signal(number)
    assert process.wait(20) == 128 + signal.SIGTERM
    assert gone(tree, 20.0)


def test_what_ignores_sigterm_is_killed_after_the_grace(reaper: Start):
    process, tree = reaper("stubborn", grace_s=0.5)
    process.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    assert process.wait(20) == 128 + signal.SIGKILL
    assert gone(tree, 20.0)


def test_sigquit_kills_at_once(reaper: Start):
    process, tree = reaper("stubborn", grace_s=60.0)
    process.send_signal(signal.SIGQUIT)
    assert process.wait(20) == 128 + signal.SIGKILL
    assert gone(tree, 20.0)


def test_sigquit_cuts_a_running_grace_short(reaper: Start):
    process, tree = reaper("stubborn", grace_s=60.0)
    process.terminate()
    time.sleep(0.2)
    assert process.poll() is None
    process.send_signal(signal.SIGQUIT)
    assert process.wait(20) == 128 + signal.SIGKILL
    assert gone(tree, 20.0)


def test_killing_the_reaper_kills_the_command(reaper: Start):
    process, (command, *orphans) = reaper()
    process.kill()
    assert gone([command], 20.0)
    for orphan in orphans:  # the one case in which they are on their own
        orphan.kill()


def test_what_the_command_leaves_behind_is_killed(reaper: Start):
    process, tree = reaper("leave")
    assert process.wait(20) == 3
    assert gone(tree, 20.0)


def test_the_command_is_out_of_the_terminals_reach(reaper: Start):
    process, (command, *_rest) = reaper()
    assert os.getsid(command.pid) == os.getpgid(command.pid) == command.pid
    assert os.getsid(process.pid) != command.pid


def test_status_is_handed_on():
    assert run("sh", "-c", "exit 7").returncode == 7
    assert run("sh", "-c", "kill -SEGV $$").returncode == 128 + signal.SIGSEGV


def test_a_command_that_does_not_exist():
    result = run("no-such-program")
    assert result.returncode == 127
    assert result.stderr == "no-such-program: No such file or directory\n"


def test_it_needs_the_standard_library_only():
    file = [sys.executable, "-IS", reaper_module.__file__]
    with subprocess.Popen([*file, "--", "true"], stdin=subprocess.PIPE) as process:
        assert process.wait(20) == 0

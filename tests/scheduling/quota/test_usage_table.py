"""The table that workers share, by itself and with processes that share it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from ocelli.edge.scheduling.quota import usage_table
from ocelli.edge.scheduling.quota.usage_table import (
    BYTES,
    CALLS,
    IMAGES,
    STREAMS,
    TableFullError,
    UsageTable,
    key_of,
)

KEY = key_of("team-a")

TAKE_UNTIL = """
import sys, time
from ocelli.edge.scheduling.quota.usage_table import CALLS, UsageTable, key_of
fd, worker, rate, until_s = int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:])
table, taken, began_s = UsageTable(fd, worker), 0, time.monotonic()
while (tried_s := time.monotonic()) < until_s:
    taken += not table.take(key_of("team-a"), CALLS, rate)
print(taken, began_s, tried_s, time.monotonic())
"""
LOCK_AND_WAIT = """
import fcntl, sys, time
fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX, 1)
print("locked", flush=True)
time.sleep(60)
"""


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def start(program: str, fd: int, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(fd), *map(str, arguments)]
    return subprocess.Popen(command, pass_fds=(fd,), stdout=subprocess.PIPE, text=True)


def test_a_second_s_worth_passes_at_once_and_then_so_many_a_second() -> None:
    clock = Clock()
    table = UsageTable.alone(clock)
    assert [table.take(KEY, CALLS, 4) for _ in range(4)] == [0] * 4
    assert table.take(KEY, CALLS, 4) == pytest.approx(0.25)
    clock.now_s += 0.2
    assert table.take(KEY, CALLS, 4) == pytest.approx(0.05)
    clock.now_s += 0.06
    assert table.take(KEY, CALLS, 4) == 0
    clock.now_s += 3600
    assert [table.take(KEY, CALLS, 4) for _ in range(4)] == [0] * 4
    assert table.take(KEY, CALLS, 4) > 0


def test_fewer_than_one_a_second_pass_one_by_one() -> None:
    clock = Clock()
    table = UsageTable.alone(clock)
    assert table.take(KEY, IMAGES, 0.1) == 0
    assert table.take(KEY, IMAGES, 0.1) == pytest.approx(10)
    clock.now_s += 10.001
    assert table.take(KEY, IMAGES, 0.1) == 0


def test_what_is_taken_on_credit_is_waited_for_in_turn() -> None:
    table = UsageTable.alone(Clock())
    waits_s = [table.take(KEY, IMAGES, 2, on_credit=True) for _ in range(5)]
    assert waits_s == pytest.approx([0, 0, 0.5, 1, 1.5])
    assert table.take(KEY, IMAGES, 2) == pytest.approx(2)


def test_principals_and_buckets_are_apart() -> None:
    table = UsageTable.alone(Clock())
    assert table.take(KEY, CALLS, 1) == 0
    assert table.take(KEY, IMAGES, 1) == 0
    assert table.take(key_of("team-b"), CALLS, 1) == 0
    assert table.take(KEY, CALLS, 1) > 0


def test_what_all_workers_hold_counts_and_what_a_dead_one_held_is_taken_back() -> None:
    fd = UsageTable.create(2)
    first, second = (UsageTable(os.dup(fd), worker) for worker in range(2))
    assert first.hold(KEY, BYTES, 60, 100)
    assert second.hold(KEY, BYTES, 40, 100)
    assert not second.hold(KEY, BYTES, 1, 100)
    assert second.hold(KEY, STREAMS, 1, 1)
    first.release(KEY, BYTES, 60)
    assert second.hold(KEY, BYTES, 60, 100)
    assert not first.hold(KEY, STREAMS, 1, 1)
    UsageTable(os.dup(fd), 1)
    assert first.hold(KEY, STREAMS, 1, 1)
    assert first.hold(KEY, BYTES, 100, 100)
    os.close(fd)


def test_the_slot_of_who_is_idle_is_given_to_another_and_that_of_who_is_not_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usage_table, "_SLOTS", 2)
    monkeypatch.setattr(usage_table, "_BUCKETS_AT", usage_table._KEYS_AT + 2 * 16)
    monkeypatch.setattr(usage_table, "_HELD_AT", usage_table._BUCKETS_AT + 2 * 48)
    clock = Clock()
    table = UsageTable.alone(clock)
    holder, idle, other = map(key_of, ("holder", "idle", "other"))
    assert table.hold(holder, STREAMS, 1, 1)
    assert table.take(idle, CALLS, 1) == 0
    with pytest.raises(TableFullError):
        table.take(other, CALLS, 1)
    clock.now_s += 11
    assert table.take(other, CALLS, 1) == 0
    assert not table.hold(holder, STREAMS, 1, 1)
    with pytest.raises(TableFullError):
        table.take(idle, CALLS, 1)
    clock.now_s += 11
    assert table.take(idle, CALLS, 1) == 0
    table.release(holder, STREAMS, 1)
    assert table.hold(holder, STREAMS, 1, 1)


def test_processes_that_share_it_take_exactly_what_there_is() -> None:
    rate, fd = 500.0, UsageTable.create(3)
    until_s = time.monotonic() + 2.0
    takers = [start(TAKE_UNTIL, fd, worker, rate, until_s) for worker in range(3)]
    seen = [[float(part) for part in taker.communicate()[0].split()] for taker in takers]
    counts, began_s, tried_s, ended_s = zip(*seen, strict=True)
    assert min(counts) > 0
    assert sum(counts) <= rate + rate * (max(ended_s) - min(began_s)) + 1
    # A busy machine may keep all of them from trying for a moment.
    assert sum(counts) > rate + rate * (max(tried_s) - min(began_s) - 0.2)
    os.close(fd)


def test_a_process_that_dies_with_the_lock_leaves_it_free() -> None:
    fd = UsageTable.create(2)
    table = UsageTable(os.dup(fd))
    holder = start(LOCK_AND_WAIT, fd)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    holder.send_signal(signal.SIGKILL)
    began_s = time.monotonic()
    assert table.take(KEY, CALLS, 1) == 0
    assert time.monotonic() - began_s < 5
    holder.communicate()
    os.close(fd)

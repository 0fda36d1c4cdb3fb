"""A child that is kept running."""

import asyncio
import os
import signal
from collections.abc import Callable

import psutil
import pytest

from ocelli.edge.processes.child import ChildError, SupervisedProcess, describe_status, spawn
from ocelli.edge.processes.supervision import Backoff, StartError, Supervisor


class Program:
    """A child whose lives are counted; a command that is not `LASTS` is never up."""

    def __init__(self, *commands: list[str]) -> None:
        self.commands = list(commands)
        self.pids: list[int] = []
        self.cleanings = 0
        self.lasts = False
        self.changes: list[bool] = []
        self.supervisor = Supervisor(
            "the program",
            self.spawn,
            self.follow,
            grace_s=5.0,
            clean_up=self.clean_up,
            on_change=self.changes.append,
        )

    async def spawn(self) -> SupervisedProcess:
        command = self.commands[min(len(self.pids), len(self.commands) - 1)]
        self.lasts = command is LASTS
        child = await spawn(command)
        self.pids.append(child.pid)
        return child

    async def follow(self, child: SupervisedProcess, came_up: Callable[[], None]) -> str:
        if self.lasts:
            came_up()
        return f"the program ended with {describe_status(await child.wait())}"

    async def clean_up(self) -> None:
        self.cleanings += 1

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not true():  # noqa: ASYNC110  # what is awaited is another process's doing
                await asyncio.sleep(0.01)


LASTS = ["sleep", "300"]


async def test_a_life():
    program = Program(LASTS)
    supervisor = program.supervisor
    assert not await supervisor.wait_up()
    await supervisor.start()
    assert supervisor.up
    assert supervisor.child is not None
    assert supervisor.child.pid == program.pids[0]
    await supervisor.stop()
    assert (supervisor.up, supervisor.child, supervisor.restarts) == (False, None, 0)
    assert (program.changes, program.cleanings) == ([True, False], 1)
    assert not psutil.pid_exists(program.pids[0])
    await supervisor.stop()


async def test_it_comes_back_when_it_dies(caplog: pytest.LogCaptureFixture):
    program = Program(LASTS)
    await program.supervisor.start()
    os.kill(program.pids[0], signal.SIGKILL)
    await program.until(lambda: program.changes == [True, False, True])
    assert await program.supervisor.wait_up()
    assert program.supervisor.restarts == 1
    assert program.cleanings == 1
    assert program.supervisor.trouble == "the program ended with SIGKILL"
    assert "the program ended with SIGKILL; starting it again" in caplog.text
    await program.supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in program.pids)


async def test_a_restart_that_fails_is_followed_by_another():
    program = Program(LASTS, ["false"], LASTS)
    await program.supervisor.start()
    os.kill(program.pids[0], signal.SIGKILL)
    await program.until(lambda: program.changes == [True, False, True])
    assert program.supervisor.restarts == 2
    await program.supervisor.stop()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["false"], "the program ended with exit status 1"),
        (["no-such"], "the program could not be started: could not start no-such: No such file"),
    ],
)
async def test_a_first_start_that_fails_is_reported_and_may_be_repeated(
    command: list[str], reason: str
):
    program = Program(command)
    with pytest.raises(StartError, match=reason):
        await program.supervisor.start()
    assert (program.supervisor.up, program.supervisor.restarts) == (False, 0)
    assert program.changes == []
    program.commands = [LASTS]
    await program.supervisor.start()
    await program.supervisor.stop()


async def test_a_cancelled_start_leaves_nothing():
    program = Program(["sleep", "299"])
    starting = asyncio.create_task(program.supervisor.start())
    await program.until(lambda: bool(program.pids))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not psutil.pid_exists(program.pids[0])
    assert program.cleanings == 1


async def test_what_a_listener_raises_does_not_end_the_supervision():
    program = Program(LASTS)
    raised = asyncio.Event()

    def raise_it(up: bool) -> None:
        raise RuntimeError(up)

    asyncio.get_running_loop().set_exception_handler(lambda *_: raised.set())
    try:
        program.supervisor._on_change = raise_it
        await program.supervisor.start()
        os.kill(program.pids[0], signal.SIGKILL)
        await program.until(lambda: len(program.pids) == 2)
        assert await program.supervisor.wait_up()
        await program.supervisor.stop()
    finally:
        asyncio.get_running_loop().set_exception_handler(None)
    assert raised.is_set()


async def test_a_bug_in_what_follows_it_is_raised_by_start():
    async def follow(_: SupervisedProcess, __: Callable[[], None]) -> str:
        raise RuntimeError("a bug")

    program = Program(LASTS)
    supervisor = Supervisor("the program", program.spawn, follow, grace_s=5.0)
    with pytest.raises(RuntimeError, match="a bug"):
        await supervisor.start()
    assert not psutil.pid_exists(program.pids[0])


async def test_an_error_of_spawn_is_reported_with_the_name():
    async def refuse() -> SupervisedProcess:
        raise ChildError("no")

    supervisor = Supervisor("it", refuse, Program(LASTS).follow, grace_s=5.0)
    with pytest.raises(StartError, match=r"^it could not be started: no$"):
        await supervisor.start()


def test_backoff_grows_to_its_limit_and_starts_anew_after_a_healthy_life():
    now_s = 0.0
    backoff = Backoff(max_s=3.0, healthy_s=60.0, clock=lambda: now_s)
    row = []
    for lived_s in (1, 1, 1, 1, 1, 60, 1):
        backoff.started()
        now_s += lived_s
        row.append(backoff.next_delay_s())
    assert row == [0.0, 0.5, 1.0, 2.0, 3.0, 0.0, 0.5]

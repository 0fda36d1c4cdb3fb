import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Hashable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.flow import Flow


def run(
    threads: FairExecutor, flow: Hashable, work: Callable[..., object], *arguments: object
) -> Coroutine[None, None, object]:
    return threads.run(Flow(flow), work, *arguments)


async def test_flows_take_turns_however_much_one_of_them_has_waiting() -> None:
    threads = FairExecutor(1)
    order: list[str] = []
    gate = threading.Event()
    blocked = [asyncio.create_task(run(threads, "block", gate.wait)) for _ in range(2)]
    flood = [asyncio.create_task(run(threads, "flood", order.append, f"f{n}")) for n in range(10)]
    await asyncio.sleep(0)
    polite = [asyncio.create_task(run(threads, f"p{n}", order.append, f"p{n}")) for n in range(3)]
    await asyncio.sleep(0)
    assert threads.waiting == 13
    gate.set()
    await asyncio.gather(*blocked, *flood, *polite)
    assert order[:4] == ["f0", "p0", "p1", "p2"]
    assert sorted(order) == sorted([*(f"f{n}" for n in range(10)), "p0", "p1", "p2"])
    threads.close()


async def test_whose_flow_was_idle_goes_before_the_next_of_whose_was_not() -> None:
    threads = FairExecutor(1)
    order: list[str] = []
    gate = threading.Event()
    blocked = asyncio.create_task(run(threads, "block", gate.wait))
    flood = [asyncio.create_task(run(threads, "flood", order.append, f"f{n}")) for n in range(4)]
    await asyncio.sleep(0)
    late = [asyncio.create_task(run(threads, "late", order.append, f"l{n}")) for n in range(3)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(blocked, *flood, *late)
    # f0 was handed over already.
    assert order == ["f0", "l0", "f1", "l1", "f2", "l2", "f3"]
    threads.close()


async def test_a_flow_that_was_idle_has_saved_up_no_turns() -> None:
    threads = FairExecutor(1)
    order: list[str] = []
    for _ in range(50):
        await run(threads, "busy", int)
    gate = threading.Event()
    blocked = [asyncio.create_task(run(threads, "block", gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    both = [
        asyncio.create_task(run(threads, flow, order.append, f"{flow}{n}"))
        for n in range(3)
        for flow in ("new", "busy")
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*blocked, *both)
    assert order == ["new0", "busy0", "new1", "busy1", "new2", "busy2"]
    threads.close()


async def test_an_error_reaches_its_caller_and_the_next_one_runs() -> None:
    threads = FairExecutor(1)
    results = await asyncio.gather(
        run(threads, "a", int, "no number"),
        run(threads, "a", int, "7"),
        return_exceptions=True,
    )
    assert isinstance(results[0], ValueError)
    assert results[1] == 7
    threads.close()


async def test_who_leaves_while_waiting_is_not_run() -> None:
    threads = FairExecutor(1)
    ran: list[int] = []
    gate = threading.Event()
    blocked = [asyncio.create_task(run(threads, "a", gate.wait)) for _ in range(2)]
    gone = asyncio.create_task(run(threads, "a", ran.append, 1))
    kept = asyncio.create_task(run(threads, "a", ran.append, 2))
    await asyncio.sleep(0)
    gone.cancel()
    gate.set()
    await asyncio.gather(*blocked, kept)
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert ran == [2]
    assert threads.waiting == 0
    threads.close()


@settings(max_examples=30)
@given(
    jobs=st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=60),
    size=st.integers(1, 4),
)
def test_everything_that_is_not_cancelled_runs_once_on_at_most_so_many_threads(
    jobs: list[tuple[int, bool]], size: int
) -> None:
    running = most = 0
    lock = threading.Lock()
    ran: list[int] = []

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.0001)
        with lock:
            running -= 1
            ran.append(number)
        return number

    async def main() -> list[object]:
        threads = FairExecutor(size)
        tasks = [
            asyncio.create_task(run(threads, flow, work, number))
            for number, (flow, _) in enumerate(jobs)
        ]
        await asyncio.sleep(0)
        for task, (_, cancel) in zip(tasks, jobs, strict=True):
            if cancel:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        threads.close()
        return list(results)

    results = asyncio.run(main())
    for number, (_, cancel) in enumerate(jobs):
        if not cancel:
            assert results[number] == number
            assert ran.count(number) == 1
    assert most <= size


async def test_closing_drops_what_has_not_begun_and_ends_the_threads() -> None:
    before = set(threading.enumerate())
    threads = FairExecutor(1)
    begun, gate = threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        gate.wait()

    running = asyncio.create_task(run(threads, "a", block))
    handed_over = asyncio.create_task(run(threads, "a", int, "7"))
    await asyncio.to_thread(begun.wait)
    (thread,) = {found for found in threading.enumerate() if found.name == "decode_0"} - before
    threads.close()
    gate.set()
    await running
    with pytest.raises(asyncio.CancelledError):
        await handed_over
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()

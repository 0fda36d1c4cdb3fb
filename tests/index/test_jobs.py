"""The engine's queue."""

import asyncio
import time

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.jobs import Job, JobQueue


def job(answers: list[object], *, size_bytes: int = 1, time_left_s: float = 10) -> Job:
    request = wire.Request(time.monotonic() + time_left_s, wire.List("", 1, 1))
    return Job(request, size_bytes, answers.append)


def reasons(answers: list[object]) -> list[Reason]:
    return [answer.reason for answer in answers if isinstance(answer, OcelliError)]


def at_once(_: Job) -> bool:
    return False


def test_first_in_first_out_without_the_late_and_the_withdrawn():
    answers: list[object] = []
    queue = JobQueue(max_calls=10, max_bytes=10)
    first, late, withdrawn, last = (
        job(answers),
        job(answers, time_left_s=-1),
        job(answers),
        job(answers),
    )
    for each in (first, late, withdrawn, last):
        queue.put(each)
    withdrawn.withdrawn = True
    assert [queue.take(at_once), queue.take(at_once), queue.take(at_once)] == [first, last, None]
    assert reasons(answers) == [Reason.DEADLINE_EXCEEDED]


def test_what_has_to_wait_lets_others_pass_and_keeps_its_place():
    answers: list[object] = []
    queue = JobQueue(max_calls=10, max_bytes=10)
    held, other, held_too, late = (job(answers) for _ in range(4))
    for each in (held, other, held_too):
        queue.put(each)
    assert queue.take({held, held_too}.__contains__) is other
    assert queue.take({held, held_too}.__contains__) is None
    assert len(queue) == 2
    queue.put(late)
    held_too.request = wire.Request(time.monotonic() - 1, held_too.request.call)
    assert [queue.take(at_once), queue.take(at_once), queue.take(at_once)] == [held, late, None]
    assert reasons(answers) == [Reason.DEADLINE_EXCEEDED]


def test_what_was_begun_comes_first_and_is_ended_whoever_waits():
    answers: list[object] = []
    queue = JobQueue(max_calls=10, max_bytes=10)
    begun, next_one = job(answers, size_bytes=4), job(answers, size_bytes=6)
    queue.put(begun)
    queue.put(next_one)
    assert queue.take(at_once) is begun
    begun.withdrawn = True
    begun.request = wire.Request(time.monotonic() - 1, begun.request.call)
    queue.put_back(begun)
    assert queue.take({begun}.__contains__) is next_one
    assert queue.take(at_once) is begun
    queue.put(job(answers, size_bytes=10))
    assert answers == []


def test_calls_and_bytes_are_bounded():
    answers: list[object] = []
    queue = JobQueue(max_calls=2, max_bytes=10)
    queue.put(job(answers, size_bytes=100))  # larger than the bound, but alone
    queue.put(job(answers, size_bytes=1))
    assert reasons(answers) == [Reason.OVERLOADED]
    queue.take(at_once)
    queue.put(job(answers, size_bytes=5))
    queue.put(job(answers, size_bytes=5))
    assert len(queue) == 2
    queue.put(job(answers, size_bytes=0))
    assert reasons(answers) == [Reason.OVERLOADED] * 2
    queue.take(at_once)
    queue.put(job(answers, size_bytes=5))
    assert len(queue) == 2


async def test_waiting_ends_with_a_job_a_wake_or_the_time():
    answers: list[object] = []
    queue = JobQueue(max_calls=2, max_bytes=10)
    await queue.wait(0.01)
    for end in (lambda: queue.put(job(answers)), queue.wake):
        waiting = asyncio.create_task(queue.wait(None))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        end()
        await asyncio.wait_for(waiting, 1)
        queue.take(at_once)
    queue.put(job(answers))
    await asyncio.wait_for(queue.wait(None), 1)

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.principal import Priority
from ocelli.edge.scheduling.fair_queue import FairQueue
from ocelli.edge.scheduling.flow import Flow


def taken(queue: FairQueue[str], count: int | None = None) -> list[str]:
    return [queue.take() for _ in range(len(queue) if count is None else count)]


def batch(owner: str, part: str = "") -> Flow:
    return Flow(owner, part, priority=Priority.BATCH)


@pytest.mark.parametrize("weight", [0.5, 2.0, 3.0])
def test_owners_share_by_their_weights(weight: float) -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(100):
        queue.add(Flow("plain"), "plain")
        queue.add(Flow("weighed", weight=weight), "weighed")
    shares = Counter(taken(queue, 60))
    assert shares["weighed"] / shares["plain"] == pytest.approx(weight, rel=0.1)


def test_an_owner_of_many_connections_gets_what_one_with_a_single_one_gets() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(50):
        queue.add(Flow("many", f"connection {number}"), "many")
    for _ in range(10):
        queue.add(Flow("one", "connection"), "one")
    assert Counter(taken(queue, 20)) == {"many": 10, "one": 10}


def test_the_connections_of_one_owner_take_turns() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(10):
        queue.add(Flow("owner", "flood"), "flood")
    queue.add(Flow("owner", "polite"), "polite")
    queue.add(Flow("other"), "other")
    assert taken(queue, 4) == ["flood", "other", "polite", "flood"]


def test_batch_work_goes_after_all_that_is_interactive() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(3):
        queue.add(batch("a"), "batch")
    queue.add(Flow("a"), "interactive")
    queue.add(Flow("b"), "interactive")
    assert (len(queue), queue.interactive) == (5, 2)
    assert taken(queue) == ["interactive"] * 2 + ["batch"] * 3


JOBS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from(Priority), st.booleans()
    ),
    max_size=40,
)


@given(jobs=JOBS, early=st.integers(0, 10))
def test_each_job_is_taken_once_unless_it_was_discarded(
    jobs: list[tuple[str, str, Priority, bool]], early: int
) -> None:
    queue: FairQueue[tuple[int]] = FairQueue()
    added = [
        (Flow(owner, part, priority=priority), (number,), discarded)
        for number, (owner, part, priority, discarded) in enumerate(jobs)
    ]
    for flow, job, _ in added:
        queue.add(flow, job)
    first = [queue.take() for _ in range(min(early, len(queue)))]
    for flow, job, discarded in added:
        if discarded:
            queue.discard(flow, job)
    kept = [job for _, job, discarded in added if not discarded or job in first]
    assert len(queue) == len(kept) - len(first)
    rest = [queue.take() for _ in range(len(queue))]
    assert sorted(first + rest) == kept
    assert queue.interactive == len(queue) == 0

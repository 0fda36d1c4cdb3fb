"""One slot between two threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ocelli.client.source.latest_slot import LatestSlot


def test_the_newest_wins_and_the_rest_is_counted() -> None:
    slot: LatestSlot[int] = LatestSlot(newest=True)
    assert all(slot.put(number) for number in range(5))
    assert slot.take(1) == 4
    assert slot.dropped == 4


def test_without_that_the_one_who_puts_waits_and_nothing_is_lost() -> None:
    slot: LatestSlot[int] = LatestSlot(newest=False)
    ahead = 0

    def put() -> None:
        nonlocal ahead
        for ahead in range(50):
            assert slot.put(ahead)
        slot.close()

    thread = threading.Thread(target=put)
    thread.start()
    taken = []
    while (item := slot.take(5)) is not None:
        taken.append(item)
        assert ahead <= item + 2
    thread.join(5)
    assert taken == list(range(50))
    assert slot.dropped == 0


def test_every_item_is_taken_or_dropped_and_order_is_kept() -> None:
    slot: LatestSlot[int] = LatestSlot(newest=True)

    def take() -> list[int]:
        taken = []
        while (item := slot.take(5)) is not None:
            taken.append(item)
        return taken

    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(take)
        for number in range(5000):
            slot.put(number)
        slot.close()
        taken = taking.result(5)
    assert taken == sorted(taken)
    assert taken[-1] == 4999
    assert len(taken) + slot.dropped == 5000


def test_a_taker_waits_no_longer_than_it_says() -> None:
    slot: LatestSlot[int] = LatestSlot(newest=True)
    with pytest.raises(TimeoutError):
        slot.take(0.05)
    slot.put(1)
    assert slot.take(0.05) == 1


def test_closing_wakes_both_sides_and_hands_over_what_is_left_before_the_failure() -> None:
    slot: LatestSlot[int] = LatestSlot(newest=False)
    slot.put(1)
    with ThreadPoolExecutor(1) as pool:
        putting = pool.submit(slot.put, 2)
        slot.close(OSError("gone"))
        slot.close()
        assert putting.result(5) is False
    assert slot.take(1) == 1
    with pytest.raises(OSError, match="gone"):
        slot.take(1)

    empty: LatestSlot[int] = LatestSlot(newest=True)
    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(empty.take, 5)
        empty.close()
        assert taking.result(2) is None

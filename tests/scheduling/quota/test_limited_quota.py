"""What a principal with limits meets, and one without."""

import asyncio
import time

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.principal import ANYONE, Limits, Principal
from ocelli.edge.scheduling.quota.held_bytes import HeldBytes
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.server.status import to_status


def quota(**limits: float) -> Quota:
    return Quotas(UsageTable.alone()).of(
        Principal(name="team-a", limits=Limits(**limits))  # type: ignore[arg-type]  # whole numbers
    )


@pytest.mark.parametrize(
    ("limit", "take"),
    [("calls_per_s", Quota.take_call), ("images_per_s", Quota.take_image)],
)
def test_one_too_many_in_a_second_is_refused_with_the_time_until_the_next(
    limit: str, take: object
) -> None:
    name = take.__name__  # type: ignore[attr-defined]  # a function
    limited = quota(**{limit: 4.0})
    for _ in range(4):
        getattr(limited, name)()
    with pytest.raises(OcelliError) as refused:
        getattr(limited, name)()
    assert refused.value.reason is Reason.RATE_LIMITED
    assert refused.value.quota == limit
    assert refused.value.retry_after_s == pytest.approx(0.25, abs=0.05)
    assert "team-a" in refused.value.message
    kinds = [detail.TypeName() for detail in to_status(refused.value).details]
    assert {"google.rpc.QuotaFailure", "google.rpc.RetryInfo"} <= set(kinds)


def test_one_stream_too_many_is_refused_until_another_ends() -> None:
    limited = quota(max_open_streams=1)
    limited.open_stream()
    with pytest.raises(OcelliError) as refused:
        limited.open_stream()
    assert (refused.value.reason, refused.value.quota) == (
        Reason.QUOTA_EXCEEDED,
        "max_open_streams",
    )
    limited.close_stream()
    limited.open_stream()


def test_bytes_beyond_the_limit_are_refused_until_others_are_released() -> None:
    limited = quota(max_inflight_bytes=100)
    with HeldBytes(limited) as held:
        held.add(60)
        with HeldBytes(limited) as other, pytest.raises(OcelliError) as refused:
            other.add(41)
        held.add(40)
    assert refused.value.reason is Reason.RATE_LIMITED
    assert refused.value.retry_after_s == 0.1
    with HeldBytes(limited) as held, pytest.raises(OcelliError) as refused:
        held.add(101)
    assert refused.value.reason is Reason.QUOTA_EXCEEDED
    assert refused.value.retry_after_s is None
    with HeldBytes(limited) as held:
        held.add(100)


async def test_a_stream_waits_until_there_is_room_for_its_bytes() -> None:
    limited = quota(max_inflight_bytes=100)
    with HeldBytes(limited) as stream, HeldBytes(limited) as other:
        stream.add(60)
        waiting = asyncio.create_task(other.wait_to_add(50))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        stream.release_oldest()
        async with asyncio.timeout(5):
            await waiting
        with pytest.raises(OcelliError, match="100 bytes"):
            await other.wait_to_add(101)


async def test_frames_wait_for_their_turn_and_leave_none_to_calls() -> None:
    limited = quota(images_per_s=20)
    began_s = time.monotonic()
    for _ in range(24):
        await limited.wait_for_frame()
    assert time.monotonic() - began_s == pytest.approx(0.2, abs=0.1)
    assert limited.frame_delay_s() > 0
    with pytest.raises(OcelliError):
        limited.take_image()


def test_who_has_no_limits_is_not_counted() -> None:
    quotas = Quotas(UsageTable.alone())
    assert quotas.of(ANYONE) is UNLIMITED
    assert quotas.of(Principal(name="free")) is UNLIMITED
    UNLIMITED.take_call()
    UNLIMITED.take_image()
    assert UNLIMITED.frame_delay_s() == 0
    assert UNLIMITED.try_hold_bytes(1 << 60)


def test_other_limits_of_the_same_principal_hold_from_the_next_call_on() -> None:
    quotas = Quotas(UsageTable.alone())
    few = quotas.of(Principal(name="a", limits=Limits(calls_per_s=1)))
    assert quotas.of(Principal(name="a", limits=Limits(calls_per_s=1))) is few
    few.take_call()
    with pytest.raises(OcelliError):
        few.take_call()
    more = quotas.of(Principal(name="a", limits=Limits(calls_per_s=1000)))
    time.sleep(0.01)
    more.take_call()

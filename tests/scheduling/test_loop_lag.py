import asyncio
import time

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.loop_lag import LoopLag


async def test_a_late_loop_takes_no_call_that_cannot_wait() -> None:
    lag = LoopLag()
    measuring = asyncio.create_task(lag.measure())
    for _ in range(12):
        time.sleep(0.2)  # noqa: ASYNC251  # what makes a loop late
        await asyncio.sleep(0)
    with pytest.raises(OcelliError) as refused:
        lag.check(remaining_s=1)
    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.quota == "event_loop"
    assert 0.1 <= (refused.value.retry_after_s or 0) <= 2
    lag.check(remaining_s=60)
    async with asyncio.timeout(10):
        while lag.lag_s > 0.01:  # noqa: ASYNC110  # what is awaited is the measurement
            await asyncio.sleep(0.02)
    lag.check(remaining_s=1)
    measuring.cancel()

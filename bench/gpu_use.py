"""How busy the NVIDIA GPU of this machine is, while a block runs."""

import asyncio
import contextlib
import shutil
from statistics import mean
from types import TracebackType
from typing import Self

_PERIOD_S = 1.0
_QUERY = ("--query-gpu=utilization.gpu", "--format=csv,noheader,nounits")


class GpuUse:
    """Reads the utilisation every second for the length of an `async with`.

    Attributes:
        percent: the mean of what was read; None without a GPU.
    """

    def __init__(self) -> None:
        self.percent: float | None = None
        self._seen: list[float] = []
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._keep_reading())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        self.percent = round(mean(self._seen), 1) if self._seen else None

    async def _keep_reading(self) -> None:
        program = shutil.which("nvidia-smi")
        while program is not None:
            process = await asyncio.create_subprocess_exec(
                program, *_QUERY, stdout=asyncio.subprocess.PIPE
            )
            output, _ = await process.communicate()
            first = output.decode(errors="replace").strip().partition("\n")[0]
            if first.strip().isdecimal():
                self._seen.append(float(first))
            await asyncio.sleep(_PERIOD_S)

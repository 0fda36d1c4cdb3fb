"""Progress on stderr: bars on a terminal, a line per step elsewhere."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from ocelli.client.cli.output import error_console

_NAME_COLUMNS = 16


class _RateColumn(ProgressColumn):
    """Items per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "", style="dim")


def counting(description: str, total: int | None) -> tuple[Progress, TaskID]:
    """Makes a bar that counts items. It shows nothing where stderr is no terminal."""
    console = error_console()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    return progress, progress.add_task(description, total=total)


class _NowColumn(ProgressColumn):
    """What a caller says of the moment."""

    def __init__(self, now: Callable[[], str]) -> None:
        super().__init__()
        self._now = now

    def render(self, _: Task) -> Text:
        return Text(self._now(), style="dim", no_wrap=True)


def watching(
    description: str, total: int | None, now: Callable[[], str]
) -> tuple[Progress, TaskID]:
    """Makes a bar that counts frames, without an end if `total` is None, and a line beside it.

    It shows nothing where stderr is no terminal.

    Args:
        description: stands before the bar.
        total: how many frames there will be.
        now: makes the line; called from another thread.
    """
    console = error_console()
    name = Column(max_width=_NAME_COLUMNS, no_wrap=True, overflow="ellipsis")
    count: tuple[ProgressColumn, ...] = (SpinnerColumn(), TextColumn("{task.completed} frames"))
    if total:
        count = (BarColumn(bar_width=_NAME_COLUMNS), MofNCompleteColumn())
    progress = Progress(
        TextColumn("{task.description}", markup=False, table_column=name),
        *count,
        _NowColumn(now),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    return progress, progress.add_task(description, total=total)


def spending(description: str) -> tuple[Progress, TaskID]:
    """Makes a bar that goes from 0 to 1, with the task's field `note` beside it.

    It shows nothing where stderr is no terminal.
    """
    console = error_console()
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    return progress, progress.add_task(description, total=1, note="")


class Steps:
    """Shows the steps of an installation, each with its bytes."""

    def __init__(self) -> None:
        self._console = error_console()
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """Takes an advance: bytes done of bytes altogether, 1 for steps that count none."""
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
            if self._bars.disable:
                self._console.print(f"{step} …", markup=False)
        self._bars.update(self._tasks[step], completed=done, total=total)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

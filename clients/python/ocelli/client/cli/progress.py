"""Progress on stderr: bars on a terminal, a line per step elsewhere."""

from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ocelli.client.cli.output import error_console


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

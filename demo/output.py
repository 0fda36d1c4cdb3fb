"""What every part of the demo prints and writes with."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from ocelli.client import Detection

Json = Mapping[str, object]


@dataclass
class Output:
    """Where the demo's words and files go.

    Attributes:
        folder: absolute; gets all files.
        files: what was written, in order.
        timings_s: part of the demo → seconds it took.
        problems: what went wrong without ending the demo, one line each.
    """

    folder: Path
    console: Console = field(default_factory=lambda: Console(highlight=False))
    files: list[Path] = field(default_factory=list)
    timings_s: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """A new file in the folder, noted among `files`; its own folder exists."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.append(path)
        return path

    @contextmanager
    def part(self, name: str, title: str = "") -> Iterator[None]:
        """Takes the time of a part, under a heading if it has a title."""
        if title:
            self.console.print(f"\n[bold]{escape(title)}[/]")
        begun_s = time.perf_counter()
        yield
        self.timings_s[name] = round(time.perf_counter() - begun_s, 3)

    def say(self, text: str) -> None:
        """Prints a line as it is."""
        self.console.print(text, markup=False, soft_wrap=True)

    def table(self, *columns: str) -> Table:
        """Makes a table; a column whose name begins with '>' is set to the right."""
        made = Table(box=None, pad_edge=False, header_style="dim")
        for name in columns:
            right = name.startswith(">")
            made.add_column(name.lstrip(">"), justify="right" if right else "left")
        return made

    def counted(self, name: str, total: int) -> Progress:
        """A bar with one task, number 0; hidden where the output is no terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        hidden = not self.console.is_terminal
        bar = Progress(*columns, console=self.console, transient=True, disable=hidden)
        bar.add_task(name, total=total)
        return bar

    def write_json(self, name: str, value: Json) -> None:
        """Writes a JSON file."""
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (self.folder / name).write_text(text + "\n", encoding="utf-8")


def detections_json(detections: Iterable[Detection]) -> list[Json]:
    """Found objects; boxes are x_min, y_min, x_max, y_max in pixels of the upright image."""
    return [
        {
            "label": found.label,
            "score": round(found.score, 4),
            "box": [round(edge, 2) for edge in found.box],
        }
        for found in detections
    ]

"""Read: what is written in pictures, and which picture says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from demo.notices import Notice
from demo.output import Json, Output
from ocelli.client import Client, IndexItem, ReadResult, draw, match
from ocelli.client.contact_sheet import contact_sheet
from ocelli.models.media import Medium

_COLLECTION = "demo-text"
_SHOWN_CHARS = 44

_ASKED: Mapping[str, str] = MappingProxyType(
    {
        "jokes": "bin.jpg",
        "espresso": "notices/coffee.jpg",
        "closed mondays": "notices/pagoda.jpg",
        "sale": "notices/motorcycle.jpg",
        "mimi reward": "notices/cat.jpg",
        "market saturday": "notices/flower.jpg",
    }
)
"""Words → the one picture that says them. The book of jokes lies on its head in a photo."""


@dataclass(frozen=True)
class Read:
    """A picture and what was read in it."""

    id: str
    path: Path
    expected: tuple[str, ...]
    """What it is known to say; empty for a photo as it is."""
    result: ReadResult


@dataclass(frozen=True)
class Asked:
    """Words and the pictures that say them."""

    words: str
    expected: str
    found: tuple[str, ...]

    @property
    def correct(self) -> bool:
        """The picture was found, and no other."""
        return self.found == (self.expected,)


def read_pictures(
    client: Client, photos: Sequence[Medium], notices: Sequence[Notice], output: Output
) -> list[Read]:
    """Reads the photos as they are and the notices; prints what they say."""
    sources = [
        *((photo.path.name, photo.path, ()) for photo in photos),
        *((f"notices/{notice.path.name}", notice.path, notice.lines) for notice in notices),
    ]
    read = [Read(name, path, lines, client.read(path)) for name, path, lines in sources]
    rows = output.table("picture", "says", ">least score", ">server")
    for each in read:
        if each.result.lines:
            text = each.result.text.replace("\n", " / ")
            shown = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
            least = min(line.score for line in each.result.lines)
            took = f"{each.result.timings.total_us / 1000:.0f} ms"
            rows.add_row(each.id, shown, f"{least:.2f}", took)
    output.console.print(rows)
    known = [each for each in read if each.expected]
    right = [each for each in known if _says_it(each)]
    output.say(f"{len(right)} of {len(known)} notices were read to the letter")
    if len(right) < len(known) - 1:
        output.problems.append(f"only {len(right)} of {len(known)} notices were read")
    return read


def find_by_text(client: Client, read: Sequence[Read], output: Output) -> list[Asked]:
    """Stores the pictures with their text, and asks which ones say some words."""
    client.collections.create(_COLLECTION, fields={"text": "text"})
    for stored in client.index(_COLLECTION, _items(read)):
        if stored.error is not None:
            output.problems.append(f"{stored.id} was not stored with its text: {stored.error}")
    asked = []
    rows = output.table("words", "written in", "")
    for words, expected in _ASKED.items():
        points = client.points.list(_COLLECTION, match("text", words))
        answer = Asked(words, expected, tuple(point.id for point in points))
        asked.append(answer)
        remark = "[green]right[/]" if answer.correct else "[red]wrong[/]"
        rows.add_row(words, ", ".join(answer.found) or "–", remark)
    output.console.print(rows)
    if wrong := [answer.words for answer in asked if not answer.correct]:
        output.problems.append(f"other pictures than expected say {'; '.join(wrong)}")
    return asked


def draw_text(read: Sequence[Read], output: Output) -> None:
    """Writes a sheet of the pictures with text, outlined as it was found."""
    tiles = [
        (
            draw.outline(draw.load(each.path), [line.corners for line in each.result.lines]),
            max(each.result.lines, key=lambda line: line.score).text,
        )
        for each in read
        if each.result.lines
    ]
    if tiles:
        draw.save(output.path("text.png"), contact_sheet(tiles, columns=3))


def text_json(read: Sequence[Read], asked: Sequence[Asked]) -> Json:
    """Every picture with its lines, and every few words with the pictures that say them."""
    return {
        "pictures": [
            {
                "id": each.id,
                "image": str(each.path),
                "expected": list(each.expected),
                "lines": [
                    {
                        "text": line.text,
                        "score": round(line.score, 4),
                        "corners": [[round(x, 1), round(y, 1)] for x, y in line.corners],
                    }
                    for line in each.result.lines
                ],
                "server_ms": round(each.result.timings.total_us / 1000, 2),
            }
            for each in read
        ],
        "asked": [
            {"words": each.words, "expected": each.expected, "found": each.found} for each in asked
        ],
    }


def _items(read: Sequence[Read]) -> Iterator[IndexItem]:
    for each in read:
        yield IndexItem(each.id, each.path, {"text": each.result.text})


def _says_it(read: Read) -> bool:
    """Whether the last lines are the known ones: the photo above them may say more."""
    lines = tuple(line.text for line in read.result.lines)
    return lines[-len(read.expected) :] == read.expected

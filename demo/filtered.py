"""Search with a filter: nearest among those that meet a condition."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from demo.library import COLLECTION
from demo.lookalikes import Query
from demo.output import Json, Output
from ocelli.client import Client, Filter, SearchResult, all_of, between, equals
from ocelli.client.payload import PayloadValue

_HITS = 3


@dataclass(frozen=True)
class Case:
    """One condition, as the server and as Python reads it."""

    copy_of: str
    """The query: the copy of the photo with this stem."""
    text: str
    filter: Filter
    holds: Callable[[Mapping[str, PayloadValue]], bool]


@dataclass(frozen=True)
class Answered:
    """A condition and what was found under it."""

    case: Case
    result: SearchResult
    matching: int
    """Points that meet it, as the server counts them."""

    @property
    def kept(self) -> bool:
        """As many hits as there can be, and the condition holds for each."""
        wanted = min(_HITS, self.matching)
        held = [self.case.holds(hit.payload) for hit in self.result]
        return 0 < len(held) == wanted and all(held)


_CASES = (
    Case(
        "astronaut",
        "label = person",
        equals("label", "person"),
        lambda payload: payload.get("label") == "person",
    ),
    Case(
        "cat",
        "label = vehicle",
        equals("label", "vehicle"),
        lambda payload: payload.get("label") == "vehicle",
    ),
    Case(
        "motorcycle",
        "frame with a person, 4–8 s",
        all_of(equals("kind", "frame"), equals("objects", "person"), between("second", 4.0, 8.0)),
        lambda payload: (
            payload.get("kind") == "frame"
            and "person" in _strings(payload.get("objects"))
            and 4.0 <= _number(payload.get("second")) <= 8.0
        ),
    ),
)


def query_filtered(client: Client, queries: Sequence[Query], output: Output) -> list[Answered]:
    """Asks for the nearest under each condition and prints the hits."""
    copies = {query.photo.path.stem: query.path for query in queries}
    answered = []
    rows = output.table("copy of", "only", ">of", "found", ">score")
    for case in _CASES:
        image = copies[case.copy_of]
        result = client.search(COLLECTION, image=image, filter=case.filter, limit=_HITS)
        count = client.points.count(COLLECTION, case.filter)
        answered.append(Answered(case, result, count))
        for at, hit in enumerate(result):
            head = ("", "", "") if at else (case.copy_of, case.text, str(count))
            rows.add_row(*head, hit.id, f"{hit.score:.3f}")
        if not answered[-1].kept:
            output.problems.append(f"hits under the filter {case.text!r} are not what it asks for")
    output.console.print(rows)
    return answered


def filtered_json(answered: Sequence[Answered]) -> list[Json]:
    """Every condition with its hits."""
    return [
        {
            "query": found.case.copy_of,
            "filter": found.case.text,
            "matching": found.matching,
            "kept": found.kept,
            "hits": [
                {"id": hit.id, "score": round(hit.score, 4), "payload": hit.payload}
                for hit in found.result
            ],
        }
        for found in answered
    ]


def _strings(value: PayloadValue) -> Sequence[PayloadValue]:
    return value if isinstance(value, list) else ()


def _number(value: PayloadValue) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")

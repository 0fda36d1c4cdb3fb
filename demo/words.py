"""Search by words: is the right photo found by a plain description of it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from demo.output import Json, Output
from ocelli.client import Client, IndexItem, SearchResult, draw
from ocelli.client.contact_sheet import contact_sheet
from ocelli.models.media import Medium

MODELS = ("words_images", "words_texts")

_COLLECTION = "demo-words"
_HITS = 3
_LEAST_RIGHT = 0.6
"""Share of the queries; it knows nouns, and no space suit is among them."""

_PHOTOS: Mapping[str, str] = MappingProxyType(
    {
        "a cup of coffee": "coffee",
        "a hot drink": "coffee",
        "a kitten": "cat",
        "a pet": "cat",
        "a rocket launch": "rocket",
        "a space ship": "rocket",
        "a motorbike": "motorcycle",
        "a vehicle with two wheels": "motorcycle",
        "people eating dinner": "diners",
        "a meal in a restaurant": "diners",
        "a temple": "pagoda",
        "an old building": "pagoda",
        "a camera on a tripod": "photographer",
        "a man taking pictures": "photographer",
        "an astronaut": "astronaut",
        "a woman in a space suit": "astronaut",
        "groceries": "bin",
        "a flower": "flower",
    }
)
"""What a person might type → the photo that they mean, by its stem."""


@dataclass(frozen=True)
class Answer:
    """What was found for a few words."""

    words: str
    expected: str
    """The photo's stem."""
    result: SearchResult

    @property
    def rank(self) -> int:
        """At which place the right photo came, from 1; 0 if it is not among the hits."""
        stems = [hit.id.partition(".")[0] for hit in self.result]
        return stems.index(self.expected) + 1 if self.expected in stems else 0


def search_by_words(client: Client, photos: Sequence[Medium], output: Output) -> list[Answer]:
    """Stores the photos among words, asks for each by its descriptions, prints what came first."""
    client.collections.create(_COLLECTION, model=MODELS[0])
    for stored in client.index(
        _COLLECTION, (IndexItem(photo.path.name, photo.path) for photo in photos)
    ):
        if stored.error is not None:
            output.problems.append(f"{stored.id} was not stored among words: {stored.error}")
    answers = []
    rows = output.table("words", "found first", ">score", "then", ">score", ">server", "")
    for words, expected in _PHOTOS.items():
        answer = Answer(words, expected, client.search(_COLLECTION, text=words, limit=_HITS))
        answers.append(answer)
        first, second = answer.result.hits[:2]
        rows.add_row(
            *(words, first.id, f"{first.score:.2f}", second.id, f"{second.score:.2f}"),
            f"{answer.result.timings.total_us / 1000:.0f} ms",
            _remark(answer),
        )
    output.console.print(rows)
    right = sum(answer.rank == 1 for answer in answers)
    output.say(f"{right} of {len(answers)} found the right photo first")
    if right < _LEAST_RIGHT * len(answers):
        output.problems.append(f"only {right} of {len(answers)} searches by words were right")
    return answers


def draw_answers(photos: Sequence[Medium], answers: Sequence[Answer], output: Output) -> None:
    """Writes a sheet of the photo that each few words found first."""
    pixels = {photo.path.name: draw.load(photo.path) for photo in photos}
    tiles = [
        (
            pixels[answer.result[0].id],
            f"{answer.words} {answer.result[0].score:.2f}{'' if answer.rank == 1 else ', wrong'}",
        )
        for answer in answers
    ]
    draw.save(output.path("words.png"), contact_sheet(tiles, columns=6))


def words_json(answers: Sequence[Answer]) -> Json:
    """Every few words with their hits."""
    return {
        "models": MODELS,
        "queries": len(answers),
        "top1_correct": sum(answer.rank == 1 for answer in answers),
        "top3_correct": sum(answer.rank > 0 for answer in answers),
        "results": [
            {
                "words": answer.words,
                "expected": answer.expected,
                "rank": answer.rank,
                "hits": [{"id": hit.id, "score": round(hit.score, 4)} for hit in answer.result],
            }
            for answer in answers
        ],
    }


def _remark(answer: Answer) -> str:
    return {1: "[green]right[/]", 0: "[red]wrong[/]"}.get(answer.rank, f"place {answer.rank}")

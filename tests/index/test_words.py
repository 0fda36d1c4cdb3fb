"""Texts, found by their words."""

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits, validate_filter
from ocelli.edge.index.filters import AllOf, Equals, Filter, Match, NoneOf, OneOf, Range
from ocelli.edge.index.payload_change import Merge
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection, FieldType, Json
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.index.words import words
from tests.index.calls import soon
from tests.index.conftest import NewCollection
from tests.index.test_embedded import refusal

TEXT = Collection(name="c", dimension=1, fields={"t": FieldType.TEXT, "k": FieldType.KEYWORD})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?! -- \0 ☕️ 😀", []),
        ("Red car, RED door!", ["red", "car", "door"]),
        ("Straße STRASSE ﬁn", ["strasse", "fin"]),
        ("cafe\u0301 café CAFÉ", ["café"]),
        ("x²+1 a_b", ["x2", "1", "a", "b"]),
        ("東京タワー 2024年", ["東", "京", "タ", "ワ", "ー", "2024", "年"]),
        ("ｶﾞﾑ", ["ガ", "ム"]),
        ("ที่ ๒๕", ["ที่", "๒๕"]),
        ("ລາວ", ["ລ", "າ", "ວ"]),
        ("ខ្មែរ", ["ខ្", "មែ", "រ"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("\u202eשָׁלוֹם עולם\u202c", ["שָׁלוֹם", "עולם"]),
        ("\u0301", []),
    ],
)
def test_words_of_texts(text: str, expected: list[str]):
    assert words(text) == expected
    assert words(" ".join(expected)) == expected


def test_a_match_is_lowered():
    match = Match(field="t", text="Red, red CAR")
    assert validate_filter.check(match, TEXT) == AllOf((Equals("t", "red"), Equals("t", "car")))
    assert validate_filter.check(Match(field="t", text="Red"), TEXT) == Equals("t", "red")
    any_word = NoneOf((Match(field="t", text="red car", any_word=True),))
    assert validate_filter.check(any_word, TEXT) == NoneOf((OneOf("t", ("red", "car")),))


@pytest.mark.parametrize(
    ("tree", "reason", "field", "message"),
    [
        (Equals("t", "red"), Reason.FIELD_NOT_IN_SCHEMA, "equals.field", "match finds the words"),
        (OneOf("t", ("a",)), Reason.FIELD_NOT_IN_SCHEMA, "one_of.field", "match finds the words"),
        (Range(field="t", gt=1), Reason.FIELD_NOT_IN_SCHEMA, "range.field", "type text"),
        (Match(field="k", text="a"), Reason.FIELD_NOT_IN_SCHEMA, "match.field", "type keyword"),
        (Match(field="x", text="a"), Reason.FIELD_NOT_IN_SCHEMA, "match.field", "it has: 'k', 't'"),
        (Match(field="t", text=" …"), Reason.INVALID_FIELD, "match.text", "0 different words"),
        (
            Match(field="t", text=" ".join(map(str, range(101)))),
            Reason.INVALID_FIELD,
            "match.text",
            "101 different words",
        ),
        (Match(field="t", text="\ud800"), Reason.INVALID_FIELD, "match.text", "not valid Unicode"),
    ],
)
def test_matches_that_are_refused(tree: Filter, reason: Reason, field: str, message: str):
    with pytest.raises(OcelliError) as caught:
        validate_filter.check(tree, TEXT)
    assert (caught.value.reason, caught.value.field) == (reason, f"filter.{field}")
    assert message in caught.value.message


def test_every_word_counts_as_a_condition():
    hundred = Match(field="t", text=" ".join(map(str, range(100))))
    validate_filter.check(AllOf((hundred,) * 9), TEXT)
    with pytest.raises(OcelliError, match="a word to match being one"):
        validate_filter.check(AllOf((hundred,) * 10), TEXT)


def point(id_: str, **payload: Json) -> Point:
    return Point(id=id_, vector=np.ones(4, "f4"), payload=payload)


async def found(index: ValidatedIndex, name: str, tree: Filter) -> str:
    page = await index.list_points(name, filter=tree, call=soon())
    return "".join(sorted(record.id for record in page.items))


async def test_texts_are_found_by_their_words(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(t=FieldType.TEXT)).name
    texts: dict[str, Json] = {
        "a": "A red car",
        "b": ["The blue car", "a RED door"],
        "c": "東京の車",
        "d": "",
        "e": None,
        "f": "redcar",
    }
    points = [point(id_, t=text) for id_, text in texts.items()]
    assert not any(await index.upsert(name, points, call=soon()))
    assert await found(index, name, Match(field="t", text="car red")) == "ab"
    assert await found(index, name, Match(field="t", text="Car")) == "ab"
    assert await found(index, name, Match(field="t", text="blue 京", any_word=True)) == "bc"
    assert await found(index, name, Match(field="t", text="車 東")) == "c"
    assert await found(index, name, NoneOf((Match(field="t", text="red"),))) == "cdef"
    stored = await index.get_one(name, "b", call=soon())
    assert stored.payload == {"t": texts["b"]}
    await index.update_payload(name, ["a"], Merge({"t": "green"}), call=soon())
    assert await found(index, name, Match(field="t", text="red")) == "b"
    assert await found(index, name, Match(field="t", text="green")) == "a"
    for wrong in (1, True, ["a", 1], {"a": "b"}):
        (refused,) = await index.upsert(name, [point("x", t=wrong)], call=soon())
        assert refused is not None
        assert refused.reason is Reason.FIELD_NOT_IN_SCHEMA
        assert "expected a string" in refused.message


async def test_a_text_field_is_added_to_stored_points(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection()).name
    points = [point(f"{n}", t=f"Number {n}", u=n) for n in range(600)]
    assert not any(await index.upsert(name, points, call=soon()))
    fields = {"t": FieldType.TEXT, "u": FieldType.TEXT}
    await index.update_collection(name, add_fields=fields, call=soon(30))
    assert await found(index, name, Match(field="t", text="number 599")) == "599"
    assert await index.count(name, filter=Match(field="t", text="NUMBER"), call=soon()) == 600
    assert await index.count(name, filter=Match(field="u", text="1"), call=soon()) == 0


async def test_words_are_bounded(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(t=FieldType.TEXT)).name
    text = " ".join(f"w{n}" for n in range(5000))
    assert not any(await index.upsert(name, [point("a", t=text)], call=soon()))
    last = limits.MAX_TEXT_WORDS - 1
    assert await found(index, name, Match(field="t", text=f"w0 w{last}")) == "a"
    assert await found(index, name, Match(field="t", text=f"w{last + 1}")) == ""
    refused = await refusal(found(index, name, Equals("t", "w0")))
    assert refused.reason is Reason.FIELD_NOT_IN_SCHEMA

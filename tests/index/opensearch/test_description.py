"""What an index says of its collection."""

import msgspec
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.opensearch import description
from ocelli.edge.index.opensearch.description import SCHEMA_VERSION, Description
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.schema import Collection, FieldType, Metric

COLLECTION = Collection(
    name="a", dimension=3, metric=Metric.DOT, fields={"x.y": FieldType.TEXT}, model="m"
)


def meta(described: Description) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(description.encode(described)))


def test_a_description_comes_back():
    described = Description(
        generation="g", revision=3, collection=COLLECTION, pending={"n": FieldType.INTEGER}
    )
    assert description.decode("a", meta(described)) == described
    assert list(described.written_fields) == ["x.y", "n"]


def test_a_newer_one_is_refused_in_a_sentence():
    newer = Description(schema_version=SCHEMA_VERSION + 1, generation="g", collection=COLLECTION)
    with pytest.raises(OcelliError, match="has schema version 2, and this edge reads 1") as caught:
        description.decode("a", meta(newer))
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    with pytest.raises(OcelliError, match="no description that can be read"):
        description.decode("a", msgspec.Raw(b"{}"))


def test_names_cannot_be_confused():
    names = Names("p")
    assert names.index("a-b") == "p.a-b"
    for other in ("", "A", "a.b", "*", "_all", "a,b", "../x", "a" * 64, "a\n"):
        assert names.index(other) is None
    aliases = [names.state("a", "g", 1), names.state("a", "g", 12), names.pointer("x", "g"), "p.x"]
    assert names.revision(aliases, "a", "g") == 12
    assert [alias for alias in aliases if names.is_users(alias)] == ["p.x"]

"""Adding fields to a schema."""

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.schema import FieldType
from ocelli.edge.index.validate_collection import extended

FIELDS = {"a": FieldType.KEYWORD, "b": FieldType.BOOL}


def test_fields_are_added_in_order_and_those_that_exist_passed_over():
    together = extended(FIELDS, {"c": FieldType.FLOAT, "b": FieldType.BOOL})
    assert list(together) == ["a", "b", "c"]
    assert extended({}, {}) == {}
    assert len(extended(FIELDS, {f"f{n}": FieldType.BOOL for n in range(62)})) == 64


@pytest.mark.parametrize(
    ("add", "field"),
    [
        ({"c": FieldType.FLOAT, "b": FieldType.FLOAT}, "fields[1].type"),
        ({"": FieldType.FLOAT}, "fields[0].name"),
        ({f"f{n}": FieldType.BOOL for n in range(63)}, "fields"),
    ],
)
def test_fields_that_cannot_be_added(add: dict[str, FieldType], field: str):
    with pytest.raises(OcelliError) as caught:
        extended(FIELDS, add)
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, field)

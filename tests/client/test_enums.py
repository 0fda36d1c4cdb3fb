"""Words in place of the contract's enums."""

import pytest

from ocelli.client.enums import number_of, word_of
from ocelli.client.errors import InvalidRequest

NUMBERS = {"near": 1, "far": 2}


def test_words_and_values_stand_for_each_other() -> None:
    assert number_of(NUMBERS, "far", "request.where") == 2
    assert word_of(NUMBERS, 1) == "near"


def test_a_value_of_a_newer_contract_is_its_number() -> None:
    assert word_of(NUMBERS, 7) == "7"


def test_an_unknown_word_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidRequest, match="where is 'up'; expected one of near, far") as caught:
        number_of(NUMBERS, "up", "request.where")
    assert caught.value.field_violations[0].field == "request.where"

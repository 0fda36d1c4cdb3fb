"""Words in place of the contract's enums."""

from collections.abc import Mapping
from typing import TypeVar, cast

from ocelli.client.errors import invalid_request

Word = TypeVar("Word", bound=str)
Number = TypeVar("Number", bound=int)


def number_of(numbers: Mapping[Word, Number], word: Word, field: str) -> Number:
    """Finds the value that a caller's word stands for.

    Args:
        numbers: the values by word.
        word: what the caller gave.
        field: path of the field in the request.

    Raises:
        InvalidRequest: there is no such word.
    """
    try:
        return numbers[word]
    except KeyError:
        name = field.rpartition(".")[2]
        raise invalid_request(
            f"{name} is {word!r}; expected one of {', '.join(numbers)}", field=field
        ) from None


def word_of(numbers: Mapping[Word, Number], number: int) -> Word:
    """Finds the word for a value, or gives its number if a newer contract has added it."""
    for word, known in numbers.items():
        if known == number:
            return word
    return cast("Word", str(number))

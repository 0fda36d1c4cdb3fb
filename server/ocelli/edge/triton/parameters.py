"""Typed reading of the `ocelli.*` parameters in a model's Triton config."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from tritonclient.grpc import model_config_pb2

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.adapter import ModelSignature

_PREFIX = "ocelli."
Choice = TypeVar("Choice", bound=StrEnum)
AdapterT = TypeVar("AdapterT")


class Parameters:
    """The parameters of one model. Every reader names the key when it refuses a value.

    Raises:
        OcelliError: MODEL_REFUSED, from every method.
    """

    def __init__(
        self, model: str, parameters: Mapping[str, model_config_pb2.ModelParameter]
    ) -> None:
        self._model = model
        self._values: dict[str, str] = {
            key.removeprefix(_PREFIX): parameter.string_value
            for key, parameter in parameters.items()
            if key.startswith(_PREFIX)
        }

    @property
    def all(self) -> Mapping[str, str]:
        """Every parameter by its key without the prefix."""
        return self._values

    def text(self, key: str, default: str = "") -> str:
        """The value as it stands."""
        return self._values.get(key, default)

    def one_of(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of an enumeration's values, in any case."""
        text = self._values.get(key)
        if text is None and default is not None:
            return default
        for choice in choices:
            if text is not None and choice.value.lower() == text.lower():
                return choice
        found = "is missing" if text is None else f"is {text!r}"
        raise self.refuse(key, found, f"one of {', '.join(choice.value for choice in choices)}")

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        text = self._values.get(key)
        if text is None:
            return default
        value = _number(text)
        if not low <= value <= high:
            raise self.refuse(key, f"is {text!r}", f"a number from {low:g} to {high:g}")
        return value

    def channels(self, key: str, default: tuple[float, float, float]) -> tuple[float, float, float]:
        """A number per channel, or one for all three."""
        text = self._values.get(key)
        if text is None:
            return default
        values = [_number(part) for part in text.split(",")]
        if len(values) not in (1, 3) or not all(map(isfinite, values)):
            raise self.refuse(key, f"is {text!r}", "one number or three with commas between")
        first, second, third = values * 3 if len(values) == 1 else values
        return first, second, third

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        text = self._values.get(key)
        if text is None:
            return default
        text = text.lower()
        if text not in ("true", "false"):
            raise self.refuse(key, f"is {text!r}", "true or false")
        return text == "true"

    def names(self, key: str) -> tuple[str, ...]:
        """Names with newlines, or else commas, between."""
        text = self._values.get(key, "").strip()
        separator = "\n" if "\n" in text else ","
        return tuple(part.strip() for part in text.split(separator)) if text else ()

    def pairs(self, key: str) -> dict[str, str]:
        """Names and values, `name=value` with newlines, or else commas, between."""
        found = dict(part.partition("=")[::2] for part in self.names(key))
        if not all(found) or not all(found.values()):
            expected = "name=value, with commas between"
            raise self.refuse(key, f"is {self.text(key)!r}", expected)
        return found

    def adapter(
        self,
        adapters: Mapping[str, Callable[[ModelSignature], AdapterT]],
        signature: ModelSignature,
    ) -> AdapterT:
        """The adapter that `ocelli.adapter` names, made for the model."""
        name = self.text("adapter")
        make = adapters.get(name)
        if make is None:
            found = f"is {name!r}" if name else "is missing"
            raise self.refuse("adapter", found, f"one of {', '.join(adapters)}")
        try:
            return make(signature)
        except OcelliError as error:
            raise self.refuse_tensor(error.message) from error

    def refuse(self, key: str, found: str, expected: str) -> OcelliError:
        """The error that says what stands at `key` and what should."""
        return OcelliError(
            Reason.MODEL_REFUSED,
            f"model {self._model!r} cannot be used: parameter {_PREFIX}{key} {found}; "
            f"expected {expected} in its config.pbtxt",
            resource=("model", self._model),
        )

    def refuse_tensor(self, found: str) -> OcelliError:
        """The error for tensors that do not fit what the parameters say."""
        return OcelliError(
            Reason.MODEL_REFUSED,
            f"model {self._model!r} cannot be used: {found}",
            resource=("model", self._model),
        )


def _number(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    try:
        return float(numerator) / (float(denominator) if denominator else 1.0)
    except (ValueError, ZeroDivisionError):
        return float("nan")

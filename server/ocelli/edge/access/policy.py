"""The policy: which principals there are, and what each may do and use."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from ocelli.edge.access import patterns, scopes
from ocelli.edge.access.patterns import ANY
from ocelli.edge.config import ConfigError
from ocelli.edge.principal import Limits, Principal, Priority

_LIMITS = TypeAdapter(Limits)


def _each(check: Callable[[str], str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def checked(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(check, values))

    return checked


def _limits(value: object) -> object:
    if isinstance(value, dict):
        known = {limit.name for limit in fields(Limits)}
        for name, limit in value.items():
            if name not in known:
                raise ValueError(f"{name!r} is no limit; known: {', '.join(sorted(known))}")
            if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0:
                raise ValueError(f"{name} is {limit!r}; expected a number over 0")
    return value


_Scopes: TypeAlias = Annotated[tuple[str, ...], AfterValidator(_each(scopes.checked))]
_Patterns: TypeAlias = Annotated[tuple[str, ...], AfterValidator(_each(patterns.checked))]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    scopes: _Scopes
    collections: _Patterns = ANY
    models: _Patterns = ANY
    weight: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    priority: Priority = Priority.INTERACTIVE
    limits: Annotated[Limits, BeforeValidator(_limits)] = Limits()

    def principal(self, name: str) -> Principal:
        return Principal(
            name=name,
            scopes=frozenset(self.scopes),
            collections=self.collections,
            models=self.models,
            weight=self.weight,
            priority=self.priority,
            limits=self.limits,
        )


class _Named(_Entry):
    scopes: _Scopes = ANY
    certificates: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    anonymous: _Entry | None = None
    unknown: _Entry | None = None
    principals: dict[Annotated[str, Field(min_length=1, max_length=200)], _Named] = {}


@dataclass(frozen=True, slots=True)
class Policy:
    """Principals by what callers show.

    Attributes:
        principals: by their names.
        by_certificate: by a name in their certificates.
        by_subject: by the subject of their tokens.
        anonymous: callers who show nothing; None: they are refused.
        unknown: makes the principal of a caller who is known by name and in none of the above;
            None: such callers are refused.
    """

    principals: Mapping[str, Principal] = field(default_factory=dict)
    by_certificate: Mapping[str, Principal] = field(default_factory=dict)
    by_subject: Mapping[str, Principal] = field(default_factory=dict)
    anonymous: Principal | None = None
    unknown: Callable[[str], Principal] | None = None


def read_policy(path: Path) -> Policy:
    """The policy in a TOML file.

    Raises:
        ConfigError: it cannot be read, or says what is no policy.
    """
    try:
        document = _Document.model_validate(tomllib.loads(path.read_text()))
        return _policy(document)
    except OSError as error:
        raise ConfigError(f"policy_file: cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        raise ConfigError(f"policy_file: {path}: {_explained(error.errors()[0])}") from None
    except ValueError as error:
        raise ConfigError(f"policy_file: {path}: {error}") from error


def _policy(document: _Document) -> Policy:
    named = {name: entry.principal(name) for name, entry in document.principals.items()}
    return Policy(
        named,
        _by(document, named, lambda entry: entry.certificates),
        _by(document, named, lambda entry: entry.subjects),
        document.anonymous.principal("") if document.anonymous is not None else None,
        document.unknown.principal if document.unknown is not None else None,
    )


def _by(
    document: _Document,
    named: Mapping[str, Principal],
    shown: Callable[[_Named], tuple[str, ...]],
) -> Mapping[str, Principal]:
    found: dict[str, Principal] = {}
    for name, entry in document.principals.items():
        for one in shown(entry):
            if one in found:
                raise ValueError(f"{one!r} is of two principals, {found[one].name!r} and {name!r}")
            found[one] = named[name]
    return found


def _explained(error: Mapping[str, Any]) -> str:
    where = ".".join(map(str, error["loc"]))
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"

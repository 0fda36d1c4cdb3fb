"""Reads the configuration: flags before the environment before the file before the defaults."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from ocelli.edge.config import HIDDEN, Config, ConfigError

_PREFIX = "OCELLI_"


class _Settings(BaseSettings, Config):
    """Gives pydantic-settings the fields whose variables it looks for."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, enable_decoding=False)


def load_config(flags: Mapping[str, object]) -> Config:
    """Reads and validates the configuration.

    Args:
        flags: field name → value, only those that were given. `config` names a TOML file.

    Raises:
        ConfigError: a value is of the wrong type or out of range, or a name is unknown.
    """
    given = {name: value for name, value in flags.items() if name != "config"}
    path = str(flags.get("config") or os.environ.get(f"{_PREFIX}CONFIG") or "")
    in_file = _read_file(Path(path)) if path else {}
    in_environment = EnvSettingsSource(_Settings)()
    origins = {
        **dict.fromkeys(in_file, path),
        **{name: f"{_PREFIX}{name.upper()}" for name in in_environment},
        **{name: f"--{name.replace('_', '-')}" for name in given},
    }
    try:
        return Config.model_validate({**in_file, **in_environment, **given})
    except ValidationError as error:
        raise ConfigError(_explain(error.errors()[0], origins)) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def _explain(error: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    """One line: the setting, its value, where it comes from, and what is expected."""
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    setting = Config.model_fields.get(name)
    if setting is None:
        known = ", ".join(Config.model_fields)
        return f"unknown setting {name!r} (from {origins[name]}); known: {known}"
    value = repr(error["input"]) if setting.repr else HIDDEN
    refused = error.get("ctx", {}).get("error")
    reason = str(refused) if isinstance(refused, ValueError) else f"expected {_expected(setting)}"
    return f"{name} is {value} (from {origins[name]}); {reason}"


def _expected(setting: FieldInfo) -> str:
    """What a setting takes, in words."""
    if get_origin(setting.annotation) is Literal:
        *others, last = get_args(setting.annotation)
        return f"{', '.join(others)} or {last}"
    if setting.annotation is bool:
        return "true or false"
    if setting.annotation in {int, float}:
        kind = "a whole number" if setting.annotation is int else "a number"
        low = next(limit.ge for limit in setting.metadata if hasattr(limit, "ge"))
        high = next(limit.le for limit in setting.metadata if hasattr(limit, "le"))
        return f"{kind} from {low} to {high}"
    return "text"

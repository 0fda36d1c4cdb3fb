"""One frozen configuration, read once: flags over environment over file over defaults.

Every field is a flag (`--max-message-bytes`), an environment variable (`OCELLI_MAX_MESSAGE_BYTES`)
and a key of the TOML file that `--config` or `OCELLI_CONFIG` names (`max_message_bytes`).
"""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

_MIB = 1 << 20
_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})")
_TARGET = re.compile(r"(?:dns:///)?(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})|unix:\S+")

_CHOICES = {
    "log_level": ("debug", "info", "warning", "error"),
    "tensor_transport": ("auto", "shm", "grpc"),
}

Value: TypeAlias = str | int | float | bool


class ConfigError(ValueError):
    """A setting has a value that it cannot have; the message says what it takes."""


def _about(
    text: str, low: float | None = None, high: float | None = None, *, targets: bool = False
) -> dict[str, Any]:
    return {"help": text, "low": low, "high": high, "targets": targets}


def _default_home() -> str:
    return str(Path.home() / ".ocelli")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How the edge runs. Build it with `load`, which validates every value."""

    address: str = field(
        default="127.0.0.1:8500",
        metadata=_about("host:port to serve gRPC on; port 0 picks a free one.", targets=True),
    )
    workers: int = field(
        default=1,
        metadata=_about("Processes that serve the address; 0: one per core.", 0, 256),
    )
    tls_cert: str = field(
        default="",
        metadata=_about("PEM file: the certificate chain to serve TLS with; empty: off."),
    )
    tls_key: str = field(default="", metadata=_about("PEM file: the private key of tls_cert."))
    tls_client_ca: str = field(
        default="",
        metadata=_about(
            "PEM file: authorities, one of which must have issued a client's certificate;"
            " empty: clients need none."
        ),
    )
    metrics_address: str = field(
        default="",
        metadata=_about("host:port for Prometheus to scrape; port 0 picks a free one; empty: off."),
    )
    max_connection_age_s: float = field(
        default=0.0,
        metadata=_about(
            "Age at which clients are asked to connect anew, seconds; 0: never.", 0, 604800
        ),
    )
    max_connection_age_grace_s: float = field(
        default=0.0,
        metadata=_about(
            "How long calls may go on after that, seconds; 0: as long as they take.", 0, 604800
        ),
    )
    home: str = field(
        default_factory=_default_home,
        metadata=_about("Folder for models, vectors, logs and the local Triton."),
    )
    triton: str = field(
        default="local",
        metadata=_about("'local' for a managed Triton, or host:port[,host:port…] of running ones."),
    )
    triton_keepalive_s: float = field(
        default=10.0,
        metadata=_about(
            "How often each of several Tritons must show that it lives, seconds.", 0.1, 3600
        ),
    )
    models: str = field(
        default="", metadata=_about("Model repository of the local Triton; empty: HOME/models.")
    )
    index: str = field(
        default="", metadata=_about("Folder of the vector collections; empty: HOME/index.")
    )
    index_flush_before_ack: bool = field(
        default=False,
        metadata=_about("Write vectors through to disk before acknowledging them."),
    )
    index_flush_interval_s: float = field(
        default=1.0,
        metadata=_about("Longest time acknowledged vectors stay unflushed, seconds.", 0.05, 60),
    )
    max_message_bytes: int = field(
        default=32 * _MIB, metadata=_about("Largest gRPC message read or sent.", 65536, 1 << 30)
    )
    max_image_pixels: int = field(
        default=64_000_000, metadata=_about("Most pixels of an image, width × height.", 1, 1 << 30)
    )
    max_image_side: int = field(
        default=16384, metadata=_about("Most pixels of an image's longer side.", 1, 65535)
    )
    max_image_frames: int = field(
        default=64, metadata=_about("Most frames or pages of an image file.", 1, 65535)
    )
    decode_threads: int = field(
        default=0, metadata=_about("Threads that decode images; 0: one per core.", 0, 256)
    )
    max_inflight_bytes: int = field(
        default=512 * _MIB,
        metadata=_about("Most bytes of images and tensors held at once.", 65536, 1 << 40),
    )
    stream_window: int = field(
        default=16, metadata=_about("Most frames of one stream in flight.", 1, 1024)
    )
    max_concurrent_calls: int = field(
        default=1024, metadata=_about("Most calls and streams open at once.", 1, 1_000_000)
    )
    max_deadline_s: float = field(
        default=30.0,
        metadata=_about("Longest a call or frame may take, whatever its deadline.", 0.01, 3600),
    )
    tensor_transport: str = field(
        default="auto",
        metadata=_about(
            "How tensors reach Triton: shm (shared memory), grpc, or auto: shm if possible."
        ),
    )
    max_arena_bytes: int = field(
        default=128 * _MIB,
        metadata=_about("Most shared memory for tensors of one size.", 65536, 1 << 36),
    )
    model_poll_interval_s: float = field(
        default=1.0, metadata=_about("How often Triton is asked for its models, s.", 0.1, 60)
    )
    triton_start_timeout_s: float = field(
        default=60.0, metadata=_about("Longest a local Triton may take to start.", 1, 3600)
    )
    drain_grace_s: float = field(
        default=10.0, metadata=_about("Longest calls in flight may take when stopping.", 0, 600)
    )
    log_level: str = field(default="info", metadata=_about("debug, info, warning or error."))

    @property
    def models_dir(self) -> Path:
        """The model repository of the local Triton."""
        return Path(self.models) if self.models else Path(self.home, "models")

    @property
    def index_dir(self) -> Path:
        """The folder of the vector collections."""
        return Path(self.index) if self.index else Path(self.home, "index")

    @property
    def triton_targets(self) -> tuple[str, ...]:
        """Addresses of remote Tritons, empty for a local one."""
        if self.triton == "local":
            return ()
        return tuple(target.strip() for target in self.triton.split(","))


def load(flags: Mapping[str, Value], environ: Mapping[str, str]) -> Config:
    """Reads and validates the configuration.

    Args:
        flags: field name → value, only those that were given. `config` names a TOML file.
        environ: where to find `OCELLI_*`.

    Raises:
        ConfigError: a value is of the wrong type or out of range, or a name is unknown.
    """
    known = {setting.name: setting for setting in dataclasses.fields(Config)}
    values: dict[str, Value] = {}
    path = flags.get("config") or environ.get("OCELLI_CONFIG")
    if path:
        values.update(_read_file(Path(str(path))))
    for name in known:
        text = environ.get(f"OCELLI_{name.upper()}")
        if text is not None:
            values[name] = text
    values.update({name: value for name, value in flags.items() if name != "config"})
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]!r}; known: {', '.join(known)}")
    config = Config(**{name: _convert(known[name], value) for name, value in values.items()})
    _check_tls(config)
    return config


def _read_file(path: Path) -> dict[str, Value]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def _convert(setting: dataclasses.Field[Any], value: Value) -> Any:  # noqa: ANN401  # the field's type
    name, about = setting.name, setting.metadata
    if setting.type is bool:
        return _boolean(name, value)
    if setting.type in (int, float):
        return _number(name, value, about["low"], about["high"], whole=setting.type is int)
    text = str(value).strip()
    choices = _CHOICES.get(name)
    if choices and text not in choices:
        raise ConfigError(
            f"{name} is {text!r}; expected {', '.join(choices[:-1])} or {choices[-1]}"
        )
    if about["targets"] or (name == "triton" and text != "local"):
        for target in text.split(","):
            _check_target(name, target.strip(), _TARGET)
    if name == "metrics_address" and text:
        _check_target(name, text, _HOST_AND_PORT)
    return text


def _boolean(name: str, value: Value) -> bool:
    text = str(value).strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    raise ConfigError(f"{name} is {value!r}; expected true or false")


def _number(name: str, value: Value, low: float, high: float, *, whole: bool) -> float:
    try:
        number = int(str(value)) if whole else float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        kind = "a whole number" if whole else "a number"
        raise ConfigError(f"{name} is {value!r}; expected {kind} from {low} to {high}")
    return number


def _check_tls(config: Config) -> None:
    for given, wanted in (
        ("tls_cert", "tls_key"),
        ("tls_key", "tls_cert"),
        ("tls_client_ca", "tls_cert"),
    ):
        if getattr(config, given) and not getattr(config, wanted):
            raise ConfigError(
                f"{given} is set, but {wanted} is not; TLS needs tls_cert and tls_key"
            )


def _check_target(name: str, target: str, pattern: re.Pattern[str]) -> None:
    match = pattern.fullmatch(target)
    if match is None or (match.group(2) and int(match.group(2)) > 65535):
        raise ConfigError(f"{name} is {target!r}; expected host:port")

"""The server's configuration: one frozen object, validated when it is made.

Every field is a flag (`--max-message-bytes`), an environment variable (`OCELLI_MAX_MESSAGE_BYTES`)
and a key of the TOML file that `--config` or `OCELLI_CONFIG` names (`max_message_bytes`);
`ocelli.edge.load_config` reads these.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_MIB = 1 << 20
_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})")
_TARGET = re.compile(r"(?:dns:///)?(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})|unix:\S+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_METADATA = re.compile(r"(?!grpc-)([0-9a-z_.-]+)(?<!-bin)=([ -~]*)")

HIDDEN = "(hidden)"
"""What is printed in place of a secret."""


class ConfigError(ValueError):
    """The server cannot run as it is configured; one line says why and what is expected."""


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _host_and_port(text: str) -> str:
    _check_target(text, _HOST_AND_PORT)
    return text


def _host_and_port_or_none(text: str) -> str:
    return _host_and_port(text) if text else text


def key_set_place(place: str) -> str:
    """The place of public keys itself.

    Raises:
        ValueError: it is a URL that others than its host could answer for.
    """
    if "://" in place:
        url = urlsplit(place)
        local = url.scheme == "http" and url.hostname in {"localhost", "127.0.0.1", "::1"}
        if url.scheme != "https" and not local:
            raise ValueError("expected a file, or an https URL")
    return place


def _collector_or_none(text: str) -> str:
    scheme, _, target = text.partition("://")
    is_known = scheme in {"http", "https"} and _HOST_AND_PORT.fullmatch(target)
    if text and not is_known:
        raise ValueError("expected http://host:port or https://host:port")
    return text


def _targets(text: str) -> str:
    if text != "local":
        for target in text.split(","):
            _check_target(target.strip(), _TARGET)
    return text


def _check_target(target: str, pattern: re.Pattern[str]) -> None:
    match = pattern.fullmatch(target)
    if match is None or (match.group(2) and int(match.group(2)) > 65535):
        raise ValueError("expected host:port")


def _address(text: str) -> str:
    _check_target(text, _TARGET)
    return text


def _class_names(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if _CLASS.fullmatch(name) is None:
            raise ValueError("expected module:Class[,module:Class…]")
    return names


def _metadata(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = []
    for part in filter(None, map(str.strip, value.split(","))):
        match = _METADATA.fullmatch(part)
        if match is None:
            raise ValueError(
                "expected key=value[,key=value…] with lower-case keys and ASCII values"
            )
        pairs.append(match.groups())
    return tuple(pairs)


Address: TypeAlias = Annotated[str, AfterValidator(_address)]
ClassNames: TypeAlias = Annotated[
    tuple[str, ...], BeforeValidator(_split), AfterValidator(_class_names)
]
Metadata: TypeAlias = Annotated[
    tuple[tuple[str, str], ...], BeforeValidator(_metadata), Field(repr=False)
]


class Config(BaseModel):
    """How the server runs."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )

    address: Address = Field(
        "127.0.0.1:8500", description="host:port to serve gRPC on; port 0 picks a free one."
    )
    workers: int = Field(
        1, ge=0, le=256, description="Processes that serve the address; 0: one per core."
    )
    tls_cert: str = Field(
        "", description="PEM file: the certificate chain to serve TLS with; empty: off."
    )
    tls_key: str = Field("", description="PEM file: the private key of tls_cert.")
    tls_client_ca: str = Field(
        "",
        description="PEM file: authorities, one of which must have issued a client's certificate;"
        " empty: clients need none.",
    )
    insecure: bool = Field(
        False,
        description="Serve on an address that other machines reach although callers show nothing.",
    )
    keys_file: str = Field(
        "", description="File of API keys, made by `ocelli keys create`; empty: no keys."
    )
    policy_file: str = Field(
        "", description="TOML file: what each principal may do and use; empty: none."
    )
    jwks: Annotated[str, AfterValidator(key_set_place)] = Field(
        "",
        description="File or https URL of the public keys that tokens (JWT) are signed with, a JSON"
        " Web Key Set; empty: no tokens.",
    )
    jwt_issuer: str = Field("", description="Whom tokens must be from, their claim iss.")
    jwt_audience: str = Field("", description="Whom tokens must be for, their claim aud.")
    jwt_principal_claim: str = Field(
        "sub", min_length=1, description="The claim that says whose a token is."
    )
    jwt_scope_claim: str = Field(
        "scope", min_length=1, description="The claim that has a token's scopes."
    )
    jwks_refresh_s: float = Field(
        300.0, ge=1, le=86400, description="How often jwks is read again, seconds."
    )
    jwks_min_refresh_s: float = Field(
        10.0,
        ge=0.1,
        le=3600,
        description="How soon jwks is read again for a token with an unknown key, seconds.",
    )
    reflection: bool = Field(
        True, description="Describe the services to whoever asks, without a key."
    )
    metrics_token: str = Field(
        "",
        repr=False,
        description="Bearer token that whoever scrapes metrics must send; never printed; empty:"
        " none.",
    )
    metrics_address: Annotated[str, AfterValidator(_host_and_port_or_none)] = Field(
        "", description="host:port for Prometheus to scrape; port 0 picks a free one; empty: off."
    )
    otlp_endpoint: Annotated[str, AfterValidator(_collector_or_none)] = Field(
        "",
        description="http://host:port (https for TLS) of an OpenTelemetry collector to send traces"
        " to, OTLP over gRPC; empty: off.",
    )
    trace_ratio: float = Field(
        0.01,
        ge=0,
        le=1,
        description="Share of calls and frames to trace whose callers sent no trace of theirs.",
    )
    access_log: str = Field(
        "", description="Where a line for each call goes: 'stderr', or a file; empty: off."
    )
    access_log_ratio: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the calls that ended OK to write a line for; others get theirs.",
    )
    triton_otlp_endpoint: Annotated[str, AfterValidator(_collector_or_none)] = Field(
        "",
        description="http://host:port of a collector to send the local Triton's own spans to, OTLP"
        " over HTTP; empty: off.",
    )
    triton_metrics_address: Annotated[str, AfterValidator(_host_and_port_or_none)] = Field(
        "",
        description="host:port for Prometheus to scrape the local Triton's metrics; empty: off.",
    )
    max_connection_age_s: float = Field(
        0.0,
        ge=0,
        le=604800,
        description="Age at which clients are asked to connect anew, seconds; 0: never.",
    )
    max_connection_age_grace_s: float = Field(
        0.0,
        ge=0,
        le=604800,
        description="How long calls may go on after that, seconds; 0: as long as they take.",
    )
    interceptors: ClassNames = Field(
        (), description="Server interceptors to add, module:Class[,module:Class…], outermost first."
    )
    home: str = Field(
        default_factory=lambda: str(Path.home() / ".ocelli"),
        description="Folder for models, vectors, logs and the local Triton.",
    )
    triton: Annotated[str, AfterValidator(_targets)] = Field(
        "local",
        description="'local' for a managed Triton, or host:port[,host:port…] of running ones; "
        "dns:///name:port stands for every address of a name.",
    )
    triton_device: Literal["auto", "cpu", "gpu"] = Field(
        "auto",
        description="What the local Triton runs models on; auto: an NVIDIA GPU where there is one.",
    )
    triton_keepalive_s: float = Field(
        10.0,
        ge=0.1,
        le=3600,
        description="How often each of several Tritons must show that it lives, seconds.",
    )
    triton_tls: bool = Field(
        False, description="Connect to running Tritons over TLS; implied by triton_tls_ca."
    )
    triton_tls_ca: str = Field(
        "",
        description="PEM file: authorities that may have issued Triton's certificate;"
        " empty: the public ones.",
    )
    triton_tls_cert: str = Field(
        "", description="PEM file: the certificate chain to show to Triton; empty: none."
    )
    triton_tls_key: str = Field("", description="PEM file: the private key of triton_tls_cert.")
    triton_metadata: Metadata = Field(
        (),
        description="Metadata of every call to Triton, key=value[,key=value…]; never printed.",
    )
    models: str = Field(
        "",
        description="Model repository of the local Triton, or where that of another one is to be"
        " read; empty: HOME/models.",
    )
    index: str = Field(
        "embedded",
        description="Where vectors are kept: 'embedded' (in HOME/index), a folder, or the URL of"
        " a running vector database.",
    )
    index_flush_before_ack: bool = Field(
        False, description="Write vectors through to disk before acknowledging them."
    )
    index_flush_interval_s: float = Field(
        1.0,
        ge=0.05,
        le=60,
        description="Longest time acknowledged vectors stay unflushed, seconds.",
    )
    index_quantise: bool = Field(
        True,
        description="Search the embedded engine's graphs by 8-bit copies of the vectors, and"
        " compare the best by the true ones.",
    )
    opensearch_tls_ca: str = Field(
        "",
        description="PEM file: authorities that may have issued the certificates of the vector"
        " database's nodes; empty: the public ones.",
    )
    opensearch_tls_cert: str = Field(
        "", description="PEM file: the certificate chain to show to these nodes; empty: none."
    )
    opensearch_tls_key: str = Field(
        "", description="PEM file: the private key of opensearch_tls_cert."
    )
    opensearch_user: str = Field(
        "", description="User of the vector database, for basic authentication; empty: none."
    )
    opensearch_password: str = Field(
        "", repr=False, description="Password of opensearch_user; never printed."
    )
    opensearch_token: str = Field(
        "", repr=False, description="Bearer token for the vector database; never printed."
    )
    opensearch_shards: int = Field(
        1, ge=1, le=1024, description="Parts that a new collection is split into."
    )
    opensearch_replicas: int = Field(
        1, ge=0, le=16, description="Further copies of each part of a new collection."
    )
    opensearch_min_copies: int = Field(
        1, ge=1, le=17, description="Copies of a part that must be up for a write to be taken."
    )
    opensearch_refresh: Literal["true", "wait_for"] = Field(
        "true",
        description="How a write becomes visible before it is acknowledged: true, at once, or"
        " wait_for, with the next refresh.",
    )
    opensearch_refresh_interval_s: float = Field(
        1.0, ge=0.05, le=60, description="How often a new collection refreshes, seconds."
    )
    max_message_bytes: int = Field(
        32 * _MIB, ge=65536, le=1 << 30, description="Largest gRPC message read or sent."
    )
    max_image_pixels: int = Field(
        65_000_000, ge=1, le=1 << 30, description="Most pixels of an image, width × height."
    )
    max_image_side: int = Field(
        16384, ge=1, le=65535, description="Most pixels of an image's longer side."
    )
    max_image_frames: int = Field(
        64, ge=1, le=65535, description="Most frames or pages of an image file."
    )
    image_tolerance: Literal["strict", "lenient"] = Field(
        "strict",
        description="Damaged and cut image files, where the request leaves it open: strict refuses"
        " them, lenient uses what is left and warns.",
    )
    decode_threads: int = Field(
        0, ge=0, le=256, description="Threads that decode images; 0: one per core."
    )
    max_inflight_bytes: int = Field(
        512 * _MIB,
        ge=65536,
        le=1 << 40,
        description="Most bytes of images and tensors held at once.",
    )
    stream_window: int = Field(
        16, ge=1, le=1024, description="Most frames of one stream in flight."
    )
    max_concurrent_calls: int = Field(
        1024, ge=1, le=1_000_000, description="Most calls and streams open at once."
    )
    max_deadline_s: float = Field(
        30.0,
        ge=0.01,
        le=3600,
        description="Longest a call or frame may take, whatever its deadline, seconds.",
    )
    max_calls_per_connection: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Most calls and streams of one connection at once; 0: half of"
        " max_concurrent_calls.",
    )
    max_receive_s: float = Field(
        10.0, ge=0.01, le=3600, description="Longest a unary request may take to arrive, seconds."
    )
    max_idle_stream_s: float = Field(
        600.0,
        ge=0.1,
        le=86400,
        description="Longest a stream may go without a frame or an answer, seconds.",
    )
    max_load_s: float = Field(
        600.0, ge=1, le=86400, description="Longest LoadModel may take, seconds."
    )
    tensor_transport: Literal["auto", "shm", "grpc"] = Field(
        "auto",
        description="How tensors reach Triton: shm (shared memory), grpc, or auto: shm if it can.",
    )
    max_arena_bytes: int = Field(
        128 * _MIB,
        ge=65536,
        le=1 << 36,
        description="Most shared memory for tensors of one size.",
    )
    model_poll_interval_s: float = Field(
        1.0, ge=0.1, le=60, description="How often Triton is asked for its models, seconds."
    )
    triton_start_timeout_s: float = Field(
        60.0, ge=1, le=3600, description="Longest a local Triton may take to start, seconds."
    )
    drain_notice_s: float = Field(
        0.5,
        ge=0,
        le=600,
        description="How long calls are still taken after readiness is off, when stopping, seconds;"
        " behind a balancer, the time it takes to notice.",
    )
    drain_grace_s: float = Field(
        10.0, ge=0, le=600, description="Longest calls in flight may take when stopping, seconds."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error."
    )

    @model_validator(mode="after")
    def _check_tls(self) -> "Config":
        for given, wanted, pair in (
            ("tls_cert", "tls_key", "TLS needs tls_cert and tls_key"),
            ("tls_key", "tls_cert", "TLS needs tls_cert and tls_key"),
            ("tls_client_ca", "tls_cert", "TLS needs tls_cert and tls_key"),
            ("triton_tls_cert", "triton_tls_key", "the key and its certificate go together"),
            ("triton_tls_key", "triton_tls_cert", "the key and its certificate go together"),
            (
                "opensearch_tls_cert",
                "opensearch_tls_key",
                "the key and its certificate go together",
            ),
            (
                "opensearch_tls_key",
                "opensearch_tls_cert",
                "the key and its certificate go together",
            ),
            ("jwks", "jwt_issuer", "a token holds for one issuer and one audience"),
            ("jwks", "jwt_audience", "a token holds for one issuer and one audience"),
            ("metrics_token", "metrics_address", "the token is for scraping metrics there"),
            ("opensearch_password", "opensearch_user", "a password is of a user"),
            ("opensearch_user", "opensearch_password", "a user has a password"),
        ):
            if getattr(self, given) and not getattr(self, wanted):
                raise ValueError(f"{given} is set, but {wanted} is not; {pair}")
        if self.triton_tls_cert and not self.triton_uses_tls:
            raise ValueError(
                "triton_tls_cert is set, but neither triton_tls nor triton_tls_ca is; "
                "a certificate is shown over TLS only"
            )
        for name in ("triton_metrics_address", "triton_otlp_endpoint"):
            if getattr(self, name) and self.triton_targets:
                raise ValueError(
                    f"{name} is set, but triton is not 'local'; running Tritons have settings of "
                    "their own"
                )
        if self.opensearch_min_copies > self.opensearch_replicas + 1:
            raise ValueError(
                f"opensearch_min_copies is {self.opensearch_min_copies}, but a part has "
                f"{self.opensearch_replicas + 1} copies; see opensearch_replicas"
            )
        if self.triton_uses_tls and not self.triton_targets:
            raise ValueError("triton_tls is set, but triton is 'local'; expected host:port")
        return self

    @property
    def models_dir(self) -> Path:
        """The model repository, as the edge sees it."""
        return Path(self.models) if self.models else Path(self.home, "models")

    @property
    def index_dir(self) -> Path:
        """The folder of the embedded engine's collections."""
        if self.index == "embedded" or self.index_url is not None:
            return Path(self.home, "index")
        return Path(self.index)

    @property
    def index_url(self) -> str | None:
        """The URL of a running vector database; None for the embedded engine."""
        return self.index if _URL.fullmatch(self.index) else None

    @property
    def asks_callers(self) -> bool:
        """Whether callers must show a key, a token or a certificate, unless a policy lets them."""
        return bool(self.keys_file or self.jwks or self.tls_client_ca)

    @property
    def knows_callers(self) -> bool:
        """Whether it makes a difference who calls."""
        return self.asks_callers or bool(self.policy_file)

    @property
    def calls_per_connection(self) -> int:
        """Most calls and streams of one connection at once."""
        return self.max_calls_per_connection or max(1, self.max_concurrent_calls // 2)

    @property
    def triton_targets(self) -> tuple[str, ...]:
        """Addresses of remote Tritons, empty for a local one."""
        if self.triton == "local":
            return ()
        return tuple(target.strip() for target in self.triton.split(","))

    @property
    def triton_uses_tls(self) -> bool:
        """Whether remote Tritons are reached over TLS."""
        return self.triton_tls or bool(self.triton_tls_ca)

    def printable(self) -> dict[str, Any]:
        """Every setting and its value, with secrets replaced by `HIDDEN`."""
        values = self.model_dump()
        for name, setting in type(self).model_fields.items():
            if not setting.repr and values[name]:
                values[name] = HIDDEN
        return values

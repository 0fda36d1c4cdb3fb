"""An edge that asks who calls: keys, a policy, tokens; and calls of its rpcs as bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import Client, connect
from ocelli.edge.access.key_file import create_key
from ocelli.edge.server.grpc_server import described
from tests.access.issuer import AUDIENCE, ISSUER, SigningKey, publish

POLICY = """
[principals.team-a]
subjects = ["seven"]
collections = ["team-a-*"]
models = ["efficientnet_*"]

[principals.team-b]
collections = ["team-b-*"]
models = ["nanodet_*"]
"""
STREAMED = {
    f"{service.full_name}/{method.name}"
    for service in described()
    for method in service.methods
    if method.client_streaming or method.server_streaming
}


@dataclass
class Guard:
    """The files of such an edge.

    Attributes:
        folder: where they are.
        signing: the key of its tokens' issuer.
        operator: a key that may do everything.
        team_a: may do everything with what is team-a's.
        team_b: likewise.
    """

    folder: Path
    signing: SigningKey
    operator: str
    team_a: str
    team_b: str

    @classmethod
    def make(cls, folder: Path) -> "Guard":
        """Writes them."""
        folder.mkdir(exist_ok=True)
        signing = SigningKey.make("first")
        publish(folder / "jwks.json", signing)
        (folder / "policy.toml").write_text(POLICY)
        keys = [create_key(folder / "keys.json", name)[0] for name in ("op", "team-a", "team-b")]
        return cls(folder, signing, *keys)

    @property
    def keys(self) -> Path:
        return self.folder / "keys.json"

    @property
    def flags(self) -> tuple[str, ...]:
        return (
            *("--keys-file", str(self.keys)),
            *("--policy-file", str(self.folder / "policy.toml")),
            *("--jwks", str(self.folder / "jwks.json")),
            *("--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE),
            *("--jwks-refresh-s", "1", "--jwks-min-refresh-s", "0.1"),
        )

    def key(self, name: str, **options: Any) -> str:
        """Another key."""
        return create_key(self.keys, name, **options)[0]


def client_of(address: str, key: str | None = None) -> Client:
    """A client that shows a key."""
    return connect(address, token=key)


def refused(
    address: str,
    method: str,
    request: Message | bytes | None = b"",
    *,
    metadata: tuple[tuple[str, str], ...] = (),
    key: str = "",
) -> str:
    """Why a call fails: the reason, or the name of the code if there is none; "" if it does not.

    Args:
        address: of the edge.
        method: `ocelli.v1.DetectService/Detect`.
        request: the one that is sent; None: none ever comes.
        metadata: goes with it.
        key: in place of `metadata`.
    """
    raw = request.SerializeToString() if isinstance(request, Message) else request
    metadata = (("authorization", f"Bearer {key}"),) if key else metadata
    with grpc.insecure_channel(address) as channel:
        kind = channel.stream_stream if method in STREAMED else channel.stream_unary
        call: Any = kind(f"/{method}", None, None)  # type: ignore[operator]  # either kind
        try:
            answer = call(_requests(raw), timeout=20, metadata=metadata)
            if method in STREAMED:
                for _ in answer:
                    break
        except grpc.RpcError as error:
            return reason_of(error)
        finally:
            _gone.clear()
    return ""


_gone: list[None] = []


def reason_of(error: Any) -> str:
    """The contract's reason of a failed call, or the name of its code."""
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    info = error_details_pb2.ErrorInfo()
    for detail in status_pb2.Status.FromString(details).details:
        if detail.Unpack(info):
            return str(info.reason)
    return str(error.code().name)


def _requests(raw: bytes | None) -> Iterator[bytes]:
    if raw is not None:
        yield raw

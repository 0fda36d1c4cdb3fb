"""How a cluster is reached: its nodes, TLS, and the credentials that every request brings along."""

import base64
import re
import ssl
from dataclasses import dataclass, field
from typing import Self

_ADDRESS = re.compile(
    r"opensearch(?P<tls>s?)://(?P<nodes>[^/?#@\s]+)(?:/(?P<prefix>[a-z0-9][a-z0-9_-]{0,31})?)?"
)
_NODE = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})")
_EXPECTED = "opensearch://host:port[,host:port…][/prefix], or opensearchs:// for TLS"
DEFAULT_PREFIX = "ocelli"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchAccess:
    """Where a cluster is and how to talk to it.

    Attributes:
        nodes: base URLs of the nodes that take requests.
        prefix: what the names of all indexes begin with; edges of one prefix share collections.
        tls: what to trust and to show; None without TLS.
        headers: sent with every request, credentials among them. Kept out of `repr`.
    """

    nodes: tuple[str, ...]
    prefix: str = DEFAULT_PREFIX
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        address: str,
        *,
        user: str = "",
        password: str = "",
        token: str = "",
        ca: str = "",
        cert: str = "",
        key: str = "",
    ) -> Self:
        """What an address and settings say.

        Args:
            address: `opensearch://host:9200,host:9200/prefix`; `opensearchs://` for TLS.
            user: for basic authentication; "" for none.
            password: of `user`.
            token: sent as a bearer token; "" for none.
            ca: PEM file of the authorities to trust; "" for those of the system.
            cert: PEM file of the certificate to show; "" for none.
            key: PEM file of its key.

        Raises:
            ValueError: the address is none, a file cannot be read, or what is secret would travel
                in the clear.
        """
        match = _ADDRESS.fullmatch(address)
        nodes = match["nodes"].split(",") if match else []
        if match is None or not all(map(_is_node, nodes)):
            raise ValueError(f"expected {_EXPECTED}")
        secure = bool(match["tls"])
        if not secure and (password or token or ca or cert):
            raise ValueError(
                "credentials and certificates are for TLS only; name the nodes with opensearchs://"
            )
        scheme = "https" if secure else "http"
        return cls(
            nodes=tuple(f"{scheme}://{node}" for node in nodes),
            prefix=match["prefix"] or DEFAULT_PREFIX,
            tls=_tls(ca, cert, key) if secure else None,
            headers=_authorization(user, password, token),
        )


def _is_node(text: str) -> bool:
    match = _NODE.fullmatch(text)
    return match is not None and 0 < int(match[2]) <= 65535


def _authorization(user: str, password: str, token: str) -> tuple[tuple[str, str], ...]:
    if token:
        return (("authorization", f"Bearer {token}"),)
    if user:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return (("authorization", f"Basic {pair}"),)
    return ()


def _tls(ca: str, cert: str, key: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca or None)
        if cert:
            context.load_cert_chain(cert, key or None)
    except OSError as error:
        raise ValueError(
            f"cannot use the certificates of the vector database: {error.strerror or error}"
        ) from error
    return context

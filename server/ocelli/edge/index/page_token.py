"""Tokens that say where a list goes on, opaque to callers.

A token is URL-safe Base64 of a version, a digest of the list it belongs to, and the position in it.
"""

import base64
import binascii
import hashlib

from ocelli.edge.errors import OcelliError, invalid_field

_VERSION = b"\x01"
_DIGEST_BYTES = 12
_MAX_TOKEN_CHARS = 512


def digest(*parts: bytes) -> bytes:
    """Names a list by all that decides what is in it."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(part)
    return whole.digest()[:_DIGEST_BYTES]


def encode(of: bytes, position: bytes) -> str:
    """The token for going on at a position; "" for b"", the end.

    Args:
        of: the list's `digest`.
        position: where to go on, at most 256 bytes.
    """
    if not position:
        return ""
    return base64.urlsafe_b64encode(_VERSION + of + position).rstrip(b"=").decode()


def decode(token: str, of: bytes) -> bytes:
    """The position in a token, b"" for the beginning.

    Raises:
        OcelliError: INVALID_FIELD for `page_token`: it is none, or of another list.
    """
    if not token:
        return b""
    try:
        if len(token) > _MAX_TOKEN_CHARS:
            raise ValueError("too long")
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise refused() from error
    head, position = raw[: 1 + _DIGEST_BYTES], raw[1 + _DIGEST_BYTES :]
    if head != _VERSION + of or not position:
        raise refused()
    return position


def refused() -> OcelliError:
    """What a caller gets for a token that was not made for this list."""
    return invalid_field(
        "page_token does not belong to this list; send the next_page_token of its page before, and "
        "the same collection and filter, or none to begin again",
        "page_token",
    )

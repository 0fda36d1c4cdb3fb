"""Pages of lists that are in memory, by name (AIP-158)."""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Sequence

from ocelli.edge.errors import invalid_field

_DEFAULT_PAGE_SIZE = 100
_MAX_PAGE_SIZE = 1000
_VERSION = b"1"


def page_of(names: Sequence[str], page_size: int, page_token: str) -> tuple[Sequence[str], str]:
    """A page of `names`, which ascend, and the token of the next one.

    Raises:
        OcelliError: INVALID_FIELD, at `page_size` or `page_token`.
    """
    if page_size > _MAX_PAGE_SIZE:
        raise invalid_field(
            f"page_size is {page_size}; expected at most {_MAX_PAGE_SIZE}", "page_size"
        )
    start = bisect_right(names, _read(page_token)) if page_token else 0
    page = names[start : start + (page_size or _DEFAULT_PAGE_SIZE)]
    end = start + len(page)
    return page, _token(page[-1]) if end < len(names) else ""


def _token(last: str) -> str:
    return base64.urlsafe_b64encode(_VERSION + last.encode()).decode()


def _read(token: str) -> str:
    try:
        decoded = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        if decoded.startswith(_VERSION):
            return decoded.removeprefix(_VERSION).decode()
    except (binascii.Error, UnicodeError):
        pass
    raise invalid_field(
        "page_token is none that this server gave; send next_page_token as it came, or none",
        "page_token",
    )

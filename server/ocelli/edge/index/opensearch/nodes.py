"""Which node of the cluster takes the next request."""

import time
from collections.abc import Iterator, Sequence

_REST_S = 2.0
"""How long a node that failed is passed over while another is there."""


class Nodes:
    """The nodes in turn, those that failed lately last.

    Args:
        urls: base URLs, in the order of the first round.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = list(urls)
        self._failed_until_s = dict.fromkeys(urls, 0.0)
        self._turn = 0

    def __len__(self) -> int:
        return len(self._urls)

    def __iter__(self) -> Iterator[str]:
        return iter(self._urls)

    def next(self) -> str:
        """The node to ask next."""
        self._turn += 1
        in_turn = [self._urls[(self._turn + k) % len(self._urls)] for k in range(len(self._urls))]
        now_s = time.monotonic()
        for url in in_turn:
            if self._failed_until_s[url] <= now_s:
                return url
        return min(in_turn, key=self._failed_until_s.__getitem__)

    def failed(self, url: str) -> None:
        """Notes that a node could not be reached, or knows no cluster."""
        self._failed_until_s[url] = time.monotonic() + _REST_S

    def works(self, url: str) -> None:
        """Notes that a node answered."""
        self._failed_until_s[url] = 0.0

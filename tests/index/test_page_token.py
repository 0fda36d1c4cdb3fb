"""Page tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.errors import OcelliError
from ocelli.edge.index import page_token

HERE = page_token.digest(b"a", b"b")


@given(st.binary(min_size=1, max_size=256))
def test_a_position_comes_back(position: bytes):
    token = page_token.encode(HERE, position)
    assert page_token.decode(token, HERE) == position
    assert token.replace("-", "").replace("_", "").isalnum()


def test_the_beginning_and_the_end_are_empty():
    assert page_token.encode(HERE, b"") == ""
    assert page_token.decode("", HERE) == b""


@given(st.text(min_size=1, max_size=600))
def test_any_text_is_refused(token: str):
    with pytest.raises(OcelliError) as caught:
        page_token.decode(token, HERE)
    assert caught.value.field == "page_token"


def test_another_list_is_another_digest():
    digests = {page_token.digest(*parts) for parts in [(b"a", b"b"), (b"ab",), (b"ab", b""), ()]}
    assert len(digests) == 4

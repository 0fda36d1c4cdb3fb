"""What commands are tried on."""

import uuid
from collections.abc import Iterator

import pytest

from ocelli.client import Client


@pytest.fixture
def collection(client: Client) -> Iterator[str]:
    """A name of one's own for a collection, deleted afterwards."""
    name = f"cli-{uuid.uuid4().hex}"
    yield name
    if name in {found.name for found in client.collections.list()}:
        client.collections.delete(name)

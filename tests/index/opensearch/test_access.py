"""What an address and settings say of a cluster."""

import pytest

from ocelli.edge.config import Config
from ocelli.edge.index.opensearch.access import OpenSearchAccess


def test_an_address_names_nodes_and_a_prefix():
    access = OpenSearchAccess.of("opensearch://a:9200,[::1]:9201/mine")
    assert access.nodes == ("http://a:9200", "http://[::1]:9201")
    assert access.prefix == "mine"
    assert access.tls is None
    assert OpenSearchAccess.of("opensearch://a:9200").prefix == "ocelli"


@pytest.mark.parametrize(
    "address",
    [
        "opensearch://",
        "opensearch://a",
        "opensearch://a:0",
        "opensearch://a:9200,",
        "opensearch://a:99999",
        "opensearch://user:secret@a:9200",
        "opensearch://a:9200/Mine",
        "opensearch://a:9200/mine/more",
        "opensearch://a:9200?x=y",
    ],
)
def test_an_address_that_is_none_is_refused(address: str):
    with pytest.raises(ValueError, match="expected opensearch://host:port") as caught:
        OpenSearchAccess.of(address)
    assert "secret" not in str(caught.value)


def test_secrets_travel_over_tls_only():
    for secret in ({"token": "s3cret"}, {"user": "u", "password": "s3cret"}):
        with pytest.raises(ValueError, match="TLS only"):
            OpenSearchAccess.of("opensearch://a:9200", **secret)
        access = OpenSearchAccess.of("opensearchs://a:9200", **secret)
        assert access.nodes == ("https://a:9200",)
        assert access.tls is not None
        assert "s3cret" not in repr(access)
    assert OpenSearchAccess.of("opensearchs://a:9200", token="t").headers == (
        ("authorization", "Bearer t"),
    )


def test_a_file_that_cannot_be_read_is_named_as_trouble():
    with pytest.raises(ValueError, match="certificates of the vector database"):
        OpenSearchAccess.of("opensearchs://a:9200", ca="/nowhere.pem")


def test_secrets_are_never_printed():
    config = Config(opensearch_user="u", opensearch_password="s3cret", opensearch_token="t0ken")
    assert "s3cret" not in f"{config!r}{config.printable()}"
    assert "t0ken" not in f"{config!r}{config.printable()}"


def test_more_copies_than_there_are_cannot_be_asked_for():
    with pytest.raises(ValueError, match="a part has 2 copies"):
        Config(opensearch_min_copies=3)

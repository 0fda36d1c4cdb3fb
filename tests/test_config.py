"""What follows from settings, and what they keep to themselves."""

import json
import pickle

import pytest
from pydantic import ValidationError

from ocelli.edge.config import HIDDEN, Config


def test_folders_follow_from_home_unless_named() -> None:
    config = Config(home="/data", index="/vectors")
    assert (str(config.models_dir), str(config.index_dir)) == ("/data/models", "/vectors")
    assert str(Config(home="/data").index_dir) == "/data/index"


def test_an_index_is_a_folder_or_an_address() -> None:
    assert Config(index="qdrant://vectors:6334").index_url == "qdrant://vectors:6334"
    assert Config().index_url is None
    assert Config(index="/vectors").index_url is None


def test_targets_of_remote_tritons_are_split() -> None:
    assert Config(triton="a:8001, b:8001").triton_targets == ("a:8001", "b:8001")
    assert Config().triton_targets == ()


def test_an_authority_implies_tls_to_triton() -> None:
    assert Config(triton="a:8001", triton_tls_ca="ca.pem").triton_uses_tls
    assert Config(triton="a:8001", triton_tls=True).triton_uses_tls
    assert not Config(triton="a:8001").triton_uses_tls


def test_secrets_are_not_printed() -> None:
    config = Config(triton_metadata="authorization=Bearer swordfish, tenant=7")
    assert config.triton_metadata == (("authorization", "Bearer swordfish"), ("tenant", "7"))
    assert config.printable()["triton_metadata"] == HIDDEN
    assert "swordfish" not in repr(config) + str(config.printable())
    assert Config().printable()["triton_metadata"] == ()


def test_it_is_frozen_and_travels() -> None:
    config = Config(triton_metadata="a=b", interceptors="mine:First, mine.more:Second")
    assert config.interceptors == ("mine:First", "mine.more:Second")
    with pytest.raises(ValidationError):
        config.workers = 2  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301  # our own
    assert Config.model_validate(json.loads(json.dumps(config.model_dump()))) == config


def test_the_environment_is_left_to_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCELLI_WORKERS", "7")
    assert Config().workers == 1

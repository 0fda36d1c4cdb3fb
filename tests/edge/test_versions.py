"""Versions of a model: named, changed under load, tried on a part of the requests."""

import shutil
import threading
from collections import Counter
from typing import Any

import numpy as np
import pytest

from ocelli.client import OcelliError
from tests import toy_models

RED = np.full((8, 8, 3), (200, 50, 50), np.uint8)


def test_a_request_may_name_a_version(client: Any, edge: Any) -> None:
    toy_models.write_versions(edge.models_dir, "two", 2)
    model = client.models.load("two")
    assert (model.version, [each.version for each in model.versions]) == ("2", ["2", "1"])
    assert client.classify(RED, model="two").model_version == "2"
    for version in ("1", "2"):
        result = client.classify(RED, model="two", model_version=version)
        assert result.model_version == version
        answers = client.classify_stream([RED], model="two", model_version=version)
        assert next(answers).result.model_version == version
    with pytest.raises(OcelliError) as failed:
        client.classify(RED, model="two", model_version="3")
    assert failed.value.reason == "MODEL_VERSION_NOT_FOUND"
    assert "2, 1" in failed.value.message
    counted = {each.version: each.statistics for each in client.models.get("two").versions}
    assert counted["1"].inference_count >= 2
    assert counted["2"].inference_count >= 3
    client.models.unload("two")


def test_a_canary_gets_its_share(client: Any, edge: Any) -> None:
    toy_models.write_versions(edge.models_dir, "tried", 2, canary="2:0.25")
    model = client.models.load("tried")
    assert (model.canary.version, model.canary.share) == ("2", 0.25)
    seen = Counter(client.classify(RED, model="tried").model_version for _ in range(400))
    assert 60 <= seen["2"] <= 140  # 100 on average, with a deviation of 9
    assert seen["1"] == 400 - seen["2"]
    assert client.classify(RED, model="tried", model_version="1").model_version == "1"
    client.models.unload("tried")


def test_a_canary_that_is_no_share_is_refused(client: Any, edge: Any) -> None:
    toy_models.write_versions(edge.models_dir, "badly-tried", 1, canary="2")
    with pytest.raises(OcelliError) as failed:
        client.models.load("badly-tried")
    assert "ocelli.canary is '2'; expected a version and its share" in failed.value.message
    client.models.unload("badly-tried")


def test_a_new_version_under_load_costs_no_call(client: Any, edge: Any) -> None:
    folder = toy_models.write_classifier(edge.models_dir, "growing")
    client.models.load("growing")
    seen: Counter[str] = Counter()
    failures: list[str] = []
    over = threading.Event()

    def call() -> None:
        with edge.connect() as own:
            while not over.is_set():
                try:
                    seen[own.classify(RED, model="growing").model_version] += 1
                except OcelliError as error:
                    failures.append(f"{error.reason}: {error.message}")

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for version in range(2, 7):
        shutil.copytree(folder / "1", folder / str(version))
        assert client.models.load("growing").version == str(version)
    over.set()
    for caller in callers:
        caller.join(30)
    assert failures == []
    assert {"1", "6"} <= set(seen) or seen["6"] > 0
    client.models.unload("growing")

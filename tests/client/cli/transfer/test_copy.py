"""`ocelli collections copy`, from one real server to another."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import trustme

from ocelli.client import Client, NotFound, Point, Tls, connect
from ocelli.client.cli.transfer.agreement import difference
from ocelli.client.collection import Metric
from tests.certificate_folder import CertificateFolder
from tests.client.cli.transfer.conftest import OCELLI, assert_same, fill, serving, stored

pytestmark = pytest.mark.system


def count(client: Client, name: str) -> int:
    try:
        return client.points.count(name)
    except NotFound:
        return 0


@pytest.mark.parametrize("metric", get_args(Metric))
def test_a_copy_is_the_same(metric: Metric, here: Client, there: Client, at_here: Any) -> None:
    here.collections.create("c", dimension=16, metric=metric)
    values = np.random.default_rng(3).standard_normal((300, 16)) * 1e-9
    points = [Point(f"p{n}", vector, {"n": [n, None]}) for n, vector in enumerate(values)]
    assert not here.points.upsert("c", points).errors
    told = at_here("copy", "c", "--to-address", there.address, "--name", "d", "--json")
    assert told.code == 0
    assert told.lines[0].items() >= {"points": 300, "sent": 300, "agrees": True}.items()
    assert_same(stored(here, "c"), stored(there, "d"))
    # What changed since is sent, and nothing else.
    assert not here.points.upsert("c", [Point("p7", values[8]), Point("p8", values[8])]).errors
    there.points.delete("d", ["p9"])
    told = at_here("copy", "c", "--to-address", there.address, "--name", "d", "--json")
    assert (told.code, told.lines[0]["sent"]) == (0, 3)
    assert_same(stored(here, "c"), stored(there, "d"))


def test_a_copy_that_was_cut_goes_on(here: Client, there: Client, at_here: Any) -> None:
    fill(here, "c", 12_000, dimension=64)
    command = [OCELLI, "--address", here.address, "collections", "copy", "c"]
    with subprocess.Popen([*command, "--to-address", there.address]) as process:
        deadline_s = time.monotonic() + 60
        while not count(there, "c"):
            assert process.poll() is None
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    time.sleep(1)  # a call that was under way may still be served
    had = count(there, "c")
    assert 0 < had < 12_000
    told = at_here("copy", "c", "--to-address", there.address, "--json")
    assert (told.code, told.lines[0]["sent"]) == (0, 12_000 - had)
    assert_same(stored(here, "c"), stored(there, "c"))


def test_a_target_with_more_points_does_not_agree(
    here: Client, there: Client, at_here: Any
) -> None:
    fill(here, "c", 3)
    fill(there, "c", 4)
    told = at_here("copy", "c", "--to-address", there.address)
    assert told.code == 1
    assert f"c at {there.address} has 4 points, c has 3" in told.err


def test_a_point_of_the_sample_that_differs_is_named(here: Client, there: Client) -> None:
    for client in (here, there):
        fill(client, "c", 5)
    sample = [f"p{n}" for n in range(5)]
    assert difference(here, there, ("c", "c"), [*sample, "deleted"]) is None
    there.points.update_payload("c", ["p3"], merge={"n": 4})
    problem = difference(here, there, ("c", "c"), sample)
    assert problem == f"c at {there.address} differs from c in the point p3"


def test_a_target_that_differs_is_refused(here: Client, there: Client, at_here: Any) -> None:
    fill(here, "c", 3)
    fill(there, "c", 3, dimension=9)
    refused = at_here("copy", "c", "--to-address", there.address)
    refused.says("its dimension is 9, expected 8", 1)


def test_an_alias_is_copied_under_the_name_of_its_collection(
    here: Client, there: Client, at_here: Any
) -> None:
    fill(here, "c-2", 3)
    here.collections.set_alias("c", "c-2")
    assert at_here("copy", "c", "--to-address", there.address).code == 0
    assert count(there, "c-2") == 3


def test_a_target_over_tls(here: Client, at_here: Any, tmp_path: Path) -> None:
    fill(here, "c", 3)
    certificates = CertificateFolder(tmp_path)
    certificates.issue(trustme.CA())
    tls = Tls(ca=str(certificates.ca))
    with serving(tmp_path, *certificates.flags, tls=tls) as address:
        copy = ("copy", "c", "--to-address", address)
        assert at_here(*copy, "--to-tls-ca", certificates.ca).code == 0
        with connect(address, tls=tls) as there:
            assert_same(stored(here, "c"), stored(there, "c"))
        assert at_here(*copy, "--to-tls", "--timeout", 2).code == 1  # no public authority's
    at_here(*copy, "--to-tls-ca", "no-such.pem").says("no-such.pem", 1)


def test_points_too_large_for_one_answer_are_compared_too(
    here: Client, there: Client, at_here: Any
) -> None:
    here.collections.create("c", dimension=2)
    payload = {"text": "x" * 40_000}
    points = (Point(f"p{n}", [n, 1.0], payload) for n in range(900))
    assert not here.points.upsert("c", points).errors
    for sent in (900, 0):
        told = at_here("copy", "c", "--to-address", there.address, "--json")
        assert (told.code, told.lines[0]["sent"]) == (0, sent)


def test_a_target_is_needed(at_here: Any) -> None:
    at_here("copy", "c").says("--to-address", 2)

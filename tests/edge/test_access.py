"""Who may do what, on a real edge: every rpc, every name, every way of having no right to it."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.message import Message
from tritonclient.grpc import InferenceServerClient, InferInput, service_pb2
from tritonclient.utils import InferenceServerException

from ocelli.client import (
    Client,
    HealthStatus,
    NotPossible,
    OcelliError,
    Point,
    connect,
    connect_async,
)
from ocelli.edge.access.key_file import read_keys, revoke_key
from ocelli.edge.access.scopes import SCOPES
from ocelli.v1 import (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)
from tests.access.issuer import SigningKey, publish
from tests.conftest import OCELLI, RunningEdge, StartEdge, free_port
from tests.edge.guarded_edge import Guard, client_of, refused
from tests.edge.test_reflection import ask
from tests.installed import DETECTOR, EMBEDDER

ANYWHERE = "0.0.0.0:0"  # what is tested
METRICS_TOKEN = "for-prometheus"
NAMED = {"collections", "points", "search"}
ADMIT = "ocelli.v1.ModelService/ListModels"


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return Guard.make(tmp_path_factory.mktemp("guard"))


@pytest.fixture(scope="module")
def edge(start_shared_edge: StartEdge, guard: Guard) -> RunningEdge:
    metrics = ("--metrics-address", "127.0.0.1:0", "--metrics-token", METRICS_TOKEN)
    return start_shared_edge(guard.folder / "home", *guard.flags, *metrics)


@pytest.fixture(scope="module")
def operator(edge: RunningEdge, guard: Guard) -> Iterator[Client]:
    with client_of(edge.address, guard.operator) as client:
        yield client


@pytest.fixture(scope="module", autouse=True)
def collections(operator: Client) -> None:
    """One collection of each team, and aliases: one each, and one that leads to the other team."""
    for team in "ab":
        operator.collections.create(f"team-{team}-photos", model=EMBEDDER)
        operator.collections.set_alias(f"team-{team}-now", f"team-{team}-photos")
    operator.collections.set_alias("team-b-theirs", "team-a-photos")
    operator.points.upsert("team-a-photos", [Point("p", np.ones(1280, np.float32))])


def until(expected: str, why: Callable[[], str]) -> None:
    """Waits until a call is refused for a reason, or served: ""."""
    deadline_s = time.monotonic() + 10
    while (found := why()) != expected:
        assert time.monotonic() < deadline_s, f"{found!r} instead of {expected!r}"
        time.sleep(0.1)


@pytest.mark.parametrize("method", SCOPES)
def test_every_rpc_asks_for_a_key_before_its_request_has_come(
    edge: RunningEdge, method: str
) -> None:
    assert refused(edge.address, method, None) == "CREDENTIALS_MISSING"


def test_every_rpc_asks_for_its_scope_before_its_request_has_come(
    edge: RunningEdge, guard: Guard
) -> None:
    everything = set(SCOPES.values())
    keys = {
        scope: (
            guard.key("op", scopes_=tuple(sorted(everything - {scope}))),
            guard.key("op", scopes_=(scope,)),
        )
        for scope in everything
    }
    until("", lambda: refused(edge.address, ADMIT, key=keys["model:read"][1]))
    for method, scope in SCOPES.items():
        without, only = keys[scope]
        assert refused(edge.address, method, None, key=without) == "SCOPE_MISSING", method
        if scope != "model:admin":
            found = refused(edge.address, method, b"\x00", key=only)
            assert found not in {"SCOPE_MISSING", "CREDENTIALS_INVALID"}, method


def requests_for(name: str) -> dict[str, list[Message]]:
    """A request of every rpc that names a collection, each place where it may be named."""
    vector = {"vector": {"values": [1.0] * 1280}}
    return {
        "CollectionService/CreateCollection": [
            collection_pb2.CreateCollectionRequest(collection={"name": name, "dimension": 4})
        ],
        "CollectionService/GetCollection": [collection_pb2.GetCollectionRequest(name=name)],
        "CollectionService/UpdateCollection": [
            collection_pb2.UpdateCollectionRequest(
                collection={"name": name}, update_mask={"paths": [path]}
            )
            for path in ("model", "fields")
        ],
        "CollectionService/DeleteCollection": [collection_pb2.DeleteCollectionRequest(name=name)],
        "CollectionService/SetAlias": [
            collection_pb2.SetAliasRequest(alias="team-b-mine", collection=name),
            collection_pb2.SetAliasRequest(alias=name, collection="team-b-photos"),
        ],
        "CollectionService/DeleteAlias": [collection_pb2.DeleteAliasRequest(alias=name)],
        "PointService/UpsertPoints": [
            point_pb2.UpsertPointsRequest(collection=name, points=[{"id": "p", **vector}]),
            point_pb2.UpsertPointsRequest(collection=name, points=[{"id": "p"}]),
        ],
        "PointService/GetPoints": [point_pb2.GetPointsRequest(collection=name, ids=["p"])],
        "PointService/ListPoints": [point_pb2.ListPointsRequest(collection=name)],
        "PointService/CountPoints": [point_pb2.CountPointsRequest(collection=name)],
        "PointService/DeletePoints": [
            point_pb2.DeletePointsRequest(collection=name, ids=["p"]),
            point_pb2.DeletePointsRequest(
                collection=name, filter={"equals": {"field": "x", "value": {"string_value": "y"}}}
            ),
        ],
        "PointService/UpdatePayload": [
            point_pb2.UpdatePayloadRequest(collection=name, ids=["p"], delete_keys={"keys": ["x"]})
        ],
        "PointService/IndexStream": [point_pb2.IndexStreamRequest(config={"collection": name})],
        "SearchService/Search": [
            search_pb2.SearchRequest(collection=name, **vector),
            search_pb2.SearchRequest(collection=name, vector={"values": [1.0]}),
            search_pb2.SearchRequest(collection=name, id="p"),
            search_pb2.SearchRequest(collection=name, text="cat"),
        ],
        "SearchService/BatchSearch": [
            search_pb2.BatchSearchRequest(collection=name, requests=[vector]),
            search_pb2.BatchSearchRequest(collection=name, requests=[{"id": "p"}]),
        ],
        "SearchService/FindDuplicates": [
            search_pb2.FindDuplicatesRequest(collection=name, score_threshold=0.9)
        ],
    }


OF_NO_COLLECTION = {
    "CollectionService/ListCollections",
    "CollectionService/ListAliases",
}


def test_the_requests_are_those_of_every_rpc_that_names_a_collection() -> None:
    of_index = {
        method.removeprefix("ocelli.v1.")
        for method, scope in SCOPES.items()
        if scope.partition(":")[0] in {"collection", "point", "search"}
    }
    assert set(requests_for("x")) == of_index - OF_NO_COLLECTION


@pytest.mark.parametrize("name", ["team-a-photos", "team-a-now", "team-a-none", "team-a-../x", ""])
@pytest.mark.parametrize("method", requests_for(""))
def test_another_teams_names_are_refused_whatever_there_is_of_them(
    edge: RunningEdge, guard: Guard, method: str, name: str
) -> None:
    for request in requests_for(name)[method]:
        found = refused(edge.address, f"ocelli.v1.{method}", request, key=guard.team_b)
        assert found == "COLLECTION_DENIED", request


RESOLVED = {
    "CollectionService/CreateCollection",
    "CollectionService/DeleteCollection",
    "CollectionService/SetAlias",
    "CollectionService/DeleteAlias",
}
"""What does not look where an alias leads."""


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("method", sorted(set(requests_for("")) - RESOLVED))
def test_an_alias_of_ones_own_that_leads_to_another_teams_collection_leads_nowhere(
    edge: RunningEdge, guard: Guard, operator: Client, method: str, *, known: bool
) -> None:
    if known:
        # The edge remembers where it leads, from a caller who may know.
        operator.search("team-b-theirs", vector=[1.0] * 1280)
    for request in requests_for("team-b-theirs")[method]:
        found = refused(edge.address, f"ocelli.v1.{method}", request, key=guard.team_b)
        assert found == "COLLECTION_DENIED", request


def test_nothing_of_all_that_was_done(operator: Client) -> None:
    assert operator.collections.get("team-a-photos").point_count == 1
    aliases = {one.alias: one.collection for one in operator.collections.list_aliases()}
    assert aliases == {
        "team-a-now": "team-a-photos",
        "team-b-now": "team-b-photos",
        "team-b-theirs": "team-a-photos",
    }


def test_lists_show_what_is_ones_own(edge: RunningEdge, guard: Guard, operator: Client) -> None:
    for number in range(3):
        operator.collections.create(f"team-aa-{number}", dimension=2)
    with client_of(edge.address, guard.team_b) as client:
        assert [one.name for one in client.collections.list()] == ["team-b-photos"]
        assert [one.alias for one in client.collections.list_aliases()] == ["team-b-now"]
        assert [one.name for one in client.models.list()] == [DETECTOR]
    page = collection_pb2.ListCollectionsRequest(page_size=1)
    with grpc.insecure_channel(edge.address) as channel:
        call = channel.unary_unary(
            "/ocelli.v1.CollectionService/ListCollections",
            request_serializer=collection_pb2.ListCollectionsRequest.SerializeToString,
            response_deserializer=collection_pb2.ListCollectionsResponse.FromString,
        )
        answer = call(page, metadata=(("x-api-key", guard.team_b),))
    assert [one.name for one in answer.collections] == ["team-b-photos"]
    assert b"team-a" not in answer.SerializeToString()


def test_a_team_works_with_what_is_its_own(
    edge: RunningEdge, guard: Guard, photo: Callable[[str], bytes]
) -> None:
    with client_of(edge.address, guard.team_a) as client:
        for name in ("team-a-photos", "team-a-now"):
            assert [hit.id for hit in client.search(name, vector=[1.0] * 1280)] == ["p"]
            assert client.search(name, image=photo("cat"))
        client.collections.create("team-a-more", model=EMBEDDER)
        client.collections.set_alias("team-a-then", "team-a-more")
        client.collections.delete_alias("team-a-then")
        client.collections.delete("team-a-more")
        assert client.embed(photo("cat")).model == EMBEDDER, "the default of those it may use"


IMAGE = {"image": {"encoded": b"x"}}


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("DetectService/Detect", detect_pb2.DetectRequest(model=EMBEDDER, **IMAGE)),
        ("DetectService/DetectStream", detect_pb2.DetectStreamRequest(config={"model": EMBEDDER})),
        ("ClassifyService/Classify", classify_pb2.ClassifyRequest(model=EMBEDDER, **IMAGE)),
        (
            "ClassifyService/ClassifyStream",
            classify_pb2.ClassifyStreamRequest(config={"model": EMBEDDER}),
        ),
        ("ReadService/Read", read_pb2.ReadRequest(model=EMBEDDER, **IMAGE)),
        ("EmbedService/Embed", embed_pb2.EmbedRequest(model=EMBEDDER, **IMAGE)),
        ("EmbedService/EmbedStream", embed_pb2.EmbedStreamRequest(config={"model": EMBEDDER})),
        ("ModelService/GetModel", model_pb2.GetModelRequest(name=EMBEDDER)),
        ("ModelService/GetModel", model_pb2.GetModelRequest(name="efficientnet_none")),
        ("ModelService/LoadModel", model_pb2.LoadModelRequest(name=EMBEDDER)),
        ("ModelService/UnloadModel", model_pb2.UnloadModelRequest(name=EMBEDDER)),
        (
            "CollectionService/CreateCollection",
            collection_pb2.CreateCollectionRequest(
                collection={"name": "team-b-new", "model": EMBEDDER}
            ),
        ),
        (
            "CollectionService/UpdateCollection",
            collection_pb2.UpdateCollectionRequest(
                collection={"name": "team-b-photos", "model": EMBEDDER},
                update_mask={"paths": ["model"]},
            ),
        ),
        # The model is the collection's, which an operator gave it.
        ("SearchService/Search", search_pb2.SearchRequest(collection="team-b-photos", **IMAGE)),
        (
            "PointService/IndexStream",
            point_pb2.IndexStreamRequest(config={"collection": "team-b-photos"}),
        ),
    ],
)
def test_models_that_are_not_the_teams_are_refused(
    edge: RunningEdge, guard: Guard, method: str, request_: Message
) -> None:
    assert (
        refused(edge.address, f"ocelli.v1.{method}", request_, key=guard.team_b) == "MODEL_DENIED"
    )


def test_a_default_is_chosen_of_the_teams_models(edge: RunningEdge, guard: Guard) -> None:
    request = embed_pb2.EmbedRequest(**IMAGE)
    method = "ocelli.v1.EmbedService/Embed"
    assert refused(edge.address, method, request, key=guard.team_b) == "MODEL_NOT_CHOSEN"


def infer_request(*names: str) -> bytes:
    return b"".join(
        service_pb2.ModelInferRequest(model_name=name).SerializeToString() for name in names
    )


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("ModelInfer", infer_request(EMBEDDER)),
        ("ModelInfer", infer_request(DETECTOR, EMBEDDER)),
        ("ModelInfer", b""),
        ("ModelStreamInfer", infer_request(DETECTOR, EMBEDDER)),
        ("ModelReady", service_pb2.ModelReadyRequest(name=EMBEDDER)),
        ("ModelMetadata", service_pb2.ModelMetadataRequest(name=EMBEDDER)),
        ("ModelConfig", service_pb2.ModelConfigRequest(name=EMBEDDER)),
        ("ModelStatistics", service_pb2.ModelStatisticsRequest(name=EMBEDDER)),
    ],
)
def test_so_they_are_in_tritons_own_protocol(
    edge: RunningEdge, guard: Guard, method: str, request_: Any
) -> None:
    path = f"inference.GRPCInferenceService/{method}"
    assert refused(edge.address, path, request_, key=guard.team_b) == "MODEL_DENIED"


def test_clients_of_tritons_own_protocol_see_what_is_theirs(
    edge: RunningEdge, guard: Guard
) -> None:
    headers = {"authorization": f"Bearer {guard.team_b}"}
    with InferenceServerClient(edge.address) as triton:
        index = triton.get_model_repository_index(headers)
        assert {model.name for model in index.models} == {DETECTOR}
        counted = triton.get_inference_statistics(headers=headers)
        assert {model.name for model in counted.model_stats} == {DETECTOR}
        assert triton.is_model_ready(DETECTOR, headers=headers)
        tensor = InferInput("images", [1, 4, 4, 3], "UINT8")
        tensor.set_data_from_numpy(np.zeros((1, 4, 4, 3), np.uint8))
        with pytest.raises(InferenceServerException, match="may not use model"):
            triton.infer(EMBEDDER, [tensor], headers=headers)


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
@pytest.mark.parametrize("kind", ["wrong", "unknown", "revoked", "expired", "none", "basic"])
def test_keys_that_do_not_hold(edge: RunningEdge, guard: Guard, kind: str, header: str) -> None:
    head, id_, secret = guard.operator.split("_")
    expected = "CREDENTIALS_INVALID"
    match kind:
        case "wrong":
            key = f"{head}_{id_}_{secret[::-1]}"
        case "unknown":
            key = f"{head}_{'0' * 12}_{secret}"
        case "revoked":
            key = guard.key("op")
            until("", lambda: refused(edge.address, ADMIT, key=key))
            revoke_key(guard.keys, key.split("_")[1])
            until(expected, lambda: refused(edge.address, ADMIT, key=key))
        case "expired":
            key, expected = guard.key("op", valid_s=0), "CREDENTIALS_EXPIRED"
            until(expected, lambda: refused(edge.address, ADMIT, key=key))
        case _:
            key = "x"
    scheme = "Basic " if kind == "basic" else "Bearer "
    value = key if header == "x-api-key" else f"{scheme}{key}"
    assert refused(edge.address, ADMIT, metadata=((header, value),)) == expected
    assert key not in edge.log.read_text() or key == "x"


def serve(*flags: str) -> subprocess.CompletedProcess[str]:
    """An edge that is not to start."""
    return subprocess.run(
        [OCELLI, "serve", "--triton", "127.0.0.1:1", *flags],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_strangers_are_not_served_unless_that_is_asked_for(tmp_path: Path, workers: str) -> None:
    flags = ("--workers", workers, "--home", str(tmp_path))
    ended = serve("--address", ANYWHERE, *flags)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"ocelli: error: {ANYWHERE} is reached from other machines" in ended.stderr
    (tmp_path / "keys.json").write_text("{")
    ended = serve("--address", ANYWHERE, *flags, "--keys-file", str(tmp_path / "keys.json"))
    assert ended.returncode == 1
    assert "is no file of `ocelli keys`" in ended.stderr


def test_insecure_serves_strangers(start_edge: StartEdge, tmp_path: Path) -> None:
    port = free_port()
    flags = ("--triton", "127.0.0.1:1", "--insecure", "--address", f"0.0.0.0:{port}")
    edge = start_edge(tmp_path, *flags, wait=False)
    with connect(f"127.0.0.1:{port}") as client:
        client.wait_until_ready(30, service="ocelli.v1.SearchService")
        assert client.collections.list() == ()
    edge.stop()
    assert "may do everything" in edge.log.read_text()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_without_reflection_strangers_learn_nothing(
    start_edge: StartEdge, guard: Guard, tmp_path: Path, workers: str
) -> None:
    flags = ("--triton", "127.0.0.1:1", "--no-reflection", "--workers", workers)
    edge = start_edge(tmp_path, *flags, "--keys-file", str(guard.keys), wait=False)
    with edge.connect() as nobody:
        nobody.wait_until_ready(30, service="ocelli.v1.SearchService")
    with pytest.raises(grpc.RpcError) as none:
        ask(edge.address, "v1", [])
    assert none.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert refused(edge.address, ADMIT) == "CREDENTIALS_MISSING"
    lists = "ocelli.v1.CollectionService/ListCollections"
    assert refused(edge.address, lists, key=guard.operator) == ""
    edge.stop()


def test_two_credentials_are_none(edge: RunningEdge, guard: Guard) -> None:
    one, other = f"Bearer {guard.operator}", f"Bearer {guard.team_a}"
    for metadata in (
        (("authorization", one), ("authorization", other)),
        (("authorization", one), ("x-api-key", guard.operator)),
    ):
        assert refused(edge.address, ADMIT, metadata=metadata) == "CREDENTIALS_INVALID"


def test_tokens_that_hold_and_tokens_that_do_not(edge: RunningEdge, guard: Guard) -> None:
    signing = guard.signing
    with client_of(edge.address, signing.token("seven")) as client:
        assert [one.name for one in client.models.list()] == [EMBEDDER]
    for token, expected in (
        (signing.token("eight"), "PRINCIPAL_UNKNOWN"),
        (signing.token("seven", scope="search:read"), "SCOPE_MISSING"),
        (signing.token("seven", aud="other"), "CREDENTIALS_INVALID"),
        (signing.token("seven", exp=time.time() - 60), "CREDENTIALS_EXPIRED"),
        (SigningKey.make("first").token("seven"), "CREDENTIALS_INVALID"),
    ):
        assert refused(edge.address, ADMIT, key=token) == expected
        assert token not in edge.log.read_text()


def test_a_rotated_key_is_followed(edge: RunningEdge, guard: Guard) -> None:
    second = SigningKey.make("second")
    until("", lambda: refused(edge.address, ADMIT, key=guard.signing.token("seven")))
    publish(guard.folder / "jwks.json", guard.signing, second)
    until("", lambda: refused(edge.address, ADMIT, key=second.token("seven")))
    publish(guard.folder / "jwks.json", second)
    old = guard.signing.token("seven")
    until("CREDENTIALS_INVALID", lambda: refused(edge.address, ADMIT, key=old))
    publish(guard.folder / "jwks.json", guard.signing)
    until("", lambda: refused(edge.address, ADMIT, key=old))


async def test_clients_say_what_is_wrong(edge: RunningEdge, guard: Guard) -> None:
    with client_of(edge.address) as nobody, pytest.raises(NotPossible) as missing:
        nobody.models.list()
    assert (missing.value.code, missing.value.reason) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
    )
    with client_of(edge.address, guard.team_b) as client, pytest.raises(OcelliError) as denied:
        client.collections.get("team-a-photos")
    assert (denied.value.reason, denied.value.resource) == ("COLLECTION_DENIED", "team-a-photos")
    async with connect_async(edge.address, token=guard.team_b) as client_:
        assert [one.name for one in await client_.models.list()] == [DETECTOR]


def test_health_and_reflection_need_no_key(edge: RunningEdge) -> None:
    with connect(edge.address) as nobody:
        assert nobody.health() is HealthStatus.SERVING
    assert ask(edge.address, "v1", []) == []


def test_refusals_are_counted_and_metrics_have_a_token_of_their_own(
    edge: RunningEdge, guard: Guard
) -> None:
    address = next(
        line.split()[-1] for line in edge.log.read_text().splitlines() if "metrics on " in line
    )

    def scrape(token: str) -> str:
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # http
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  # http
            return str(answer.read().decode())

    for wrong in ("", "x", guard.operator):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            scrape(wrong)
    series = 'ocelli_calls_refused_total{reason="CREDENTIALS_MISSING"}'
    counts = []
    for _ in range(2):
        (line,) = (line for line in scrape(METRICS_TOKEN).splitlines() if line.startswith(series))
        counts.append(float(line.rpartition(" ")[2]))
        assert refused(edge.address, ADMIT) == "CREDENTIALS_MISSING"
    assert counts[1] == counts[0] + 1


def test_the_log_says_who_was_refused_and_not_with_what(edge: RunningEdge, guard: Guard) -> None:
    time.sleep(1.1)  # a flood before it may have used up the lines of a second
    request = collection_pb2.GetCollectionRequest(name="team-a-photos")
    method = "ocelli.v1.CollectionService/GetCollection"
    assert refused(edge.address, method, request, key=guard.team_b) == "COLLECTION_DENIED"
    text = edge.log.read_text()
    assert f"COLLECTION_DENIED: {method} for collection 'team-a-photos' refused" in text
    assert "principal 'team-b'" in text
    assert not any(key in text for key in (guard.operator, guard.team_a, guard.team_b))
    assert not any(key.sha256 in text for key in read_keys(guard.keys).keys)

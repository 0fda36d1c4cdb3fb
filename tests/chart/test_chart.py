"""What the chart makes of its values."""

from pathlib import Path

import kubernetes_validate
import pytest

from ocelli.edge.config import Config
from ocelli.edge.load_config import load_config
from tests.chart.conftest import ANYONE, CASES, CHART, Render, helm, pod_of, the, variables_of

KUBERNETES = "1.35"
OF_OPERATORS = {"ServiceMonitor", "ScaledObject"}
MARGIN_S = 15
SHARED = "/dev/shm"  # noqa: S108  # of the containers


@pytest.mark.parametrize("case", CASES)
def test_it_has_no_lint(case: str) -> None:
    linted = helm("lint", "--strict", str(CHART), *ANYONE, "--values", str(CHART / case))
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("case", CASES)
def test_its_objects_are_what_kubernetes_takes(case: str, render: Render) -> None:
    objects = render(case)
    names = [(one["kind"], one["metadata"]["name"]) for one in objects]
    assert len(names) == len(set(names))
    for one in objects:
        if one["kind"] not in OF_OPERATORS:
            kubernetes_validate.validate(one, KUBERNETES, strict=True)


@pytest.mark.parametrize("case", CASES)
def test_the_edge_takes_the_settings_that_it_is_given(
    case: str, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = variables_of(render(case))
    settings = {k: v for k, v in variables.items() if not k.startswith("OCELLI_CLIENT_")}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if "OCELLI_OPENSEARCH_USER" in settings:
        monkeypatch.setenv("OCELLI_OPENSEARCH_PASSWORD", "from a secret")
    config = load_config({})
    assert config.triton != "local"
    assert {name.removeprefix("OCELLI_").lower() for name in settings} <= set(Config.model_fields)


@pytest.mark.parametrize("case", CASES)
def test_a_pod_has_the_time_that_its_drain_takes(case: str, render: Render) -> None:
    objects = render(case)
    variables = variables_of(objects)
    drain_s = sum(float(variables[f"OCELLI_DRAIN_{name}_S"]) for name in ("NOTICE", "GRACE"))
    assert pod_of(objects)["terminationGracePeriodSeconds"] == drain_s + MARGIN_S
    probe = pod_of(objects)["containers"][0]["readinessProbe"]
    if "grpc" in probe:  # a command costs a process, and comes less often
        noticed_s = probe["periodSeconds"] * probe["failureThreshold"]
        assert float(variables["OCELLI_DRAIN_NOTICE_S"]) > noticed_s


@pytest.mark.parametrize("case", CASES)
def test_nothing_runs_as_root_or_may_become_it(case: str, render: Render) -> None:
    for one in render(case):
        if one["kind"] not in ("Deployment", "StatefulSet"):
            continue
        pod = one["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["fsGroup"] > 0
        assert pod["automountServiceAccountToken"] is False
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]
    edge = pod_of(render(case))["containers"][0]
    assert edge["securityContext"]["readOnlyRootFilesystem"] is True


def test_liveness_asks_for_no_service_and_readiness_for_one(render: Render) -> None:
    edge = pod_of(render())["containers"][0]
    assert edge["livenessProbe"]["grpc"] == {"port": 8500}
    assert edge["readinessProbe"]["grpc"]["service"] == "ocelli.v1.DetectService"


def test_with_tls_probes_are_commands_that_trust_the_certificate(render: Render) -> None:
    objects = render("ci/external-values.yaml")
    edge = pod_of(objects)["containers"][0]
    assert edge["readinessProbe"]["exec"]["command"] == [
        "ocelli",
        "health",
        "ocelli.v1.DetectService",
    ]
    assert variables_of(objects)["OCELLI_CLIENT_TLS_SERVER_NAME"] == "edge.example"


def test_calls_spread_over_every_edge_and_every_triton(render: Render) -> None:
    objects = render("ci/cluster-values.yaml")
    edges, tritons = (
        the(objects, "Service", f"try-ocelli-{name}")["spec"] for name in ("headless", "triton")
    )
    assert edges["clusterIP"] == tritons["clusterIP"] == "None"
    assert variables_of(objects)["OCELLI_TRITON"] == "dns:///try-ocelli-triton:8001"
    assert the(objects, "StatefulSet", "try-ocelli-triton")["spec"]["replicas"] == 3


def test_a_triton_asks_for_gpus_and_allows_the_edges_pings(render: Render) -> None:
    pod = the(render(), "StatefulSet", "try-ocelli-triton")["spec"]["template"]["spec"]
    triton = pod["containers"][0]
    assert triton["resources"]["limits"]["nvidia.com/gpu"] == 1
    (pings,) = (one for one in triton["args"] if "min-recv-ping-interval" in one)
    assert int(pings.partition("=")[2]) <= 1000 * load_config({}).triton_keepalive_s
    without = the(render("ci/single-values.yaml"), "StatefulSet", "try-ocelli-triton")
    limits = without["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert "nvidia.com/gpu" not in limits


@pytest.mark.parametrize("case", ["values.yaml", "ci/sidecar-values.yaml"])
def test_the_edge_reads_the_repository_that_triton_serves(case: str, render: Render) -> None:
    pod = pod_of(render(case))
    (edge,) = pod["containers"]
    (mount,) = (one for one in edge["volumeMounts"] if one["name"] == "models")
    assert mount == {"name": "models", "mountPath": "/models", "readOnly": True}
    assert variables_of(render(case))["OCELLI_MODELS"] == "/models"
    (volume,) = (one for one in pod["volumes"] if one["name"] == "models")
    assert volume["persistentVolumeClaim"] == {"claimName": "models", "readOnly": True}


def test_a_sidecar_shares_memory_and_ends_after_the_edge(render: Render) -> None:
    objects = render("ci/sidecar-values.yaml")
    pod = pod_of(objects)
    (triton,) = pod["initContainers"]
    assert triton["restartPolicy"] == "Always"
    mounts = [
        {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        for container in (triton, pod["containers"][0])
    ]
    assert mounts[0][SHARED] == mounts[1][SHARED]
    assert variables_of(objects)["OCELLI_TRITON"] == "127.0.0.1:8001"
    assert not [one for one in objects if one["metadata"]["name"] == "try-ocelli-triton"]


def test_the_cluster_of_the_subchart_is_the_one_that_edges_use(render: Render) -> None:
    objects = render("ci/cluster-values.yaml")
    assert variables_of(objects)["OCELLI_INDEX"] == "opensearch://try-opensearch:9200"
    nodes = the(objects, "StatefulSet", "try-opensearch")
    assert nodes["spec"]["replicas"] == 3
    (initial,) = (
        one["value"]
        for one in nodes["spec"]["template"]["spec"]["containers"][0]["env"]
        if one["name"] == "cluster.initial_cluster_manager_nodes"
    )
    assert initial == "try-opensearch-0,try-opensearch-1,try-opensearch-2"
    assert not [one for one in render() if "opensearch" in one["metadata"]["name"]]


def test_edges_alone_reach_triton_and_the_index(render: Render) -> None:
    objects = render("ci/cluster-values.yaml")
    edge = the(objects, "Deployment")["spec"]["template"]["metadata"]["labels"]
    for name, port in (("try-ocelli-triton", 8001), ("try-opensearch", 9200)):
        rules = the(objects, "NetworkPolicy", name)["spec"]["ingress"]
        peers = [
            peer["podSelector"]["matchLabels"]
            for rule in rules
            if {"port": port} in rule["ports"]
            for peer in rule["from"]
            if peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "ocelli"
        ]
        assert peers
        assert all(peer.items() <= edge.items() for peer in peers)
    (callers, monitoring) = the(objects, "NetworkPolicy")["spec"]["ingress"]
    assert callers["from"] == [{"podSelector": {"matchLabels": {"calls": "ocelli"}}}]
    assert monitoring["ports"] == [{"port": 9500}]


def test_the_autoscaler_alone_says_how_many_edges(render: Render) -> None:
    objects = render("ci/sidecar-values.yaml")
    assert "replicas" not in the(objects, "Deployment")["spec"]
    scaler = the(objects, "HorizontalPodAutoscaler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    (metric,) = scaler["metrics"]
    assert metric["pods"]["metric"]["name"] == "ocelli_images_under_way"
    keda = the(render("ci/cluster-values.yaml"), "ScaledObject")["spec"]
    assert keda["maxReplicaCount"] == 10
    assert "ocelli_model_images_under_way" in keda["triggers"][0]["metadata"]["query"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("replica=3",), "additional properties 'replica' not allowed"),
        (("triton.mode=external",), "set triton.address to host:port"),
        (("index.mode=opensearch",), "set opensearch.enabled or index.url"),
        (("index.mode=persistent",), "one edge opens its folder"),
        (("tls.secretName=a",), "set tls.server_name"),
        (("image.digest=latest",), "does not match pattern"),
        (("triton.gpus=-1",), "minimum"),
    ],
)
def test_values_that_contradict_each_other_are_refused_by_name(
    settings: tuple[str, ...], said: str
) -> None:
    changes = [part for setting in settings for part in ("--set", setting)]
    refused = helm("template", "try", str(CHART), *ANYONE, *changes)
    assert refused.returncode != 0
    assert said in refused.stderr


def test_a_release_of_the_products_name_has_it_once(render: Render) -> None:
    named = helm("template", "ocelli", str(CHART), *ANYONE).stdout
    assert "ocelli-ocelli" not in named
    assert "enableServiceLinks: false" in named


def test_the_version_is_the_products() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    stated = next(line for line in project.splitlines() if line.startswith("version = "))
    number = stated.partition('"')[2].rstrip('"')
    chart = (CHART / "Chart.yaml").read_text()
    assert f"version: {number}\n" in chart
    assert f"appVersion: {number}\n" in chart


def test_nothing_is_installed_before_it_is_said_who_may_call(render: Render) -> None:
    refused = helm("template", "try", str(CHART))
    assert refused.returncode != 0
    assert "access.secretName" in refused.stderr
    closed = render("values.yaml", "access.insecure=false", "access.secretName=keys")
    assert "OCELLI_INSECURE" not in variables_of(closed)
    assert variables_of(closed)["OCELLI_KEYS_FILE"] == "/access/keys.json"
    assert "OCELLI_POLICY_FILE" not in variables_of(closed)
    (edge,) = pod_of(closed)["containers"]
    assert {"name": "access", "mountPath": "/access", "readOnly": True} in edge["volumeMounts"]
    assert {"name": "access", "secret": {"secretName": "keys"}} in pod_of(closed)["volumes"]
    ruled = render(
        "values.yaml", "access.insecure=false", "access.secretName=keys", "access.policy=true"
    )
    assert variables_of(ruled)["OCELLI_POLICY_FILE"] == "/access/policy.toml"

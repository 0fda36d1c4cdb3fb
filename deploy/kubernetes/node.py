"""The one node: containerd, kubelet and proxy."""

import json
from pathlib import Path

import yaml

from deploy.kubernetes.certificates import kubeconfig
from deploy.kubernetes.children import Children
from deploy.kubernetes.kubectl import Kubectl
from deploy.kubernetes.layout import (
    DOMAIN,
    NODE,
    NODE_ADDRESS,
    PACKAGES,
    PODS,
    PROGRAMS,
    REGISTRY,
    STATE,
)

_START_S = 120.0
_SOCKET = STATE / "containerd.sock"
_CONTAINERD = """\
version = 2
root = "{state}/containerd"
state = "{state}/containerd-state"
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{registry}/pause:3.10"
  # Lowering one's own oom_score_adj takes a capability that few sandboxes have.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{state}/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{state}/registries"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
"""
_HOSTS = """\
server = "http://{registry}"
[host."http://{registry}"]
  capabilities = ["pull", "resolve"]
"""
_POD_NETWORK = {
    "cniVersion": "0.4.0",
    "name": "pods",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "pods0",
            "isGateway": True,
            "ipMasq": True,
            "hairpinMode": True,
            "ipam": {
                "type": "host-local",
                "dataDir": str(STATE / "addresses"),
                "ranges": [[{"subnet": PODS}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        }
    ],
}
_KUBELET = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    # Nobody but the API server is in its network.
    "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
    "authorization": {"mode": "AlwaysAllow"},
    "cgroupDriver": "cgroupfs",
    "failCgroupV1": False,
    "failSwapOn": False,
    "oomScoreAdj": 0,
    "containerRuntimeEndpoint": f"unix://{_SOCKET}",
    "clusterDNS": [NODE_ADDRESS],
    "clusterDomain": DOMAIN,
    "podCIDR": PODS,
    "podLogsDir": str(STATE / "pods"),
    "volumePluginDir": str(STATE / "volume-plugins"),
    "enforceNodeAllocatable": ["pods"],
    # The disk is the machine's, and others fill it.
    "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%"},
    "imageGCHighThresholdPercent": 100,
}


def start(children: Children, kubectl: Kubectl) -> None:
    """Starts them; returns when the node is ready.

    Args:
        children: what runs.
        kubectl: of an administrator.

    Raises:
        ClusterError: one of them does not come up.
    """
    _write_settings()
    children.start("containerd", "containerd", "--config", str(STATE / "containerd.toml"))
    children.wait_until("containerd", _SOCKET.exists, _START_S)
    children.start(
        "kubelet",
        str(PROGRAMS / "kubelet"),
        f"--config={STATE / 'kubelet.yaml'}",
        f"--kubeconfig={kubeconfig('node')}",
        f"--hostname-override={NODE}",
        f"--node-ip={NODE_ADDRESS}",
        f"--root-dir={STATE / 'kubelet'}",
        f"--cert-dir={STATE / 'kubelet-certificates'}",
    )
    kubectl(
        *("create", "clusterrolebinding", "proxy"),
        *("--clusterrole=system:node-proxier", "--user=system:kube-proxy"),
    )
    children.start(
        "kube-proxy",
        str(PROGRAMS / "kube-proxy"),
        f"--kubeconfig={kubeconfig('proxy')}",
        f"--hostname-override={NODE}",
        f"--cluster-cidr={PODS}",
        "--proxy-mode=iptables",
        # These are the whole machine's.
        *("--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0"),
        "--conntrack-tcp-timeout-close-wait=0",
    )
    ready = ("wait", "--for=condition=Ready", f"node/{NODE}", "--timeout=1s")
    children.wait_until("kubelet", lambda: kubectl.succeeds(*ready), _START_S)


def _write_settings() -> None:
    settings = {
        "state": STATE,
        "socket": _SOCKET,
        "registry": REGISTRY,
        "plugins": PACKAGES / "usr" / "lib" / "cni",
    }
    (STATE / "containerd.toml").write_text(_CONTAINERD.format_map(settings))
    for host in (REGISTRY, "nvcr.io"):
        hosts = STATE / "registries" / host / "hosts.toml"
        hosts.parent.mkdir(parents=True)
        hosts.write_text(_HOSTS.format(registry=REGISTRY))
    network = STATE / "cni" / "pods.conflist"
    network.parent.mkdir()
    network.write_text(json.dumps(_POD_NETWORK))
    _write_yaml(STATE / "kubelet.yaml", _KUBELET)


def _write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content))

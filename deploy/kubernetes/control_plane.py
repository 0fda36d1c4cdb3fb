"""etcd, the API server, the controllers and the scheduler."""

from pathlib import Path

from deploy.kubernetes.certificates import kubeconfig
from deploy.kubernetes.children import Children
from deploy.kubernetes.kubectl import Kubectl
from deploy.kubernetes.layout import NODE_ADDRESS, PKI, PODS, PROGRAMS, SERVICES, STATE

_START_S = 120.0
_ETCD = "http://127.0.0.1:2379"
_AUTOSCALER_LOOKS_EVERY_S = 5
"""15 by default; a test has less patience."""


def start(children: Children, kubectl: Kubectl) -> None:
    """Starts them; returns when the API server is ready.

    Raises:
        ClusterError: one of them does not come up.
    """
    children.start(
        "etcd",
        *("etcd", "--data-dir", str(STATE / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", _ETCD, "--advertise-client-urls", _ETCD),
        *("--listen-peer-urls", "http://127.0.0.1:2380"),
    )
    children.start("kube-apiserver", str(PROGRAMS / "kube-apiserver"), *_api_server())
    children.wait_until(
        "kube-apiserver", lambda: kubectl.succeeds("get", "--raw", "/readyz"), _START_S
    )
    children.start(
        "kube-controller-manager",
        str(PROGRAMS / "kube-controller-manager"),
        f"--kubeconfig={kubeconfig('controllers')}",
        f"--service-account-private-key-file={PKI / 'accounts.key'}",
        f"--root-ca-file={PKI / 'ca.crt'}",
        "--leader-elect=false",
        f"--service-cluster-ip-range={SERVICES}",
        f"--cluster-cidr={PODS}",
        f"--horizontal-pod-autoscaler-sync-period={_AUTOSCALER_LOOKS_EVERY_S}s",
    )
    children.start(
        "kube-scheduler",
        str(PROGRAMS / "kube-scheduler"),
        f"--kubeconfig={kubeconfig('scheduler')}",
        "--leader-elect=false",
    )


def _api_server() -> list[str]:
    def of(name: str) -> Path:
        return PKI / name

    return [
        f"--etcd-servers={_ETCD}",
        f"--advertise-address={NODE_ADDRESS}",
        f"--bind-address={NODE_ADDRESS}",
        f"--service-cluster-ip-range={SERVICES}",
        f"--tls-cert-file={of('apiserver.crt')}",
        f"--tls-private-key-file={of('apiserver.key')}",
        f"--client-ca-file={of('ca.crt')}",
        f"--token-auth-file={of('tokens.csv')}",
        f"--service-account-key-file={of('accounts.pub')}",
        f"--service-account-signing-key-file={of('accounts.key')}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=Node,RBAC",
        "--kubelet-preferred-address-types=InternalIP",
        # What it needs to pass calls on to an API server of metrics.
        f"--requestheader-client-ca-file={of('ca.crt')}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={of('front-proxy.crt')}",
        f"--proxy-client-key-file={of('front-proxy.key')}",
        "--enable-aggregator-routing=true",
    ]

"""Who is who in the cluster: certificates, and tokens for those that call the API server."""

from pathlib import Path

import trustme
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.kubernetes.layout import API_ADDRESS, NODE, NODE_ADDRESS, PKI, STATE

METRICS_HOST = "metrics.monitoring.svc"
"""The name under which the API server finds who answers for custom metrics."""
_USERS = {
    "admin": ("admin", "system:masters"),
    "controllers": ("system:kube-controller-manager", "system:masters"),
    "scheduler": ("system:kube-scheduler", ""),
    "node": (f"system:node:{NODE}", "system:nodes"),
    "proxy": ("system:kube-proxy", ""),
}


def make() -> None:
    """Writes all of it below `PKI`."""
    PKI.mkdir(parents=True)
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    authority.cert_pem.write_to_path(PKI / "ca.crt")
    own = ("127.0.0.1", NODE_ADDRESS, API_ADDRESS, "kubernetes.default.svc")
    _issue(authority, "apiserver", *own)
    _issue(authority, "front-proxy", "front-proxy")
    _issue(authority, "metrics", METRICS_HOST)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (PKI / "accounts.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    (PKI / "accounts.pub").write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    lines = [f"{_token(name)},{user},{name},{group}" for name, (user, group) in _USERS.items()]
    (PKI / "tokens.csv").write_text("\n".join(lines) + "\n")
    for name in _USERS:
        _write_kubeconfig(name)


def kubeconfig(user: str) -> Path:
    """The file with which one of the cluster's users calls the API server."""
    return STATE / f"{user}.kubeconfig"


def _issue(authority: trustme.CA, name: str, *identities: str) -> None:
    issued = authority.issue_cert(*identities, common_name=name, key_type=trustme.KeyType.RSA)
    issued.private_key_pem.write_to_path(PKI / f"{name}.key")
    issued.cert_chain_pems[0].write_to_path(PKI / f"{name}.crt")


def _token(name: str) -> str:
    """Nobody outside of the cluster's network reaches the API server."""
    return f"{name}-token"


def _write_kubeconfig(name: str) -> None:
    server = {
        "server": f"https://{NODE_ADDRESS}:6443",
        "certificate-authority": str(PKI / "ca.crt"),
    }
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": server}],
        "users": [{"name": name, "user": {"token": _token(name)}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": name}}],
        "current-context": "test",
    }
    kubeconfig(name).write_text(yaml.safe_dump(config))

"""CoreDNS, which resolves the names of services."""

from deploy.kubernetes.certificates import kubeconfig
from deploy.kubernetes.children import Children
from deploy.kubernetes.layout import DOMAIN, NODE_ADDRESS, PROGRAMS, STATE

_COREFILE = """\
.:53 {{
    bind {address}
    errors
    kubernetes {domain} {{
        kubeconfig {kubeconfig}
        pods insecure
    }}
}}
"""


def start(children: Children) -> None:
    """Starts it; names are there a moment later."""
    corefile = STATE / "Corefile"
    corefile.write_text(
        _COREFILE.format(address=NODE_ADDRESS, domain=DOMAIN, kubeconfig=kubeconfig("admin"))
    )
    children.start("coredns", str(PROGRAMS / "coredns"), "-conf", str(corefile))

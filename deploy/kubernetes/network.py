"""The node's network and names, in namespaces that have nothing yet."""

from pathlib import Path

from deploy.image.command import run
from deploy.kubernetes.layout import NODE_ADDRESS, REGISTRY, STATE, WORK

# What the kubelet sets for the whole machine; it gets files of its own instead.
_KERNEL_SETTINGS = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}


def make() -> None:
    """Gives the node folders, an address and a resolver that the machine does not see.

    Raises:
        ImageError: the kernel refuses.
    """
    run(["mount", "--make-rshared", "/"])  # within this namespace: pods see what is mounted later
    for folder in ("/run", "/var/log"):
        run(["mount", "-t", "tmpfs", "tmpfs", folder])
    # Containers need a real file system below their overlays.
    (WORK / "state").mkdir(parents=True)
    STATE.mkdir()
    run(["mount", "--bind", str(WORK / "state"), str(STATE)])
    _replace(Path("/etc/hosts"), f"127.0.0.1 localhost\n{NODE_ADDRESS} {REGISTRY}\n")
    # As in a pod, names of services are found without the cluster's domain.
    search = "search svc.cluster.local cluster.local\noptions ndots:5\n"
    _replace(Path("/etc/resolv.conf"), f"nameserver {NODE_ADDRESS}\n{search}")
    for name, value in _KERNEL_SETTINGS.items():
        _replace(Path("/proc/sys", name), f"{value}\n")
    run(["ip", "link", "set", "lo", "up"])
    run(["ip", "link", "add", "node0", "type", "bridge"])
    run(["ip", "address", "add", f"{NODE_ADDRESS}/24", "dev", "node0"])
    run(["ip", "link", "set", "node0", "up"])
    run(["ip", "route", "add", "default", "via", NODE_ADDRESS, "dev", "node0"])
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")  # of this network alone


def _replace(path: Path, text: str) -> None:
    """Lays a file over another one."""
    own = STATE / "over" / "-".join(path.parts[1:])
    own.parent.mkdir(exist_ok=True)
    own.write_text(text)
    run(["mount", "--bind", str(own), str(path)])

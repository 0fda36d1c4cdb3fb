"""Debian's container engine in a folder."""

import os
from pathlib import Path

from deploy.image import debian

_PACKAGES = (
    *("docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1"),
    *("iptables", "libip4tc2", "libip6tc2", "libxtables12", "libmnl0", "libnftnl11"),
    *("libnfnetlink0", "libnetfilter-conntrack3", "mmdebstrap"),
)
_FILTERS = ("iptables", "iptables-save", "iptables-restore")
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


def install(folder: Path) -> None:
    """Makes the folder unless it is there.

    Raises:
        ImageError: a package cannot be had.
    """
    # Of the alternatives those that need nothing of nftables in the kernel.
    names = [*_FILTERS, *(name.replace("ip", "ip6", 1) for name in _FILTERS)]
    debian.unpack(folder, _PACKAGES, {f"usr/sbin/{name}": "xtables-legacy-multi" for name in names})


def environment(folder: Path) -> dict[str, str]:
    """The variables with which the engine's programs find each other and their libraries."""
    programs = [str(folder / "usr/bin"), str(folder / "usr/sbin")]
    system = os.environ["PATH"].split(os.pathsep)
    # The engine looks up tools of the system's, ip and mount for two, in places that only root has.
    path = [*programs, *system, "/usr/sbin", "/sbin"]
    return {
        **os.environ,
        "PATH": os.pathsep.join(path),
        "LD_LIBRARY_PATH": os.pathsep.join(str(folder / name) for name in _LIBRARIES),
        "XTABLES_LIBDIR": str(folder / "usr/lib/x86_64-linux-gnu/xtables"),
    }

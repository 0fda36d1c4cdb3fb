"""Debian's container engine in a folder: downloaded with apt-get, unpacked, not installed."""

import os
import shutil
import tempfile
from pathlib import Path

from deploy.image.command import run

_PACKAGES = (
    *("docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1"),
    *("iptables", "libip4tc2", "libip6tc2", "libxtables12", "libmnl0", "libnftnl11"),
    *("libnfnetlink0", "libnetfilter-conntrack3", "mmdebstrap"),
)
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


def install(folder: Path) -> None:
    """Makes the folder unless it is there.

    Raises:
        ImageError: a package cannot be had.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        run(["apt-get", "download", "-q", *_PACKAGES], folder=Path(work))
        unpacked = Path(work, "root")
        for package in Path(work).glob("*.deb"):
            run(["dpkg-deb", "-x", str(package), str(unpacked)])
        # The alternatives that installation would have chosen between.
        (unpacked / "usr/sbin/iptables").symlink_to("xtables-legacy-multi")
        (unpacked / "usr/sbin/ip6tables").symlink_to("xtables-legacy-multi")
        shutil.move(unpacked, folder)


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

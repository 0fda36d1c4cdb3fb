"""`python -m deploy.kubernetes -- COMMAND`: a cluster for as long as COMMAND runs.

COMMAND runs on the node: it reaches pods and services, finds KUBECONFIG and OCELLI_CLUSTER set, and
docker, kubectl, helm and ocelli on its PATH. `docker push registry.example/…` puts an image where
the cluster pulls it.
"""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from deploy.image import debian, engine, images
from deploy.image.daemon import WITHOUT_NETWORK, daemon
from deploy.image.failure import ImageError
from deploy.image.isolation import end_on_signals, isolated
from deploy.kubernetes import (
    certificates,
    control_groups,
    control_plane,
    dns,
    network,
    node,
    registry,
)
from deploy.kubernetes.children import Children
from deploy.kubernetes.failure import ClusterError
from deploy.kubernetes.kubectl import Kubectl
from deploy.kubernetes.layout import PACKAGES, REGISTRY, STATE, WORK

_PACKAGES = (
    *("etcd-server", "docker-registry", "containernetworking-plugins", "catatonit"),
    *("conntrack", "libnetfilter-conntrack3", "libnfnetlink0"),
)
_LOCK = Path("/run/ocelli-kubernetes.lock")
_TOOLS = images.ROOT / ".build" / "bin"


def main() -> int:
    """Brings the cluster up, runs the command, takes the cluster away; returns the exit status."""
    parser = argparse.ArgumentParser(prog="deploy.kubernetes", description=__doc__)
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="+", help="what to run beside the cluster")
    arguments = parser.parse_args()
    end_on_signals()
    try:
        if arguments.isolated:
            return _run(arguments.command)
        with _LOCK.open("w") as lock:
            # Control groups have fixed names.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            images.build()
            debian.unpack(PACKAGES, _PACKAGES, {})
            shutil.rmtree(WORK / "state", ignore_errors=True)
            try:
                return isolated("deploy.kubernetes", arguments.command)
            finally:
                control_groups.remove()
    except BlockingIOError:
        print("error: another cluster runs on this machine", file=sys.stderr)
    except (ImageError, ClusterError) as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


def _run(command: list[str]) -> int:
    network.make()
    certificates.make()
    children = Children(STATE / "logs", _environment())
    flags = (*WITHOUT_NETWORK, "--insecure-registry", REGISTRY)
    try:
        with daemon(images.ENGINE, images.DATA, flags) as client:
            tools = [str(_TOOLS), str(Path(sys.executable).parent), client["PATH"]]
            variables = {
                **client,
                "PATH": os.pathsep.join(tools),
                "KUBECONFIG": str(certificates.kubeconfig("admin")),
                "OCELLI_CLUSTER": str(STATE),
            }
            began_s = time.monotonic()
            _start(children, Kubectl(_TOOLS / "kubectl", variables), client)
            print(f"the cluster is up after {time.monotonic() - began_s:.0f} s", flush=True)
            return subprocess.run(command, env=variables, check=False).returncode  # noqa: S603  # asked for
    finally:
        children.stop()


def _environment() -> dict[str, str]:
    """The variables of the cluster's programs, which call those of the container engine."""
    found = engine.environment(images.ENGINE)
    own = [str(PACKAGES / "usr" / name) for name in ("bin", "sbin")]
    libraries = [found["LD_LIBRARY_PATH"], str(PACKAGES / "usr/lib/x86_64-linux-gnu")]
    return {
        **found,
        "PATH": os.pathsep.join([*own, found["PATH"]]),
        "LD_LIBRARY_PATH": os.pathsep.join(libraries),
    }


def _start(children: Children, kubectl: Kubectl, client: dict[str, str]) -> None:
    registry.start(children)
    control_plane.start(children, kubectl)
    registry.push(client)
    node.start(children, kubectl)
    dns.start(children)
    (STATE / "models").mkdir()
    kubectl("apply", "--filename", str(Path(__file__).with_name("volumes.yaml")))


if __name__ == "__main__":
    sys.exit(main())

"""Where things are, and the addresses of the cluster."""

from pathlib import Path

from deploy.image.images import ROOT

WORK = ROOT / ".build" / "kubernetes"
PROGRAMS = WORK / "bin"
"""The programs that are built."""
PACKAGES = WORK / "debian"
"""The programs that are Debian's."""
IMAGES = WORK / "registry"
"""What was pushed; layers that have not changed are there already."""

STATE = Path("/run/ocelli-kubernetes")
"""Everything else that the cluster writes; paths of sockets must be short."""
PKI = STATE / "pki"

NODE = "node1"
NODE_ADDRESS = "10.77.0.1"
PODS = "10.244.0.0/24"
SERVICES = "10.96.0.0/16"
API_ADDRESS = "10.96.0.1"
DOMAIN = "cluster.local"
REGISTRY = "registry.example"
"""The registry's name, at which images are pulled and pushed in plain text."""

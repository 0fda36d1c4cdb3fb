"""A registry of images, at a name that the node and the container engine trust in plain text."""

from collections.abc import Mapping

import yaml

from deploy.image.command import run
from deploy.image.images import triton_name
from deploy.kubernetes.children import Children
from deploy.kubernetes.layout import IMAGES, NODE_ADDRESS, PACKAGES, REGISTRY, STATE

PAUSE = f"{REGISTRY}/pause:3.10"
"""What holds a pod's namespaces: Debian's catatonit, which does nothing until it is ended."""


def start(children: Children) -> None:
    """Starts it; what was pushed earlier is still there."""
    config = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(IMAGES)}},
        "http": {"addr": f"{NODE_ADDRESS}:80"},
    }
    path = STATE / "registry.yaml"
    path.write_text(yaml.safe_dump(config))
    children.start("registry", "docker-registry", "serve", str(path))


def push(client: Mapping[str, str]) -> None:
    """Pushes what pods consist of besides the edge.

    Raises:
        ImageError: the registry or the engine refuses.
    """
    if not run(["docker", "images", "-q", PAUSE], environment=client):
        program = STATE / "pause.tar"
        run(["tar", "-cf", str(program), "-C", str(PACKAGES / "usr" / "bin"), "catatonit"])
        entry = 'ENTRYPOINT ["/catatonit", "-P"]'
        run(["docker", "import", "--change", entry, str(program), PAUSE], environment=client)
    # The node takes from here what is NVIDIA's elsewhere.
    _, _, path = triton_name().partition("/")
    triton = f"{REGISTRY}/{path}"
    run(["docker", "tag", triton_name(), triton], environment=client)
    for name in (PAUSE, triton):
        run(["docker", "push", "--quiet", name], environment=client)

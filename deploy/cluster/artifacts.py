"""What a node is made of, as artifacts of a Maven repository, and their checksums."""

import hashlib
from pathlib import Path

from deploy.cluster.failure import ClusterError

VERSION = "3.5.0"
_CHECKSUMS = Path(__file__).with_name("checksums.txt")

FOLDERS = {
    "lib": (
        f"org.opensearch:opensearch:{VERSION}",
        f"org.opensearch:opensearch-plugin-classloader:{VERSION}",
        "org.apache.logging.log4j:log4j-core:2.25.3",  # optional by its POM, and needed to start
        # Of 3.5.0 there is none; the classes that the server looks for are the same.
        "org.opensearch:opensearch-agent-bootstrap:3.4.0",
    ),
    "modules/transport-netty4": (f"org.opensearch.plugin:transport-netty4-client:{VERSION}",),
    "modules/lang-painless": (f"org.opensearch.plugin:lang-painless:{VERSION}",),
    # The plugin takes Guava from the module for gRPC, which is in no repository.
    "plugins/opensearch-knn": ("com.google.guava:guava:33.4.8-jre",),
}
"""Per folder of a home, the artifacts whose jars and whose dependencies' jars are in it."""

KNN = f"org.opensearch.plugin:opensearch-knn:{VERSION}.0:zip"
KNN_FILE = f"opensearch-knn-{VERSION}.0.zip"


def check(folder: Path) -> None:
    """Compares all downloaded files with their checksums.

    Raises:
        ClusterError: one is another file than it was when its checksum was taken, or is unknown.
    """
    lines = (line.split() for line in _CHECKSUMS.read_text().splitlines())
    expected = {name: checksum for checksum, name in lines}
    for path in sorted((*folder.rglob("*.jar"), *folder.rglob("*.zip"))):
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if expected.get(path.name) != found:
            raise ClusterError(
                f"{path.name} has the SHA-256 {found}, not {expected.get(path.name, 'a known one')}"
            )

"""Fetching with the real clients: pip and Maven from folders, npm from a registry on loopback."""

import base64
import dataclasses
import fcntl
import hashlib
import io
import json
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ocelli.models import fetch as fetching
from ocelli.models import package as packages
from ocelli.models import registry_client
from ocelli.models.errors import ClientMissingError, InstallError
from ocelli.models.fetch import exclusive, fetch, fetch_all
from ocelli.models.package import Package, PackagedFile
from ocelli.models.progress import silent

pytestmark = pytest.mark.system

WEIGHTS = b"weights " * 4096
WHEEL = "ocelli_test_weights-1.2.0-py3-none-any.whl"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file(path: str, content: bytes) -> PackagedFile:
    return PackagedFile(path, Path(path).name, len(content), sha256(content))


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package that pip finds in a folder instead of a registry."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    name = "ocelli_test_weights-1.2.0.dist-info"
    with zipfile.ZipFile(shelf / WHEEL, "w") as archive:
        archive.writestr("weights/model.bin", WEIGHTS)
        archive.writestr("weights/other.bin", b"not wanted")
        metadata = "Metadata-Version: 2.1\nName: ocelli-test-weights\nVersion: 1.2.0\n"
        archive.writestr(f"{name}/METADATA", metadata)
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{name}/WHEEL", tag)
        archive.writestr(f"{name}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    data = (shelf / WHEEL).read_bytes()
    files = (file("weights/model.bin", WEIGHTS),)
    return Package("pypi", "ocelli-test-weights", "1.2.0", WHEEL, len(data), sha256(data), files)


class Registry(ThreadingHTTPServer):
    """Serves one npm package; says nothing while `unresponsive`."""

    daemon_threads = True

    def __init__(self, tarball: bytes) -> None:
        super().__init__(("127.0.0.1", 0), RegistryHandler)
        self.tarball = tarball
        self.unresponsive = False
        self.released = threading.Event()
        self.requests = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class RegistryHandler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        self.server.requests += 1
        if self.server.unresponsive:
            self.server.released.wait(30)
            return
        if self.path.endswith(".tgz"):
            self.answer(200, self.server.tarball)
        elif self.path.endswith("weights"):
            digest = hashlib.sha512(self.server.tarball).digest()
            dist = {
                "tarball": f"{self.server.address}weights-1.0.0.tgz",
                "integrity": f"sha512-{base64.b64encode(digest).decode()}",
            }
            release = {"name": "@ocelli-test/weights", "version": "1.0.0", "dist": dist}
            document = {
                "name": "@ocelli-test/weights",
                "dist-tags": {"latest": "1.0.0"},
                "versions": {"1.0.0": release},
            }
            self.answer(200, json.dumps(document).encode())
        else:
            self.answer(404, b"{}")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def tarball(members: dict[str, bytes], links: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, target in links.items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


MANIFEST = json.dumps({"name": "@ocelli-test/weights", "version": "1.0.0"}).encode()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    members = {
        "package/package.json": MANIFEST,
        "package/models/model.bin": WEIGHTS,
        "../outside.bin": WEIGHTS,
    }
    server = Registry(tarball(members, {"package/models/link.bin": "/etc/hostname"}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setenv("npm_config_registry", server.address)
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tgz(registry: Registry) -> Package:
    return Package(
        "npm",
        "@ocelli-test/weights",
        "1.0.0",
        "ocelli-test-weights-1.0.0.tgz",
        len(registry.tarball),
        sha256(registry.tarball),
        (file("package/models/model.bin", WEIGHTS),),
    )


JAR = "weights-1.0.0.jar"
MAVEN_REPOSITORY = Path.home() / ".m2" / "repository"
MAVEN_PLUGIN = MAVEN_REPOSITORY.joinpath(
    *("org", "apache", "maven", "plugins", "maven-dependency-plugin"),
    registry_client.MAVEN_PLUGIN_VERSION,
)
MAVEN_SETTINGS = """\
<settings>
  <mirrors>
    <mirror><id>test</id><mirrorOf>*</mirrorOf><url>file://{folder}</url></mirror>
  </mirrors>
</settings>
"""


@pytest.fixture
def jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package that Maven finds in a folder, beside the plugins that this machine has."""
    if shutil.which("mvn") is None or not MAVEN_PLUGIN.is_dir():
        pytest.skip("Maven or its dependency plugin is missing: `make gen` gets the plugin")
    shelf = tmp_path / "shelf"
    release = shelf / "ocelli-test" / "weights" / "1.0.0"
    release.mkdir(parents=True)
    for group in MAVEN_REPOSITORY.iterdir():
        if group.is_dir():
            (shelf / group.name).symlink_to(group)
    with zipfile.ZipFile(release / JAR, "w") as archive:
        archive.writestr("model.bin", WEIGHTS)
        archive.writestr("Other.class", b"not wanted")
    (release / "weights-1.0.0.pom").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>ocelli-test</groupId>"
        "<artifactId>weights</artifactId><version>1.0.0</version></project>"
    )
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(MAVEN_SETTINGS.format(folder=shelf))
    monkeypatch.setenv("MAVEN_OPTS", f"-Duser.home={tmp_path}")
    data = (release / JAR).read_bytes()
    files = (file("model.bin", WEIGHTS),)
    return Package("maven", "ocelli-test:weights", "1.0.0", JAR, len(data), sha256(data), files)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_wheel_leaves_only_the_named_files(wheel: Package, downloads: Path) -> None:
    folder = fetch(wheel, downloads, silent)
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert everything_in(downloads) == {"ocelli-test-weights-1.2.0/model.bin"}


def test_a_tarball_leaves_only_the_named_files(tgz: Package, downloads: Path) -> None:
    folder = fetch(tgz, downloads, silent)
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert everything_in(downloads) == {"ocelli-test-weights-1.0.0/model.bin"}


def test_a_jar_leaves_only_the_named_files(jar: Package, downloads: Path) -> None:
    folder = fetch(jar, downloads, silent)
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert everything_in(downloads) == {"ocelli-test-weights-1.0.0/model.bin"}


def test_files_of_several_packages_are_known_by_their_names(
    wheel: Package, tgz: Package, downloads: Path
) -> None:
    manifest = dataclasses.replace(tgz, files=(file("package/package.json", MANIFEST),))
    paths = fetch_all([wheel, manifest], downloads, silent)
    assert sorted(paths) == ["model.bin", "package.json"]
    assert paths["package.json"].read_bytes() == MANIFEST


def test_what_is_there_is_not_downloaded_again(
    tgz: Package, registry: Registry, downloads: Path
) -> None:
    fetch(tgz, downloads, silent)
    asked = registry.requests
    fetch(tgz, downloads, silent)
    assert registry.requests == asked


def test_a_damaged_file_is_fetched_again(wheel: Package, downloads: Path) -> None:
    damaged = fetch(wheel, downloads, silent) / "model.bin"
    damaged.write_bytes(WEIGHTS[:-1] + b"?")
    fetch(wheel, downloads, silent)
    assert damaged.read_bytes() == WEIGHTS


def test_progress_starts_at_nothing_and_ends_at_the_whole(wheel: Package, downloads: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    fetch(wheel, downloads, lambda *state: seen.append(state))
    step = "download ocelli-test-weights 1.2.0"
    assert seen[0] == (step, 0, wheel.size_bytes)
    assert seen[-1] == (step, wheel.size_bytes, wheel.size_bytes)
    amounts = [done for _, done, _ in seen]
    assert amounts == sorted(amounts)


def test_another_archive_than_the_pinned_one_is_refused(wheel: Package, downloads: Path) -> None:
    other = dataclasses.replace(wheel, sha256=sha256(b"something else"))
    with pytest.raises(InstallError, match=f"checksum of {WHEEL} differs") as caught:
        fetch(other, downloads, silent)
    assert "\n" not in str(caught.value)
    assert everything_in(downloads) == set()


def test_another_file_than_the_pinned_one_is_refused(wheel: Package, downloads: Path) -> None:
    other = dataclasses.replace(wheel, files=(file("weights/model.bin", b"other"),))
    with pytest.raises(InstallError, match=r"checksum of weights/model\.bin differs"):
        fetch(other, downloads, silent)
    assert everything_in(downloads) == set()


@pytest.mark.parametrize("path", ["package/models/absent.bin", "package/models/link.bin"])
def test_a_file_that_the_archive_does_not_hold_is_named(
    path: str, tgz: Package, downloads: Path
) -> None:
    other = dataclasses.replace(tgz, files=(file(path, WEIGHTS),))
    with pytest.raises(InstallError, match=f"holds no {path}"):
        fetch(other, downloads, silent)


def test_a_file_is_saved_in_its_folder_whatever_its_name_in_the_archive(
    tgz: Package, downloads: Path
) -> None:
    fetch(dataclasses.replace(tgz, files=(file("../outside.bin", WEIGHTS),)), downloads, silent)
    assert everything_in(downloads) == {"ocelli-test-weights-1.0.0/outside.bin"}


@pytest.mark.parametrize("name", ["../up.bin", "/root.bin", "a/b.bin", ".hidden", ".."])
def test_a_card_cannot_save_outside_its_folder(name: str) -> None:
    entry = {"path": "p", "save_as": name, "size_bytes": 1, "sha256": "0"}
    with pytest.raises(ValueError, match="plain file name"):
        packages.parse({"files": [entry]})


def test_a_release_that_pip_cannot_find(wheel: Package, downloads: Path) -> None:
    missing = dataclasses.replace(wheel, version="9.9.9")
    with pytest.raises(
        InstallError, match=r"cannot download ocelli-test-weights 9\.9\.9"
    ) as caught:
        fetch(missing, downloads, silent)
    assert "No matching distribution" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_release_that_npm_cannot_find(tgz: Package, downloads: Path) -> None:
    missing = dataclasses.replace(tgz, name="@ocelli-test/absent")
    with pytest.raises(InstallError, match=r"cannot download @ocelli-test/absent 1\.0\.0 with npm"):
        fetch(missing, downloads, silent)


def test_a_release_that_maven_cannot_find(jar: Package, downloads: Path) -> None:
    missing = dataclasses.replace(jar, version="9.9.9", archive="weights-9.9.9.jar")
    with pytest.raises(InstallError, match=r"cannot download .* 9\.9\.9 with mvn") as caught:
        fetch(missing, downloads, silent)
    assert "Could not find artifact ocelli-test:weights:jar:9.9.9" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_network(tgz: Package, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    with pytest.raises(InstallError, match="check the network") as caught:
        fetch(tgz, downloads, silent)
    assert "\n" not in str(caught.value)


def test_npm_is_missing(tgz: Package, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(downloads))
    with pytest.raises(ClientMissingError, match="npm is needed"):
        fetch(tgz, downloads, silent)


def test_maven_is_missing(wheel: Package, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(downloads))
    jar = dataclasses.replace(wheel, registry="maven", name="group:artifact", archive="a.jar")
    with pytest.raises(ClientMissingError, match="mvn is needed to download group:artifact"):
        fetch(jar, downloads, silent)


def test_a_registry_that_falls_silent_is_given_up(
    tgz: Package, registry: Registry, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.unresponsive = True
    monkeypatch.setattr(registry_client, "STALL_TIMEOUT_S", 1.0)
    with pytest.raises(InstallError, match="no byte of @ocelli-test/weights"):
        fetch(tgz, downloads, silent)
    assert everything_in(downloads) == set()


def test_a_full_disk_is_noticed_before_the_download(wheel: Package, downloads: Path) -> None:
    huge = dataclasses.replace(wheel, size_bytes=1 << 60)
    with pytest.raises(InstallError, match="MiB are free"):
        fetch(huge, downloads, silent)


def test_one_installation_at_a_time(downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LOCK_TIMEOUT_S", 0.3)
    with (downloads / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InstallError, match="another installation"), exclusive(downloads):
            pass
    with exclusive(downloads):
        assert (downloads / ".lock").exists()


def test_what_a_killed_installation_left_is_cleared(downloads: Path) -> None:
    (downloads / ".fetch-dead" / "cache").mkdir(parents=True)
    (downloads / ".fetch-dead" / "cache" / "half").write_bytes(b"half")
    with exclusive(downloads):
        assert everything_in(downloads) == {".lock"}

"""Downloading a package's archive with the registry's own command-line client.

The clients bring their users' settings with them: mirrors, proxies, credentials, certificates.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from ocelli.models.errors import ClientMissingError, InstallError
from ocelli.models.package import Package
from ocelli.models.progress import Progress

POLL_INTERVAL_S = 0.2
STALL_TIMEOUT_S = 180.0
MAVEN_PLUGIN_VERSION = "3.8.1"

_ERROR = re.compile(r"^(npm (error|ERR!)|ERROR:|\[ERROR\])\s*")
_LOG_HINT = "complete log of this run"
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_SILENT = ["it said nothing"]


def download(package: Package, workspace: Path, progress: Progress) -> Path:
    """Downloads the archive of a package.

    Args:
        package: what to download.
        workspace: an empty folder; everything that the client writes stays in it.
        progress: told of the bytes that have arrived.

    Returns:
        Path of the archive inside the workspace, not yet verified.

    Raises:
        ClientMissingError: if the client is not on this machine.
        InstallError: if it fails, if no byte arrives for three minutes, or
            if the registry serves an archive of another name.
    """
    arrived = workspace / "arrived"
    arrived.mkdir()
    commands = {"npm": _npm_command, "pypi": _pip_command, "maven": _maven_command}
    command = commands[package.registry](package, arrived, workspace)
    with (workspace / "client.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - fixed programs, arguments from our own cards
            command,
            cwd=workspace,
            env=os.environ | {"TMPDIR": str(workspace), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            status = _watch(process, package, workspace, progress)
        finally:
            process.kill()
            process.wait()
    archive = arrived / package.archive
    if status != 0 or not archive.is_file():
        found = ", ".join(path.name for path in arrived.iterdir()) or "no archive"
        reason = _last_error(workspace / "client.log") if status else f"got {found}"
        raise InstallError(
            f"cannot download {package} with {Path(command[0]).name}: {reason}; "
            f"check the network and the client's registry settings"
        )
    return archive


def _npm_command(package: Package, arrived: Path, workspace: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise ClientMissingError(
            f"npm is needed to download {package}, and is not on PATH; install Node.js with npm"
        )
    return [
        npm,
        "pack",
        f"{package.name}@{package.version}",
        "--pack-destination",
        str(arrived),
        # A cache of its own: its growth shows the progress, and it goes when the workspace goes.
        "--cache",
        str(workspace / "cache"),
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=2000",
        "--update-notifier=false",
        "--loglevel=error",
    ]


def _pip_command(package: Package, arrived: Path, _: Path) -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise ClientMissingError(
            f"pip is needed to download {package}, and this Python has none; "
            f"run: {sys.executable} -m ensurepip"
        )
    python, abi, platforms = package.archive.removesuffix(".whl").split("-")[-3:]
    # A release has a wheel per interpreter and platform: name the pinned one's, not ours.
    interpreter = python.removeprefix("cp") if python.startswith("cp") else "311"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        f"{package.name}=={package.version}",
        "--dest",
        str(arrived),
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "--retries=2",
        f"--python-version={interpreter}",
    ]
    if abi != "none":
        command += ["--implementation=cp", f"--abi={abi}"]
    for platform in platforms.split("."):
        command.append(f"--platform={platform}")
    return command


def _maven_command(package: Package, arrived: Path, workspace: Path) -> list[str]:
    maven = shutil.which("mvn")
    if maven is None:
        raise ClientMissingError(
            f"mvn is needed to download {package}, and is not on PATH; install Maven and a JDK"
        )
    return [
        maven,
        "--quiet",
        "--batch-mode",
        "-Dstyle.color=never",
        # A repository of its own, as npm's cache.
        f"-Dmaven.repo.local={workspace / 'repository'}",
        f"org.apache.maven.plugins:maven-dependency-plugin:{MAVEN_PLUGIN_VERSION}:copy",
        f"-Dartifact={package.name}:{package.version}:{Path(package.archive).suffix[1:]}",
        f"-DoutputDirectory={arrived}",
    ]


def _watch(
    process: "subprocess.Popen[bytes]", package: Package, workspace: Path, progress: Progress
) -> int:
    """Waits for a client, reporting by the growth of its folder; returns its exit status."""
    step = f"download {package}"
    progress(step, 0, package.size_bytes)
    seen, grew_at = 0, time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(POLL_INTERVAL_S)
        size = _largest_file_bytes(workspace)
        if size > seen:
            seen, grew_at = size, time.monotonic()
            # The last byte is reported once the archive is verified.
            progress(step, min(seen, package.size_bytes - 1), package.size_bytes)
        elif time.monotonic() - grew_at > STALL_TIMEOUT_S:
            raise InstallError(
                f"no byte of {package} arrived for {STALL_TIMEOUT_S:.0f} s; check the network"
            )


def _largest_file_bytes(folder: Path) -> int:
    """Size of the largest file below a folder that another process is writing to.

    A client first writes the archive to a temporary name and may then copy it, so the sum of all
    files would count it twice.
    """
    sizes = [0]
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                sizes.append((Path(root) / name).stat().st_size)
    return max(sizes)


def _last_error(log: Path) -> str:
    """The line of a client's log that tells most, without its prefix."""
    text = _STYLE.sub("", log.read_text(errors="replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.match(line) and _LOG_HINT not in line]
    # Maven says first what went wrong, npm and pip last.
    line = errors[0] if errors and errors[0].startswith("[") else (errors or lines or _SILENT)[-1]
    return _ERROR.sub("", line).removesuffix("-> [Help 1]").strip().rstrip(".")

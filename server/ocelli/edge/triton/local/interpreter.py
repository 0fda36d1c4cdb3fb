"""Finds a Python that the wheel's Triton can embed, or says what is missing."""

import asyncio
import json
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

MINORS = (11, 12)
"""Minor versions of Python 3 that the requirements hold wheels for."""

_MIN_GLIBC = (2, 35)
_PROBE_TIMEOUT_S = 20.0
_PROBE = """
import ctypes, json, pathlib, platform, sys, sysconfig
soname = "libpython3.%d.so.1.0" % sys.version_info[1]
arch = sysconfig.get_config_var("MULTIARCH") or ""
roots = [sysconfig.get_config_var("LIBDIR") or "", sys.base_prefix + "/lib"]
folders = [pathlib.Path(root, sub) for root in roots for sub in ("", arch)]
found = next((str(folder) for folder in folders if (folder / soname).is_file()), None)
if found is None:
    try:
        ctypes.CDLL(soname)
        found = ""
    except OSError:
        pass
version = list(sys.version_info[:2])
print(json.dumps([version, platform.python_implementation(), found]))
"""


class SetupError(Exception):
    """The managed Triton cannot be brought up; one line says why and what to do."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that Triton's stub process can embed."""

    executable: Path
    minor: int
    """11 for Python 3.11."""
    library_dir: str
    """Folder of `libpython3.<minor>.so.1.0`; empty if the dynamic linker finds it by itself."""


def check_machine() -> None:
    """Checks what the wheel demands of the machine: Linux, x86-64, glibc 2.35.

    Raises:
        SetupError: it is not such a machine.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise SetupError(
            f"a managed Triton needs Linux on x86-64, this is {platform.system()} on "
            f"{platform.machine()}; run Triton elsewhere and give its address with --triton"
        )
    name, _, version = (_libc_version() or "another C library").partition(" ")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if name != "glibc" or numbers < _MIN_GLIBC:
        raise SetupError(
            f"a managed Triton needs glibc 2.35 or newer (Debian 12, Ubuntu 22.04), here is "
            f"{name} {version}; use a newer system, or give a Triton's address with --triton"
        )


def _libc_version() -> str | None:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION")
    except (ValueError, OSError):
        return None


async def find_interpreter() -> Interpreter:
    """The edge's own Python if it will do, else a `python3.12` or `python3.11` on PATH.

    Raises:
        SetupError: there is none, or none with its shared library.
    """
    without_library: int | None = None
    for executable in _candidates():
        probed = await _probe(executable)
        if probed is None or probed[0] not in MINORS:
            continue
        minor, library_dir = probed
        if library_dir is not None:
            return Interpreter(executable, minor, library_dir)
        without_library = without_library or minor
    if without_library is not None:
        name = f"libpython3.{without_library}"
        raise SetupError(
            f"Triton needs {name}.so.1.0, which this Python came without; install it (`apt install "
            f"{name}`) or use a Python built with --enable-shared"
        )
    raise SetupError(
        "Triton's Python environment needs Python 3.11 or 3.12, and neither is on PATH; "
        "install one (`apt install python3.11 python3.11-venv libpython3.11`)"
    )


def _candidates() -> list[Path]:
    own = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
    found = [own if own.exists() else Path(sys.executable)]
    names = [f"python3.{minor}" for minor in reversed(MINORS)]
    found += [Path(path) for name in names if (path := shutil.which(name))]
    return list(dict.fromkeys(found))


async def _probe(executable: Path) -> tuple[int, str | None] | None:
    """Its minor version and its library's folder; None if it is no CPython 3 that runs."""
    try:
        process = await asyncio.create_subprocess_exec(
            executable,
            *("-I", "-c", _PROBE),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_PROBE_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        return None
    (major, minor), implementation, library_dir = json.loads(output)
    return (minor, library_dir) if (major, implementation) == (3, "CPython") else None

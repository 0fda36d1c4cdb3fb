"""What a user's word for a source means."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_PASSWORD = re.compile(r"(?<=://)(?P<user>[^/@:]*):[^/]*@")


class Kind(Enum):
    """What kind of source it is."""

    FILE = auto()
    FOLDER = auto()
    CAMERA = auto()
    ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class SourceUri:
    """Where frames are to be had."""

    kind: Kind
    """What is there."""
    target: str
    """Path, address, device, or number of a camera."""

    @property
    def name(self) -> str:
        """What to show people: no password, no folder above a file."""
        match self.kind:
            case Kind.ADDRESS:
                return _PASSWORD.sub(r"\g<user>:…@", self.target)
            case Kind.CAMERA:
                return f"camera {self.target}"
            case _:
                return Path(self.target).name or self.target


def parse_source_uri(text: str) -> SourceUri:
    """Tells what a word names: `0` and `/dev/video0` cameras, `rtsp://…` an address, else a path.

    A file whose name is a number is reached as `./0`.
    """
    if _ADDRESS.match(text):
        return SourceUri(Kind.ADDRESS, text)
    if (text.isascii() and text.isdigit()) or text.startswith("/dev/"):
        return SourceUri(Kind.CAMERA, text)
    return SourceUri(Kind.FOLDER if Path(text).is_dir() else Kind.FILE, text)

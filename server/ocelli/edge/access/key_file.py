"""The file of API keys: JSON that `ocelli keys` writes and servers read."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ocelli.edge.access import scopes
from ocelli.edge.access.api_keys import ApiKey, KeyDocument, digest, new_secret, written
from ocelli.edge.access.patterns import ANY, checked
from ocelli.edge.config import ConfigError

_ENCODER = msgspec.json.Encoder()


def read_keys(path: Path) -> KeyDocument:
    """The keys of a file.

    Raises:
        ConfigError: it cannot be read, or is no file of keys.
    """
    try:
        return _checked(msgspec.json.decode(path.read_bytes(), type=KeyDocument))
    except OSError as error:
        raise ConfigError(f"keys_file: cannot read {path}: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ConfigError(f"keys_file: {path} is no file of `ocelli keys`: {error}") from error


def create_key(
    path: Path,
    name: str,
    *,
    scopes_: tuple[str, ...] = ANY,
    collections: tuple[str, ...] = ANY,
    models: tuple[str, ...] = ANY,
    valid_s: float | None = None,
) -> tuple[str, ApiKey]:
    """Adds a key; the file is made if there is none.

    Args:
        path: the file.
        name: of the principal.
        scopes_: what the key may do.
        collections: patterns of their names.
        models: likewise.
        valid_s: how long it holds; None: until it is revoked.

    Returns:
        The key, which nobody can read again, and what the file holds of it.

    Raises:
        ConfigError: the file cannot be read or written, or a value is none.
    """
    now_s = int(time.time())
    id_, secret = new_secret()
    key = ApiKey(
        id=id_,
        name=name,
        sha256=digest(secret),
        created_s=now_s,
        scopes=scopes_,
        collections=collections,
        models=models,
        expires_s=None if valid_s is None else now_s + int(valid_s),
    )
    try:
        _check(key)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    with _locked(path):
        known = read_keys(path).keys if path.exists() else ()
        _write(path, KeyDocument((*known, key)))
    return written(id_, secret), key


def revoke_key(path: Path, id_: str) -> ApiKey:
    """Revokes the key of an id; one that is revoked stays so.

    Raises:
        ConfigError: there is none, or the file cannot be read or written.
    """
    with _locked(path):
        keys = read_keys(path).keys
        found = next((key for key in keys if key.id == id_), None)
        if found is None:
            raise ConfigError(f"{path} has no key {id_!r}; `ocelli keys list` shows their ids")
        now_s = int(time.time()) if found.revoked_s is None else found.revoked_s
        revoked = msgspec.structs.replace(found, revoked_s=now_s)
        changed = tuple(revoked if key is found else key for key in keys)
        _write(path, KeyDocument(changed))
    return revoked


def _checked(document: KeyDocument) -> KeyDocument:
    ids = [key.id for key in document.keys]
    if len(set(ids)) < len(ids):
        raise ValueError("two keys have the same id")
    for key in document.keys:
        _check(key)
    return document


def _check(key: ApiKey) -> None:
    if not (key.name.isprintable() and 1 <= len(key.name) <= 200):
        raise ValueError(
            f"the name has {len(key.name)} characters; expected 1 to 200 printable ones"
        )
    for scope in key.scopes:
        scopes.checked(scope)
    for pattern in (*key.collections, *key.models):
        checked(pattern)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keeps two commands from writing over each other; the lock is on a file beside it."""
    try:
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, document: KeyDocument) -> None:
    """Replaces the file in one step, so that servers read the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        if path.exists():
            # Whoever could read it still can: the server may be another user.
            now = path.stat()
            os.fchmod(descriptor, now.st_mode & 0o777)
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, now.st_uid, now.st_gid)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(_ENCODER.encode(document), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error

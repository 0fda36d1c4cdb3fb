"""Makes the folder that nodes are started from."""

import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from deploy.cluster import artifacts, java
from deploy.cluster.artifacts import KNN_FILE, VERSION
from deploy.cluster.download import download
from deploy.cluster.failure import ClusterError

_DESCRIPTOR = """\
description={name}
name={name}
classname={plugin}
version={version}
opensearch.version={version}
java.version=11
extended.plugins=
has.native.controller=false
"""
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
_PLUGIN_CLASS = re.compile(r".*/(?:Netty4|Painless)(?:Module)?Plugin\.class")
_UNUSED = re.compile(r"-native-quic-")
_STUBS = {
    "org/opensearch/transport/grpc/spi/QueryBuilderProtoConverter": "interface {name} {{}}",
    "org/opensearch/transport/grpc/spi/QueryBuilderProtoConverterRegistry": "interface {name} {{}}",
    "org/opensearch/protobufs/QueryContainer": (
        "class {name} {{ public enum QueryContainerCase {{ NONE }} }}"
    ),
}
"""Types that the plugin names for queries over gRPC, whose module is in no repository."""


def install(home: Path) -> None:
    """Makes the folder unless it is there: fetched, checked, put together, moved into place.

    Raises:
        ClusterError: something is missing, or is not what it was.
    """
    if home.exists():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        work = Path(folder)
        download(work)
        artifacts.check(work)
        made = work / "home"
        for module in ("transport-netty4", "lang-painless"):
            _describe(made / "modules" / module, {jar.name for jar in (made / "lib").iterdir()})
        _add_plugin(made / "plugins" / "opensearch-knn", work / KNN_FILE)
        _add_stubs(made / "plugins" / "opensearch-knn", work / "stubs")
        for name in ("bin", "config", "extensions"):
            (made / name).mkdir()
        (made / "config" / "log4j2.properties").write_text(_LOGGING)
        shutil.copytree(made, home, dirs_exist_ok=True)


def _describe(module: Path, in_lib: set[str]) -> None:
    """Makes a module of jars; the server refuses classes that are there twice."""
    for jar in module.glob("*.jar"):
        if jar.name in in_lib or _UNUSED.search(jar.name):
            jar.unlink()
    own = next(module.glob(f"{module.name}*-{VERSION}.jar"))
    with zipfile.ZipFile(own) as classes:
        plugin = next(filter(_PLUGIN_CLASS.fullmatch, classes.namelist()), None)
    if plugin is None:
        raise ClusterError(f"{own.name} has no plugin")
    (module / "plugin-descriptor.properties").write_text(
        _DESCRIPTOR.format(
            name=module.name,
            plugin=plugin.removesuffix(".class").replace("/", "."),
            version=VERSION,
        )
    )


def _add_plugin(plugin: Path, archive: Path) -> None:
    for jar in plugin.glob("*.jar"):
        if not jar.name.startswith(("guava-", "failureaccess-")):
            jar.unlink()
    with zipfile.ZipFile(archive) as files:
        files.extractall(plugin)  # its checksum is known
    descriptor = plugin / "plugin-descriptor.properties"
    text = descriptor.read_text().replace("lang-painless,transport-grpc", "lang-painless")
    descriptor.write_text(text)


def _add_stubs(plugin: Path, work: Path) -> None:
    for path, body in _STUBS.items():
        package, _, name = path.rpartition("/")
        source = work / "source" / f"{path}.java"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(
            f"package {package.replace('/', '.')};\npublic {body.format(name=name)}\n"
        )
    java.compile_jar(work / "source", plugin / "grpc-stubs.jar")

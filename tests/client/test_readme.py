"""The package's page, as a reader uses it: its programs run as they stand."""

import re
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import ocelli.client
from ocelli.client import Client
from ocelli.client.channel import DEFAULT_ADDRESS
from ocelli.client.video import VideoWriter, frames
from ocelli.models.media import Media
from tests import reading_models, toy_models
from tests.conftest import RunningEdge

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "clients" / "python" / "README.md").read_text()
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SHOWN = [
    "person",
    "person",
    "blue 0.",
    "JOKES 1.0",
    "0 [",
    "astronaut.png DetectResult",
    "cat stored",
    "IMAGE_FORMAT",
]


@pytest.fixture(scope="module", autouse=True)
def _models(edge: RunningEdge, models_dir: Path) -> Iterator[None]:
    """Models that the other tests do without."""
    toy_models.write_classifier(edge.models_dir, "of-the-readme")
    with (
        edge.connect(timeout_s=60) as client,
        reading_models.loaded(client, models_dir, edge.models_dir),
    ):
        client.models.load("of-the-readme")
        yield
        client.models.unload("of-the-readme")


@pytest.fixture(scope="module")
def folder(media: Media, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The media, of whose video there is the first second: the programs stop at its end."""
    folder = tmp_path_factory.mktemp("media")
    video = media.video.path
    for path in video.parent.iterdir():
        if path != video:
            (folder / path.name).symlink_to(path)
    with VideoWriter(folder / video.name, 25) as writer:
        for frame in islice(frames(video), 25):
            writer.write(frame.image)
    return folder


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_program_runs(
    number: int,
    client: Client,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(PROGRAMS) == len(SHOWN)
    monkeypatch.chdir(folder)
    program = PROGRAMS[number].replace(DEFAULT_ADDRESS, client.address)
    assert client.address in program
    exec(compile(program, f"program {number}", "exec"), {})  # noqa: S102  the reader's
    assert SHOWN[number] in capsys.readouterr().out


def test_the_extras_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = set(re.findall(r"^\| `(\w+)` \| ", TEXT.partition("## Find objects")[0], re.MULTILINE))
    assert told == set(project["optional-dependencies"]) - {"bench", "dev"}
    assert f"pip install {project['name']}\n" in TEXT


def test_it_names_every_method_and_every_error() -> None:
    for name in (*vars(Client), *ocelli.client.__all__):
        is_method = name in vars(Client) and not name.startswith("_") and name != "close"
        value = getattr(ocelli.client, name, None)
        is_error = isinstance(value, type) and issubclass(value, Exception)
        if is_method or is_error:
            assert f"`{name}`" in TEXT or f"{name}(" in TEXT, name


def test_it_stands_alone() -> None:
    """A package's page has no files beside it, and names no host that may be another one."""
    assert "](" not in TEXT
    assert "://" not in TEXT

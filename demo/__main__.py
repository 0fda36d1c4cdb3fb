"""`python -m demo OUT_DIR`: starts the stack, shows each service, ends it, says what came out."""

import argparse
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

from demo.classes import classes_json, classify_photos, draw_classes
from demo.faces import DETECTOR, EMBEDDER, draw_faces, faces_json, find_faces
from demo.filtered import filtered_json, query_filtered
from demo.library import COLLECTION, FRAME_EVERY, index_all
from demo.lookalikes import draw_queries, queries_json, query_all
from demo.notices import write_notices
from demo.output import Json, Output
from demo.parts import draw_parts, face_search_json, objects_json, search_parts
from demo.photos import detect_photos, draw_photos, photos_json
from demo.reading import draw_text, find_by_text, read_pictures, text_json
from demo.stack import StackError, serving
from demo.street import draw_video, stream_json, stream_video
from demo.vectors import embed_photos
from demo.words import MODELS as WORD_MODELS
from demo.words import draw_answers, search_by_words, words_json
from ocelli.client import Client, OcelliError, connect
from ocelli.client.cli.progress import Steps
from ocelli.models.errors import InstallError
from ocelli.models.install import Installation, install
from ocelli.models.media import Media, install_media

_SERVICES = ("DetectService", "ClassifyService", "EmbedService", "ReadService", "SearchService")
_READY_TIMEOUT_S = 60.0
_INTERRUPTED = 128 + signal.SIGINT
_TERMINATED = 128 + signal.SIGTERM


def main() -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR", help="gets images and demo.json")
    parser.add_argument("--index", default="", metavar="URL", help="of a cluster for the vectors")
    options = parser.parse_args()
    folder: Path = options.folder
    output = Output(folder.absolute())
    signal.signal(signal.SIGTERM, _terminate)
    try:
        report = _show(output, options.index)
    except KeyboardInterrupt:
        return _fail("stopped", _INTERRUPTED)
    except (OcelliError, InstallError, StackError, OSError) as error:
        return _fail(f"error: {' '.join(str(error).split())}", 1)
    output.write_json("demo.json", report)
    _sum_up(output, folder)
    if output.problems:
        return _fail(f"error: {'; '.join(output.problems)}", 1)
    return 0


def _show(output: Output, index: str) -> Json:
    output.folder.mkdir(parents=True, exist_ok=True)
    (output.folder / "demo.json").unlink(missing_ok=True)
    home = Path(os.environ.get("OCELLI_HOME", Path.home() / ".ocelli")).absolute()
    with output.part("total"):
        with Steps() as steps:
            installed = install([], home / "models", home / "downloads", steps)
            media = install_media(home / "media", home / "downloads", steps)
        report = _with_stack(home, media, index, _left_out(installed, output), output)
    return {
        **report,
        "problems": output.problems,
        "timings_s": output.timings_s,
        "files": [str(path) for path in output.files],
    }


def _left_out(installed: Installation, output: Output) -> set[str]:
    """The models that this machine cannot get, if the demo can do without them.

    Raises:
        InstallError: it cannot.
    """
    for missing in installed.left_out:
        if missing.card.name not in WORD_MODELS:
            raise InstallError(missing.reason)
        output.say(f"{missing.card.name} is left out: {missing.reason}")
    return {missing.card.name for missing in installed.left_out}


def _with_stack(home: Path, media: Media, index: str, left_out: set[str], output: Output) -> Json:
    with ExitStack() as stack:
        place = stack.enter_context(_place(index))
        with output.part("start"):
            address = stack.enter_context(
                serving(
                    home=home,
                    index=place,
                    log=output.path("serve.log"),
                    on_remark=lambda line: output.say(f"{line} …"),
                )
            )
            client = stack.enter_context(connect(address))
            models = [name for name in (DETECTOR, EMBEDDER, *WORD_MODELS) if name not in left_out]
            for name in (
                *(f"ocelli.v1.{name}" for name in _SERVICES),
                *(f"model/{n}" for n in models),
            ):
                client.wait_until_ready(_READY_TIMEOUT_S, service=name)
        output.say(
            f"{', '.join(_SERVICES)} serve on {address} after {output.timings_s['start']:.1f} s"
        )
        report = {**_call(client, media, output), "text": _read(client, media, output)}
        if not left_out:
            report = {**report, "words": _search_by_words(client, media, output)}
        if index:
            for collection in client.collections.list():
                client.collections.delete(collection.name)
        with output.part("stop"):
            stack.close()
    return report


@contextmanager
def _place(index: str) -> Iterator[str]:
    """Where vectors go: a folder of its own, or a cluster, under a prefix of its own."""
    if index:
        yield f"{index}/demo-{secrets.token_hex(4)}"
        return
    with tempfile.TemporaryDirectory(prefix="ocelli-demo-") as folder:
        yield folder


def _call(client: Client, media: Media, output: Output) -> Json:
    photos = media.photos
    with output.part("detect", f"Detect: {len(photos)} photos"):
        found = detect_photos(client, photos, output)
    draw_photos(photos, found, output)
    with output.part("classify", "Classify: what each photo shows"):
        classes = classify_photos(client, photos, output)
    draw_classes(photos, classes, output)
    with output.part("faces", "Detect and Embed: faces, and whose they are in altered copies"):
        faces = find_faces(client, photos, output)
    draw_faces(faces, output)
    with output.part("stream", f"DetectStream: {media.video.path.name}"):
        streamed = stream_video(client, media.video.path, found[0].model, output)
    with output.part("draw"):
        draw_video(streamed, output)
    with output.part("embed", "Embed: which photos are alike (cosine; 1: the same)"):
        embedded = embed_photos(client, photos, output)
    with output.part("index", "Search: the photos among frames of the video"):
        stored = index_all(client, photos, found, streamed, output)
        output.say(f"{stored} points stored: {len(photos)} photos, every {FRAME_EVERY}th frame")
    with output.part("search", "Search: copies cropped, mirrored and saved as poor JPEGs"):
        queries = query_all(client, photos, output)
    draw_queries(queries, output)
    with output.part("parts", "Search: objects by a crop of them, faces in altered copies"):
        parts = search_parts(client, photos, output)
    draw_parts(parts, output)
    with output.part("filter", "Search: the nearest of some kind"):
        answered = query_filtered(client, queries, output)
    return {
        "detect": photos_json(photos, found),
        "classify": classes_json(photos, classes),
        "faces": {**faces_json(faces), "search": face_search_json(parts)},
        "objects": objects_json(parts),
        "stream": stream_json(streamed),
        "embed": embedded,
        "search": {
            "collection": COLLECTION,
            "points": stored,
            "queries": len(queries),
            "top1_correct": sum(query.correct for query in queries),
            "results": queries_json(queries),
            "filtered": filtered_json(answered),
        },
    }


def _read(client: Client, media: Media, output: Output) -> Json:
    notices = write_notices(media.photos, output)
    with output.part("read", "Read: what photos and notices say"):
        read = read_pictures(client, media.photos, notices, output)
    with output.part("text", "Filter: the pictures that say some words"):
        asked = find_by_text(client, read, output)
    draw_text(read, output)
    return text_json(read, asked)


def _search_by_words(client: Client, media: Media, output: Output) -> Json:
    with output.part("words", "Search: photos by words (a thousand nouns are known)"):
        answers = search_by_words(client, media.photos, output)
    draw_answers(media.photos, answers, output)
    return words_json(answers)


def _sum_up(output: Output, folder: Path) -> None:
    output.say(f"\nDone in {output.timings_s['total']:.0f} s. In {folder}:")
    rows = output.table("", "")
    rows.show_header = False
    for name, what in (
        ("overview.png", "all photos with what was found (photos/ has each)"),
        ("street.mp4", "the video with its boxes (street.webp opens in a browser)"),
        ("classes.png", "what each photo shows"),
        (
            "faces.png",
            "faces as they are compared, and how far they are from themselves and others",
        ),
        ("search.png", "each altered copy beside the photo it found"),
        ("objects.png", "a crop of each object beside the one it found"),
        ("face_search.png", "each face in altered copies beside the one it found"),
        ("text.png", "pictures with the text that was read in them"),
        ("words.png", "the photo that each few words found"),
        ("demo.json", "every result and timing"),
    ):
        if (output.folder / name).is_file():
            rows.add_row(f"  {name}", what)
    output.console.print(rows)
    output.say("Next: `make serve`, and in another terminal")
    output.say("  .venv/bin/ocelli detect PHOTO.jpg --out boxes.png")
    output.say("  .venv/bin/ocelli watch VIDEO.mp4 --out boxes.mp4")


def _fail(line: str, status: int) -> int:
    print(f"demo: {line}", file=sys.stderr)
    return status


def _terminate(*_: object) -> NoReturn:
    sys.exit(_TERMINATED)


if __name__ == "__main__":
    sys.exit(main())

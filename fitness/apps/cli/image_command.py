"""`fitness image`: find the pose in pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli import one_line
from fitness.apps.cli.command import Command
from fitness.apps.cli.options import engine_options, load_engine, privacy_option, settings_of
from fitness.errors import FitnessError, printable

if TYPE_CHECKING:
    from fitness.drawing.overlay import Privacy
    from fitness.recognition.classifier import KnnPoseClassifier
    from fitness.types import ImageArray, JsonDict, Pose


@click.command(
    cls=Command,
    examples=[
        "fitness image photo.jpg",
        "fitness image *.heic --out drawn # also draw the skeletons on copies",
    ],
    help="Find the pose in pictures and print its class. With --out, also write copies with the skeleton.",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the copies with skeletons; created if missing."
)
@privacy_option
@engine_options
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document per picture, with all landmarks."
)
@click.option(
    "--samples",
    type=click.Path(path_type=Path),
    help="Folder of pose samples to use instead of the program's own.",
)
@click.pass_obj
def image(
    common: CommonSettings,
    /,
    files: tuple[Path, ...],
    out: Path | None,
    privacy: Privacy,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Estimate each picture in turn; an error in one does not stop the others."""
    from fitness.media.source import load_image
    from fitness.pipeline.settings import classifier
    from fitness.session import prepare_out_dir
    from fitness.session.own_files import free_stems

    settings = settings_of(chosen)
    if out is not None:
        prepare_out_dir(out)
    names, notes = free_stems(files, out, (".pose.png",))
    for note in notes:
        click.echo(note, err=True)
    fitted = classifier(settings)
    tracker = load_engine(settings, common).tracker(static=True)
    failed = False
    for path, stem in zip(files, names, strict=True):
        try:
            picture = load_image(path)
        except FitnessError as error:
            click.echo(f"error: {one_line(error)}", err=True)
            failed = True
            continue
        pose = tracker.estimate(picture)
        document = _document(path, picture, pose, fitted)
        click.echo(json.dumps(document) if as_json else _line(path, document))
        if out is not None:
            _draw(picture, pose, privacy, out / f"{stem}.pose.png")
    return 1 if failed else 0


def _document(path: Path, picture: ImageArray, pose: Pose | None, fitted: KnnPoseClassifier) -> JsonDict:
    from fitness.recognition.classifier import embed_pose
    from fitness.skeleton import LANDMARK_NAMES

    height, width = picture.shape[:2]
    document: JsonDict = {
        "version": 1,
        "name": printable(path.name),
        "width": width,
        "height": height,
        "pose": None,
    }
    if pose is None:
        return document
    shares, distance = fitted.query_one(embed_pose(pose.world))
    columns = (pose.image.tolist(), pose.world.tolist(), pose.visibility.tolist(), pose.presence.tolist())
    document["pose"] = {
        "score": round(pose.score, 4),
        "classes": dict(zip(fitted.classes_, (round(float(s), 3) for s in shares), strict=True)),
        "distance": round(distance, 4),
        "landmarks": [
            {
                "name": name,
                "image_px": [round(v, 2) for v in image_px],
                "world_m": [round(v, 4) for v in world_m],
                "visibility": round(visibility, 4),
                "presence": round(presence, 4),
            }
            for name, image_px, world_m, visibility, presence in zip(LANDMARK_NAMES, *columns, strict=True)
        ],
    }
    return document


def _line(path: Path, document: JsonDict) -> str:
    pose = document["pose"]
    if pose is None:
        return printable(f"{path.name}: no person found")
    name, share = max(pose["classes"].items(), key=lambda item: item[1])
    return f"{printable(path.name)}: {name} ({share:.0%}), pose score {pose['score']:.2f}"


def _draw(picture: ImageArray, pose: Pose | None, privacy: Privacy, path: Path) -> None:
    import cv2

    from fitness.drawing.overlay import draw_skeleton
    from fitness.drawing.privacy import private_picture
    from fitness.session import whole_file
    from fitness.session.own_files import marked_png

    drawn = private_picture(picture, pose, privacy)
    if pose is not None:
        draw_skeleton(drawn, pose)
    encoded = cv2.imencode(".png", drawn[:, :, ::-1])[1]
    with whole_file(path) as file:
        file.write(marked_png(encoded.tobytes()))

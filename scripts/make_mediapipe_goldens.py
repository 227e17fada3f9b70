"""Makes tests/data/mediapipe: images, MediaPipe's results for them, and the behaviour of its interface.

    python scripts/make_mediapipe_goldens.py pictures            in this program's environment
    python scripts/make_mediapipe_goldens.py bundle lite.task    in an environment with mediapipe==0.10.14
    python scripts/make_mediapipe_goldens.py answers lite.task   there, and in one with mediapipe==1.2.2

`bundle` packs the cached weights with the metadata that MediaPipe's Tasks need; an official `.task` works as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data" / "mediapipe"


def make_pictures() -> None:
    """Eight frames of a squat and four of two people, rendered."""
    import cv2

    sys.path.insert(0, str(ROOT))
    from scripts.figure import Actor, Camera, Clip, Motion, Reps, Scene

    scene = Scene(background="plain", noise=0.0)
    squat = Motion(Reps("squat", 2, seconds=1.6))
    size = {"width": 256, "height": 288, "scene": scene, "fps": 5}
    alone = Clip(squat, camera=Clip(squat, **size).framed(Camera(yaw_deg=50)), **size)
    beside = Actor(Motion(Reps("lateral-raise", 2, seconds=1.6)), x_m=1.3, z_m=-0.2)
    pair = Clip(
        squat,
        camera=Camera(yaw_deg=10, distance_m=3.6, target_m=(0.65, 0.9, 0.0)),
        others=[beside],
        width=400,
        height=300,
        scene=scene,
    )
    DATA.mkdir(parents=True, exist_ok=True)
    for kind, clip, count in (("frame", alone, 8), ("pair", pair, 4)):
        for k in range(count):
            image = clip.picture(0.2 * k)
            path = DATA / f"{kind}_{k}.png"
            cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def make_bundle(path: Path, models: Path) -> None:
    """The lite model with the metadata: mean 0, standard deviation 255."""
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema
    from mediapipe.tasks.python.metadata import metadata

    unit = schema.ProcessUnitT()
    unit.optionsType = schema.ProcessUnitOptions.NormalizationOptions
    unit.options = schema.NormalizationOptionsT()
    unit.options.mean, unit.options.std = [0.0], [255.0]
    image = schema.TensorMetadataT()
    image.content = schema.ContentT()
    image.content.contentPropertiesType = schema.ContentProperties.ImageProperties
    image.content.contentProperties = schema.ImagePropertiesT()
    image.content.contentProperties.colorSpace = schema.ColorSpaceType.RGB
    image.processUnits = [unit]
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [image]
    graph.outputTensorMetadata = [schema.TensorMetadataT() for _ in range(5)]
    model = schema.ModelMetadataT()
    model.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), metadata.MetadataPopulator.METADATA_FILE_IDENTIFIER)
    content = (models / "pose_landmark_lite.tflite").read_bytes()
    populator = metadata.MetadataPopulator.with_model_buffer(content)
    populator.load_metadata_buffer(bytes(builder.Output()))
    populator.populate()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        bundle.write(models / "pose_detection.tflite", "pose_detector.tflite")
        bundle.writestr("pose_landmarks_detector.tflite", bytes(populator.get_model_buffer()))


def make_answers(bundle: Path) -> None:
    """answers-<version>.json, runs-<version>.npz, drawings-<version>.npz."""
    sys.path.insert(0, str(ROOT / "tests"))
    import mediapipe as mp

    from tests.support.mediapipe_cases import cases
    from tests.support.mediapipe_drawings import Notes, plots, scenes, task_scenes
    from tests.support.mediapipe_outcomes import Ground, outcome
    from tests.support.mediapipe_runs import pictures, solution_runs, task_runs

    legacy = hasattr(mp, "solutions")
    drawings = dict(scenes(mp) if legacy else task_scenes(mp))
    runs = task_runs(mp, DATA, bundle) | (solution_runs(mp, DATA) if legacy else {})
    np.savez_compressed(DATA / f"runs-{mp.__version__}.npz", **runs)
    np.savez_compressed(DATA / f"drawings-{mp.__version__}.npz", **drawings)
    answers: dict[str, object] = {}
    if legacy:
        notes = Notes()
        mp.solutions.drawing_utils.plt = notes
        answers["plots"] = plots(mp, notes)
    with tempfile.TemporaryDirectory() as scratch:
        ground = Ground(bundle, Path(scratch), pictures(DATA, "frame")[0], DATA / "frame_0.png")
        answers["cases"] = {name: shortened(outcome(case)) for name, case in cases(mp, ground).items()}
    text = (
        json.dumps(answers, indent=1, ensure_ascii=False)
        .replace(scratch, "<folder>")
        .replace(str(bundle), "<bundle>")
    )
    (DATA / f"answers-{mp.__version__}.json").write_text(text.replace(str(DATA), "<data>") + "\n", "utf-8")


def shortened(found: dict[str, object]) -> dict[str, object]:
    """The same with an error's text cut to 300 characters; signatures and traces follow there."""
    return found | {"text": found["text"][:300]} if "text" in found else found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=("pictures", "bundle", "answers"))
    parser.add_argument("bundle", nargs="?", type=Path, help="a .task file")
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache" / "fitness" / "models")
    arguments = parser.parse_args()
    if arguments.step == "pictures":
        make_pictures()
    elif arguments.bundle is None:
        parser.error("which .task file?")
    elif arguments.step == "bundle":
        make_bundle(arguments.bundle, arguments.models)
    else:
        make_answers(arguments.bundle)


if __name__ == "__main__":
    main()

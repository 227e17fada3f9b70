"""Trains the network of `fitness.metrics.camera_roll`: finds the upright direction from one second of poses.

    python scripts/make_camera_roll.py LOGS.npz TABLE.csv FOLDER [--judge]

LOGS.npz and TABLE.csv hold landmark logs with their groups (`NAME/world`, `NAME/image`, `NAME/t`); FOLDER holds logs that
`fitness analyze --out` wrote. All of them must be upright. The rendered figure adds every exercise from six sides.
Each window is used upright, and turned by a quarter, half and three quarters. An upside-down hanging body also counts as
upright, because it is a handstand. --judge trains five times, each time without a fifth of the groups, and prints the
accuracy on these.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.metrics import camera_roll
from fitness.types import DoubleArray
from scripts.figure import EXERCISES, Camera, Clip, Hold, Idle, Motion, Reps

_HIDDEN: Final = 32
_SAMPLES: Final = 60_000
_RATE_HZ: Final = 15
_HANDSTANDS: Final = 6.0
"""Weight of a hanging body shown upside down, as there are few of them."""
_OUT: Final = Path(camera_roll.__file__).with_name("camera_roll.npz")


@dataclass
class Log:
    """One recording: its windows' features (N, 4, 43), its name, and the group that was recorded together."""

    name: str
    exercise: str
    group: str
    windows: DoubleArray


def main() -> None:
    """Train and write the network, or evaluate it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("logs", type=Path)
    parser.add_argument("table", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    logs = [*_of_archive(options.logs, options.table), *_of_folder(options.folder), *_of_figure()]
    if options.judge:
        _judge(logs)
        return
    np.savez(_OUT, **{name: value.astype(np.float32) for name, value in _trained(logs).items()})
    print(f"{len(logs)} logs, {sum(len(log.windows) for log in logs)} windows -> {_OUT.name}")


def _of_archive(logs: Path, table: Path) -> list[Log]:
    archive = np.load(logs, allow_pickle=False)
    found = []
    for row in csv.DictReader(table.open(encoding="utf-8")):
        name = row["name"]
        world, t = archive[f"{name}/world"].astype(np.float64), archive[f"{name}/t"].astype(np.float64)
        image = archive[f"{name}/image"].astype(np.float64) * (int(row["width"]), int(row["height"]))
        found.append(Log(name, row["exercise"], row["group"], _windows(t, world, image)))
    return [log for log in found if len(log.windows)]


def _of_folder(folder: Path) -> list[Log]:
    found = []
    for path in sorted(folder.glob("*.landmarks.npz")):
        name = path.name.removesuffix(".landmarks.npz")
        log = np.load(path, allow_pickle=False)
        seen = log["found"]
        t = log["t"][seen]
        kept = np.flatnonzero(np.diff(np.floor(t * _RATE_HZ), prepend=-1.0))
        world, image = (log[key][seen][kept].astype(np.float64) for key in ("world", "image"))
        group = "mc1" if name.endswith("_mc1") else name
        exercise = name.split("_", maxsplit=1)[0]
        found.append(Log(name, exercise, group, _windows(t[kept], world, image[..., :2])))
    return [log for log in found if len(log.windows)]


def _of_figure() -> list[Log]:
    """Logs of the rendered figure doing every exercise, from several sides; no image is rendered."""
    found = []
    for name, exercise in EXERCISES.items():
        part = Hold(name, 4.0) if exercise.held else Reps(name, 3)
        for yaw_deg in (0.0, 45.0, 90.0, 180.0, 250.0, 315.0):
            clip = Clip(Motion(Idle(0.5), part), None, Camera(yaw_deg=yaw_deg, pitch_deg=5), fit=True)
            t = np.arange(0.0, clip.duration_s, 1 / _RATE_HZ)
            seen = [clip.camera.view(joints) for joints in clip.landmarks(t)]
            world = np.stack([joints - joints[[23, 24]].mean(axis=0) for joints in seen])
            image = np.stack([clip.camera.project(joints, 640, 480)[:, :2] for joints in clip.landmarks(t)])
            found.append(Log(f"figure {name} {yaw_deg:g}", name, f"figure {name}", _windows(t, world, image)))
    return found


def _windows(t: DoubleArray, world: DoubleArray, image: DoubleArray) -> DoubleArray:
    good = np.isfinite(world).all((1, 2)) & np.isfinite(image).all((1, 2)) & (np.abs(world).sum((1, 2)) > 0)
    t, pairs = t[good], np.array(camera_roll.JOINTS)
    flat, places = (points[good][:, pairs, :2].mean(axis=2) for points in (world, image))
    found = []
    for end in np.arange(t[0] + camera_roll.WINDOW_S, t[-1] + 1e-6, camera_roll.STEP_S) if len(t) else ():
        window = (t > end - camera_roll.WINDOW_S - 1e-6) & (t <= end + 1e-6)
        if window.sum() >= 4:
            found.append(camera_roll.window_features(flat[window], places[window]))
    return np.stack(found) if found else np.zeros((0, 4, 43))


def _trained(logs: list[Log]) -> dict[str, DoubleArray]:
    """Train the network; returns its weights. Every log has the same weight."""
    rows, upright, weights = [], [], []
    for log in logs:
        hangs = log.exercise in ("pull-up", "pullup")
        for turn in range(4):
            rows.append(log.windows[:, turn])
            upright.append(np.full(len(log.windows), turn == 0 or (hangs and turn == 2)))
            weight = _HANDSTANDS if hangs and turn == 2 else 1.0
            weights.append(np.full(len(log.windows), weight / len(log.windows)))
    x, y, weight = np.concatenate(rows), np.concatenate(upright), np.concatenate(weights)
    chosen = np.random.default_rng(0).choice(len(x), _SAMPLES, p=weight / weight.sum())
    scaler = StandardScaler().fit(x[chosen])
    net = MLPClassifier((_HIDDEN,), alpha=0.1, max_iter=40, random_state=0)
    net.fit(scaler.transform(x[chosen]), y[chosen])
    return {
        "mean": scaler.mean_,
        "scale": scaler.scale_,
        "weights_1": net.coefs_[0],
        "bias_1": net.intercepts_[0],
        "weights_2": net.coefs_[1],
        "bias_2": net.intercepts_[1],
    }


def _judge(logs: list[Log]) -> None:
    """Print the accuracy on windows and recordings of a network trained without their group."""
    groups = sorted({log.group for log in logs})
    np.random.default_rng(0).shuffle(groups)
    right = windows = wrong = recordings = 0
    found: list[float | None] = []
    for fold in np.array_split(np.array(groups), 5):
        net = _trained([log for log in logs if log.group not in fold])
        camera_roll.network = lambda net=net: net  # type: ignore[assignment]
        for log in (one for one in logs if one.group in fold and not one.name.startswith("figure")):
            odds = np.stack([camera_roll.upright_log_odds(window) for window in log.windows])
            right += int((odds.argmax(axis=1) == 0).sum())
            windows, recordings = windows + len(odds), recordings + 1
            if (turn := _turned_to(odds, 0)) is not None:
                wrong += 1
                print(f"{log.name} is turned by {90 * turn[0]} degrees")
            if log.exercise in ("squat", "push-up", "pushup"):
                found += [
                    turn[1] if (turn := _turned_to(odds, k)) is not None and turn[0] == 0 else None
                    for k in (1, 2, 3)
                ]
    times = [t for t in found if t is not None]
    print(f"{right / windows:.3f} of {windows} windows are judged upright")
    print(f"{wrong} of {recordings} upright recordings are turned")
    print(
        f"{len(times)} of {len(found)} turned squats and push-ups are found, after {np.median(times):.2f} s"
    )


def _turned_to(odds: DoubleArray, now: int) -> tuple[int, float] | None:
    """The first change of turn in a recording (N, 4) that starts with turn `now`: the new turn, and its time in seconds."""
    for end in range(camera_roll.DECIDE_WINDOWS, len(odds) + 1):
        mean = odds[max(0, end - camera_roll.WINDOWS) : end].mean(axis=0)
        best = int(mean.argmax())
        if mean[best] - mean[now] > camera_roll.MARGIN:
            return best, camera_roll.WINDOW_S + (end - 1) * camera_roll.STEP_S
    return None


if __name__ == "__main__":
    main()

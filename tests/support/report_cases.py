"""Sessions whose angles, tempo and speed are known exactly: a stick figure bends its knees or elbows by a formula."""

from __future__ import annotations

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session import FrameTable, LandmarkLog, Session
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Rep

TOP_DEG = 170.0


def session(
    *,
    sets: int = 2,
    reps: int = 4,
    fps: float = 20.0,
    rep_s: float = 2.0,
    rest_s: float = 6.0,
    slowing: float = 0.0,
    left_share: float = 1.0,
    bottom_deg: float = 80.0,
    landmarks: bool = True,
    name: str = "gym.mp4",
) -> Session:
    """Sets of squats and push-ups by turns.

    A rep goes down and up along a cosine in `rep_s` seconds, each one longer than the last by the share `slowing`.
    The right joint goes from `TOP_DEG` to `bottom_deg`; the left one does `left_share` of that.
    """
    counted, bends = _schedule(sets, reps, rep_s, rest_s, slowing)
    end = counted[-1].t_end + rest_s
    t = np.arange(round(end * fps)) / fps
    bend = np.zeros(len(t))
    squats = np.zeros(len(t), np.bool_)
    for rep, length in zip(counted, bends, strict=True):
        inside = (t >= rep.t_start) & (t <= rep.t_end)
        bend[inside] = (1 - np.cos(2 * np.pi * (t[inside] - rep.t_start) / length)) / 2
        squats |= inside & (rep.exercise == "squat")
    totals = {name: sum(rep.exercise == name for rep in counted) for name in ("squat", "push-up")}
    info = SourceInfo(name, float(end), fps, 640, 480, len(t))
    return Session(
        source=info,
        frames=_frames(t, bend, counted),
        reps=tuple(counted),
        totals={name: count for name, count in totals.items() if count},
        unmeasurable_s=0.0,
        landmarks=_log(info, t, bend * (TOP_DEG - bottom_deg), squats, left_share) if landmarks else None,
    )


def _schedule(
    sets: int, reps: int, rep_s: float, rest_s: float, slowing: float
) -> tuple[list[Rep], list[float]]:
    t = rest_s
    found, lengths = [], []
    for number in range(1, sets + 1):
        for i in range(1, reps + 1):
            length = rep_s * (1 + slowing) ** (i - 1)
            found.append(
                Rep(("squat", "push-up")[(number - 1) % 2], number, i, t, t + length / 2, t + length, 0.9)
            )
            lengths.append(length)
            t += length
        t += rest_s
    return found, lengths


def _frames(t: DoubleArray, bend: DoubleArray, reps: list[Rep]) -> FrameTable:
    return FrameTable(
        t=t,
        found=np.ones(len(t), np.bool_),
        exercise=(None,) * len(t),
        phase=bend,
        count=np.searchsorted([rep.t_end for rep in reps], t, side="right").astype(np.int64),
        message=(None,) * len(t),
        classes=(),
        scores=np.zeros((len(t), 0)),
    )


def _log(
    info: SourceInfo, t: DoubleArray, bend_deg: DoubleArray, squats: np.ndarray, left_share: float
) -> LandmarkLog:
    world = np.zeros((len(t), 33, 3), np.float32)
    for side, share, x in (("LEFT", left_share, -0.1), ("RIGHT", 1.0, 0.1)):
        for upper, joint, lower, y, mine in (
            ("HIP", "KNEE", "ANKLE", 0.0, squats),
            ("SHOULDER", "ELBOW", "WRIST", -0.5, ~squats),
        ):
            angle = np.radians(TOP_DEG - share * bend_deg * mine)
            world[:, Landmark[f"{side}_{upper}"]] = (x, y, 0.0)
            world[:, Landmark[f"{side}_{joint}"]] = (x, y + 0.4, 0.0)
            world[:, Landmark[f"{side}_{lower}"]] = np.stack(
                [np.full(len(t), x), y + 0.4 - 0.4 * np.cos(angle), 0.4 * np.sin(angle)], axis=1
            )
    ones = np.ones((len(t), 33), np.float32)
    return LandmarkLog(
        info,
        "full",
        t,
        np.ones(len(t), np.bool_),
        world,
        world * 200 + 300,
        ones,
        ones,
        np.ones(len(t)),
    )

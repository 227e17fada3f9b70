"""The crossings of the benchmark: base clips of one person, and the bystanders of each, in eleven ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

ALONE: Final = "alone"
"""The kind of a base clip into which nobody is composed."""

BASES: Final[Mapping[str, tuple[str, float]]] = {
    "studio": ("squat_studio_side45_f1.mp4", 12.0),
    "wall": ("squat_wallball_side_m5.mp4", 11.0),
    "jump": ("squat_jump_studio_na1.mp4", 10.0),
    "sumo": ("squat_sumo_home_front_nk1.mp4", 11.0),
    "pvc": ("squat_pvc_front_portrait_u1_mc1.mp4", 10.6),
    "goblet": ("squat_goblet_portrait_u3_mc1.mp4", 14.2),
    "pushup-lowres": ("pushup_home_side_lowres_nd5.mp4", 13.0),
    "pushup-gym": ("pushup_gym_side_nd1.mp4", 13.5),
    "pushup-sunroom": ("pushup_sunroom_side_m12.mp4", 9.9),
    "situp": ("situp_portrait_u7_mc1.mp4", 15.0),
    "legraise": ("legraise_studio_na2.mp4", 9.3),
    "swing": ("kbswing_portrait_u12_mc1.mp4", 12.0),
    "lunge": ("lunge_reverse_kb_portrait_u9_mc1.mp4", 13.5),
    "deadlift": ("deadlift_kb_portrait_u10_mc1.mp4", 13.5),
}
"""Name of a base clip -> its file, and the seconds that are used."""

HELD_OUT: Final[Mapping[str, tuple[str, float]]] = {
    "situp-dark": ("situp_dark_nt1.mp4", 15.0),
    "frontrack": ("squat_frontrack_front_portrait_u2_mc1.mp4", 10.4),
    "pushup-rear": ("pushup_portrait_rear_u5_mc1.mp4", 10.9),
    "v-up": ("vup_portrait_u8_mc1.mp4", 12.0),
    "pushup-home": ("pushup_home_front_nd4.mp4", 12.7),
    "pull-up": ("pullup_gym_portrait_nd9.mp4", 13.0),
    "burpee": ("burpee_portrait_u11_mc1.mp4", 13.0),
    "dorm": ("squat_dorm_mixedview_m7.mp4", 16.0),
    "jump-side": ("squat_jump_side_portrait_m6.mp4", 10.8),
}
"""The same of clips on which no limit is chosen: they show how the limits carry over to others."""

ALL: Final[Mapping[str, tuple[str, float]]] = {**BASES, **HELD_OUT}
"""Every base clip."""

_WALKER: Final = "neg_walk_treadmill_m.mp4"
_SQUATTER: Final = "squat_jump_studio_na1.mp4"
_OTHER_SQUATTER: Final = "squat_sumo_home_front_nk1.mp4"


@dataclass(frozen=True, slots=True)
class Passer:
    """A bystander, composed into a clip.

    file, part_s: the clip and the seconds of it from which the person is cut out; played forwards and backwards.
    height: height of the cut-out as a share of the frame.   lower: how far the feet are below those of the person who
    exercises, as a share of the frame's height.   behind: the person who exercises is in front.
    start_s: when the bystander enters.   speed: shares of the frame's width per second.   leftwards: enters at the right.
    stop_s: seconds of standing still beside the person who exercises, `beside` shares of the width to the right.
    returns: goes back after the stop.   at: stands there all the time, share of the width.   mirrored: drawn mirrored.
    """

    file: str
    part_s: tuple[float, float] = (0.0, 99.0)
    height: float = 0.85
    lower: float = 0.02
    behind: bool = False
    start_s: float = 3.0
    speed: float = 0.4
    leftwards: bool = False
    stop_s: float = 0.0
    beside: float = 0.0
    returns: bool = False
    at: float | None = None
    mirrored: bool = False

    def x(self, t: float, width: int, middle: float) -> float | None:
        """Where the bystander is at `t` seconds, pixels; None outside the frame.

        width: of the frame, pixels.   middle: x of the person who exercises, pixels.
        """
        if self.at is not None:
            return self.at * width
        if t < self.start_s:
            return None
        margin = 0.22 * width + 90.0 * self.height
        sign = -1.0 if self.leftwards else 1.0
        enter, speed = (width + margin if self.leftwards else -margin), sign * self.speed * width
        there = middle + self.beside * width
        arrives = self.start_s + (there - enter) / speed
        if self.returns and t > arrives:
            x = there - speed * (t - arrives)
            return x if -margin < x < width + margin else None
        if self.stop_s and t > arrives:
            t = max(arrives, t - self.stop_s)
        x = enter + speed * (t - self.start_s)
        return x if -margin <= x <= width + margin else None


_PASSERS: Final = (
    Passer(_WALKER),
    Passer("neg_kneelift_school_portrait_f.mp4"),
    Passer("squat_studio_side45_f1.mp4", (0.0, 0.4), height=0.8),
    Passer("squat_jeans_side_headcut_m1.mp4", (0.0, 1.5), height=0.9),
)


def crossings(base: str) -> dict[str, tuple[Passer, ...]]:
    """Kind -> the bystanders of each crossing of a base clip. Bases get different people from different sides."""
    number = list(ALL).index(base)
    first, second = _PASSERS[number % 4], _PASSERS[(number + 1) % 4]
    file = ALL[base][0]
    squatter = Passer(_OTHER_SQUATTER if file == _SQUATTER else _SQUATTER, (0.0, 10.0), height=0.8)
    odd = bool(number % 2)
    return {
        "front-fast": (replace(first, speed=0.7, start_s=3.2),),
        "front-slow": (replace(second, speed=0.28, leftwards=True, start_s=2.0, lower=0.05, height=0.95),),
        "behind": (replace(first, leftwards=True, start_s=2.5, behind=True, height=0.75, lower=-0.03),),
        "two": (
            replace(first, start_s=2.0),
            replace(second, speed=0.5, leftwards=True, start_s=3.5, behind=True, height=0.75),
        ),
        "stop": (replace(second, speed=0.5, start_s=2.0, stop_s=1.0),),
        "stop-beside": (
            replace(first, speed=0.5, leftwards=True, start_s=2.0, stop_s=3.0, beside=0.18, height=0.9),
        ),
        "squats": (replace(squatter, speed=0.5, start_s=1.5, beside=-0.22, returns=True),),
        "similar": (Passer(file, (0.0, 0.5), height=0.8, mirrored=True),),
        "gym": (
            replace(squatter, at=0.12 if odd else 0.88, behind=True, height=0.5, lower=-0.1),
            Passer(_WALKER, speed=0.45, leftwards=not odd, start_s=4.0),
        ),
        "big": (replace(second, speed=0.6, start_s=4.0, height=1.5, lower=0.5),),
        "start": (replace(first, speed=0.5, start_s=0.0),),
    }


KINDS: Final = tuple(crossings("studio"))
"""Ways in which a base clip is crossed."""

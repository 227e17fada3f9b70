"""The body of a figure: height, proportions, girth and colours."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from fitness.errors import OptionError

Colour: TypeAlias = tuple[int, int, int]
Hair: TypeAlias = Literal["short", "long", "bun", "bald"]
Legwear: TypeAlias = Literal["shorts", "trousers", "leggings"]

_RATIOS: Final = ("limbs", "legs", "girth", "shoulders", "waist", "hips")
_COLOURS: Final = ("skin", "shirt", "legwear_colour", "shoes", "hair_colour")


@dataclass(frozen=True, slots=True)
class Body:
    """Measures and appearance of a figure.

    height_m: standing height with shoes, 1.2 to 2.2 metres.
    limbs, legs: arm and leg length against the average adult (Winter, Biomechanics of human movement, table 4.1).
    girth: thickness of trunk and limbs against an average build.   shoulders, waist, hips: widths, likewise.
    Ratios are 0.7 to 1.4. Colours are RGB, 0 to 255.
    """

    height_m: float = 1.75
    limbs: float = 1.0
    legs: float = 1.0
    girth: float = 1.0
    shoulders: float = 1.0
    waist: float = 1.0
    hips: float = 1.0
    skin: Colour = (205, 152, 122)
    shirt: Colour = (38, 92, 158)
    legwear_colour: Colour = (44, 46, 54)
    shoes: Colour = (222, 222, 226)
    hair_colour: Colour = (52, 36, 26)
    hair: Hair = "short"
    legwear: Legwear = "shorts"
    long_sleeves: bool = False

    def __post_init__(self) -> None:
        if not 1.2 <= self.height_m <= 2.2:
            raise OptionError(f"option height_m must be 1.2 to 2.2 metres, got {self.height_m}")
        for name in _RATIOS:
            value = getattr(self, name)
            if not 0.7 <= value <= 1.4:
                raise OptionError(f"option {name} must be 0.7 to 1.4, got {value}")
        for name in _COLOURS:
            value = getattr(self, name)
            if len(value) != 3 or not all(0 <= channel <= 255 for channel in value):
                raise OptionError(f"option {name} must be three numbers 0 to 255, got {value}")
        for name, kind in (("hair", Hair), ("legwear", Legwear)):
            allowed = get_args(kind)
            if getattr(self, name) not in allowed:
                raise OptionError(
                    f"option {name} must be one of {', '.join(allowed)}, got {getattr(self, name)}"
                )

    @classmethod
    def preset(cls, name: str) -> Body:
        """One of PRESETS by name; OptionError when there is none."""
        if name not in PRESETS:
            raise OptionError(f"option preset must be one of {', '.join(PRESETS)}, got {name}")
        return PRESETS[name]

    @classmethod
    def random(cls, seed: int) -> Body:
        """A plausible adult; the same seed gives the same one."""
        rng = np.random.default_rng(seed)
        female = bool(rng.random() < 0.5)

        def ratio(mean: float, spread: float) -> float:
            return float(np.clip(rng.normal(mean, spread), 0.72, 1.38))

        return cls(
            height_m=float(np.clip(rng.normal(1.65 if female else 1.78, 0.07), 1.45, 2.05)),
            limbs=ratio(1.0, 0.025),
            legs=ratio(1.0, 0.025),
            girth=ratio(0.93 if female else 1.02, 0.09),
            shoulders=ratio(0.93 if female else 1.03, 0.035),
            waist=ratio(0.90 if female else 1.0, 0.08),
            hips=ratio(1.06 if female else 0.98, 0.05),
            skin=_SKINS[int(rng.integers(len(_SKINS)))],
            shirt=_cloth(rng),
            legwear_colour=_cloth(rng),
            shoes=_cloth(rng),
            hair_colour=_HAIRS[int(rng.integers(len(_HAIRS)))],
            hair=("long", "bun", "short")[int(rng.integers(3))] if female else "short",
            legwear=("shorts", "trousers", "leggings")[int(rng.integers(3))],
            long_sleeves=bool(rng.random() < 0.2),
        )


def _cloth(rng: np.random.Generator) -> Colour:
    hue, saturation, value = rng.random(), rng.uniform(0.1, 0.75), rng.uniform(0.2, 0.9)
    red, green, blue = colorsys.hsv_to_rgb(float(hue), float(saturation), float(value))
    return (round(red * 255), round(green * 255), round(blue * 255))


_SKINS: Final[tuple[Colour, ...]] = (
    (236, 192, 166),
    (222, 172, 142),
    (205, 152, 122),
    (180, 128, 96),
    (146, 98, 70),
    (104, 68, 48),
)
_HAIRS: Final[tuple[Colour, ...]] = (
    (28, 22, 20),
    (52, 36, 26),
    (92, 62, 38),
    (168, 128, 74),
    (120, 118, 116),
)

PRESETS: Final[dict[str, Body]] = {
    "athlete": Body(),
    "woman": Body(
        height_m=1.66,
        girth=0.92,
        shoulders=0.93,
        waist=0.88,
        hips=1.08,
        skin=(222, 172, 142),
        shirt=(196, 62, 92),
        legwear_colour=(36, 38, 58),
        shoes=(240, 240, 240),
        hair_colour=(92, 62, 38),
        hair="bun",
        legwear="leggings",
    ),
    "heavy": Body(
        height_m=1.78,
        girth=1.22,
        waist=1.28,
        hips=1.08,
        shirt=(120, 132, 122),
        legwear_colour=(58, 62, 84),
        skin=(236, 192, 166),
        legwear="trousers",
    ),
    "tall": Body(
        height_m=1.96,
        limbs=1.03,
        legs=1.03,
        girth=0.92,
        skin=(104, 68, 48),
        shirt=(230, 196, 62),
        legwear_colour=(30, 30, 34),
        hair_colour=(28, 22, 20),
    ),
    "teen": Body(
        height_m=1.52,
        girth=0.86,
        shoulders=0.92,
        skin=(180, 128, 96),
        shirt=(236, 120, 48),
        legwear_colour=(84, 88, 96),
        hair_colour=(28, 22, 20),
        hair="long",
        legwear="trousers",
        long_sleeves=True,
    ),
}

"""Surroundings of the figures: room, light and sensor noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.errors import OptionError
from fitness.types import DoubleArray, FloatArray, ImageArray
from scripts.figure.body import Colour
from scripts.figure.camera import Camera

BoolArray: TypeAlias = NDArray[np.bool_]
Background: TypeAlias = Literal["plain", "gradient", "room", "gym", "outdoor"]
_TILE: Final = 256


@dataclass(frozen=True, slots=True)
class Scene:
    """Surroundings and image quality.

    background: plain (one colour), gradient (wall and floor), room, gym, outdoor (textured).
    wall, floor: RGB.   wall_m: from the camera's target to the wall behind, metres.
    light_yaw_deg: where the light stands, against the camera (positive: to its right).   light_pitch_deg: its
    height.   exposure: brightness of the whole frame, 0.05 to 2.
    noise: standard deviation of the sensor noise, 0 to 60 grey levels.   shadow: 0 none to 1 black.
    motion_blur: share of the frame time that the shutter is open, 0 to 1.   seed: of texture and noise.
    """

    background: Background = "room"
    wall: Colour = (196, 192, 184)
    floor: Colour = (146, 116, 88)
    wall_m: float = 2.2
    light_yaw_deg: float = -35.0
    light_pitch_deg: float = 42.0
    exposure: float = 1.0
    noise: float = 2.0
    shadow: float = 0.45
    motion_blur: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.background not in get_args(Background):
            allowed = ", ".join(get_args(Background))
            raise OptionError(f"option background must be one of {allowed}, got {self.background}")
        for name, low, high in (
            ("exposure", 0.05, 2.0), ("noise", 0.0, 60.0), ("shadow", 0.0, 1.0), ("motion_blur", 0.0, 1.0),
            ("light_pitch_deg", 5.0, 90.0), ("wall_m", 0.5, 50.0),
        ):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                raise OptionError(f"option {name} must be {low:g} to {high:g}, got {value}")

    def light(self, camera: Camera) -> FloatArray:
        """(3,) unit vector towards the light, in the room."""
        yaw = np.radians(camera.yaw_deg + self.light_yaw_deg)
        pitch = np.radians(self.light_pitch_deg)
        return np.array(
            (np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)), dtype=np.float32
        )


def backdrop(scene: Scene, camera: Camera, width: int, height: int) -> ImageArray:
    """The empty frame, (height, width, 3) uint8 RGB."""
    if scene.background == "plain":
        return np.full((height, width, 3), scene.wall, dtype=np.uint8)
    scale = 2
    hit, on_floor, distance, across = _rays(scene, camera, width * scale, height * scale)
    painter = {"gradient": _gradient, "room": _room, "gym": _gym, "outdoor": _outdoor}[scene.background]
    image = painter(scene, hit, on_floor, across)
    fade = np.clip(1.06 - 0.035 * distance, 0.7, 1.05)[..., None]
    image = np.clip(image * fade, 0.0, 255.0).astype(np.uint8)
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _rays(
    scene: Scene, camera: Camera, width: int, height: int
) -> tuple[DoubleArray, BoolArray, DoubleArray, DoubleArray]:
    """Per pixel: the point hit (h, w, 3) relative to the target, whether on the floor, distance, place along the wall."""
    focal = camera.focal_px(width, height)
    x = (np.arange(width) + 0.5 - width / 2) / focal
    y = (np.arange(height) + 0.5 - height / 2) / focal
    axes, eye = camera.axes, camera.position
    way = x[None, :, None] * axes[0] + y[:, None, None] * axes[1] + axes[2]
    yaw = np.radians(camera.yaw_deg)
    back = np.array((-np.sin(yaw), 0.0, -np.cos(yaw)))
    side = np.array((np.cos(yaw), 0.0, -np.sin(yaw)))
    wall_at = scene.wall_m - (eye - np.array(camera.target_m)) @ back
    deep = way @ back
    to_wall = np.where(deep > 1e-6, wall_at / np.maximum(deep, 1e-6), 60.0)
    to_floor = np.where(way[..., 1] < -1e-6, max(eye[1], 0.02) / np.maximum(-way[..., 1], 1e-6), 1e6)
    on_floor = to_floor < to_wall
    reach = np.minimum(np.where(on_floor, to_floor, to_wall), 60.0)
    hit = eye + reach[..., None] * way
    return np.asarray(hit), on_floor, np.asarray(reach), np.asarray(hit @ side)


def _texture(seed: int, u: DoubleArray, v: DoubleArray) -> DoubleArray:
    """Smooth random values -1..1, one per unit of u and v."""
    tile = np.random.default_rng(seed).uniform(-1.0, 1.0, (_TILE, _TILE)).astype(np.float32)
    tile = np.pad(tile, ((0, 1), (0, 1)), mode="wrap")
    at = (np.mod(u, _TILE).astype(np.float32), np.mod(v, _TILE).astype(np.float32))
    return np.asarray(cv2.remap(tile, at[0], at[1], cv2.INTER_LINEAR), dtype=np.float64)


def _flat(scene: Scene, on_floor: BoolArray) -> DoubleArray:
    return np.where(
        on_floor[..., None], np.array(scene.floor, dtype=float), np.array(scene.wall, dtype=float)
    )


def _gradient(scene: Scene, hit: DoubleArray, on_floor: BoolArray, across: DoubleArray) -> DoubleArray:
    tone = np.where(on_floor, 1.0, 0.86 + 0.09 * hit[..., 1])
    return np.asarray(_flat(scene, on_floor) * tone[..., None])


def _room(scene: Scene, hit: DoubleArray, on_floor: BoolArray, across: DoubleArray) -> DoubleArray:
    image = _gradient(scene, hit, on_floor, across)
    plank = np.floor(hit[..., 0] / 0.14)
    grain = _texture(scene.seed, hit[..., 0] * 60, hit[..., 2] * 5) * 0.05
    tone = 1.0 + grain + 0.07 * np.sin(plank * 12.9898 + np.floor(hit[..., 2] / 1.3 + 0.37 * plank) * 4.1)
    seam = np.abs(np.mod(hit[..., 0] / 0.14, 1.0) - 0.5) > 0.475
    tone = np.where(seam, tone * 0.75, tone)
    plaster = 1.0 + 0.015 * _texture(scene.seed + 1, across * 14, hit[..., 1] * 14)
    image = image * np.where(on_floor, tone, plaster)[..., None]
    up = hit[..., 1]
    skirting = ~on_floor & (up < 0.11)
    image[skirting] = np.array((232.0, 230.0, 226.0))
    rng = np.random.default_rng(scene.seed + 2)
    shift = float(rng.uniform(-0.4, 0.4))
    window = ~on_floor & (np.abs(across - 1.55 - shift) < 0.55) & (np.abs(up - 1.55) < 0.62)
    glass = window & (np.abs(np.abs(across - 1.55 - shift) - 0.26) < 0.23) & (np.abs(up - 1.55) < 0.56)
    image[window] = np.array((240.0, 240.0, 238.0))
    image[glass] = np.array((168.0, 196.0, 220.0)) * (0.8 + 0.2 * up[glass] / 2)[:, None]
    frame = ~on_floor & (np.abs(across + 1.35 - shift) < 0.36) & (np.abs(up - 1.6) < 0.27)
    picture = ~on_floor & (np.abs(across + 1.35 - shift) < 0.31) & (np.abs(up - 1.6) < 0.22)
    image[frame] = np.array((64.0, 52.0, 44.0))
    blobs = _texture(scene.seed + 3, across * 5, up * 5)[picture]
    image[picture] = np.array((150.0, 150.0, 130.0)) + blobs[:, None] * np.array((60.0, 20.0, -50.0))
    return image


def _gym(scene: Scene, hit: DoubleArray, on_floor: BoolArray, across: DoubleArray) -> DoubleArray:
    speck = _texture(scene.seed, hit[..., 0] * 90, hit[..., 2] * 90)
    rubber = np.where(speck > 0.75, 96.0, 62.0) + 5 * _texture(
        scene.seed + 1, hit[..., 0] * 8, hit[..., 2] * 8
    )
    course = np.floor(hit[..., 1] / 0.075)
    brick_u = across / 0.23 + 0.5 * np.mod(course, 2)
    joint = (np.mod(hit[..., 1] / 0.075, 1.0) < 0.13) | (np.mod(brick_u, 1.0) < 0.045)
    shade = (
        1.0
        + 0.13 * _texture(scene.seed + 5, np.floor(brick_u) * 1.37 + 0.5, course * 1.61 + 0.5)
        + 0.05 * _texture(scene.seed + 2, across * 50, hit[..., 1] * 50)
    )
    wall = np.where(joint, 0.78, shade)[..., None] * np.array((150.0, 104.0, 86.0))
    mat = on_floor & (np.abs(hit[..., 0]) < 0.45) & (np.abs(hit[..., 2]) < 0.95)
    image = np.where(on_floor[..., None], rubber[..., None] * np.array((1.0, 1.0, 1.03)), wall)
    image[mat] = np.array((52.0, 88.0, 112.0))
    return np.asarray(image)


def _outdoor(scene: Scene, hit: DoubleArray, on_floor: BoolArray, across: DoubleArray) -> DoubleArray:
    grass = (
        np.array((92.0, 122.0, 58.0))
        * (
            1.0
            + 0.20 * _texture(scene.seed, hit[..., 0] * 40, hit[..., 2] * 40)
            + 0.12 * _texture(scene.seed + 1, hit[..., 0] * 3, hit[..., 2] * 3)
        )[..., None]
    )
    up = hit[..., 1]
    sky = np.array((176.0, 202.0, 232.0)) - np.clip(up, 0, 6)[..., None] * np.array((9.0, 6.0, 1.0))
    crown = (
        1.5
        + 0.55 * _texture(scene.seed + 2, across * 1.1, 0 * up)
        + 0.2 * _texture(scene.seed + 3, across * 7, up * 7)
    )
    leaves = (
        np.array((58.0, 84.0, 46.0))
        * (1.0 + 0.35 * _texture(scene.seed + 4, across * 22, up * 22))[..., None]
    )
    behind = np.where((up < crown)[..., None], leaves, sky)
    return np.where(on_floor[..., None], grass, behind)


def shadow(scene: Scene, camera: Camera, vertices: DoubleArray, width: int, height: int) -> FloatArray | None:
    """Light on the floor under shadows: (height, width) float32 factors, or None without a shadow.

    vertices: (V, 3) of everything that stands in the light. Soft: it is drawn at a quarter of the size.
    """
    if scene.shadow <= 0.0:
        return None
    small = (max(width // 4, 1), max(height // 4, 1))
    light = scene.light(camera).astype(np.float64)
    dark = np.zeros((small[1], small[0]), dtype=np.float32)
    for way, strength, blur in ((light, 0.75, 0.035), (np.array((0.0, 1.0, 0.0)), 0.45, 0.02)):
        cast = vertices - vertices[:, 1:2] / way[1] * way
        seen = camera.project(cast, *small)
        near = float(np.median(seen[:, 2]))
        if near <= 0.1:
            continue
        size_px = camera.focal_px(*small) / near
        cells = np.floor(seen[:, :2]).astype(np.int64)
        inside = (
            (seen[:, 2] > 0.1) & (cells >= 0).all(axis=1) & (cells[:, 0] < small[0]) & (cells[:, 1] < small[1])
            & ~_behind_wall(scene, camera, cast)
        )  # fmt: skip
        mask = np.zeros((small[1], small[0]), dtype=np.uint8)
        mask[cells[inside, 1], cells[inside, 0]] = 255
        grow = max(int(0.035 * size_px), 1) * 2 + 1
        mask = np.asarray(
            cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((grow, grow), np.uint8)), dtype=np.uint8
        )
        soft = cv2.GaussianBlur(mask, (0, 0), max(blur * size_px, 0.7))
        dark = 1.0 - (1.0 - dark) * (1.0 - np.float32(strength / 255.0) * soft.astype(np.float32))
    factor = 1.0 - np.float32(scene.shadow) * dark
    return np.asarray(cv2.resize(factor, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _behind_wall(scene: Scene, camera: Camera, points: DoubleArray) -> BoolArray:
    yaw = np.radians(camera.yaw_deg)
    back = np.array((-np.sin(yaw), 0.0, -np.cos(yaw)))
    return np.asarray((points - np.array(camera.target_m)) @ back > scene.wall_m)


class Sensor:
    """Adds seeded noise; the same index gives the same noise."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self._seed, self._noise = scene.seed, scene.noise
        self._size = (width, height)
        if scene.noise > 0:
            rng = np.random.default_rng(scene.seed + 7)
            grain = rng.normal(0.0, scene.noise, (height + 61, width + 67, 3)) * (0.8, 0.7, 1.0)
            self._grain = np.round(grain).astype(np.int16)

    def expose(self, image: ImageArray, index: int) -> ImageArray:
        """The frame with noise, (H, W, 3) uint8."""
        if self._noise <= 0:
            return image
        down, right = np.random.default_rng((self._seed, index)).integers(0, (61, 67))
        width, height = self._size
        grain = self._grain[down : down + height, right : right + width]
        return np.asarray(cv2.add(image, np.ascontiguousarray(grain), dtype=cv2.CV_8U), dtype=np.uint8)

"""A clip: figures, their motions and a camera, which give frames and the truth about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from fitness.errors import OptionError
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Frame, ImageArray
from scripts.figure.body import Body
from scripts.figure.camera import Camera
from scripts.figure.drawing import Drawing, darkened
from scripts.figure.figure import Figure
from scripts.figure.gear import Gear, gear
from scripts.figure.kinematics import Solved, solve
from scripts.figure.motion import BoundMotion, Motion, Truth
from scripts.figure.rotation import about_y
from scripts.figure.scene import Scene, Sensor, backdrop, shadow

_JOINTS = {
    "knee": ("HIP", "KNEE", "ANKLE"),
    "elbow": ("SHOULDER", "ELBOW", "WRIST"),
    "hip": ("SHOULDER", "HIP", "KNEE"),
    "shoulder": ("HIP", "SHOULDER", "ELBOW"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One figure in a clip.

    x_m, z_m: place of its motion's origin on the floor.   heading_deg: turned about up; 0 faces the yaw-0 camera.
    delay_s: its motion begins that much after the clip.
    """

    motion: Motion
    body: Body = field(default_factory=Body)
    x_m: float = 0.0
    z_m: float = 0.0
    heading_deg: float = 0.0
    delay_s: float = 0.0


class _Performer:
    """An actor with its figure built and its motion bound."""

    def __init__(self, actor: Actor) -> None:
        self.figure = Figure(actor.body)
        self.motion: BoundMotion = actor.motion.bind(self.figure.anatomy)
        self.delay_s = actor.delay_s
        self._gear: dict[str, list[Gear]] = {}
        self._turn = about_y(np.radians(actor.heading_deg))
        self._place = np.array((actor.x_m, 0.0, actor.z_m))

    def solved(self, times: DoubleArray) -> tuple[Solved, DoubleArray]:
        rows = self.motion.rows(times - self.delay_s)
        return solve(self.figure.anatomy, rows), rows

    def drawn(self, t: float, draw: Drawing) -> None:
        """Hand the surfaces at `t` seconds of the clip to `draw`."""
        solved, rows = self.solved(np.array([t]))
        figure = self.figure
        vertices, normals = figure.surface(solved, rows[0])
        draw.add(self.room(vertices), self.turned(normals), figure.shade, figure.faces, figure.colours)
        for name in self.motion.gear(t - self.delay_s):
            if name not in self._gear:
                self._gear[name] = gear((name,), figure.anatomy)
            for piece in self._gear[name]:
                vertices, normals = piece.placed(figure.anatomy, solved)
                mesh = piece.mesh
                draw.add(
                    self.room(vertices), self.turned(normals), mesh.shade, mesh.faces[:, ::-1], mesh.colours
                )

    def room(self, points: DoubleArray) -> DoubleArray:
        return np.asarray(points @ self._turn.T + self._place)

    def turned(self, normals: DoubleArray) -> DoubleArray:
        return np.asarray(normals @ self._turn.T)


class Clip:
    """A rendered clip with exact truth.

    motion, body: the first actor, at the origin; None is an average body.   others: further people.
    camera: None looks from the front, fitted.   fit: move and aim the camera so that the first actor's whole motion
    is in the frame; its yaw, pitch, roll and field of view stay.
    scene: None is a bright room.   fps: frames per second.   width, height: pixels.
    supersample: samples per pixel side, 1 or 2 (2 has smooth edges).

    Deterministic: the same arguments give the same bytes. Raises OptionError for values that are not allowed.
    """

    def __init__(
        self,
        motion: Motion,
        body: Body | None = None,
        camera: Camera | None = None,
        scene: Scene | None = None,
        fps: float = 30.0,
        width: int = 640,
        height: int = 480,
        *,
        fit: bool = False,
        others: Sequence[Actor] = (),
        supersample: int = 2,
    ) -> None:
        if not fps > 0:
            raise OptionError(f"option fps must be above 0, got {fps}")
        if width < 16 or height < 16:
            raise OptionError(f"option width, height must be at least 16 pixels, got {width} x {height}")
        if supersample not in (1, 2):
            raise OptionError(f"option supersample must be 1 or 2, got {supersample}")
        self.fps, self.width, self.height = float(fps), int(width), int(height)
        self.scene = scene if scene is not None else Scene()
        first = Actor(motion, body if body is not None else Body())
        self._performers = tuple(_Performer(actor) for actor in (first, *others))
        self.camera = self.framed(camera or Camera()) if fit or camera is None else camera
        self._supersample = supersample
        self._backdrop: ImageArray | None = None
        self._sensor: Sensor | None = None

    @property
    def duration_s(self) -> float:
        """Seconds until the last actor has finished."""
        return max(each.delay_s + each.motion.duration_s for each in self._performers)

    @property
    def truth(self) -> Truth:
        """Reps and activities of the first actor."""
        return self.truth_of(0)

    def truth_of(self, actor: int) -> Truth:
        """Reps and activities of one actor, in seconds of the clip."""
        performer = self._performers[actor]
        return performer.motion.truth.later(performer.delay_s)

    def framed(self, camera: Camera, margin: float = 0.08) -> Camera:
        """`camera` moved and aimed so that the first actor's whole motion is in the frame, seen from its side."""
        times = np.linspace(0.0, self.duration_s, max(int(self.duration_s * 6), 24))
        performer = self._performers[0]
        points = performer.room(performer.solved(times)[0].landmarks).reshape(-1, 3)
        reach = 0.13 * performer.figure.anatomy.scale
        head = points + np.array((0.0, reach, 0.0))
        return camera.framing(np.concatenate((points, head)), self.width, self.height, margin)

    def landmarks(self, times: DoubleArray, actor: int = 0) -> DoubleArray:
        """(N,) seconds -> (N, 33, 3) metres in the room: x, z on the floor, y up."""
        performer = self._performers[actor]
        return performer.room(
            performer.solved(np.atleast_1d(np.asarray(times, dtype=np.float64)))[0].landmarks
        )

    def world(self, t: float, actor: int = 0) -> DoubleArray:
        """(33, 3) metres, origin mid-hip, x right and y down in the frame, z negative towards the camera."""
        seen = self.camera.view(self.landmarks(np.array([t]), actor)[0])
        return np.asarray(seen - seen[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0))

    def image(self, t: float, actor: int = 0) -> DoubleArray:
        """(33, 3) pixels; z in the scale of x at the hips, relative to mid-hip. Not clipped to the frame."""
        points = self.landmarks(np.array([t]), actor)[0]
        flat = self.camera.project(points, self.width, self.height)
        hips = flat[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 2].mean()
        flat[:, 2] = (flat[:, 2] - hips) * self.camera.focal_px(self.width, self.height) / hips
        return flat

    def joint_angles(self, t: float, actor: int = 0) -> dict[str, float]:
        """Degrees between the bones at "left_knee", "right_knee", elbows, hips, shoulders; 180 is straight."""
        points = self.landmarks(np.array([t]), actor)[0]
        out = {}
        for joint, (a, b, c) in _JOINTS.items():
            for side in ("LEFT", "RIGHT"):
                middle = points[Landmark[f"{side}_{b}"]]
                u, v = points[Landmark[f"{side}_{a}"]] - middle, points[Landmark[f"{side}_{c}"]] - middle
                cosine = float(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))
                out[f"{side.lower()}_{joint}"] = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
        return out

    def frames(self, times: Iterable[float] | None = None) -> Iterator[Frame]:
        """Yield the frames: RGB uint8, t = index / fps, or at the given increasing `times` (seconds)."""
        if times is None:
            count = max(int(np.ceil(self.duration_s * self.fps - 1e-9)), 1)
            times = (index / self.fps for index in range(count))
        for index, t in enumerate(times):
            yield Frame(self.picture(float(t), index), float(t), index)

    def picture(self, t: float, index: int = 0) -> ImageArray:
        """The frame at t seconds, (height, width, 3) uint8 RGB; index selects the sensor noise."""
        blur = self.scene.motion_blur
        if blur <= 0.0:
            image = self._rendered(t)
        else:
            moments = t + (np.arange(5) / 4 - 0.5) * blur / self.fps
            total = np.zeros((self.height, self.width, 3), dtype=np.float32)
            for moment in moments:
                total += self._rendered(float(moment))
            image = np.asarray(np.round(total / len(moments)), dtype=np.uint8)
        if self.scene.exposure != 1.0:
            image = np.asarray(cv2.convertScaleAbs(image, alpha=self.scene.exposure), dtype=np.uint8)
        if self._sensor is None:
            self._sensor = Sensor(self.scene, self.width, self.height)
        return self._sensor.expose(image, index)

    def _rendered(self, t: float) -> ImageArray:
        if self._backdrop is None:
            self._backdrop = backdrop(self.scene, self.camera, self.width, self.height)
        draw = Drawing(self.camera, self.scene.light(self.camera), self.width, self.height, self._supersample)
        for performer in self._performers:
            performer.drawn(t, draw)
        image = self._shaded(self._backdrop, draw.vertices())
        return draw.over(image)

    def _shaded(self, backdrop_image: ImageArray, vertices: DoubleArray) -> ImageArray:
        factor = shadow(self.scene, self.camera, vertices, self.width, self.height)
        return backdrop_image.copy() if factor is None else darkened(backdrop_image, factor)

"""The loop for one person, which reads like MediaPipe's `pose_landmark_cpu.pbtxt`.

Is there a ROI from the last frame? If not, detect; run the landmark model; smooth; place the next ROI.
"""

from __future__ import annotations

from fitness.engine.detector import Detection
from fitness.engine.finder import Finder
from fitness.engine.landmarks import RoiLandmarks
from fitness.engine.person import Person
from fitness.engine.tracked import Moment, TrackedFrame
from fitness.types import Roi


class SoloLoop:
    """Follows one person.

    Args:
        finder: the networks and the options.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._options = finder.options
        self.person = Person(finder.options)

    def look_at(self, rois: list[Roi]) -> None:
        """See `Loop`."""
        self.person.roi = rois[0] if rois else None

    def step(self, moment: Moment) -> TrackedFrame:
        """See `Loop`."""
        found, detections = self._find(moment)
        if found is None:
            self.person.lose()
            return TrackedFrame(detections=tuple(detections or ()), detected=detections is not None)
        pose = self.person.follow(found, moment.t, moment.t_filter, moment.image)
        return TrackedFrame(
            (pose,), (self.person.roi,), pose, tuple(detections or ()), detections is not None
        )

    def _find(self, moment: Moment) -> tuple[RoiLandmarks | None, list[Detection] | None]:
        """Look where the person was; if there is no such place (or nobody in it), look everywhere.

        Also the detections, or None when the detector did not run.
        """
        if self.person.roi is not None:
            found = self._finder.look(moment.image, self.person.roi)
            if found is not None or not self._options.detect_again:
                return found, None
            self.person.lose()
        detections = self._finder.detect(moment.image, moment.rotation_deg)
        roi = self._finder.place(detections[0]) if detections else None
        return self._finder.look(moment.image, roi), detections

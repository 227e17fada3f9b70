"""The record of a rep, measured from its poses: times of its phases, depth, range of motion, speed and sides."""

from fitness.metrics.record.measuring import LEAD_S, Measured, measure
from fitness.metrics.record.motion import ANGLES, CORNERS, JOINTS, ORDERS, SIDES, Motion, MotionSpec, Order

__all__ = [
    "ANGLES", "CORNERS", "JOINTS", "LEAD_S", "ORDERS", "SIDES", "Measured", "Motion", "MotionSpec", "Order", "measure",
]  # fmt: skip

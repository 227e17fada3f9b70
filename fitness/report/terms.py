"""Explains each figure of a report in one sentence, shown on hover, on focus, and to screen readers."""

from __future__ import annotations

from typing import Final

MEANINGS: Final = {
    "rep": "From leaving the start position until back in it: the way there, the pause at the turn and the way back.",
    "way down": "Seconds of lowering, the median of all reps.",
    "way up": "Seconds of lifting, the median of all reps.",
    "range": "How far the exercise's joint moved in a rep, the median of all reps.",
    "turn": "The angle of the exercise's joint at the turning point; 180° is straight.",
    "pause": "Seconds of standing still at the turning point.",
    "speed": "Mean angular speed of the exercise's joint while lifting, between a tenth and nine tenths of the way.",
    "speed lost": "How much slower the last rep of a set was lifted than its fastest one; the mean of all sets.",
    "loss": "How much slower this rep was lifted than the fastest one of its set so far.",
    "balance": "The right side's range less the left's, as a share of the greater one; above 0 the right side moves more.",
    "measurable": "The share of the time in which the person could be measured.",
    "confidence": "How sure the program is that this was a rep of this exercise.",
    "corrected": "Reps as you corrected them. The counted number stands in brackets.",
}

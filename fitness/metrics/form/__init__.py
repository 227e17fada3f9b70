"""Form cues: what is wrong with a rep, judged by thresholds that stand in each exercise's file."""

from fitness.metrics.form.judging import Cue, Verdict, judge, judge_hold
from fitness.metrics.form.showing import PARTIAL, CueShow

__all__ = ["PARTIAL", "Cue", "CueShow", "Verdict", "judge", "judge_hold"]

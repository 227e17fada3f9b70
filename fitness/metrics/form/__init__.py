"""Form cues: hints about how a rep was done, judged by thresholds in each exercise's file."""

from fitness.metrics.form.judging import Cue, Verdict, judge, judge_hold
from fitness.metrics.form.showing import PARTIAL, CueShow

__all__ = ["PARTIAL", "Cue", "CueShow", "Verdict", "judge", "judge_hold"]

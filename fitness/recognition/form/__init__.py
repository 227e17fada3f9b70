"""Form cues: what is wrong with a rep, judged by thresholds that stand in each exercise's file."""

from fitness.recognition.form.judging import Cue, Verdict, judge, judge_hold

__all__ = ["Cue", "Verdict", "judge", "judge_hold"]

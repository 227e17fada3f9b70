"""A rep -> its measures (angles, range of motion, tempo, speed) and form cues."""

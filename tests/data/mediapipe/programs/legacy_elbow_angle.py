# The shape of the exercise counters that tutorials build on the legacy API.
import cv2
import mediapipe.python.solutions.drawing_utils as drawing
import numpy as np
from mediapipe.python.solutions import pose as mp_pose


def angle(first, middle, last):
    first, middle, last = np.array(first), np.array(middle), np.array(last)
    radians = np.arctan2(last[1] - middle[1], last[0] - middle[0])
    radians -= np.arctan2(first[1] - middle[1], first[0] - middle[0])
    degrees = np.abs(radians * 180.0 / np.pi)
    return 360 - degrees if degrees > 180.0 else degrees


angles = []
camera = cv2.VideoCapture("squats.mp4")
with mp_pose.Pose(smooth_landmarks=True, model_complexity=0) as pose:
    while camera.isOpened():
        success, frame = camera.read()
        if not success:
            break
        results = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        try:
            landmarks = results.pose_landmarks.landmark
            hip = [
                landmarks[mp_pose.PoseLandmark.LEFT_HIP.value].x,
                landmarks[mp_pose.PoseLandmark.LEFT_HIP.value].y,
            ]
            knee = [
                landmarks[mp_pose.PoseLandmark.LEFT_KNEE.value].x,
                landmarks[mp_pose.PoseLandmark.LEFT_KNEE.value].y,
            ]
            foot = [
                landmarks[mp_pose.PoseLandmark.LEFT_ANKLE.value].x,
                landmarks[mp_pose.PoseLandmark.LEFT_ANKLE.value].y,
            ]
            angles.append(angle(hip, knee, foot))
        except AttributeError:
            pass
        drawing.draw_landmarks(
            frame,
            results.pose_landmarks,
            mp_pose.POSE_CONNECTIONS,
            drawing.DrawingSpec(color=(245, 117, 66), thickness=2, circle_radius=2),
            drawing.DrawingSpec(color=(245, 66, 230), thickness=2, circle_radius=2),
        )
camera.release()

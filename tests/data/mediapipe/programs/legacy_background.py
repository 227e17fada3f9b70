# The shape of programs that put somebody in front of another background, frame by frame.
import cv2
import mediapipe as mp
import numpy as np

shares, outlines = [], []
film = cv2.VideoCapture("squats.mp4")
with mp.solutions.pose.Pose(enable_segmentation=True, smooth_segmentation=True, model_complexity=0) as pose:
    while film.isOpened():
        success, frame = film.read()
        if not success:
            break
        results = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        if results.segmentation_mask is None:
            continue
        mask = cv2.bilateralFilter(results.segmentation_mask, 5, 75, 75)
        inside = np.stack((mask,) * 3, axis=-1) > 0.6
        blurred = cv2.GaussianBlur(frame, (55, 55), 0)
        shown = np.where(inside, frame, blurred)
        shares.append(inside.mean())
        grey = (results.segmentation_mask * 255).astype(np.uint8)
        _, hard = cv2.threshold(grey, 127, 255, cv2.THRESH_BINARY)
        found, _ = cv2.findContours(hard, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        outlines.append(max(found, key=cv2.contourArea))
film.release()

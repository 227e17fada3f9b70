# The shape of MediaPipe's example for still pictures: landmarks, mask, drawing, plot.
import cv2
import mediapipe as mp
import numpy as np

mp_drawing = mp.solutions.drawing_utils
mp_drawing_styles = mp.solutions.drawing_styles
mp_pose = mp.solutions.pose

FILES = ["person.png", "nobody.png"]
GREY = (192, 192, 192)
with mp_pose.Pose(
    static_image_mode=True, model_complexity=2, enable_segmentation=True, min_detection_confidence=0.5
) as pose:
    for number, name in enumerate(FILES):
        picture = cv2.imread(name)
        rows, columns, _ = picture.shape
        results = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        if not results.pose_landmarks:
            continue
        nose = results.pose_landmarks.landmark[mp_pose.PoseLandmark.NOSE]
        print(f"nose at ({nose.x * columns}, {nose.y * rows})")

        drawn = picture.copy()
        inside = np.stack((results.segmentation_mask,) * 3, axis=-1) > 0.1
        ground = np.zeros(picture.shape, dtype=np.uint8)
        ground[:] = GREY
        drawn = np.where(inside, drawn, ground)
        mp_drawing.draw_landmarks(
            drawn,
            results.pose_landmarks,
            mp_pose.POSE_CONNECTIONS,
            landmark_drawing_spec=mp_drawing_styles.get_default_pose_landmarks_style(),
        )
        cv2.imwrite("drawn_" + str(number) + ".png", drawn)
        mp_drawing.plot_landmarks(results.pose_world_landmarks, mp_pose.POSE_CONNECTIONS)

# The shape of the Tasks guide since the legacy package is gone: drawing without landmark messages.
import mediapipe as mp
import numpy as np
from mediapipe.tasks import python
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.vision import drawing_styles, drawing_utils


def draw_result(rgb, result):
    drawn = np.copy(rgb)
    landmark_style = drawing_styles.get_default_pose_landmarks_style()
    line_style = drawing_utils.DrawingSpec(color=(0, 255, 0), thickness=2)
    for landmarks in result.pose_landmarks:
        drawing_utils.draw_landmarks(
            image=drawn,
            landmark_list=landmarks,
            connections=vision.PoseLandmarksConnections.POSE_LANDMARKS,
            landmark_drawing_spec=landmark_style,
            connection_drawing_spec=line_style,
        )
    return drawn


options = vision.PoseLandmarkerOptions(
    base_options=python.BaseOptions(model_asset_path="pose_landmarker.task"), num_poses=2
)
detector = vision.PoseLandmarker.create_from_options(options)
image = mp.Image.create_from_file("pair.png")
result = detector.detect(image)
drawn = draw_result(image.numpy_view(), result)

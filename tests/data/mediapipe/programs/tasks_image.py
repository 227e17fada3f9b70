# The shape of the Tasks guide for pictures: result, drawing by way of landmark messages, mask.
import cv2
import mediapipe as mp
import numpy as np
from mediapipe import solutions
from mediapipe.framework.formats import landmark_pb2
from mediapipe.tasks import python
from mediapipe.tasks.python import vision


def draw_result(rgb, result):
    drawn = np.copy(rgb)
    for landmarks in result.pose_landmarks:
        message = landmark_pb2.NormalizedLandmarkList()
        message.landmark.extend(
            [landmark_pb2.NormalizedLandmark(x=each.x, y=each.y, z=each.z) for each in landmarks]
        )
        solutions.drawing_utils.draw_landmarks(
            drawn,
            message,
            solutions.pose.POSE_CONNECTIONS,
            solutions.drawing_styles.get_default_pose_landmarks_style(),
        )
    return drawn


base_options = python.BaseOptions(model_asset_path="pose_landmarker.task")
options = vision.PoseLandmarkerOptions(base_options=base_options, output_segmentation_masks=True)
detector = vision.PoseLandmarker.create_from_options(options)

image = mp.Image.create_from_file("person.png")
result = detector.detect(image)
drawn = draw_result(image.numpy_view(), result)
cv2.imwrite("drawn.png", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))

mask = result.segmentation_masks[0].numpy_view()
shown_mask = np.repeat(mask[:, :, np.newaxis], 3, axis=2) * 255
cv2.imwrite("mask.png", shown_mask)

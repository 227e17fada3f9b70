# The shape of the Tasks guide for live streams.
import cv2
import mediapipe as mp

PoseLandmarkerResult = mp.tasks.vision.PoseLandmarkerResult
answers = []


def print_result(result: PoseLandmarkerResult, output_image: mp.Image, timestamp_ms: int):
    print(f"pose landmarker result: {result}")
    answers.append((timestamp_ms, len(result.pose_landmarks), output_image.width))


options = mp.tasks.vision.PoseLandmarkerOptions(
    base_options=mp.tasks.BaseOptions(model_asset_path="pose_landmarker.task"),
    running_mode=mp.tasks.vision.RunningMode.LIVE_STREAM,
    result_callback=print_result,
)
with mp.tasks.vision.PoseLandmarker.create_from_options(options) as landmarker:
    camera = cv2.VideoCapture(0)
    time_ms = 0
    while True:
        success, frame = camera.read()
        if not success:
            break
        time_ms += 33
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        landmarker.detect_async(image, time_ms)

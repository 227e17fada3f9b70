# The shape of the Tasks guide for videos.
import cv2
import mediapipe as mp

BaseOptions = mp.tasks.BaseOptions
PoseLandmarker = mp.tasks.vision.PoseLandmarker
PoseLandmarkerOptions = mp.tasks.vision.PoseLandmarkerOptions
VisionRunningMode = mp.tasks.vision.RunningMode

options = PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path="pose_landmarker.task"), running_mode=VisionRunningMode.VIDEO
)
ankles = []
with PoseLandmarker.create_from_options(options) as landmarker:
    video = cv2.VideoCapture("squats.mp4")
    while True:
        success, frame = video.read()
        if not success:
            break
        time_ms = int(video.get(cv2.CAP_PROP_POS_MSEC))
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        result = landmarker.detect_for_video(image, time_ms)
        if result.pose_landmarks:
            ankles.append(result.pose_landmarks[0][27].y)

# The shape of MediaPipe's example for a webcam.
import cv2
import mediapipe as mp

mp_drawing = mp.solutions.drawing_utils
mp_drawing_styles = mp.solutions.drawing_styles
mp_pose = mp.solutions.pose

camera = cv2.VideoCapture(0)
with mp_pose.Pose(min_detection_confidence=0.5, min_tracking_confidence=0.5) as pose:
    while camera.isOpened():
        success, picture = camera.read()
        if not success:
            print("an empty frame is left out")
            continue

        picture.flags.writeable = False
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        results = pose.process(picture)

        picture.flags.writeable = True
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        mp_drawing.draw_landmarks(
            picture,
            results.pose_landmarks,
            mp_pose.POSE_CONNECTIONS,
            landmark_drawing_spec=mp_drawing_styles.get_default_pose_landmarks_style(),
        )
        cv2.imshow("pose", cv2.flip(picture, 1))
        if cv2.waitKey(5) & 0xFF == 27:
            break
camera.release()

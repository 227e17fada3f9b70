# The shape of the examples of MediaPipe 0.8.1 to 0.8.3, for people framed from the waist up.
import cv2
import mediapipe as mp

mp_drawing = mp.solutions.drawing_utils
mp_pose = mp.solutions.pose

pose = mp_pose.Pose(static_image_mode=True, upper_body_only=True, min_detection_confidence=0.5)
picture = cv2.imread("person.png")
results = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
count = len(results.pose_landmarks.landmark)
drawn = picture.copy()
mp_drawing.draw_landmarks(drawn, results.pose_landmarks, mp_pose.UPPER_BODY_POSE_CONNECTIONS)
pose.close()

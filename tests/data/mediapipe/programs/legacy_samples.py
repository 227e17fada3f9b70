# The shape of programs that collect landmarks: the data preparation of the classification notebook, tables, JSON, subsets.
import csv

import cv2
import numpy as np
from google.protobuf.json_format import MessageToDict
from mediapipe.framework.formats import landmark_pb2
from mediapipe.python.solutions import drawing_utils as mp_drawing
from mediapipe.python.solutions import pose as mp_pose

picture = cv2.cvtColor(cv2.imread("person.png"), cv2.COLOR_BGR2RGB)
with mp_pose.Pose() as tracker:
    result = tracker.process(image=picture)
    found = result.pose_landmarks

drawn = picture.copy()
if found is not None:
    mp_drawing.draw_landmarks(image=drawn, landmark_list=found, connections=mp_pose.POSE_CONNECTIONS)
    height, width = drawn.shape[:2]
    pixels = np.array(
        [[each.x * width, each.y * height, each.z * width] for each in found.landmark], dtype=np.float32
    )
    assert pixels.shape == (33, 3), f"Unexpected landmarks shape: {pixels.shape}"
    with open("squats_down.csv", "w", newline="") as file:
        csv.writer(file).writerow(["person.png", *pixels.flatten().astype(str).tolist()])

row = list(np.array([[each.x, each.y, each.z, each.visibility] for each in found.landmark]).flatten())
as_dict = MessageToDict(found)

arms = landmark_pb2.NormalizedLandmarkList(landmark=found.landmark[11:23])
only_arms = picture.copy()
mp_drawing.draw_landmarks(only_arms, arms)
body = [pair for pair in mp_pose.POSE_CONNECTIONS if min(pair) > mp_pose.PoseLandmark.MOUTH_RIGHT.value]
faceless = landmark_pb2.NormalizedLandmarkList()
faceless.CopyFrom(found)
for each in faceless.landmark[:11]:
    each.visibility = 0.0
only_body = picture.copy()
mp_drawing.draw_landmarks(only_body, faceless, body)

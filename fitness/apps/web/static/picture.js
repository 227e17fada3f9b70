// The picture of the training screen: the frame that was counted, with its skeleton.
import { byId, drawPose, info } from "./common.js";
import { captured, resize } from "./capture.js";

const QUICK_MS = 90, SLOW_MS = 140, LATE_MS = 500; // between two answers
const view = byId("view"), counted = byId("counted"), skeleton = byId("skeleton");
let last = Infinity, pace = 0, waiting = 0; // pace: smoothed time between two answers, milliseconds

// While answers come quickly, the counted frame is shown in place of the camera's video. So the skeleton fits the picture, and the
// browser draws the screen once per frame instead of twice. If answers become slow, the video is shown, which keeps moving.
export function showPicture(pose, { width, height, whole }) {
  const now = performance.now();
  pace = pace * 0.9 + Math.min(Math.max(0, now - last), 2 * SLOW_MS) * 0.1;
  last = now;
  clearTimeout(waiting);
  if (pace < QUICK_MS && whole && info.privacy === "none") view.classList.add("together");
  if (pace > SLOW_MS || !whole) apart();
  if (view.classList.contains("together")) {
    resize(counted, width, height);
    sheet(counted, true).drawImage(captured, 0, 0);
    waiting = setTimeout(late, LATE_MS);
  }
  const fine = Math.min(1.5, Math.max(1, view.clientWidth * (window.devicePixelRatio || 1) / width));
  resize(skeleton, Math.round(fine * width), Math.round(fine * height)); // the screen's resolution and no more, because it is drawn for every frame
  if (pose) drawPose(sheet(skeleton), pose, skeleton.width, skeleton.height, Math.max(2, skeleton.width / 180));
  else forgetSkeleton();
}

const apart = () => view.classList.remove("together");

// No answer comes: show the camera's video.
function late() {
  pace = 2 * SLOW_MS;
  apart();
}

export function forgetPicture() {
  clearTimeout(waiting);
  [last, pace] = [Infinity, 0];
  apart();
  forgetSkeleton();
}

export const forgetSkeleton = () => sheet(skeleton);

// Clears a canvas and returns its context, mirrored like the picture. Mirroring by CSS would cost the browser more.
function sheet(canvas, opaque = false) {
  const context = canvas.getContext("2d", { alpha: !opaque }), flipped = view.classList.contains("mirrored");
  context.setTransform(1, 0, 0, 1, 0, 0);
  if (!opaque) context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(flipped ? -1 : 1, 0, 0, 1, flipped ? canvas.width : 0, 0);
  return context;
}

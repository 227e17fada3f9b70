// Sends the camera's frames to the server, one at a time: each is captured when the one before it is answered.
import { byId } from "./common.js";
import { nextPicture } from "./capture.js";
import { deliver, isReady } from "./link.js";
import { sending } from "./speed.js";

const AGAIN_MS = 200;
const video = byId("camera");
let capturing = false, unanswered = false, paused = false, sent = null; // sent: the last frame

export const sentFrame = () => sent;
export const isUnanswered = () => unanswered;

// The frame that was sent is answered, or its answer will not come: the next one may be sent.
export function forgetFrame() {
  unanswered = false;
}

export function holdFrames(value) {
  paused = value;
}

export async function sendFrame() {
  if (!isReady() || capturing || unanswered || paused) return;
  if (!video.videoWidth || video.paused) { sendSoon(); return; }
  capturing = true;
  try {
    const taken = await nextPicture(video);
    if (!taken.width) sendSoon(); // the camera was closed meanwhile; another one may be opened
    if (paused || !taken.width || !deliver(taken.data)) return;
    [sent, unanswered] = [taken, true];
    sending(taken);
  } catch {
    sendSoon();
  } finally {
    capturing = false;
  }
}

export const sendSoon = () => setTimeout(sendFrame, AGAIN_MS);

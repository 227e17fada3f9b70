// Captures the next frame of the camera as a JPEG, when it is asked for.
const MAX_SIDE = 640, FRESH_MS = 10, PATIENCE_MS = 500, JPEG = { type: "image/jpeg", quality: 0.85 }, STAMP = 8; // bytes of the capture time
export const captured = document.createElement("canvas");
const pencil = captured.getContext("2d", { willReadFrequently: true, alpha: false });
let frames = null, coming = null, pixels = null, behind = Infinity; // behind: smallest difference seen between the page's clock and the frames' clock, ms

// Use a new camera stream; null when the camera is closed. The old stream's tracks may be stopped when the promise is fulfilled.
export function follow(stream) {
  const released = frames ? release(frames, coming) : Promise.resolve();
  const [track] = stream?.getVideoTracks() ?? [];
  // Frames of the track arrive directly from the camera; the video element shows them up to one screen refresh later.
  frames = track && window.MediaStreamTrackProcessor
    ? new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader() : null;
  coming = null;
  behind = Infinity;
  return released;
}

// Closes the frame that an open read brings. If the track stops before it, Chromium makes the frame, gives it to nobody, and warns
// that it was not closed. A camera that hangs brings none, so the wait ends.
async function release(reader, open) {
  try {
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, {}); });
    open?.then(({ value: frame }) => frame?.close(), () => {});
    await Promise.race([open, late]);
    await reader.cancel();
  } catch { /* the camera was disconnected */ }
}

// Returns data: the encoded frame.   at: capture time, page's clock.   width, height: pixels.   whole: whether it has the camera's
// own size.   number: frames that the camera has delivered so far, null if the browser does not say. If the camera hangs, the last
// frame is returned again. `captured` holds the frame until the next one is captured.
export async function nextPicture(video) {
  const frame = frames && await fresh(frames);
  if (!frame) return drawn(video, frames ? {} : await presented(video));
  try {
    const taken = frame.timestamp / 1e3 + behind, presentedFrames = video.getVideoPlaybackQuality().totalVideoFrames;
    return await drawn(video, { taken, presentedFrames }, upright(frame, video) ? frame : null);
  } finally {
    frame.close();
  }
}

// The newest frame of the track. The track buffers one frame; if that one is old, wait for the next.
async function fresh(reader) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, {}); });
  for (;;) {
    coming ??= reader.read();
    const { value: frame, done } = await Promise.race([coming, late]);
    if (done && reader === frames) frames = null; // the camera was disconnected
    if (reader !== frames) frame?.close();
    if (!frame || reader !== frames) return null;
    coming = null;
    const age = performance.now() - frame.timestamp / 1e3;
    behind = Math.min(behind, age);
    if (age - behind < FRESH_MS) return frame;
    frame.close();
  }
}

const upright = (frame, video) => !frame.rotation && !frame.flip
  && frame.displayWidth === video.videoWidth && frame.displayHeight === video.videoHeight;

function presented(video) {
  return new Promise((resolve) => {
    if (!video.requestVideoFrameCallback) { requestAnimationFrame(() => resolve({})); return; }
    video.requestVideoFrameCallback((_, { captureTime, presentedFrames }) => resolve({ taken: captureTime, presentedFrames }));
    setTimeout(resolve, PATIENCE_MS, {});
  });
}

async function drawn(video, { taken, presentedFrames = null }, frame = null) {
  const now = performance.now(), at = now - taken > 0 && now - taken < 1000 ? taken : now;
  const scale = Math.min(1, MAX_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const width = Math.round(video.videoWidth * scale), height = Math.round(video.videoHeight * scale);
  resize(captured, width, height);
  if (frame && scale === 1 && await copied(frame, width, height)) pencil.putImageData(pixels, 0, 0);
  else pencil.drawImage(frame ?? video, 0, 0, width, height);
  return { data: encoded(at), at, width, height, whole: scale === 1, number: presentedFrames };
}

// Copies the frame's pixels to the canvas, which is faster than drawing it. Returns false if the browser cannot convert them.
async function copied(frame, width, height) {
  const options = { format: "RGBX" };
  if (pixels?.width !== width || pixels.height !== height) pixels = new ImageData(width, height);
  try {
    if (frame.allocationSize(options) !== pixels.data.byteLength) return false;
    await frame.copyTo(pixels.data, options);
    return true;
  } catch {
    return false;
  }
}

// Setting the size of a canvas clears it, so it is set only if it changes.
export function resize(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

// The message to the server: the capture time, then the JPEG. toDataURL encodes immediately; toBlob and convertToBlob wait until the
// browser is idle, and sending a Blob waits for another process.
function encoded(at) {
  const text = atob(captured.toDataURL(JPEG.type, JPEG.quality).slice(`data:${JPEG.type};base64,`.length));
  const bytes = new Uint8Array(STAMP + text.length);
  new DataView(bytes.buffer).setFloat64(0, at, true);
  for (let i = 0; i < text.length; i++) bytes[STAMP + i] = text.charCodeAt(i);
  return bytes;
}

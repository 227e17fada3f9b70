// Opens, closes and lists the cameras of the browser.
const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const FAULTS = {
  NotAllowedError: "the browser blocks the camera; allow it in the address bar",
  NotFoundError: "no camera was found; plug one in",
  NotReadableError: "the camera is busy; close the other program that uses it",
  OverconstrainedError: "this camera is no longer connected; choose another",
};

export async function openCamera(video, deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error("browsers allow the camera only on https pages and on localhost; open the https address");
  }
  const wanted = deviceId ? { ...WANTED, deviceId: { exact: deviceId } } : WANTED;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    throw new Error(FAULTS[error.name] ?? `the camera cannot be opened (${error.name})`);
  }
  video.srcObject = stream;
  await video.play();
  return stream;
}

// released: a promise; the camera runs until it is fulfilled.
export async function closeCamera(video, released = null) {
  const stream = video.srcObject;
  video.srcObject = null;
  await released;
  stream?.getTracks().forEach((track) => track.stop());
}

// Fills a selection with the cameras; the chosen one stays chosen while it is connected.
export async function listCameras(select) {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  const chosen = select.value;
  select.replaceChildren(new Option("default", ""), ...devices.map((one, i) => new Option(one.label || `camera ${i + 1}`, one.deviceId)));
  select.value = devices.some((one) => one.deviceId === chosen) ? chosen : "";
}

// Words, colours and requests that all tabs share.
export const byId = (id) => document.getElementById(id);
export const info = await (await fetch("/api/info")).json();

export function say(text, bad = false) {
  const status = byId("status");
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch("/api" + path, options);
  } catch {
    throw new Error("the server does not answer; is it still running?");
  }
  if (!response.ok) {
    const text = await response.text();
    let detail = text;
    try {
      const found = JSON.parse(text).detail;
      detail = typeof found === "string" ? found : "the request was not understood";
    } catch { /* plain text */ }
    throw new Error(detail);
  }
  return response.status === 204 ? null : response.json();
}

export const pretty = (name) => name.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase());
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

export function fillSelect(select, names, chosen) {
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
}

// Left limbs have odd numbers, right ones even; what belongs to both sides is white.
export function sideColour(a, b) {
  if (a > 10 && b > 10 && a % 2 === b % 2) return colour(a % 2 ? "left" : "right");
  return "#f2f2f2";
}

export function drawPose(context, pose, width, height, line = 4) {
  context.lineWidth = line;
  context.lineCap = "round";
  for (const [a, b] of info.connections) {
    if (pose.visibility[a] < 0.5 || pose.visibility[b] < 0.5) continue;
    context.strokeStyle = sideColour(a, b);
    context.beginPath();
    context.moveTo(pose.image[a][0] * width, pose.image[a][1] * height);
    context.lineTo(pose.image[b][0] * width, pose.image[b][1] * height);
    context.stroke();
  }
  pose.image.forEach(([x, y], i) => {
    if (pose.visibility[i] < 0.5) return;
    context.fillStyle = i < 11 ? "#f2f2f2" : colour(i % 2 ? "left" : "right");
    context.beginPath();
    context.arc(x * width, y * height, line, 0, 7);
    context.fill();
  });
}

export function dropZone(zone, input, take) {
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
}

export async function openCamera(video, deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error("this browser gives the camera to https pages and to localhost only; open the https address");
  }
  const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  if (deviceId) wanted.deviceId = { exact: deviceId };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    const words = {
      NotAllowedError: "the camera was not allowed; allow it in the browser's address bar",
      NotFoundError: "no camera was found; plug one in",
      NotReadableError: "the camera is busy; close the other program that uses it",
      OverconstrainedError: "that camera is gone; choose another",
    };
    throw new Error(words[error.name] ?? `the camera cannot be opened (${error.name})`);
  }
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function closeCamera(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}

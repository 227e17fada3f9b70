// Shows uploaded pictures with landmarks, pose class and score.
import { ask, byId, drawPose, dropZone, element, info, megabytes, percent, pretty, say } from "./common.js";

export function startPictures() {
  byId("picture-limits").textContent = `Up to ${megabytes(info.limits.picture_bytes)} each. They stay on this machine.`;
  dropZone(byId("picture-drop"), byId("picture-files"), async (files) => {
    for (const file of files) await show(file);
  });
}

async function show(file) {
  const title = element("h3", { textContent: file.name }), words = element("p", { textContent: "analysing …" });
  const card = element("div", { className: "card" }, title, words);
  byId("picture-list").prepend(card);
  try {
    const found = await ask("/pictures", { method: "POST", body: file });
    card.append(await drawn(file, found.pose));
    words.textContent = found.pose ? described(found) : "no person found";
    if (found.pose) card.append(bars(found.classes));
    say(`${file.name}: ${words.textContent}`);
  } catch (error) {
    words.textContent = error.message;
    say(`${file.name}: ${error.message}`, true);
  }
}

// Bars of all classes with their shares.
function bars(classes) {
  const rows = Object.entries(classes).filter(([, share]) => share >= 0.005).slice(0, 5);
  return element("div", { className: "bars" }, ...rows.flatMap(([name, share]) => [
    element("span", { textContent: pretty(name) }),
    Object.assign(element("meter", { max: 1, value: share }), { ariaLabel: pretty(name) }),
    element("span", { textContent: percent(share) }),
  ]));
}

function described(found) {
  const [[name, share]] = Object.entries(found.classes);
  return `${pretty(name)} ${percent(share)}, person ${percent(found.pose.score)}`;
}

// The picture as `--privacy` allows: unchanged, as coarse squares (twelve on the longer side), or black.
function drawPrivate(context, image, width, height) {
  if (info.privacy === "skeleton") {
    context.fillRect(0, 0, width, height);
    return;
  }
  if (info.privacy === "blur") {
    const small = element("canvas", { width: 12, height: 12 });
    const coarse = small.getContext("2d");
    coarse.imageSmoothingQuality = "high";
    coarse.drawImage(image, 0, 0, 12, 12);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, width, height);
    return;
  }
  context.drawImage(image, 0, 0, width, height);
}

export async function drawn(file, pose) {
  const canvas = element("canvas"), context = canvas.getContext("2d");
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, 960 / Math.max(image.width, image.height));
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  drawPrivate(context, image, canvas.width, canvas.height);
  if (pose) drawPose(context, pose, canvas.width, canvas.height, Math.max(2, canvas.width / 160));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", pose ? "The picture with its landmarks" : "The picture");
  return canvas;
}

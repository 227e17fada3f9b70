// Messages, colours and requests that all tabs share.
export const byId = (id) => document.getElementById(id);
export const info = await (await fetch("/api/info")).json();

// A message fades from the training screen after a while; it stays in the page for screen readers and scripts.
const SHOWN_MS = 8000;
let fading = 0;

// quiet: only for screen readers and scripts, because the training screen already shows it.
export function say(text, bad = false, quiet = false) {
  const status = byId("status");
  status.textContent = text;
  status.classList.toggle("bad", bad);
  status.classList.toggle("old", quiet);
  clearTimeout(fading);
  if (!bad) fading = setTimeout(() => status.classList.add("old"), SHOWN_MS);
}

// Sets a text only if it changes, because each change costs a layout and, in a live region, is read aloud.
export function write(id, text) {
  const node = byId(id), words = String(text);
  if (node.textContent !== words) node.textContent = words;
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
    throw new Error("the server does not answer; check that it is running");
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

// "jumping-jack" -> "Jumping jack"; names that are written with a hyphen keep it: "Push-up".
export const pretty = (name) => name.replace(/[_-](?!(up|down|in|out|over|off)(?![a-z]))/g, " ").replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase());
export const some = (count, name) => `${count} ${pretty(name).toLowerCase()}${count === 1 || name.endsWith("s") ? "" : "s"}`;
// The page's text is English, and so are its dates and numbers: "29 Nov 2026", as in the report.
export const LANGUAGE = "en-GB";
export const percent = (share) => `${Math.round(share * 100)}\u00a0%`;
export const megabytes = (bytes) => `${Math.round(bytes / 1e6)}\u00a0MB`;
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// shown: a name -> the text for it.
export function fillSelect(select, names, chosen, shown = (name) => name) {
  select.replaceChildren(...names.map((name) => new Option(shown(name), name, false, name === chosen)));
}

// Disables a button while `work` runs, and shows an error of it as a message.
export async function busy(button, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", true);
  try {
    return await work();
  } catch (error) {
    say(error.message, true);
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

// Landmarks of left limbs have odd numbers, of right limbs even ones. Edges between the sides are white.
const LEFT = "#ff8a00", RIGHT = "#00d9e7", BOTH = "#ffffff", FACE = 11;
const side = (i) => (i < FACE ? BOTH : i % 2 ? LEFT : RIGHT);

export function drawPose(context, pose, width, height, line = 4) {
  const at = (i) => [pose.image[i][0] * width, pose.image[i][1] * height];
  const seen = (i) => pose.visibility[i] >= 0.5;
  const stroke = (a, b, style, thick) => {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.beginPath();
    context.moveTo(...at(a));
    context.lineTo(...at(b));
    context.stroke();
  };
  context.lineCap = "round";
  const edges = info.connections.filter(([a, b]) => seen(a) && seen(b));
  for (const [a, b] of edges) stroke(a, b, "#1e1e1e", (a < FACE ? 0.5 : 1) * line + 2);
  for (const [a, b] of edges) stroke(a, b, side(a) === side(b) ? side(a) : BOTH, (a < FACE ? 0.5 : 1) * line);
  pose.image.forEach((_, i) => {
    if (!seen(i)) return;
    const radius = (i < FACE ? 0.5 : 1) * line;
    for (const [style, r] of [[BOTH, radius + line / 4], [side(i), radius]]) {
      context.fillStyle = style;
      context.beginPath();
      context.arc(...at(i), r, 0, 7);
      context.fill();
    }
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

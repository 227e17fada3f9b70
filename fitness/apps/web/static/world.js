// Draws world landmarks, in metres, above a floor grid. Dragging or the arrow keys rotate the view.
import { byId, colour, info } from "./common.js";

let yaw = 0.6, pitch = 0.15, last = null;

export function startWorld() {
  const canvas = byId("world");
  let from = null;
  canvas.addEventListener("pointerdown", (event) => { from = event; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    turn((event.clientX - from.clientX) * 0.01, (event.clientY - from.clientY) * 0.01);
    from = event;
  });
  canvas.addEventListener("pointerup", () => { from = null; });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (step) { event.preventDefault(); turn(...step); }
  });
  byId("space").addEventListener("change", () => { byId("space-box").hidden = !byId("space").checked; });
  keepDrawn(canvas, () => drawWorld(last));
}

function turn(dx, dy) {
  yaw += dx;
  pitch = Math.max(-0.3, Math.min(1.4, pitch + dy));
  drawWorld(last);
}

export function drawWorld(pose) {
  last = pose;
  if (byId("space-box").hidden) return;
  const { context, width, height } = sheet(byId("world")), scale = height / 2.3;
  const place = ([x, y, z]) => {
    const u = x * Math.cos(yaw) + z * Math.sin(yaw), w = z * Math.cos(yaw) - x * Math.sin(yaw);
    return [width / 2 + u * scale, height * 0.52 + (y * Math.cos(pitch) - w * Math.sin(pitch)) * scale];
  };
  const line = (a, b, style, thick) => {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.beginPath();
    context.moveTo(...place(a));
    context.lineTo(...place(b));
    context.stroke();
  };
  context.lineCap = "round";
  const floor = pose ? Math.max(...pose.world.map((point) => point[1])) : 0.9, grid = colour("line");
  for (let i = -4; i <= 4; i++) {
    line([i * 0.25, floor, -1], [i * 0.25, floor, 1], grid, i ? 1 : 2);
    line([-1, floor, i * 0.25], [1, floor, i * 0.25], grid, i ? 1 : 2);
  }
  if (!pose) return;
  const left = colour("left"), right = colour("right"), both = colour("text");
  const style = (i) => (i < 11 ? both : i % 2 ? left : right);
  for (const [a, b] of info.connections) {
    line(pose.world[a], pose.world[b], style(a) === style(b) ? style(a) : both, a < 11 ? 1.5 : 4);
  }
  pose.world.forEach((point, i) => {
    context.fillStyle = style(i);
    context.beginPath();
    context.arc(...place(point), i < 11 ? 1.5 : 4.5, 0, 7);
    context.fill();
  });
}

// Sets the canvas to the size of its element. Drawing uses CSS pixels.
function sheet(canvas) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

// Draws again when the size of the canvas or the theme changes.
function keepDrawn(canvas, draw) {
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

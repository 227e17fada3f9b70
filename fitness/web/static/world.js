// World landmarks in metres on a canvas: a floor grid, turned by dragging or with the arrow keys.
import { byId, colour, info, sideColour } from "./common.js";

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
  byId("space").addEventListener("change", () => drawWorld(last));
}

function turn(dx, dy) {
  yaw += dx;
  pitch = Math.max(-0.3, Math.min(1.4, pitch + dy));
  drawWorld(last);
}

export function drawWorld(pose) {
  last = pose;
  const canvas = byId("world"), context = canvas.getContext("2d"), { width, height } = canvas, scale = height / 2.6;
  const place = ([x, y, z]) => {
    const u = x * Math.cos(yaw) + z * Math.sin(yaw), w = z * Math.cos(yaw) - x * Math.sin(yaw);
    return [width / 2 + u * scale, height / 2 + (y * Math.cos(pitch) - w * Math.sin(pitch)) * scale];
  };
  const line = (a, b, style, thick) => {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.beginPath();
    context.moveTo(...place(a));
    context.lineTo(...place(b));
    context.stroke();
  };
  context.clearRect(0, 0, width, height);
  const floor = pose ? Math.max(...pose.world.map((point) => point[1])) : 0.9;
  for (let i = -2; i <= 2; i++) {
    line([i * 0.5, floor, -1], [i * 0.5, floor, 1], colour("line"), 1);
    line([-1, floor, i * 0.5], [1, floor, i * 0.5], colour("line"), 1);
  }
  if (!pose) return;
  const both = colour("text");
  for (const [a, b] of info.connections) {
    const style = sideColour(a, b);
    line(pose.world[a], pose.world[b], style === "#f2f2f2" ? both : style, 4);
  }
}

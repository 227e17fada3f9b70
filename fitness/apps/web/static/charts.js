// Canvases as sharp as the screen, with axes; colours follow the theme.
import { colour } from "./common.js";

// Fits the canvas to its place; what is drawn is in CSS pixels.
export function sheet(canvas) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = "12px system-ui, sans-serif";
  context.lineJoin = "round";
  return { context, width, height };
}

// Round steps of 1, 2 or 5 times a power of ten, at most `most` of them.
export function ticks(top, most) {
  const rough = top / Math.max(1, most), power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = Math.max(...[1, 2, 5, 10].map((k) => k * power).filter((s) => s >= rough).slice(0, 1), 1e-9);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}

export function words(context, text, x, y, { align = "left", style = colour("dim"), font = "12px system-ui, sans-serif" } = {}) {
  context.font = font;
  context.textAlign = align;
  context.fillStyle = style;
  context.fillText(text, x, y);
}

export function rule(context, x0, y0, x1, y1, style = colour("line"), thick = 1) {
  context.strokeStyle = style;
  context.lineWidth = thick;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

// Draws anew when the canvas gets another size or the theme changes.
export function keepDrawn(canvas, draw) {
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

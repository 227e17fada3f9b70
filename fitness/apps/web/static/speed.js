// Shows fps and the latency from camera to count, and why the frame rate is low.
import { byId } from "./common.js";

const FEW = 8, LONG_MS = 1500, KEPT_MS = 3000; // counting needs 8 fps; figures cover the last three seconds
let answered = [], presented = [], told = 0, unsaid = [];

export function forgetSpeed() {
  answered = [];
  presented = [];
  byId("speed").textContent = "";
  byId("shared").hidden = true;
}

// The latencies since the last call, in ms. The session stores their percentiles.
export const latencies = () => unsaid.splice(0);

// A frame was sent.   number: frames that the camera has delivered so far, or null.
export function sending({ number }) {
  if (number !== null) presented.push({ at: performance.now(), number });
}

// The frame captured at `takenAt` was answered.
export function showSpeed(message, takenAt, model) {
  const now = performance.now();
  answered.push({ at: now, ms: now - takenAt });
  unsaid.push(Math.round(now - takenAt));
  answered = answered.filter((one) => now - one.at < KEPT_MS);
  presented = presented.filter((one) => now - one.at < KEPT_MS);
  if (now - told < 500) return; // twice a second, so that it can be read
  told = now;
  const sorted = answered.map((one) => one.ms).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1], worst = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))];
  const fps = answered.length > 1 ? (answered.length - 1) / ((now - answered[0].at) / 1000) : 0;
  byId("speed").textContent = `${fps.toFixed(0)} fps · camera to count ${median.toFixed(0)}\u00a0ms, 95\u00a0%:\u00a0${worst.toFixed(0)}\u00a0ms · server\u00a0${message.server_ms.toFixed(0)}\u00a0ms`;
  const note = tooFew(message, fps, now - answered[0].at, model);
  byId("shared").hidden = !note;
  if (byId("shared").textContent !== note) byId("shared").textContent = note; // screen readers read every change
}

function tooFew(message, fps, since, model) {
  const [first, last] = [presented[0], presented.at(-1)], span = last ? last.at - first.at : 0;
  if (message.clients > 1 && message.waited_ms > 30) return `Shared with ${message.clients - 1} other browser${message.clients > 2 ? "s" : ""}: each gets a lower fps.`;
  if (span > LONG_MS && (last.number - first.number) / span * 1000 < FEW) return "The camera has a low fps: more light helps.";
  if (fps >= FEW || Math.max(since, message.server_ms) < LONG_MS) return "";
  if (message.server_ms * FEW < 500) return "Low fps: this browser is busy; close other pages and programs.";
  return `Low fps: this machine is slow for the model${model === "lite" ? "" : "; choose lite"}.`;
}

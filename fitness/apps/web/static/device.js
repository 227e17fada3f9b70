// Full screen with a fallback, a screen that stays awake, and the sizes that the training screen's style needs.
import { byId, say } from "./common.js";

let lock = null, wanted = false;

// In full screen, the training screen covers the whole page. If a browser has no full screen (iPhone) or refuses it, the
// training screen still fills the page.
export function startDevice() {
  byId("full").addEventListener("click", () => fill(!filling()));
  for (const event of ["fullscreenchange", "webkitfullscreenchange"]) {
    document.addEventListener(event, () => { if (!real()) show(false); });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && filling() && !real()) fill(false); });
  document.addEventListener("visibilitychange", () => { if (wanted && document.visibilityState === "visible") awake(true); });
  const head = document.querySelector("header"), bar = document.querySelector(".controls");
  new ResizeObserver(() => { root.style.setProperty("--head", `${head.offsetHeight}px`); }).observe(head);
  new ResizeObserver(() => { root.style.setProperty("--bar", `${bar.offsetHeight}px`); }).observe(bar);
}

const root = document.documentElement;
const real = () => document.fullscreenElement ?? document.webkitFullscreenElement ?? null;
const filling = () => "filling" in document.body.dataset;

function show(on) {
  if (on) document.body.dataset.filling = "";
  else delete document.body.dataset.filling;
  byId("full").setAttribute("aria-pressed", on);
  byId("full").textContent = on ? "Leave full screen" : "Full screen";
}

export async function fill(on) {
  show(on);
  try {
    if (on && !real()) await (root.requestFullscreen?.({ navigationUI: "hide" }) ?? root.webkitRequestFullscreen?.());
    if (!on && real()) await (document.exitFullscreen?.() ?? document.webkitExitFullscreen?.());
  } catch { /* without full screen, it fills the page */ }
}

// While a workout runs the screen neither dims nor locks. Browsers drop the lock when the page is hidden.
export async function awake(on) {
  wanted = on;
  try {
    if (on && !lock) {
      lock = await navigator.wakeLock?.request("screen") ?? null;
      lock?.addEventListener("release", () => { lock = null; });
      if (!lock) say("This browser cannot keep the screen on. Set a longer screen time-out.");
    } else if (!on) {
      await lock?.release();
      lock = null;
    }
  } catch { lock = null; /* refused, for example on low battery */ }
}

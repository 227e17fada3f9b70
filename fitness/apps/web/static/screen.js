// Shows the state of the workout on the training screen: number, exercise, sets, phase, rest, and what comes next.
import { byId, element, pretty, some, write } from "./common.js";

const stage = byId("stage"), around = byId("around"), column = byId("column");
const MOVES = 0.2, STILL_S = 1.5, NEAR = 0.06, AROUND_MS = 250; // change of phase that means movement; seconds until the person counts as still; share of the frame; milliseconds
const LONG_NAME = 14; // letters
let movedAt = -Infinity, stood = 0, wanted = "left", flashed = 0, painted = 0;

// If the frame is narrower than the screen, it moves aside, so that the column does not cover it.
export function fitPicture(video) {
  const { videoWidth: w, videoHeight: h } = video, view = byId("view"), { clientWidth: W, clientHeight: H } = view;
  if (!w || !W) return;
  const spare = W - w * H / h, beside = column.offsetWidth + 2 * (column.offsetLeft || 0);
  const share = spare <= 0 ? 50 : spare / 2 >= beside ? 50 : 100;
  const side = stage.dataset.side === "right" ? 100 - share : share;
  stage.style.setProperty("--middle", `${Math.max(0, spare) * side / 100 + Math.min(W, w * H / h) / 2}px`);
  view.style.setProperty("--aside", `${side}%`);
}

export function forgetScreen() {
  movedAt = -Infinity;
  stood = 0;
  outline(false);
  byId("set-card").hidden = true;
  stage.classList.remove("moving", "paused", "carded");
  write("word", "");
  byId("reason").textContent = byId("cue").textContent = "";
}

// A blurred copy of the frame fills the rest of the screen. It is tiny, and the browser smooths it.
export function paintAround(picture) {
  const now = performance.now();
  if (now - painted < AROUND_MS) return;
  painted = now;
  const context = around.getContext("2d", { alpha: false }), { width, height } = around, flipped = byId("view").classList.contains("mirrored");
  context.setTransform(flipped ? -1 : 1, 0, 0, 1, flipped ? width : 0, 0);
  context.drawImage(picture, 0, 0, width, height);
  context.fillStyle = "#0b0d108c";
  context.fillRect(0, 0, width, height);
}

// 42 -> "0:42", 3675 -> "1:01:15".
export function clock(seconds) {
  const whole = Math.ceil(seconds), two = (n) => String(n).padStart(2, "0"), hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}` : `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

export function showState(state, pose) {
  if (stage.dataset.stage !== state.stage) stage.dataset.stage = state.stage;
  const resting = state.stage === "resting" && state.rest_left_s !== null;
  stage.classList.toggle("paused", state.paused);
  if (Math.abs((state.phase ?? stood) - stood) > MOVES) [movedAt, stood] = [state.t, state.phase];
  stage.classList.toggle("moving", resting && state.t - movedAt < STILL_S);
  const counting = state.stage === "ready" && !state.total ? state.countdown ?? null : null;
  showNumber(state, resting, counting);
  showWhere(state, resting);
  showRing(state, resting, counting);
  write("cue", state.cue ?? "");
  const outside = state.stage === "ready" && state.in_view === false;
  write("reason", outside ? "Step into the outline" : counting ? "Hold still" : (state.reason ?? "").replace("name it with --exercise", "choose it in Settings"));
  outline(state.stage === "ready" && !state.total && !state.paused && counting === null);
  byId("outline").classList.toggle("seen", state.in_view === true);
  showSet(state);
  const card = byId("set-card"), carded = !card.hidden && !stage.classList.contains("moving");
  if (carded !== stage.classList.contains("carded")) {
    document.documentElement.style.setProperty("--set-card", `${card.offsetHeight}px`);
    stage.classList.toggle("carded", carded);
  }
  byId("skip").hidden = !state.plan?.includes(","); // in a plan with one exercise there is no next one
  if (pose) lookWhere(pose);
  if (state.stage !== "working" && stage.dataset.side !== wanted) { // the column changes sides only between sets
    stage.dataset.side = wanted;
    fitPicture(byId("camera"));
  }
}

const outline = (shown) => byId("outline").toggleAttribute("hidden", !shown); // an SVG has no property for it

function fit(id, text) {
  write(id, text);
  const digits = String(Math.min(6, text.replace(":", "").length + (text.includes(":") ? 0.5 : 0)));
  byId(id).dataset.digits = String(Math.ceil(Number(digits)));
}

// Shows the reps, or instead the countdown, the rest or "Paused". #reps always holds the reps, for scripts.
function showNumber(state, resting, counting) {
  const instead = state.paused ? "II" : resting ? clock(state.rest_left_s) : counting !== null ? (counting > 0 ? String(counting) : "Go") : null;
  const seconds = state.held ? " s" : "", target = state.target ?? state.target_reps ?? null, extra = state.extra ?? 0;
  fit("reps", String(state.reps));
  byId("reps").hidden = instead !== null;
  byId("clock").hidden = instead === null;
  if (instead !== null) fit("clock", instead);
  const goal = byId("of");
  write("of", instead !== null || !target ? (instead === null && state.held ? "seconds" : "") : extra ? `${target} + ${extra}` : `of ${target}${seconds}`);
  goal.classList.toggle("extra", extra > 0);
  goal.classList.toggle("reached", !extra && target !== null && state.reps >= target);
  byId("pending").hidden = !state.pending;
  write("pending", `+${state.pending} not sure yet`);
  write("total", state.total);
  byId("in-all").hidden = state.total === state.reps;
  const one = state.last ?? state.running;
  write("sides", one && one.left + one.right ? `${state.total === state.reps ? "" : " · "}left ${one.left}, right ${one.right}` : "");
}

function showWhere(state, resting) {
  const name = state.exercise ? pretty(state.exercise) : "–";
  write("exercise", name);
  byId("exercise").classList.toggle("long", name.length > LONG_NAME);
  const at = state.last?.number ?? state.set; // in a rest, the reps are those of the set just done
  write("set", `Set ${at}` + (state.sets ? ` of ${state.sets}` : "") + (state.last ? " done" : ""));
  byId("upnext").hidden = !resting;
  if (resting) write("upnext", state.next?.text ?? `Next: set ${state.set}${state.sets ? ` of ${state.sets}` : ""}${state.exercise ? ` - ${pretty(state.exercise).toLowerCase()}` : ""}`);
  const kinds = state.dots ?? Array.from({ length: Math.min(state.sets ?? 0, 12) }, (_, i) =>
    (i < state.done.length ? "done" : i === state.done.length && state.stage === "working" ? "now" : "todo"));
  const dots = byId("dots"), text = kinds.join(" ");
  if (dots.dataset.text === text) return;
  dots.dataset.text = text;
  dots.replaceChildren(...kinds.map((kind) => element("i", { className: kind })));
}

const WORDS = { down: "Down", up: "Up", hold: "Hold" };

// The ring: during a set the phase, with "Down" or "Up"; in a rest the time left.
function showRing(state, resting, counting) {
  const phase = state.phase ?? 0, dial = column.querySelector(".dial");
  const whole = state.rest_s ?? (state.rest_left_s ?? 0) + (state.rested_s ?? 0);
  const share = state.paused ? 0 : resting ? (whole > 0 ? state.rest_left_s / whole : 0) : counting !== null ? counting / 3 : phase;
  byId("ring").style.strokeDasharray = `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)} 100`;
  dial.classList.toggle("deep", !resting && phase >= 0.8);
  write("word", state.paused ? "Paused" : resting ? "Rest" : counting !== null ? "" : WORDS[state.direction] ?? "");
}

// The set just done, in the rest and at the end.
function showSet(state) {
  const card = byId("set-card"), last = state.last;
  card.hidden = !last || state.paused;
  const text = last ? JSON.stringify(last) : "";
  if (!last || card.dataset.text === text) return;
  card.dataset.text = text;
  const title = last.title ?? `Set ${last.number}: ${some(last.reps, last.exercise ?? "rep")}`;
  card.replaceChildren(element("h3", { textContent: title }), element("dl", {}, ...(last.rows ?? []).flatMap(([name, value]) =>
    [element("dt", { textContent: name }), element("dd", { textContent: value })])));
}

// Puts the column on the side where the person is not.
function lookWhere(pose) {
  const seen = pose.image.filter((_, i) => pose.visibility[i] >= 0.5).map(([x]) => x);
  if (!seen.length) return;
  const middle = (Math.min(...seen) + Math.max(...seen)) / 2, at = byId("view").classList.contains("mirrored") ? 1 - middle : middle;
  if (at > 0.5 + NEAR) wanted = "left";
  if (at < 0.5 - NEAR) wanted = "right";
}

export function flash() {
  column.classList.add("flash");
  clearTimeout(flashed);
  flashed = setTimeout(() => column.classList.remove("flash"), 250);
}

// A workout with the camera: its buttons and keys, and what each answer of the server shows and says.
import { closeCamera, listCameras, openCamera } from "./camera.js";
import { byId, fillSelect, info, pretty, say, some } from "./common.js";
import { captured, follow } from "./capture.js";
import { awake, fill, startDevice } from "./device.js";
import { hideEnd, showEnd } from "./finish.js";
import { forgetFrame, holdFrames, isUnanswered, sendFrame, sendSoon, sentFrame } from "./frames.js";
import { command, connect, disconnect, isReady, reconnect, startLink } from "./link.js";
import { forgetPicture, forgetSkeleton, showPicture } from "./picture.js";
import { planText, startPlan, use } from "./plan.js";
import { fitPicture, flash, forgetScreen, paintAround, showState } from "./screen.js";
import { summarise } from "./sets.js";
import { beep, unlockSound } from "./sound.js";
import { forgetSpeed, latencies, showSpeed } from "./speed.js";
import { drawWorld, startWorld } from "./world.js";

const video = byId("camera");
const buttons = ["pause", "minus", "plus", "next", "skip", "reset"].map(byId);
const ANSWER_MS = 3000;
let session = null, running = false, paused = false, asked = false, lastReps = null, ending = 0;
let model = null, fault = null; // the model that counts, and the fault of the camera, if any

export async function startLive(query) {
  fillSelect(byId("choose-exercise"), info.exercises, query.get("exercise"), pretty);
  fillSelect(byId("choose-model"), info.models, query.get("model"));
  if (query.get("target")) byId("target").value = query.get("target");
  startDevice();
  startPlan(() => running && change());
  byId("start").addEventListener("click", () => (running ? finish() : start()));
  byId("pause").addEventListener("click", () => setPaused(!paused));
  byId("minus").addEventListener("click", () => command({ type: "correct", delta: -1 }));
  byId("plus").addEventListener("click", () => command({ type: "correct", delta: 1 }));
  byId("next").addEventListener("click", () => command({ type: "next" }));
  byId("skip").addEventListener("click", () => command({ type: "skip" }));
  byId("reset").addEventListener("click", () => command({ type: "reset" }));
  byId("settings").addEventListener("click", () => settings(byId("setup").hidden));
  for (const id of ["choose-exercise", "target", "rest-s"]) byId(id).addEventListener("change", () => running && change());
  byId("choose-model").addEventListener("change", () => running && reconnect());
  byId("device").addEventListener("change", () => running && switchCamera());
  byId("mirror").addEventListener("change", mirror);
  document.addEventListener("keydown", keys);
  navigator.mediaDevices?.addEventListener?.("devicechange", () => listCameras(byId("device")));
  video.addEventListener("resize", () => fitPicture(video));
  new ResizeObserver(() => fitPicture(video)).observe(byId("view"));
  mirror();
  startWorld();
  startLink({
    opening: forgetFrame, take, hello: () => ({ type: "start", session, ...choice() }), refused: (reason) => stop(reason, true),
    beat: () => ({ message: { type: "ping", latency_ms: latencies() }, overdue: isUnanswered() }),
  });
  if (query.get("plan")) {
    byId("start").disabled = true;
    const read = await use(query.get("plan"));
    byId("start").disabled = false;
    if (!read) return;
  }
  if (query.get("autostart") === "1") start();
  else say("Press Start camera. Its video stays on this machine.", false, true);
}

function settings(shown) {
  byId("setup").hidden = !shown;
  byId("settings").setAttribute("aria-expanded", shown);
}

function keys(event) {
  if (byId("live").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = { " ": "pause", n: "next", r: "reset", "+": "plus", "-": "minus", f: "full", m: "mirror" }[event.key];
  // The space bar also presses the button that has the focus; letters are for fields.
  const own = event.key === " " ? "input, select, button, a, canvas, summary" : "input:not([type=checkbox], [type=radio]), select";
  if (!id || event.target.closest(own) || (!running && id !== "mirror" && id !== "full")) return;
  event.preventDefault();
  byId(id).click();
}

async function start() {
  unlockSound();
  byId("start").disabled = true;
  byId("start").setAttribute("aria-busy", true);
  say("Opening the camera …");
  try {
    watch(await openCamera(video, byId("device").value));
  } catch (error) {
    say(error.message, true);
    return;
  } finally {
    byId("start").disabled = false;
    byId("start").removeAttribute("aria-busy");
  }
  running = true;
  byId("start").textContent = "Finish";
  byId("stage").classList.add("running");
  hideEnd();
  settings(false);
  forgetScreen();
  forgetPicture();
  fitPicture(video);
  byId("stage").scrollIntoView({ block: "end" });
  buttons.forEach((button) => { button.disabled = false; });
  awake(true);
  await listCameras(byId("device"));
  connect();
}

// Ends the workout. The server answers with the summary, which is shown until the next start.
function finish() {
  if (!isReady()) return stop("Stopped.");
  command({ type: "finish", latency_ms: latencies() });
  ending = setTimeout(() => stop("Stopped."), ANSWER_MS);
}

function finished(message) {
  const still = message.total ? lastPicture() : null;
  stop(message.total ? `Done: ${some(message.total, "rep")}.` : "Stopped. No reps were counted.");
  session = lastReps = model = null;
  if (!message.total) return;
  settings(false);
  showEnd(message, still);
}

// The last frame of the camera, for the shared picture if the user asks for it.
function lastPicture() {
  if (info.privacy !== "none" || !video.videoWidth) return null;
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [video.videoWidth, video.videoHeight];
  copy.getContext("2d").drawImage(video, 0, 0);
  return copy;
}

function stop(text, bad = false) {
  clearTimeout(ending);
  running = asked = false;
  fault = null;
  byId("stage").classList.remove("running");
  byId("stage").dataset.stage = "idle";
  byId("pending").hidden = byId("summary").hidden = true;
  settings(true);
  forgetScreen();
  forgetPicture();
  forgetSpeed();
  setPausedShown(false);
  closeCamera(video, follow(null));
  disconnect();
  byId("start").textContent = "Start camera";
  awake(false);
  fill(false);
  buttons.forEach((button) => { button.disabled = true; });
  say(text, bad);
}

function watch(stream) {
  follow(stream);
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => {
    if (!running) return;
    say("The camera is disconnected. Counting continues when it is back.", true);
    const again = () => { if (running) switchCamera().catch(() => setTimeout(again, 2000)); };
    setTimeout(again, 1000);
  });
}

async function switchCamera() {
  await closeCamera(video, follow(null)); // a phone opens one camera at a time
  if (!running) return;
  try {
    watch(await openCamera(video, byId("device").value));
    say("Camera changed.");
  } catch (error) {
    say(error.message, true);
    throw error;
  }
}

// The user's choice: one exercise with its goal, or a plan.
function choice() {
  const plan = planText();
  return {
    exercise: byId("choose-exercise").value, model: byId("choose-model").value, plan,
    target: plan ? null : byId("target").value.trim() || null, rest_s: Number(byId("rest-s").value) || 0,
  };
}

// Another exercise, goal or plan during a workout: the same workout continues.
const change = () => command({ type: "change", ...choice() });

function take(message) {
  if (message.type === "started") {
    const forgotten = session !== null && session !== message.session && model === message.model;
    if (session !== message.session) lastReps = null;
    session = message.session;
    model = message.model;
    if (forgotten) say("The server was restarted, so counting begins at 0. Earlier sets are in the History.", true);
    else say(message.exercise === "auto" ? "Counting; the exercise is recognised." : "Counting.");
    sendFrame();
  } else if (message.type === "frame") {
    show(message);
    forgetFrame();
    sendFrame();
  } else if (message.type === "state") {
    asked = false;
    follows(message.state);
  } else if (message.type === "finished") {
    finished(message);
  } else if (message.type === "error") {
    say(message.message, true);
    if (message.answers) { forgetFrame(); sendSoon(); }
  }
  if (message.warning) say(message.warning, true);
}

// Faults of the camera that the server found: black or frozen frames.
function showFault(text) {
  if (text === fault) return;
  fault = text;
  say(text ?? "The camera works again.", text !== null);
}

function show(message) {
  const picture = sentFrame();
  showPicture(message.pose, picture);
  drawWorld(message.pose);
  paintAround(captured);
  follows(message.state, message.pose);
  showSpeed(message, picture.at, model);
  showFault(message.camera);
}

function follows(state, pose) {
  if (!running) return;
  showState(state, pose);
  if (lastReps !== null && state.reps !== lastReps) announce(String(state.reps));
  lastReps = state.reps;
  if (!asked) setPausedShown(state.paused);
  state.events.forEach((event) => react(event, state));
  summarise(state.done, "Sets");
}

function announce(text) {
  byId("announce").textContent = text;
  if (byId("speak").checked && "speechSynthesis" in window) {
    speechSynthesis.cancel();
    speechSynthesis.speak(new SpeechSynthesisUtterance(text));
  }
}

function react(event, state) {
  if (event.kind === "rep") flash();
  if (event.kind === "partial") say("½ rep: not far enough, not counted.");
  if (event.kind === "set_done") say(`${state.done.at(-1).title} done.`, false, true);
  if (event.kind === "rest_over") say("Rest is over.", false, true);
  if (event.kind === "workout_done") say("Workout done. Press Finish.");
  if (byId("sound").checked) beep(event.kind);
}

function setPaused(value) {
  asked = true; // answers that are already on their way do not show the change yet
  command({ type: "pause", paused: value });
  setPausedShown(value);
  if (!value) sendFrame();
}

function setPausedShown(value) {
  paused = value;
  holdFrames(value);
  byId("pause").textContent = value ? "Continue" : "Pause";
  byId("pause").setAttribute("aria-pressed", value);
}

function mirror() {
  byId("view").classList.toggle("mirrored", byId("mirror").checked);
  forgetSkeleton();
}

// The browser's camera -> one JPEG in flight -> counter, skeleton, sounds. The workout survives a lost connection.
import { byId, closeCamera, fillSelect, info, openCamera, pretty, say, some } from "./common.js";
import { captured, follow, nextPicture } from "./capture.js";
import { awake, fill, startDevice } from "./device.js";
import { hideEnd, showEnd } from "./finish.js";
import { forgetPicture, forgetSkeleton, showPicture } from "./picture.js";
import { planText, startPlan, use } from "./plan.js";
import { fitPicture, flash, forgetScreen, paintAround, showState } from "./screen.js";
import { summarise } from "./sets.js";
import { beep, unlockSound } from "./sound.js";
import { forgetSpeed, latencies, sending, showSpeed } from "./speed.js";
import { drawWorld, startWorld } from "./world.js";

const video = byId("camera");
const buttons = ["pause", "minus", "plus", "next", "skip", "reset"].map(byId);
let socket = null, session = null, running = false, waiting = false, paused = false, ready = false;
let retry = 0, picture = null, lastReps = null, heard = 0, later = [], asked = false;
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
  byId("choose-model").addEventListener("change", () => running && reconnect(0));
  byId("device").addEventListener("change", () => running && switchCamera());
  byId("mirror").addEventListener("change", mirror);
  document.addEventListener("keydown", keys);
  navigator.mediaDevices?.addEventListener?.("devicechange", listCameras);
  video.addEventListener("resize", () => fitPicture(video));
  new ResizeObserver(() => fitPicture(video)).observe(byId("view"));
  mirror();
  startWorld();
  setInterval(beat, 5000);
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
  await listCameras();
  connect();
}

// Ends the workout. The server answers with the summary, which is shown until the next start.
function finish() {
  if (!ready) return stop("Stopped.");
  command({ type: "finish", latency_ms: latencies() });
  setTimeout(() => running && stop("Stopped."), 3000); // no answer arrived
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
  running = ready = asked = false;
  later = [];
  fault = null;
  byId("stage").classList.remove("running");
  byId("stage").dataset.stage = "idle";
  byId("pending").hidden = byId("summary").hidden = true;
  settings(true);
  forgetScreen();
  forgetPicture();
  forgetSpeed();
  setPausedShown(false);
  follow(null);
  closeCamera(video);
  socket?.close(1000);
  socket = null;
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
  closeCamera(video);
  try {
    watch(await openCamera(video, byId("device").value));
    say("Camera changed.");
  } catch (error) {
    say(error.message, true);
    throw error;
  }
}

async function listCameras() {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === "videoinput");
  const select = byId("device"), chosen = select.value;
  select.replaceChildren(new Option("default", ""), ...devices.map((d, i) => new Option(d.label || `camera ${i + 1}`, d.deviceId)));
  select.value = devices.some((d) => d.deviceId === chosen) ? chosen : "";
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

function connect() {
  ready = waiting = false;
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`);
  mine.binaryType = "arraybuffer";
  socket = mine;
  mine.onopen = () => mine.send(JSON.stringify({ type: "start", session, ...choice() }));
  mine.onmessage = (event) => { if (mine === socket) take(JSON.parse(event.data)); };
  mine.onclose = (event) => {
    if (mine !== socket || !running) return;
    ready = false;
    if (event.code === 1003 || event.code === 1001 && event.reason.includes("another window")) {
      stop(event.reason || "The server refused the connection.", true);
      return;
    }
    say(event.reason ? `${event.reason}; connecting again …` : "Connection lost; connecting again, your count is kept …", true);
    reconnect(Math.min(8000, 500 * 2 ** retry++));
  };
}

function reconnect(delay) {
  const old = socket;
  socket = null;
  ready = false;
  if (old?.readyState === 0) old.onopen = () => old.close(1000); // closing earlier is an error in the console
  else old?.close(1000);
  setTimeout(() => running && socket === null && connect(), delay);
}

// While the page reconnects, commands of the user wait.
function command(message) {
  if (ready) socket.send(JSON.stringify(message));
  else if (running && later.length < 5) later.push(message);
}

function beat() {
  if (!ready) return;
  command({ type: "ping", latency_ms: latencies() });
  if (waiting && performance.now() - heard > 20000) reconnect(0); // half-open connections report no error
}

function take(message) {
  heard = performance.now();
  if (message.type === "started") {
    ready = true;
    retry = 0;
    const forgotten = session !== null && session !== message.session && model === message.model;
    if (session !== message.session) lastReps = null;
    session = message.session;
    model = message.model;
    later.splice(0).forEach(command);
    if (forgotten) say("The server was restarted, so counting begins at 0. Earlier sets are in the History.", true);
    else say(message.exercise === "auto" ? "Counting; the exercise is recognised." : "Counting.");
    send();
  } else if (message.type === "frame") {
    show(message);
    waiting = false;
    send();
  } else if (message.type === "state") {
    asked = false;
    follows(message.state);
  } else if (message.type === "finished") {
    finished(message);
  } else if (message.type === "error") {
    say(message.message, true);
    if (message.answers) { waiting = false; setTimeout(() => send(), 200); }
  }
  if (message.warning) say(message.warning, true);
}

// Faults of the camera that the server found: black or frozen frames.
function showFault(text) {
  if (text === fault) return;
  fault = text;
  say(text ?? "The camera works again.", text !== null);
}

// One frame at a time: captured when the previous one is answered, and sent immediately.
async function send() {
  if (!ready || waiting || paused || !running) return;
  if (!video.videoWidth || video.paused) { setTimeout(send, 200); return; }
  waiting = true;
  const mine = socket;
  try {
    const taken = await nextPicture(video);
    if (mine !== socket) return; // the connection was replaced meanwhile
    if (mine.readyState !== 1 || paused) { waiting = false; return; }
    picture = taken;
    sending(taken);
    mine.send(taken.data);
  } catch {
    if (mine !== socket) return;
    waiting = false;
    setTimeout(send, 200);
  }
}

function show(message) {
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
  state.events.forEach(react);
  summarise(state.done, "Sets");
}

function announce(text) {
  byId("announce").textContent = text;
  if (byId("speak").checked && "speechSynthesis" in window) {
    speechSynthesis.cancel();
    speechSynthesis.speak(new SpeechSynthesisUtterance(text));
  }
}

function react(event) {
  if (event.kind === "rep") flash();
  if (event.kind === "partial") say("½ rep: not far enough, not counted.");
  if (event.kind === "set_done") say(`Set done: ${event.number} reps.`, false, true);
  if (event.kind === "rest_over") say("Rest is over.", false, true);
  if (event.kind === "workout_done") say("Workout done. Press Finish.");
  if (byId("sound").checked) beep(event.kind);
}

function setPaused(value) {
  asked = true; // answers that are already on their way do not show the change yet
  command({ type: "pause", paused: value });
  setPausedShown(value);
  if (!value) send();
}

function setPausedShown(value) {
  paused = value;
  byId("pause").textContent = value ? "Continue" : "Pause";
  byId("pause").setAttribute("aria-pressed", value);
}

function mirror() {
  byId("view").classList.toggle("mirrored", byId("mirror").checked);
  forgetSkeleton();
}

// The connection to the server. A lost connection is opened again; what the user presses meanwhile is sent later.
import { say } from "./common.js";

const BEAT_MS = 5000, SILENT_MS = 20000, FIRST_RETRY_MS = 500, LONGEST_RETRY_MS = 8000, MOST_LATER = 5;
let socket = null, open = false, ready = false, retry = 0, heard = 0, later = [], handlers = {};

// hello: returns the first message.   take: gets each answer.   opening: called before each connection.   refused: gets the reason
// if the server ends the workout.   beat: called every few seconds; returns a message, and whether an answer is overdue.
export function startLink(all) {
  handlers = all;
  setInterval(beat, BEAT_MS);
}

export const isReady = () => ready;

export function connect() {
  open = true;
  ready = false;
  handlers.opening();
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`);
  mine.binaryType = "arraybuffer";
  socket = mine;
  mine.onopen = () => mine.send(JSON.stringify(handlers.hello()));
  mine.onmessage = (event) => { if (mine === socket) take(JSON.parse(event.data)); };
  mine.onclose = (event) => { if (mine === socket && open) lost(event); };
}

export function disconnect() {
  open = ready = false;
  later = [];
  leave();
}

export function reconnect(delay = 0) {
  ready = false;
  leave();
  setTimeout(() => open && socket === null && connect(), delay);
}

function leave() {
  const old = socket;
  socket = null;
  if (old?.readyState === WebSocket.CONNECTING) old.onopen = () => old.close(1000); // closing earlier is an error in the console
  else old?.close(1000);
}

export function command(message) {
  if (ready) socket.send(JSON.stringify(message));
  else if (open && later.length < MOST_LATER) later.push(message);
}

// Sends a frame; returns whether the connection took it.
export function deliver(data) {
  if (!ready || socket.readyState !== WebSocket.OPEN) return false;
  socket.send(data);
  return true;
}

function take(message) {
  heard = performance.now();
  if (message.type === "started") {
    ready = true;
    retry = 0;
    later.splice(0).forEach(command);
  }
  handlers.take(message);
}

function lost(event) {
  ready = false;
  if (event.code === 1003 || event.code === 1001 && event.reason.includes("another window")) {
    handlers.refused(event.reason || "The server refused the connection.");
    return;
  }
  say(event.reason ? `${event.reason}; connecting again …` : "Connection lost; connecting again, your count is kept …", true);
  reconnect(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retry++));
}

function beat() {
  if (!ready) return;
  const { message, overdue } = handlers.beat();
  command(message);
  if (overdue && performance.now() - heard > SILENT_MS) reconnect(); // half-open connections report no error
}

// Switches between tabs (also with the arrow keys), and starts each tab's module.
import { byId, info, pretty, say } from "./common.js";
import { startLive } from "./live.js";
import { startPictures } from "./pictures.js";
import { showRecording, startRecording } from "./recording.js";
import { showTeach, startTeach } from "./teach.js";
import { showHistory, startHistory } from "./history.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const shown = { recording: showRecording, teach: showTeach, history: showHistory };

function select(tab, focus = false) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", chosen);
    one.tabIndex = chosen ? 0 : -1;
    byId(one.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) tab.focus();
  const name = tab.getAttribute("aria-controls");
  document.body.dataset.tab = name; // the style of the training screen
  if (name !== "live") say("");
  history.replaceState(null, "", "#" + name);
  const panel = byId(name);
  panel.setAttribute("aria-busy", true); // until its lists are loaded
  Promise.resolve(shown[name]?.()).catch((error) => say(error.message, true)).finally(() => { panel.setAttribute("aria-busy", false); });
}

tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) select(tabs[(i + step + tabs.length) % tabs.length], true);
    if (event.key === "Home") select(tabs[0], true);
    if (event.key === "End") select(tabs.at(-1), true);
  });
});

document.body.dataset.privacy = info.privacy; // app.css hides the camera's video
startPictures();
startRecording();
startHistory();
startTeach((exercise) => {
  byId("choose-exercise").value = exercise;
  byId("choose-exercise").dispatchEvent(new Event("change"));
  select(byId("tab-live"), true);
  say(`${exercise} is selected. Press Start camera.`);
});
startLive(new URLSearchParams(location.search));
function asked() {
  const tab = tabs.find((one) => "#" + one.getAttribute("aria-controls") === location.hash);
  if (tab && tab.ariaSelected !== "true") select(tab);
}
addEventListener("hashchange", asked);
asked();
const damaged = Object.keys(info.damaged);
if (damaged.length) say(`Damaged, not counted: ${damaged.map(pretty).join(", ")}. Teach again, or delete under Teach.`, true);

// Plays short tones, which are synthesised.
let context = null;
const TONES = {
  rep: [[880, 0.09]], tick: [[660, 0.08]], partial: [[330, 0.12]], target: [[1175, 0.12], [1568, 0.2]], set_done: [[784, 0.15], [587, 0.2]],
  rest_over: [[988, 0.3]], workout_done: [[784, 0.12], [988, 0.12], [1319, 0.3]],
};

// Browsers allow sound only after a click or a key. Before that, nothing is created, so that the browser logs no warning.
export function unlockSound() {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) {
    addEventListener("pointerdown", unlockSound, { once: true });
    addEventListener("keydown", unlockSound, { once: true });
    return;
  }
  context ??= new (window.AudioContext ?? window.webkitAudioContext)();
  if (context.state === "suspended") context.resume().catch(() => {});
}

export function beep(kind) {
  if (!context || context.state !== "running" || !TONES[kind]) return;
  let at = context.currentTime;
  for (const [hertz, seconds] of TONES[kind]) {
    const tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds;
  }
}

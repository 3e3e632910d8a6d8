// Care for a screen that nobody touches for ten hours: it does not fall asleep, nothing bright stands still at one pixel, and
// nothing on it leads anywhere.

const STEP = 30_000;
const AROUND = 60; // steps: half an hour
const FAR = 5; // units
const SWAP = 20 * 60_000; // the header and the way to the form take turns in place

/** Where the picture stands at a step of its slow way around, in units. */
export function drift(step) {
  const turn = ((step % AROUND) / AROUND) * 2 * Math.PI;
  return [Math.round(FAR * Math.sin(turn) * 10) / 10, Math.round(FAR * Math.sin(2 * turn) * 10) / 10];
}

export function care(wall, { clock = () => performance.now() } = {}) {
  const awake = stayAwake();
  leadNowhere();
  const move = () => {
    const [x, y] = drift(Math.floor(clock() / STEP));
    wall.style.setProperty("--drift-x", x);
    wall.style.setProperty("--drift-y", y);
    wall.toggleAttribute("data-swapped", Math.floor(clock() / SWAP) % 2 === 1);
    awake();
  };
  setInterval(move, STEP);
}

/** Where there is such a thing (not over plain http). A lock ends when the page is out of sight, or a battery is nearly empty. */
function stayAwake() {
  let lock = null;
  const ask = async () => {
    if (document.visibilityState !== "visible" || (lock && !lock.released)) return;
    try {
      lock = (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      // the next time
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return ask;
}

/** Nobody touches a projector: what is clicked, dragged or dropped there is an accident. */
function leadNowhere() {
  for (const accident of ["click", "auxclick", "dragstart", "dragover", "drop", "contextmenu"]) {
    addEventListener(accident, (press) => press.preventDefault(), true);
  }
}

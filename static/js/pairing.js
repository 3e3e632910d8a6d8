// /screen without hands: asks for a code, waits until somebody at a desk has typed it, goes to the wall; for ever.

const EVERY = 2_000;
const READ = 2_000; // that this is the screen now
const LATER = 60_000; // after something went wrong
const part = (id) => document.getElementById(id);
const { state } = part("pairing").dataset;

/** The one button that leads on, pressed by nobody. */
function goOn() {
  const form = part("on");
  const wait = "later" in form.dataset ? LATER : state === "taken" ? READ : 0;
  setTimeout(() => form.submit(), wait);
}

async function look() {
  try {
    const answer = await fetch("/screen/state.json", { headers: { accept: "application/json" } });
    const told = answer.ok ? (await answer.json()).state : "";
    if (told === "taken") location.assign("/screen");
    else if (told === "over") part("anew").submit();
  } catch {
    // no network just now: the code stays, and is asked about again
  }
}

if (state === "waiting") setInterval(look, EVERY);
else goOn();

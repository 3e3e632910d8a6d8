// /screen without hands: asks for a code, waits until somebody at a desk has typed it, goes to the wall; for ever.

const EVERY = 2_000;
const LATER = 60_000; // after something went wrong
const part = (id) => document.getElementById(id);

/** The one button that leads on, pressed by nobody. */
function on() {
  const form = part("on");
  setTimeout(() => form.submit(), "later" in form.dataset ? LATER : 0);
}

async function look() {
  try {
    const answer = await fetch("/screen/state.json", { headers: { accept: "application/json" } });
    const { state } = answer.ok ? await answer.json() : {};
    if (state === "taken") location.reload();
    else if (state === "over") part("anew")?.submit();
  } catch {
    // no network just now: the code stays, and is asked about again
  }
}

if (part("pairing").dataset.state === "waiting") setInterval(look, EVERY);
else on();

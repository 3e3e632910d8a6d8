// The strand page, live: posts are tied in at their place without moving what is being read. Works from what the server
// drew; where the script fails the page stays a page.

import { fill, read } from "./dom.js";
import { Fold } from "./fold.js";
import { Live } from "./live.js";
import { Ties } from "./ties.js";
import "./post.js";

const TELL_EVERY = 10_000;

const t = read("strings");
const { address, epoch, seq, floor } = read("live");
const list = document.getElementById("strand");
const ties = new Ties(list, document.documentElement.lang);
const fold = new Fold();
fold.seed({ epoch, seq, floor, posts: ties.known() });

const arrivals = new Set();
let paused = false;
let held = new Set();

const live = new Live({
  address,
  query: { audience: "public", pace: "follow" },
  cursor: () => fold.cursor,
  onFrame: take,
  onState: showState,
}).start();

function take(frame) {
  const before = new Set(fold.posts.map((post) => post.id));
  const change = fold.apply(frame);
  if (change.whole) {
    if (fold.cursor) ties.keeping(() => ties.replaceAll(fold.posts));
    return;
  }
  // What was hidden goes at once, paused or not.
  ties.keeping(() => change.dropped.forEach((id) => ties.cut(id)));
  for (const id of change.dropped) {
    held.delete(id);
    arrivals.delete(id);
  }
  for (const id of change.put) if (!before.has(id)) arrivals.add(id);
  if (paused) change.put.forEach((id) => held.add(id));
  else tie(change.put);
  announce();
}

function tie(ids) {
  ties.keeping(() => {
    for (const id of ids) {
      const post = fold.get(id);
      if (post) ties.tie(post, arrivals.has(id));
    }
  });
}

/* --- saying so: politely, and not for every single post --- */

const button = document.getElementById("arrived");
const told = document.getElementById("told");
let tellLater = null;

function announce() {
  const n = arrivals.size;
  button.hidden = n === 0 || atNewest();
  button.textContent = fill(t.new_posts, { n });
  if (n && tellLater === null) {
    tellLater = setTimeout(() => {
      tellLater = null;
      if (arrivals.size) told.textContent = fill(t.new_posts, { n: arrivals.size });
    }, TELL_EVERY);
  }
  if (!paused && atNewest()) arrivals.clear();
}

function atNewest() {
  const end = ties.newest()?.getBoundingClientRect();
  return !end || (end.top < innerHeight && end.bottom > 0);
}

button.addEventListener("click", () => {
  if (paused) pause(false);
  ties.newest()?.scrollIntoView({ block: "center" });
  ties.newest()?.querySelector(".when")?.focus({ preventScroll: true });
  arrivals.clear();
  announce();
});
addEventListener("scroll", () => arrivals.size && !paused && atNewest() && (arrivals.clear(), announce()), { passive: true });

/* --- pausing, and how the line is --- */

const pulse = document.getElementById("pulse");
const pauser = document.getElementById("pause");
pauser.addEventListener("click", () => pause(!paused));

function pause(on) {
  paused = on;
  pauser.textContent = on ? t.go_on : t.pause;
  pauser.setAttribute("aria-pressed", String(on));
  if (!on) {
    tie(held);
    held = new Set();
  }
  showState(live.state);
}

function showState(state) {
  pulse.hidden = false;
  pulse.dataset.state = paused ? "paused" : state;
  const words = { live: t.live, badge: t.quiet_line, holding: t.lost_line };
  document.getElementById("pulse-state").textContent = paused ? t.paused : words[state];
}

// A picture that does not come shows its words instead of a torn corner.
document.addEventListener("error", ({ target }) => target instanceof HTMLImageElement && target.classList.add("torn"), true);

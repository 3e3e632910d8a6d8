// The strand page, live: posts are tied in at their place without moving what is being read. Works from what the server
// drew; where the script fails the page stays a page.

import { fill, read } from "./dom.js";
import { Fold } from "./fold.js";
import { walk } from "./keys.js";
import { Live } from "./live.js";
import { wear } from "./look.js";
import { belongs } from "./narrow.js";
import { since } from "./since.js";
import { Ties } from "./ties.js";
import "./post.js";

const TELL_EVERY = 10_000;

const t = read("strings");
const { address, epoch, seq, floor, ceiling, blind, narrow } = read("live");
const isWhole = !blind && !Object.values(narrow).some(Boolean); // everything that was said, not a part of it
const isOpen = ceiling === null; // it reaches to the newest
const list = document.getElementById("strand");
const ties = new Ties(list, document.documentElement.lang);
const fold = new Fold();
fold.seed({ epoch, seq, floor, posts: ties.known() });

const arrivals = new Set(); // tied in, and not seen yet
const elsewhere = new Set(); // said, and not for this page
let untold = 0;
let paused = false;
let held = new Set();

walk(list);
if (isWhole) since({ ties, address, t, isOpen, floor });

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
  if (change.event && fold.event) wear(fold.event);
  if (change.whole) {
    again();
    return;
  }
  // What was hidden goes at once, paused or not.
  ties.keeping(() => change.dropped.forEach((id) => ties.cut(id)));
  for (const id of change.dropped) for (const set of [held, arrivals, elsewhere]) set.delete(id);
  const here = [...change.put].filter((id) => place(fold.get(id), !before.has(id)));
  if (paused) here.forEach((id) => held.add(id));
  else tie(here);
  announce();
}

/** The log was begun anew, or we were away for too long: a snapshot holds the whole strand's newest, and no other page. */
function again() {
  if (!fold.cursor) return;
  if (isWhole && isOpen) ties.keeping(() => ties.replaceAll(fold.posts));
  else location.reload();
}

/** Whether it is to be drawn on this page; notes what is new, here or on the strand. */
function place(post, isNew) {
  const fits = belongs(post, { narrow, blind, ceiling });
  const wasHere = ties.has(post.id);
  if (fits === false && wasHere) ties.keeping(() => ties.cut(post.id));
  const draws = fits === true || (fits === null && wasHere);
  if (!isNew) return draws;
  if (draws) arrivals.add(post.id);
  else if (belongs(post, { narrow }) !== false) elsewhere.add(post.id);
  if (draws || elsewhere.has(post.id)) untold += 1;
  return draws;
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

function newPosts(n) {
  return n === 1 ? t.new_post : fill(t.new_posts, { n });
}

function announce() {
  if (isOpen && !blind && !paused && atNewest()) arrivals.clear();
  const n = (isOpen ? arrivals.size : 0) + elsewhere.size; // what came in between the posts of an earlier page is there to see
  button.hidden = n === 0;
  button.textContent = elsewhere.size ? fill(t.new_elsewhere, { n }) : newPosts(n);
  if (untold && tellLater === null) tellLater = setTimeout(tell, TELL_EVERY);
}

/** Also to whoever is at the newest: what came in there is seen, but not heard. */
function tell() {
  tellLater = null;
  if (!untold) return;
  const sentence = newPosts(untold);
  untold = 0;
  told.textContent = "";
  setTimeout(() => (told.textContent = sentence), 100); // the same words again are only heard as a change
}

function atNewest() {
  const end = ties.newest()?.getBoundingClientRect();
  return !end || (end.top < innerHeight && end.bottom > 0);
}

button.addEventListener("click", (click) => {
  if (elsewhere.size) return; // a link to the strand
  click.preventDefault();
  if (paused) pause(false);
  ties.newest()?.scrollIntoView({ block: "center" });
  ties.newest()?.querySelector(".when")?.focus({ preventScroll: true });
  arrivals.clear();
  announce();
});
addEventListener("scroll", () => arrivals.size && !paused && atNewest() && announce(), { passive: true });

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

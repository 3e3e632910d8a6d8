// The projector, mode strand: fed only by the socket. Shows the strand while it hears the server; a badge after 12 s of
// silence; the holding card after 30 s, before the first word, and at once where the event is frozen. Dark where it is blank,
// and where Esc was held here (dark.js).

import { Dark } from "./dark.js";
import { read } from "./dom.js";
import { Fold } from "./fold.js";
import { Live } from "./live.js";
import { wear } from "./look.js";
import { Programme } from "./now.js";
import { Voices } from "./voices.js";
import "./post.js";

const t = read("strings");
const { address, audience, screen } = read("live");
const part = (id) => document.getElementById(id);
const voices = new Voices(part("voices"), part("shore"), t);
const fold = new Fold({ keep: 200 });
let event = read("event");
const programme = new Programme(part("now"), part("say"), `/${event.slug}/sessions.json`, t);
const dark = new Dark(part("dark"), t);
let arrived = false;
let waiting = false;

const live = new Live({
  address,
  query: { audience, screen, pace: "wall" },
  cursor: () => fold.cursor,
  onFrame: take,
  onState: showState,
}).start();

function take(frame) {
  const known = new Set(fold.posts.map((post) => post.id));
  const change = fold.apply(frame);
  const beat = frame.messages?.find((message) => message.type === "heartbeat");
  if (beat) setClock(beat.now);
  if (change.event && fold.event) ({ event } = fold);
  if (change.event) wear(event);
  if (change.event) programme.load();
  // What is hidden, and a freeze, goes before anything else is thought of, and without motion.
  if (change.whole || change.dropped.size || change.event) paint(false, Boolean(change.event));
  else if (change.put.size) {
    arrived ||= [...change.put].some((id) => !known.has(id));
    soon();
  } else if (!waiting) live.painted(fold.cursor, { again: Boolean(beat) });
}

/** Many posts in one moment are one movement. A page in the background has no frames to wait for, so a timer helps. */
function soon() {
  if (waiting) return;
  waiting = true;
  const once = () => waiting && paint(arrived);
  requestAnimationFrame(once);
  setTimeout(once, 150);
}

function paint(moving, atOnce = false) {
  waiting = false;
  arrived = false;
  showState(live.state); // before the words: only what is laid out can be measured
  voices.show(fold.posts, moving && !resting());
  part("first-word").hidden = fold.cursor === null || fold.posts.length > 0 || event.state === "archived";
  const { cursor } = fold;
  const done = () => live.painted(cursor, { atOnce });
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 200);
}

function resting() {
  return live.state === "holding" || fold.cursor === null || event.frozen || event.blank;
}

function showState(state) {
  const rest = resting();
  const was = part("stage").hidden;
  dark.toldBy(event.blank);
  part("stage").hidden = rest;
  part("holding").hidden = !rest;
  part("badge").textContent = state === "badge" && !rest ? t.no_word : "";
  part("why-resting").textContent = event.frozen ? t.paused_wall : t.goes_on;
  part("title").textContent = event.title;
  if (was && !rest) voices.refit();
}

/* The clock is the server's: the machine behind a projector is often wrong. */
let ahead = null;

function setClock(now) {
  const at = Date.parse(now);
  if (Number.isNaN(at)) return;
  ahead = at - performance.now();
  tick();
}

function tick() {
  if (ahead === null) return;
  const now = new Date(performance.now() + ahead);
  if (!resting()) programme.show(now.getTime());
  let shown;
  try {
    shown = now.toLocaleTimeString("de", { hour: "2-digit", minute: "2-digit", timeZone: event.time_zone });
  } catch {
    return; // a time zone this browser does not know: no clock rather than a wrong one
  }
  const clock = part("clock");
  if (clock.textContent !== shown) clock.textContent = shown;
}
setInterval(tick, 1_000);

addEventListener("contextmenu", (press) => press.preventDefault());

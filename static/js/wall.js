// The projector: fed only by the socket. Shows its mode while it hears the server; a badge after 12 s of silence; the
// holding card after 30 s, before the first word, and at once where the event is frozen. Dark where it is blank, and where
// Esc was held here (dark.js). Modes are drawn by wall/stage.js; this file hears, remembers, and says when.

import { Dark } from "./dark.js";
import { read } from "./dom.js";
import { Fold } from "./fold.js";
import { Live } from "./live.js";
import { wear } from "./look.js";
import { Doubts } from "./wall/doubts.js";
import { Screen } from "./wall/screen.js";
import { Sessions } from "./wall/sessions.js";
import { Stage } from "./wall/stage.js";
import * as survival from "./wall/survival.js";
import { Troubles, watch } from "./wall/troubles.js";
import "./post.js";

const PATIENCE = 8_000;
const { address, audience, screen: name } = read("live");
const part = (id) => document.getElementById(id);
const fold = new Fold({ keep: 200 });
const still = matchMedia("(prefers-reduced-motion: reduce)");
const begun = survival.begun({ event: read("event"), screen: read("screen") });
const troubles = new Troubles((word) => live.say(word));
let { event } = begun;
let ahead = null; // the clock is the server's: the machine behind a projector is often wrong
let arrived = false;
let waiting = false;

/** What every mode may know. */
const wall = {
  t: read("strings"),
  base: `/${event.slug}`,
  get event() { return event; },
  get posts() { return fold.posts; },
  get: (id) => fold.get(id),
  get screen() { return screen.state; },
  get room() { return screen.state.room; },
  get sessions() { return sessions.rows; },
  moment: () => (ahead === null ? begun.moment() : performance.now() + ahead),
  get still() { return still.matches; },
  get upright() { return part("wall").clientHeight > part("wall").clientWidth; },
  get unit() {
    const { clientWidth: width, clientHeight: height } = part("wall");
    return height > width ? Math.min(width / 1080, height / 1920) : Math.min(width / 1920, height / 1080);
  },
  ask,
  trouble: troubles.note,
  get spotlight() { return (event.spotlight && fold.get(event.spotlight)) || null; },
  get pinned() { return (event.pins ?? []).map((id) => fold.get(id)).filter(Boolean); },
};

const asked = `?screen=${encodeURIComponent(name)}`;
const screen = new Screen(begun.screen, () => ask(`/wall/screen.json${asked}`), () => paint(false));
const sessions = new Sessions(() => ask("/sessions.json"), () => tick());
sessions.rows = begun.sessions;
const stage = new Stage(part("stage"), wall);
const dark = new Dark(part("dark"), wall.t);
const live = new Live({
  address,
  query: { audience, screen: name, pace: "wall" },
  cursor: () => fold.cursor,
  onFrame: take,
  onState: showState,
  onTrouble: troubles.note,
});
const doubts = new Doubts({ trouble: troubles.note, anew: () => live.anew() });
wear(event);
watch(troubles, wall, part("stage"));
live.start();
survival.begin(wall, { resting: () => part("stage").hidden, live: () => live.state === "live" });

/** JSON of our own house, or null. Never throws. */
async function ask(path) {
  try {
    const answer = await fetch(`/${event.slug}${path}`, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
    // Whoever else answers in our name, a hotel's network say, is not read.
    return answer.ok && answer.headers.has("x-strand") ? await answer.json() : null;
  } catch {
    return null;
  }
}

function take(told) {
  const frame = doubts.hear(told, fold);
  const known = new Set(fold.posts.map((post) => post.id));
  const change = fold.apply(frame);
  const said = (type) => frame.messages?.find((message) => message.type === type);
  const beat = said("heartbeat");
  if (beat) setClock(beat.now);
  if (change.event && fold.event) ({ event } = fold);
  if (change.event) wear(event);
  if (change.event) sessions.load();
  if (change.whole || said("screen")?.name === name) screen.load();
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
  showState(live.state, moving);
  const { cursor } = fold;
  const done = () => live.painted(cursor, { atOnce });
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 200);
}

function resting() {
  return live.state === "holding" || fold.cursor === null || event.frozen || event.blank || screen.state.mode === "holding";
}

function showState(state, moving = false) {
  const rest = resting();
  dark.toldBy(event.blank);
  part("stage").hidden = rest; // before the words: only what is laid out can be measured
  if (rest) stage.clear();
  else stage.show(screen.state.mode, { moving });
  const fallen = rest || stage.name === null;
  part("stage").hidden = fallen;
  part("holding").hidden = !fallen;
  part("badge").textContent = state === "badge" && !fallen ? wall.t.no_word : "";
  part("why-resting").textContent = event.frozen ? wall.t.paused_wall : wall.t.goes_on;
  shows("title", event.title);
  tell();
}

/** What the shell knows is written wherever a mode has a place for it: data-shows="title", "clock". */
function shows(what, words) {
  for (const place of document.querySelectorAll(`[data-shows=${what}]`)) if (place.textContent !== words) place.textContent = words;
}

function setClock(now) {
  const at = Date.parse(now);
  if (Number.isNaN(at)) return;
  ahead = at - performance.now();
  tick();
}

function tell() {
  const moment = wall.moment();
  if (moment === null) return;
  try {
    shows("clock", new Date(moment).toLocaleTimeString("de", { hour: "2-digit", minute: "2-digit", timeZone: event.time_zone }));
  } catch {
    // a time zone this browser does not know: no clock rather than a wrong one
  }
}

function tick() {
  sessions.tick();
  showState(live.state);
}
setInterval(tick, 1_000);

addEventListener("contextmenu", (press) => press.preventDefault());

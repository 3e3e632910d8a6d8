// The projector: fed only by the socket. Shows its mode while it hears the server; a badge after 12 s of silence; the
// holding card after 30 s, before the first word, and at once where the event is frozen. Dark where it is blank, and where
// Esc was held here (dark.js). Modes are drawn by wall/stage.js; this file hears, remembers, and says when.

import { Airtime } from "./airtime.js";
import { Dark } from "./dark.js";
import { read } from "./dom.js";
import { Fold } from "./fold.js";
import { Live } from "./live.js";
import { wear } from "./look.js";
import { Threads, partsOf } from "./threads.js";
import { ask as asked } from "./wall/ask.js";
import { Beyond } from "./wall/beyond.js";
import { care } from "./wall/care.js";
import { Doings } from "./wall/doings.js";
import { Due } from "./wall/due.js";
import { Doubts } from "./wall/doubts.js";
import { dress } from "./wall/look.js";
import { Pause } from "./wall/pause.js";
import { chosen, clock, liveliness } from "./wall/programme.js";
import { Screen } from "./wall/screen.js";
import { Sessions } from "./wall/sessions.js";
import { Signs } from "./wall/signs.js";
import { Stage } from "./wall/stage.js";
import * as survival from "./wall/survival.js";
import { Troubles, watch } from "./wall/troubles.js";
import "./post.js";

const COUNT_AGAIN = 60_000; // how often the server is asked what everybody had of this screen
const { address, audience, screen: name } = read("live");
const part = (id) => document.getElementById(id);
const fold = new Fold({ keep: 200 });
const threads = new Threads();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const begun = survival.begun({ event: read("event"), screen: read("screen") });
const troubles = new Troubles((word) => live.say(word));
let { event } = begun;
let ahead = null; // the clock is the server's: the machine behind a projector is often wrong
let arrived = false;
let waiting = false;
let choice = null; // which mode is up, and its step: programme.js
let lively = "";
let noted = { at: performance.now(), posts: [] };

/** What every mode may know. */
const wall = {
  t: read("strings"),
  base: `/${event.slug}`,
  get event() { return event; },
  get posts() { return threads.posts; },
  get: (id) => threads.get(id) ?? fold.get(id) ?? beyond.get(id) ?? airtime.get(id),
  get seq() { return fold.seq; },
  get gone() { return beyond.gone; },
  fresh: (told, posts) => beyond.fresh(told, posts),
  airtime: new Airtime(),
  get paused() { return pause.on; },
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
  ask: (path) => asked(`/${event.slug}${path}`),
  trouble: troubles.note,
  get spotlight() { return (event.spotlight && wall.get(event.spotlight)) || null; },
  get pinned() { return (event.pins ?? []).map(wall.get).filter(Boolean); },
};

const { airtime, ask } = wall;
const mine = new URLSearchParams(location.search); // with its theme and mode, where the address says one
mine.set("screen", name);
const screen = new Screen(begun.screen, () => ask(`/wall/screen.json?${mine}`), changed);
const sessions = new Sessions(() => ask("/sessions.json"), () => tick());
sessions.rows = begun.sessions;
const beyond = new Beyond((ids) => ask(`/wall/posts.json?screen=${encodeURIComponent(name)}&ids=${ids}`), () => paint(false));
const stage = new Stage(part("stage"), wall);
const due = new Due(part("due"), wall);
const dark = new Dark(part("dark"), wall.t);
const signs = new Signs(part, wall.t);
const pause = new Pause(() => screen.state.paused, () => paint(false));
const doings = new Doings((word) => live.say(word), { named: Boolean(name) });
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
if (begun.screen) dress(part("wall"), screen.state, wall.upright);
care(part("wall"));
watch(troubles, wall, part("stage"));
live.start();
survival.begin(wall, { resting: () => part("stage").hidden, live: () => live.state === "live", lines: () => live.lines });

/** This screen is to show something else. A page of another audience may hold what it must not: it begins anew. */
function changed() {
  if (screen.state.audience !== audience) location.reload();
  if (ahead === null && screen.state.now) setClock(screen.state.now);
  dress(part("wall"), screen.state, wall.upright);
  paint(false);
}

function take(told) {
  const frame = doubts.hear(told, fold);
  const known = new Set(fold.posts.map((post) => post.id));
  const change = fold.apply(frame);
  threads.fold(fold.posts); // first: a thread must not hold what was dropped just now
  if (change.whole) airtime.restart();
  beyond.hear(frame);
  for (const message of frame.messages ?? []) count(message);
  const said = (type) => frame.messages?.find((message) => message.type === type);
  const beat = said("heartbeat");
  if (beat) setClock(beat.now);
  if (change.event && fold.event) ({ event } = fold);
  if (change.event) wear(event);
  if (change.event) sessions.load();
  if (change.whole) begin();
  else if (frame.messages?.some((message) => message.type === "screen" && isOurs(message.name))) screen.load();
  if (change.event) beyond.want([event.spotlight, ...(event.pins ?? [])].filter(Boolean), (id) => Boolean(fold.get(id)));
  // What is hidden, and a freeze, goes before anything else is thought of, and without motion; also what came by another way
  // than the socket: a pin, a first post, a name.
  if (change.whole || said("drop") || change.dropped.size || change.event) paint(false, Boolean(change.event));
  else if (change.put.size) {
    arrived ||= [...change.put].some((id) => !known.has(id));
    soon();
  } else if (!waiting) live.painted(fold.cursor, { again: Boolean(beat) });
}

/** A word to no screen by name is one to all of them. */
function isOurs(named) {
  return named === null || named === name;
}

/** A snapshot: all that is asked beside the socket is asked anew. */
function begin() {
  doings.again();
  screen.load();
  recount();
}

function count({ type, id, post }) {
  if (type === "drop") airtime.forget(id);
  if (type === "put") airtime.replace(post);
}

async function recount() {
  const told = await ask(`/wall/airtime.json?screen=${encodeURIComponent(name)}`);
  if (told) airtime.know({ ...told, firsts: beyond.fresh(told, told.firsts) }, performance.now());
}

/** What was legible since the last look is counted, and told. */
function note(ids) {
  const now = performance.now();
  const seconds = Math.min(2, (now - noted.at) / 1_000); // a machine that slept showed nothing
  airtime.note(noted.posts.filter(({ id }) => wall.get(id)), seconds);
  const seen = document.visibilityState === "visible" && part("dark").hidden ? ids : [];
  noted = { at: now, posts: seen.map(wall.get).filter(Boolean) };
  doings.show(noted.posts.flatMap(partsOf));
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
  return live.state === "holding" || fold.cursor === null || event.frozen || event.blank || choice?.mode === "holding";
}

function choose() {
  const moment = wall.moment();
  lively = liveliness(fold.posts, moment, lively);
  const now = { moment, sessions: sessions.rows, lively, spotlight: wall.spotlight, zone: event.time_zone };
  choice = chosen(screen.state, now, choice, (mode) => stage.worth(mode));
}

/** `moving`: something arrived. `turning`: nothing happened, and time went on. Else what must go goes, and nothing moves. */
function showState(state, moving = false, turning = false) {
  choose();
  if (fold.cursor !== null) airtime.hear(wall.posts, performance.now());
  const rest = resting();
  dark.toldBy(event.blank);
  part("stage").hidden = rest; // before the words: only what is laid out can be measured
  if (rest) stage.clear();
  else stage.show(choice.mode, { moving, turning });
  const fallen = rest || stage.name === null;
  part("stage").hidden = fallen;
  part("holding").hidden = !fallen;
  if (fallen) due.show();
  part("why-resting").textContent = event.frozen ? wall.t.paused_wall : wall.t.goes_on;
  note(stage.shown);
  tell(state, fallen);
}

function tell(state, fallen) {
  const now = airtime.waiting(performance.now());
  const { kept, firsts, wait } = now;
  doings.do({ mode: fallen ? "holding" : stage.name, kept, firsts, wait });
  signs.show({ ...now, silent: state === "badge" && !fallen, paused: pause.on && !fallen, late: now.late && !fallen });
  shows("title", event.title);
  shows("clock", clock(wall.moment(), event.time_zone)); // a zone this browser does not know: no clock rather than a wrong one
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

function tick() {
  sessions.tick();
  showState(live.state, false, true);
}
tick(); // what was dark or frozen when this page was left is so before the first word
setInterval(tick, 1_000);
setInterval(recount, COUNT_AGAIN);
addEventListener("resize", () => dress(part("wall"), screen.state, wall.upright));

// How a wall outlives its network and its house: the last safe state is kept, the shell is kept whole, and a house that was
// updated reaches the screen at a calm moment, by itself. Where there is no worker (plain http) only the first and the last.

import { Shell, buildOf } from "./shell.js";

const EVERY = 2_000;
const KEEP_AGAIN = 60_000;
const ASK_AGAIN = 600_000; // whether the house is still the one this page is of
const SPREAD = 10_000; // all walls of a house come back at once; they need not ask at once
const FIRST = 2_000;
const CALM = 15_000; // nothing new for so long
const PATIENCE = 300_000; // then a moment that is not calm is taken too
const NOT_TWICE = 600_000; // one reload for one build
const TOLD_AHEAD = 12 * 3_600_000; // so far the programme reaches

const here = () => location.pathname + location.search;
const slot = () => `strand-wall ${here()}`;
const MINE = buildOf(import.meta.url);

/** What a page begins with: its own words, or those kept since where it is a kept one. Never a post. */
export function begun({ event, screen }) {
  const kept = recall();
  const page = { event, screen, sessions: kept?.sessions ?? [], moment: kept?.moment ?? (() => null) };
  const older = kept !== null && !(Date.parse(screen?.now) > kept.at);
  return older ? { ...page, event: { ...event, ...kept.event }, screen: kept.screen } : page;
}

/** What was so when this screen last heard of us: {event, screen, sessions, at, moment()}, or null. */
function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(slot()));
    if (!kept?.event || !kept.screen || !Array.isArray(kept.sessions)) return null;
    return { ...kept, moment: () => momentBy(kept, Date.now()) };
  } catch {
    return null; // nothing kept, or a browser that keeps nothing
  }
}

/** The server's time by this machine's clock, which may be wrong but not by another amount than before. Null: who knows. */
export function momentBy({ at, ahead }, clock) {
  const moment = clock + ahead;
  return moment >= at && moment - at < TOLD_AHEAD ? moment : null;
}

/**
 * `resting()`: nothing is on this screen but the card, or nothing at all · `live()`: whether we hear the server
 * `lines()`: how many connections told us something; each may be to a house that was updated meanwhile
 */
export function begin(wall, { resting, live, lines, shell = new Shell() }) {
  const now = performance.now();
  const state = { kept: "", keptAt: now, newest: null, changed: now, due: Infinity, lines: 0, wanted: null, since: now };
  if (secure()) register(wall);
  const look = () => {
    keep(state, wall, live());
    attend(state, wall, lines());
    if (state.due <= performance.now() && live()) ask(state, wall, shell);
    if (state.wanted && isCalm(state, wall, resting())) goOn(state, shell);
  };
  return setInterval(look, EVERY);
}

function secure() {
  return globalThis.isSecureContext && "serviceWorker" in navigator;
}

async function register(wall) {
  try {
    await navigator.serviceWorker.register(workerOf(wall.base), { scope: `${wall.base}/wall`, updateViaCache: "none" });
    await navigator.storage?.persist?.();
  } catch (error) {
    wall.trouble("storage", `no service worker: ${error.name}`);
  }
}

/** The one policy of the house: an address becomes a script's only if it is this one. */
function workerOf(base) {
  const address = `${base}/wall/worker.js`;
  const createScriptURL = (given) => {
    if (given !== address) throw new TypeError("only the wall's worker");
    return given;
  };
  return globalThis.trustedTypes ? trustedTypes.createPolicy("strand-worker", { createScriptURL }).createScriptURL(address) : address;
}

function keep(state, wall, live) {
  const moment = wall.moment();
  if (!live || moment === null) return;
  const { event, screen, sessions } = wall;
  const safe = { event: { ...event, spotlight: null, pins: [] }, screen, sessions };
  const words = JSON.stringify(safe);
  if (words === state.kept && performance.now() - state.keptAt < KEEP_AGAIN) return;
  Object.assign(state, { kept: words, keptAt: performance.now() });
  try {
    localStorage.setItem(slot(), JSON.stringify({ ...safe, at: moment, ahead: moment - Date.now() }));
  } catch (error) {
    wall.trouble("storage", `nothing can be kept: ${error.name}`);
  }
}

/** When something new last came, and whether the line is another. */
function attend(state, wall, lines) {
  const newest = wall.posts.at(-1)?.id ?? null;
  if (newest !== state.newest) Object.assign(state, { newest, changed: performance.now() });
  if (lines === state.lines) return;
  state.due = performance.now() + (state.lines ? Math.random() * SPREAD : FIRST);
  state.lines = lines;
}

async function ask(state, wall, shell) {
  state.due = performance.now() + ASK_AGAIN;
  try {
    const build = await shell.renew(here());
    if (build === null) state.due = performance.now() + ASK_AGAIN / 10;
    state.wanted = build === null || build === MINE || justDone(build) ? null : build;
    state.since = performance.now();
  } catch (error) {
    wall.trouble("storage", `the shell cannot be kept: ${error.name}`);
  }
}

function isCalm(state, wall, resting) {
  if (resting) return true;
  if (wall.spotlight) return false;
  const now = performance.now();
  return now - state.changed > CALM || now - state.since > PATIENCE;
}

/** Once more, because a page that is left while the network goes would be a browser's own page on the wall. */
async function goOn(state, shell) {
  const { wanted } = state;
  state.wanted = null;
  if ((await shell.renew(here())) !== wanted) return;
  try {
    sessionStorage.setItem("strand-wall-build", JSON.stringify([wanted, Date.now()]));
  } catch {
    return; // without a memory of it this could be done for ever
  }
  location.reload();
}

function justDone(build) {
  try {
    const [done, at] = JSON.parse(sessionStorage.getItem("strand-wall-build")) ?? [];
    return done === build && Math.abs(Date.now() - at) < NOT_TWICE;
  } catch {
    return false;
  }
}

// Which mode is up: spotlight, quiet windows, what the desk says, then the screen's own mode or its programme of steps.
// Pure: the moment, the talks and how lively it is are passed in, and what was chosen before.

const QUIET = { enter: 3, leave: 5 }; // posts in ten minutes: fewer than 3 is quiet, until there are 5
const BUSY = { enter: 41, leave: 30 };
const LIVELY = 600_000;
const LEAST = 5; // seconds of a step, whatever somebody typed
const MOST = 3_600;

/**
 * screen: its state (screen.js) · now: {moment, sessions, lively, spotlight, zone} · was: what this said last, or null
 * worth(mode): whether a mode has anything to show; a programme does not stop at one that has nothing.
 * Says {mode, step, since}: since when the step is up, in the server's milliseconds.
 */
export function chosen(screen, now, was = null, worth = () => true) {
  const { mode } = screen;
  // A picture for a stream shows both in its own form: nothing may cover the stage.
  if (mode !== "overlay") {
    if (now.spotlight) return { mode: "voice", step: null, since: null };
    if (within(screen.quiet, now.moment)) return { mode: "now", step: null, since: null };
    if (inForce(screen.says, now.moment)) return { mode: "says", step: null, since: null };
  }
  if (mode === "programme") return stepOf(screen, now, was, worth);
  return { mode: mode === "says" ? "strand" : mode, step: null, since: null };
}

/** Whether something is said just now. An end that nobody can read is no end. */
export function inForce(says, moment) {
  if (!says?.words) return false;
  return !says.until || moment === null || !(Date.parse(says.until) <= moment);
}

export function within(windows, moment) {
  return moment !== null && (windows ?? []).some(({ from, to }) => Date.parse(from) <= moment && moment < Date.parse(to));
}

function stepOf(screen, now, was, worth) {
  const steps = screen.programme ?? [];
  const fits = (step) => step.mode !== "programme" && fitting(step, screen, now) && (step.mode === "says" ? false : worth(step.mode));
  // The same step goes on until its seconds are over, also where the programme came anew in the same words.
  const at = was?.step ? steps.findIndex((step) => JSON.stringify(step) === JSON.stringify(was.step)) : -1;
  if (at >= 0 && fits(steps[at]) && !over(was, now.moment)) return { mode: steps[at].mode, step: steps[at], since: was.since };
  const turn = [...steps.slice(at + 1), ...steps.slice(0, at + 1)];
  const next = turn.find(fits);
  return next ? { mode: next.mode, step: next, since: now.moment } : { mode: "strand", step: null, since: null };
}

function over({ step, since }, moment) {
  if (moment === null || since === null) return false;
  const seconds = Math.min(MOST, Math.max(LEAST, Number(step.seconds) || 60));
  return moment - since >= seconds * 1_000 || moment < since;
}

/** Whether all that a step asks for is so. */
function fitting({ when = {} }, { room }, { moment, sessions = [], lively, zone }) {
  const { talk, from, to } = when ?? {};
  if (when?.lively && when.lively !== lively) return false;
  if (typeof talk === "boolean" && talk !== running(sessions, room, moment)) return false;
  return !from || !to || duringDay(from, to, moment, zone);
}

function running(sessions, room, moment) {
  return sessions.some((one) => (!room || one.room === room) && within([{ from: one.starts_at, to: one.ends_at }], moment));
}

/** By the clock of the event; a window may go over midnight. A zone that this browser does not know never fits. */
function duringDay(from, to, moment, zone) {
  const at = clock(moment, zone);
  if (!at) return false;
  return from <= to ? from <= at && at < to : at >= from || at < to;
}

export function clock(moment, zone) {
  if (moment === null) return "";
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(moment);
  } catch {
    return "";
  }
}

/** How lively it is: "quiet", "busy" or "", by the posts of the last ten minutes. `was`: what it was; it does not flutter. */
export function liveliness(posts, moment, was = "") {
  if (moment === null) return was;
  let came = 0;
  for (let i = posts.length - 1; i >= 0 && came < BUSY.enter; i -= 1) if (moment - Date.parse(posts[i].at) < LIVELY) came += 1;
  if (came < (was === "quiet" ? QUIET.leave : QUIET.enter)) return "quiet";
  return came >= (was === "busy" ? BUSY.leave : BUSY.enter) ? "busy" : "";
}

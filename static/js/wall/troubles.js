// What goes wrong on a screen and is seen by nobody in the hall: noted, and told to the desk when there is a line.
// Knows what a broken picture, a mistake of ours and a clock that is wrong look like; the rest tells it by `note`.

import { legible } from "./legible.js";

const MOST = 15; // a minute; the server takes 20
const WAITING = 20; // while there is no line the newest are kept
const SAME = 600_000; // the same again is no news for ten minutes
const WORDS = 120;
const MINUTE = 60_000;
const WRONG = 120_000; // a clock that is so far off

export class Troubles {
  #say;
  #clock;
  #waiting = [];
  #told = [];
  #known = new Map();

  /** say(word): hands it to the socket, false where there is none */
  constructor(say, clock = () => performance.now()) {
    this.#say = say;
    this.#clock = clock;
  }

  note = (kind, words = "", post = null) => {
    const now = this.#clock();
    const trouble = { kind, post: Number.isInteger(post) ? post : null, words: String(words).slice(0, WORDS) };
    const key = JSON.stringify(trouble);
    if (now - (this.#known.get(key) ?? -Infinity) < SAME) return;
    for (const [old, at] of this.#known) if (now - at >= SAME) this.#known.delete(old);
    this.#known.set(key, now);
    this.#waiting = [...this.#waiting, trouble].slice(-WAITING);
    this.flush();
  };

  /** Tell what waits, as far as may be told now. */
  flush() {
    const now = this.#clock();
    this.#told = this.#told.filter((at) => now - at < MINUTE);
    while (this.#waiting.length && this.#told.length < MOST) {
      if (this.#say({ trouble: this.#waiting[0] }) === false) return;
      this.#waiting.shift();
      this.#told.push(now);
    }
  }
}

/** Listen for what a page can notice by itself. `wall`: moment(); `stage`: where modes draw. */
export function watch(troubles, wall, stage) {
  stage.addEventListener("error", ({ target }) => lost(troubles, target), true);
  stage.addEventListener("load", ({ target }) => target.matches?.("img[data-lost]") && found(target), true);
  addEventListener("error", ({ error, message }) => message && troubles.note("script", String(error ?? message)));
  addEventListener("unhandledrejection", ({ reason }) => troubles.note("script", String(reason)));
  addEventListener("securitypolicyviolation", ({ effectiveDirective }) => troubles.note("script", `refused: ${effectiveDirective}`));
  setInterval(() => look(troubles, wall), MINUTE / 12);
}

/** Whoever drew the picture takes it away; where they did not, at least no broken frame is seen. */
function lost(troubles, target) {
  if (!(target instanceof HTMLImageElement) && !(target instanceof HTMLMediaElement)) return;
  const post = target.closest("[data-id]")?.dataset.id;
  troubles.note("picture", "did not come, or is no picture", post ? Number(post) : null);
  if (target.matches("img.emoji")) {
    setTimeout(() => target.replaceWith(target.alt)); // whoever drew it has the first say: they may set the words anew
    return;
  }
  target.hidden = true;
  target.dataset.lost = "";
}

function found(image) {
  image.hidden = false;
  delete image.dataset.lost;
}

function look(troubles, wall) {
  troubles.flush();
  const moment = wall.moment();
  const off = moment === null ? 0 : Date.now() - moment;
  // By the quarter of an hour, or a clock that drifts would be news again and again.
  if (Math.abs(off) > WRONG) troubles.note("clock", `this machine's clock is ${told(off)}`);
  if (!legible(document)) troubles.note("theme", "the event's colours could not be read here and were left out");
}

function told(off) {
  const minutes = Math.max(2, Math.round(Math.abs(off) / 900_000) * 15);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min ${off > 0 ? "fast" : "slow"}`;
}

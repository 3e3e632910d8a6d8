// What is on now and what comes next, in the sea beside the strand. Several rooms take turns. Worked out here, by the
// server's clock.

import { fill, make } from "./dom.js";

const TURN = 15_000; // each room's talk stays so long
const SOON = 3 * 3_600_000; // what comes later than that is nothing to wait for in a hall

export class Now {
  #place;
  #below;
  #t;
  #shown = "";

  /** `below`: what must not be covered; where there is too little room, the next talk goes first. */
  constructor(place, below, t) {
    this.#place = place;
    this.#below = below;
    this.#t = t;
  }

  /** `now`: the server's time, in milliseconds. */
  show(sessions, now) {
    const on = sessions.filter((one) => Date.parse(one.starts_at) <= now && now < Date.parse(one.ends_at));
    const later = sessions.filter((one) => now < Date.parse(one.starts_at) && Date.parse(one.starts_at) - now < SOON);
    const next = later.filter((one) => one.starts_at === later[0].starts_at);
    const turn = Math.floor(now / TURN);
    const chosen = [on[turn % on.length], next[turn % next.length]];
    const state = JSON.stringify(chosen);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#draw(...chosen);
  }

  /** Another screen: what there is room for is worked out anew. */
  refit() {
    this.#shown = "";
  }

  #draw(on, next) {
    const { now_in, now } = this.#t;
    this.#place.replaceChildren(
      ...(on ? [talk("now", on.room ? fill(now_in, on) : now, on.title)] : []),
      ...(next ? [talk("next", next.time, next.title)] : []),
    );
    this.#place.hidden = !on && !next;
    this.#fit();
  }

  /** Only what has room: what is on matters more than what comes. */
  #fit() {
    if (this.#place.hidden || this.#isBeside()) return;
    const next = this.#place.children.length > 1 ? this.#place.lastElementChild : null;
    const over = () => box(this.#place).bottom > box(this.#below).top;
    delete this.#place.dataset.tight;
    if (over()) this.#place.dataset.tight = "next";
    if (over()) next?.remove();
    if (over()) this.#place.dataset.tight = "now";
  }

  #isBeside() {
    const [here, there] = [box(this.#place), box(this.#below)];
    return there.left > here.right || there.right < here.left;
  }
}

/** Where an element lies in its mode, also on a wall that is turned. */
function box(element) {
  let [left, top] = [0, 0];
  for (let one = element; one && !one.classList.contains("mode"); one = one.offsetParent) {
    left += one.offsetLeft;
    top += one.offsetTop;
  }
  return { left, top, right: left + element.offsetWidth, bottom: top + element.offsetHeight };
}

function talk(kind, label, title) {
  return make("p", { class: "talk", "data-kind": kind }, make("small", {}, label), " ", make("b", {}, make("bdi", {}, title)));
}

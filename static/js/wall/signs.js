// The small signs at the foot of a wall: no word from the server, paused and how many wait, first posts that wait too long.

import { fill } from "../dom.js";

export class Signs {
  #badge;
  #paused;
  #firsts;
  #t;

  constructor(part, t) {
    [this.#badge, this.#paused, this.#firsts] = [part("badge"), part("paused"), part("firsts")];
    this.#t = t;
  }

  /** silent: no word for a while · paused · kept: how many wait · firsts, wait, late: as Airtime.waiting says */
  show({ silent, paused, kept, firsts, wait, late }) {
    const t = this.#t;
    write(this.#badge, silent ? t.no_word : "");
    write(this.#paused, !paused ? "" : fill(kept ? t.paused_more : t.paused_none, { n: kept }));
    write(this.#firsts, late ? fill(t.firsts_wait, { n: firsts, minutes: Math.ceil(wait / 60) }) : "");
  }
}

function write(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}

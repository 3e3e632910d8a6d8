// The sponsors' own quiet place: a row of logos at the foot of the strand. Where there are more than fit they take turns.

import { make } from "../dom.js";

const TURN = 20_000;

export class Sponsors {
  #place;
  #wall;
  #shown = "";
  #broken = new Set();
  #stop = new AbortController();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    place.addEventListener("error", ({ target }) => this.#lost(target), { capture: true, signal: this.#stop.signal });
  }

  /** Whether there is anything to show; then it is shown. */
  show() {
    const { look, sponsors } = this.#wall.screen;
    const logos = look.sponsors === false ? [] : sponsors.filter(({ src }) => src && !this.#broken.has(src));
    const room = this.#wall.upright ? 3 : 5;
    const turn = Math.floor(performance.now() / TURN) % Math.max(1, Math.ceil(logos.length / room));
    const now = logos.slice(turn * room, turn * room + room);
    const word = JSON.stringify(now);
    if (word !== this.#shown) this.#draw(now);
    this.#shown = word;
    return logos.length > 0;
  }

  end() {
    this.#stop.abort();
    this.#place.replaceChildren();
  }

  #draw(logos) {
    this.#place.hidden = logos.length === 0;
    this.#place.replaceChildren(
      make("small", {}, this.#wall.t.with_thanks),
      ...logos.map(({ name, src }) => make("img", { src, alt: name })),
    );
  }

  #lost(image) {
    this.#broken.add(image.getAttribute("src"));
    image.remove();
  }
}

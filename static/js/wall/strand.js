// The mode strand: voices on the line in the order they were said, what is on beside it, and the way to the form. Who is on
// is the airtime's to say, where they stand is said by slots.js. Its section is in the page.

import { Now } from "../now.js";
import { Voices } from "../voices.js";
import { leastSize } from "./look.js";
import { slotsOf } from "./slots.js";
import { Sponsors } from "./sponsors.js";

const CALM = 4.6; // seconds between two changes: an arrival's second and a bit, then eight to read
const FOOT = 92; // units that the sponsors' place takes
const PINS = 2; // of six; the rest is for everybody

export class Strand {
  #place;
  #wall;
  #voices;
  #now;
  #sponsors;
  #first;
  #slots = 0;
  #arranged = "";
  #stop = new AbortController();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    const part = (id) => place.querySelector(`#${id}`);
    this.#voices = new Voices(part("voices"), part("shore"), wall);
    this.#now = new Now(part("now"), part("say"), wall.t);
    this.#sponsors = new Sponsors(part("sponsors"), wall);
    this.#first = part("first-word");
    wall.airtime.begin();
    addEventListener("resize", () => this.#arrange(true), { signal: this.#stop.signal });
  }

  show({ moving = false, turning = false }) {
    this.#arrange();
    const { posts, paused, event } = this.#wall;
    const next = this.#next(moving || turning, paused);
    const came = next.some(({ id }) => !this.#voices.ids.includes(id));
    this.#voices.show(next, came && (moving || turning));
    this.#first.hidden = posts.length > 0 || event.state === "archived";
    const moment = this.#wall.moment();
    if (moment !== null) this.#now.show(this.#wall.sessions, moment);
  }

  get shown() {
    return this.#voices.ids;
  }

  end() {
    this.#stop.abort();
    this.#voices.end();
    this.#sponsors.end();
  }

  /** Pins stand as long as they are pinned; everybody else takes turns in what is left. */
  #next(free, paused) {
    const { posts, airtime, pinned } = this.#wall;
    const pins = pinned.slice(0, Math.min(PINS, this.#slots - 2));
    const isPin = (id) => pins.some((pin) => pin.id === id);
    const ids = airtime.turn({
      posts: posts.filter(({ id }) => !isPin(id)),
      legible: this.#voices.ids.filter((id) => !isPin(id)),
      slots: this.#slots - pins.length,
      now: performance.now(),
      every: CALM,
      hold: paused || !free,
    });
    const on = [...pins, ...ids.map(this.#wall.get).filter(Boolean)];
    return on.sort((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)));
  }

  /** Set the slots anew where the screen hangs or looks otherwise than before. */
  #arrange(anew = false) {
    const { upright, unit, screen } = this.#wall;
    const { density, columns, pictures } = screen.look;
    const foot = this.#sponsors.show() ? FOOT : 0;
    const height = Math.round(this.#place.clientHeight / unit);
    const asked = { upright, columns, density, least: leastSize(screen.look, upright), height, foot };
    const word = JSON.stringify([asked, unit, pictures, this.#place.clientWidth, this.#place.clientHeight]);
    if (word === this.#arranged && !anew) return;
    this.#arranged = word;
    const layout = slotsOf(asked);
    this.#slots = layout.slots.length;
    this.#place.dataset.columns = layout.columns;
    this.#voices.arrange(layout);
    this.#now.refit();
  }
}

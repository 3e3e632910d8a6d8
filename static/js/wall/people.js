// The mode people: who is here, by arrival, never by count; every name as large as the next. As many as can be read have
// their place together, the others have their turn. Whose first post was taken away is gone at once.

import { draw, fill, make } from "../dom.js";
import { hang } from "./line.js";
import { atLeast, leastSize } from "./look.js";

const STAY = 14_000; // a page of names
const AGAIN = 15_000; // the list is asked for at most so often
const SOON = 3_000;
const NEW = 20 * 60_000; // a newcomer's knot is dusk so long
const SIZES = [132, 116, 100, 88, 76, 66, 58, 52, 46]; // of a name, in units
const LINES = {
  lying: [[[[-400, 112], [2320, 128]]], [1920, 1080]],
  upright: [[[[-400, 196], [1480, 208]]], [1080, 1920]],
};
const ENOUGH = 100; // names that are tried on one page

export class People {
  #place;
  #wall;
  #told = null; // the newest answer
  #asked = -Infinity;
  #seq = null; // of the fold, when it was asked
  #asking = false;
  #from = 0;
  #page = [];
  #of = 0; // how many there were when the page was drawn
  #since = 0;
  #state = "";
  #upright = null;
  #over = false;
  #stop = new AbortController();
  #parts;

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    const { t } = wall;
    this.#parts = {
      line: draw("svg", { class: "hanging", "aria-hidden": "true" }),
      head: make("h1", { class: "of" }, t.who_is_here),
      made: wall.event.rehearsal && make("p", { class: "made-up" }, t.made_up),
      names: make("ol", { class: "names" }),
      none: make("p", { class: "first-word", hidden: true }, t.nobody_here),
      newest: make("p", { class: "newest", hidden: true }),
      between: make("p", { class: "between", hidden: true }),
    };
    place.replaceChildren(...Object.values(this.#parts).filter(Boolean));
    addEventListener("resize", () => this.#again(), { signal: this.#stop.signal });
  }

  show() {
    if (this.#upright !== this.#wall.upright) this.#hang();
    this.#ask();
    const people = this.#here;
    this.#parts.none.hidden = this.#told === null || people.length > 0;
    const gone = this.#page.some((one) => !people.some(({ key, name }) => key === one.key && name === one.name));
    if (gone) this.#draw(people, this.#from);
    else if (!this.#page.length || this.#due) this.#turn(people);
    else if (this.#isLast && people.length > this.#from + this.#page.length) this.#draw(people, this.#from); // newcomers join the last page
    this.#foot(people);
  }

  #hang() {
    this.#upright = this.#wall.upright;
    hang(this.#parts.line, ...LINES[this.#upright ? "upright" : "lying"]);
    this.#again();
  }

  /** A name is no post: nobody's words were legible. */
  get shown() {
    return [];
  }

  end() {
    this.#over = true;
    this.#stop.abort();
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
  }

  /** Asked when the strand went on, and not more often than names come; soon where what we have is from before a snapshot. */
  async #ask() {
    const { seq, screen } = this.#wall;
    const old = this.#told === null || !this.#here.length;
    const due = performance.now() - this.#asked >= (old ? SOON : AGAIN) && (seq !== this.#seq || old);
    if (this.#asking || !due) return;
    this.#asking = true;
    this.#asked = performance.now();
    this.#seq = seq;
    const told = await this.#wall.ask(`/wall/people.json?screen=${encodeURIComponent(screen.name ?? "")}`);
    this.#asking = false;
    if (this.#over) return;
    if (Array.isArray(told?.people)) this.#told = told;
    this.show();
  }

  /** Without those whose first post was dropped since: an answer on its way does not bring them back. */
  get #here() {
    if (!this.#told) return [];
    return this.#wall.fresh(this.#told, this.#told.people.map((one) => ({ ...one, id: one.post })));
  }

  get #due() {
    const held = this.#wall.screen.paused || this.#wall.paused;
    return !held && performance.now() - this.#since >= STAY;
  }
  get #isLast() {
    return this.#told !== null && this.#from + this.#page.length >= this.#of;
  }

  #turn(people) {
    const next = this.#from + this.#page.length;
    const from = next >= people.length ? 0 : next;
    const same = this.#page.length === people.length;
    this.#since = performance.now();
    if (same && this.#page.length) return;
    const before = this.#page.length;
    this.#draw(people, from);
    if (before && !this.#wall.still) this.#parts.names.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 1200, easing: "ease-in-out" });
  }

  /** As many as have room at the smallest size, shared evenly between the pages; then as large as these can be. */
  #draw(people, wanted) {
    const from = wanted < people.length ? wanted : 0;
    const rest = people.slice(from, from + ENOUGH);
    const items = rest.map((one) => this.#name(one));
    const { names } = this.#parts;
    names.replaceChildren(...items);
    const { screen, upright } = this.#wall;
    const sizes = atLeast(SIZES, leastSize(screen.look, upright));
    let many = rest.length;
    if (!this.#fits(sizes, many)) {
      const room = Math.max(1, this.#room());
      many = Math.min(room, Math.ceil(people.length / Math.ceil(people.length / room)));
    }
    items.slice(many).forEach((item) => item.remove());
    this.#fits(sizes, many);
    this.#from = from;
    this.#page = rest.slice(0, many);
    this.#of = people.length;
  }

  /** The largest size in which all of them have room; false where not even the smallest will do. */
  #fits(sizes, many) {
    const { names } = this.#parts;
    return sizes.some((size) => {
      names.style.setProperty("--z", size);
      return this.#room() >= many;
    });
  }

  /** How many of the names stand whole inside their place. */
  #room() {
    const { names } = this.#parts;
    const over = [...names.children].findIndex((item) => item.offsetTop + item.offsetHeight > names.clientHeight + 1);
    return over < 0 ? names.children.length : over;
  }

  #name({ name, dir, key, at }) {
    const moment = this.#wall.moment();
    const fresh = moment !== null && moment - Date.parse(at) < NEW;
    return make("li", { "data-key": key, "data-new": fresh || null }, make("bdi", { dir }, name));
  }

  #foot(people) {
    const [first, last] = [this.#page[0], this.#page.at(-1)];
    const newest = people.at(-1);
    const moment = this.#wall.moment();
    const fresh = newest && moment !== null && moment - Date.parse(newest.at) < NEW ? newest : null;
    const state = JSON.stringify([first, last, fresh, this.#of]);
    if (state === this.#state) return;
    this.#state = state;
    const { t } = this.#wall;
    const [before, after] = t.just_came.split("{name}");
    this.#parts.newest.replaceChildren(...(fresh ? [before, make("bdi", { dir: fresh.dir }, fresh.name), after] : []));
    this.#parts.newest.hidden = !fresh;
    this.#parts.between.textContent = first ? this.#when(first, last, people) : "";
    this.#parts.between.hidden = !first;
  }

  #when(first, last, people) {
    const { t } = this.#wall;
    const days = people[0].day !== people.at(-1).day;
    const at = ({ day, time }) => (days ? `${weekday(day)} ${time}` : time);
    const told = first === last ? at(first) : fill(t.came_from_to, { from: at(first), to: at(last) });
    const nameless = this.#told.nameless && last === people.at(-1);
    return [told, nameless && t.some_nameless].filter(Boolean).join(" · ");
  }

  #again() {
    if (this.#page.length) this.#draw(this.#here, this.#from);
  }
}

/** "Fri": the day as the page's language says it. */
function weekday(day) {
  const date = new Date(`${day}T12:00:00Z`);
  return Number.isNaN(date.getTime()) ? day : date.toLocaleDateString(document.documentElement.lang || "en", { weekday: "short", timeZone: "UTC" });
}

// The mode now and next: above the line what runs in each room, hanging from it what comes. By the server's clock alone;
// where nothing runs it says so and is calm.

import { fill, make } from "../dom.js";
import { COASTS, drawCoast, under } from "./coast.js";
import { grow, squeeze, steps } from "./grow.js";
import { hours, otherDay } from "./hours.js";
import { leastSize } from "./look.js";

const ROOMS = 4; // at a time; more take turns
const TURN = 15_000;
const GROUPS = 3; // of talks that begin together
const ROWS = 3; // of each
const LARGEST = [110, 132, 92, 70, 60]; // titles, in units, by how many rooms
const LARGEST_UPRIGHT = 112;
const APPEAR = 800;

export class NowNext {
  #place;
  #wall;
  #drawn = "";

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    place.setAttribute("aria-label", wall.t.now_and_next);
  }

  static worth({ sessions }) {
    return sessions.length > 0;
  }

  show() {
    const { sessions, room, event, upright } = this.#wall;
    const moment = this.#wall.moment();
    const { on, next } = hours(sessions, moment, room);
    const page = on.length > ROOMS ? Math.floor((moment ?? 0) / TURN) % Math.ceil(on.length / ROOMS) : 0;
    const running = on.slice(page * ROOMS, (page + 1) * ROOMS);
    const coming = next.slice(0, GROUPS);
    const day = coming.map(({ at }) => this.#day(at, moment));
    const { clientWidth, clientHeight } = this.#place;
    const drawn = JSON.stringify([running, coming, day, room, event.tags[0], event.title, clientWidth, clientHeight, upright]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#put(running, coming, day);
  }

  get shown() {
    return [];
  }

  end() {
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
    this.#place.replaceChildren();
    this.#drawn = "";
  }

  #day(at, moment) {
    return otherDay(at, moment, this.#wall.event.time_zone, document.documentElement.lang);
  }

  #put(running, coming, day) {
    const { t, event, upright, room, base } = this.#wall;
    const coast = COASTS.people[upright ? 1 : 0];
    const list = running.length ? make("ol", { class: "running", "data-n": running.length }, running.map((one) => talk(one, t, room))) : calm(coming[0], day[0], t);
    const element = make(
      "div",
      { class: "hours" },
      drawCoast(coast),
      make(
        "header",
        {},
        make("p", { class: "label" }, running.length ? t.now : t.programme),
        event.rehearsal
          ? make("p", { class: "made-up" }, t.made_up)
          : make("p", { class: "of" }, make("span", { "data-shows": "title" }, event.title)),
        make("time", { class: "hour", "data-shows": "clock" }),
      ),
      make("div", { class: "one" }, list),
      make("div", { class: "beads" }),
      coming.length ? make("ol", { class: "coming", "data-n": coming.length, "aria-label": t.next }, coming.map((group, i) => together(group, day[i], t))) : say(event, base, t),
    );
    this.#place.replaceChildren(element);
    this.#fit(element, list, coast);
    if (!this.#wall.still) element.animate([{ opacity: 0.2 }, { opacity: 1 }], APPEAR);
  }

  #fit(element, list, coast) {
    const room = list.parentElement.clientHeight;
    const size = (z) => element.style.setProperty("--z", z);
    const least = leastSize(this.#wall.screen.look, this.#wall.upright);
    const sizes = steps(this.#wall.upright ? LARGEST_UPRIGHT : LARGEST[Number(list.dataset.n ?? 0)], least);
    if (!grow(list, room, sizes, size) && !squeeze(list, room, [...sizes, 32], size)) tighten(list, room, sizes, size);
    const coming = element.querySelector("ol.coming");
    if (coming) shorten(coming, steps(56, Math.max(34, least)), (c) => coming.style.setProperty("--c", c));
    // What runs is tied to the line below it: the house's diamonds, in the colour of now.
    const beads = element.querySelector(".beads");
    const at = this.#wall.upright ? [list.firstElementChild] : [...list.children];
    for (const item of list.matches(".running") ? at.filter((one, i) => at.findIndex((other) => other.offsetLeft === one.offsetLeft) === i) : []) {
      const x = beginning(item, element) + 24 * this.#wall.unit;
      const knot = make("span", { class: "knot" });
      knot.style.setProperty("inset-inline-start", `${x}px`);
      knot.style.setProperty("inset-block-start", `calc(${under(coast, x / element.clientWidth)} * var(--u))`);
      beads.append(knot);
    }
  }
}

/** Where even the smallest is too much: first the names go, then long titles end after their first lines. */
function tighten(list, room, sizes, size) {
  for (const who of list.querySelectorAll(".who")) who.remove();
  if (squeeze(list, room, sizes, size)) return;
  for (list.dataset.lines = 3; list.offsetHeight > room + 1 && list.dataset.lines > 1; list.dataset.lines -= 1);
}

/** A calm picture says less rather than half of it: what comes last goes first. */
function shorten(coming, sizes, size) {
  const over = () => coming.scrollHeight > coming.clientHeight + 1;
  const last = () => [...coming.querySelectorAll("ul > li:not(:first-child)")].at(-1) ?? (coming.children.length > 1 ? coming.lastElementChild : null);
  if (sizes.some((c) => (size(c), !over()))) return;
  while (over() && last()) last().remove();
}

function talk({ title, room, until, speakers, lang }, t, here) {
  return make(
    "li",
    { "data-here": Boolean(here) && room === here },
    make("p", { class: "place" }, room && [make("bdi", {}, room), " · "], fill(t.until, { time: until ?? "" })),
    make("p", { class: "title", dir: "auto", lang: lang || null }, title),
    speakers?.length > 0 && make("p", { class: "who" }, speakers.slice(0, 4).flatMap((name, i) => [i ? ", " : null, make("bdi", {}, name)])),
  );
}

function calm(next, day, t) {
  const time = next && [day, next.time].filter(Boolean).join(" ");
  return make("div", { class: "calm" }, make("p", { class: "title" }, t.nothing_on), make("p", { class: "then" }, next ? fill(t.goes_on_at, { time }) : t.nothing_comes));
}

function together({ time, rows }, day, t) {
  return make(
    "li",
    {},
    make("p", { class: "at-time" }, day && [make("span", {}, day), " "], make("time", {}, time)),
    make(
      "ul",
      {},
      rows.slice(0, ROWS).map(({ title, room, lang }) => make("li", {}, make("span", { class: "what", dir: "auto", lang: lang || null }, title), room && make("bdi", { class: "where" }, room))),
      rows.length > ROWS && make("li", { class: "where" }, fill(t.more_at_once, { n: rows.length - ROWS })),
    ),
  );
}

/** The day has nothing more: there is still the conversation. */
function say({ tags }, base, t) {
  return make(
    "div",
    { class: "coming way" },
    make("img", { class: "qr", src: `${base}/qr.svg`, alt: t.way_to_form }),
    make("p", {}, tags[0] && make("b", {}, make("bdi", {}, `#${tags[0]}`)), t.from_any_phone),
  );
}

function beginning(part, root) {
  let left = 0;
  for (let at = part; at && at !== root; at = at.offsetParent) left += at.offsetLeft;
  return document.documentElement.dir === "rtl" ? root.clientWidth - left - part.offsetWidth : left;
}

// The mode card: the hashtag, three reasons, and the way to the form, large enough for the back row to point a phone at it.
// The event's languages take turns.

import { make } from "../dom.js";
import { across, COASTS, drawCoast } from "./coast.js";
import { grow, squeeze, steps } from "./grow.js";

const AGAIN = 600_000;
const SOON = 30_000;
const TURN = 20_000;
const APPEAR = 1_200;

let kept = null; // what the server said last: a card is also there when the server is not

export class Card {
  #place;
  #wall;
  #due = -Infinity;
  #heard = null;
  #up = null; // {element, drawn}
  #turn = 0;
  #turned = performance.now();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
  }

  show() {
    const { event, paused, upright } = this.#wall;
    if (performance.now() >= this.#due || this.#heard !== event) this.#load();
    if (!paused && performance.now() - this.#turned >= TURN) {
      this.#turn += 1;
      this.#turned = performance.now();
    }
    const face = kept?.faces[this.#turn % kept.faces.length];
    const { clientWidth, clientHeight } = this.#place;
    const drawn = JSON.stringify([face, kept?.tags, kept?.address, event.tags[0], event.title, event.spare, clientWidth, clientHeight, upright]);
    if (this.#up?.drawn !== drawn) this.#put(face, drawn);
  }

  get shown() {
    return [];
  }

  end() {
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
    this.#place.replaceChildren();
    this.#due = Infinity;
    this.#up = null;
  }

  /** What the organiser changed is there as soon as the event is told anew. */
  async #load() {
    this.#due = performance.now() + AGAIN;
    this.#heard = this.#wall.event;
    const told = await this.#wall.ask("/wall/card.json");
    if (told?.faces?.length) kept = told;
    else this.#due = Math.min(this.#due, performance.now() + SOON);
  }

  #put(face, drawn) {
    const coast = COASTS.card[this.#wall.upright ? 1 : 0];
    const element = drawCard(face, this.#wall, coast);
    const last = this.#up?.element;
    this.#up = { element, drawn };
    this.#place.lang = face?.lang ?? "";
    this.#place.append(element);
    fitted(element, coast, this.#wall);
    for (const old of [...this.#place.children]) if (old !== element && (this.#wall.still || old !== last)) old.remove();
    if (!last || this.#wall.still) return;
    const motion = element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: APPEAR, easing: "ease-in-out" });
    motion.onfinish = motion.oncancel = () => last.remove();
  }
}

function drawCard(face, { base, event, t }, coast) {
  const words = face?.words ?? {};
  const tags = (kept?.tags ?? event.tags.slice(0, 1)).map((tag) => `#${tag}`);
  return make(
    "div",
    { class: "card", lang: face?.lang ?? null },
    drawCoast(coast),
    make(
      "header",
      { class: "tagged" },
      tags.length > 0 && words.here && make("p", {}, words.here),
      make("h2", { class: "loud" }, make("bdi", {}, tags[0] ?? event.title)),
      also(tags.slice(1), event.spare, words),
      tags.length > 0 && words.reasons && make("p", { class: "why" }, words.reasons),
      event.rehearsal && make("p", { class: "made-up" }, t.made_up),
    ),
    make("ol", { class: "reasons" }, (face?.reasons ?? []).map((reason) => make("li", { dir: "auto" }, reason))),
    make(
      "aside",
      { class: "way" },
      make("img", { class: "qr", src: `${base}/qr.svg`, alt: words.qr ?? t.way_to_form }),
      words.say && make("div", {}, make("p", { class: "say-it" }, words.say), make("p", {}, words.no_account), typed(kept.address), make("p", { class: "or" }, words.networks)),
    ),
  );
}

/** Other tags that lead here too; where one is flooded, the one with which everybody goes on. */
function also(others, spare, words) {
  if (spare) return make("p", { class: "on-with" }, words.goes_on ?? "", " ", make("bdi", {}, spare));
  if (!others.length || !words.also) return null;
  return make("p", { class: "also" }, words.also, " ", others.flatMap((tag, i) => [i ? ", " : null, make("bdi", {}, tag)]));
}

/** An address is broken at its slashes, if anywhere: people type what they see. */
function typed(address) {
  const parts = address.split("/").map((part, i) => make("span", {}, i ? `/${part}` : part));
  return make("p", { class: "typed", dir: "ltr" }, parts.flatMap((part, i) => (i ? [make("wbr"), part] : [part])));
}

/** Smaller where a part of it is wider than its line; broken anywhere only where that does not do. */
function onItsLines(typed, unit) {
  typed.dataset.whole = "";
  const { fontSize } = getComputedStyle(typed);
  const least = Math.max(32, Number.parseFloat(getComputedStyle(typed).getPropertyValue("--least")) || 0);
  const sizes = steps(Math.max(least, Math.round(Number.parseFloat(fontSize) / unit)), least);
  const sized = (z) => typed.style.setProperty("font-size", `calc(${z} * var(--u))`);
  if (!sizes.some((z) => (sized(z), typed.scrollWidth <= typed.clientWidth + 1))) delete typed.dataset.whole;
}

function fitted(element, coast, { unit }) {
  const loud = element.querySelector(".loud");
  const tagged = (z) => element.style.setProperty("--z", z);
  const alone = loud.textContent.includes(" ") ? steps(120, 56) : steps(190, 56);
  const oneLine = (z) => (tagged(z), loud.offsetHeight < 1.7 * z * unit && loud.scrollWidth <= loud.clientWidth + 1);
  loud.dataset.whole = "";
  if (!alone.some(oneLine)) {
    delete loud.dataset.whole;
    squeeze(loud, 3.6 * 56 * unit, steps(84, 44), tagged);
  }
  const address = element.querySelector(".typed");
  if (address) onItsLines(address, unit);
  const list = element.querySelector(".reasons");
  const reasoned = (z) => element.style.setProperty("--r", z);
  const room = element.clientHeight - list.offsetTop - Number.parseFloat(getComputedStyle(element).getPropertyValue("--foot")) * unit;
  if (!grow(list, room, steps(64, 38), reasoned)) squeeze(list, room, steps(64, 32), reasoned);
  for (const reason of list.children) {
    const y = list.offsetTop + reason.offsetTop + 0.62 * Number(element.style.getPropertyValue("--r")) * unit;
    const knot = make("span", { class: "knot" });
    element.append(knot);
    knot.style.setProperty("inset-block-start", `${y}px`);
    knot.style.setProperty("inset-inline-start", `calc(${across(coast, y / element.clientHeight)} * var(--u))`);
  }
}

// A prompt: the organisers ask everybody for a word. On the sea what they ask and the way to the form, on the sand the answers
// as they come, in the order of saying; where there are many they take turns by person. An answer is what was said since.

import { Airtime } from "../airtime.js";
import { fill, make } from "../dom.js";
import { fit } from "../fit.js";
import { asTold, forWall } from "../told.js";
import { across, COASTS, drawCoast } from "./coast.js";
import { grow, squeeze, steps } from "./grow.js";
import { leastSize } from "./look.js";
import { letters } from "./voice.js";

const MOST = 4;
const LARGEST = [0, 84, 64, 54, 48]; // of the words, in units, by how many there are
const LEAST = 36;
const EVERY = 6; // seconds between two changes
const MOVE = 1_200;

export class Prompt {
  #place;
  #wall;
  #since;
  #element;
  #list;
  #coast;
  #slots = new Map(); // id → {element, post, n}
  #airtime = new Airtime({ idle: 12, keep: 20 });
  #noted = performance.now();
  #broken = new Set();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    const { at, words } = wall.screen.says;
    this.#since = Date.parse(at ?? "") || wall.moment() || 0;
    this.#coast = COASTS.asking[wall.upright ? 1 : 0];
    this.#list = make("ol", { class: "answers-come" });
    this.#element = this.#draw(words);
    place.replaceChildren(this.#element);
    this.#fit();
  }

  show({ moving = false }) {
    const answers = this.#wall.posts.filter((post) => !post.author.voice && Date.parse(post.at) >= this.#since - 999);
    this.#note(answers);
    const ids = this.#airtime.turn({ posts: answers, legible: this.shown, slots: places(answers), now: performance.now(), every: EVERY, hold: this.#wall.paused });
    this.#keep(ids.map((id) => this.#wall.get(id)).filter(Boolean), moving && !this.#wall.still);
    this.#element.querySelector(".awaiting").hidden = this.#slots.size > 0;
  }

  get shown() {
    return [...this.#slots.keys()];
  }

  end() {
    for (const motion of this.#element.getAnimations({ subtree: true })) motion.cancel();
    this.#element.remove();
    this.#slots.clear();
  }

  #draw(words) {
    const { t, base, event } = this.#wall;
    const [before, after] = t.or_with.split("{tag}");
    return make(
      "div",
      { class: "prompt" },
      drawCoast(this.#coast),
      make("p", { class: "label" }, t.asked_all),
      make("div", { class: "asked" }, make("p", { class: "loud", dir: "auto", role: "status" }, words.trim())),
      make(
        "div",
        { class: "way" },
        make("img", { class: "qr", src: `${base}/qr.svg`, alt: t.way_to_form }),
        make("p", {}, make("b", {}, t.answer_here), " ", t.from_any_phone, event.rehearsal && make("span", { class: "made-up" }, t.made_up), event.tags[0] && !event.rehearsal && [" ", before, make("bdi", {}, `#${event.tags[0]}`), after]),
      ),
      make("p", { class: "awaiting", "data-kind": "question" }, make("span", { class: "knot" }), t.first_answer),
      this.#list,
    );
  }

  #fit() {
    const box = this.#element.querySelector(".asked");
    const size = (z) => this.#element.style.setProperty("--z", z);
    const loud = box.firstElementChild;
    if (!grow(loud, box.clientHeight, steps(124, 48), size)) squeeze(loud, box.clientHeight, steps(124, 32), size);
    this.#tie(this.#element.querySelector(".awaiting .knot"));
  }

  #note(answers) {
    const now = performance.now();
    const on = answers.filter(({ id }) => this.#slots.has(id));
    this.#airtime.note(on, (now - this.#noted) / 1_000);
    this.#noted = now;
  }

  #keep(posts, moving) {
    const ids = new Set(posts.map(({ id }) => id));
    for (const [id, { element }] of this.#slots) {
      if (ids.has(id)) continue;
      element.remove();
      this.#slots.delete(id);
    }
    const tops = new Map([...this.#slots].map(([id, { element }]) => [id, element.offsetTop]));
    const there = posts.map((post) => this.#slots.get(post.id) ?? { element: make("li", { class: "answer" }) });
    const same = there.every((slot, i) => slot.post === posts[i] && slot.n === posts.length);
    if (same) return;
    this.#list.replaceChildren(...there.map(({ element }) => element));
    this.#list.dataset.n = posts.length;
    posts.forEach((post, i) => this.#slots.set(post.id, Object.assign(there[i], { post, n: posts.length })));
    this.#fill([...this.#slots.values()]);
    if (moving) for (const [id, { element }] of this.#slots) move(element, tops.get(id));
  }

  /** All in one size, the largest in which all are whole; where there is none, the longest end at a word. */
  #fill(slots) {
    const told = slots.map((slot) => ({ ...slot, ...this.#answer(slot) }));
    const size = (z) => this.#list.style.setProperty("--z", z);
    const least = Math.max(leastSize(this.#wall.screen.look, this.#wall.upright), LEAST);
    const sizes = steps(Math.max(least, LARGEST[slots.length] ?? least), least);
    const whole = ({ telling, element }) => telling.offsetHeight <= element.clientHeight + 1;
    const pass = () => sizes.some((z) => (size(z), told.every(whole)));
    if (!pass()) for (const { telling, extras, element } of told) fit({ telling, extras, room: element.clientHeight, sizes: [least], size, more: "…" });
    for (const { knot, name } of told) this.#tie(knot, name);
  }

  #answer({ element, post }) {
    const drawn = document.createElement("strand-post");
    drawn.post = forWall({ ...post, media: post.sensitive ? post.media : [] }, this.#wall.screen.look);
    const knot = make("span", { class: "knot" });
    if (post.question) element.dataset.kind = "question";
    else delete element.dataset.kind;
    element.replaceChildren(knot, drawn);
    return { ...asTold(drawn.firstElementChild, { newest: true, broken: this.#broken, t: this.#wall.t }), knot, name: drawn.querySelector(".name") };
  }

  /** The knot stands on the line, beside the name. */
  #tie(knot, beside = knot.parentElement) {
    const box = knot.parentElement;
    const y = top(beside, this.#element) + beside.offsetHeight / 2;
    const x = across(this.#coast, y / this.#element.clientHeight) * this.#wall.unit;
    knot.style.setProperty("inset-block-start", `${y - top(box, this.#element)}px`);
    knot.style.setProperty("inset-inline-start", `${x - start(box, this.#element)}px`);
  }
}

/** How many answers stand there at a time: fewer where people write much, so that nobody is cut short. */
function places(answers) {
  const some = answers.slice(-12);
  const each = some.reduce((sum, post) => sum + letters(post), 0) / (some.length || 1);
  return each > 250 ? MOST - 2 : each > 130 ? MOST - 1 : MOST;
}

function top(part, root) {
  let sum = 0;
  for (let at = part; at && at !== root; at = at.offsetParent) sum += at.offsetTop;
  return sum;
}

/** How far from the beginning of a line, in whichever direction people read. */
function start(part, root) {
  let left = 0;
  for (let at = part; at && at !== root; at = at.offsetParent) left += at.offsetLeft;
  return document.documentElement.dir === "rtl" ? root.clientWidth - left - part.offsetWidth : left;
}

function move(element, from) {
  const timing = { duration: MOVE, easing: "cubic-bezier(.45, 0, .25, 1)" };
  if (from === undefined) element.animate([{ opacity: 0 }, { opacity: 0, offset: 0.4 }, { opacity: 1 }], timing);
  else if (from !== element.offsetTop) element.animate([{ translate: `0 ${from - element.offsetTop}px` }, { translate: "0 0" }], timing);
}

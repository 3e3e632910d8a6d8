// The voices on a wall: at most six slots along the line, each keyed by its post. Draws, fits and moves them.
// An arrival slides the others along the curve; a hide and an edit have no motion at all.

import { make } from "./dom.js";
import { fit } from "./fit.js";
import { asTold, forWall } from "./told.js";
import { FAR, along, drawShore, knot, shoreOf } from "./shore.js";

const NEWEST = [84, 76, 70, 64, 60, 56, 52, 50]; // of the words, in units
const NEWEST_UPRIGHT = [...NEWEST, 46];
const OLDER = [null, 44, 38, 35, 33, 32];
const OLDER_UPRIGHT = [null, 38, 36, 34, 33, 32];
const SLOW = 1200;
const LAST = [{ opacity: 0 }, { opacity: 0, offset: 0.65 }, { opacity: 1 }];

export class Voices {
  #list;
  #svg;
  #t;
  #slots = new Map();
  #broken = new Set();
  #wall;
  #stop = new AbortController();

  /** `wall`: what the shell knows (wall.js): t, unit, upright, still */
  constructor(list, svg, wall) {
    this.#list = list;
    this.#svg = svg;
    this.#wall = wall;
    this.#t = wall.t;
    list.addEventListener("error", ({ target }) => this.#lost(target), { capture: true, signal: this.#stop.signal });
    drawShore(svg, this.#shore);
  }

  /** Ids of the posts in the slots, in the order they were said. */
  get ids() {
    return [...this.#slots.keys()].sort((a, b) => this.#slots.get(b).far - this.#slots.get(a).far);
  }

  end() {
    this.#stop.abort();
    this.#list.replaceChildren();
    this.#slots.clear();
  }

  get #shore() {
    return shoreOf(this.#wall.upright);
  }

  /** Everything is measured anew: another screen, another face, a picture that did not come. */
  refit() {
    drawShore(this.#svg, this.#shore);
    for (const slot of this.#slots.values()) this.#place(slot);
  }

  /** The newest posts of this list, in the order they were said. `moving`: something arrived, so the line may move. */
  show(posts, moving) {
    const seen = posts.slice(-FAR);
    const ids = new Set(seen.map((post) => post.id));
    for (const [id, slot] of this.#slots) {
      if (ids.has(id)) continue;
      slot.element.remove();
      this.#slots.delete(id);
    }
    seen.forEach((post, i) => this.#keep(post, seen.length - 1 - i, moving && !this.#wall.still));
    // Reading from the top down is the order of saying, for eyes and for screen readers.
    this.#list.append(...seen.map((post) => this.#slots.get(post.id).element).filter((e, i) => this.#list.children[i] !== e));
  }

  #keep(post, far, moving) {
    const had = this.#slots.get(post.id);
    if (had && had.post === post && had.far === far) return;
    const slot = had ?? { element: make("li", { class: "slot" }) };
    const from = slot.far;
    Object.assign(slot, { post, far });
    if (!had) {
      this.#slots.set(post.id, slot);
      this.#list.append(slot.element);
    }
    this.#place(slot);
    if (!moving) return;
    if (!had) this.#arrive(slot);
    else if (from !== far) this.#slide(slot, from);
  }

  #place(slot) {
    const { element, post, far } = slot;
    const [x, y] = knot(this.#shore, far);
    for (const motion of element.getAnimations({ subtree: true })) motion.cancel();
    element.dataset.far = far;
    element.toggleAttribute("data-new", far === 0);
    if (post.question) element.dataset.kind = "question";
    else delete element.dataset.kind;
    element.style.setProperty("--x", x);
    element.style.setProperty("--y", y);
    const drawn = document.createElement("strand-post");
    drawn.post = forWall(post);
    const { telling, extras } = asTold(drawn.firstElementChild, { newest: far === 0, broken: this.#broken, t: this.#t });
    const time = make("time", { class: "when", datetime: post.at }, post.time);
    element.replaceChildren(time, make("span", { class: "knot" }), drawn);
    fit({
      telling,
      extras,
      room: this.#room(element, far),
      sizes: this.#sizes(far),
      size: (z) => element.style.setProperty("--z", z),
      // One sentence about where the rest is will do; an older voice had it when it was the newest.
      more: far === 0 ? this.#t.more_on_strand : "…",
    });
  }

  #sizes(far) {
    if (far === 0) return this.#wall.upright ? NEWEST_UPRIGHT : NEWEST;
    return [(this.#wall.upright ? OLDER_UPRIGHT : OLDER)[far]];
  }

  /** The height a slot's words may have: down to the next one's, or to the foot of the screen. */
  #room(element, far) {
    const { unit } = this.#wall;
    const [, y] = knot(this.#shore, far);
    if (far > 0) {
      const [, below] = knot(this.#shore, far - 1);
      return (below - y - (far === 1 ? 24 : 6)) * unit;
    }
    const seeing = this.#wall.upright && element.querySelector(".seeing");
    return this.#list.offsetParent.clientHeight - (y - 36 + 30) * unit - (seeing ? seeing.offsetHeight + 22 * unit : 0);
  }

  #arrive({ element, far }) {
    if (far > 0) {
      // It stands where others are still on their way to: it comes when they have passed.
      element.animate(LAST, { duration: SLOW });
      return;
    }
    const timing = { duration: SLOW, easing: "cubic-bezier(.22, .8, .3, 1)", fill: "backwards" };
    element.querySelector(".knot").animate([{ scale: 0.2, opacity: 0 }, { scale: 1, opacity: 1 }], timing);
    element.querySelector(".post").animate([{ opacity: 0 }, { opacity: 1 }], timing);
  }

  #slide({ element, far }, from) {
    const [x, y] = knot(this.#shore, far);
    const turn = document.documentElement.dir === "rtl" ? -1 : 1;
    const path = along(this.#shore, from, far).map(([px, py]) => ({
      translate: `calc(${(px - x) * turn} * var(--u)) calc(${py - y} * var(--u))`,
    }));
    element.animate(path, { duration: SLOW, easing: "cubic-bezier(.45, 0, .25, 1)" });
    // Only who was the newest changes size so much that the words must be set anew; the others are read on while they move.
    if (from === 0) element.querySelector(".post").animate(LAST, { duration: SLOW });
  }

  /** A picture that does not come leaves its slot without anyone noticing; the words take the room. */
  #lost(image) {
    if (!(image instanceof HTMLImageElement)) return;
    this.#broken.add(image.getAttribute("src"));
    const slot = [...this.#slots.values()].find(({ element }) => element.contains(image));
    if (slot) this.#place(slot);
  }
}

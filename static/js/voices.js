// The voices on a wall: slots along the line, each keyed by its post. Draws, fits and moves them.
// An arrival slides the others along the curve; a hide and an edit have no motion at all.

import { make } from "./dom.js";
import { fit } from "./fit.js";
import { asTold, forWall } from "./told.js";
import { along, drawShore } from "./shore.js";

const SLOW = 1200;
const MORE = 330; // units that a picture below its words may grow by
const LAST = [{ opacity: 0 }, { opacity: 0, offset: 0.65 }, { opacity: 1 }];

export class Voices {
  #list;
  #svg;
  #wall;
  #layout = null;
  #slots = new Map();
  #broken = new Set();
  #stop = new AbortController();

  /** `wall`: what the shell knows (wall.js): t, unit, still, screen */
  constructor(list, svg, wall) {
    this.#list = list;
    this.#svg = svg;
    this.#wall = wall;
    list.addEventListener("error", ({ target }) => this.#lost(target), { capture: true, signal: this.#stop.signal });
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

  /** Other slots (wall/slots.js), or the same on another screen: everything is measured anew. */
  arrange(layout) {
    this.#layout = layout;
    drawShore(this.#svg, layout.shore);
    for (const [id, slot] of this.#slots) {
      if (slot.far < layout.slots.length) this.#place(slot);
      else this.#drop(id);
    }
  }

  /** These posts, in the order they were said; as many as there are slots. `moving`: something arrived, so the line may move. */
  show(posts, moving) {
    const ids = new Set(posts.map((post) => post.id));
    for (const id of [...this.#slots.keys()]) if (!ids.has(id)) this.#drop(id);
    posts.forEach((post, i) => this.#keep(post, posts.length - 1 - i, moving && !this.#wall.still));
    // Reading from the top down is the order of saying, for eyes and for screen readers.
    this.#list.append(...posts.map((post) => this.#slots.get(post.id).element).filter((e, i) => this.#list.children[i] !== e));
  }

  #drop(id) {
    this.#slots.get(id).element.remove();
    this.#slots.delete(id);
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
    const { t, screen, pinned } = this.#wall;
    const { x, y, end, text, room, sizes } = this.#layout.slots[far];
    for (const motion of element.getAnimations({ subtree: true })) motion.cancel();
    element.dataset.far = far;
    element.toggleAttribute("data-new", far === 0);
    element.toggleAttribute("data-pinned", pinned.some(({ id }) => id === post.id));
    if (post.question) element.dataset.kind = "question";
    else delete element.dataset.kind;
    for (const [name, value] of Object.entries({ x, y, end, text: text ?? 200 })) element.style.setProperty(`--${name}`, value);
    const drawn = document.createElement("strand-post");
    drawn.post = forWall(screen.look.pictures === false ? withoutPictures(post) : post, screen.look);
    const { telling, extras } = asTold(drawn.firstElementChild, { newest: far === 0, broken: this.#broken, t });
    if (element.hasAttribute("data-pinned")) telling.querySelector(".by")?.append(make("span", { class: "note", "data-note": "pinned" }, t.pinned));
    const time = make("time", { class: "when", datetime: post.at }, post.time);
    element.replaceChildren(time, make("span", { class: "knot" }), drawn);
    element.style.removeProperty("--spare");
    fit({
      telling,
      extras,
      room: room * this.#wall.unit - this.#beneath(element, far),
      sizes,
      size: (z) => element.style.setProperty("--z", z),
      // One sentence about where the rest is will do; an older voice had it when it was the newest.
      more: far === 0 ? t.more_on_strand : "…",
    });
    const left = room - (telling.offsetHeight + this.#beneath(element, far)) / this.#wall.unit;
    element.style.setProperty("--spare", Math.max(0, Math.min(MORE, Math.floor(left)))); // few words leave more to their picture
  }

  /** What stands below the newest words: its pictures, where they are not beside them. */
  #beneath(element, far) {
    const seeing = far === 0 && (this.#wall.upright || this.#layout.columns > 1) && element.querySelector(".seeing");
    return seeing ? seeing.offsetHeight + 22 * this.#wall.unit : 0;
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
    const { x, y, p, line } = this.#layout.slots[far];
    const before = this.#layout.slots[from];
    // From the top of a column to the foot of another there is no way along the line.
    if (!before || before.line !== line) {
      element.animate(LAST, { duration: SLOW });
      return;
    }
    const turn = document.documentElement.dir === "rtl" ? -1 : 1;
    const path = along(line, before.p, p).map(([px, py]) => ({
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

/** On a screen without pictures what they say stands in for them. */
function withoutPictures(post) {
  return { ...post, media: post.media.map((item) => ({ ...item, src: null, srcset: "" })) };
}

// The rows of the queue in the page: only a stretch of them, however many wait. Redraws what changed, and nothing moves
// under the eyes of whoever reads.

import { drawRow, mark } from "./desk-row.js";

const MOST = 160; // rows in the page
const FIRST = 40;
const STEP = 40;

export class List {
  #list;
  #scroller;
  #look; // (post) → what is said of its row
  #onEnd;
  #rows = [];
  #from = 0;
  #to = FIRST;
  #drawn = new Map(); // post id → {post, key, element}

  /** look(post): see drawRow · onEnd(): the last row that is known comes into sight */
  constructor({ list, scroller, look, onEnd }) {
    this.#list = list;
    this.#scroller = scroller;
    this.#look = look;
    this.#onEnd = onEnd;
    const scrolled = () => requestAnimationFrame(() => this.#scrolled());
    for (const place of [scroller, globalThis]) place.addEventListener("scroll", scrolled, { passive: true });
  }

  element(id) {
    return this.#drawn.get(id)?.element ?? null;
  }

  /** Another queue: from its beginning. */
  turn() {
    this.#rows = [];
    this.#from = 0;
    this.#to = FIRST;
    this.#box().scrollTop = 0;
  }

  /** `hand`: the post that stays where it is in the page, if it can be seen. */
  show(rows, hand) {
    const anchor = this.#anchor(hand);
    const first = this.#rows.slice(this.#from, this.#to).find(({ id }) => this.#drawn.has(id) && rows.some((row) => row.id === id));
    this.#rows = rows;
    const size = Math.min(MOST, Math.max(this.#to - this.#from, FIRST));
    this.#from = first && this.#from > 0 ? rows.findIndex(({ id }) => id === first.id) : Math.min(this.#from, Math.max(0, rows.length - FIRST));
    this.#to = Math.min(rows.length, this.#from + size);
    this.#draw();
    this.#keep(anchor);
    if (this.#to > rows.length - STEP) this.#onEnd();
  }

  /** Takes the row into the page, marks it as the one in hand, and shows it where somebody asked for it. */
  point(id, byHand) {
    for (const was of this.#list.querySelectorAll("[aria-current]")) if (was !== this.element(id)) was.removeAttribute("aria-current");
    const at = this.#rows.findIndex((row) => row.id === id);
    if (byHand && at >= 0 && (at < this.#from || at >= this.#to)) this.#reach(at);
    const element = this.element(id);
    element?.setAttribute("aria-current", "true");
    if (!byHand || !element) return;
    element.focus({ preventScroll: true });
    // A phone shows little more than one post: the one in hand always stands at the same place.
    element.scrollIntoView({ block: this.#box() === this.#scroller ? "nearest" : "start" });
    if (at >= this.#to - 5 || at < this.#from + 5) this.#scrolled();
  }

  /** What is said of rows changed: who has them in hand, what is chosen. */
  remark() {
    for (const { post, element } of this.#drawn.values()) mark(element, this.#look(post));
  }

  #reach(at) {
    this.#from = Math.max(0, at - STEP);
    this.#to = Math.min(this.#rows.length, at + STEP);
    this.#draw();
  }

  #scrolled() {
    const box = this.#box();
    const anchor = this.#anchor(null);
    if (box.scrollHeight - box.scrollTop - box.clientHeight < box.clientHeight * 1.5) this.#forward();
    else if (box.scrollTop < box.clientHeight && this.#from > 0) this.#back();
    else return;
    this.#draw();
    this.#keep(anchor);
  }

  #forward() {
    this.#to = Math.min(this.#rows.length, this.#to + STEP);
    this.#from = Math.max(this.#from, this.#to - MOST);
    if (this.#to > this.#rows.length - STEP) this.#onEnd();
  }

  #back() {
    this.#from = Math.max(0, this.#from - STEP);
    this.#to = Math.min(this.#to, this.#from + MOST);
  }

  #draw() {
    const stretch = this.#rows.slice(this.#from, this.#to);
    const ids = new Set(stretch.map(({ id }) => id));
    for (const [id, { element }] of this.#drawn) {
      if (ids.has(id)) continue;
      element.remove();
      this.#drawn.delete(id);
    }
    let place = this.#list.firstElementChild;
    for (const post of stretch) {
      const element = this.#row(post);
      if (place && place.parentNode !== this.#list) place = element; // it was drawn anew in its place
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
  }

  #row(post) {
    const look = this.#look(post);
    const key = `${look.size} ${look.veiled} ${look.lit} ${look.pinned}`;
    const had = this.#drawn.get(post.id);
    if (had?.post === post && had.key === key) {
      mark(had.element, look);
      return had.element;
    }
    const element = drawRow(post, look);
    mark(element, look);
    if (had) stay(had.element, element);
    this.#drawn.set(post.id, { post, key, element });
    return element;
  }

  /** The row in hand, else the first that can be seen, and where it is. */
  #anchor(hand) {
    const [top, bottom] = [this.#top(), innerHeight];
    const seen = (element) => {
      const box = element.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    };
    const inHand = hand !== null && this.element(hand);
    const element = inHand && seen(inHand) ? inHand : [...this.#list.children].find(seen);
    if (!element || this.#box().scrollTop === 0 && !inHand) return null;
    return { id: Number(element.dataset.id), top: element.getBoundingClientRect().top };
  }

  #keep(anchor) {
    const element = anchor && this.element(anchor.id);
    if (!element) return;
    const moved = element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) this.#box().scrollTop += moved;
  }

  #top() {
    return this.#box() === this.#scroller ? this.#scroller.getBoundingClientRect().top : 0;
  }

  /** On a laptop the queue scrolls by itself, on a phone the page does. */
  #box() {
    return getComputedStyle(this.#scroller).overflowY === "auto" ? this.#scroller : document.scrollingElement;
  }
}

/** A row drawn anew stands where it stood: in hand, with the keyboard in it, its covers open. */
function stay(old, element) {
  if (old.hasAttribute("aria-current")) element.setAttribute("aria-current", "true");
  const open = old.querySelector("details[open]");
  const cover = element.querySelector("details");
  if (open && cover && open.dataset.over === cover.dataset.over) cover.open = true;
  const wasIn = old.contains(document.activeElement);
  old.replaceWith(element);
  if (wasIn) element.focus({ preventScroll: true });
}

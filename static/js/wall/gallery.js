// The mode gallery: pictures hung on the line, each under its author's name with what they wrote about it. Never one that
// is covered or marked. Which hang next, and where, is hanging.js.

import { draw, make } from "../dom.js";
import { fit } from "../fit.js";
import { lengthOf, tagOf } from "../look.js";
import { Turns, fits, pictures, places } from "./hanging.js";
import { hang } from "./line.js";
import { atLeast, leastSize } from "./look.js";

const LEAST = 12_000; // so long each stays,
const WORD = 60; // and so many milliseconds longer for every letter that is to be read
const MOST = 30_000;
const SLOW = 1200;
const SIZES = [46, 42, 40, 38, 36, 34, 32];
const STAGES = { lying: { stage: [1920, 1080], ends: [-400, 2320] }, upright: { stage: [1080, 1920], ends: [-400, 1480] } };
const KNOT = 58; // above the picture that hangs from it

export class Gallery {
  #place;
  #wall;
  #turns = new Turns();
  #lost = new Set();
  #hung = [];
  #since = 0;
  #upright = null;
  #stop = new AbortController();
  #parts;

  /** Whether there is anything to hang: a programme does not stop here where nobody sent a picture. */
  static worth(wall) {
    return wall.screen.look.pictures !== false && pictures(wall.posts).length > 0;
  }

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    this.#parts = {
      line: draw("svg", { class: "hanging", "aria-hidden": "true" }),
      // by these marks the page's own look keeps it right (look.js)
      tag: make("h1", { class: "of", "data-length": lengthOf(wall.event) }, make("bdi", { "data-shows": "tag" }, tagOf(wall.event))),
      list: make("ol", { class: "hung-pictures" }),
      made: wall.event.rehearsal && make("p", { class: "made-up" }, wall.t.made_up),
      none: make("p", { class: "first-word", hidden: true }, wall.t.no_pictures),
    };
    place.replaceChildren(...Object.values(this.#parts).filter(Boolean));
    place.addEventListener("error", ({ target }) => this.#gone(target), { capture: true, signal: this.#stop.signal });
    addEventListener("resize", () => this.#again(), { signal: this.#stop.signal });
  }

  show() {
    const all = pictures(this.#wall.posts, this.#lost);
    const kept = this.#hung.map((one) => all.find(({ key }) => key === one.key));
    const same = kept.every((one, i) => one && one.post === this.#hung[i].post);
    const turned = this.#upright !== this.#wall.upright;
    // What was taken away, and what its author changed, goes at once and without motion.
    if (!same || turned) this.#hang(same ? this.#hung : kept.filter(Boolean), false);
    if (this.#due(all)) this.#next(all);
    this.#parts.none.hidden = this.#hung.length > 0;
  }

  get shown() {
    return [...new Set(this.#hung.map(({ post }) => post.id))];
  }

  end() {
    this.#stop.abort();
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
  }

  #due(all) {
    if (!this.#hung.length) return all.length > 0;
    if (this.#wall.screen.paused || this.#wall.paused) return false;
    return performance.now() - this.#since >= this.#stay && all.length > this.#hung.length;
  }

  get #stay() {
    const letters = this.#hung.reduce((sum, { item }) => sum + (item.alt ?? "").length, 0);
    return Math.min(MOST, LEAST + letters * WORD);
  }

  #next(all) {
    const first = !this.#hung.length;
    const next = this.#turns.next(all, (list) => fits(list, this.#wall.upright));
    this.#turns.note(next);
    this.#since = performance.now();
    this.#hang(next, !first);
  }

  #hang(list, moving) {
    this.#hung = list;
    this.#upright = this.#wall.upright;
    const spots = list.length ? places(list, this.#upright) : [];
    const before = [...this.#parts.list.children];
    const now = list.map((one, i) => this.#draw(one, spots[i]));
    this.#parts.list.replaceChildren(...now);
    this.#fitAll(now, spots);
    this.#line(spots);
    if (moving && !this.#wall.still && before.length) {
      for (const element of now) element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: SLOW, easing: "ease-in-out" });
    }
  }

  #draw({ post, item }, { x, y, width, height, beside, caption }) {
    const { t } = this.#wall;
    const sized = item.width && item.height;
    const image = make("img", {
      src: item.src, srcset: item.srcset || null, sizes: item.srcset ? `${Math.round(width * this.#wall.unit)}px` : null,
      alt: item.alt || t.no_alt, width: sized ? item.width : null, height: sized ? item.height : null, decoding: "async",
    });
    const film = item.kind === "image" ? null : make("span", { class: "film" }, t.video);
    const figure = make("figure", { "data-focus": item.focus || null, "data-beside": beside || null }, make("div", { class: "print" }, image, film), this.#caption(post, item));
    for (const [name, value] of Object.entries({ x, y, w: width, h: height, c: caption })) figure.style.setProperty(`--${name}`, value);
    if (item.colour) figure.style.setProperty("--wait", item.colour);
    return make("li", { "data-id": post.id }, figure);
  }

  #caption(post, item) {
    const { t } = this.#wall;
    const by = make("p", { class: "by" }, make("bdi", { class: "name" }, post.author.name || post.author.handle || t.anonymous), mark(post, t), make("time", { datetime: post.at }, post.time));
    const told = item.alt
      ? make("p", { class: "alt", lang: post.lang || null, dir: "auto", "aria-hidden": "true" }, item.alt)
      : make("p", { class: "alt none" }, t.undescribed);
    return make("figcaption", {}, make("div", { class: "telling", dir: post.dir }, by, told));
  }

  /** Captions as large as there is room for: those that have any share one size, or beside each other they look like chance. */
  #fitAll(elements, spots) {
    const { screen, upright } = this.#wall;
    const sizes = atLeast(SIZES, leastSize(screen.look, upright));
    const found = elements.map((element, i) => this.#fit(element, spots[i], sizes));
    const shared = Math.min(...found.filter((size) => size > sizes.at(-1)));
    found.forEach((size, i) => size > shared && this.#fit(elements[i], spots[i], sizes.filter((one) => one <= shared)));
  }

  /** Gives the size; where there is no room for any, it ends at a whole word. */
  #fit(element, { room }, sizes) {
    const telling = element.querySelector(".telling");
    let found = sizes.at(-1);
    const size = (z) => telling.style.setProperty("--z", (found = z));
    const { unit, t } = this.#wall;
    fit({ telling, room: room * unit, sizes, size, extras: [], more: t.more_on_strand });
    return found;
  }

  #line(spots) {
    const { stage, ends } = STAGES[this.#upright ? "upright" : "lying"];
    const rows = [...new Set(spots.map(({ y }) => y))].map((top) => {
      const knots = spots.filter(({ y }) => y === top).map(({ x, width }) => [x + width / 2, top - KNOT]);
      return [[ends[0], top - KNOT - 44], ...knots, [ends[1], top - KNOT - 36]];
    });
    hang(this.#parts.line, rows.length ? rows : [[[ends[0], 130], [ends[1], 140]]], stage);
  }

  /** Everything anew: another size of the picture. */
  #again() {
    if (this.#hung.length) this.#hang(this.#hung, false);
  }

  /** A picture that does not come leaves its place without anyone noticing. */
  #gone(image) {
    if (!(image instanceof HTMLImageElement)) return;
    const lost = this.#hung.find(({ item }) => item.src === image.getAttribute("src"));
    if (!lost) return;
    this.#lost.add(lost.item.src);
    this.#wall.trouble("picture", "a picture of the gallery did not come", lost.post.id);
    this.#hang(this.#hung.filter(({ item }) => item.src !== lost.item.src), false);
    this.show();
  }
}

function mark({ networks }, t) {
  const [network] = networks;
  return network && draw("svg", { class: "mark", role: "img", "aria-label": t[network] }, draw("use", { href: `#m-${network}` }));
}

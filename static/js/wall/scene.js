// The pictures of the voice that is up: one at a time, each as large as there is room for, with what its author says of it.

import { fill, make } from "../dom.js";
import { fit } from "../fit.js";

const SEEN = ["image", "video", "gifv"];
const EACH = 6; // seconds
const MOST = 4; // of twenty pictures the first four are seen here; the words would be gone before the rest
const WIDE = 2; // beyond that a picture is shown whole rather than filled in
const TALL = 0.5;

/** The pictures that may be seen here: ours, that came, and not under a cover. */
export function pictures(post, wall, broken) {
  if (post.cover || post.sensitive || !wall.screen.look.pictures) return [];
  return post.media.filter(({ src, kind }) => src && SEEN.includes(kind) && !broken.has(src)).slice(0, MOST);
}

export class Scene {
  #place;
  #said;
  #post;
  #wall;
  #items;
  #at = -1;

  /** `element`: as voice-frame.js draws it */
  constructor(element, post, wall) {
    this.#place = element.querySelector(".scene");
    this.#said = element.querySelector(".seen");
    this.#post = post;
    this.#wall = wall;
    this.#items = element.pictures ?? [];
  }

  /** `seconds`: since the voice is up · `still`: no motion */
  turn(seconds, still) {
    const { length } = this.#items;
    if (!length) return;
    const at = Math.floor(seconds / EACH) % length;
    if (at === this.#at) return;
    this.#at = at;
    const figure = this.#draw(this.#items[at]);
    this.#place.replaceChildren(figure);
    if (!still) figure.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 1_200, easing: "ease-in-out" });
    this.#tell(this.#items[at], at);
  }

  #draw({ src, srcset, alt, kind, focus, width, height, colour }) {
    const { t } = this.#wall;
    const ratio = width && height ? width / height : 1;
    const image = make("img", { src, srcset: srcset || null, sizes: srcset ? "55vw" : null, alt: alt || t.no_alt, decoding: "async" });
    const figure = make(
      "figure",
      { "data-focus": focus || null, "data-shape": ratio > WIDE ? "wide" : ratio < TALL ? "tall" : null },
      image,
      ["video", "gifv"].includes(kind) && make("span", { class: "film" }, t.video),
    );
    if (colour) figure.style.setProperty("--ground", colour);
    return figure;
  }

  /** What the author says of it, for everybody to read; which of several it is. */
  #tell({ alt }, at) {
    const { t } = this.#wall;
    const all = this.#post.media.filter(({ kind }) => SEEN.includes(kind)).length;
    const which = all > 1 ? make("b", {}, fill(t.nth_picture, { n: at + 1, all })) : null;
    const words = alt ? make("span", { class: "alt", dir: "auto", lang: this.#post.lang || null }, alt) : null;
    this.#said.hidden = !which && !words;
    this.#said.replaceChildren(...[which, words].filter(Boolean));
    const room = this.#wall.unit * (this.#wall.upright ? 190 : 320);
    if (words) fit({ telling: this.#said, room, sizes: [32], size: () => {}, extras: [], more: "…" });
  }
}

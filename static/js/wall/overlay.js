// The mode overlay: a lower third for a stream. One voice at a time on a ground that hides nothing else; the rest of the
// page is clear (wall-overlay.css). A spotlight and what the desk says have their place here, in the same form.

import { draw, make } from "../dom.js";
import { fit } from "../fit.js";
import { tagOf } from "../look.js";
import { asTold, forWall } from "../told.js";
import { inForce } from "./programme.js";

const LEAST = 9_000; // so long a voice stays,
const LETTER = 45; // and so many milliseconds longer for every letter
const MOST = 24_000;
const NEWEST = 20; // who takes turns: a stream is about what is said now
const SIZES = [50, 46, 42, 38, 35, 32];
const ROOM = { lying: 244, upright: 420 };
const REVEAL = [{ clipPath: "inset(0 100% 0 0)" }, { clipPath: "inset(0 0 0 0)" }];
const REVEAL_BACK = [{ clipPath: "inset(0 0 0 100%)" }, { clipPath: "inset(0 0 0 0)" }];

export class Overlay {
  #place;
  #wall;
  #third = make("div", { class: "third" });
  #post = null;
  #state = "";
  #since = 0;
  #lost = new Set();
  #had = new Map(); // id → how often
  #stop = new AbortController();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    place.replaceChildren(make("h1", { class: "sr" }, wall.event.title), this.#third);
    place.addEventListener("error", ({ target }) => this.#gone(target), { capture: true, signal: this.#stop.signal });
    addEventListener("resize", () => this.#again(), { signal: this.#stop.signal });
  }

  show({ moving: came = false, turning = false } = {}) {
    const { says, look } = this.#wall.screen;
    const said = inForce(says, this.#wall.moment()) ? says : null;
    const post = said ? null : this.#wanted(came || turning);
    const state = said ? `says ${said.words}` : post ? `post ${post.id}` : "";
    const changed = said ? state !== this.#state : post !== this.#post || state !== this.#state;
    if (!changed) return;
    const moving = state !== this.#state;
    if (moving) this.#since = performance.now();
    if (post && moving) this.#had.set(post.id, (this.#had.get(post.id) ?? 0) + 1);
    this.#state = state;
    this.#post = post;
    this.#draw(said ? this.#saying(said) : post && this.#voice(post, look), moving);
  }

  get shown() {
    return this.#post ? [this.#post.id] : [];
  }

  end() {
    this.#stop.abort();
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
  }

  /** Who is up: whoever stands in the spotlight; else who is up already, until they had their time; else the next. */
  #wanted(free) {
    const { spotlight, screen, paused } = this.#wall;
    if (spotlight) return spotlight;
    const posts = this.#wall.posts.slice(-NEWEST);
    const on = this.#post && this.#wall.get(this.#post.id);
    if (this.#post && !on && !free) return null; // it was taken away: nothing moves in that moment
    const had = performance.now() - this.#since;
    if (on && (screen.paused || paused || had < stay(on))) return on;
    return this.#next(posts, on);
  }

  /** Whoever was here least, and of those whose author had the least time; then the newest: what is said now is not late. */
  #next(posts, on) {
    const others = posts.filter((post) => post !== on).reverse();
    if (!others.length) return on ?? null;
    for (const id of this.#had.keys()) if (!this.#wall.get(id)) this.#had.delete(id);
    const had = ({ id }) => this.#had.get(id) ?? 0;
    const seconds = (post) => this.#wall.airtime?.secondsOf(post).person ?? 0;
    return others.reduce((best, post) => (had(post) - had(best) || seconds(post) - seconds(best)) < 0 ? post : best);
  }

  #voice(post, look) {
    const drawn = document.createElement("strand-post");
    drawn.post = forWall(look?.pictures === false ? { ...post, media: [] } : post, look);
    const { telling, extras } = asTold(drawn.firstElementChild, { newest: false, broken: this.#lost, t: this.#wall.t });
    if (telling.querySelector(".words, .veil")) extras.filter((one) => !one.matches(".veil")).forEach((one) => one.remove());
    const { event, t } = this.#wall;
    telling.querySelector(".by")?.append(event.rehearsal ? make("span", { class: "made-up" }, t.made_up) : make("span", { class: "of" }, make("bdi", {}, tagOf(event))));
    return { body: drawn, telling, kind: post.question ? "question" : null };
  }

  #saying({ words, kind }) {
    const telling = make("div", { class: "telling" }, make("p", { class: "by" }, make("bdi", { class: "name" }, this.#wall.event.title)), make("div", { class: "words", dir: "auto" }, make("p", {}, words)));
    return { body: make("article", { class: "post" }, telling), telling, kind };
  }

  #draw(what, moving) {
    for (const motion of this.#third.getAnimations({ subtree: true })) motion.cancel();
    if (!what) {
      this.#third.replaceChildren();
      return;
    }
    const panel = make("div", { class: "panel", "data-kind": what.kind }, shoreline(), make("span", { class: "knot" }), what.body);
    this.#third.replaceChildren(panel);
    fit({
      telling: what.telling, room: ROOM[this.#wall.upright ? "upright" : "lying"] * this.#wall.unit, sizes: SIZES,
      size: (z) => panel.style.setProperty("--z", z), extras: [], more: this.#wall.t.more_on_strand,
    });
    // Uncovered along an edge, not faded in: a mixer that takes a colour away would see half of it.
    const frames = document.documentElement.dir === "rtl" ? REVEAL_BACK : REVEAL;
    if (moving && !this.#wall.still) panel.animate(frames, { duration: 900, easing: "cubic-bezier(.22, .8, .3, 1)" });
  }

  #again() {
    const { look } = this.#wall.screen;
    if (this.#post) this.#draw(this.#voice(this.#post, look), false);
  }

  #gone(image) {
    if (!(image instanceof HTMLImageElement) || !this.#post) return;
    this.#lost.add(image.getAttribute("src"));
    this.#wall.trouble("picture", "a picture of the overlay did not come", this.#post.id);
    this.#again();
  }
}

function stay(post) {
  const letters = post.words.reduce((sum, { text = "" }) => sum + text.length, 0);
  return Math.min(MOST, LEAST + letters * LETTER);
}

/** The water's edge beside the words: sea, and the thread. */
function shoreline() {
  return draw(
    "svg",
    { class: "shoreline", viewBox: "0 0 100 200", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("path", { class: "sea", d: "M0 0H78C78 30 46 34 46 62S66 130 40 200H0z" }),
    draw("path", { class: "hung", d: "M78 0C78 30 46 34 46 62S66 130 40 200", "vector-effect": "non-scaling-stroke" }),
  );
}

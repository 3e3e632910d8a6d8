// What the desk puts on every screen: one post in the spotlight, a few pinned. A banner says which, and takes them down.
// The event says their numbers; their names and first words are asked for.

import { get, send } from "./acts.js";
import { fill, make } from "./dom.js";

const part = (id) => document.getElementById(id);

export class Spot {
  lit = null; // the number of the post in the spotlight
  pins = []; // and of those that are pinned

  #t;
  #base;
  #changed;
  #onRefused;
  #ids = "[null,[]]";
  #lit = null;
  #pins = [];

  /** changed(): rows are to be drawn anew · onRefused(sentence) */
  constructor({ t, base, changed, onRefused }) {
    this.#t = t;
    this.#base = base;
    this.#changed = changed;
    this.#onRefused = onRefused;
    part("spot").addEventListener("click", ({ target }) => {
      const { down, unpin } = target.closest("button")?.dataset ?? {};
      if (down) this.#act("spotlight", { post: null });
      if (unpin) this.#act("pins", { post: Number(unpin), on: false });
    });
  }

  isLit(id) {
    return this.lit === id;
  }

  isPinned(id) {
    return this.pins.includes(id);
  }

  /** The event as the socket tells it. */
  show({ spotlight = null, pins = [] }) {
    const ids = JSON.stringify([spotlight, pins]);
    if (ids === this.#ids) return;
    Object.assign(this, { lit: spotlight, pins });
    this.#ids = ids;
    this.#changed();
    if (spotlight === null && !pins.length) this.#told({ spotlight: null, pins: [] });
    else this.#ask();
  }

  /** Into the spotlight, or out of it. Only what is shown can be there. */
  light(post) {
    if (post && (this.isLit(post.id) || this.#mayBe(post))) this.#act("spotlight", { post: this.isLit(post.id) ? null : post.id });
  }

  pin(post) {
    if (post && (this.isPinned(post.id) || this.#mayBe(post))) this.#act("pins", { post: post.id, on: !this.isPinned(post.id) });
  }

  #mayBe(post) {
    const shown = post.verdict === "approve";
    if (!shown) this.#onRefused(this.#t.not_to_screens);
    return shown;
  }

  async #ask() {
    const asked = this.#ids;
    const answer = await get(`${this.#base}/spotlight.json`, this.#t);
    if (answer.ok && asked === this.#ids) this.#told(answer.body);
  }

  async #act(where, what) {
    const answer = await send(`${this.#base}/${where}`, what, this.#t);
    this.#onRefused(answer.ok ? "" : answer.sentence);
    if (!answer.ok) return;
    const { spotlight, pins } = answer.body;
    Object.assign(this, { lit: spotlight?.id ?? null, pins: pins.map(({ id }) => id) });
    this.#ids = JSON.stringify([this.lit, this.pins]);
    this.#told(answer.body);
    this.#changed();
  }

  #told({ spotlight, pins }) {
    if (JSON.stringify([spotlight, pins]) === JSON.stringify([this.#lit, this.#pins])) return;
    this.#lit = spotlight;
    this.#pins = pins;
    part("spot").hidden = !spotlight && !pins.length;
    part("spot-lit").replaceChildren(...(spotlight ? this.#large(spotlight) : []));
    part("spot-lit").hidden = !spotlight;
    part("spot-pins").replaceChildren(...pins.map((pin) => this.#pinned(pin)));
    part("spot-pins").hidden = !pins.length;
  }

  #large({ name, words }) {
    const t = this.#t;
    return [
      make("p", {}, make("b", {}, t.in_spotlight), " ", make("bdi", {}, name || t.anonymous), ": ", make("q", { dir: "auto" }, words)),
      make("button", { type: "button", class: "button", "data-down": "yes" }, t.take_down),
    ];
  }

  #pinned({ id, name, words }) {
    const t = this.#t;
    const who = name || t.anonymous;
    const label = `${fill(t.unpin_of, { name: who })}: ${words}`;
    return make("li", {}, make("button", { type: "button", class: "chip", "data-unpin": id, "aria-label": label, title: words }, `${t.pinned}: `, make("bdi", {}, who)));
  }
}

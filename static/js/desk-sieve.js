// The bar that narrows the queue: words, and under a fold where it came from, which talk, which language, pictures, why.
// What the queue is narrowed to stands beside it, each with a way to take it away.

import { chosen } from "./desk-filter.js";
import { fill, make } from "./dom.js";

const LISTS = { source: "sources", session: "sessions", language: "langs", reason: "reasons" };
const WAITS = 250; // ms after the last letter
const part = (id) => document.getElementById(id);

export class Sieve {
  #t;
  #form = part("sieve");
  #filter;
  #onTurn;
  #typing = 0;
  #names = new Map(); // "author 12" → what to call it

  /** filter(): the one that stands · onTurn(narrow) */
  constructor({ t, filter, onTurn }) {
    this.#t = t;
    this.#filter = filter;
    this.#onTurn = onTurn;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#turn();
    });
    this.#form.addEventListener("change", () => this.#turn());
    this.#form.elements.q.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#turn(), WAITS);
    });
    part("sieve-chips").addEventListener("click", ({ target }) => {
      const name = target.closest("[data-off]")?.dataset.off;
      if (name) this.#onTurn({ ...this.#filter().narrow, [name]: "" });
    });
  }

  focus() {
    this.#form.elements.q.focus();
    this.#form.elements.q.select();
  }

  /** How somebody chosen in the queue is called in the bar. */
  name(part, value, words) {
    this.#names.set(`${part} ${value}`, words);
  }

  /** facets of an answer: {sources: [{key, label, n}], …} */
  offer(facets) {
    const { narrow } = this.#filter();
    for (const [name, list] of Object.entries(LISTS)) {
      const select = this.#form.elements[name];
      const [all] = select.options;
      const found = facets?.[list] ?? [];
      for (const { key, label } of found) this.name(name, key, label || key);
      const gone = narrow[name] && !found.some(({ key }) => String(key) === String(narrow[name]));
      select.replaceChildren(
        all,
        ...found.map(({ key, label, n }) => make("option", { value: String(key) }, `${label || key} (${n})`)),
        ...(gone ? [make("option", { value: narrow[name] }, this.#named(name, narrow[name]))] : []),
      );
      select.closest("label").hidden = found.length < 2 && !narrow[name];
    }
    this.show();
  }

  show() {
    const { narrow } = this.#filter();
    const { elements } = this.#form;
    for (const name of [...Object.keys(LISTS), "media"]) elements[name].value = narrow[name] ?? "";
    if (document.activeElement !== elements.q) elements.q.value = narrow.q ?? "";
    const chips = chosen(narrow).filter(([name]) => name !== "q").map(([name, value]) => {
      const words = this.#named(name, value);
      return make("button", { type: "button", class: "chip", "data-off": name, "aria-label": fill(this.#t.without, { what: words }) }, make("bdi", {}, words));
    });
    part("sieve-chips").replaceChildren(...chips);
    part("sieve-chips").hidden = !chips.length;
    const n = chips.length;
    part("sieve-n").textContent = n ? `(${n})` : "";
  }

  #named(name, value) {
    const t = this.#t;
    if (name === "media") return value === "with" ? t.with_pictures : t.without_pictures;
    if (name === "cluster") return t.those_alike;
    return this.#names.get(`${name} ${value}`) ?? (name === "author" ? t.one_author : value);
  }

  #turn() {
    clearTimeout(this.#typing);
    const { narrow } = this.#filter();
    const given = Object.fromEntries(["q", "media", ...Object.keys(LISTS)].map((name) => [name, this.#form.elements[name].value.trim()]));
    this.#onTurn({ ...narrow, ...given });
  }
}

// One question above the queue, where somebody else was faster or has the post in hand: leave it so, or do it all the same.
// Nothing is lost while it stands; whoever goes on to another post has left it so.

import { make } from "./dom.js";

const part = (id) => document.getElementById(id);
const LETTERS = { approve: "A", hold: "H", hide: "X", later: "L", words: "W" };

export class Ask {
  #asked = null;

  constructor() {
    part("ask-keep").addEventListener("click", () => this.leave());
    part("ask-change").addEventListener("click", () => this.#yes());
  }

  get open() {
    return this.#asked !== null;
  }

  /** {words, act, keep, change, onChange, about?} */
  show(asked) {
    this.#asked = asked;
    part("ask").hidden = false;
    part("ask-words").replaceChildren(asked.about ? make("b", {}, make("bdi", {}, asked.about)) : "", asked.about ? " " : "", asked.words);
    part("ask-keep").replaceChildren(make("kbd", {}, "Esc"), asked.keep);
    part("ask-change").replaceChildren(make("kbd", {}, LETTERS[asked.act] ?? ""), asked.change);
  }

  /** Whether a question about this very act stood open: then it is answered. */
  again(act) {
    if (this.#asked?.act !== act) return false;
    this.#yes();
    return true;
  }

  leave() {
    this.#asked = null;
    part("ask").hidden = true;
  }

  #yes() {
    const { onChange } = this.#asked;
    this.leave();
    onChange();
  }
}

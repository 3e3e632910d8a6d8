// One question above the queue, where somebody else was faster or has the post in hand: leave it so, or do it all the same.
// Nothing is lost while it stands, and nothing happens by the key that goes on deciding: changing has a key of its own.

import { make } from "./dom.js";

const part = (id) => document.getElementById(id);

export class Ask {
  #asked = null;

  constructor() {
    part("ask-keep").addEventListener("click", () => this.leave());
    part("ask-change").addEventListener("click", () => this.change());
  }

  get open() {
    return this.#asked !== null;
  }

  /** {words, keep, change, onChange, about?} */
  show(asked) {
    this.#asked = asked;
    part("ask").hidden = false;
    part("ask-words").replaceChildren(asked.about ? make("b", {}, make("bdi", {}, asked.about)) : "", asked.about ? " " : "", asked.words);
    part("ask-keep").replaceChildren(make("kbd", {}, "Esc"), asked.keep);
    part("ask-change").replaceChildren(make("kbd", {}, "C"), asked.change);
  }

  leave() {
    this.#asked = null;
    part("ask").hidden = true;
  }

  change() {
    const asked = this.#asked;
    this.leave();
    asked?.onChange();
  }
}

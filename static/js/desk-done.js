// What was just done at this desk and how it is taken back: beside the queue a list, on a phone a slip that goes by itself.

import { send } from "./acts.js";
import { run } from "./desk-bulk.js";
import { fill, make } from "./dom.js";

const REMEMBERED = 8;
const SLIP = 8_000; // how long the way back is offered where nothing stands beside the queue
const SAID = {
  approve: "you_approved", hold: "you_held", hide: "you_hid", later: "you_put_by", words: "you_showed_words", keep_back: "you_kept_back",
  show_pictures: "you_showed_pictures", waiting: "you_set_back",
};
const part = (id) => document.getElementById(id);

export class Done {
  #t;
  #address;
  #list;
  #onUndone;
  #onRefused;
  #onProgress;
  #slipping = 0;
  #begun = Promise.resolve(); // what was sent and not answered yet

  /** done: [{id, name, verdict}], bulks: [{bulk, n, verdict}] from before · onUndone(id or null) · onRefused(sentence, id) · onProgress(sum or null) */
  constructor({ t, address, done, bulks, onUndone, onRefused, onProgress }) {
    this.#t = t;
    this.#address = address;
    this.#onUndone = onUndone;
    this.#onRefused = onRefused;
    this.#onProgress = onProgress;
    this.#list = [...bulks.map(({ bulk, n, verdict }) => this.#many(bulk, n, verdict)), ...done.map(({ id, name, verdict }) => this.#one(id, name, verdict))];
    this.#draw();
  }

  post({ id, author }, act) {
    this.#add(this.#one(id, author.name, act), ({ id: other }) => other === id);
  }

  many(bulk, n, act) {
    this.#add(this.#many(bulk, n, act), (other) => other.bulk === bulk);
  }

  /** An act is on its way. Its post may leave the queue before its answer comes, and whoever then takes back means this act. */
  begun(answer) {
    this.#begun = Promise.all([this.#begun, answer]);
    return answer;
  }

  /** Takes one act back, the newest where none is named. */
  async undo(named) {
    await this.#begun;
    this.#slip(null);
    const one = named ?? this.#list[0];
    const at = this.#list.indexOf(one);
    if (at < 0) {
      part("told").textContent = this.#t.nothing_to_undo;
      return;
    }
    this.#list.splice(at, 1); // at once: a second press takes back the one before it
    const sent = (what) => send(this.#address, what, this.#t);
    const answer = one.bulk ? await run({ bulk: one.bulk }, sent, this.#onProgress) : await sent({ post: one.id });
    this.#onProgress(null);
    if (!answer.ok) this.#list.splice(at, 0, one);
    this.#draw();
    if (!answer.ok) {
      this.#onRefused(answer.sentence, one.id ?? null);
      return;
    }
    part("told").textContent = fill(this.#t.undone, { name: one.name });
    this.#onUndone(one.id ?? null);
  }

  #many(bulk, n, act) {
    return { bulk, words: fill(this.#t[`many_${act}`] ?? this.#t.many_decided, { n }), name: fill(this.#t.posts, { n }) };
  }

  #one(id, who, act) {
    const name = who || this.#t.anonymous;
    return { id, name, words: fill(this.#t[SAID[act]] ?? "{name}", { name }) };
  }

  #add(one, same) {
    const before = this.#list.findIndex(same);
    if (before >= 0) this.#list.splice(before, 1);
    this.#list.unshift(one);
    this.#list.length = Math.min(this.#list.length, REMEMBERED);
    this.#draw();
    this.#slip(one);
    part("told").textContent = one.words;
  }

  #draw() {
    part("lately").hidden = !this.#list.length;
    part("done").replaceChildren(...this.#list.map((one, i) => {
      const button = make("button", { type: "button", class: "do" }, i === 0 && make("kbd", {}, "Z"), this.#t.undo);
      button.addEventListener("click", () => this.undo(one));
      return make("li", {}, make("span", {}, one.words), button);
    }));
  }

  /** The way back for a thumb: one line that goes again by itself. */
  #slip(one) {
    clearTimeout(this.#slipping);
    part("slip").hidden = !one;
    if (!one) return;
    part("slip").firstElementChild.textContent = one.words;
    part("slip").lastElementChild.onclick = () => this.undo(one);
    this.#slipping = setTimeout(() => this.#slip(null), SLIP);
  }
}

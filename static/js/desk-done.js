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
  #newest = Promise.resolve(true); // of the act that was sent last, once all are answered: was it done?
  #under = 0; // acts without an answer

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
    const before = this.#newest;
    this.#under += 1;
    this.#newest = answer.then(({ ok, done = 0 }) => ok || done > 0, () => false).then(async (was) => {
      await before;
      this.#under -= 1;
      return was;
    });
    return answer;
  }

  /** Takes one act back, the newest where none is named. */
  async undo(named) {
    const waits = this.#under > 0;
    const was = await this.#newest;
    this.#slip(null);
    // What was refused is not there to be taken back, and what was done before it is not meant.
    const one = named ?? (waits && !was ? null : this.#list.find(({ undoing }) => !undoing));
    if (!one || one.undoing) {
      part("told").textContent = this.#t.nothing_to_undo;
      return;
    }
    one.undoing = true; // a second press takes back the one before it
    this.#draw();
    const sent = (what) => send(this.#address, what, this.#t);
    const answer = one.bulk ? await run({ bulk: one.bulk }, sent, this.#onProgress) : await sent({ post: one.id });
    this.#onProgress(null);
    one.undoing = false;
    const at = this.#list.indexOf(one);
    if (answer.ok && at >= 0) this.#list.splice(at, 1);
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
    const offered = this.#list.filter(({ undoing }) => !undoing);
    part("lately").hidden = !offered.length;
    part("done").replaceChildren(...offered.map((one, i) => {
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

// The queue on the desk: the posts of one verdict as a list, and which of them is in hand. Redraws only what changed, so
// that a hand on the keys and an ear on the screen reader are not disturbed.

import { make } from "./dom.js";

const SHOWN = 100;
const DECISIONS = [["approve", "A"], ["hold", "H"], ["hide", "X"]];
// Why most posts are where they are; only what is out of the ordinary is worth a line at every post.
const ORDINARY = ["review", "open", "trusted", "person"];

/** Whether a person gave a post this verdict already. What a rule let pass a person may still call fine. */
export function stands(post, verdict) {
  return post.verdict === verdict && Boolean(post.by);
}

/** What a verdict is called at a post: one that is shown already is not shown, but found to be fine. */
export function called(post, verdict) {
  return verdict === "approve" && post.verdict === "approve" ? "fine" : verdict;
}

export class Queue {
  length = 0;
  /** How many more there are than are drawn. */
  beyond = 0;

  #list;
  #t;
  #onChoose;
  #onAct;
  #verdict = "waiting";
  #items = new Map();
  #posts = [];
  #chosen = null;
  #wanted = null;
  #sending = new Set();

  constructor({ list, t, onChoose, onAct }) {
    this.#list = list;
    this.#t = t;
    this.#onChoose = onChoose;
    this.#onAct = onAct;
    list.addEventListener("click", (click) => this.#clicked(click));
  }

  get current() {
    return this.#items.get(this.#chosen)?.post ?? null;
  }

  turn(verdict) {
    this.#verdict = verdict;
    this.#chosen = null;
  }

  isSending(id) {
    return this.#sending.has(id);
  }

  sending(id, on) {
    if (on) this.#sending.add(id);
    else this.#sending.delete(id);
    this.#items.get(id)?.element.toggleAttribute("data-sending", on);
  }

  /** Draws this queue's posts out of all; gives the number of posts of every verdict. */
  show(all) {
    const counts = { waiting: 0, hold: 0, approve: 0, hide: 0 };
    for (const post of all) counts[post.verdict] += 1;
    const mine = all.filter((post) => post.verdict === this.#verdict);
    // Who has waited longest comes first; of what was decided, the newest.
    if (this.#verdict === "approve" || this.#verdict === "hide") mine.reverse();
    const was = this.#posts.findIndex((post) => post.id === this.#chosen);
    this.#posts = mine.slice(0, SHOWN);
    this.length = mine.length;
    this.beyond = mine.length - this.#posts.length;
    this.#draw();
    if (this.#items.has(this.#wanted)) this.choose(this.#wanted);
    if (!this.#items.has(this.#chosen)) this.#take(this.#posts[Math.min(Math.max(was, 0), this.#posts.length - 1)]?.id ?? null);
    else this.#onChoose(this.current);
    return counts;
  }

  /** To the next or the previous post that is not on its way already. */
  step(by) {
    this.#wanted = null;
    const at = this.#posts.findIndex((post) => post.id === this.#chosen);
    for (let i = at + by; i >= 0 && i < this.#posts.length; i += by) {
      if (this.#sending.has(this.#posts[i].id)) continue;
      this.#take(this.#posts[i].id, true);
      return;
    }
  }

  /** Takes a post in hand: now, or as soon as it comes into this queue. */
  choose(id) {
    this.#wanted = this.#items.has(id) ? null : id;
    if (this.#wanted === null) this.#take(id, true);
  }

  #take(id, byHand = false) {
    this.#items.get(this.#chosen)?.element.removeAttribute("aria-current");
    this.#chosen = id;
    const element = this.#items.get(id)?.element;
    element?.setAttribute("aria-current", "true");
    if (byHand && element) {
      element.focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest" });
    }
    this.#onChoose(this.current);
  }

  #draw() {
    const ids = new Set(this.#posts.map((post) => post.id));
    for (const [id, { element }] of this.#items) {
      if (ids.has(id)) continue;
      element.remove();
      this.#items.delete(id);
    }
    let place = this.#list.firstElementChild;
    for (const post of this.#posts) {
      const element = this.#item(post);
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
  }

  #item(post) {
    const had = this.#items.get(post.id);
    if (had?.post === post) return had.element;
    const element = had?.element ?? make("li", { class: "item", tabindex: -1, "data-id": post.id });
    if (post.question) element.dataset.kind = "question";
    else delete element.dataset.kind;
    const drawn = document.createElement("strand-post");
    drawn.post = post;
    lift(drawn);
    const told = !ORDINARY.includes(post.why) && make("p", { class: "why" }, this.#t[`why_${post.why}`] ?? post.why);
    element.replaceChildren(...[make("span", { class: "knot" }), drawn, told, this.#keys(post)].filter(Boolean));
    element.toggleAttribute("data-sending", this.#sending.has(post.id));
    this.#items.set(post.id, { post, element });
    return element;
  }

  #keys(post) {
    return make(
      "p",
      { class: "keys" },
      DECISIONS.filter(([verdict]) => !stands(post, verdict)).map(([verdict, key]) =>
        make(
          "button",
          { type: "button", class: "do", "data-verdict": verdict, "data-yes": verdict === "approve" },
          make("kbd", {}, key),
          this.#t[called(post, verdict)],
        ),
      ),
    );
  }

  #clicked({ target }) {
    const element = target.closest(".item");
    if (!element) return;
    const id = Number(element.dataset.id);
    if (id !== this.#chosen) this.#take(id);
    const verdict = target.closest("[data-verdict]")?.dataset.verdict;
    if (verdict) this.#onAct(verdict);
  }
}

/** Pictures float beside the words here, so they stand before them. Those under a cover stay there. */
function lift(drawn) {
  const words = drawn.querySelector("article > .words");
  const media = drawn.querySelector("article > .media");
  if (words && media) words.before(media);
}

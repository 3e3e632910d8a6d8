// What is known about the post in hand, beside the queue: why it is here, who wrote it, what it answers, what others noted,
// reported and decided. What the row says already is there at once; the rest is asked for when the hand rests.

import { get, send } from "./acts.js";
import { reasons } from "./desk-row.js";
import { fill, make } from "./dom.js";
import { ago } from "./desk-ago.js";
import { drawWords, withoutEmoji } from "./words.js";

const RESTS = 180; // ms: who leafs through asks for nothing
const NEAR = 3; // posts of the conversation
const part = (id) => document.getElementById(id);

export class Beside {
  #t;
  #base;
  #post = null;
  #timer = 0;
  #asked = 0;
  #seen = null; // the look of the post that was asked for
  #onOnly;
  #onGone;

  /** base: "/desk/{event}" · onOnly({author} or {domain}): narrow the queue · onGone(sentence): something was refused */
  constructor({ t, base, onOnly, onGone }) {
    this.#t = t;
    this.#base = base;
    this.#onOnly = onOnly;
    this.#onGone = onGone;
    part("note").addEventListener("submit", (event) => this.#note(event));
  }

  show(post) {
    const look = post && [post.id, post.stand, post.version, post.notes, post.reports].join(" ");
    if (look === this.#seen) return;
    const other = post?.id !== this.#post?.id;
    this.#seen = look;
    this.#post = post;
    part("beside").toggleAttribute("data-empty", !post);
    clearTimeout(this.#timer);
    if (!post) return;
    this.#first(post);
    if (other) for (const id of ["thread", "notes", "reports", "history", "records"]) this.#fill(id, []);
    if (other) part("note").reset();
    this.#timer = setTimeout(() => this.#ask(post.id), RESTS);
  }

  #first(post) {
    const t = this.#t;
    const by = post.by && fill(t.decided_by, { name: post.by });
    const told = post.why === "person" && by ? [by] : [...reasons(post, t), by].filter(Boolean);
    part("why").replaceChildren(...told.map((words) => make("li", {}, words)));
    const trust = t[`trust_${post.trust}`];
    part("who").textContent = [post.first && t.first_here, trust].filter(Boolean).join(" ");
    const only = [
      post.author.id && this.#only(t.only_author, { author: post.author.id }),
      post.domain && this.#only(fill(t.only_domain, { domain: post.domain }), { domain: post.domain }),
    ].filter(Boolean);
    part("only").replaceChildren(...only);
  }

  #only(words, narrow) {
    const button = make("button", { type: "button", class: "do" }, words);
    button.addEventListener("click", () => this.#onOnly(narrow));
    return button;
  }

  async #ask(id) {
    const asked = ++this.#asked;
    const answer = await get(`${this.#base}/posts/${id}.json`, this.#t);
    if (asked !== this.#asked || this.#post?.id !== id || !answer.ok) return;
    this.#rest(answer.body);
  }

  #rest({ thread = [], notes = [], reports = [], decisions = [], author = null }) {
    const t = this.#t;
    if (author) this.#fill("records", [this.#record(author)]);
    this.#fill("thread", this.#near(thread));
    this.#fill("notes", notes.map(({ by, words, seconds }) => [make("b", {}, make("bdi", {}, by)), ` ${words} `, quiet(ago(seconds, t))]));
    this.#fill("reports", reports.map(({ reason, words, seconds }) => [make("b", {}, reason), words && ` ${words}`, " ", quiet(ago(seconds, t))]));
    this.#fill("history", decisions.map((one) => this.#decision(one)));
  }

  #record({ shown = 0, hidden = 0, waiting = 0, since = null }) {
    const told = [fill(this.#t.author_record, { shown, hidden, waiting })];
    if (since) told.push(fill(this.#t.author_since, { day: day(since) }));
    return [told.join(" ")];
  }

  /** What it answers, and the first words of what answers it; the whole is on its page. */
  #near(thread) {
    const [{ url, order }, t] = [this.#post, this.#t];
    const before = thread.filter((post) => post.order < order);
    const told = [...before.slice(-NEAR), ...thread.filter((post) => post.order > order).slice(0, Math.max(1, NEAR - before.length))];
    const lines = told.map((post) => this.#said(post));
    if (thread.length > told.length) lines.push([make("a", { href: url, target: "_blank", rel: "noopener" }, fill(t.more_thread, { n: thread.length - told.length }))]);
    return lines;
  }

  #said(post) {
    const name = post.author.name || this.#t.anonymous;
    const here = make("a", { href: post.url, target: "_blank", rel: "noopener" }, make("bdi", {}, name));
    return [make("b", {}, here), " ", quiet(post.time), make("div", { class: "words", lang: post.lang || null, dir: post.dir }, drawWords(withoutEmoji(post.words)))];
  }

  #decision({ by, verdict, part: of, why, seconds, undo }) {
    const t = this.#t;
    const who = by || t.a_rule;
    const did = t[undo ? "did_undo" : of === "media" ? `did_media_${verdict}` : `did_${verdict}`] ?? verdict;
    const because = why && why !== "person" && !by ? ` ${t[`why_${why}`] ?? ""}` : "";
    return [make("b", {}, make("bdi", {}, who)), ` ${did}${because} `, quiet(ago(seconds, t))];
  }

  #fill(id, lines) {
    const list = part(id);
    list.replaceChildren(...lines.map((line) => make("li", {}, line)));
    list.closest("section").hidden = !lines.length && id !== "notes";
  }

  async #note(event) {
    event.preventDefault();
    const field = part("note-words");
    const words = field.value.trim();
    if (!words || !this.#post) return;
    const { id } = this.#post;
    const answer = await send(`${this.#base}/notes`, { post: id, words }, this.#t);
    if (!answer.ok) this.#onGone(answer.sentence); // what was typed stays in its field
    else if (this.#post?.id === id) {
      field.value = "";
      this.#ask(id);
    }
  }
}

function day(moment) {
  const { lang } = document.documentElement;
  return new Date(moment).toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "long", year: "numeric" });
}

function quiet(words) {
  return make("span", { class: "quiet" }, words);
}

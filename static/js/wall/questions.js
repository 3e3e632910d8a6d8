// The mode questions, beside a speaker: answered, being answered, asked. Asks questions.json when the log went on and every few
// seconds, for votes are in no frame; what is dropped goes at once. Nobody's number is known here.

import { read } from "../dom.js";
import { drawBoard } from "./question-board.js";

const SOON = 1_000; // after the log went on: what the desk puts up is there at once
const EVERY = 8_000; // votes
const TURN = 20_000; // somebody not yet heard has the last row, and then the next
const AT_ONCE = 2; // in order, before that row; one more where nothing is being answered
const SLOW = 1_200;
const APPEAR = 800;

export class Questions {
  #place;
  #wall;
  #told = null; // the newest answer
  #asked = -Infinity;
  #seq = null; // of the fold, when it was asked
  #asking = false;
  #over = false;
  #state = "";
  #up = null; // {element, ids}

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    place.setAttribute("aria-label", wall.t.questions);
  }

  show() {
    this.#ask();
    if (this.#told === null) return;
    const rows = this.#rows();
    const state = this.#drawnFor(rows);
    if (state === this.#state) return;
    this.#state = state;
    this.#draw(rows);
  }

  get shown() {
    return this.#up?.ids ?? [];
  }

  end() {
    this.#over = true;
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
    this.#place.replaceChildren();
    this.#up = null;
  }

  async #ask() {
    const { seq = 0, paused, screen } = this.#wall;
    const waited = performance.now() - this.#asked;
    const due = this.#told === null || waited >= EVERY || seq !== this.#seq;
    if (this.#asking || paused || !due || waited < SOON) return;
    this.#asking = true;
    this.#asked = performance.now();
    this.#seq = seq;
    const named = new URLSearchParams({ screen: screen.name ?? "", audience: read("live")?.audience ?? "" });
    const told = await this.#wall.ask(`/questions.json?${named}`);
    this.#asking = false;
    if (this.#over) return;
    if (Array.isArray(told?.next)) this.#told = told;
    else this.#told ??= this.#alone();
    this.show();
  }

  /** Nobody answered yet: what this wall itself has heard asked, in the order it was said. */
  #alone() {
    const { posts, seq = 0 } = this.#wall;
    return { seq, session: null, speakers: [], now: null, next: posts.filter(({ question }) => question), unheard: [], answered: [] };
  }

  /** What stands there, from the top down. Without what was dropped since: an answer on its way does not bring it back. */
  #rows() {
    const { now, next, unheard, answered } = this.#told;
    const there = (posts) => posts.filter((post) => post && !this.#isGone(post)).map((post) => this.#wall.get(post.id) ?? post);
    const [up] = there([now]);
    const open = there(next);
    const many = up ? AT_ONCE : AT_ONCE + 1;
    const first = open.slice(0, many);
    const waiting = there(unheard).filter((post) => !first.some(({ id }) => id === post.id));
    const turn = waiting[Math.floor((this.#wall.moment() ?? 0) / TURN) % (waiting.length || 1)];
    const last = turn ?? open[many];
    return {
      answered: there(answered).slice(0, 2).reverse(),
      now: up ?? null,
      open: [...first, ...(last ? [last] : [])].map((post) => ({ post, heard: post !== turn })),
    };
  }

  #isGone({ id }) {
    return this.#wall.gone?.get(id) > this.#told.seq;
  }

  /** All that a drawing depends on. While it is paused, only what goes away changes it. */
  #drawnFor(rows) {
    const { clientWidth, clientHeight } = this.#place;
    const { session, speakers } = this.#told;
    const { event, screen, upright } = this.#wall;
    const { answered, now, open } = rows;
    if (this.#wall.paused && this.#up && this.shown.every((id) => [...answered, now, ...open.map(({ post }) => post)].some((post) => post?.id === id))) return this.#state;
    return JSON.stringify([rows, session, speakers, event.title, event.tags, screen.look, clientWidth, clientHeight, upright]);
  }

  #draw(rows) {
    const before = new Map([...this.#place.querySelectorAll(".q[data-id]")].map((row) => [row.dataset.id, row.getBoundingClientRect().top]));
    const known = this.#up !== null;
    const { element, ids } = drawBoard(this.#place, rows, this.#told, this.#wall);
    this.#up = { element, ids };
    if (this.#wall.still || !known) return;
    // Who was there slides to the new place; who comes, appears. What was hidden is gone without any motion.
    for (const row of element.querySelectorAll(".q[data-id]")) {
      const top = before.get(row.dataset.id);
      const way = (top ?? 0) - row.getBoundingClientRect().top;
      if (top === undefined) row.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR);
      else if (Math.abs(way) > 1) row.animate([{ translate: `0 ${way}px` }, { translate: "0 0" }], { duration: SLOW, easing: "cubic-bezier(.45, 0, .25, 1)" });
    }
  }
}

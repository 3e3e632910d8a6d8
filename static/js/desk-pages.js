// The queue as the server tells it, page by page: which one stands, what comes next, and that a late answer is not taken for
// the queue of now.

import { get } from "./acts.js";
import { fits, newestFirst, query } from "./desk-filter.js";
import { Queue } from "./queue.js";

export class Pages {
  queue = new Queue({ fits: () => false });

  #t;
  #base;
  #feed;
  #onRefused;
  #view = null;
  #turn = 0;
  #loading = false;

  constructor({ t, base, feed, onRefused }) {
    this.#t = t;
    this.#base = base;
    this.#feed = feed;
    this.#onRefused = onRefused;
  }

  /** Another queue, or the same anew; `answer`: where the page brought it along. Gives the answer, or null. */
  async turn(view, answer = null) {
    const turn = ++this.#turn;
    this.#view = view;
    this.#loading = true;
    const told = answer ?? (await this.#ask());
    if (turn !== this.#turn) return null;
    this.#loading = false;
    if (!told) return null;
    this.queue = new Queue({ fits: (post) => fits(post, view), newestFirst: newestFirst(view.state), folds: !view.narrow.cluster });
    this.#add(told);
    return told;
  }

  /** The next page, where there is one and it is not on its way. Says whether something came. */
  async more() {
    const { next } = this.queue;
    if (next === null || this.#loading) return false;
    const turn = this.#turn;
    this.#loading = true;
    const told = await this.#ask(next);
    if (turn !== this.#turn) return false;
    this.#loading = false;
    if (told) this.#add(told);
    return Boolean(told);
  }

  #add(told) {
    this.#feed.begin(told);
    this.queue.add(told);
    for (const change of this.#feed.since(told)) this.hear(change);
  }

  /** A change of the socket. Says whether this queue became different. */
  hear({ seq, post, id }) {
    return post ? this.queue.hear(post, seq) : this.queue.drop(id, seq);
  }

  async #ask(after = null) {
    const answer = await get(`${this.#base}/queue.json?${query(this.#view, after)}`, this.#t);
    if (!answer.ok) this.#onRefused(answer.sentence);
    return answer.ok ? answer.body : null;
  }
}

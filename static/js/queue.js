// One queue, as far as it is known here: the pages that were loaded, and what changed since. Pure: knows neither page nor
// socket. Of posts that say nearly the same only the first is a row.

import { Ordered } from "./ordered.js";

export class Queue {
  /** The way to the next page, or null where all is here. */
  next = null;
  total = 0;

  #fits;
  #newestFirst;
  #folds;
  #known = new Ordered();
  #at = new Map(); // post id → the number at which it was seen so
  #unseen = new Map(); // cluster → how many of it are not here
  #edge = null; // how far the pages reach
  #rows = null;

  /** fits(post): true, false, or null where nobody here can tell. */
  constructor({ fits, newestFirst = false, folds = true }) {
    this.#fits = fits;
    this.#newestFirst = newestFirst;
    this.#folds = folds;
  }

  get(id) {
    return this.#known.get(id);
  }

  /** Posts in the queue's order, one of each cluster. */
  get rows() {
    return (this.#rows ??= this.#fold());
  }

  /** How many say nearly the same as this one, itself among them. */
  size(post) {
    if (!this.#folds || !post.cluster) return 1;
    return this.members(post.cluster).length + (this.#unseen.get(post.cluster) ?? 0);
  }

  members(cluster) {
    return this.#known.posts.filter((post) => post.cluster === cluster);
  }

  /** How many there are beyond the rows that are here. */
  get beyond() {
    return this.next === null ? 0 : Math.max(0, this.total - this.rows.length);
  }

  /** An answer of queue.json: the first page, or the next one. */
  add({ seq, posts, next, total, clusters = {} }) {
    for (const post of posts) if ((this.#at.get(post.id) ?? -1) <= seq) this.#put(post, seq);
    if (posts.length) this.#edge = posts.at(-1).order;
    this.next = next ?? null;
    this.total = total;
    for (const [cluster, { size }] of Object.entries(clusters)) {
      this.#unseen.set(Number(cluster), Math.max(0, size - this.members(Number(cluster)).length));
    }
    this.#rows = null;
  }

  /** A post as it is at this number. Says whether anything here became different. */
  hear(post, seq) {
    const had = this.#known.get(post.id);
    if ((this.#at.get(post.id) ?? -1) > seq) return false;
    const isIn = this.#fits(post) ?? Boolean(had);
    if (!isIn) return this.drop(post.id, seq);
    if (!had && !this.#reaches(post)) {
      this.total += 1;
      return false;
    }
    return this.#counted(() => this.#put(post, seq));
  }

  drop(id, seq) {
    if ((this.#at.get(id) ?? -1) > seq || !this.#known.get(id)) return false;
    this.#at.set(id, seq);
    return this.#counted(() => {
      this.#known.forget(id);
      this.#rows = null;
    });
  }

  /** A decision on all that say the same: none of those that are not here waits any more. */
  settle(cluster) {
    this.#unseen.delete(cluster);
  }

  /** The total counts rows. */
  #counted(act) {
    const before = this.rows.length;
    act();
    this.total += this.rows.length - before;
    return true;
  }

  #put(post, seq) {
    this.#known.put(post);
    this.#at.set(post.id, seq);
    this.#rows = null;
  }

  #reaches(post) {
    if (this.next === null || this.#edge === null) return true;
    return this.#newestFirst ? post.order >= this.#edge : post.order <= this.#edge;
  }

  #fold() {
    const heads = new Set();
    const rows = this.#known.posts.filter(({ cluster }) => {
      if (!this.#folds || !cluster) return true;
      return !heads.has(cluster) && heads.add(cluster);
    });
    return this.#newestFirst ? rows.reverse() : rows;
  }
}

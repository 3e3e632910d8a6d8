// How many posts each queue holds: as the server counted them last, and what was heard since. Pure.

const ALL = { waiting: 0, hold: 0, approve: 0, hide: 0, later: 0, reported: 0 };

export class Counts {
  now = { ...ALL };

  #seen = new Map(); // post id → its verdict when it was heard last
  #latest = ""; // when the newest post came in: what is older is only told anew

  /** Counted by the server: what was heard before is in it. */
  set(counts) {
    this.now = { ...ALL, ...counts };
  }

  /** `had`: the post as the queue had it. Says whether it is new to this desk. */
  hear(post, had) {
    const before = had?.verdict ?? this.#seen.get(post.id);
    const received = post.received ?? "";
    const isNew = before === undefined && !post.by && (post.stand ?? 0) < 2 && received >= this.#latest;
    if (received > this.#latest) this.#latest = received;
    this.#seen.set(post.id, post.verdict);
    if (before === post.verdict || (before === undefined && !isNew)) return false;
    if (before in this.now) this.now[before] = Math.max(0, this.now[before] - 1);
    if (post.verdict in this.now) this.now[post.verdict] += 1;
    return isNew;
  }
}

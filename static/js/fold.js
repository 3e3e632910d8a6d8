// The fold: frames of the wire become the list of posts an audience may see. Pure; knows neither page nor socket.
// For every s: snapshot(s), then all frames after s, equals snapshot(head) from the floor on.

import { Ordered } from "./ordered.js";

export class Fold {
  epoch = null;
  seq = -1;
  floor = "";
  event = null;

  #kept = new Ordered();
  #keep;

  /** `keep`: hold only about so many of the newest posts (a wall runs all day); the floor rises with what is let go. */
  constructor({ keep = Infinity } = {}) {
    this.#keep = keep;
  }

  /** Where to resume, or null where only a snapshot will do. */
  get cursor() {
    return this.epoch === null ? null : { epoch: this.epoch, seq: this.seq, floor: this.floor };
  }

  /** Posts in the order they were said. */
  get posts() {
    return this.#kept.posts;
  }

  get(id) {
    return this.#kept.get(id);
  }

  /** Begin from a page that already shows these posts (each at least `id` and `order`). */
  seed({ epoch, seq, floor = "", posts }) {
    this.#clear();
    Object.assign(this, { epoch, seq, floor });
    for (const post of posts) this.#kept.put(post);
  }

  /** Says what became different: ids put and dropped, whether all is new, whether the event changed. */
  apply(frame) {
    const change = { whole: false, event: false, put: new Set(), dropped: new Set() };
    const { epoch, seq, messages = [] } = frame;
    const fresh = messages.some((message) => message.type === "snapshot" || message.type === "reset");
    // A frame below our cursor is one we had. Applying its puts again could bring back, for a moment, what was hidden since.
    if (!fresh && (epoch !== this.epoch || seq < this.seq)) return change;
    for (const message of messages) this.#one(message, frame, change);
    if (this.epoch === epoch) this.seq = Math.max(this.seq, seq);
    this.#trim();
    return change;
  }

  #one(message, frame, change) {
    switch (message.type) {
      case "snapshot":
        this.#clear();
        this.epoch = frame.epoch;
        this.seq = frame.seq;
        this.floor = message.floor ?? "";
        this.event = message.event;
        for (const post of message.posts) this.#kept.put(post);
        Object.assign(change, { whole: true, event: true, put: new Set(this.#kept.ids()), dropped: new Set() });
        break;
      case "reset":
        // Nothing is known until the snapshot: no cursor, and no put is taken.
        this.#clear();
        Object.assign(change, { whole: true, put: new Set(), dropped: new Set() });
        break;
      case "put":
        if (this.epoch !== null) this.#replace(message.post, change);
        break;
      case "drop":
        if (this.#kept.forget(message.id)) change.dropped.add(message.id);
        change.put.delete(message.id);
        break;
      case "event":
        this.event = message.event;
        change.event = true;
        break;
    }
  }

  #replace(post, change) {
    const had = this.#kept.forget(post.id);
    if (post.order >= this.floor) {
      this.#kept.put(post);
      change.put.add(post.id);
      change.dropped.delete(post.id);
    } else if (had) change.dropped.add(post.id);
  }

  #trim() {
    if (this.posts.length <= this.#keep * 1.25) return;
    this.#kept.shed(this.posts.length - this.#keep);
    this.floor = this.posts[0].order;
  }

  #clear() {
    this.epoch = null;
    this.seq = -1;
    this.floor = "";
    this.#kept.clear();
  }
}

// Where this browser had read to when it went away. Kept in the browser alone; what cannot be kept is forgotten quietly.

const AWAY = 5 * 60_000; // shorter is a reader who looked elsewhere

export class Bookmark {
  /** The order of the last post that was seen before leaving, and when that was; null on a first visit. */
  left = null;
  leftAt = null;

  #key;
  #storage;
  #now;
  #read = null;
  #at = null;

  constructor(event, storage, now = () => Date.now()) {
    this.#key = `strand-read:${event}`;
    this.#storage = storage;
    this.#now = now;
    this.#load();
    this.back();
  }

  /** Somebody is here again. True where they were away. */
  back() {
    if (this.#read === null || this.#now() - this.#at < AWAY) return false;
    this.left = this.#read;
    this.leftAt = this.#at;
    this.#keep();
    return true;
  }

  /** A post was in view. */
  saw(order) {
    if (this.#read === null || order > this.#read) this.#read = order;
    this.#keep();
  }

  #keep() {
    this.#at = this.#now();
    try {
      const { left, leftAt } = this;
      this.#storage.setItem(this.#key, JSON.stringify({ read: this.#read, at: this.#at, left, leftAt }));
    } catch {
      // no room, or not allowed
    }
  }

  #load() {
    try {
      const { read, at, left, leftAt } = JSON.parse(this.#storage.getItem(this.#key)) ?? {};
      if (typeof read !== "string" || !Number.isFinite(at)) return;
      this.#read = read;
      this.#at = at;
      if (typeof left === "string" && Number.isFinite(leftAt)) Object.assign(this, { left, leftAt });
    } catch {
      // somebody else's words in our place
    }
  }
}

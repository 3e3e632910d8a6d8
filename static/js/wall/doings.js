// What a wall tells the server of itself: which posts were legible from when to when, and what it does just now. Pure but for
// the clock and the line that it is given.

const EVERY = 5_000; // between two words of what was shown
const LONG = 60_000; // a stay that goes on is told in pieces, so that a machine that dies has told nearly all
const CHANGES = 2_000;
const MOST = 200; // pieces that wait for a line

export class Doings {
  #say;
  #clock;
  #named;
  #since = new Map(); // who is legible, since when
  #pieces = []; // [id, from, to]
  #shownAt = -Infinity;
  #doing = "";
  #doingAt = -Infinity;

  /** say(word): false where there is no line · named: only a screen with a name has showings */
  constructor(say, { named = true, clock = () => performance.now() } = {}) {
    this.#say = say;
    this.#named = named;
    this.#clock = clock;
  }

  /** These are legible now, and nothing else is. */
  show(ids) {
    const now = this.#clock();
    const on = new Set(ids);
    for (const [id, since] of this.#since) {
      if (on.has(id) && now - since < LONG) continue;
      if (now > since) this.#pieces.push([id, since, now]);
      this.#since.delete(id);
    }
    for (const id of on) if (!this.#since.has(id)) this.#since.set(id, now);
    this.#tellShown(now);
  }

  /** {mode, kept, firsts, wait}: told when it is another. */
  do(doing) {
    const now = this.#clock();
    const word = JSON.stringify(doing);
    if (word === this.#doing || now - this.#doingAt < CHANGES || this.#say({ doing }) === false) return;
    this.#doing = word;
    this.#doingAt = now;
  }

  /** A new line: the server may have forgotten what we do. */
  again() {
    this.#doing = "";
  }

  #tellShown(now) {
    this.#pieces = this.#pieces.slice(-MOST);
    if (!this.#named) this.#pieces = [];
    if (!this.#pieces.length || now - this.#shownAt < EVERY) return;
    const shown = this.#pieces.map(([id, from, to]) => [id, Math.round(now - from), Math.round(now - to)]);
    if (this.#say({ shown }) === false) return;
    this.#pieces = [];
    this.#shownAt = now;
  }
}

// The talks of the next hours, as the server lists them; asked again every ten minutes and when the programme may have changed.

const AGAIN = 600_000; // the list reaches twelve hours ahead
const SOON = 30_000;

export class Sessions {
  rows = [];
  #ask;
  #changed;
  #clock;
  #due = -Infinity;

  /** ask(): a promise of {sessions} or null · changed(): there are others */
  constructor(ask, changed = () => {}, clock = () => performance.now()) {
    this.#ask = ask;
    this.#changed = changed;
    this.#clock = clock;
  }

  /** Once a second. */
  tick() {
    if (this.#clock() >= this.#due) this.load();
  }

  /** What is there stays until there is news. */
  async load() {
    this.#due = this.#clock() + AGAIN;
    const told = await this.#ask();
    if (!Array.isArray(told?.sessions)) this.#due = this.#clock() + SOON;
    else {
      this.rows = told.sessions;
      this.#changed();
    }
  }
}

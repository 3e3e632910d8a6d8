// What this screen is to show: its state as the server tells it, and defaults where nobody has told. Draws nothing.

const LOOK = {
  theme: "dark", density: "normal", metres: 0, height: 0, columns: 1, margin: 0, turn: 0, sponsors: true, pictures: true,
};
const STATE = {
  name: "", audience: "public", room: "", mode: "strand", programme: [], quiet: [], says: null, paused: false, sponsors: [],
};
const AGAIN = 30_000;

/** A state with nothing left out. What is not an object is nothing. */
export function whole(told) {
  const state = { ...STATE, ...told };
  return { ...state, look: { ...LOOK, ...told?.look } };
}

export class Screen {
  state;
  #ask;
  #changed;
  #retry = null;
  #asked = 0;

  /** told: what is in the page, or null · ask(): a promise of the state or null · changed(): it is another */
  constructor(told, ask, changed = () => {}) {
    this.state = whole(told);
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Ask anew. What is there stays until there is an answer; without one it is asked again. */
  async load() {
    const asked = ++this.#asked;
    clearTimeout(this.#retry);
    const told = await this.#ask();
    if (asked !== this.#asked) return; // a newer question is on its way
    if (told) this.take(told);
    else this.#retry = setTimeout(() => this.load(), AGAIN);
  }

  stop() {
    clearTimeout(this.#retry);
  }

  take(told) {
    const state = whole(told);
    if (JSON.stringify({ ...state, now: 0 }) === JSON.stringify({ ...this.state, now: 0 })) return;
    this.state = state;
    this.#changed();
  }
}

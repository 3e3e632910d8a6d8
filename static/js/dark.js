// Darkness: the wall shows nothing, because the desk says so, or because somebody held Esc here for a second. The second
// way needs no network, and is undone in the same way; over a reload it is remembered, so that nothing flashes up.

const HELD = 1_000;
const KEPT = "strand-dark";

export class Dark {
  #over;
  #told = false;
  #here = recall();
  #timer = null;

  /** `over`: the element that covers everything, with a sentence in it · t: words */
  constructor(over, t) {
    this.#over = over;
    over.firstElementChild.textContent = t.dark_here;
    addEventListener("keydown", (press) => this.#down(press));
    addEventListener("keyup", (press) => press.key === "Escape" && this.#release());
    addEventListener("blur", () => this.#release()); // the key's end would be told to somebody else
    this.#draw();
  }

  /** The desk blanked all screens, or let them go on. */
  toldBy(desk) {
    this.#told = Boolean(desk);
    this.#draw();
  }

  #down(press) {
    if (press.key !== "Escape") return this.#release();
    if (press.repeat || this.#timer !== null) return undefined;
    this.#timer = setTimeout(() => this.#turn(), HELD);
    return undefined;
  }

  #release() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #turn() {
    this.#here = !this.#here;
    remember(this.#here);
    this.#draw();
  }

  #draw() {
    this.#over.hidden = !this.#told && !this.#here;
    this.#over.firstElementChild.hidden = !this.#here;
  }
}

function recall() {
  try {
    return sessionStorage.getItem(KEPT) === "1";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(dark) {
  try {
    if (dark) sessionStorage.setItem(KEPT, "1");
    else sessionStorage.removeItem(KEPT);
  } catch {
    // it is dark all the same
  }
}

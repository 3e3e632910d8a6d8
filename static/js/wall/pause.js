// Pause: by the key P or Space at the wall, or from the desk. Over a reload the key's pause is not remembered: nobody may be
// there to press it again.

export class Pause {
  #here = false;
  #desk;
  #changed;

  /** desk(): whether the desk paused this screen · changed(): it is paused now, or no more */
  constructor(desk, changed) {
    this.#desk = desk;
    this.#changed = changed;
    addEventListener("keydown", (press) => this.#press(press));
  }

  get on() {
    return this.#here || this.#desk();
  }

  #press(press) {
    const { key, repeat, ctrlKey, altKey, metaKey } = press;
    if ((key !== " " && key.toLowerCase() !== "p") || repeat || ctrlKey || altKey || metaKey) return;
    press.preventDefault();
    this.#here = !this.on;
    this.#changed();
  }
}

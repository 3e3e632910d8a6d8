// The stage: which mode is up. A mode that is missing or throws gives way to the strand, the strand to the holding card;
// after a minute it is tried again. Knows no mode's inside.

import { Card } from "./card.js";
import { Gallery } from "./gallery.js";
import { NowNext } from "./now-next.js";
import { Overlay } from "./overlay.js";
import { People } from "./people.js";
import { Questions } from "./questions.js";
import { Says } from "./says.js";
import { Strand } from "./strand.js";
import { Voice } from "./voice.js";

/** Every mode by its name. A mode is `new Mode(place, wall)` with show({ moving }), shown and end(). */
export const MODES = {
  strand: Strand,
  voice: Voice,
  card: Card,
  says: Says,
  questions: Questions,
  now: NowNext,
  gallery: Gallery,
  people: People,
  overlay: Overlay,
};

const AGAIN = 60_000;
const APPEAR = 800;

export class Stage {
  name = null; // the mode that is up; null where none can be
  #layer;
  #wall;
  #modes;
  #clock;
  #mode = null;
  #place = null;
  #fallen = new Map();

  /** `layer`: holds one <section class="mode"> for the mode that is up. A section that is in the page already is used again. */
  constructor(layer, wall, modes = MODES, clock = () => performance.now()) {
    this.#layer = layer;
    this.#wall = wall;
    this.#modes = modes;
    this.#clock = clock;
  }

  /** Ids of the posts that are legible just now. */
  get shown() {
    try {
      return [...(this.#mode?.shown ?? [])];
    } catch (error) {
      this.#fell(error);
      return [];
    }
  }

  /** Whether a mode has anything to show just now. One that does not say so has. */
  worth(name) {
    try {
      return name === "holding" || (this.#stands(name) && (this.#modes[name].worth?.(this.#wall) ?? true));
    } catch (error) {
      this.#fell(error, name);
      return false;
    }
  }

  /**
   * Put this mode up, or what stands in for it, and let it draw. `moving`: something arrived, so things may move; `turning`:
   * nothing happened, and time went on.
   */
  show(wanted, { moving = false, turning = false } = {}) {
    for (const name of new Set([wanted, "strand"])) if (this.#stands(name) && this.#try(name, { moving, turning })) return;
    this.clear();
  }

  /** Nothing is up: no motion, no listener, nobody's words in the page. */
  clear() {
    const [mode, place] = [this.#mode, this.#place];
    Object.assign(this, { name: null });
    this.#mode = this.#place = null;
    try {
      mode?.end();
    } catch (error) {
      this.#wall.trouble("script", String(error));
    }
    if (place?.dataset.kept === undefined) place?.remove();
    else place.hidden = true;
  }

  #stands(name) {
    return name in this.#modes && this.#clock() - (this.#fallen.get(name) ?? -Infinity) >= AGAIN;
  }

  #try(name, how) {
    try {
      if (name !== this.name) this.#change(name);
      this.#mode.show(how);
      return true;
    } catch (error) {
      this.#fell(error, name);
      return false;
    }
  }

  #change(name) {
    const first = this.name === null;
    this.clear();
    this.name = name;
    this.#place = this.#placeFor(name);
    this.#mode = new this.#modes[name](this.#place, this.#wall);
    if (!first && !this.#wall.still) this.#place.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR);
  }

  #placeFor(name) {
    const kept = this.#layer.querySelector(`:scope > .mode[data-mode="${name}"]`);
    const place = kept ?? Object.assign(document.createElement("section"), { className: "mode" });
    place.dataset.mode = name;
    place.hidden = false;
    if (!kept) this.#layer.append(place);
    return place;
  }

  #fell(error, name = this.name) {
    console.error(error);
    this.#fallen.set(name, this.#clock());
    this.clear();
    this.#wall.trouble("script", `${name}: ${error}`);
  }
}

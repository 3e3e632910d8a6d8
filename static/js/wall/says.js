// The mode says: what the organisers tell everybody, as large as the words allow and never cut; or a prompt, which asks
// everybody for a word and shows the answers as they come (prompt.js).

import { make } from "../dom.js";
import { COASTS, drawCoast } from "./coast.js";
import { grow, squeeze, steps } from "./grow.js";
import { Prompt } from "./prompt.js";

const SIZES = steps(210, 32);
const APPEAR = 800;

export class Says {
  #place;
  #wall;
  #drawn = "";
  #prompt = null;

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
  }

  static worth({ screen }) {
    return Boolean(screen.says);
  }

  show({ moving = false, turning = false } = {}) {
    const { says } = this.#wall.screen;
    const { event, upright } = this.#wall;
    const { clientWidth, clientHeight } = this.#place;
    const drawn = JSON.stringify([says?.kind, says?.words, says?.at, event.title, event.tags[0], clientWidth, clientHeight, upright]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#prompt?.end();
      this.#prompt = says?.kind === "prompt" ? new Prompt(this.#place, this.#wall) : null;
      if (!this.#prompt) this.#announce(says?.words ?? event.title, Boolean(says));
    }
    this.#prompt?.show({ moving: moving || turning });
  }

  get shown() {
    return this.#prompt?.shown ?? [];
  }

  end() {
    this.#prompt?.end();
    this.#place.replaceChildren();
    this.#drawn = "";
  }

  #announce(words, labelled) {
    const { t, event, upright, still } = this.#wall;
    const loud = make("p", { class: "loud", dir: "auto", role: "status" }, words.trim());
    const box = make("div", { class: "one" }, loud);
    const element = make(
      "div",
      { class: "announcement", "data-kind": "house", "data-new": true },
      drawCoast(COASTS.house[upright ? 1 : 0]),
      labelled && make("p", { class: "label" }, t.from_the_house),
      box,
      make("span", { class: "knot" }),
      make(
        "footer",
        { class: "below" },
        make("p", {}, make("b", { "data-shows": "title" }, event.title)),
        event.rehearsal && make("p", { class: "made-up" }, t.made_up),
        event.tags[0] && !event.rehearsal && make("p", {}, make("bdi", { "data-shows": "tag" }, `#${event.tags[0]}`)),
        make("time", { class: "hour", "data-shows": "clock" }),
      ),
    );
    this.#place.replaceChildren(element);
    const size = (z) => element.style.setProperty("--z", z);
    if (!grow(loud, box.clientHeight, SIZES.filter((z) => z >= 56), size)) squeeze(loud, box.clientHeight, SIZES, size);
    if (!still) loud.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR);
  }
}

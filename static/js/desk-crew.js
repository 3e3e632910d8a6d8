// Who is at the desk, what each has in hand, and how the screens are: asked every two seconds, which says at the same time
// that we are here. Draws the two lists in the column of sea; the rest it hands on.

import { send } from "./acts.js";
import { ago } from "./desk-ago.js";
import { fill, make } from "./dom.js";

const EVERY = 2_000;
const SLOWLY = 8_000; // while the server does not answer
const part = (id) => document.getElementById(id);

export class Crew {
  #t;
  #address;
  #hand;
  #frozen;
  #onHeard;
  #desk = word();
  #claims = new Map();
  #timer = 0;
  #told = undefined;

  /** hand(): the post in hand or null · frozen(): whether the screens are to rest · onHeard(answer of the pulse) */
  constructor({ t, base, hand, frozen, onHeard }) {
    this.#t = t;
    this.#address = `${base}/pulse`;
    this.#hand = hand;
    this.#frozen = frozen;
    this.#onHeard = onHeard;
  }

  start() {
    this.#beat();
    return this;
  }

  /** The name of whoever else has this post in hand. */
  claim(id) {
    return this.#claims.get(id) ?? "";
  }

  /** Another post is in hand: said at once, but not for every one that is leafed past. */
  moved() {
    if (this.#hand() === this.#told) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), 250);
  }

  async #beat() {
    clearTimeout(this.#timer);
    this.#told = this.#hand();
    const answer = await send(this.#address, { desk: this.#desk, post: this.#told }, this.#t);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), answer.ok ? EVERY : SLOWLY);
    if (!answer.ok) return;
    const { here = [], screens = [] } = answer.body;
    this.#claims = new Map(here.filter(({ me, post }) => !me && post).map(({ post, name }) => [post, name]));
    this.#drawCrew(here);
    this.#drawScreens(screens);
    this.#onHeard(answer.body);
  }

  #drawCrew(here) {
    const t = this.#t;
    const names = new Map();
    for (const { name, post, me } of here) {
      const known = names.get(`${me} ${name}`);
      names.set(`${me} ${name}`, { name: me ? t.you : name, reads: Boolean(post) || known?.reads, me });
    }
    const list = [...names.values()].sort((a, b) => b.me - a.me);
    part("crew").closest("section").hidden = !list.length;
    part("crew").replaceChildren(...list.map(({ name, reads, me }) =>
      make("li", {}, make("bdi", {}, name), !me && reads && make("span", {}, t.reading_one))));
  }

  #drawScreens(screens) {
    const t = this.#t;
    part("screens").closest("section").hidden = !screens.length;
    part("screens").replaceChildren(...screens.map((screen) => {
      const late = screen.connected && screen.acknowledged === false;
      const words = this.#does(screen, late);
      return make("li", { "data-ok": screen.connected && !late, "data-late": late }, make("i", { "aria-hidden": "true" }), make("bdi", {}, screen.name), make("span", {}, words));
    }));
    // While they are to rest, a screen nobody hears of may still show something; else it is only switched off.
    const late = screens.filter(({ connected, acknowledged }) => (connected ? acknowledged === false : this.#frozen())).length;
    part("late").hidden = !late;
    part("late").textContent = late === 1 ? t.one_screen_late : fill(t.screens_late, { n: late });
  }

  #does({ connected, seconds, audience, mode, shows, paused }, late) {
    const t = this.#t;
    if (!connected) return seconds === null ? t.screen_never : fill(t.screen_silent, { ago: ago(seconds ?? 0, t) });
    if (late) return t.screen_late;
    return paused ? t.screen_paused : t[`mode_${shows?.mode ?? mode}`] ?? t[`screen_${audience}`] ?? "";
  }
}

/** A word of this page's own. Not secret: it only tells two desks of one person apart. */
function word() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Now and next on the holding card. Before the server's first word, when only the times are known, it says those and no more.

import { fill, make } from "../dom.js";
import { hours, otherDay } from "./hours.js";

const TURN = 15_000; // several rooms take turns
const SOON = 12 * 3_600_000;

export class Due {
  #place;
  #wall;
  #drawn = "";

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
  }

  /** Once a second while the holding card is up. */
  show() {
    const { sessions, room, event, unit, upright } = this.#wall;
    const moment = this.#wall.moment();
    const { on, next } = hours(sessions, moment, room);
    const turn = Math.floor((moment ?? 0) / TURN);
    const running = room && on[0]?.room === room ? on[0] : on[turn % (on.length || 1)];
    const coming = next.filter(({ at }) => moment === null || Date.parse(at) - moment < SOON).slice(0, moment === null ? 2 : 1);
    const rows = coming.map(({ at, time, rows: all }) => ({
      time: [otherDay(at, moment, event.time_zone, document.documentElement.lang), time].filter(Boolean).join(" "),
      title: all[room ? 0 : turn % all.length].title,
    }));
    const drawn = JSON.stringify([running, rows, unit, upright]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#draw(running, rows);
  }

  #draw(running, rows) {
    const { t } = this.#wall;
    this.#place.replaceChildren(
      ...(running ? [line("now", running.room ? fill(t.now_in, running) : t.now, running.title, running.lang)] : []),
      ...rows.map(({ time, title }) => line("next", time, title)),
    );
    this.#place.hidden = !running && !rows.length;
    // The line of the shore lies below: what has no room goes, the last first.
    const low = () => this.#place.scrollHeight > this.#place.clientHeight + 1;
    while (this.#place.children.length > 1 && low()) this.#place.lastElementChild.remove();
  }
}

function line(kind, label, title, lang = null) {
  return make("p", { "data-kind": kind }, make("small", {}, label), " ", make("b", { dir: "auto", lang: lang || null }, title));
}

// The mode strand: the newest voices on the line, what is on beside it, and the way to the form. Its section is in the page.

import { Now } from "../now.js";
import { Voices } from "../voices.js";

export class Strand {
  #place;
  #wall;
  #voices;
  #now;
  #stop = new AbortController();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    const part = (id) => place.querySelector(`#${id}`);
    this.#voices = new Voices(part("voices"), part("shore"), wall);
    this.#now = new Now(part("now"), part("say"), wall.t);
    addEventListener("resize", () => this.refit(), { signal: this.#stop.signal });
  }

  refit() {
    this.#voices.refit();
    this.#now.refit();
  }

  show({ moving }) {
    const { posts } = this.#wall;
    this.#voices.show(posts, moving);
    this.#place.querySelector("#first-word").hidden = posts.length > 0 || this.#wall.event.state === "archived";
    const moment = this.#wall.moment();
    if (moment !== null) this.#now.show(this.#wall.sessions, moment);
  }

  get shown() {
    return this.#voices.ids;
  }

  end() {
    this.#stop.abort();
    this.#voices.end();
  }
}

// Everything around the queue that says how things are: counts, the open tab, the line, the freeze, the thumb, the title.

import { STATES, chosen } from "./desk-filter.js";
import { called, stands } from "./desk-row.js";
import { fill } from "./dom.js";

const SAID_FOR = 8_000;
const part = (id) => document.getElementById(id);
const TABS = { waiting: "waiting", hold: "held", approve: "shown", hide: "hidden", later: "put_by", reported: "reported" };

export class Signs {
  #t;
  #habits;
  #line = "holding";
  #event = null;
  #title = document.title;
  #saying = 0;

  constructor({ t, habits }) {
    this.#t = t;
    this.#habits = habits;
  }

  show({ counts, view, queue, chosen: n }) {
    const t = this.#t;
    for (const state of STATES) {
      const tab = part("queues").querySelector(`[data-queue="${state}"]`);
      tab.querySelector("b").textContent = counts[state];
      if (state === "reported") tab.toggleAttribute("data-calls", counts[state] > 0);
    }
    const narrowed = chosen(view.narrow).length > 0;
    part("nothing").hidden = queue.rows.length > 0 || queue.next !== null;
    part("nothing-words").firstElementChild.textContent = narrowed ? t.nothing_fits : view.state === "waiting" ? t.nothing_waits : t.nothing_here;
    part("nothing-words").lastElementChild.textContent = narrowed ? t.nothing_fits_more : view.state === "waiting" ? t.nothing_waits_more : "";
    part("rest").textContent = queue.beyond ? fill(t.more_wait, { n: queue.beyond }) : "";
    part("chosen").hidden = !n;
    part("chosen-words").textContent = n === 1 ? t.one_chosen : fill(t.many_chosen, { n });
    document.body.toggleAttribute("data-chosen", n > 0);
    document.title = this.#habits.count && counts.waiting ? `(${counts.waiting}) ${this.#title}` : this.#title;
  }

  turn(view) {
    for (const link of part("queues").querySelectorAll("[data-queue]")) {
      if (link.dataset.queue === view.state) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    part("heading").textContent = this.#t[TABS[view.state]];
    part("opened").hidden = !view.narrow.cluster;
  }

  /** What the thumb can do with the post in hand, or with those chosen. */
  thumb(post, n) {
    part("thumb").hidden = !post && !n;
    for (const button of part("thumb").querySelectorAll("[data-act]")) {
      const { act } = button.dataset;
      if (act === "more") continue;
      button.hidden = Boolean(post) && !n && stands(post, act);
      button.textContent = this.#t[post && !n ? called(post, act) : act];
    }
    for (const button of part("more").querySelectorAll("[data-of-one]")) {
      button.hidden = !post || (button.dataset.act === "words" && stands(post, "words")) || (button.dataset.ofShown !== undefined && post.verdict !== "approve");
    }
  }

  event(event) {
    this.#event = event;
    part("freeze").setAttribute("aria-pressed", String(event.frozen));
    part("freeze").firstElementChild.textContent = event.frozen ? this.#t.unfreeze : this.#t.freeze;
    this.line(this.#line);
  }

  line(state) {
    this.#line = state;
    const frozen = this.#event?.frozen;
    const words = { live: frozen ? this.#t.frozen : this.#t.live, badge: this.#t.quiet_line, holding: this.#t.lost_line };
    part("state").textContent = words[state];
    part("state").dataset.state = state === "live" && frozen ? "frozen" : state;
  }

  /** What others ask of us, and who has nobody's answer yet. */
  calls({ asked = 0, unanswered = 0 }) {
    for (const [id, n] of [["asked", asked], ["voices", unanswered]]) {
      part(id).closest("li").hidden = !n;
      part(id).querySelector("b").textContent = n;
    }
  }

  /** What went wrong, until something goes right. */
  trouble(sentence) {
    part("trouble").textContent = sentence;
    part("trouble").hidden = !sentence;
  }

  /** How far an act on many is; null: it is over. */
  progress(sum) {
    part("progress").hidden = sum === null;
    if (sum === null) return;
    part("bar").max = sum.done + sum.rest || 1;
    part("bar").value = sum.done;
    part("bar-words").textContent = fill(this.#t.progress, { n: sum.done, of: sum.done + sum.rest });
  }

  /** One sentence about what was done, above the queue, for a while. */
  say(words) {
    clearTimeout(this.#saying);
    part("told").textContent = part("said").textContent = words;
    part("said").hidden = !words;
    if (words) this.#saying = setTimeout(() => this.say(""), SAID_FOR);
  }
}

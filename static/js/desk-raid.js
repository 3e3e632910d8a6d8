// When it gets rough: what looks like a raid, and one tap to guard the house; while it is guarded, what that means and the end.

import { send } from "./acts.js";
import { fill, make } from "./dom.js";

const part = (id) => document.getElementById(id);
const MODES = ["review_all", "trusted_only", "text_only", "freeze"];

export class Raid {
  #t;
  #address; // also of the page where the rest is cleaned up
  #onRefused;
  #shown = "";
  #open = false; // asked for by hand, with nothing proposed

  constructor({ t, base, onRefused }) {
    this.#t = t;
    this.#address = `${base}/raid`;
    this.#onRefused = onRefused;
    part("raid").addEventListener("click", ({ target }) => {
      const { mode } = target.closest("button")?.dataset ?? {};
      if (mode) this.#turn(mode);
    });
  }

  /** By hand, where nobody proposed it. */
  toggle() {
    this.#open = !this.#open;
    this.#shown = "";
  }

  show({ raid = null, raid_proposal: proposal = null, spare_tag: spare = "", spare: announced = null }) {
    const look = JSON.stringify([raid, proposal, spare, announced, this.#open]);
    if (look === this.#shown) return;
    this.#shown = look;
    const box = part("raid");
    box.hidden = !raid && !proposal && !this.#open;
    box.toggleAttribute("data-on", Boolean(raid));
    if (box.hidden) return;
    part("raid-words").replaceChildren(...(raid ? this.#running(raid) : this.#proposed(proposal)));
    part("raid-modes").replaceChildren(...this.#buttons(raid, proposal));
    const offers = part("raid-spare");
    offers.closest("label").hidden = !spare || Boolean(announced);
    offers.nextElementSibling.textContent = fill(this.#t.raid_spare, { tag: spare });
  }

  #running({ mode, by }) {
    const t = this.#t;
    return [make("b", {}, t[`raid_on_${mode}`] ?? mode), by ? ` ${fill(t.raid_by, { name: by })}` : ""];
  }

  #proposed(proposal) {
    const t = this.#t;
    if (!proposal) return [make("b", {}, t.raid_by_hand)];
    const { reasons = [] } = proposal;
    const told = reasons.map((key) => fill(t[`raid_why_${key}`] ?? "", proposal)).filter(Boolean);
    return [make("b", {}, t.raid_proposed), told.length ? ` ${told.join(" ")}` : ""];
  }

  #buttons(raid, proposal) {
    const t = this.#t;
    const modes = MODES.filter((mode) => mode !== raid?.mode).map((mode, i) =>
      make("button", { type: "button", class: "button", "data-plain": raid || i > 0, "data-mode": mode }, t[`raid_${mode}`]));
    if (raid) modes.unshift(make("button", { type: "button", class: "button", "data-mode": "off" }, t.raid_off));
    if (raid || proposal) modes.push(make("a", { class: "button", "data-plain": true, href: this.#address }, t.raid_clean));
    if (proposal && !raid) modes.push(make("button", { type: "button", class: "do", "data-mode": "dismiss" }, t.raid_dismiss));
    return modes;
  }

  async #turn(mode) {
    const spare = part("raid-spare").checked && !part("raid-spare").closest("label").hidden;
    const answer = await send(this.#address, { mode, ...(spare && { spare }) }, this.#t);
    this.#onRefused(answer.ok ? "" : answer.sentence);
    if (!answer.ok) return;
    this.#open = false;
    if (answer.body.event) this.show(answer.body.event);
  }
}

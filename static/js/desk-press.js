// Keys, clicks and taps at the desk become acts. What an act does is not known here.

import { act } from "./desk-keys.js";

const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select";

/** perform(name) · onRow(id, {verdict}, {row} or {pick}, click) · onTab(state) */
export function listen({ habits, perform, onRow, onTab }) {
  addEventListener("keydown", (press) => {
    const name = act(press, habits);
    const typing = press.target.closest?.(TEXT);
    const within = document.querySelector("dialog[open]");
    if (!name || (typing && name !== "leave") || (within && (name !== "freeze" || typing))) return;
    if (typing) press.target.blur();
    press.preventDefault();
    perform(name);
  });

  document.getElementById("line").addEventListener("click", (click) => {
    const { target } = click;
    const id = Number(target.closest(".item")?.dataset.id);
    const pick = target.closest(".pick");
    if (!id || (pick && !target.matches("input"))) return; // a click on the label comes again as one on its box
    onRow(id, pick ? { pick: true } : (target.closest("button")?.dataset ?? {}), click);
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (!button) return;
    if (button.dataset.act !== "more") button.closest("dialog")?.close();
    perform(button.dataset.act);
  });

  document.getElementById("queues").addEventListener("click", (click) => {
    const link = click.target.closest("a[data-queue]");
    if (!link || click.metaKey || click.ctrlKey || click.shiftKey) return;
    click.preventDefault();
    onTab(link.dataset.queue);
  });
}

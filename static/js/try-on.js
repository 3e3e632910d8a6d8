// Colours are tried on: the example wears what is typed, and the house says how it reads. Saving works without this.

import { fill, read } from "./dom.js";

const t = read("strings");
const form = document.getElementById("colours");
const example = document.getElementById("tried-on");
const parts = [...form.querySelectorAll("[data-colour]")].map((part) => ({
  name: part.dataset.colour,
  field: part.querySelector("input[type=text]"),
  reads: part.querySelector("[data-reads]"),
  picker: picker(part),
}));
let asked = 0;
let later = null;

/** The browser's own palette, beside the field. */
function picker(part) {
  const field = part.querySelector("input[type=text]");
  const made = Object.assign(document.createElement("input"), { type: "color", value: whole(field) });
  made.setAttribute("aria-label", t.pick);
  made.addEventListener("input", () => {
    field.value = made.value;
    soon();
  });
  field.after(made);
  return made;
}

function whole(field) {
  return /^#[0-9a-f]{6}$/i.test(field.value) ? field.value.toLowerCase() : field.placeholder;
}

function soon() {
  clearTimeout(later);
  later = setTimeout(judge, 180);
}

async function judge() {
  const mine = (asked += 1);
  const query = new URLSearchParams(parts.map(({ name, field }) => [name, field.value]));
  const answer = await fetch(`${form.dataset.judge}?${query}`).catch(() => null);
  if (!answer?.ok || mine !== asked) return; // somebody typed on, or saving will say it
  const found = await answer.json();
  example.setAttribute("href", `${form.dataset.example}?${query}`);
  for (const part of parts) tell(part, found[part.name]);
}

function tell({ field, reads, picker: palette }, { wrong, better, worn }) {
  palette.value = whole(field);
  reads.toggleAttribute("data-wrong", Boolean(wrong));
  reads.textContent = wrong || (worn ? said(worn) : t.ours);
  if (!better) return;
  const take = Object.assign(document.createElement("button"), { type: "button", className: "do", textContent: fill(t.take, { colour: better }) });
  take.addEventListener("click", () => {
    field.value = better;
    field.focus();
    judge();
  });
  reads.append(" ", take);
}

function said(worn) {
  return `${fill(t.by_day, worn)} ${fill(worn.night === worn.day ? t.as_well : t.by_night, worn)}`;
}

for (const { field } of parts) field.addEventListener("input", soon);

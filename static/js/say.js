// The form's helper: a draft that survives a closed tab, and how many letters are left. The form works without it.

import { fill, read } from "./dom.js";

const t = read("strings");
const form = document.getElementById("say");
const words = form.elements.namedItem("text");
const name = form.elements.namedItem("name");
const room = document.getElementById("room");
const limit = Number(form.dataset.limit);
const place = `strand draft ${form.getAttribute("action")}`;

/** Counted as the server counts: by code points, with one for a line's end. */
const letters = (text) => [...text].length;

function count() {
  const left = limit - letters(words.value);
  room.textContent = fill(left < 0 ? t.too_long : t.room_left, { n: Math.abs(left) });
  room.toggleAttribute("data-over", left < 0);
}

// Storage can be full, forbidden or empty; none of it matters to somebody who wants to say something.
function keep() {
  try {
    localStorage.setItem(place, JSON.stringify({ words: words.value, name: name.value }));
  } catch { /* the draft is a courtesy */ }
}

function bringBack() {
  try {
    const draft = JSON.parse(localStorage.getItem(place) ?? "{}");
    if (!name.value && draft.name) name.value = draft.name;
    if (words.value || !draft.words) return;
    words.value = draft.words;
    document.getElementById("draft").textContent = t.draft_back;
  } catch { /* as above */ }
}

form.addEventListener("input", () => {
  count();
  keep();
});
// The name stays for the next time; the words are on their way. Comes the page back with a problem, it brings them along.
form.addEventListener("submit", () => {
  try {
    localStorage.setItem(place, JSON.stringify({ name: name.value }));
  } catch { /* as above */ }
});
bringBack();
count();

import "./opened.js"; // whether a card led here

// How the screens are doing, kept up to date: on the freeze page and on the page of screens. Without it one looks again.
import { read } from "./dom.js";

const { address } = read("live");
const list = document.getElementById("screens");
const EVERY = 2_000;

async function look() {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) show((await answer.json()).screens);
  } catch {
    // The next look may reach it.
  }
  setTimeout(look, EVERY);
}

/** The words are the server's: the same as on the page without a script. */
function show(screens) {
  const rows = new Map([...list.children].map((row) => [row.dataset.screen, row]));
  for (const screen of screens) {
    const row = rows.get(screen.name) ?? add(screen.name);
    if (!row) continue;
    if (row.dataset.doing !== screen.doing) row.dataset.doing = screen.doing;
    const told = row.querySelector("[data-told]");
    if (told.textContent !== screen.told) told.textContent = screen.told;
  }
}

/** A screen that came meanwhile. Where each has a form of its own it comes with the page instead. */
function add(name) {
  if (list.dataset.fixed !== undefined) return null;
  const [row, word, told] = ["li", "bdi", "span"].map((tag) => document.createElement(tag));
  row.dataset.screen = name;
  word.textContent = name;
  told.dataset.told = "";
  row.append(word, " ", told);
  list.append(row);
  document.getElementById("no-screens")?.remove();
  return row;
}

if (list) setTimeout(look, EVERY);

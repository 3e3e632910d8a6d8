// How the screens are doing, kept up to date: on the pages of screens and on the freeze page. What is pressed there is sent
// without leaving the page. Without this file one looks again, and each press leads back.

import { fill, make, read } from "./dom.js";

const { address } = read("live");
const t = read("told") ?? {};
const list = document.getElementById("screens");
const EVERY = 2_000;
const PATIENCE = 12_000;
let looked = 0;

async function look() {
  const asked = ++looked;
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && asked === looked) show((await answer.json()).screens);
  } catch {
    // The next look may reach it.
  }
  setTimeout(look, EVERY);
}

/** The words are the server's: the same as on the page without a script. */
function show(screens) {
  const rows = new Map([...document.querySelectorAll("[data-screen]")].map((row) => [row.dataset.screen, row]));
  const fixed = list.dataset.fixed !== undefined;
  for (const screen of screens) {
    const row = rows.get(String(screen.id)) ?? (fixed ? null : add(screen));
    if (row) told(row, screen);
  }
  if (fixed && t.newcomer) newcomer(screens.find(({ id }) => !rows.has(String(id))));
  const all = document.querySelector("#all [data-pause]");
  if (all) pauses(all, screens.every(({ paused }) => paused));
}

function told(row, screen) {
  if (row.dataset.doing !== screen.doing) row.dataset.doing = screen.doing;
  say(row.querySelector("[data-told]"), screen.told);
  say(row.querySelector("[data-heard]"), screen.heard);
  lines(row.querySelector("[data-also]"), screen.also);
  const says = row.querySelector("[data-says]");
  if (says) {
    says.hidden = !screen.says;
    say(says.querySelector("[data-words]"), screen.says?.words ?? "");
    say(says.querySelector("[data-ends]"), screen.says?.ends ? fill(t.until, { time: screen.says.ends }) : "");
  }
  for (const button of row.querySelectorAll("button[name=mode]")) button.setAttribute("aria-pressed", String(button.value === screen.mode));
  for (const button of row.querySelectorAll("[data-pause]")) pauses(button, screen.paused);
}

function say(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}

function lines(place, words) {
  if (!place) return;
  place.hidden = !words.length;
  if ([...place.children].map((one) => one.textContent).join("\n") === words.join("\n")) return;
  place.replaceChildren(...words.map((one) => make("li", {}, one)));
}

function pauses(button, paused) {
  button.value = paused ? "no" : "yes";
  say(button, paused ? t.go_on : t.pause);
}

/** A screen that came meanwhile. Where each has forms of its own it comes with the page instead, and is only named. */
function add(screen) {
  const row = make("li", { "data-screen": screen.id }, make("bdi", {}, screen.name), " ", make("span", { "data-told": true }));
  list.append(row);
  document.getElementById("no-screens")?.remove();
  return row;
}

function newcomer(screen) {
  const place = document.getElementById("newcomer");
  if (!place) return;
  place.hidden = !screen;
  if (screen) say(place.querySelector("a"), fill(t.newcomer, { name: screen.name }));
}

/* --- what is pressed --- */

async function send(form, button) {
  const wrong = form.querySelector("[data-wrong]");
  const what = new URLSearchParams(new FormData(form, button));
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button?.hasAttribute("formaction") ? button.formAction : form.action, { method: "POST", body: what, headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      looked += 1; // a look that was on its way is older than this
      show(body.screens);
      form.closest("details.else")?.removeAttribute("open");
    }
    say(wrong, answer.ok ? "" : body.error ?? (answer.status === 401 || answer.status === 403 ? t.signed_out : t.not_sent));
  } catch {
    say(wrong, t.not_sent);
  }
  wrong.hidden = !wrong.textContent;
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form || form.hasAttribute("aria-busy")) return form && event.preventDefault();
  event.preventDefault();
  send(form, event.submitter);
});

if (list) setTimeout(look, EVERY);

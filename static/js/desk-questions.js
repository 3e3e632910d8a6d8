// Questions at the desk as they change, for several desks at once. The page works without it: each act is a form.

import { read } from "./dom.js";
import { Lanes } from "./lanes.js";
import { follow, send } from "./lanes-live.js";
import { drawPost } from "./post.js";

const EVERY = 15_000; // milliseconds
const SOON = 200;

const t = read("strings");
const list = document.getElementById("questions");
const said = document.getElementById("said");
const blank = document.getElementById("row").content.firstElementChild;
const { base, of } = list.dataset;
const lanes = new Lanes(list, { draw, settle, calm: ["lane", "next"] });
let timer = null;
let left = false;

function plan(wait) {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(ask, wait);
}

async function ask() {
  plan(EVERY);
  try {
    const answer = await fetch(`${base}.json${of}`, { cache: "no-store" });
    const told = answer.ok ? await answer.json() : null;
    if (told) take(told);
    else if (answer.status === 401 || answer.status === 403) say(t.signed_out, true);
  } catch { /* no network: the next time, then */ }
}

function take({ now, lane, next, answered, versions, waiting }) {
  lanes.take({ now, lane, next, answered }, left);
  for (const row of lanes.rows) row.querySelector("[name=version]").value = versions[row.dataset.id] ?? "";
  const more = document.getElementById("waiting");
  more.textContent = waiting;
  more.hidden = !waiting;
  left = false;
}

function draw(post, had) {
  const row = had ?? blank.cloneNode(true);
  row.id = `q${post.id}`;
  row.dataset.id = post.id;
  row.querySelector("[name=post]").value = post.id;
  row.querySelector(".shown").replaceChildren(drawPost(post, t));
  return row;
}

function settle(row, lane) {
  row.dataset.in = lane;
  row.toggleAttribute("data-urgent", lane === "now");
}

function say(words, wrong = false) {
  said.textContent = words;
  said.toggleAttribute("data-wrong", wrong);
}

list.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.target, event.submitter);
});

async function act(form, button) {
  if (!button || form.dataset.busy) return;
  const told = await send(form, button, t.not_sent);
  say(told.error ?? told.done, Boolean(told.error));
  await ask();
  // The button that was pressed is not offered any more: a keyboard goes on where its question stands now.
  if (document.activeElement === document.body || document.activeElement === button) focusOn(form);
}

function focusOn(form) {
  const offered = [...form.querySelectorAll("button")].find((button) => button.offsetParent !== null);
  offered?.focus({ preventScroll: true });
}

follow(read("live"), lanes, () => plan(SOON));

document.addEventListener("visibilitychange", () => {
  left ||= document.hidden;
  plan(SOON);
});
plan(EVERY);

// Questions on a phone as they change. The page works without it. What is hidden goes at once, by the socket; what became of
// the others is asked of questions.json. While the page is looked at nothing changes places that a thumb could be over.

import { fill, read } from "./dom.js";
import { Lanes } from "./lanes.js";
import { follow, send } from "./lanes-live.js";
import { drawPost } from "./post.js";

const EVERY = 30_000; // milliseconds
const SPREAD = 3_000; // a hall does not ask all in the same moment
const OPEN = ["lane", "next"];

const t = read("strings");
const live = read("live");
const list = document.getElementById("questions");
const blank = document.getElementById("row").content.firstElementChild;
const lanes = new Lanes(list, { draw, settle, calm: OPEN });
let timer = null;
let left = false; // the page was out of sight: now everything may stand in its order

/* --- what is asked, being answered, answered --- */

function plan(wait) {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(ask, wait + Math.random() * SPREAD);
}

async function ask() {
  plan(EVERY);
  try {
    const answer = await fetch(live.ask, { cache: "no-store" });
    const told = answer.ok ? await answer.json() : null;
    if (told) take(told);
  } catch { /* no network: the next time, then */ }
}

function take({ now, also, next, lane, answered, mine = {} }) {
  const early = lane.map((id) => next.find((post) => post.id === id)).filter(Boolean);
  const rest = next.filter((post) => !early.includes(post));
  lanes.take({ now: now ? [now, ...also] : [], lane: early, next: rest, answered }, left);
  for (const row of lanes.rows) showMine(row, mine[row.dataset.id] ?? 0);
  left = false;
}

function draw(post, had) {
  const row = had ?? blank.cloneNode(true);
  row.querySelector("article")?.remove();
  row.querySelector(".knot").after(drawPost(post, t));
  if (had) return row;
  row.id = `q${post.id}`;
  row.dataset.id = post.id;
  row.querySelector(".run use").setAttribute("href", post.id % 2 ? "#run" : "#run-back");
  const form = row.querySelector(".voting");
  if (form) {
    form.action = form.getAttribute("action").replace(/\d+\/vote$/, `${post.id}/vote`);
    form.querySelector(".metoo").setAttribute("aria-label", fill(t.me_too_of, { name: post.author.name || t.anonymous }));
  }
  return row;
}

function settle(row, lane) {
  row.toggleAttribute("data-new", lane === "now");
  row.toggleAttribute("data-done", lane === "answered");
  const form = row.querySelector(".voting");
  if (form) form.hidden = !OPEN.includes(lane);
}

/* --- voting --- */

function showMine(row, votes) {
  const form = row.querySelector(".voting");
  if (!form || form.dataset.busy) return;
  const button = form.querySelector(".metoo");
  button.setAttribute("aria-pressed", votes > 0);
  button.value = votes > 0 ? "no" : "yes";
  say(form, votes === 1 ? t.votes_one : votes ? fill(t.votes_many, { n: votes }) : "");
}

function say(form, words, wrong = false) {
  const told = form.querySelector(".tapped");
  told.toggleAttribute("data-wrong", wrong);
  if (told.textContent !== words) told.textContent = words;
}

list.addEventListener("submit", (event) => {
  const form = event.target.closest(".voting");
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.busy) vote(form);
});

async function vote(form) {
  const told = await send(form, form.querySelector(".metoo"), t.vote_lost);
  if (told.error) say(form, told.error, true);
  else showMine(form.closest(".asked"), told.votes ?? 0);
}

/* --- hearing --- */

follow(live, lanes, () => plan(0));

document.addEventListener("visibilitychange", () => {
  left ||= document.hidden;
  plan(0);
});
plan(EVERY);

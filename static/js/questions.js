// Questions on a phone as they change. The page works without it. What is hidden goes at once, by the socket; what became of
// the others is asked of questions.json. Nothing moves under a thumb: who is listed stays in place until the page is left.

import { fill, read } from "./dom.js";
import { Live } from "./live.js";
import { drawPost } from "./post.js";

const EVERY = 30_000; // milliseconds
const SPREAD = 3_000; // a hall does not ask all in the same moment
const OPEN = ["lane", "next"];

const t = read("strings");
const { address, ask: where, epoch, seq } = read("live");
const list = document.getElementById("questions");
const blank = document.getElementById("row").content.firstElementChild;
let cursor = { epoch, seq };
let timer = null;
let left = false; // the page was out of sight: now everything may stand in its order

const rows = () => [...list.querySelectorAll(".asked")];
const row = (id) => list.querySelector(`.asked[data-id="${id}"]`);
const head = (name) => list.querySelector(`[data-lane="${name}"]`);

/** The lane a row stands in: the last heading above it. */
function laneOf(element) {
  let above = element;
  while (above && !above.dataset.lane) above = above.previousElementSibling;
  return above?.dataset.lane ?? "";
}

/* --- what is asked, being answered, answered --- */

function plan(wait) {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(ask, wait + Math.random() * SPREAD);
}

async function ask() {
  plan(EVERY);
  try {
    const answer = await fetch(where, { cache: "no-store" });
    if (answer.ok) take(await answer.json());
  } catch { /* no network: the next time, then */ }
}

function take({ now, also, next, lane, answered, mine = {} }) {
  const early = new Set(lane);
  const lanes = {
    now: now ? [now, ...also] : [],
    lane: lane.map((id) => next.find((post) => post.id === id)).filter(Boolean),
    next: next.filter((post) => !early.has(post.id)),
    answered,
  };
  const listed = new Set(Object.values(lanes).flat().map((post) => post.id));
  for (const old of rows()) if (!listed.has(Number(old.dataset.id))) old.remove();
  for (const [name, posts] of Object.entries(lanes)) fillLane(name, posts);
  for (const element of rows()) showMine(element, mine[element.dataset.id] ?? 0);
  left = false;
  tidy();
}

function fillLane(name, posts) {
  let after = end(name);
  for (const post of posts) {
    const there = row(post.id);
    const had = there && laneOf(there);
    const element = there ?? drawn(post);
    if (there) renew(there, post);
    const stays = there && !left && (had === name || (OPEN.includes(had) && OPEN.includes(name)));
    if (!stays) {
      (left ? after : end(name)).after(element);
      after = element;
    }
    settle(element, stays ? had : name);
  }
}

/** The last that stands in a lane, or its heading; where all is put in order, the heading. */
function end(name) {
  let last = head(name);
  if (left) return last;
  while (last.nextElementSibling?.classList.contains("asked")) last = last.nextElementSibling;
  return last;
}

function drawn(post) {
  const element = blank.cloneNode(true);
  element.id = `q${post.id}`;
  element.dataset.id = post.id;
  element.querySelector(".run use").setAttribute("href", post.id % 2 ? "#run" : "#run-back");
  element.querySelector(".knot").after(drawPost(post, t));
  remember(element, post);
  const form = element.querySelector(".voting");
  if (form) {
    form.action = form.getAttribute("action").replace(/\d+\/vote$/, `${post.id}/vote`);
    form.querySelector(".metoo").setAttribute("aria-label", fill(t.me_too_of, { name: post.author.name || t.anonymous }));
  }
  return element;
}

const known = new WeakMap();
const remember = (element, post) => known.set(element, JSON.stringify(post));

/** Words that were changed. */
function renew(element, post) {
  const before = known.get(element);
  remember(element, post);
  if (before !== undefined && before !== JSON.stringify(post)) element.querySelector("article").replaceWith(drawPost(post, t));
}

function settle(element, name) {
  element.toggleAttribute("data-new", name === "now");
  element.toggleAttribute("data-done", name === "answered");
  const form = element.querySelector(".voting");
  if (form) form.hidden = !OPEN.includes(name);
}

function tidy() {
  for (const heading of list.querySelectorAll("[data-lane]")) heading.hidden = !heading.nextElementSibling?.classList.contains("asked");
  const none = rows().length === 0;
  document.getElementById("bare").hidden = !none;
  const words = document.getElementById("none");
  if (words) words.hidden = !none;
}

/* --- voting --- */

function showMine(element, votes) {
  const form = element.querySelector(".voting");
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
  vote(form);
});

async function vote(form) {
  if (form.dataset.busy) return;
  const button = form.querySelector(".metoo");
  const body = new URLSearchParams(new FormData(form));
  body.set("on", button.value);
  form.dataset.busy = "yes";
  button.setAttribute("aria-busy", "true");
  const told = await send(form.action, body);
  delete form.dataset.busy;
  button.removeAttribute("aria-busy");
  if (told.error) say(form, told.error, true);
  else showMine(form.closest(".asked"), told.votes ?? 0);
}

async function send(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { accept: "application/json" }, body });
    return await answer.json();
  } catch {
    return { error: t.vote_lost };
  }
}

/* --- hearing --- */

new Live({
  address,
  query: { audience: "public", pace: "follow" },
  cursor: () => cursor,
  onFrame: (frame) => {
    cursor = { epoch: frame.epoch, seq: frame.seq };
    for (const message of frame.messages ?? []) hear(message);
  },
}).start();

function hear({ type, id, post }) {
  if (type === "drop") {
    row(id)?.remove();
    tidy();
  } else if (type === "put" && (post.question || row(post.id))) {
    if (row(post.id)) known.set(row(post.id), ""); // it may say something else now
    plan(0);
  } else if (type === "snapshot" || type === "reset") plan(0);
}

document.addEventListener("visibilitychange", () => {
  left ||= document.hidden;
  plan(0);
});
plan(EVERY);

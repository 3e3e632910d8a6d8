// First voices as they change: whom somebody answered leaves, whoever waits too long comes. The page works without it.
// The socket says that something happened; what it means is asked of voices.json. Time alone brings new ones, too.

import { make, read } from "./dom.js";
import { Live } from "./live.js";
import { drawPost } from "./post.js";

const EVERY = 15_000; // milliseconds
const SOON = 250;

const t = read("strings");
const page = document.getElementById("voices");
const { base, live } = page.dataset;
const state = document.getElementById("state");
const given = document.getElementById("given");

const part = (element, name) => element.querySelector(`[data-part="${name}"]`);
const row = (id) => document.getElementById(`v${id}`);
const blank = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/* --- what is to do now --- */

let timer = null;
let cursor = { epoch: page.dataset.epoch, seq: page.dataset.seq };

async function ask() {
  plan(EVERY);
  try {
    const answer = await fetch(`${base}.json`, { cache: "no-store" });
    if (answer.ok) take(await answer.json());
    else if (answer.status === 401 || answer.status === 403) part(state, "state").textContent = t.signed_out;
  } catch { /* no network: the next time, then */ }
}

function plan(wait) {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(ask, wait);
}

function take({ posts, answered, state: told }) {
  const listed = new Set(posts.map(({ post }) => post.id));
  for (const old of page.querySelectorAll(".first-voice")) {
    if (!listed.has(Number(old.dataset.post)) && !old.dataset.busy) leave(old, answered.find(({ post }) => post === Number(old.dataset.post)));
  }
  for (const one of posts) {
    const there = row(one.post.id);
    if (there) part(there, "ago").textContent = one.ago;
    else state.before(drawRow(one));
  }
  part(state, "state").textContent = told;
  part(state, "why").hidden = posts.length > 0;
  lines(answered);
}

/** Nothing somebody is typing goes away under their hands: then it is only said who was faster. */
function leave(old, answer) {
  if ("excused" in old.dataset) return; // it can still be taken back there
  if (isUntouched(old) && !old.contains(document.activeElement)) {
    old.remove();
    return;
  }
  old.toggleAttribute("data-answered", true);
  part(old, "said").textContent = answer ? `${answer.heading}: ${answer.words}` : t.already;
}

function isUntouched(section) {
  return section.querySelector("textarea").value.trim() === section.dataset.thanks;
}

function drawRow({ post, before, heading, ago, thanks, lang }) {
  const section = blank("row");
  Object.assign(section.dataset, { post: post.id, thanks });
  section.id = `v${post.id}`;
  part(section, "heading").textContent = heading;
  part(section, "ago").textContent = ago;
  part(section, "post").replaceChildren(drawPost(post, t));
  part(section, "before").hidden = !before;
  if (before) part(section, "before").replaceChildren(drawPost(before, t));
  const field = section.querySelector("textarea");
  field.value = thanks;
  field.lang = lang;
  field.id = `w${post.id}`;
  section.querySelector("label").htmlFor = field.id;
  part(section, "wrong").id = `r${post.id}`;
  section.querySelector("[name=post]").value = post.id;
  return section;
}

function lines(answered) {
  given.hidden = answered.length === 0;
  given.querySelector("ol").replaceChildren(...answered.map((one) => {
    const line = blank("line");
    line.dataset.id = one.id;
    for (const name of ["heading", "ago", "words", "way"]) part(line, name).textContent = one[name];
    if (one.lang) part(line, "words").lang = one.lang;
    part(line, "url").href = one.url;
    part(line, "again").hidden = !one.again;
    part(line, "again").querySelector("button").value = one.post;
    return line;
  }));
}

/* --- answering --- */

page.addEventListener("submit", (event) => {
  const section = event.target.closest(".first-voice");
  if (!section) return; // a form of the page: it leads back here
  event.preventDefault();
  act(section, event.submitter?.dataset.act === "excuse");
});

page.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form")?.requestSubmit();
});

async function act(section, excuses) {
  if (section.dataset.busy) return;
  const post = Number(section.dataset.post);
  const body = excuses ? { post } : { post, words: section.querySelector("textarea").value };
  section.dataset.busy = "yes";
  part(section, "wrong").textContent = "";
  const [good, told] = await send(excuses ? "/excuse" : "", body);
  delete section.dataset.busy;
  if (!good) part(section, "wrong").textContent = told.error ?? t.not_sent;
  else if (excuses) excuse(section, told.told);
  else done(section);
  plan(0);
}

async function send(where, body) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  try {
    const answer = await fetch(base + where, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.ok, await answer.json()];
  } catch {
    return [false, {}];
  }
}

/** It stays as long as the page does, so that it can be taken back where it was done. */
function excuse(section, told) {
  const form = section.querySelector("form");
  const back = make("button", { class: "verb", type: "button" }, t.undo);
  section.dataset.excused = "";
  form.hidden = true;
  part(section, "said").replaceChildren(told, " ", back);
  back.focus();
  back.addEventListener("click", async () => {
    const [good, { error }] = await send("/excuse", { post: Number(section.dataset.post), on: false });
    part(section, "said").textContent = good ? "" : error ?? t.not_sent;
    if (!good) return;
    delete section.dataset.excused;
    form.hidden = false;
    form.querySelector("textarea").focus();
  });
}

/** On to whoever waits next, so that a keyboard need not look for them. */
function done(section) {
  const next = section.nextElementSibling;
  const had = section.contains(document.activeElement);
  section.remove();
  if (had) (next?.querySelector("textarea") ?? focusable(part(state, "state"))).focus();
}

function focusable(element) {
  element.tabIndex = -1;
  return element;
}

/* --- hearing --- */

new Live({
  address: live,
  query: { audience: "public", pace: "follow" },
  cursor: () => cursor,
  onFrame: ({ epoch, seq, messages }) => {
    cursor = { epoch, seq };
    if (messages?.some(({ type }) => type !== "heartbeat")) plan(SOON);
  },
}).start();

document.addEventListener("visibilitychange", () => plan(SOON));
plan(EVERY);

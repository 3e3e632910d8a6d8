// The receipt as it changes: asks now and then, more slowly the longer nothing happens, and not while nobody looks.
// Also copies its address, and helps with the form for changes. The page works without it.

import { read } from "./dom.js";
import { drawPost } from "./post.js";
import { count } from "./say-count.js";
import { settle } from "./say-draft.js";
import { PictureFields } from "./say-pictures.js";

const FIRST = 4_000; // milliseconds
const SLOWEST = 60_000;

const t = read("strings");
const page = document.getElementById("receipt");
const { address } = page.dataset;
const by = (id) => document.getElementById(id);

settle(address.slice(0, address.lastIndexOf("/")));

/* --- what became of it --- */

let { mark } = page.dataset;
let pause = FIRST;
let timer = null;

async function ask() {
  timer = null;
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) take(await answer.json());
  } catch { /* no network: the next time, then */ }
  plan();
}

function take(news) {
  pause = news.mark === mark ? Math.min(pause * 1.25, SLOWEST) : FIRST;
  if (news.mark === mark) return;
  mark = news.mark;
  if (news.fate === "withdrawn") {
    location.reload();
    return;
  }
  by("state").textContent = news.title;
  by("hint").textContent = news.hint;
  by("hint").hidden = !news.hint;
  by("seen").hidden = news.fate !== "shown";
  by("fate").toggleAttribute("data-done", news.fate === "shown");
  if (by("again")) by("again").hidden = true;
  answers(news.answers);
}

function answers(posts) {
  const list = by("answers");
  const ids = new Set(posts.map((post) => `p${post.id}`));
  for (const old of [...list.children]) if (!ids.has(old.id)) old.remove();
  for (const post of posts) if (!by(`p${post.id}`)) list.append(drawPost(post, t));
  by("replies").hidden = posts.length === 0;
}

function plan() {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(ask, pause);
}

if (by("again")) by("again").hidden = true;
document.addEventListener("visibilitychange", () => {
  pause = FIRST;
  if (document.hidden) clearTimeout(timer);
  else ask();
});
if (by("state") && by("replies")) plan();

/* --- the key --- */

by("copy")?.removeAttribute("hidden");
by("copy")?.addEventListener("click", async () => {
  by("copied").textContent = (await toClipboard(by("key").href)) ? t.copied : t.not_copied;
});

/** Over plain http there is no clipboard; a selection can be copied all the same. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(by("key"));
    return document.execCommand("copy");
  }
}

/* --- changing it --- */

const change = by("change");
if (change) {
  count(change.elements.namedItem("text"), by("room"), Number(change.dataset.limit), t);
  const pictures = new PictureFields(by("slots"), t);
  change.addEventListener("submit", (event) => {
    if (!pictures.working) return;
    event.preventDefault(); // a picture is still being made smaller
    const { submitter } = event;
    pictures.busy.then(() => setTimeout(() => change.requestSubmit(submitter)));
  });
}

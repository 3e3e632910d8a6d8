// The desk: ties the socket, the queue and the keys together. Optimistic, but honest: what was decided here steps back at
// once and leaves when the server says so; what the server refused comes back with its sentence.

import { fill, make, read } from "./dom.js";
import { Fold } from "./fold.js";
import { Live } from "./live.js";
import { Queue, called, stands } from "./queue.js";
import { send } from "./acts.js";
import "./post.js";

const KEYS = { a: "approve", h: "hold", x: "hide" };
const SAID = { approve: "you_approved", hold: "you_held", hide: "you_hid" };
const REMEMBERED = 8;
const SLIP = 8_000; // how long the way back is offered where nothing stands beside the queue

const t = read("strings");
const ways = read("live");
let event = read("event");
const part = (id) => document.getElementById(id);
const fold = new Fold();
const queue = new Queue({ list: part("line"), t, onChoose: showBeside, onAct: decide });
const done = read("done-before").map(({ id, name, verdict }) => did(id, name, verdict));
let slipping = 0;

const live = new Live({
  address: ways.address,
  query: { audience: "desk", pace: "wall" },
  cursor: () => fold.cursor,
  onFrame: take,
  onState: showState,
  onRefused: () => trouble(t.signed_out),
}).start();

function take(frame) {
  const change = fold.apply(frame);
  if (change.event && fold.event) {
    ({ event } = fold);
    showFrozen();
  }
  if (change.whole || change.put.size || change.dropped.size) show();
}

function show() {
  const counts = queue.show(fold.posts);
  for (const link of tabs()) link.querySelector("b").textContent = counts[link.dataset.queue];
  part("nothing").hidden = fold.cursor === null || queue.length > 0;
  part("rest").textContent = queue.beyond ? fill(t.more_wait, { n: queue.beyond }) : "";
  part("thumb").hidden = queue.length === 0;
  document.title = document.title.replace(/^(\(\d+\) )?/, counts.waiting ? `(${counts.waiting}) ` : "");
}

/* --- deciding --- */

async function decide(verdict) {
  const post = queue.current;
  if (!post || queue.isSending(post.id) || stands(post, verdict)) return;
  queue.sending(post.id, true);
  queue.step(1);
  show();
  const answer = await send(ways.decide, { post: post.id, version: post.version, verdict }, t);
  queue.sending(post.id, false);
  if (answer.ok) remember(post, verdict);
  else trouble(answer.sentence, post.id);
  show();
}

function remember(post, verdict) {
  trouble("");
  const before = done.findIndex((one) => one.id === post.id);
  if (before >= 0) done.splice(before, 1);
  done.unshift(did(post.id, post.author.name, verdict));
  done.length = Math.min(done.length, REMEMBERED);
  showDone();
  slip(done[0]);
  part("told").textContent = done[0].words;
}

function did(id, who, verdict) {
  const name = who || t.anonymous;
  return { id, name, words: fill(t[SAID[verdict]], { name }) };
}

async function undo(one = done[0]) {
  slip(null);
  if (!one) {
    part("told").textContent = t.nothing_to_undo;
    return;
  }
  const answer = await send(ways.undo, { post: one.id }, t);
  if (!answer.ok) {
    trouble(answer.sentence, one.id);
    return;
  }
  trouble("");
  done.splice(done.indexOf(one), 1);
  showDone();
  part("told").textContent = fill(t.undone, { name: one.name });
  queue.choose(one.id);
}

async function freeze() {
  const answer = await send(ways.decide.replace(/decide$/, "freeze"), { on: !event.frozen }, t);
  trouble(answer.ok ? "" : answer.sentence);
}

/* --- saying how things are --- */

function trouble(sentence, id = null) {
  part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
  if (sentence && id !== null) queue.choose(id);
}

function showDone() {
  part("lately").hidden = !done.length;
  part("done").replaceChildren(
    ...done.map((one, i) => {
      const button = make("button", { type: "button", class: "do" }, i === 0 && make("kbd", {}, "Z"), t.undo);
      button.addEventListener("click", () => undo(one));
      return make("li", {}, make("span", {}, one.words), button);
    }),
  );
}

/** The way back for a thumb: one line that goes again by itself. */
function slip(one) {
  clearTimeout(slipping);
  part("slip").hidden = !one;
  if (!one) return;
  part("slip").firstElementChild.textContent = one.words;
  part("slip").lastElementChild.onclick = () => undo(one);
  slipping = setTimeout(() => slip(null), SLIP);
}

function showBeside(post) {
  const by = post?.by && fill(t.decided_by, { name: post.by });
  const why = post && (t[`why_${post.why}`] ?? post.why);
  part("why").textContent = [post?.why === "person" && by ? "" : why, by].filter(Boolean).join(" ");
  if (!post) return;
  for (const button of part("thumb").querySelectorAll("[data-verdict]")) {
    button.hidden = stands(post, button.dataset.verdict);
    button.textContent = t[called(post, button.dataset.verdict)];
  }
}

function showFrozen() {
  part("freeze").setAttribute("aria-pressed", String(event.frozen));
  part("freeze").firstElementChild.textContent = event.frozen ? t.unfreeze : t.freeze;
  showState(live.state);
}

function showState(state) {
  const words = { live: event.frozen ? t.frozen : t.live, badge: t.quiet_line, holding: t.lost_line };
  part("state").textContent = words[state];
  part("state").dataset.state = state === "live" && event.frozen ? "frozen" : state;
}

/* --- keys, thumbs and links --- */

addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat || part("keys").open) return;
  if (press.target.closest?.("input, textarea, select")) return;
  const key = press.key.toLowerCase();
  const act = {
    z: () => undo(), f: freeze, j: () => queue.step(1), k: () => queue.step(-1), "?": () => part("keys").showModal(),
  }[key] ?? (KEYS[key] && (() => decide(KEYS[key])));
  if (!act) return;
  press.preventDefault();
  act();
});
part("thumb").addEventListener("click", ({ target }) => {
  const verdict = target.closest("[data-verdict]")?.dataset.verdict;
  if (verdict) decide(verdict);
});
part("freeze").addEventListener("click", freeze);
part("help").addEventListener("click", () => part("keys").showModal());

/** The tabs of the queues; what was asked of us is a page of its own. */
function tabs() {
  return part("queues").querySelectorAll("a[data-queue]");
}

function turn() {
  const asked = location.hash.slice(1);
  for (const link of tabs()) {
    const chosen = link.dataset.queue === (["hold", "approve", "hide"].includes(asked) ? asked : "waiting");
    link.toggleAttribute("aria-current", chosen);
    if (!chosen) continue;
    link.setAttribute("aria-current", "page");
    queue.turn(link.dataset.queue);
    part("heading").textContent = link.firstChild.data.trim();
  }
  show();
}
addEventListener("hashchange", turn);
turn();
showDone();

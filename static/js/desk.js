// The desk: ties the pages of the queue, the socket, the hand and the keys together. What each of them does is in its file.

import { send } from "./acts.js";
import { Ask } from "./desk-ask.js";
import { Bell } from "./desk-bell.js";
import { Beside } from "./desk-beside.js";
import { Counts } from "./desk-counts.js";
import { Crew } from "./desk-crew.js";
import { Decisions } from "./desk-decide.js";
import { Done } from "./desk-done.js";
import { Feed } from "./desk-feed.js";
import { address, asked } from "./desk-filter.js";
import { Habits } from "./desk-habits.js";
import { List } from "./desk-list.js";
import { Pages } from "./desk-pages.js";
import { listen } from "./desk-press.js";
import { Raid } from "./desk-raid.js";
import { Several } from "./desk-several.js";
import { Sieve } from "./desk-sieve.js";
import { Signs } from "./desk-signs.js";
import { Spot } from "./desk-spot.js";
import { read } from "./dom.js";
import { Hand } from "./hand.js";
import { Live } from "./live.js";

const t = read("strings");
const ways = read("live");
const base = ways.base ?? ways.decide.replace(/\/decide$/, "");
const part = (id) => document.getElementById(id);
const inHand = () => pages.queue.get(hand.current) ?? null;
const looked = new Set(); // posts whose pictures somebody asked to see

let event = read("event");
let view = asked(location);

const [feed, counts, hand, bell, ask] = [new Feed(), new Counts(), new Hand(), new Bell(), new Ask()];
const pages = new Pages({ t, base, feed, onRefused: (sentence) => trouble(sentence) });
const habits = new Habits(part("habits"), (name) => (name === "sound" && habits.sound ? bell.ring() : show()));
const list = new List({ list: part("line"), scroller: part("queue"), look, onEnd: more });
const sieve = new Sieve({ t, filter: () => view, onTurn: (narrow) => turn({ ...view, narrow }) });
const beside = new Beside({ t, base, onOnly: only, onGone: (sentence) => trouble(sentence) });
const raid = new Raid({ t, base, onRefused: (sentence) => trouble(sentence) });
const spot = new Spot({ t, base, changed: () => pages.queue.rows.length && show(), onRefused: (sentence) => trouble(sentence) });
const crew = new Crew({ t, base, hand: () => hand.current, frozen: () => event.frozen || event.blank, onHeard: pulse });
const done = new Done({
  t, address: `${base}/undo`, done: read("done-before"), bulks: read("bulks-before") ?? [],
  onUndone: (id) => id && want(id), onRefused: trouble, onProgress: (sum) => signs.progress(sum),
});
const desk = {
  hand, done, ask, show, trouble, progress: (sum) => signs.progress(sum), step: () => go(1), queue: () => pages.queue, filter: () => view, counts: () => counts.now,
  claim: (id) => crew.claim(id), hear: (post) => pages.hear({ seq: feed.seq, post }), told: (words) => signs.say(words),
};
const decisions = new Decisions({ t, base, desk });
const several = new Several({ t, base, desk: { ...desk, decisions } });
const signs = new Signs({ t, habits });

/* --- what is shown --- */

function look(post) {
  const size = pages.queue.size(post);
  const veiled = habits.veil && post.verdict !== "approve" && !looked.has(post.id);
  return { t, size, claim: crew.claim(post.id), chosen: hand.chosen.has(post.id), sending: hand.isSending(post.id), veiled, lit: spot.isLit(post.id), pinned: spot.isPinned(post.id) };
}

function show() {
  const { rows } = pages.queue;
  const inList = part("line").contains(document.activeElement);
  hand.settle(rows);
  list.show(rows, hand.current);
  point(false);
  if (inList && !part("line").contains(document.activeElement)) list.element(hand.current)?.focus({ preventScroll: true });
  signs.show({ counts: counts.now, view, queue: pages.queue, chosen: hand.chosen.size });
}

/** The one in hand, in the list, beside it and under the thumb. */
function point(byHand) {
  const post = inHand();
  list.point(hand.current, byHand);
  beside.show(post);
  signs.thumb(post, hand.chosen.size);
  crew.moved();
}

function go(by) {
  if (hand.step(pages.queue.rows, by)) point(true);
}

function want(id) {
  hand.want(id, pages.queue.rows);
  point(true);
}

async function more() {
  if (await pages.more()) show();
}

/** Another tab, or the same one narrowed. What is there stays until the answer has come. */
async function turn(next, { push = true, answer = null, keep = false } = {}) {
  view = next;
  const words = address(view);
  if (push) history.pushState(null, "", words ? `?${words}` : location.pathname);
  signs.turn(view);
  sieve.show();
  if (!keep) hand.none();
  const told = await pages.turn(view, answer);
  if (!told) return;
  if (told.counts) counts.set(told.counts);
  sieve.offer(told.facets);
  if (!keep) {
    hand.current = null;
    list.turn();
  }
  show();
}

function only(narrow) {
  const post = inHand();
  if (narrow.author) sieve.name("author", narrow.author, post?.author.name || t.anonymous);
  ACTS.close();
  turn({ ...view, narrow });
}

/* --- what is heard --- */

function take(frame) {
  const heard = feed.take(frame);
  if (heard.event) {
    ({ event } = feed);
    signs.event(event);
    for (const one of [raid, spot]) one.show(event);
  }
  if (heard.whole) turn(view, { push: false, keep: true });
  let changed = false;
  for (const change of heard.changes) {
    const isNew = change.post && counts.hear(change.post, pages.queue.get(change.post.id));
    if (isNew && change.post.verdict === "waiting" && habits.sound) bell.ring();
    changed = pages.hear(change) || changed;
  }
  if (changed) show();
  else if (heard.changes.length) signs.show({ counts: counts.now, view, queue: pages.queue, chosen: hand.chosen.size });
}

function pulse({ counts: counted, raid: mode, proposal, asked: asks, unanswered }) {
  if (counted) counts.set(counted);
  if (mode !== undefined) event = { ...event, raid: mode, raid_proposal: proposal };
  raid.show(event);
  signs.calls({ asked: asks, unanswered });
  signs.show({ counts: counts.now, view, queue: pages.queue, chosen: hand.chosen.size });
  list.remark();
}

/* --- saying so --- */

function trouble(sentence, id = null) {
  signs.trouble(sentence);
  if (sentence && id !== null) want(id);
}

/* --- what hands do --- */

async function freeze() {
  const answer = await send(`${base}/freeze`, { on: !event.frozen }, t);
  trouble(answer.ok ? "" : answer.sentence);
}

function choose(id, stretch = false) {
  if (stretch) hand.stretch(pages.queue.rows, id);
  else hand.choose(id);
  show();
}

function open() {
  const post = inHand();
  if (view.narrow.cluster) turn({ ...view, narrow: { ...view.narrow, cluster: "" } });
  else if (post && pages.queue.size(post) > 1) turn({ ...view, narrow: { ...view.narrow, cluster: String(post.cluster) } });
  else part("beside").toggleAttribute("data-open", Boolean(post));
}

function lookAt(id) {
  if (!looked.delete(id)) looked.add(id);
  show();
}

function leave() {
  if (ask.open) ask.leave();
  else if (part("beside").hasAttribute("data-open")) ACTS.close();
  else if (hand.chosen.size) clearChosen();
  else if (view.narrow.cluster) open();
  else trouble("");
}

function clearChosen() {
  hand.none();
  delete document.body.dataset.choosing;
  show();
}

function note() {
  if (!hand.current) return;
  part("beside").setAttribute("data-open", "");
  part("note-words").focus();
}

const ACTS = {
  undo: () => done.undo(), change: () => ask.change(), next: () => go(1), previous: () => go(-1), freeze, open, leave, note,
  choose: () => hand.current && choose(hand.current), look: () => hand.current && lookAt(hand.current),
  several: () => several.open(inHand()), help: () => part("keys").showModal(), search: () => sieve.focus(),
  about: () => part("beside").toggleAttribute("data-open"), more: () => part("more").showModal(), raid: () => (raid.toggle(), raid.show(event)),
  choosing: () => ((document.body.dataset.choosing = ""), hand.current && choose(hand.current)), none: clearChosen, close: () => part("beside").removeAttribute("data-open"),
  spotlight: () => spot.light(inHand()), pin: () => spot.pin(inHand()),
  "stretch-next": () => (go(1), choose(hand.current, true)), "stretch-previous": () => (go(-1), choose(hand.current, true)),
};

function perform(name) {
  if (name.endsWith("-queue") || name === "waiting") turn({ state: name.replace("-queue", ""), narrow: {} });
  else if (ACTS[name]) ACTS[name]();
  else decisions.decide(name);
}

listen({
  habits, perform,
  onRow(id, pressed, click) {
    if (pressed.pick) return choose(id, click.shiftKey);
    if (id !== hand.current) {
      hand.take(id);
      point(false);
    }
    if (pressed.verdict) decisions.decide(pressed.verdict);
    else if (pressed.row) ({ ...ACTS, look: () => lookAt(id) })[pressed.row]();
  },
  onTab: (state) => turn({ state, narrow: {} }),
});
for (const moved of ["popstate", "hashchange"]) addEventListener(moved, () => turn(asked(location), { push: false }));

/* --- it begins --- */

const first = location.hash ? null : read("first");
signs.event(event);
for (const one of [raid, spot]) one.show(event);
await turn(view, { push: false, answer: first });
performance.mark("desk-drawn");
new Live({
  address: ways.address,
  query: { audience: "desk", pace: "wall" },
  cursor: () => feed.cursor,
  onFrame: take,
  onState: (state) => signs.line(state),
  onRefused: () => trouble(t.signed_out),
}).start();
crew.start();

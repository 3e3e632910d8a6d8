// The desk without a page: its queue, the hand, filters, keys, the feed, and acts on many.

import assert from "node:assert/strict";
import test from "node:test";

import { run } from "../../../static/js/desk-bulk.js";
import { Counts } from "../../../static/js/desk-counts.js";
import { Feed } from "../../../static/js/desk-feed.js";
import { address, asked, fits, query } from "../../../static/js/desk-filter.js";
import { act } from "../../../static/js/desk-keys.js";
import { Hand } from "../../../static/js/hand.js";
import { Queue } from "../../../static/js/queue.js";

const post = (id, more = {}) => ({
  id, order: String(id).padStart(6, "0"), verdict: "waiting", media_verdict: "approve", why: "review", fired: [], cluster: null, stand: 1, by: "",
  lang: "en", networks: ["form"], author: { id }, session: null, media: [], domain: "", sources: [], reports: 0, ...more,
});
const posts = (...ids) => ids.map((id) => post(id));
const ids = (queue) => queue.rows.map(({ id }) => id);
const waits = (one) => fits(one, { state: "waiting", narrow: {} });
const answer = (list, more = {}) => ({ seq: 10, posts: list, next: null, total: list.length, clusters: {}, ...more });

test("a queue is its pages and what was heard since", () => {
  const queue = new Queue({ fits: waits });
  queue.add(answer(posts(1, 2, 3)));
  queue.hear(post(4), 11);
  queue.hear(post(2, { verdict: "hide" }), 12);
  assert.deepEqual(ids(queue), [1, 3, 4]);
  queue.drop(1, 13);
  assert.deepEqual([ids(queue), queue.total], [[3, 4], 2]);
});

test("what is older than what is known changes nothing", () => {
  const queue = new Queue({ fits: waits });
  queue.add(answer([post(1, { stand: 2 })]));
  assert.equal(queue.hear(post(1, { verdict: "hide" }), 9), false);
  queue.hear(post(2), 12);
  queue.add(answer([post(2, { stand: 0 })], { seq: 11 }));
  assert.equal(queue.get(2).stand, 1);
});

test("a post beyond the pages that are here waits for its page", () => {
  const queue = new Queue({ fits: waits });
  queue.add(answer(posts(1, 2), { next: "x", total: 50 }));
  assert.equal(queue.hear(post(9), 11), false);
  assert.deepEqual([ids(queue), queue.total, queue.beyond], [[1, 2], 51, 49]);
  const newest = new Queue({ fits: (one) => one.verdict === "hide", newestFirst: true });
  const hidden = (id) => post(id, { verdict: "hide" });
  newest.add(answer([hidden(8), hidden(6)], { next: "x", total: 9 }));
  newest.hear(hidden(9), 11);
  newest.hear(hidden(2), 12);
  assert.deepEqual(ids(newest), [9, 8, 6]);
});

test("of those alike the oldest is a row, and says how many there are", () => {
  const queue = new Queue({ fits: waits });
  const like = (id) => post(id, { cluster: 3 });
  queue.add(answer([post(1), like(3), post(5)], { clusters: { 3: { size: 42 } }, total: 3 }));
  assert.equal(queue.size(queue.get(3)), 42);
  queue.hear(like(7), 11);
  assert.deepEqual([ids(queue), queue.size(queue.get(3)), queue.total], [[1, 3, 5], 43, 3]);
  queue.drop(3, 12);
  assert.deepEqual(ids(queue), [1, 5, 7]);
  const opened = new Queue({ fits: waits, folds: false });
  opened.add(answer([like(3), like(7)]));
  assert.deepEqual([ids(opened), opened.size(opened.get(3))], [[3, 7], 1]);
});

test("a hand goes on to what is free, and a post that left is put down for the one in its place", () => {
  const hand = new Hand();
  const rows = posts(1, 2, 3, 4);
  hand.settle(rows);
  assert.equal(hand.current, 1);
  hand.sending(2, true);
  hand.step(rows, 1);
  assert.equal(hand.current, 3);
  assert.equal(hand.step(rows, 1) && hand.step(rows, 1), false);
  hand.take(3);
  hand.settle(rows);
  hand.settle(posts(1, 2, 4));
  assert.equal(hand.current, 4);
  hand.want(9, posts(1, 2, 4));
  hand.settle(posts(1, 2, 4, 9));
  assert.equal(hand.current, 9);
  hand.settle([]);
  assert.equal(hand.current, null);
});

test("several are chosen one by one and by the stretch, and who leaves is chosen no more", () => {
  const hand = new Hand();
  const rows = posts(1, 2, 3, 4, 5);
  hand.settle(rows);
  hand.choose(2);
  hand.stretch(rows, 4);
  assert.deepEqual([...hand.chosen], [2, 3, 4]);
  hand.choose(3);
  hand.settle(posts(1, 2, 3, 5));
  assert.deepEqual([...hand.chosen], [2]);
});

test("an address and a query say the same queue", () => {
  const view = { state: "hold", narrow: { author: "12", q: "free coins" } };
  assert.deepEqual(asked({ search: `?${address(view)}` }), view);
  assert.deepEqual(asked({ search: "?state=nonsense&colour=red", hash: "#hide" }), { state: "hide", narrow: {} });
  assert.equal(address({ state: "waiting", narrow: {} }), "");
  assert.equal(query(view, "c"), "state=hold&author=12&q=free+coins&fold=1&after=c");
  assert.equal(query({ state: "waiting", narrow: { cluster: "3" } }), "state=waiting&cluster=3");
});

test("a post fits its state and everything the queue is narrowed to", () => {
  const pictured = post(1, { verdict: "approve", media_verdict: "waiting", media: [{}], domain: "a.example", sources: ["form:x"], reports: 1 });
  const is = (state, narrow = {}) => fits(pictured, { state, narrow });
  assert.deepEqual(["waiting", "approve", "hold", "reported"].map((state) => is(state)), [true, true, false, true]);
  assert.equal(is("waiting", { media: "with", domain: "a.example", source: "form:x", language: "en", author: "1" }), true);
  for (const narrow of [{ media: "without" }, { domain: "b.example" }, { source: "y" }, { language: "de" }, { author: "2" }, { reason: "label" }]) {
    assert.equal(is("waiting", narrow), false, JSON.stringify(narrow));
  }
  assert.equal(is("waiting", { q: "words" }), null);
});

const press = (key, more = {}) => ({ key, code: `Key${key.toUpperCase()}`, ...more });

test("single letters act unless they are turned off, and never with control", () => {
  assert.equal(act(press("a")), "approve");
  assert.equal(act(press("A", { shiftKey: true })), "approve");
  assert.equal(act(press("a", { ctrlKey: true })), null);
  assert.equal(act(press("a", { repeat: true })), null);
  assert.equal(act(press("j", { repeat: true })), "next");
  assert.equal(act(press("J", { shiftKey: true })), "stretch-next");
  assert.deepEqual(["t", "p"].map((key) => act(press(key))), ["spotlight", "pin"]);
  assert.equal(act(press("a"), { single: false }), null);
  assert.equal(act(press("å", { altKey: true, code: "KeyA" }), { single: false }), "approve");
  assert.equal(act({ key: "Escape" }, { single: false }), "leave");
});

test("the feed goes on from a page, and hands on what was said after an answer was read", () => {
  const feed = new Feed();
  feed.begin({ epoch: "a", seq: 5 });
  assert.deepEqual(feed.cursor, { epoch: "a", seq: 5, floor: "" });
  const frame = (seq, ...messages) => ({ epoch: "a", seq, messages });
  assert.deepEqual(feed.take(frame(4, { type: "put", post: post(1) })).changes, []);
  assert.equal(feed.take(frame(6, { type: "put", post: post(1) }, { type: "drop", id: 2 })).changes.length, 2);
  assert.deepEqual(feed.since({ epoch: "a", seq: 5 }).map(({ seq }) => seq), [6, 6]);
  assert.deepEqual(feed.since({ epoch: "b", seq: 0 }), []);
  const anew = feed.take({ epoch: "b", seq: 1, messages: [{ type: "reset" }, { type: "snapshot", posts: [], event: { frozen: true } }] });
  assert.deepEqual([anew.whole, anew.event, feed.cursor.epoch, feed.event.frozen], [true, true, "b", true]);
});

test("counts follow what is heard until the server counts again", () => {
  const counts = new Counts();
  counts.set({ waiting: 2, approve: 1 });
  assert.equal(counts.hear(post(9), null), true);
  assert.equal(counts.hear(post(9, { notes: 1 }), null), false);
  counts.hear(post(1, { verdict: "hide", by: "Kim", stand: 2 }), post(1));
  assert.deepEqual([counts.now.waiting, counts.now.hide], [2, 1]);
});

test("an act on many goes on until none is left, with one name, and stops where it was refused", async () => {
  const told = [];
  const rests = [{ bulk: "b", decided: 200, left: 0, rest: 50 }, { bulk: "b", decided: 49, left: 1, rest: 0 }];
  const sum = await run({ verdict: "hide" }, async (what) => (told.push(what), { ok: true, body: rests[told.length - 1] }));
  assert.deepEqual(told, [{ verdict: "hide" }, { verdict: "hide", bulk: "b" }]);
  assert.deepEqual([sum.done, sum.left, sum.ok], [249, 1, true]);
  const refused = await run({}, async (what) => (what.bulk ? { ok: false, sentence: "No." } : { ok: true, body: rests[0] }));
  assert.deepEqual([refused.ok, refused.bulk, refused.done, refused.sentence], [false, "b", 200, "No."]);
  const stuck = await run({}, async () => ({ ok: true, body: { bulk: "b", decided: 0, left: 3, rest: 3 } }));
  assert.equal(stuck.done, 0);
});

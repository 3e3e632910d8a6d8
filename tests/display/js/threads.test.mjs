// An author's own thread stands as one, and nothing else does. Run by node.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Threads, partsOf } from "../../../static/js/threads.js";

const post = (id, who, to = null, more = {}) => ({
  id, order: `2026-${id}`, author: { id: who }, reply_to: to && { id: to, name: "x" }, words: [{ t: "text", text: `Part ${id}.` }], media: [],
  cover: null, sensitive: false, question: false, lang: "en", dir: "ltr", session: null, poll: null, quote: null, card: null, late: false, ...more,
});
const ids = (posts) => posts.map(partsOf);

test("what somebody said in answer to themselves, post after post, is one", () => {
  const [thread, other] = new Threads().fold([post(1, 7), post(2, 7, 1, { late: true }), post(3, 7, 2, { media: [{ src: "a" }] }), post(4, 8)]);
  assert.deepEqual([thread.id, thread.parts, other.id], [1, [1, 2, 3], 4]);
  assert.deepEqual(thread.words.map(({ t, text }) => text ?? t), ["Part 1.", "break", "break", "Part 2.", "break", "break", "Part 3."]);
  assert.equal(thread.media.length, 1);
  assert.ok(thread.late);
});

test("the order of saying stays: where somebody spoke in between, nothing is folded over them", () => {
  assert.deepEqual(ids(new Threads().fold([post(1, 7), post(2, 8), post(3, 7, 1)])), [[1], [2], [3]]);
});

test("nobody else's answer, nothing covered, no question, no nameless voice, no second poll is folded", () => {
  const apart = [
    [post(1, 7), post(2, 8, 1)],
    [post(1, 7), post(2, 7)],
    [post(1, 7), post(2, 7, 1, { cover: "Knives" })],
    [post(1, 7, null, { sensitive: true }), post(2, 7, 1)],
    [post(1, 7), post(2, 7, 1, { question: true })],
    [post(1, null), post(2, null, 1)],
    [post(1, 7, null, { poll: {} }), post(2, 7, 1, { poll: {} })],
    [post(1, 7), post(2, 7, 1, { dir: "rtl" })],
    [post(1, 7), post(2, 7, 1, { session: { id: 3 } })],
  ];
  for (const posts of apart) assert.deepEqual(ids(new Threads().fold(posts)), [[1], [2]]);
});

test("a part that is taken away is gone at once, and what did not change is not drawn anew", () => {
  const threads = new Threads();
  const all = [post(1, 7), post(2, 7, 1), post(3, 9)];
  const before = threads.fold(all);
  assert.equal(threads.fold(all)[0], before[0]);
  assert.equal(threads.get(1), before[0]);
  const after = threads.fold([all[0], all[2]]);
  assert.deepEqual(ids(after), [[1], [3]]);
  assert.equal(after[0], all[0]);
  assert.equal(threads.get(1), undefined);
  const edited = threads.fold([all[0], { ...all[1], words: [] }, all[2]]);
  assert.notEqual(edited[0], before[0]);
  assert.equal(edited[0].words.length, 1);
});

test("a very long thread is several", () => {
  const all = Array.from({ length: 14 }, (_, i) => post(i + 1, 7, i || null));
  assert.deepEqual(ids(new Threads().fold(all)).map((parts) => parts.length), [6, 6, 2]);
});

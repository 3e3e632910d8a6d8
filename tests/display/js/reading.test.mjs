// Where a browser had read to, and what belongs on an open page: pure, without a page.

import assert from "node:assert/strict";
import test from "node:test";

import { Bookmark } from "../../../static/js/bookmark.js";
import { belongs } from "../../../static/js/narrow.js";

const MINUTE = 60_000;

function storage(kept = {}) {
  return { kept, getItem: (key) => kept[key] ?? null, setItem: (key, value) => (kept[key] = value) };
}

test("a first visit left nowhere, and a glance away is no leaving", () => {
  let now = 1_000_000;
  const shelf = storage();
  const first = new Bookmark("harbour", shelf, () => now);
  assert.equal(first.left, null);
  first.saw("b");
  first.saw("a"); // scrolling back does not unread
  now += 4 * MINUTE;
  assert.equal(new Bookmark("harbour", shelf, () => now).left, null);
  assert.equal(new Bookmark("elsewhere", shelf, () => now).left, null);
});

test("who comes back later finds where they were, also when they load the page again", () => {
  let now = 1_000_000;
  const shelf = storage();
  const before = new Bookmark("harbour", shelf, () => now);
  before.saw("b");
  now += 60 * MINUTE;
  const after = new Bookmark("harbour", shelf, () => now);
  assert.deepEqual([after.left, after.leftAt], ["b", 1_000_000]);
  after.saw("d");
  now += MINUTE;
  assert.equal(new Bookmark("harbour", shelf, () => now).left, "b");
  now += 60 * MINUTE;
  assert.equal(after.back(), true);
  assert.equal(after.left, "d");
});

test("what cannot be kept or read is forgotten quietly", () => {
  const broken = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("full"); } };
  const mark = new Bookmark("harbour", broken, () => 0);
  mark.saw("a");
  assert.equal(mark.left, null);
  for (const words of ["{", "null", "7", '{"read": {}, "at": 1}', '{"read": "a", "at": null}']) {
    assert.equal(new Bookmark("harbour", storage({ "strand-read:harbour": words })).left, null, words);
  }
});

const post = (more) => ({
  id: 1, order: "5", question: false, lang: "de-AT", networks: ["form", "mastodon"], author: { id: 7 }, session: null,
  media: [], ...more,
});

test("a post belongs where it fits everything that was chosen", () => {
  assert.equal(belongs(post(), {}), true);
  assert.equal(belongs(post(), { narrow: { language: "de", network: "mastodon" } }), true);
  assert.equal(belongs(post({ lang: null }), { narrow: { language: "de" } }), false);
  assert.equal(belongs(post(), { narrow: { questions: true } }), false);
  assert.equal(belongs(post({ media: [{ kind: "audio" }] }), { narrow: { pictures: true } }), false);
  assert.equal(belongs(post({ media: [{ kind: "image" }] }), { narrow: { pictures: true } }), true);
  assert.equal(belongs(post({ session: { id: 3 } }), { narrow: { session: 3, author: 7 } }), true);
  assert.equal(belongs(post(), { narrow: { author: 8 } }), false);
});

test("what only the server can tell is not guessed, and a page that ends before the newest takes nothing later", () => {
  assert.equal(belongs(post(), { blind: true }), null);
  assert.equal(belongs(post(), { blind: true, narrow: { questions: true } }), false);
  assert.equal(belongs(post(), { ceiling: "4" }), false);
  assert.equal(belongs(post(), { ceiling: "5" }), true);
});

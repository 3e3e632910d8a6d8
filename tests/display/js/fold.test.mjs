// The fold, without a page: what docs/wire.md promises about snapshots, puts, drops and cursors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fold } from "../../../static/js/fold.js";

const post = (id, order = String(id).padStart(4, "0"), words = "") => ({ id, order, words });
const snapshot = (epoch, seq, posts, floor = "") => ({
  epoch, seq, messages: [{ type: "snapshot", posts, event: { slug: "e" }, floor }],
});
const put = (seq, p, epoch = "a") => ({ epoch, seq, messages: [{ type: "put", post: p }] });
const drop = (seq, id, epoch = "a") => ({ epoch, seq, messages: [{ type: "drop", id }] });
const ids = (fold) => fold.posts.map((p) => p.id);

test("a snapshot is taken whole and sorted by order", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 5, [post(3), post(1), post(2)]));
  assert.deepEqual(ids(fold), [1, 2, 3]);
  assert.deepEqual(fold.cursor, { epoch: "a", seq: 5, floor: "" });
});

test("a late post takes its place, and an edit keeps one post only", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 1, [post(1), post(4)]));
  fold.apply(put(2, post(2)));
  fold.apply(put(3, post(4, "0000", "moved")));
  assert.deepEqual(ids(fold), [4, 1, 2]);
});

test("below the floor a put means: forget", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 1, [post(5)], "0005"));
  const change = fold.apply(put(2, post(5, "0001")));
  assert.deepEqual(ids(fold), []);
  assert.deepEqual([...change.dropped], [5]);
});

test("a drop is said once, and only for what was there", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 1, [post(1)]));
  assert.deepEqual([...fold.apply(drop(2, 1)).dropped], [1]);
  assert.deepEqual([...fold.apply(drop(3, 1)).dropped], []);
});

test("a frame from before a hide does not bring the hidden back", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 1, []));
  fold.apply(put(2, post(1)));
  fold.apply(drop(3, 1));
  fold.apply(put(2, post(1)));
  assert.deepEqual(ids(fold), []);
  assert.equal(fold.seq, 3);
});

test("after a reset nothing is taken until the snapshot", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 4, [post(1)]));
  assert.equal(fold.apply({ epoch: "b", seq: 0, messages: [{ type: "reset", why: "restored" }] }).whole, true);
  assert.equal(fold.cursor, null);
  fold.apply(put(5, post(2)));
  assert.deepEqual(ids(fold), []);
  fold.apply(snapshot("b", 0, [post(9)]));
  assert.deepEqual(ids(fold), [9]);
});

test("another epoch without a snapshot is not believed", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 4, []));
  fold.apply(put(9, post(2), "z"));
  assert.deepEqual(ids(fold), []);
  assert.equal(fold.seq, 4);
});

test("an empty frame and a heartbeat only move the cursor", () => {
  const fold = new Fold();
  fold.apply(snapshot("a", 4, []));
  fold.apply({ epoch: "a", seq: 7, messages: [] });
  fold.apply({ epoch: "a", seq: 8, messages: [{ type: "heartbeat", now: "x" }] });
  assert.equal(fold.seq, 8);
});

test("a page that shows posts already can be gone on from", () => {
  const fold = new Fold();
  fold.seed({ epoch: "a", seq: 3, floor: "0001", posts: [post(2), post(1)] });
  fold.apply(put(4, post(3)));
  fold.apply(drop(5, 1));
  assert.deepEqual(ids(fold), [2, 3]);
});

test("a wall lets the oldest go, and its floor says so", () => {
  const fold = new Fold({ keep: 8 });
  fold.apply(snapshot("a", 0, []));
  for (let n = 1; n <= 50; n++) fold.apply(put(n, post(n)));
  assert.ok(fold.posts.length <= 10);
  assert.equal(fold.floor, fold.posts[0].order);
  assert.equal(ids(fold).at(-1), 50);
});

test("wherever one begins, the end is the same", () => {
  let state = 7;
  const dice = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 60; round++) {
    const frames = [];
    const truth = new Map();
    const states = [new Map()];
    for (let seq = 1; seq <= 40; seq++) {
      const id = 1 + dice(9);
      if (dice(3)) {
        const p = post(id, String(dice(20)).padStart(4, "0"), `v${seq}`);
        truth.set(id, p);
        frames.push(put(seq, p));
      } else {
        truth.delete(id);
        frames.push(drop(seq, id));
      }
      states.push(new Map(truth));
    }
    const head = new Fold();
    head.apply(snapshot("a", 40, [...truth.values()]));
    const from = dice(41);
    const fold = new Fold();
    fold.apply(snapshot("a", from, [...states[from].values()]));
    for (const frame of frames.slice(Math.max(0, from - dice(5)))) fold.apply(frame);
    assert.deepEqual(fold.posts, head.posts);
  }
});

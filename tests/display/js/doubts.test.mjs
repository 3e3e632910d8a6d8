// What a wall takes of a line that says wrong things: posts that are none, frames too late, twice, from the future.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fold } from "../../../static/js/fold.js";
import { Doubts } from "../../../static/js/wall/doubts.js";

const event = { slug: "harbour", tags: ["HarbourTalks"] };
const post = (id, more = {}) => ({ id, order: `000${id}`, author: { name: "Grete" }, words: [], media: [], networks: [], ...more });
const put = (id, more) => ({ type: "put", post: post(id, more) });
const drop = (id) => ({ type: "drop", id });
const frame = (seq, ...messages) => ({ epoch: "a", seq, messages });

function wall(...posts) {
  const fold = new Fold();
  const told = [];
  const state = { now: 0, anew: 0 };
  const doubts = new Doubts({
    trouble: (kind, words, id) => told.push([kind, words, id]), anew: () => { state.anew += 1; }, clock: () => state.now,
  });
  const hear = (one) => fold.apply(doubts.hear(one, fold));
  hear(frame(posts.length, { type: "snapshot", posts, event, floor: "" }));
  return { fold, told, state, hear, ids: () => fold.posts.map(({ id }) => id) };
}

test("a good day is heard as it is said", () => {
  const { hear, ids, told, state } = wall(post(1));
  hear(frame(2, put(2)));
  hear(frame(2, { type: "heartbeat", now: "2027-06-11T09:00:00Z" }));
  hear(frame(3, drop(1)));
  hear(frame(3));
  assert.deepEqual([ids(), told, state.anew], [[2], [], 0]);
});

test("posts that are none are left out, and the others of the same frame are there", () => {
  const broken = [null, {}, { id: 4 }, post(5, { words: "no list" }), post(6, { author: null }), post(7, { media: [null] }), post("8")];
  const { hear, ids, told, fold } = wall(post(1), ...broken, post(2));
  hear(frame(9, ...broken.map((one) => ({ type: "put", post: one })), null, { type: "event", event: null }, put(3)));
  assert.deepEqual(ids(), [1, 2, 3]);
  assert.deepEqual(fold.event, event);
  assert.ok(told.every(([kind]) => kind === "frame"));
  assert.equal(told.length, 2 * broken.length + 2);
});

test("a snapshot without posts or event is none, and what is here stays", () => {
  const { hear, ids } = wall(post(1));
  hear(frame(5, { type: "snapshot", posts: null, event }));
  hear(frame(5, { type: "snapshot", posts: [] }));
  assert.deepEqual(ids(), [1]);
});

test("a frame that comes twice changes nothing and is told", () => {
  const { hear, ids, told, state } = wall(post(1));
  hear(frame(2, put(2)));
  hear(frame(2, put(2)));
  assert.deepEqual([ids(), state.anew], [[1, 2], 0]);
  assert.deepEqual(told.map(([kind]) => kind), ["order"]);
});

test("a frame that comes too late with a post we have not begins anew", () => {
  const { hear, ids, state } = wall(post(1));
  hear(frame(3, put(3)));
  hear(frame(2, put(2)));
  assert.deepEqual(ids(), [1, 3], "it may have been hidden since");
  assert.equal(state.anew, 1);
});

test("a hide that comes too late is done at once, and then asked about", () => {
  const { hear, ids, state, fold } = wall(post(1), post(2));
  hear(frame(4, put(4)));
  hear(frame(3, drop(1)));
  assert.deepEqual(ids(), [2, 4]);
  assert.equal(fold.seq, 4);
  assert.equal(state.anew, 1);
});

test("an old frame that tells nothing new is nothing", () => {
  const { hear, told, state } = wall(post(1), post(2));
  hear(frame(3, put(3)));
  hear(frame(2, put(1), drop(9)));
  hear(frame(1));
  assert.deepEqual([told, state.anew], [[], 0]);
});

test("who believed a frame from the future hears it from the next heartbeat", () => {
  const { hear, state, told } = wall(post(1));
  hear(frame(9_000, put(2)));
  hear(frame(3, put(3)));
  hear(frame(3, { type: "heartbeat", now: "2027-06-11T09:00:00Z" }));
  assert.ok(state.anew > 0);
  assert.ok(told.some(([kind]) => kind === "order"));
});

test("a frame of another log is not taken, and the beginning is asked for", () => {
  const { hear, ids, state } = wall(post(1));
  hear({ epoch: "b", seq: 1, messages: [put(7)] });
  assert.deepEqual([ids(), state.anew], [[1], 1]);
});

test("a server that is wrong all the time is not asked all the time, and in the end it is", () => {
  const { hear, state } = wall(post(1));
  hear(frame(9_000, put(2)));
  for (state.now = 0; state.now < 3_600_000; state.now += 5_000) hear(frame(3, { type: "heartbeat", now: "" }));
  assert.ok(state.anew >= 6 && state.anew < 16, `asked ${state.anew} times in an hour`);
});

// The wall's shell, without a page: slots, sizes, what a wall says of itself, posts beyond the fold, the stage's fallbacks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Beyond } from "../../../static/js/wall/beyond.js";
import { drift } from "../../../static/js/wall/care.js";
import { Doings } from "../../../static/js/wall/doings.js";
import { leastSize } from "../../../static/js/wall/look.js";
import { Screen } from "../../../static/js/wall/screen.js";
import { slotsOf } from "../../../static/js/wall/slots.js";

function* looks() {
  for (const upright of [false, true]) {
    for (const columns of [1, 2, 3]) {
      for (const density of ["calm", "normal", "full", "nonsense"]) {
        for (const least of [32, 40, 48, 56, 64]) for (const [foot, height] of [[0, 0], [92, 1440]]) yield { upright, columns, density, least, foot, height };
      }
    }
  }
}

test("on every wall the slots follow one another, have room for two lines, and no words are below the least size", () => {
  for (const look of looks()) {
    const { slots, shore } = slotsOf(look);
    const told = JSON.stringify(look);
    assert.ok(slots.length >= 2 && slots.length <= 16, told);
    assert.deepEqual(slots.map(({ far }) => far), slots.map((_, i) => i));
    for (const [i, { y, room, sizes, line }] of slots.entries()) {
      assert.ok(Math.min(...sizes) >= look.least, told);
      assert.ok(y >= 40 && y + room <= Math.max(shore.stage[1], look.height) - look.foot + 10, `${told} slot ${i}: ${y} + ${room}`);
      if (i > 0) assert.ok(room >= 2 * (look.density === "full" ? 1.22 : 1.3) * sizes.at(-1) - 0.5, `${told} slot ${i}: ${room} for ${sizes}`);
      const before = slots[i + 1];
      if (before?.line === line) assert.ok(before.y < y, told);
    }
  }
});

test("a wall looks as it was drawn: six slots, each on a piece of the curve", () => {
  const { slots } = slotsOf({});
  const knots = slots.map(({ x, y }) => [Math.round(x), Math.round(y)]);
  assert.deepEqual(knots, [[122, 716], [640, 526], [728, 386], [780, 268], [826, 164], [850, 68]]);
});

test("whoever sits far away reads fewer and larger voices", () => {
  assert.equal(leastSize({ metres: 0 }), 32);
  assert.equal(leastSize({ metres: 8, height: 2 }), 32);
  assert.equal(leastSize({ metres: 13, height: 2 }), 50);
  assert.equal(leastSize({ metres: 200, height: 2 }), 64);
  assert.equal(leastSize({ metres: 6 }), 50, "a large television, where nobody said how high the picture is");
  assert.ok(slotsOf({ least: 64 }).slots.length < slotsOf({ least: 48 }).slots.length);
  assert.ok(slotsOf({ least: 48 }).slots.length < slotsOf({}).slots.length);
});

test("more columns than there is room for become fewer", () => {
  assert.equal(slotsOf({ columns: 3 }).columns, 3);
  assert.equal(slotsOf({ columns: 3, upright: true }).columns, 2);
  assert.equal(slotsOf({ columns: 3, least: 60 }).columns, 1);
});

test("the picture comes back to where it was, never goes far, and stands nowhere for a minute", () => {
  const way = Array.from({ length: 60 }, (_, step) => drift(step));
  assert.deepEqual(drift(60), drift(0));
  for (const [i, [x, y]] of way.entries()) {
    assert.ok(Math.hypot(x, y) <= 8);
    assert.notDeepEqual([x, y], drift(i + 2));
  }
});

function doings(named = true) {
  const said = [];
  const at = { now: 0, line: true };
  const one = new Doings((word) => (at.line ? said.push(word) > 0 : false), { named, clock: () => at.now });
  return { one, said, at };
}

test("showing: a stay is told when it ends, in milliseconds ago, at most every five seconds", () => {
  const { one, said, at } = doings();
  one.show([1, 2]);
  at.now = 9_000;
  one.show([2, 3]);
  at.now = 10_000;
  one.show([3]);
  assert.deepEqual(said, [{ shown: [[1, 9_000, 0]] }]);
  at.now = 14_000;
  one.show([3]);
  assert.deepEqual(said[1], { shown: [[2, 14_000, 4_000]] });
});

test("showing: a stay that goes on is told every minute, and nothing of it twice or not at all", () => {
  const { one, said, at } = doings();
  for (; at.now <= 200_000; at.now += 1_000) one.show([7]);
  const pieces = said.flatMap(({ shown }, i) => shown.map(([, from, to]) => from - to)).reduce((a, b) => a + b, 0);
  assert.equal(pieces, 180_000);
});

test("showing: without a line the pieces wait, and a screen without a name tells none", () => {
  const { one, said, at } = doings();
  at.line = false;
  one.show([1]);
  at.now = 10_000;
  one.show([]);
  assert.equal(said.length, 0);
  [at.line, at.now] = [true, 12_000];
  one.show([]);
  assert.deepEqual(said, [{ shown: [[1, 12_000, 2_000]] }]);
  const nameless = doings(false);
  nameless.one.show([1]);
  nameless.at.now = 10_000;
  nameless.one.show([]);
  assert.equal(nameless.said.length, 0);
});

test("what a wall does is told when it is another, and anew over a new line", () => {
  const { one, said, at } = doings();
  for (const mode of ["strand", "strand", "card"]) {
    at.now += 2_000;
    one.do({ mode });
  }
  assert.deepEqual(said.map(({ doing }) => doing.mode), ["strand", "card"]);
  one.do({ mode: "now" });
  assert.equal(said.length, 2, "not twice within two seconds");
  at.now += 2_000;
  one.again();
  one.do({ mode: "card" });
  assert.equal(said.length, 3);
});

const frame = (seq, ...messages) => ({ epoch: "a", seq, messages });

test("a pinned post from beyond the fold is asked for once, and an answer from before its hide does not bring it back", async () => {
  const asked = [];
  let answer = null;
  const beyond = new Beyond((ids) => {
    asked.push(ids);
    return new Promise((resolve) => { answer = resolve; });
  });
  beyond.hear(frame(10, { type: "snapshot", posts: [] }));
  const first = beyond.want([4, 9], (id) => id === 9);
  beyond.want([4], () => false);
  assert.deepEqual(asked, ["4"]);
  beyond.hear(frame(12, { type: "drop", id: 4 }));
  answer({ epoch: "a", seq: 11, posts: [{ id: 4 }] });
  await first;
  assert.equal(beyond.get(4), null);
  beyond.hear(frame(13, { type: "put", post: { id: 4 } }));
  const second = beyond.want([4], () => false);
  answer({ epoch: "a", seq: 13, posts: [{ id: 4, words: "as it is" }] });
  await second;
  assert.equal(beyond.get(4).words, "as it is");
  beyond.hear(frame(14, { type: "put", post: { id: 4, words: "edited" } }));
  assert.equal(beyond.get(4).words, "edited");
  beyond.hear(frame(15, { type: "drop", id: 4 }));
  assert.equal(beyond.get(4), null);
  assert.equal(beyond.gone.get(4), 15);
});

test("leak: an answer from before the snapshot, or of another log, brings nothing back", async () => {
  const beyond = new Beyond(async () => ({ epoch: "a", seq: 20, posts: [{ id: 4 }] }));
  beyond.hear(frame(21, { type: "snapshot", posts: [] }));
  await beyond.want([4], () => false);
  assert.equal(beyond.get(4), null);
  assert.deepEqual(beyond.fresh({ epoch: "b", seq: 30 }, [{ id: 4 }]), []);
  assert.deepEqual(beyond.fresh({ epoch: "a", seq: 21 }, [{ id: 4 }]), [{ id: 4 }]);
  beyond.hear({ epoch: "a", seq: 22, messages: [{ type: "reset" }] });
  assert.deepEqual(beyond.fresh({ epoch: "a", seq: 30 }, [{ id: 4 }]), []);
});

test("of what was dropped only the newest two thousand are remembered", () => {
  const beyond = new Beyond(() => null);
  for (let id = 0; id < 3_000; id += 1) beyond.hear(frame(id, { type: "drop", id }));
  assert.equal(beyond.gone.size, 2_000);
  assert.ok(beyond.gone.has(2_999) && !beyond.gone.has(0));
});

test("a screen that gets no answer keeps what it has, and an answer that changes nothing changes nothing", async () => {
  const told = [{ mode: "card", now: "1" }, null, { mode: "card", now: "2" }, { mode: "people" }];
  let changes = 0;
  const screen = new Screen(null, async () => told.shift(), () => { changes += 1; });
  for (const expected of [["card", 1], ["card", 1], ["card", 1], ["people", 2]]) {
    await screen.load();
    assert.deepEqual([screen.state.mode, changes], expected);
  }
  screen.stop();
});

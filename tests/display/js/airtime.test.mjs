// Equal voices, without a page: what the screen owes to everybody, held over invented days with chance given.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Airtime } from "../../../static/js/airtime.js";

const SLOTS = 6;
const said = (id, who = id, more = {}) => ({ id, order: String(id).padStart(6, "0"), author: { id: who }, ...more });
const many = (n, from = 1) => Array.from({ length: n }, (_, i) => said(from + i));

/** A screen with a clock of its own: every tick is a second. */
class Wall {
  airtime;
  posts = [];
  on = [];
  now = 1_000_000;
  log = []; // [when, ids] at every change
  seconds = new Map();

  constructor(options) {
    this.airtime = new Airtime(options);
  }

  tick({ every = 4, slots = SLOTS, hold = false } = {}) {
    this.now += 1_000;
    const shown = this.on.map((id) => this.posts.find((post) => post.id === id) ?? this.airtime.get(id)).filter(Boolean);
    this.airtime.note(shown, 1);
    for (const { id } of shown) this.seconds.set(id, (this.seconds.get(id) ?? 0) + 1);
    this.turn({ every, slots, hold });
  }

  turn({ every = 4, slots = SLOTS, hold = false } = {}) {
    const next = this.airtime.turn({ posts: this.posts, legible: this.on, slots, now: this.now, every, hold });
    if (String(next) !== String(this.on)) this.log.push([this.now, next]);
    this.on = next;
  }

  come(post) {
    this.posts = [...this.posts, post].sort((a, b) => (a.order < b.order ? -1 : 1)).slice(-200);
  }
}

/** Chance that is the same every time. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function gini(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const sum = sorted.reduce((a, b) => a + b, 0);
  const weighted = sorted.reduce((all, value, i) => all + (i + 1) * value, 0);
  return sum ? (2 * weighted) / (sorted.length * sum) - (sorted.length + 1) / sorted.length : 0;
}

/** An invented stretch of `seconds`: `rate` posts an hour, by people of whom a few say most. */
function stretch(wall, { seconds, rate, people, seed, firsts = true }) {
  const chance = dice(seed);
  const heard = new Set();
  const approved = new Map();
  let id = 1_001;
  for (let second = 0; second < seconds; second += 1) {
    if (chance() < rate / 3_600) {
      const who = Math.floor(people * chance() ** 3);
      const late = chance() < 0.1 ? 30 : 0; // some arrive late and take their place
      const first = firsts && !heard.has(who);
      heard.add(who);
      wall.come({ id, order: String(second - late).padStart(6, "0") + String(id).padStart(6, "0"), author: { id: who }, first });
      if (first) approved.set(id, wall.now);
      id += 1;
    }
    wall.tick();
  }
  return { approved };
}

test("airtime: a wall begins with the newest, in the order of saying", () => {
  const wall = new Wall();
  wall.posts = many(30);
  wall.turn();
  assert.deepEqual(wall.on, [25, 26, 27, 28, 29, 30]);
});

test("airtime: a post that comes to a calm wall is on at once, and one that had most gives way", () => {
  const wall = new Wall();
  wall.posts = many(10);
  wall.turn();
  wall.come(said(11));
  wall.turn();
  assert.deepEqual(wall.on, [6, 7, 8, 9, 10, 11]);
});

test("airtime: what is hidden goes at once, and whoever gave way for it comes back without anything else moving", () => {
  const wall = new Wall();
  wall.posts = many(10);
  wall.turn();
  wall.come(said(11));
  wall.turn();
  wall.posts = wall.posts.filter(({ id }) => id !== 11);
  wall.turn();
  assert.deepEqual(wall.on, [5, 6, 7, 8, 9, 10]);
});

test("airtime: somebody new does not wait because the wall has just turned for somebody who had less", () => {
  const wall = new Wall();
  wall.posts = many(20);
  wall.turn();
  while (wall.log.length < 2) wall.tick();
  wall.tick();
  wall.come(said(21));
  wall.tick();
  assert.ok(wall.on.includes(21));
});

test("airtime: while there is room nobody who comes waits for calm", () => {
  const wall = new Wall();
  wall.posts = many(2);
  wall.turn();
  for (const id of [3, 4, 5]) {
    wall.come(said(id));
    wall.tick();
    wall.tick();
    assert.ok(wall.on.includes(id), `${id} is not on`);
  }
});

test("airtime: sixty posts in one second are one movement, and the next comes four seconds later", () => {
  const wall = new Wall();
  wall.posts = many(6);
  wall.turn();
  for (const post of many(60, 7)) {
    wall.come(post);
    wall.turn();
  }
  assert.equal(wall.log.length, 2);
  for (let i = 0; i < 20; i += 1) wall.tick();
  const times = wall.log.slice(1).map(([when]) => when);
  for (let i = 1; i < times.length; i += 1) assert.ok(times[i] - times[i - 1] >= 4_000);
});

test("airtime: whoever comes on stays at least eight seconds, unless it is hidden", () => {
  const wall = new Wall();
  wall.posts = many(6);
  wall.turn();
  stretch(wall, { seconds: 900, rate: 4_000, people: 200, seed: 5 });
  const came = new Map();
  for (const [when, ids] of wall.log.slice(1)) {
    for (const id of ids) if (id > 1_000 && !came.has(id)) came.set(id, when);
    for (const [id, since] of came) {
      if (ids.includes(id)) continue;
      assert.ok(when - since >= 8_000, `${id} was on for ${when - since} ms`);
      came.delete(id);
    }
  }
});

for (const [rate, seed] of [[20, 1], [200, 2], [1_000, 3], [2_000, 4], [5_000, 5]]) {
  test(`airtime: ${rate} posts an hour are never out of order, stay calm, and nobody is heard more for speaking often`, () => {
    const wall = new Wall();
    stretch(wall, { seconds: 5_400, rate, people: 60, seed });
    for (const [, ids] of wall.log) {
      assert.ok(ids.length <= SLOTS && new Set(ids).size === ids.length);
      const orders = ids.map((id) => wall.posts.find((post) => post.id === id)?.order).filter(Boolean);
      assert.deepEqual(orders, [...orders].sort(), "zero order inversions");
    }
    const times = wall.log.map(([when]) => when);
    for (let i = 2; i < times.length; i += 1) { // the beginning is no change that others wait after
      const told = JSON.stringify(wall.log.slice(i - 1, i + 1));
      // Where few come, somebody new need not wait because the wall has just turned for turning's sake; nor while there is room.
      const busy = rate >= 1_000 && wall.log[i - 1][1].length === SLOTS;
      assert.ok(times[i] - times[i - 1] >= (busy ? 4_000 : 1_300), `at most one change in four seconds: ${told}`);
    }
  });
}

for (const [rate, seed] of [[30, 1], [300, 2], [1_500, 3]]) {
  test(`airtime: at ${rate} posts an hour screen time is shared more evenly than posts are`, () => {
    const wall = new Wall();
    const posts = new Map();
    const seconds = new Map();
    const come = wall.come.bind(wall);
    wall.come = (post) => {
      posts.set(post.id, post);
      come(post);
    };
    stretch(wall, { seconds: 7_200, rate, people: 80, seed });
    const said = new Map();
    for (const post of posts.values()) {
      said.set(post.author.id, (said.get(post.author.id) ?? 0) + 1);
      seconds.set(post.author.id, (seconds.get(post.author.id) ?? 0) + (wall.seconds.get(post.id) ?? 0));
    }
    assert.ok(gini(seconds.values()) <= gini(said.values()), `${gini(seconds.values())} of time, ${gini(said.values())} of posts`);
  });
}

test("airtime: every first post is shown eight seconds within ten minutes, in a flood too", () => {
  for (const rate of [60, 600, 2_000]) {
    const wall = new Wall();
    const late = [];
    const { approved } = stretch(wall, { seconds: 3_600, rate, people: 400, seed: rate });
    for (const [id, since] of approved) {
      if (wall.now - since < 600_000) continue;
      if ((wall.seconds.get(id) ?? 0) < 8) late.push(id);
    }
    assert.ok(approved.size > 30 && late.length === 0, `${late.length} of ${approved.size} at ${rate}`);
  }
});

test("airtime: where the sums do not allow it first posts come in the order of their arrival, and the wait is told", () => {
  const wall = new Wall();
  wall.posts = many(6);
  wall.turn();
  const firsts = Array.from({ length: 900 }, (_, i) => said(100 + i, 100 + i, { first: true }));
  wall.airtime.know({ firsts: firsts.map((post, i) => ({ id: post.id, waited: 900 - i, post })) }, wall.now);
  const order = [];
  for (let i = 0; i < 120; i += 1) {
    wall.tick();
    for (const id of wall.on) if (id >= 100 && !order.includes(id)) order.push(id);
  }
  assert.ok(order.length >= 80, `${order.length} in two minutes`);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  const { firsts: left, wait, late } = wall.airtime.waiting(wall.now);
  assert.ok(left > 700 && wait > 600 && late);
});

/** A screen that begins where thirty have spoken for the first time and stood on none, `waited` seconds long. */
function late(waited) {
  const wall = new Wall();
  wall.posts = many(30).map((post) => ({ ...post, first: true }));
  wall.airtime.know({ firsts: wall.posts.map(({ id }) => ({ id, waited: waited - id })) }, wall.now);
  for (let s = 0; s < 9; s += 1) wall.tick();
  wall.come(said(31, 31, { first: true }));
  const since = wall.now;
  while (!wall.on.includes(31)) wall.tick();
  return { wall, waits: (wall.now - since) / 1_000 };
}

test("airtime: who speaks now does not wait for all who spoke before the screen began, and they have their seconds in time", () => {
  const { wall, waits } = late(100);
  assert.ok(waits <= 9, `${waits} s`);
  while (wall.now < 1_000_000 + 500_000) wall.tick();
  assert.ok(many(31).every(({ id }) => wall.seconds.get(id) >= 8));
});

test("airtime: one voice at a time keeps the ten minutes too, whoever goes on speaking", () => {
  const wall = new Wall();
  wall.posts = many(15).map((post) => ({ ...post, first: true }));
  wall.airtime.know({ firsts: wall.posts.map(({ id }) => ({ id, waited: 0 })) }, wall.now);
  const begun = wall.now;
  for (let s = 0, id = 100; s < 900; s += 1) {
    if (s % 60 === 59) wall.come(said((id += 1), id, { first: true }));
    wall.tick({ every: 30, slots: 1 });
    if (wall.now - begun === 600_000) assert.ok(many(15).every((post) => wall.seconds.get(post.id) >= 8));
  }
});

test("airtime: where those before have no time to lose, who speaks now comes after them", () => {
  for (const waited of [590, 3_000]) {
    const { wall, waits } = late(waited);
    assert.ok(waits > 30, `${waits} s`);
    assert.ok(many(30).every(({ id }) => wall.seconds.has(id)));
  }
});

test("airtime: a first post that is older than what the wall holds is shown all the same, and its hide takes it off", () => {
  const wall = new Wall();
  wall.posts = many(10, 100);
  wall.turn();
  wall.airtime.know({ firsts: [{ id: 3, waited: 20, post: said(3, 3, { first: true }) }] }, wall.now);
  wall.tick();
  assert.equal(wall.on[0], 3);
  wall.airtime.forget(3);
  wall.turn();
  assert.ok(!wall.on.includes(3));
});

test("leak: airtime: after a snapshot nobody is owed anything but who the server names anew", () => {
  const wall = new Wall();
  wall.posts = many(10, 100);
  wall.turn();
  wall.airtime.know({ firsts: [{ id: 3, waited: 20, post: said(3, 3, { first: true }) }] }, wall.now);
  wall.tick();
  assert.equal(wall.on[0], 3);
  wall.airtime.restart();
  wall.turn();
  assert.ok(!wall.on.includes(3), "it may have been hidden while the line was broken");
});

test("airtime: a first post that had its eight seconds here is not owed them again by an answer from before", () => {
  const wall = new Wall();
  wall.posts = many(10);
  wall.turn();
  wall.come(said(11, 11, { first: true }));
  for (let i = 0; i < 10; i += 1) wall.tick();
  wall.airtime.know({ firsts: [{ id: 11, waited: 10, post: said(11, 11) }] }, wall.now);
  assert.equal(wall.airtime.waiting(wall.now).firsts, 0);
});

test("airtime: twenty posts a day still turn, one at a time, for whoever had less", () => {
  const wall = new Wall();
  wall.posts = many(20);
  wall.turn();
  for (let i = 0; i < 1_800; i += 1) wall.tick();
  assert.ok(wall.log.length > 40 && wall.log.length < 90, `${wall.log.length} changes in half an hour`);
  for (let i = 1; i < wall.log.length; i += 1) {
    const [before, after] = [wall.log[i - 1][1], wall.log[i][1]];
    assert.equal(after.filter((id) => !before.includes(id)).length, 1);
  }
  const seconds = many(20).map(({ id }) => wall.seconds.get(id) ?? 0);
  assert.ok(Math.min(...seconds) > 300, `${seconds}`);
});

test("airtime: time is a person's, not a post's", () => {
  const wall = new Wall();
  wall.posts = many(40).map((post) => ({ ...post, author: { id: post.id <= 30 ? 1 : post.id } }));
  wall.turn();
  for (let i = 0; i < 3_600; i += 1) wall.tick();
  const mine = many(30).reduce((sum, { id }) => sum + (wall.seconds.get(id) ?? 0), 0);
  const others = many(10, 31).map(({ id }) => wall.seconds.get(id) ?? 0);
  assert.ok(mine < 2 * Math.max(...others), `${mine} s for thirty posts, ${others} for one each`);
});

test("airtime: claims of one person share their time, and people without an account are known by the post", () => {
  const airtime = new Airtime();
  airtime.know({ same: { a7: "a3" } }, 0);
  airtime.note([said(1, 3), said(2, 7), said(3, null)], 5);
  assert.equal(airtime.secondsOf(said(9, 7)).person, 10);
  assert.equal(airtime.secondsOf(said(9, null)).person, 0);
});

test("airtime: while it is paused nothing moves but what is hidden, and what waits is counted", () => {
  const wall = new Wall();
  wall.posts = many(10);
  wall.turn();
  const before = [...wall.on];
  for (const post of many(12, 11)) wall.come(post);
  for (let i = 0; i < 60; i += 1) wall.tick({ hold: true });
  assert.deepEqual(wall.on, before);
  assert.equal(wall.airtime.waiting(wall.now).kept, 12);
  wall.posts = wall.posts.filter(({ id }) => id !== before[2]);
  wall.tick({ hold: true });
  assert.ok(!wall.on.includes(before[2]));
});

test("airtime: fewer slots let go of who had most, more are filled", () => {
  const wall = new Wall();
  wall.posts = many(10);
  wall.turn();
  wall.tick({ slots: 3 });
  assert.equal(wall.on.length, 3);
  for (let i = 0; i < 6; i += 1) wall.tick({ slots: 6 });
  assert.equal(wall.on.length, 6);
});

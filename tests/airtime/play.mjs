// Plays a timeline through the wall's own fold and rotation, a second at a time and as fast as it goes; no page, no clock.
// Reads {steps, days, same, slots} from its standard input, writes what was on the screen from when till when.

import { readFileSync } from "node:fs";

import { Airtime } from "../../static/js/airtime.js";
import { Fold } from "../../static/js/fold.js";

const { steps, days, same, slots, start, every } = JSON.parse(readFileSync(0, "utf8"));
const airtime = new Airtime({ least: 8, first: 600 });
airtime.know({ posts: {}, people: {}, firsts: [], same });
const fold = new Fold({ keep: 200 });
fold.apply({ epoch: "a", seq: 1, messages: [{ type: "snapshot", posts: [], event: {}, floor: "" }] });

/** A first post that is owed its showing may be older than the window. */
const known = (id) => fold.get(id) ?? airtime.get(id) ?? undefined;

const on = new Map(); // id to since when it is on the screen
const showings = [];
const told = { turns: 0, inversions: 0, doubles: 0, changes: 0, slowest: 0 };
let seq = 1;
let next = 0;
let shown = [];

function hear(until) {
  for (; next < steps.length && steps[next].t <= until; next += 1) {
    const { put, drop } = steps[next];
    fold.apply({ epoch: "a", seq: ++seq, messages: [put ? { type: "put", post: put } : { type: "drop", id: drop }] });
  }
}

function turn(t) {
  const before = performance.now();
  const ids = airtime.turn({ posts: fold.posts, legible: shown.filter(known), slots, now: start + t * 1_000, every });
  told.slowest = Math.max(told.slowest, performance.now() - before);
  told.turns += 1;
  const posts = ids.map(known);
  if (posts.some((post, i) => i && post.order <= posts[i - 1].order)) told.inversions += 1;
  if (new Set(ids).size !== ids.length || ids.length > slots || posts.includes(undefined)) told.doubles += 1;
  if (ids.join() !== shown.join()) told.changes += 1;
  airtime.note(posts, 1);
  shown = ids;
  note(t, new Set(ids));
}

function note(t, ids) {
  for (const [id, since] of on) if (!ids.has(id)) on.delete(id), showings.push([id, since, t]);
  for (const id of ids) if (!on.has(id)) on.set(id, t);
}

const began = performance.now();
for (const [from, to] of days) {
  for (let t = from; t <= to; t += 1) {
    hear(t);
    turn(t);
  }
  shown = [];
  note(to, new Set());
}
told.milliseconds = performance.now() - began;
process.stdout.write(JSON.stringify({ showings, ...told }));

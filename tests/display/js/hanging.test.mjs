// Which pictures hang on the wall's line, whose, and where. Run by node.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Turns, fits, pictures, places, shape } from "../../../static/js/wall/hanging.js";

const image = (more = {}) => ({ kind: "image", src: `/media-files/${Math.random()}`, alt: "A quay", width: 600, height: 400, ...more });
const post = (id, who, media, more = {}) => ({ id, author: { id: who }, media, cover: null, sensitive: false, words: [], ...more });

test("nothing that is covered, marked, lost or no picture hangs in a hall", () => {
  const lost = image();
  const posts = [
    post(1, 1, [image()], { cover: "Knives" }),
    post(2, 2, [image()], { sensitive: true }),
    post(3, 3, [image({ src: null }), image({ kind: "audio" }), image({ kind: "unknown" }), lost]),
    post(4, 4, [image(), image({ kind: "video" })]),
  ];
  assert.deepEqual(pictures(posts, new Set([lost.src])).map(({ key }) => key), ["4/0", "4/1"]);
});

test("everybody has a turn before anybody has a second one, however many pictures they sent", () => {
  const many = Array.from({ length: 20 }, () => image());
  const all = pictures([post(1, 1, many), ...[2, 3, 4, 5, 6].map((id) => post(id, id, [image()]))]);
  const turns = new Turns();
  const seen = [];
  for (let n = 0; n < 3; n += 1) {
    const hung = turns.next(all, (list) => fits(list, false));
    turns.note(hung);
    seen.push(...hung.map(({ who }) => who));
  }
  assert.deepEqual([...seen].sort(), ["a1", "a2", "a3", "a4", "a5", "a6"]);
});

test("what somebody described comes before what nobody did, and all twenty have their turn in the end", () => {
  const media = Array.from({ length: 20 }, (_, n) => image({ alt: n < 3 ? null : `Map ${n}` }));
  const all = pictures([post(1, 1, media)]);
  const turns = new Turns();
  const order = [];
  for (let n = 0; n < 10; n += 1) {
    const hung = turns.next(all, (list) => fits(list, false));
    turns.note(hung);
    order.push(...hung);
  }
  assert.equal(new Set(order.map(({ key }) => key)).size, 20);
  assert.ok(order.slice(0, 16).every(({ item }) => item.alt));
});

test("they hang in the order they were said", () => {
  const all = pictures([post(1, 1, [image()]), post(2, 2, [image()]), post(3, 1, [image()])]);
  const turns = new Turns();
  turns.note(all.slice(0, 1));
  const hung = turns.next(all, (list) => list.length <= 2);
  assert.deepEqual(hung.map((one) => one.post.id), [2, 3]);
});

test("a tower and a ribbon are cut, and what says no size is taken for a photograph", () => {
  assert.equal(shape({ width: 100, height: 4_000 }), 0.62);
  assert.equal(shape({ width: 4_000, height: 100 }), 1.9);
  assert.equal(shape({ width: null, height: null }), 1.5);
});

for (const [name, upright, width, height] of [["lying", false, 1920, 1080], ["upright", true, 1080, 1920]]) {
  test(`whatever hangs, it hangs inside the picture and not over its neighbour: ${name}`, () => {
    const shapes = [0.62, 0.8, 1, 1.33, 1.5, 1.9];
    const lists = shapes.flatMap((a) => [[a], ...shapes.flatMap((b) => [[a, b], ...shapes.map((c) => [a, b, c])])]);
    for (const list of lists.map((all) => all.map((one) => ({ shape: one }))).filter((all) => fits(all, upright))) {
      const found = places(list, upright);
      for (const [i, { x, y, width: w, height: h, beside, caption, room }] of found.entries()) {
        const told = JSON.stringify([list, found]);
        const right = beside ? x + w + 36 + caption : x + Math.max(w, caption);
        const bottom = beside ? y + Math.max(h, room) : y + h + 20 + room;
        assert.ok(x >= 64 && right <= width - 20 && bottom <= height - 20, told);
        assert.ok(caption >= (upright ? 300 : 350) && room >= 90, told);
        const next = found[i + 1];
        if (next) assert.ok(upright ? bottom <= next.y - 30 : right <= next.x, told);
      }
    }
  });
}

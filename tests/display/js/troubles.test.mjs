// Troubles of a screen: told once, at a calm pace, and kept while nobody hears.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast } from "../../../static/js/wall/legible.js";
import { Troubles } from "../../../static/js/wall/troubles.js";

function harness() {
  const state = { now: 0, line: true, said: [] };
  const say = (word) => {
    if (state.line) state.said.push(word.trouble);
    return state.line;
  };
  return { state, troubles: new Troubles(say, () => state.now) };
}

test("a trouble is told with its post, short, and once in ten minutes", () => {
  const { state, troubles } = harness();
  for (let n = 0; n < 50; n++) troubles.note("picture", "x".repeat(500), 7);
  assert.deepEqual(state.said.map(({ kind, post, words }) => [kind, post, words.length]), [["picture", 7, 120]]);
  state.now = 600_001;
  troubles.note("picture", "x".repeat(500), 7);
  assert.equal(state.said.length, 2);
});

test("never more than the server takes, and the rest later", () => {
  const { state, troubles } = harness();
  for (let n = 0; n < 18; n++) troubles.note("picture", "", n);
  assert.equal(state.said.length, 15);
  state.now = 60_001;
  troubles.flush();
  assert.equal(state.said.length, 18);
});

test("without a line the newest twenty wait", () => {
  const { state, troubles } = harness();
  state.line = false;
  for (let n = 0; n < 30; n++) troubles.note("script", `broke ${n}`);
  state.line = true;
  troubles.flush();
  state.now = 60_001;
  troubles.flush();
  assert.deepEqual([state.said.length, state.said[0].words, state.said.at(-1).words], [20, "broke 10", "broke 29"]);
});

test("a post that is no number is none", () => {
  const { state, troubles } = harness();
  troubles.note("frame", undefined, "seven");
  assert.deepEqual(state.said, [{ kind: "frame", post: null, words: "" }]);
});

test("contrast is WCAG's", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([18, 52, 86], [18, 52, 86]), 1);
  assert.ok(Math.abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.01);
});

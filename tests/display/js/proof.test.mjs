// The proof of work: our SHA-256 is the world's, and the number it finds is one the server takes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { prove, sha256 } from "../../../static/js/say-proof.js";

const hex = (words) => [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
const real = (text) => createHash("sha256").update(text).digest("hex");

test("the hash of every length around a block's end is right", () => {
  for (let length = 0; length < 200; length += 1) {
    const text = "strand form ".repeat(20).slice(0, length);
    assert.equal(hex(sha256(text)), real(text), `of ${length} letters`);
  }
});

test("a number is found whose hash begins with so many zero bits", async () => {
  for (const challenge of ["a", "x".repeat(54), "y".repeat(63), "z".repeat(64), "w".repeat(120)]) {
    const number = await prove(challenge, 10);
    assert.match(number, /^\d+$/);
    assert.equal(Number.parseInt(real(`${challenge}:${number}`).slice(0, 8), 16) >>> 22, 0);
  }
});

test("it leaves the page its turn", async () => {
  let turns = 0;
  const counting = setInterval(() => { turns += 1; }, 1);
  await prove("a page that goes on", 15);
  clearInterval(counting);
  assert.ok(turns > 0);
});

test("who stops it waits for nothing more", async () => {
  const stop = new AbortController();
  let found = false;
  prove("never", 32, stop.signal).then(() => { found = true; });
  stop.abort();
  await new Promise((done) => { setTimeout(done, 50); });
  assert.equal(found, false);
});

// What the wall's modes think without a page: what is on and what comes, where the line is, how long a voice stays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { across, COASTS, under } from "../../../static/js/wall/coast.js";
import { steps } from "../../../static/js/wall/grow.js";
import { hours, isOn, otherDay } from "../../../static/js/wall/hours.js";
import { stay } from "../../../static/js/wall/voice.js";

const talk = (title, room, from, to, day = "2026-06-12") => ({
  id: title, title, room, starts_at: `${day}T${from}:00Z`, ends_at: `${day}T${to}:00Z`, time: from,
});
const TALKS = [
  talk("ferry", "the Hall", "08:15", "09:15"),
  talk("circle", "the Shed", "08:15", "09:15"),
  talk("eelgrass", "the Hall", "09:45", "10:45"),
  talk("nets", "the Shed", "09:45", "10:15"),
  talk("songs", "the Hall", "07:00", "08:00", "2026-06-13"),
];
const at = (time, day = "2026-06-12") => Date.parse(`${day}T${time}:00Z`);
const titles = (rows) => rows.map(({ title }) => title);

test("what runs and what comes goes by the moment, and a talk ends at its end", () => {
  const { on, next } = hours(TALKS, at("08:15"));
  assert.deepEqual(titles(on), ["ferry", "circle"]);
  assert.deepEqual(next.map(({ rows }) => titles(rows)), [["eelgrass", "nets"], ["songs"]]);
  assert.deepEqual(hours(TALKS, at("09:15")).on, []);
  assert.equal(isOn(TALKS[0], at("09:14")), true);
});

test("the screen's own room comes first, now and next", () => {
  const { on, next } = hours(TALKS, at("08:30"), "the Shed");
  assert.deepEqual([titles(on), titles(next[0].rows)], [["circle", "ferry"], ["nets", "eelgrass"]]);
});

test("before anybody has said what time it is nothing is said to run", () => {
  const { on, next } = hours(TALKS, null);
  assert.deepEqual([on.length, next.length], [0, 3]);
  assert.equal(isOn(TALKS[0], null), false);
});

test("another day is told by the event's clock, and a zone nobody knows is no trouble", () => {
  assert.equal(otherDay(TALKS[4].starts_at, at("20:00"), "Europe/Berlin", "en"), "Sat");
  assert.equal(otherDay("2026-06-12T21:30:00Z", at("08:00"), "Europe/Berlin", "en"), "");
  assert.equal(otherDay("2026-06-12T22:30:00Z", at("08:00"), "Europe/Berlin", "en"), "Sat"); // half past midnight there
  assert.equal(otherDay(TALKS[4].starts_at, at("20:00"), "Nowhere/Atlantis", "en"), "");
});

test("a knot stands on the line of every coast, wherever it is asked for", () => {
  for (const [name, coasts] of Object.entries(COASTS)) {
    for (const coast of coasts) {
      const [width, height] = coast.size;
      for (const part of [0.1, 0.35, 0.5, 0.8]) {
        const found = height === 300 ? under(coast, part) : across(coast, Math.max(part, 0.6));
        assert.ok(found > 0 && found < (height === 300 ? 300 : width), `${name} ${coast.size} ${part}: ${found}`);
      }
    }
  }
  const [people] = COASTS.people;
  assert.equal(Math.round(under(people, 170 / 1920)), 92); // a point the curve is drawn through
});

test("airtime: a voice stays as long as there is to read, within bounds", () => {
  const words = (letters) => ({ words: [{ t: "text", text: "x".repeat(letters) }], media: [] });
  assert.equal(stay(words(5)), 10);
  assert.equal(stay(words(2_000)), 30);
  assert.ok(stay(words(140)) > stay(words(70)));
  assert.ok(stay({ ...words(100), media: [{}, {}] }) > stay(words(100)));
});

test("sizes fall from the largest to the smallest and end there", () => {
  const sizes = steps(200, 32);
  assert.deepEqual([sizes[0], sizes.at(-1)], [200, 32]);
  assert.ok(sizes.every((size, i) => !i || size < sizes[i - 1]));
});

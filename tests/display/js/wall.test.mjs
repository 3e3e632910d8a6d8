// The wall's pure parts, without a page: which mode is up, and when.
import assert from "node:assert/strict";
import { test } from "node:test";
import { whole } from "../../../static/js/wall/screen.js";
import { chosen, inForce, liveliness } from "../../../static/js/wall/programme.js";

const AT = Date.parse("2026-06-12T09:00:00Z"); // eleven o'clock in Rostock
const MINUTE = 60_000;
const iso = (minutes) => new Date(AT + minutes * MINUTE).toISOString();
const now = (more = {}) => ({ moment: AT, sessions: [], lively: "", spotlight: null, zone: "Europe/Berlin", ...more });
const screen = (more) => whole({ ...more });
const mode = (told, more, was, worth) => chosen(screen(told), now(more), was, worth).mode;

/** The modes of so many minutes, one a minute. */
function minutes(told, count, { more = () => ({}), worth } = {}) {
  let was = null;
  return Array.from({ length: count }, (_, i) => {
    const moment = AT + i * MINUTE;
    was = chosen(screen(told), now({ moment, ...more(i) }), was, worth);
    return was.mode;
  });
}

test("a screen without a word of anybody shows the strand", () => {
  assert.equal(mode(null), "strand");
  assert.equal(mode({ mode: "programme" }), "strand");
  assert.equal(mode({ mode: "gallery" }), "gallery");
});

test("a spotlight is one voice on every screen, in a quiet hour too, but never over a picture for a stream", () => {
  const quiet = [{ from: iso(-5), to: iso(5) }];
  assert.equal(mode({ mode: "people", quiet }, { spotlight: { id: 1 } }), "voice");
  assert.equal(mode({ mode: "overlay", quiet }, { spotlight: { id: 1 } }), "overlay");
});

test("in a quiet hour there is the programme and nothing else, and it ends by itself", () => {
  const told = { mode: "gallery", quiet: [{ from: iso(-5), to: iso(5) }], says: { kind: "prompt", words: "Say something", until: null } };
  assert.equal(mode(told), "now");
  assert.equal(mode(told, { moment: AT + 5 * MINUTE }), "says");
  assert.equal(mode(told, { moment: AT - 6 * MINUTE }), "says");
});

test("what the desk says goes up over the mode until its time is over", () => {
  const says = { kind: "announcement", words: "Lunch is ready.", until: iso(10) };
  assert.equal(mode({ says }), "says");
  assert.equal(mode({ says }, { moment: AT + 10 * MINUTE }), "strand");
  assert.equal(mode({ says: { ...says, until: "nonsense" } }, { moment: AT + 10 * MINUTE }), "says");
  assert.equal(mode({ mode: "says" }), "strand");
  assert.equal(inForce(null, AT), false);
  assert.equal(inForce({ words: "" }, AT), false);
  assert.equal(inForce(says, null), true, "before the clock is known it stands");
});

test("the steps of a programme take turns in their order, each for its seconds", () => {
  const programme = [{ mode: "strand", seconds: 120 }, { mode: "gallery", seconds: 60 }, { mode: "card", seconds: 60, when: {} }];
  const shown = minutes({ mode: "programme", programme }, 9);
  assert.deepEqual(shown, ["strand", "strand", "gallery", "card", "strand", "strand", "gallery", "card", "strand"]);
});

test("a step with nothing to show is passed over, and so is one that does not fit", () => {
  const programme = [
    { mode: "gallery", seconds: 60 },
    { mode: "now", seconds: 60, when: { talk: false } },
    { mode: "voice", seconds: 60, when: { talk: true } },
    { mode: "people", seconds: 60, when: { lively: "quiet" } },
  ];
  const talk = { room: "Hall", starts_at: iso(2), ends_at: iso(4) };
  const shown = minutes({ mode: "programme", programme, room: "Hall" }, 6, {
    more: () => ({ sessions: [talk, { ...talk, room: "Loft", starts_at: iso(-60), ends_at: iso(60) }] }),
    worth: (name) => name !== "gallery",
  });
  assert.deepEqual(shown, ["now", "now", "voice", "voice", "now", "now"]);
});

test("where a screen has no room, a talk anywhere counts", () => {
  const programme = [{ mode: "now", seconds: 60, when: { talk: true } }];
  const sessions = [{ room: "Loft", starts_at: iso(-5), ends_at: iso(5) }];
  assert.equal(mode({ mode: "programme", programme }, { sessions }), "now");
  assert.equal(mode({ mode: "programme", programme, room: "Hall" }, { sessions }), "strand");
});

test("hours are the event's own, and may go over midnight", () => {
  const at = (from, to) => mode({ mode: "programme", programme: [{ mode: "card", seconds: 60, when: { from, to } }] });
  assert.equal(at("10:30", "11:30"), "card");
  assert.equal(at("09:00", "11:00"), "strand");
  assert.equal(at("22:00", "11:01"), "card");
  assert.equal(at("22:00", "02:00"), "strand");
  const programme = [{ mode: "card", seconds: 60, when: { from: "00:00", to: "23:59" } }];
  assert.equal(mode({ mode: "programme", programme }, { zone: "Atlantis/Capital" }), "strand");
});

test("a step that stops fitting ends at once; a programme that comes anew in the same words goes on", () => {
  const programme = [{ mode: "people", seconds: 600, when: { lively: "quiet" } }, { mode: "strand", seconds: 60 }];
  const was = chosen(screen({ mode: "programme", programme }), now({ lively: "quiet" }));
  const later = { moment: AT + MINUTE };
  assert.equal(chosen(screen({ mode: "programme", programme }), now({ ...later, lively: "quiet" }), was).since, AT);
  assert.equal(chosen(screen({ mode: "programme", programme }), now({ ...later, lively: "" }), was).mode, "strand");
});

test("a step of no seconds or of a hundred days has bounds, and a clock that was put back does not hold it", () => {
  const programme = [{ mode: "card", seconds: 0 }, { mode: "people", seconds: 9_999_999 }];
  const told = screen({ mode: "programme", programme });
  const first = chosen(told, now());
  assert.equal(chosen(told, now({ moment: AT + 4_000 }), first).mode, "card");
  const second = chosen(told, now({ moment: AT + 60_000 }), first);
  assert.equal(second.mode, "people");
  assert.equal(chosen(told, now({ moment: AT + 60_000 + 3_600_000 }), second).mode, "card");
  assert.equal(chosen(told, now({ moment: AT - 7_200_000 }), second).mode, "card");
});

test("liveliness is counted from ten minutes, and does not flutter at its bounds", () => {
  const posts = (count, ago = 1) => Array.from({ length: count }, () => ({ at: iso(-ago) }));
  assert.equal(liveliness(posts(2), AT), "quiet");
  assert.equal(liveliness(posts(3), AT), "");
  assert.equal(liveliness(posts(4), AT, "quiet"), "quiet");
  assert.equal(liveliness(posts(5), AT, "quiet"), "");
  assert.equal(liveliness(posts(41), AT), "busy");
  assert.equal(liveliness(posts(40), AT), "");
  assert.equal(liveliness(posts(35), AT, "busy"), "busy");
  assert.equal(liveliness(posts(200, 11), AT), "quiet");
});

test("a state with keys left out is made whole", () => {
  const state = whole({ mode: "card", look: { theme: "light" } });
  assert.deepEqual([state.mode, state.paused, state.look.theme, state.look.columns], ["card", false, "light", 1]);
});

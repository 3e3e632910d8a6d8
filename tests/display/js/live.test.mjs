// The socket's manners, with a clock and a socket of our own: silence, coming back, acknowledging, never throwing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Live } from "../../../static/js/live.js";

class Clock {
  time = 0;
  timers = [];
  now = () => this.time;
  random = () => 0.5;
  after = (ms, act) => {
    const timer = { at: this.time + ms, act };
    this.timers.push(timer);
    return timer;
  };
  cancel = (timer) => { this.timers = this.timers.filter((one) => one !== timer); };
  pass(ms) {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.cancel(next);
      this.time = Math.max(this.time, next.at);
      next.act();
    }
    this.time = until;
  }
}

function harness({ cursor = () => null, broken = false, ...options } = {}) {
  const clock = new Clock();
  const sockets = [];
  const heard = [];
  const states = [];
  let refused = 0;
  class Socket {
    sent = [];
    readyState = 1;
    constructor(url) {
      if (broken) throw new Error("no sockets here");
      this.url = url;
      sockets.push(this);
    }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    say(frame) { this.onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) }); }
    drop(code = 1006) { this.readyState = 3; this.onclose({ code }); }
  }
  const live = new Live({
    address: "/e/live", cursor, clock, Socket,
    onFrame: (frame) => heard.push(frame), onState: (state) => states.push(state), onRefused: () => { refused += 1; }, ...options,
  }).start();
  return { clock, sockets, heard, states, live, refusals: () => refused };
}
const beat = { epoch: "a", seq: 1, messages: [] };

test("it asks with what it knows, and leaves out what it does not", () => {
  const { sockets } = harness({ cursor: () => ({ epoch: "a", seq: 0, floor: "" }), query: { audience: "public", screen: "" } });
  assert.equal(sockets[0].url, "ws://localhost/e/live?audience=public&epoch=a&seq=0");
});

test("12 seconds without a word show the badge, 30 the holding card, one word ends both", () => {
  const { clock, sockets, states } = harness();
  sockets[0].say(beat);
  clock.pass(11_500);
  assert.deepEqual(states, ["live"]);
  clock.pass(1_500);
  assert.deepEqual(states, ["live", "badge"]);
  clock.pass(18_000);
  assert.deepEqual(states, ["live", "badge", "holding"]);
  sockets.at(-1).say(beat);
  assert.equal(states.at(-1), "live");
});

test("a line that is open but silent is left and tried anew", () => {
  const { clock, sockets } = harness();
  sockets[0].say(beat);
  clock.pass(15_000);
  assert.equal(sockets[0].readyState, 3);
  assert.ok(sockets.length >= 2);
});

test("it comes back for ever, and waits at most 30 seconds", () => {
  const { clock, sockets } = harness();
  for (let n = 0; n < 40; n++) {
    const before = sockets.length;
    sockets.at(-1).drop();
    clock.pass(30_000);
    assert.ok(sockets.length > before, `no new try after ${n} losses`);
  }
});

test("the pause doubles until a frame is heard, then begins small again", () => {
  const { clock, sockets } = harness();
  const gaps = [];
  for (let n = 0; n < 4; n++) {
    const at = clock.time;
    const before = sockets.length;
    sockets.at(-1).drop();
    while (sockets.length === before) clock.pass(50);
    gaps.push(clock.time - at);
  }
  assert.deepEqual(gaps, [750, 1250, 2250, 4250]);
  sockets.at(-1).say(beat);
  const at = clock.time;
  const before = sockets.length;
  sockets.at(-1).drop(1012);
  while (sockets.length === before) clock.pass(50);
  assert.equal(clock.time - at, 750);
});

test("it resumes with the cursor of that moment", () => {
  let cursor = null;
  const { clock, sockets } = harness({ cursor: () => cursor });
  cursor = { epoch: "a", seq: 41, floor: "0007" };
  sockets[0].drop();
  clock.pass(1_000);
  assert.match(sockets[1].url, /epoch=a&seq=41&floor=0007/);
});

test("acknowledgements: one a second at most, the last one always", () => {
  const { clock, sockets, live } = harness();
  for (let seq = 1; seq <= 30; seq++) {
    live.painted({ epoch: "a", seq });
    clock.pass(100);
  }
  clock.pass(2_000);
  const acks = sockets[0].sent.map((word) => word.ack);
  assert.equal(acks.at(-1), 30);
  assert.ok(acks.length <= 5, `said ${acks.length}`);
  live.painted({ epoch: "b", seq: 2 });
  clock.pass(2_000);
  assert.equal(sockets[0].sent.at(-1).ack, 2, "a new epoch counts from its own beginning");
});

test("garbage, an own mistake and a browser without sockets do not end it", (t) => {
  t.mock.method(console, "error", () => {});
  const troubles = [];
  const { clock, sockets, heard, states } = harness({
    onFrame: () => { throw new Error("ours"); }, onTrouble: (kind) => troubles.push(kind),
  });
  for (const garbage of ["<html>502", "null", "[]", '{"epoch":"a"}', '{"epoch":"a","seq":"2","messages":[]}', '{"epoch":"a","seq":2,"messages":{}}']) {
    const before = sockets.length;
    sockets.at(-1).say(garbage);
    while (sockets.length === before) clock.pass(50);
  }
  assert.deepEqual(states, []);
  sockets.at(-1).say(beat);
  assert.deepEqual(states, ["live"]);
  assert.equal(heard.length, 0);
  assert.deepEqual(troubles, [...Array(6).fill("frame"), "script"]);
  harness({ broken: true }).clock.pass(120_000);
});

test("what is no frame may have been one: it is asked for again, from where we were", () => {
  const { clock, sockets } = harness({ cursor: () => ({ epoch: "a", seq: 7 }) });
  sockets[0].say(beat);
  sockets[0].say('{"epoch":"a","seq":8,"mess');
  sockets[0].say(beat); // nothing more is taken from a line that lost something
  clock.pass(1_000);
  assert.equal(sockets.length, 2);
  assert.match(sockets[1].url, /epoch=a&seq=7/);
});

test("how often there was a new line is known: behind each may be another house", () => {
  const { clock, sockets, live } = harness();
  sockets[0].drop();
  clock.pass(1_000);
  for (let n = 0; n < 3; n++) sockets[1].say(beat);
  assert.equal(live.lines, 1);
  sockets[1].drop();
  clock.pass(1_000);
  sockets[2].say(beat);
  assert.equal(live.lines, 2);
});

test("begun anew, it asks without a cursor until it has heard something", () => {
  const { clock, sockets, live } = harness({ cursor: () => ({ epoch: "a", seq: 7 }) });
  sockets[0].say(beat);
  live.anew();
  clock.pass(1_000);
  assert.doesNotMatch(sockets[1].url, /seq/);
  sockets[1].drop();
  clock.pass(2_000);
  assert.doesNotMatch(sockets[2].url, /seq/);
  sockets[2].say(beat);
  sockets[2].drop();
  clock.pass(2_000);
  assert.match(sockets[3].url, /seq=7/);
});

test("an ended sign-in is said, and tried again slowly", () => {
  const { clock, sockets, refusals } = harness();
  sockets[0].drop(4003);
  assert.equal(refusals(), 1);
  clock.pass(14_000);
  assert.equal(sockets.length, 1);
  clock.pass(17_000);
  assert.ok(sockets.length >= 2);
});

test("a socket that was left has no say any more", () => {
  const { clock, sockets, heard } = harness();
  sockets[0].drop();
  clock.pass(1_000);
  sockets[0].say(beat);
  assert.equal(heard.length, 0);
});

function bothWays() {
  const streams = [];
  class Other {
    readyState = 0;
    constructor(url) {
      this.url = url;
      streams.push(this);
    }
    close() {}
    say(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
    drop() { this.onclose({ code: 1006 }); }
  }
  return { streams, ...harness({ Other, query: { audience: "public" } }) };
}

test("where no socket gets through, the third try goes another way, and that is tried first from then on", () => {
  const { clock, sockets, streams, states } = bothWays();
  sockets[0].drop();
  clock.pass(2_000);
  sockets[1].drop();
  assert.equal(streams.length, 0);
  clock.pass(3_000);
  assert.equal(streams[0].url, "http://localhost/e/live.sse?audience=public");
  streams[0].say(beat);
  assert.equal(states.at(-1), "live");
  streams[0].drop();
  clock.pass(2_000);
  assert.deepEqual([sockets.length, streams.length], [2, 2]);
  streams[1].drop(); // the house restarts: both ways are tried in turn
  clock.pass(2_000);
  assert.deepEqual([sockets.length, streams.length], [3, 2]);
  sockets[2].say(beat);
  sockets[2].drop();
  clock.pass(2_000);
  assert.deepEqual([sockets.length, streams.length], [4, 2]);
});

test("a socket that spoke is not taken for one that does not get through", () => {
  const { clock, sockets, streams } = bothWays();
  for (let i = 0; i < 5; i += 1) {
    sockets.at(-1).say(beat);
    sockets.at(-1).drop();
    clock.pass(2_000);
  }
  assert.deepEqual([sockets.length, streams.length], [6, 0]);
});

test("a freeze is acknowledged at once, also where a word was said just now", () => {
  const { clock, sockets, live } = harness();
  live.painted({ epoch: "a", seq: 1 });
  clock.pass(0);
  live.painted({ epoch: "a", seq: 2 });
  clock.pass(100);
  assert.deepEqual(sockets[0].sent, [{ ack: 1 }]);
  live.painted({ epoch: "a", seq: 3 }, { atOnce: true });
  clock.pass(0);
  assert.deepEqual(sockets[0].sent, [{ ack: 1 }, { ack: 3 }]);
  clock.pass(5_000);
  assert.equal(sockets[0].sent.length, 2);
});

test("a heartbeat is answered, so that the desk knows a screen is there", () => {
  const { clock, sockets, live } = harness();
  live.painted({ epoch: "a", seq: 4 });
  clock.pass(0);
  for (let beats = 0; beats < 2; beats++) {
    live.painted({ epoch: "a", seq: 4 });
    clock.pass(5_000);
    live.painted({ epoch: "a", seq: 4 }, { again: true });
    clock.pass(0);
  }
  assert.deepEqual(sockets[0].sent, [{ ack: 4 }, { ack: 4 }, { ack: 4 }]);
  live.painted({ epoch: "a", seq: 3 }, { again: true });
  clock.pass(5_000);
  assert.equal(sockets[0].sent.length, 3);
});

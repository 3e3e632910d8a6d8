// The socket: connects with the cursor, hears frames, notices silence, comes back for ever. Never throws.
// What it hears goes to `onFrame`; how it is doing goes to `onState`: "live", "badge" (12 s of silence) or "holding" (30 s).
// What is no frame may have been one: then the line is left, and taken up again where we were.
// Where no WebSocket gets through, every other try is made by server-sent events (stream.js).
// Clock, chance, WebSocket and the other way can be given, so that tests need not wait.

import { Stream } from "./stream.js";

const BADGE = 12_000;
const HOLDING = 30_000;
const LEAST = 500;
const FIRST_CEILING = 1_000;
const LAST_CEILING = 30_000;
const ACK_EVERY = 1_000;
const DEAF = 2; // sockets in a row that never said a word: something on the way does not let them through

const BROWSER = {
  now: () => performance.now(),
  after: (ms, act) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer),
  random: () => Math.random(),
};

export class Live {
  state = "holding";
  lines = 0; // how many connections told us something, one after the other

  #options;
  #clock;
  #socket = null;
  #ceiling = FIRST_CEILING;
  #heard;
  #tried = -Infinity;
  #deaf = 0;
  #retry = null;
  #watch = null;
  #fresh = false;
  #spoke = false;
  #ack = { epoch: null, sent: -1, wanted: -1, at: -Infinity, timer: null };

  /**
   * address: "/{event}/live" · query: {audience, screen, pace} · cursor(): {epoch, seq, floor} or null
   * onFrame(frame) · onState(state) · onRefused(): our sign-in may no longer see this · onTrouble(kind, words)
   */
  constructor({
    address, query = {}, cursor, onFrame, onState = () => {}, onRefused = () => {}, onTrouble = () => {}, clock = BROWSER, Socket, Other,
  }) {
    const ways = { Socket: Socket ?? globalThis.WebSocket, Other: Other ?? (globalThis.EventSource && Stream) };
    this.#options = { address, query, cursor, onFrame, onState, onRefused, onTrouble, ...ways };
    this.#clock = clock;
    this.#heard = clock.now();
  }

  start() {
    this.#heard = this.#clock.now();
    this.#connect();
    this.#listen();
    return this;
  }

  stop() {
    this.#clock.cancel(this.#retry);
    this.#clock.cancel(this.#watch);
    this.#clock.cancel(this.#ack.timer);
    this.#leave();
  }

  /** What is here may be wrong: begin again from a snapshot. What is shown stays until it comes. */
  anew() {
    this.#fresh = true;
    this.#leave();
    this.#later();
  }

  /**
   * A screen has painted everything up to here. At most one word a second, and the last one always arrives.
   * `atOnce`: after a freeze the desk waits for it. `again`: also where it was said before, to say that we are there.
   */
  painted(cursor, { atOnce = false, again = false } = {}) {
    const ack = this.#ack;
    if (!cursor) return;
    const { epoch, seq } = cursor;
    if (epoch !== ack.epoch) Object.assign(ack, { epoch, wanted: -1, sent: -1 });
    if (again && seq === ack.wanted) ack.sent = -1;
    else if (seq <= ack.wanted) return;
    ack.wanted = seq;
    if (ack.timer !== null && !atOnce) return;
    this.#clock.cancel(ack.timer);
    const wait = atOnce ? 0 : Math.max(0, ack.at + ACK_EVERY - this.#clock.now());
    ack.timer = this.#clock.after(wait, () => this.#sendAck());
  }

  #sendAck() {
    const ack = this.#ack;
    ack.timer = null;
    if (ack.wanted <= ack.sent || !this.say({ ack: ack.wanted })) return; // the next connection says it again
    ack.sent = ack.wanted;
    ack.at = this.#clock.now();
  }

  /** A word to the server. False: there is no line, and nobody heard it. */
  say(word) {
    if (this.#socket?.readyState !== 1) return false;
    try {
      this.#socket.send(JSON.stringify(word));
      return true;
    } catch {
      return false; // it went away between the look and the word
    }
  }

  #connect() {
    this.#retry = null;
    this.#spoke = false;
    this.#tried = this.#clock.now();
    let socket;
    try {
      socket = this.#open(this.#deaf++);
    } catch {
      this.#later();
      return;
    }
    this.#socket = socket;
    const ours = (act) => (event) => { if (this.#socket === socket) act(event); };
    socket.onmessage = ours((event) => this.#hear(event.data));
    socket.onclose = ours((event) => this.#closed(event.code));
    socket.onerror = () => {}; // a close follows
  }

  /** `deaf`: how many in a row never said a word. */
  #open(deaf) {
    const { Socket, Other } = this.#options;
    return Other && deaf >= DEAF && deaf % 2 === 0 ? new Other(this.#url(".sse")) : new Socket(this.#url());
  }

  #url(other = "") {
    const asked = new URLSearchParams();
    const from = this.#fresh ? null : this.#options.cursor();
    for (const [key, value] of Object.entries({ ...this.#options.query, ...from })) {
      if (value !== null && value !== undefined && value !== "") asked.set(key, value);
    }
    const base = globalThis.location?.href ?? "http://localhost/";
    const url = new URL(`${this.#options.address}${other}?${asked}`, base);
    if (!other) url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  #hear(text) {
    const frame = frameIn(text);
    if (!frame) return this.#garbled();
    if (!this.#spoke) this.lines += 1;
    this.#spoke = true;
    this.#fresh = false;
    this.#heard = this.#clock.now();
    this.#ceiling = FIRST_CEILING;
    const { Other } = this.#options;
    this.#deaf = Other && this.#socket instanceof Other ? DEAF : 0; // what worked is tried first next time
    try {
      this.#options.onFrame(frame);
    } catch (error) {
      // Our own mistake must not end a day on a wall. The console keeps it for whoever looks.
      console.error(error);
      this.#options.onTrouble("script", String(error));
    }
    // Only now: a wall that comes back must have forgotten what was hidden meanwhile before it shows anything.
    this.#turn("live");
    return undefined;
  }

  /** Half a frame, or a stranger's page on our port: what it would have told us we ask for again. */
  #garbled() {
    this.#options.onTrouble("frame", "what came was no frame");
    this.#leave();
    this.#later();
  }

  #closed(code) {
    this.#socket = null;
    this.#ack.sent = -1;
    if (code === 4003) {
      this.#ceiling = LAST_CEILING;
      this.#options.onRefused();
    }
    this.#later();
  }

  #later() {
    if (this.#retry !== null) return;
    const wait = LEAST + this.#clock.random() * (this.#ceiling - LEAST);
    this.#ceiling = Math.min(LAST_CEILING, this.#ceiling * 2);
    this.#retry = this.#clock.after(wait, () => this.#connect());
  }

  /** Silence is measured from the last frame: a socket can stay open over a line that is dead. */
  #listen() {
    const now = this.#clock.now();
    const silent = now - this.#heard;
    if (silent >= HOLDING) this.#turn("holding");
    else if (silent >= BADGE && this.state === "live") this.#turn("badge");
    if (this.#socket && now - Math.max(this.#heard, this.#tried) >= BADGE) {
      this.#leave();
      this.#later();
    }
    this.#watch = this.#clock.after(1_000, () => this.#listen());
  }

  #leave() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ack.sent = -1;
    try {
      socket?.close();
    } catch {
      // it was never open
    }
  }

  #turn(state) {
    if (this.state === state) return;
    this.state = state;
    this.#options.onState(state);
  }
}

function frameIn(text) {
  try {
    const frame = JSON.parse(text);
    const { epoch, seq, messages = [] } = frame;
    return typeof epoch === "string" && Number.isInteger(seq) && Array.isArray(messages) ? frame : null;
  } catch {
    return null; // also of null, which has no parts
  }
}

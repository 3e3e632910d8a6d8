// Equal voices: who is on a screen next. Time is given per person, not per post; an approved first post is sure of its
// seconds; on the screen the order is always the order of saying. Pure: knows no page, no socket and no clock.

import { Ledger, inOrder } from "./wall/ledger.js";

const BLINK = 0.25; // seconds that a measuring may be short
const MOTION = 1_300; // milliseconds until what moved stands
const UNDERWAY = 30_000; // what came so lately may be missing in an answer that was on its way

export class Airtime {
  #ledger = new Ledger();
  #least;
  #first;
  #idle;
  #keep;
  #window;
  #old = new Set(); // ids of those who are older than the window
  #stays = new Map(); // seconds of the stay of whoever came by a change
  #came = new Map(); // who waits to be shown for the first time, since when
  #owed = new Map(); // approved first posts that are owed their seconds: {since, post}
  #known = null; // every id that was there last; null: nothing was yet
  #begun = false;
  #left = []; // who gave way, the last one first
  #changed = -Infinity;
  #filled = -Infinity;
  #entered = -Infinity; // when somebody who had waited came on: others wait after that, not after a turn for turning's sake
  #arrival = null; // the newest that came, and when: {id, at}

  /**
   * least: seconds that are a showing · first: seconds within which a first post is to have one · idle: seconds between two
   * changes when nobody waits · keep: seconds that the newest is not turned away for the sake of turning · window: so many of
   * the newest take turns; who is older goes when there is a change anyway, before the wall forgets the post
   */
  constructor({ least = 8, first = 600, idle = 24, keep = 120, window = 120 } = {}) {
    this.#window = window;
    [this.#least, this.#first, this.#idle, this.#keep] = [least, first * 1_000, idle, keep];
  }

  /** What the server counted (airtime.json), heard at `now` (as in turn). */
  know(told, now) {
    this.#ledger.know(told);
    const firsts = (told.firsts ?? []).filter(({ id }) => !this.#had(id));
    const ids = new Set(firsts.map(({ id }) => id));
    for (const [id, { since }] of this.#owed) if (!ids.has(id) && now - since > UNDERWAY) this.#owed.delete(id);
    for (const { id, waited = 0, post = null } of firsts) {
      this.#owed.set(id, { since: now - waited * 1_000, post: post ?? this.get(id) });
    }
  }

  /** These posts were legible for so many seconds. */
  note(posts, seconds) {
    for (const post of posts) {
      this.#ledger.note(post, seconds);
      if (this.#stays.has(post.id)) this.#stays.set(post.id, this.#stays.get(post.id) + seconds);
      this.#came.delete(post.id);
      if (this.#had(post.id)) this.#owed.delete(post.id);
    }
  }

  /** Seconds that a post and whoever said it had on this screen. */
  secondsOf(post) {
    return { post: this.#ledger.ofPost(post.id), person: this.#ledger.ofPerson(post) };
  }

  /** A first post that is owed its time, also where it is older than what the wall holds; else null. */
  get(id) {
    return this.#owed.get(id)?.post ?? null;
  }

  /** It is hidden, or gone. */
  forget(id) {
    this.#owed.delete(id);
    this.#came.delete(id);
  }

  /** It was changed. */
  replace(post) {
    const owed = this.#owed.get(post.id);
    if (owed) owed.post = post;
  }

  /** With the next turn the screen is filled with the newest at once, and that is no change that others wait after. */
  begin() {
    this.#begun = false;
  }

  /** All is told anew (a snapshot): nothing of it has just come. */
  restart() {
    this.#known = null;
    this.#came.clear();
    this.#owed.clear(); // what was hidden meanwhile is in no drop; the server says who is still owed
    this.begin();
  }

  /** How many wait for their first showing, how many of them are first posts, seconds the longest waits, and whether too long. */
  waiting(now) {
    const since = [...this.#owed.values()].map((one) => one.since);
    const longest = since.length ? Math.max(0, now - Math.min(...since)) : 0;
    return { kept: this.#came.size, firsts: since.length, wait: Math.round(longest / 1_000), late: longest > this.#first };
  }

  /**
   * Ids that are to be on the screen, in the order of saying. posts: what may be shown, oldest first · legible: ids that are
   * on · slots: room for how many · now: milliseconds of one steady clock · every: least seconds between two changes · hold:
   * nothing but what must (paused). idle and keep can be another for this turn.
   */
  turn({ posts, legible, slots, now, every = 4, hold = false, idle = this.#idle, keep = this.#keep }) {
    const all = this.hear(posts, now);
    const on = new Set(legible.filter((id) => all.has(id)));
    const gaps = legible.length - on.size;
    // What is hidden leaves a gap; who gave way last comes back into it, and nothing else moves.
    const back = this.#begun ? this.#left.filter((id) => all.has(id) && !on.has(id)).slice(0, gaps) : [...all.keys()].reverse();
    if (!this.#begun) this.#filled = now;
    this.#begun = true;
    this.#old = new Set(posts.slice(0, -this.#window).map((post) => post.id));
    for (const id of back) if (on.size < slots) on.add(id);
    const stands = now - this.#changed >= MOTION;
    const calm = stands && now - this.#entered >= every * 1_000;
    if (!hold && (calm || (!legible.length && !on.size))) this.#change(on, all, { slots, now, every, idle, keep });
    else if (!hold && stands) this.#fill(on, all, { slots, now, every });
    while (on.size > slots) on.delete((this.#leavers(on, all)[0] ?? all.get([...on][0])).id);
    for (const id of this.#stays.keys()) if (!on.has(id)) this.#stays.delete(id);
    return [...on].sort((a, b) => inOrder(all.get(a), all.get(b)));
  }

  #had(id) {
    return this.#ledger.ofPost(id) >= this.#least - BLINK;
  }

  /** Notes who came, whatever is shown just now. Gives all that may be on the screen by id, in the order of saying. */
  hear(posts, now) {
    const all = new Map(posts.map((post) => [post.id, post]));
    const arrivals = this.#known ? posts.filter(({ id }) => !this.#known.has(id) && !this.#ledger.ofPost(id)) : [];
    for (const post of arrivals) {
      this.#came.set(post.id, now);
      if (post.first && !this.#owed.has(post.id)) this.#owed.set(post.id, { since: now, post });
    }
    this.#known = new Set(all.keys());
    for (const id of this.#came.keys()) if (!all.has(id)) this.#came.delete(id);
    const outside = [...this.#owed].filter(([id, { post }]) => post && !all.has(id));
    for (const [id, { post }] of outside) all.set(id, post);
    return outside.length ? new Map([...all].sort(([, a], [, b]) => inOrder(a, b))) : all;
  }

  #change(on, all, { slots, now, every, idle, keep }) {
    const free = slots - on.size;
    const waiting = this.#waiting(on, all, { slots, now, every }).slice(0, Math.max(free, Math.ceil(slots / 2)));
    for (const post of waiting) this.#enter(post, on, all, slots, now, this.#leavers(on, all));
    if (waiting.length) {
      if (this.#changed === now) this.#entered = now;
      return;
    }
    const off = [...all.values()].filter(({ id }) => !on.has(id) && !this.#old.has(id));
    const others = this.#ledger.byPerson(off, [...on].map((id) => all.get(id)));
    for (const post of others.slice(0, free)) this.#enter(post, on, all, slots, now, []);
    if (!free && others.length && now - Math.max(this.#changed, this.#filled) >= idle * 1_000) this.#rotate(others[0], on, all, { slots, now, keep });
  }

  /** Where there is room nobody makes way: who just came need not wait for calm. */
  #fill(on, all, { slots, now, every }) {
    const waiting = this.#waiting(on, all, { slots, now, every }).slice(0, slots - on.size);
    for (const post of waiting) this.#enter(post, on, all, slots, now, []);
    if (waiting.length) this.#entered = now;
  }

  /** Who waits to be shown: first posts by how long; the newest, where few come; the others by the time people had. */
  #waiting(on, all, { slots, now, every }) {
    const off = [...all.values()].filter(({ id }) => !on.has(id));
    const owed = this.#firsts(off, { slots, now, every });
    const fresh = off.filter(({ id }) => this.#came.has(id) && !this.#owed.has(id) && !this.#old.has(id));
    const newest = fresh.length <= slots ? fresh.slice(-1) : [];
    const rest = fresh.filter((post) => !newest.includes(post));
    return [...owed, ...newest, ...this.#ledger.byPerson(rest, [...on].map((id) => all.get(id)))];
  }

  /**
   * By how long they wait. A screen that just began owes all who spoke before it: who speaks now goes before them, as long as
   * each of them has its seconds in time all the same.
   */
  #firsts(off, { slots, now, every }) {
    const owed = off.filter(({ id }) => this.#owed.has(id)).sort((a, b) => this.#owed.get(a.id).since - this.#owed.get(b.id).since);
    const before = owed.filter(({ id }) => !this.#came.has(id));
    const changes = Math.ceil(owed.length / Math.ceil(slots / 2)) + 1; // and who is on has their seconds first
    const last = now + changes * Math.max(this.#least, every) * 1_000;
    if (!before.length || last > this.#owed.get(before[0].id).since + this.#first) return owed;
    return [...owed.filter(({ id }) => this.#came.has(id)), ...before];
  }

  /** Turning for its own sake is only worth it for somebody who had less. */
  #rotate(post, on, all, { slots, now, keep }) {
    const young = this.#arrival && now - this.#arrival.at < keep * 1_000 ? this.#arrival.id : null;
    const leavers = this.#leavers(on, all).filter(({ id }) => id !== young);
    if (leavers.length && this.#ledger.ofPerson(post) < this.#ledger.ofPerson(leavers[0])) {
      this.#enter(post, on, all, slots, now, leavers);
    }
  }

  /** Comes on; where there is no room, an older one of the same person gives way, or else who had most. */
  #enter(post, on, all, slots, now, leavers) {
    if (on.size >= slots) {
      const leaver = leavers.find((one) => this.#ledger.person(one) === this.#ledger.person(post)) ?? leavers[0];
      if (!leaver) return;
      on.delete(leaver.id);
      this.#left = [leaver.id, ...this.#left.filter((id) => id !== leaver.id)].slice(0, 12);
    }
    on.add(post.id);
    if (this.#came.delete(post.id)) this.#arrival = { id: post.id, at: now };
    this.#stays.set(post.id, 0);
    this.#changed = now;
  }

  /** Who may go: who is older than the window, then who had most time. Whoever came has its seconds first. */
  #leavers(on, all) {
    return [...on]
      .filter((id) => !this.#owed.has(id) && (this.#stays.get(id) ?? Infinity) >= this.#least - BLINK)
      .map((id) => all.get(id))
      .sort((a, b) => this.#old.has(b.id) - this.#old.has(a.id) || this.#ledger.ofPerson(b) - this.#ledger.ofPerson(a) || inOrder(a, b));
  }
}

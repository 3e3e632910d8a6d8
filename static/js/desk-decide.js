// Deciding: one post, a cluster, or several. Optimistic, but honest: what was decided here steps back at once and leaves when
// the server says so; what was refused comes back with its sentence, and what others decided meanwhile is asked about.

import { send } from "./acts.js";
import { run } from "./desk-bulk.js";
import { keepsBack } from "./desk-filter.js";
import { called, stands } from "./desk-row.js";
import { fill } from "./dom.js";

const AT_ONCE = 200; // posts named in one request
const SETTLES = 1_500; // ms: so long the socket may take

export class Decisions {
  #t;
  #base;
  #desk;
  #warned = null; // the post that is known to be in somebody else's hand

  /** desk: {hand, queue(), filter(), claim(id), show(), done, ask, trouble(sentence, id), progress(sum)} */
  constructor({ t, base, desk }) {
    this.#t = t;
    this.#base = base;
    this.#desk = desk;
  }

  /** Of what is chosen, else of what is in hand. */
  decide(act) {
    const { hand } = this.#desk;
    if (hand.chosen.size) return this.#chosen(act);
    const post = this.#desk.queue().get(hand.current);
    if (!post || hand.isSending(post.id) || stands(post, act)) return null;
    const name = this.#desk.claim(post.id);
    if (name && this.#warned !== post.id) return this.#warn(post, name, act);
    return this.#alike(post, act) ? this.many({ cluster: post.cluster }, act, post) : this.#one(post, act);
  }

  #alike(post, act) {
    return this.#desk.queue().size(post) > 1 && act !== "words";
  }

  #warn(post, name, act) {
    const t = this.#t;
    this.#warned = post.id;
    this.#desk.ask.show({
      words: fill(t.has_this, { name }), keep: fill(t.leave_to, { name }), change: fill(t.all_the_same, { act: t[called(post, act)] }),
      onChange: () => this.decide(act),
    });
  }

  async #one(post, act, over = false) {
    const { hand, done, show, trouble } = this.#desk;
    this.#send(post.id, true);
    const what = { post: post.id, version: post.version, stand: post.stand, ...asked(post, act), ...(over && { over }) };
    const answer = await done.begun(send(`${this.#base}/decide`, what, this.#t));
    hand.sending(post.id, false);
    if (answer.ok) {
      trouble("");
      if (answer.body.post) this.#desk.hear(answer.body.post);
      done.post(post, called(post, act));
    } else if (answer.body.conflict) this.#conflict(answer.body, post, act);
    else {
      if (answer.body.post) this.#desk.hear(answer.body.post);
      trouble(answer.sentence, post.id);
    }
    show();
  }

  /** "Kim hid this 3 s ago": keep it so, or change it. */
  #conflict({ error, conflict, post: now }, post, act) {
    const t = this.#t;
    if (now) this.#desk.hear(now);
    this.#desk.ask.show({
      words: error ?? fill(t.decided_by, { name: conflict.by }), about: post.author.name || t.anonymous,
      keep: t.keep, change: fill(t.change_to, { act: t[called(post, act)] }),
      onChange: () => this.#one(now ?? post, act, true),
    });
  }

  async #chosen(act) {
    const { hand, queue } = this.#desk;
    const posts = [...hand.chosen].map((id) => queue().get(id)).filter(Boolean);
    hand.none();
    return this.many({ posts: posts.map(({ id, version }) => ({ post: id, version })) }, act, ...posts);
  }

  /** scope: {posts}, {author}, {domain}, {cluster}, {from, to} or {filter}; `rows`: those of them that are on the screen. */
  async many(scope, act, ...rows) {
    const { hand, done, show, trouble, progress } = this.#desk;
    for (const { id } of rows) hand.sending(id, true);
    this.#desk.step();
    const sum = await done.begun(this.#inPieces(scope, act));
    progress(null);
    this.#settle(rows, sum.ok ? SETTLES : 0);
    if (sum.bulk && sum.done) done.many(sum.bulk, sum.done, act);
    if (sum.ok && scope.cluster) this.#desk.queue().settle(scope.cluster);
    trouble(sum.sentence || (sum.left ? fill(this.#t.left_alone, { n: sum.left }) : ""));
    show();
    return sum;
  }

  async #inPieces(scope, act) {
    const { progress, filter } = this.#desk;
    const verdict = act === "words" ? { verdict: "approve", media: "hold" } : { verdict: act };
    let sum = { ok: true, bulk: null, done: 0, left: 0, rest: 0 };
    for (const piece of pieces(scope)) {
      const before = sum;
      const what = { ...verdict, state: filter().state, ...piece, ...(before.bulk && { bulk: before.bulk }) };
      sum = await run(what, (said) => send(`${this.#base}/bulk`, said, this.#t), (now) => progress({ ...now, done: before.done + now.done }));
      sum.done += before.done;
      sum.left = Math.max(before.left, sum.left);
      if (!sum.ok) break;
    }
    return sum;
  }

  /** What was decided leaves as soon as the socket says so; what was left alone stands upright again. */
  #settle(rows, after) {
    setTimeout(() => {
      for (const { id } of rows) this.#desk.hand.sending(id, false);
      this.#desk.show();
    }, after);
  }

  #send(id, on) {
    this.#desk.hand.sending(id, on);
    this.#desk.step();
  }
}

/** What is asked of the server: the words with their pictures, the words alone, or the pictures alone. */
function asked(post, act) {
  const shown = post.verdict === "approve";
  if (act === "words") return shown ? { verdict: "hold", part: "media" } : { verdict: "approve", media: "hold" };
  return act === "approve" && shown && keepsBack(post) ? { verdict: "approve", part: "media" } : { verdict: act };
}

function pieces(scope) {
  if (!scope.posts) return [scope];
  const of = [];
  for (let i = 0; i < scope.posts.length; i += AT_ONCE) of.push({ posts: scope.posts.slice(i, i + AT_ONCE) });
  return of;
}

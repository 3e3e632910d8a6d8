// Posts that a wall shows though its fold does not hold them (pinned, in the spotlight), asked of the server; and the ids of
// all that was dropped, so that an answer from before does not bring it back.

const MOST = 2_000;

export class Beyond {
  gone = new Map(); // id → the number of the drop
  #posts = new Map();
  #ask;
  #changed;
  #wanted = "";
  #snapshot = { epoch: null, seq: 0 };

  /** ask(ids): a promise of {epoch, seq, posts} or null · changed(): there are others */
  constructor(ask, changed = () => {}) {
    this.#ask = ask;
    this.#changed = changed;
  }

  get(id) {
    return this.#posts.get(id) ?? null;
  }

  /** What a frame says of posts, also of those that the fold never had. */
  hear({ epoch, seq, messages = [] }) {
    for (const message of messages) {
      if (message.type === "snapshot" || message.type === "reset") this.#begin(message.type === "snapshot" ? epoch : null, seq);
      else if (message.type === "drop") this.#drop(message.id, seq);
      else if (message.type === "put") this.#put(message.post);
    }
  }

  /** These are wanted, as far as `has` does not know them. What is wanted no more is let go. */
  async want(ids, has) {
    const missing = ids.filter((id) => !has(id));
    for (const id of this.#posts.keys()) if (!missing.includes(id)) this.#posts.delete(id);
    const wanted = missing.filter((id) => !this.#posts.has(id) && !this.gone.has(id)).join();
    if (!wanted || wanted === this.#wanted) return;
    this.#wanted = wanted;
    const told = await this.#ask(wanted);
    if (this.#wanted !== wanted) return; // something else is wanted by now
    this.#wanted = "";
    const fresh = told ? this.fresh(told, told.posts) : [];
    for (const post of fresh) this.#posts.set(post.id, post);
    if (fresh.length) this.#changed();
  }

  /** Of an answer that came by another way: those that were not dropped since. One from before the snapshot tells nothing. */
  fresh({ epoch, seq }, posts = []) {
    if (epoch !== this.#snapshot.epoch || !(seq >= this.#snapshot.seq)) return [];
    return posts.filter(({ id }) => !(seq < this.gone.get(id)));
  }

  #begin(epoch, seq) {
    this.#snapshot = { epoch, seq };
    this.gone.clear();
    this.#posts.clear();
    this.#wanted = "";
  }

  #drop(id, seq) {
    this.#posts.delete(id);
    this.gone.delete(id);
    this.gone.set(id, seq);
    if (this.gone.size > MOST) this.gone.delete(this.gone.keys().next().value);
  }

  #put(post) {
    this.gone.delete(post.id);
    if (this.#posts.has(post.id)) this.#posts.set(post.id, post);
  }
}

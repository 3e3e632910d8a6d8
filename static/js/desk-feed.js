// What the desk's socket says, as changes to a queue that came over HTTP. Pure. Keeps the last changes for a while: an
// answer that was on its way meanwhile is older than they are.

const KEPT = 500;

export class Feed {
  epoch = null;
  seq = -1;
  event = null;

  #recent = [];

  /** Where to resume, or null where only a snapshot will do. */
  get cursor() {
    return this.epoch === null ? null : { epoch: this.epoch, seq: this.seq, floor: "" };
  }

  /** The page holds all that was so at this number: the socket goes on from there. */
  begin({ epoch, seq }) {
    if (epoch !== this.epoch) this.#recent = [];
    else if (seq <= this.seq) return;
    Object.assign(this, { epoch, seq });
  }

  /** {whole: all must be asked for anew, event: it changed, changes: [{seq, post} or {seq, id}]}. */
  take({ epoch, seq, messages = [] }) {
    const heard = { whole: false, event: false, changes: [] };
    const fresh = messages.some(({ type }) => type === "snapshot" || type === "reset");
    if (!fresh && (epoch !== this.epoch || seq < this.seq)) return heard;
    for (const message of messages) {
      if (message.type === "put") heard.changes.push({ seq, post: message.post });
      else if (message.type === "drop") heard.changes.push({ seq, id: message.id });
      else if (message.type === "reset") Object.assign(this, { epoch: null, seq: -1 });
      if (message.event) this.event = message.event;
      heard.event ||= Boolean(message.event);
    }
    heard.whole = fresh && messages.some(({ type }) => type === "snapshot");
    if (heard.whole) Object.assign(this, { epoch, seq });
    if (fresh) this.#recent = heard.changes = [];
    else if (epoch === this.epoch) this.seq = Math.max(this.seq, seq);
    this.#recent = [...this.#recent, ...heard.changes].slice(-KEPT);
    return heard;
  }

  /** What was said after an answer was read. */
  since({ epoch, seq }) {
    return epoch === this.epoch ? this.#recent.filter((change) => change.seq > seq) : [];
  }
}

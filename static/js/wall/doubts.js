// Frames that cannot be right: posts that are none, a frame that comes too late, one from the future. What can be trusted is
// handed on; where something may be missing, a snapshot is asked for. Pure; knows neither page nor socket.

const AT_FIRST = 30_000; // between two snapshots asked for in doubt; doubles each time, up to
const AT_LAST = 600_000;

export class Doubts {
  #trouble;
  #anew;
  #clock;
  #last = "";
  #asked = -Infinity;
  #pause = AT_FIRST;
  #owed = false;

  /** trouble(kind, words, post) · anew(): begin again from a snapshot */
  constructor({ trouble, anew, clock = () => performance.now() }) {
    this.#trouble = trouble;
    this.#anew = anew;
    this.#clock = clock;
  }

  /** The frame, as far as it may be applied to this fold. */
  hear(frame, fold) {
    if (this.#owed) this.#begin();
    const told = { ...frame, messages: (frame.messages ?? []).filter((message) => this.#isSound(message)) };
    const { messages } = told;
    if (messages.some(({ type }) => type === "snapshot" || type === "reset")) return told;
    if (fold.epoch === null) return told;
    if (told.epoch !== fold.epoch) return this.#doubt(told, "of another log, without a beginning");
    if (told.seq < fold.seq) return this.#late(told, fold);
    if (told.seq === fold.seq && messages.length && this.#isTwice(told)) this.#trouble("order", "a frame came twice");
    this.#last = isBeat(messages) ? this.#last : JSON.stringify(told);
    return told;
  }

  /** Older than what we have. A word of how far the server is tells that we are ahead of it: we believed the future. */
  #late(frame, fold) {
    const { messages } = frame;
    if (isBeat(messages)) return this.#doubt(frame, "a frame came from the future");
    const unknown = messages.some((one) => one.type === "put" && !fold.get(one.post.id) && one.post.order >= fold.floor);
    const shown = messages.some((one) => one.type === "drop" && fold.get(one.id));
    if (!unknown && !shown) return frame;
    this.#doubt(frame, "a frame came too late");
    // What may have been hidden goes now; whether it may stay, the snapshot says.
    return { ...frame, seq: fold.seq, messages: messages.filter(({ type }) => type === "drop") };
  }

  #doubt(frame, words) {
    this.#trouble("order", words);
    this.#begin();
    return frame;
  }

  /** Not as often as it is doubted: a server that is wrong all the time must not be asked for everything all the time. */
  #begin() {
    const now = this.#clock();
    this.#owed = now - this.#asked < this.#pause;
    if (this.#owed) return;
    this.#pause = now - this.#asked > AT_LAST ? AT_FIRST : Math.min(AT_LAST, this.#pause * 2);
    this.#asked = now;
    this.#anew();
  }

  #isTwice(frame) {
    return JSON.stringify(frame) === this.#last;
  }

  #isSound(message) {
    if (message === null || typeof message !== "object") return this.#unsound(null);
    if (message.type === "snapshot") {
      if (!Array.isArray(message.posts) || !isEvent(message.event)) return this.#unsound(null);
      message.posts = message.posts.filter((post) => isPost(post) || this.#unsound(post));
    }
    if (message.type === "put" && !isPost(message.post)) return this.#unsound(message.post);
    if (message.type === "event" && !isEvent(message.event)) return this.#unsound(null);
    return true;
  }

  #unsound(post) {
    this.#trouble("frame", "something that is no post was left out", post?.id ?? null);
    return false;
  }
}

function isBeat(messages) {
  return messages.some(({ type }) => type === "heartbeat");
}

/** As much of a post as whoever draws it relies on. */
export function isPost(post) {
  if (post === null || typeof post !== "object") return false;
  const { id, order, author, words, media, networks } = post;
  const lists = [words, media, networks].every((list) => Array.isArray(list) && list.every((one) => one !== null));
  return Number.isInteger(id) && typeof order === "string" && typeof author?.name === "string" && lists;
}

function isEvent(event) {
  return event !== null && typeof event === "object" && typeof event.slug === "string" && Array.isArray(event.tags);
}

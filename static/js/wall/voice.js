// The mode one voice: one post, large, with its picture, its talk and its time. Who comes next is the airtime's to say; how
// long somebody stays goes by how much there is to read. A spotlight stays until the desk takes it away.

import { make } from "../dom.js";
import { isOn } from "./hours.js";
import { drawVoice } from "./voice-frame.js";
import { Scene } from "./scene.js";

const LEAST = 10; // seconds
const MOST = 30;
const LETTERS = 14; // that people read in a second, from afar
const APPEAR = 1_200;

export class Voice {
  #place;
  #wall;
  #up = null; // {post, element, scene, drawn: what it was drawn for, since}
  #broken = new Set();
  #stop = new AbortController();

  constructor(place, wall) {
    this.#place = place;
    this.#wall = wall;
    place.setAttribute("aria-label", wall.t.one_voice);
    place.addEventListener("error", ({ target }) => this.#lost(target), { capture: true, signal: this.#stop.signal });
  }

  static worth({ posts, spotlight }) {
    return posts.length > 0 || Boolean(spotlight);
  }

  show({ moving = false, turning = false }) {
    const post = this.#chosen();
    const up = this.#up;
    if (up && post?.id !== up.post?.id) return this.#put(post, (moving || turning) && this.#isThere(up.post));
    if (!up || up.post !== post || up.drawn !== this.#drawnFor(post)) return this.#put(post, false);
    return up.scene?.turn(this.#seconds(), this.#wall.still);
  }

  get shown() {
    return this.#up?.post ? [this.#up.post.id] : [];
  }

  end() {
    this.#stop.abort();
    for (const motion of this.#place.getAnimations({ subtree: true })) motion.cancel();
    this.#place.replaceChildren();
    this.#up = null;
  }

  #chosen() {
    const { spotlight, posts, paused, airtime } = this.#wall;
    if (spotlight) return spotlight;
    const now = this.#up?.post ? this.#wall.get(this.#up.post.id) : null;
    const time = stay(now ?? {});
    if (now && (paused || this.#seconds() < time)) return now;
    const [id] = airtime.turn({
      posts, legible: now ? [now.id] : [], slots: 1, now: performance.now(), every: time, idle: time, keep: time, hold: paused,
    });
    if (now && id === now.id && this.#seconds() > 1.5 * time) return leastHeard(posts, now, airtime) ?? now;
    return this.#wall.get(id) ?? now;
  }

  /** A voice that goes because its time is over may fade; one that was hidden is gone at once. */
  #isThere(post) {
    return Boolean(post && this.#wall.get(post.id));
  }

  #put(post, moving) {
    const same = this.#up && post?.id === this.#up.post?.id;
    const element = post ? drawVoice(post, this.#wall, this.#broken) : nobody(this.#wall);
    const scene = post ? new Scene(element, post, this.#wall) : null;
    const last = this.#up?.element;
    const since = same ? this.#up.since : this.#now();
    this.#up = { post, element, scene, drawn: this.#drawnFor(post), since };
    this.#place.append(element);
    element.fit?.();
    scene?.turn(this.#seconds(), true);
    const soft = moving && last && !this.#wall.still;
    for (const old of [...this.#place.children]) if (old !== element && !(soft && old === last)) old.remove();
    if (soft) this.#fade(element, last);
  }

  #fade(element, last) {
    last.inert = true;
    last.setAttribute("aria-hidden", "true");
    const motion = element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: APPEAR, easing: "ease-in-out" });
    motion.onfinish = motion.oncancel = () => last.remove();
    element.querySelector(".knot")?.animate([{ scale: 0.2 }, { scale: 1 }], { duration: APPEAR, easing: "cubic-bezier(.22, .8, .3, 1)" });
  }

  /** All that a drawing depends on besides the post itself. */
  #drawnFor(post) {
    const { clientWidth, clientHeight } = this.#place;
    const talk = post?.session && this.#wall.sessions.find(({ id }) => id === post.session.id);
    const lost = post?.media.filter(({ src }) => this.#broken.has(src)).length;
    const { look } = this.#wall.screen;
    const tag = this.#wall.event.tags[0];
    return [clientWidth, clientHeight, this.#wall.upright, isOn(talk, this.#wall.moment()), lost, look.pictures, tag].join();
  }

  /** A picture that does not come leaves the voice without anyone noticing: the words take the room. */
  #lost(image) {
    const src = image instanceof HTMLImageElement && image.closest(".scene") && image.getAttribute("src");
    if (!src || !this.#up?.post) return;
    this.#broken.add(src);
    this.#wall.trouble("picture", "a picture did not come", this.#up.post.id);
    this.#put(this.#up.post, false);
  }

  #now() {
    return performance.now() / 1000;
  }

  #seconds() {
    return this.#up ? this.#now() - this.#up.since : 0;
  }
}

/** How many letters there are to read. */
export function letters({ words = [] }) {
  return words.reduce((sum, { text, parts }) => sum + (text ?? "").length + (parts ? letters({ words: parts }) : 0), 0);
}

/** How long a post stays, in seconds. */
export function stay({ words = [], media = [] }) {
  return Math.min(MOST, Math.max(LEAST, 5 + letters({ words }) / LETTERS + 3 * Math.min(4, media.length)));
}

/** Whoever had the least time here, and of theirs the post that had. */
function leastHeard(posts, now, airtime) {
  const had = (post) => airtime.secondsOf(post);
  const others = posts.filter(({ id }) => id !== now.id);
  return others.sort((a, b) => had(a).person - had(b).person || had(a).post - had(b).post || (a.order < b.order ? -1 : 1))[0];
}

function nobody(wall) {
  const invitation = wall.event.state === "archived" ? "" : wall.t.be_first;
  return make("div", { class: "voice", "data-form": "nobody" }, make("p", { class: "loud" }, invitation));
}

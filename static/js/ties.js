// The list on the strand page: where a post is tied in, how days are marked, and that nothing moves under a reader's eyes.

import { make, draw } from "./dom.js";

export class Ties {
  #list;
  #newestFirst;
  #dayName;
  #owed = 0; // pages scroll by whole pixels: what is left over is made good the next time, or hundreds of posts add up

  constructor(list, lang) {
    this.#list = list;
    this.#newestFirst = list.dataset.order === "newest";
    const region = lang === "en" ? "en-GB" : lang;
    const form = new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    this.#dayName = (day) => form.format(new Date(`${day}T12:00:00Z`));
  }

  /** What the server drew, as far as the fold needs it. */
  known() {
    return this.#items().map((item) => ({ id: Number(item.dataset.id), order: item.dataset.order }));
  }

  newest() {
    const items = this.#items();
    return this.#newestFirst ? items[0] : items.at(-1);
  }

  oldest() {
    const items = this.#items();
    return this.#newestFirst ? items.at(-1) : items[0];
  }

  has(id) {
    return this.#find(id) !== null;
  }

  /** Only inside keeping(). Who is in the middle of a post that changes stays there: open covers stay open. */
  tie(post, isNew) {
    const had = this.#find(post.id);
    const item = this.#draw(post, isNew || had?.dataset.new !== undefined);
    const open = had?.querySelector("details[open]");
    const wasIn = had?.contains(document.activeElement) ?? false;
    had?.remove();
    this.#list.insertBefore(item, this.#after(post));
    const cover = item.querySelector("details");
    // Whoever opened the words has not asked for pictures that were marked since.
    if (open && open.dataset.over === cover?.dataset.over) cover.open = true;
    if (wasIn) item.querySelector(".when").focus({ preventScroll: true });
  }

  /** A line of the house's own before the first post that is later. */
  mark(order, item) {
    item.dataset.order = order;
    const next = this.#after(item.dataset);
    item.dataset.day = (next.previousElementSibling ?? next).dataset.day ?? next.dataset.day ?? "";
    this.#list.insertBefore(item, next);
  }

  unmark() {
    for (const mark of this.#list.querySelectorAll(":scope > .tidemark")) mark.remove();
  }

  /** The order of the latest post whose words have come into view. */
  lastSeen() {
    const seen = (item) => item.getBoundingClientRect().top < innerHeight - 60 && item.getBoundingClientRect().bottom > 0;
    const orders = this.#items().filter(seen).map((item) => item.dataset.order);
    return orders.length ? orders.reduce((a, b) => (a > b ? a : b)) : null;
  }

  cut(id) {
    this.#find(id)?.remove();
  }

  replaceAll(posts) {
    const marks = this.#stops().filter((stop) => !stop.matches(".tied"));
    for (const stop of this.#stops()) stop.remove();
    const end = this.#end();
    const drawn = posts.map((post) => this.#draw(post, false));
    if (this.#newestFirst) drawn.reverse();
    end.before(...drawn);
    for (const mark of marks) this.#list.insertBefore(mark, this.#after(mark.dataset));
  }

  /** Whatever `act` does to the list, the item that is being read stays where it is. */
  keeping(act) {
    const read = this.#items().find((item) => item.getBoundingClientRect().bottom > 80);
    const before = read?.getBoundingClientRect().top;
    act();
    this.#markDays();
    const now = read && (read.isConnected ? read : this.#find(read.dataset.id));
    // At the very top of a small screen it is the page's head that is read.
    if (!now || (scrollY === 0 && before > innerHeight / 2)) return;
    const wanted = before - this.#owed;
    const moved = now.getBoundingClientRect().top - wanted;
    if (Math.abs(moved) >= 0.5) scrollBy({ top: moved, behavior: "instant" });
    const left = now.getBoundingClientRect().top - wanted;
    this.#owed = Math.abs(left) < 1 ? left : 0; // at the end of the page there is nowhere to scroll
  }

  #items() {
    return [...this.#list.querySelectorAll(":scope > .tied")];
  }

  /** Posts, and the marks where a talk began or a reader left. */
  #stops() {
    return [...this.#list.querySelectorAll(":scope > :is(.tied, .talkmark, .tidemark)")];
  }

  #find(id) {
    return this.#list.querySelector(`:scope > .tied[data-id="${id}"]`);
  }

  /** The item before which a post belongs. From the newest end, because that is where most posts come in. */
  #after(post) {
    const items = this.#stops();
    const later = (item) => item.dataset.order > post.order;
    if (this.#newestFirst) return items.find((item) => !later(item)) ?? this.#end();
    let place = this.#end();
    for (let i = items.length - 1; i >= 0 && later(items[i]); i--) place = items[i];
    return place;
  }

  /** What comes after all posts: a link to the next page, or the end. */
  #end() {
    const last = [...this.#list.children].findLast((item) => item.matches(".tied, .talkmark, .daymark, .tidemark"));
    const after = last ? last.nextElementSibling : this.#list.querySelector(":scope > .ender");
    return after ?? this.#list.querySelector(":scope > .ender");
  }

  #draw(post, isNew) {
    const element = document.createElement("strand-post");
    element.post = post;
    return make(
      "li",
      {
        class: "tied", "data-id": post.id, "data-order": post.order, "data-day": post.day,
        "data-kind": post.question ? "question" : null, "data-new": isNew ? true : null,
      },
      run(post.id % 2 ? "#run" : "#run-back"),
      make("span", { class: "knot" }),
      element,
    );
  }

  #dayMark(day) {
    const name = make("h2", {}, this.#dayName(day));
    return make("li", { class: "daymark", "data-kind": "house", "data-day": day }, run("#run"), make("span", { class: "knot" }), name);
  }

  /** One mark before the first post of every day, and none where no post is left. */
  #markDays() {
    const old = new Map();
    for (const mark of this.#list.querySelectorAll(":scope > .daymark")) {
      old.set(mark.dataset.day, mark);
      mark.remove();
    }
    let day = null;
    for (const item of this.#stops()) {
      if (item.dataset.day === day) continue;
      day = item.dataset.day;
      item.before(old.get(day) ?? this.#dayMark(day));
    }
  }
}

function run(piece) {
  return draw("svg", { class: "run", "aria-hidden": "true" }, draw("use", { href: piece }));
}

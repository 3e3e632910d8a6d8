// Questions in their lanes: headings with data-lane, and below each the rows (.asked, data-id) that stand there. Nothing moves
// under a thumb: among lanes that are `calm`, a row stays where it is until `whole` puts all in order. Knows no vote and no act.

export class Lanes {
  #list;
  #draw;
  #settle;
  #calm;
  #known = new WeakMap();

  /** draw(post, row or null) → a row; settle(row, lane): what else is so in this lane. */
  constructor(list, { draw, settle, calm }) {
    this.#list = list;
    this.#draw = draw;
    this.#settle = settle;
    this.#calm = calm;
  }

  get rows() {
    return [...this.#list.querySelectorAll(".asked")];
  }

  row(id) {
    return this.#list.querySelector(`.asked[data-id="${id}"]`);
  }

  /** It is gone, at once. */
  drop(id) {
    this.row(id)?.remove();
    this.#tidy();
  }

  /** It may say something else by now. */
  touch(id) {
    const there = this.row(id);
    if (there) this.#known.set(there, "");
  }

  /** {lane: [posts]}; whoever is in none of them leaves. */
  take(lanes, whole = false) {
    const listed = new Set(Object.values(lanes).flat().map((post) => post.id));
    for (const old of this.rows) if (!listed.has(Number(old.dataset.id))) old.remove();
    for (const [name, posts] of Object.entries(lanes)) this.#fill(name, posts, whole);
    this.#tidy();
  }

  #fill(name, posts, whole) {
    let after = this.#head(name);
    for (const post of posts) {
      const had = this.row(post.id);
      const lane = had && this.#laneOf(had);
      const row = this.#drawn(post, had);
      const stays = had && !whole && (lane === name || (this.#calm.includes(lane) && this.#calm.includes(name)));
      if (!stays) (whole ? after : this.#end(name)).after(row);
      after = row;
      this.#settle(row, stays ? lane : name);
    }
  }

  /** A row of the page as it came is compared with the first that is heard of it. */
  #drawn(post, had) {
    const said = JSON.stringify(post);
    const before = had && this.#known.get(had);
    const row = had && (before === undefined || before === said) ? had : this.#draw(post, had);
    this.#known.set(row, said);
    return row;
  }

  #head(name) {
    return this.#list.querySelector(`[data-lane="${name}"]`);
  }

  #end(name) {
    let last = this.#head(name);
    while (last.nextElementSibling?.matches(".asked")) last = last.nextElementSibling;
    return last;
  }

  #laneOf(row) {
    let above = row;
    while (above && !above.dataset.lane) above = above.previousElementSibling;
    return above?.dataset.lane ?? "";
  }

  #tidy() {
    for (const head of this.#list.querySelectorAll("[data-lane]")) head.hidden = !head.nextElementSibling?.matches(".asked");
    for (const part of this.#list.querySelectorAll("[data-none]")) part.hidden = this.rows.length > 0;
  }
}
